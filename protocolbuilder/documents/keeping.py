"""How long information is kept: the rules of an agreement that cover a flow or a kind of information, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.matrix import flows_in_brief, ids, references, rows_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Words are "" where the agreement does not say. `keepers` and `covers` are ids."""

    covers: frozenset[str]
    keepers: tuple[str, ...]
    what: str
    period: str
    trigger: str
    condition: str
    disposal: str
    source: str
    feedback: str

    @property
    def how_long(self) -> str:
        """`12 months, counted from: Date of the decision`; "" where no period is stated."""
        return f"{self.period}, counted from: {self.trigger}" if self.period and self.trigger else self.period


def rules(source: Source) -> tuple[Rule, ...]:
    """Every rule of the agreement, in its order."""
    return tuple(_rule(source, row) for row in rows_of(source.agreement, "retention"))


def covering(found: Iterable[Rule], what: Iterable[str], *, keeper: str = "") -> tuple[Rule, ...]:
    """The rules for any of these flows and items; with `keeper` those it keeps to, or that name nobody."""
    wanted = frozenset(what)
    return tuple(
        one for one in found if one.covers & wanted and (not keeper or not one.keepers or keeper in one.keepers)
    )


def _rule(source: Source, row: Row) -> Rule:
    questions = source.schema.sections["retention"].questions

    def said(key: str) -> str:
        return "; ".join(in_words(questions[key], row[key], source.names)) if key in row else ""

    period = row.get("period")
    setter = period.get("set_by") if isinstance(period, Mapping) else None
    lasting = f"Set by: {setter}" if isinstance(setter, str) else said("period")
    covered = _covered(source, ids(row, "what")) or said("what")
    return Rule(
        frozenset(ids(row, "what")), ids(row, "keeper"), said("as_printed") or covered, lasting,
        said("trigger"), said("condition"), said("disposal"), said("source"), said("feedback"),
    )  # fmt: skip


def _covered(source: Source, covered: tuple[str, ...]) -> str:
    """`Flows 1 to 6, 8 and 10; Case numbers`."""
    labels = references(source.agreement)
    numbers = flows_in_brief(labels, covered)
    flows = f"Flows {' and '.join(numbers.rsplit(', ', 1))}" if " " in numbers else numbers and f"Flow {numbers}"
    return "; ".join(filter(None, (flows, *(source.names.item(one) for one in covered if one not in labels))))
