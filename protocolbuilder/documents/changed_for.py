"""What changed for one partner, on a page: with whom it shares what, its own changes, and those of every partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents.context import PrintedNames
from protocolbuilder.documents.marked import marks
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.changes import Change, changes
from protocolbuilder.domain.matrix import Cell, rows_of
from protocolbuilder.domain.schema import Question, Schema
from protocolbuilder.domain.touching import exchanges, touching

TEMPLATE: Final = "changes-1"
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    **dict.fromkeys(("party", "earlier", "later", "others"), TEXT),
    "sharing": rows("where", "before", "after"),
    "own": rows("where", "before", "after"),
    "own_items": rows("where", "how", "words"),
    "everyone": rows("where", "before", "after"),
    "items": rows("where", "how", "words"),
}
"""Every name that `changes-1.docx` may say."""
NOTHING: Final = "Nothing"
ADDED: Final = "Added"
TAKEN_OUT: Final = "Taken out"
WAYS: Final = {"sends": "You send to", "gets": "You get from"}


@dataclass(frozen=True, slots=True)
class Row:
    """What changed, how it was and how it is, in words; `before` or `after` is "" where it was not stated.

    `how`: "Added" or "Taken out" where it is a whole item, with NOTHING before or TAKEN_OUT after; "" for an answer.
    """

    where: str
    before: str
    after: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class ChangedFor:
    """For the partner called `party`; `others` counts the changes that touch other partners only."""

    party: str
    sharing: tuple[Row, ...]
    own: tuple[Row, ...]
    everyone: tuple[Row, ...]
    others: int


def changed_for(source: Source, before: Agreement) -> ChangedFor:
    """What changed for `source.party` from `before`, an agreement of the same schema, to that of the source."""
    old, new = PrintedNames(source.schema, before, source.library), source.names
    found = changes(source.schema, before, source.agreement, (old, new))
    sorted_ = touching(source.schema, before, source.agreement, found, party=source.party)
    named = {row["id"] for row in source.agreement.answers.get("parties", ())}
    names = new if source.party in named else old
    sharing = tuple(
        Row(
            f"{WAYS[one.way]} {(new if one.after else old).item(one.other) if one.other else 'nobody stated'}",
            _exchanged(one.before, one.after, old), _exchanged(one.after, one.before, new),
        )
        for one in exchanges(before, source.agreement, source.library.vocabularies["gateways"], party=source.party)
    )  # fmt: skip
    rows_ = _Rows(source.schema, before, source.agreement)
    return ChangedFor(
        names.item(source.party), sharing, rows_.of(sorted_.own), rows_.of(sorted_.everyone), sorted_.others
    )


class _Rows:
    """Rows of changes: one for an answer, and one for an item that was added or taken out, whatever it answers."""

    def __init__(self, schema: Schema, before: Agreement, after: Agreement) -> None:
        self._schema = schema
        self._held = [set(_items(schema, side)) for side in (before, after)]

    def of(self, found: Sequence[Change]) -> tuple[Row, ...]:
        made: list[Row] = []
        for item, group in groupby(found, key=self._item):
            changes_ = list(group)
            if item and (item in self._held[0]) != (item in self._held[1]):
                made.append(self._whole(changes_, is_new=item in self._held[1]))
            else:
                made += [Row(_once(change.title), change.before, change.after) for change in changes_]
        return tuple(made)

    def _item(self, change: Change) -> str:
        """The address of the item that a changed answer stands in, or ""."""
        section, *rest = change.address.split(".")
        known = self._schema.sections.get(section)
        return f"{section}.{rest[0]}" if known is not None and known.is_list and len(rest) == 2 else ""

    def _whole(self, found: Sequence[Change], *, is_new: bool) -> Row:
        asked = self._schema.sections[found[0].address.split(".")[0]].questions
        questions = [asked[change.address.rpartition(".")[2]] for change in found]
        answers = [change.after if is_new else change.before for change in found]
        said = [
            f"{question.title}{'' if question.title.endswith('?') else ':'} {_said(question, answer)}"
            for question, answer in zip(questions, answers, strict=True)
        ]
        where, words = _once(found[0].title.removesuffix(f": {questions[0].title}")), "\n".join(said)
        return Row(where, NOTHING, words, ADDED) if is_new else Row(where, words, TAKEN_OUT, TAKEN_OUT)


def _items(schema: Schema, agreement: Agreement) -> Iterator[str]:
    for key, section in schema.sections.items():
        if section.is_list:
            yield from (f"{key}.{row['id']}" for row in rows_of(agreement, key))


def _once(title: str) -> str:
    """`Flow: Flow 1: Information` -> `Flow 1: Information`: an item that is called by its kind says it once."""
    kind, _, rest = title.partition(": ")
    return rest if rest.startswith(f"{kind} ") else title


def _said(question: Question, answer: str) -> str:
    """An answer of several entries, one a line, as `a; b; c`; prose as it is."""
    return answer if question.kind == "prose" else "; ".join(answer.splitlines())


def _exchanged(cell: Cell | None, other: Cell | None, names: PrintedNames) -> str:
    """What a cell has that the other does not, and how much both have: `Concern about a child. Not changed: 3 kinds of
    information, 2 powers.`"""
    if cell is None:
        return NOTHING
    items, powers = set(other.items) if other else set(), set(other.powers) if other else set()
    said = [names.item(item) for item in cell.items if item not in items]
    new = [power for power in dict.fromkeys(cell.powers) if power not in powers]
    law = [f"{names.item(power.gateway)}: {marks([power])}" for power in new]
    lines = [f"Information: {'; '.join(said)}."] if said else []
    lines += [f"Powers: {'; '.join(law)}."] if law else []
    kept = _counted(len(items & set(cell.items)), "kind", " of information")
    relied = _counted(len(powers & set(cell.powers)), "power")
    lines += [f"Not changed: {', '.join(filter(None, (kept, relied)))}."] if kept or relied else []
    return "\n".join(lines) or "Not stated"


def _counted(number: int, one: str, more: str = "") -> str:
    return f"{number} {one}{'' if number == 1 else 's'}{more}" if number else ""


def render(source: Source, before: Agreement, *, called: tuple[str, str]) -> bytes:
    """The page as a Word file (.docx). `called`: the two sides, "version 1" and "the draft"."""
    found = changed_for(source, before)
    said = {
        "party": Words(found.party),
        "earlier": called[0],
        "later": called[1],
        "sharing": [_worded(row) for row in found.sharing],
        "own": [_worded(row) for row in found.own if not row.how],
        "own_items": [_whole(row) for row in found.own if row.how],
        "everyone": [_worded(row) for row in found.everyone if not row.how],
        "items": [_whole(row) for row in found.everyone if row.how],
        "others": _not_listed(found.others),
    }
    return printed(source, TEMPLATE, said, called=f"what changed for {found.party}")


def _not_listed(others: int) -> str:
    if others == 1:
        return "1 more changed answer, which touches other partners only"
    return f"{others} more changed answers, which touch other partners only" if others else ""


def _worded(row: Row) -> Said:
    return Said(where=Words(row.where), before=Words(row.before), after=Words(row.after))


def _whole(row: Row) -> Said:
    return Said(where=Words(row.where), how=row.how, words=Words(row.after if row.how == ADDED else row.before))
