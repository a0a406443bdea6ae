"""How long information is kept: the rules of an agreement that cover a flow or a kind of information, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import flows_in_brief, ids, in_brief, references, rows_of

Row = Mapping[str, Any]
KEY: Final = ("number", "what", "period", "disposal")


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


def keyed(every: tuple[Rule, ...], used: Iterable[Rule]) -> list[Said]:
    """The rules that are used as rows of a table (KEY), each under its number among all of the agreement."""
    wanted = tuple(used)
    return [
        Said(
            number=Words(str(number)), what=Words(rule.what), disposal=Words(rule.disposal),
            period=Words(*filter(None, (rule.how_long, rule.condition))),
        )
        for number, rule in enumerate(every, start=1) if rule in wanted
    ]  # fmt: skip


def numbers(every: tuple[Rule, ...], used: Iterable[Rule]) -> str:
    """The numbers that `keyed` gives: `1, 3 to 6`."""
    wanted = tuple(used)
    return in_brief(str(number) for number, rule in enumerate(every, start=1) if rule in wanted)


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


def flows_named(labels: Mapping[str, str], flows: Collection[str]) -> str:
    """`Flows 1 to 6, 8 and 10`; `Flow 3`; "" where there is none."""
    found = flows_in_brief(labels, flows)
    return f"Flows {' and '.join(found.rsplit(', ', 1))}" if " " in found else found and f"Flow {found}"


def _covered(source: Source, covered: tuple[str, ...]) -> str:
    """`Flows 1 to 6, 8 and 10; Case numbers`."""
    labels = references(source.agreement)
    flows = flows_named(labels, covered)
    return "; ".join(filter(None, (flows, *(source.names.item(one) for one in covered if one not in labels))))
