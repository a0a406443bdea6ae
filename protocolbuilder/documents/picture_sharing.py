"""Who shares with whom, as a picture shows it: ends, and strands between them, each must, may or neither.

More ends than a picture can hold are drawn as groups, one for each sector of the law library's agency types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names
from protocolbuilder.domain.marks import CO_OPERATE, FUNCTION, MAY, MUST, Power, Sender, power
from protocolbuilder.domain.matrix import SEVERAL, ids, references, rows_of
from protocolbuilder.law.library import Library

OTHER: Final = "other"
ALLOWED: Final = (MAY, FUNCTION, CO_OPERATE)
STRENGTHS: Final = (MUST, MAY, OTHER)
MEANS: Final[Mapping[str, str]] = {
    MUST: "Must: the law requires at least one flow here",
    MAY: "May: the law allows it and does not compel it",
    OTHER: "Neither a duty nor a power is stated to fit",
}
MOST_ENDS: Final = 24  # senders or recipients that a picture still names one by one
MOST_STRANDS: Final = 90
SECTORS: Final[Mapping[str, str]] = {
    "local-government": "Councils",
    "justice": "Police and justice",
    "health": "Health",
    "education": "Education",
    "housing": "Housing",
    "care": "Care providers",
    "emergency": "Fire and rescue",
    "voluntary": "Charities and other services",
    "central-government": "National bodies",
    "partnership": "Safeguarding boards",
}
MEETINGS: Final = "Meetings and other bodies"
NOT_STATED: Final = "Not stated"


@dataclass(frozen=True, slots=True)
class Strand:
    """From one end to another, by id. `strength` is the strongest of its flows; `unsure`: what makes it so was not
    verified by anyone. `flows` are the labels of its flows."""

    sender: str
    recipient: str
    strength: str
    unsure: bool
    flows: tuple[str, ...]

    @property
    def words(self) -> str:
        """`Must (not verified)`, `May`, or that neither is stated."""
        said = {MUST: "must", MAY: "may", OTHER: "neither a duty nor a power stated"}[self.strength]
        return f"{said} (not verified)" if self.unsure else said


@dataclass(frozen=True, slots=True)
class Sharing:
    """`ends` maps ids to names in the order of the agreement; `grouped` says that each stands for several bodies."""

    ends: Mapping[str, str]
    strands: tuple[Strand, ...]
    grouped: bool

    @property
    def senders(self) -> tuple[str, ...]:
        return tuple(end for end in self.ends if any(strand.sender == end for strand in self.strands))

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(end for end in self.ends if any(strand.recipient == end for strand in self.strands))

    @property
    def lines(self) -> tuple[str, ...]:
        """Every strand in words: `Police to Council: must. Flows 1, 4.`"""
        return tuple(
            f"{self.ends[one.sender]} to {self.ends[one.recipient]}: {one.words}."
            f" {'Flow' if len(one.flows) == 1 else 'Flows'} {', '.join(one.flows)}."
            for one in self.strands
        )


def sharing(agreement: Agreement, library: Library, names: Names, *, most: int = MOST_ENDS) -> Sharing:
    """Who shares with whom, each body by itself where no side has more than `most`, else by sector."""
    alone = _gathered(agreement, library, names, _alone(agreement, names))
    if max(len(alone.senders), len(alone.recipients)) <= most and len(alone.strands) <= MOST_STRANDS:
        return alone
    return _gathered(agreement, library, names, _by_sector(agreement, library))


@dataclass(frozen=True, slots=True)
class _Ends:
    """`of` maps the id of a partner or other to the id it is drawn as; `names` gives what that is called."""

    of: Mapping[str, str]
    names: Mapping[str, str]
    grouped: bool


def _alone(agreement: Agreement, names: Names) -> _Ends:
    found = [row["id"] for section in ("parties", "others") for row in rows_of(agreement, section)]
    return _Ends({one: one for one in found}, {one: names.item(one) for one in found}, grouped=False)


def _by_sector(agreement: Agreement, library: Library) -> _Ends:
    of = sectors(agreement, library)
    counts = Counter(of.values())
    return _Ends(of, {key: f"{key} ({count})" for key, count in counts.items()}, grouped=True)


def sectors(agreement: Agreement, library: Library) -> dict[str, str]:
    """The sector of each partner and other body, in words, by its first agency type; what has none is a meeting or
    another body."""
    of: dict[str, str] = {}
    for section in ("parties", "others"):
        for row in rows_of(agreement, section):
            entries = (library.entry("agency_types", one) for one in ids(row, "agency_types"))
            sector = next((str(entry["sector"]) for entry in entries if entry), "")
            of[row["id"]] = SECTORS.get(sector, MEETINGS)
    return of


def _gathered(agreement: Agreement, library: Library, names: Names, ends: _Ends) -> Sharing:
    rows = {row["id"]: row for section in ("parties", "others") for row in rows_of(agreement, section)}
    labels = references(agreement)
    found: dict[tuple[str, str], list[tuple[str, tuple[Power, ...]]]] = {}
    for flow in rows_of(agreement, "flows"):
        powers = {one: powers_of(agreement, library, flow, rows.get(one, {})) for one in ids(flow, "from") or ("",)}
        every = list(product(powers, ids(flow, "to") or ("",)))
        several = {one for one in powers if not one or rows.get(one, {}).get("kind") in SEVERAL}
        between = [(one, two) for one, two in every if one != two or one in several]
        for sender, recipient in between or every:
            key = ends.of.get(sender, sender), ends.of.get(recipient, recipient)
            found.setdefault(key, []).append((labels[flow["id"]], powers[sender]))
    used = {end for key in found for end in key}
    known = {**ends.names, **{one: names.item(one) if one else NOT_STATED for one in used if one not in ends.names}}
    order = [one for one in known if one in used]
    strands = [_strand(key, each) for key, each in found.items()]
    strands.sort(key=lambda one: (order.index(one.sender), order.index(one.recipient)))
    return Sharing({one: known[one] for one in order}, tuple(strands), ends.grouped)


def by_strength(agreement: Agreement, library: Library, flow: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """The senders of a flow by what the law says to them, must first: must, may, other."""
    rows = {row["id"]: row for section in ("parties", "others") for row in rows_of(agreement, section)}
    found: dict[str, list[str]] = {}
    for one in ids(flow, "from") or ("",):
        found.setdefault(strength(powers_of(agreement, library, flow, rows.get(one, {}))), []).append(one)
    return {key: tuple(found[key]) for key in STRENGTHS if key in found}


def strength(powers: Iterable[Power]) -> str:
    """The strongest of them: must, may (a power, a function or a duty to co-operate), else other."""
    marks = {one.mark for one in powers}
    return MUST if MUST in marks else MAY if marks & set(ALLOWED) else OTHER


def powers_of(
    agreement: Agreement, library: Library, flow: Mapping[str, Any], row: Mapping[str, Any]
) -> tuple[Power, ...]:
    """What each power of a flow does for one sender, given by its row; for a meeting, for each that it stands for."""
    gateways = {one["id"]: one for one in rows_of(agreement, "gateways")}
    parties = {one["id"]: one for one in rows_of(agreement, "parties")}
    senders = [parties.get(one, {}) for one in ids(row, "stands_for")] or [row]
    law = library.vocabularies["gateways"]
    found = []
    for gateway, sender in product(ids(flow, "gateways"), senders):
        stated = gateways.get(gateway, {"id": gateway})
        provision = stated.get("provision")
        entry = law.get(provision) if isinstance(provision, str) else None
        who = Sender(str(sender.get("id", "")), frozenset(ids(sender, "agency_types")))
        found.append(power(stated, entry, flow=flow, sender=who))
    return tuple(found)


def _strand(key: tuple[str, str], each: list[tuple[str, tuple[Power, ...]]]) -> Strand:
    powers = [one for _, found in each for one in found]
    strongest = strength(powers)
    deciding = [one for one in powers if strength((one,)) == strongest != OTHER]
    unsure = bool(deciding) and not any(one.verified for one in deciding)
    return Strand(*key, strongest, unsure, tuple(dict.fromkeys(label for label, _ in each)))
