"""An agreement's flows in plain words, for people who are not at work: who may know what about them, and why.

Bodies, information, purposes and people are called by the `plain` words of the law library, never by a drafter's prose.
Nothing is dropped: what the library does not know is called by its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from protocolbuilder.documents.source import Source
from protocolbuilder.domain.matrix import ids, rows_of

YOUNG: Final = frozenset({"child", "unborn", "sibling", "care-leaver"})
CHILDREN: Final = frozenset({"child", "sibling", "care-leaver"})
AT_WORK: Final = "professional"
NOBODY: Final = "someone the agreement does not name"
NOTHING: Final = "something the agreement does not name"
NO_REASON: Final = "do something the agreement does not name"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """Kinds of information that the same bodies may know: always, and only when it is needed."""

    what: tuple[str, ...]
    always: tuple[str, ...]
    when_needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One plain purpose (completes “To …”): who tells whom, who may know what, by which flows."""

    why: str
    givers: tuple[str, ...]
    told: tuple[str, ...]
    held: tuple[Held, ...]
    flows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain words of one source. `named`: whether a partner with a name is called by it."""

    source: Source
    named: bool = True
    _rows: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for section in ("parties", "others", "items", "purposes", "subjects"):
            self._rows.update((row["id"], row) for row in rows_of(self.source.agreement, section))

    def flows(self, about: frozenset[str] = frozenset()) -> tuple[Row, ...]:
        """The flows about these kinds of people, and those that do not say whom they are about; "" for all."""
        found = rows_of(self.source.agreement, "flows")
        return tuple(flow for flow in found if not about or not (kinds := self.kinds(flow)) or kinds & about)

    def kinds(self, flow: Row) -> frozenset[str]:
        """The kinds of people a flow is about, as ids of the library; a kind of the drafter's own is “other”."""
        stated = [self._rows.get(one, {}).get("kind") for one in ids(flow, "subjects")]
        return frozenset(one if isinstance(one, str) else "other" for one in stated if one)

    def ends(self, flow: Row, question: str) -> tuple[str, ...]:
        """Who sends (`from`) or receives (`to`), each once. A meeting is the partners that it stands for."""
        found = [one for end in ids(flow, question) for one in ids(self._rows.get(end, {}), "stands_for") or (end,)]
        return once(part for one in found for part in self.body(one)) or (NOBODY,)

    def body(self, end: str) -> tuple[str, ...]:
        """One partner or other by name, or as the kinds of agency that it is."""
        row = self._rows.get(end, {})
        types = ids(row, "agency_types")
        if (self.named and row.get("name")) or not types:
            return (_within(self.source.names.item(end)),)
        return self.services(types)

    def services(self, types: Sequence[str]) -> tuple[str, ...]:
        """Kinds of agency in plain words; several parts of a council are the council."""
        entries = [self.source.library.entry("agency_types", one) or {} for one in types]
        if len(types) > 1 and {entry.get("sector") for entry in entries} == {"local-government"}:
            return ("the council",)
        return once(self.label("agency_types", one) for one in types)

    def what(self, flow: Row, question: str) -> tuple[str, ...]:
        """The kinds of information (`items`, `optional_items`) of a flow, each once."""
        return once(self.information(self._rows.get(one, {"name": one})) for one in ids(flow, question))

    def information(self, item: Row) -> str:
        """An item by its plain category, else by its own name."""
        category = item.get("category")
        if isinstance(category, str):
            return self.label("data_categories", category)
        return str(item.get("name") or self.source.names.item(str(item.get("id", ""))))

    def why(self, flow: Row) -> tuple[str, ...]:
        """What a flow is for, each completing “To …”."""
        found = [row for one in ids(flow, "purposes") if (row := self._rows.get(one))]
        return once(part for row in found for part in self.purpose(row)) or (NO_REASON,)

    def purpose(self, row: Row) -> tuple[str, ...]:
        """A purpose by its plain categories, else by its own name."""
        known = [self.label("purposes", one) for one in ids(row, "categories")]
        return tuple(known) or (self.source.names.item(str(row["id"])),)

    def label(self, vocabulary: str, value: str) -> str:
        """The plain words of an entry; its label where it has none."""
        entry = self.source.library.entry(vocabulary, value) or {}
        return str(entry.get("plain") or self.source.library.label(vocabulary, value))


def reasons(plain: Plain, flows: Iterable[Row]) -> tuple[Reason, ...]:
    """Every plain purpose of the flows in their order, with who may know what for it."""
    found: dict[str, list[Row]] = {}
    for flow in flows:
        for why in plain.why(flow):
            found.setdefault(why, []).append(flow)
    return tuple(
        Reason(why, all_ends(plain, each, "from"), all_ends(plain, each, "to"), held(plain, each), tuple(each))
        for why, each in found.items()
    )


def all_ends(plain: Plain, flows: Iterable[Row], question: str) -> tuple[str, ...]:
    """Everyone at that end (`from`, `to`) of any of the flows."""
    return once(one for flow in flows for one in plain.ends(flow, question))


def held(plain: Plain, flows: Iterable[Row]) -> tuple[Held, ...]:
    """Who may know what by these flows, by the information: what the same bodies may know stands together."""
    found: dict[str, dict[str, bool]] = {}
    for flow in flows:
        ends = plain.ends(flow, "to")
        always, needed = plain.what(flow, "items"), plain.what(flow, "optional_items")
        for one in always or (() if needed else (NOTHING,)):
            found.setdefault(one, {}).update(dict.fromkeys(ends, True))
        for one in needed:
            found.setdefault(one, {}).update({end: False for end in ends if end not in found[one]})
    together: dict[frozenset[tuple[str, bool]], list[str]] = {}
    for one, who in found.items():
        together.setdefault(frozenset(who.items()), []).append(one)
    return tuple(
        Held(tuple(what), _those(found[what[0]], sure=True), _those(found[what[0]], sure=False))
        for what in together.values()
    )


def _those(who: Mapping[str, bool], *, sure: bool) -> tuple[str, ...]:
    return tuple(end for end, always in who.items() if always is sure)


def people(plain: Plain, flows: Iterable[Row], *, without: str = AT_WORK) -> tuple[str, ...]:
    """The kinds of people the flows are about, in plain words. `without`: a kind that is left out, or ""."""
    rows = rows_of(plain.source.agreement, "subjects")
    used = {one for flow in flows for one in ids(flow, "subjects")}
    found = []
    for row in rows:
        kind = row.get("kind")
        if row["id"] in used and (not without or kind != without):
            known = isinstance(kind, str)
            found.append(plain.label("data_subjects", str(kind)) if known else plain.source.names.item(row["id"]))
    return once(found)


def once(found: Iterable[str]) -> tuple[str, ...]:
    """Each entry once, in order."""
    return tuple(dict.fromkeys(found))


def listed(entries: Sequence[str], last: str = "and") -> str:
    """`schools; the police; and GPs`, with commas where no entry holds one. `last`: the word before the last."""
    mark = "; " if any("," in one for one in entries) else ", "
    if len(entries) < 2:
        return "".join(entries)
    return f"{mark.join(entries[:-1])}{mark.rstrip() if mark == '; ' else ''} {last} {entries[-1]}"


def _within(name: str) -> str:
    """A name as it stands within a sentence: `the Chief Constable`."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def sentence(words: str) -> str:
    """With a capital letter at its start."""
    return words[:1].upper() + words[1:]
