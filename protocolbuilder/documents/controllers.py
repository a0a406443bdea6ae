"""What each controller does under an agreement: what it sends and receives for which purpose, and on which bases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.matrix import ids
from protocolbuilder.law.case import Case
from protocolbuilder.law.parts import Flow, Party, Row, Standing


@dataclass(frozen=True, slots=True)
class Activity:
    """All that a controller does for one purpose ("" where a flow states none)."""

    purpose: str
    sends: tuple[Flow, ...]
    receives: tuple[Flow, ...]

    @property
    def flows(self) -> tuple[Flow, ...]:
        return tuple({flow.id: flow for flow in (*self.sends, *self.receives)}.values())


@dataclass(frozen=True, slots=True)
class Controller:
    """A partner that decides for itself, with the departments that are part of it (`members`: all their ids)."""

    party: Party
    members: frozenset[str]
    standings: tuple[Standing, ...]
    activities: tuple[Activity, ...]

    @property
    def id(self) -> str:
        return self.party.id

    @property
    def bases(self) -> tuple[Row, ...]:
        """The lawful bases it relies on, each once, in the order of its flows."""
        return tuple({row["id"]: row for one in self.standings for row in one.bases}.values())


def case_of(source: Source) -> Case:
    """The agreement with its references followed."""
    return Case(source.schema, source.agreement, source.library, on=source.on)


def controllers(source: Source) -> tuple[Controller, ...]:
    """The controllers that take part in flows about people, in the order of the agreement; one where the source names
    a party."""
    return tuple(one for one in _controllers(case_of(source)) if source.party in ("", one.id))


def controller_ids(source: Source) -> tuple[str, ...]:
    """The ids of all of them."""
    return tuple(one.id for one in _controllers(case_of(source)))


def _controllers(case: Case) -> Iterator[Controller]:
    members: dict[str, list[str]] = {}
    for party in case.members:
        members.setdefault(_owner(case, party), []).append(party.id)
    for party in case.members:
        mine = frozenset(members.get(party.id, ()))
        standings = tuple(one for one in case.reliance.standings if one.party.id in mine)
        if standings:
            yield Controller(party, mine, standings, tuple(_activities(standings)))


def _owner(case: Case, party: Party) -> str:
    """A department that is no controller acts for the partner it is part of."""
    whole = party.row.get("part_of")
    return str(whole) if party.row.get("role") == "none" and whole in case.parties else party.id


def _activities(standings: Iterable[Standing]) -> Iterator[Activity]:
    sends: dict[str, dict[str, Flow]] = {}
    receives: dict[str, dict[str, Flow]] = {}
    for one in standings:
        for purpose in ids(one.flow.row, "purposes") or ("",):
            if one.sends:
                sends.setdefault(purpose, {})[one.flow.id] = one.flow
            if one.party in one.flow.recipients:
                receives.setdefault(purpose, {})[one.flow.id] = one.flow
    for purpose in dict.fromkeys((*sends, *receives)):
        yield Activity(purpose, tuple(sends.get(purpose, {}).values()), tuple(receives.get(purpose, {}).values()))


def joint_ids(case: Case) -> tuple[str, ...]:
    """The ids of those that are joint controllers, as partners or in one flow, in order."""
    whole = {party.id for party in case.members if party.row.get("role") == "joint"}
    some = {row.get("party") for row in case.rows("flow_roles") if row.get("role") == "joint"}
    return tuple(key for key in case.parties if key in whole | some)


def answer(source: Source, section: str, row: Mapping[str, Any], key: str, *, between: str = "; ") -> str:
    """One answer of a section or an item in words; "" where it is not stated."""
    question = source.schema.sections[section].questions[key]
    return between.join(in_words(question, row[key], source.names)) if key in row else ""


def single(source: Source, address: str) -> str:
    """The answer of a section that is no list, such as `rights.lead`; "" where it is not stated."""
    section, key = address.split(".")
    found = source.agreement.answers.get(section)
    return answer(source, section, found, key) if isinstance(found, Mapping) else ""


def kinds_of(source: Source, flows: Iterable[Flow]) -> tuple[str, ...]:
    """The data categories that flows carry, each once; an item without one by its name."""
    rows = {item["id"]: item for flow in flows for item in flow.items}
    said = (answer(source, "items", row, "category") or source.names.item(key) for key, row in rows.items())
    return tuple(dict.fromkeys(said))


def people_of(source: Source, flows: Iterable[Flow]) -> tuple[str, ...]:
    """Whom the flows are about, each once."""
    return tuple(dict.fromkeys(source.names.item(one) for flow in flows for one in ids(flow.row, "subjects")))


def named(source: Source, parties: Iterable[Party], *, without: frozenset[str]) -> tuple[str, ...]:
    """Names of partners, each once, without those of one controller."""
    return tuple(dict.fromkeys(source.names.item(one.id) for one in parties if one.id not in without))


def posts(source: Source, members: Iterable[str], function: str) -> str:
    """Who holds a function for a controller: `Chief officer, 01632 960123, a@b.example`; "" where nobody is named."""
    wanted = frozenset(members)
    rows = source.agreement.answers.get("contacts", ())
    held = [row for row in rows if wanted & set(ids(row, "of")) and row.get("function") == function]
    said = (", ".join(str(row[key]) for key in ("post", "telephone", "email") if key in row) for row in held)
    return "; ".join(dict.fromkeys(filter(None, said)))


def reach(source: Source, row: Row, members: Iterable[str]) -> str:
    """How a body is reached: its address on one line, then its single point of contact; "" where neither is stated."""
    lines = str(row.get("address", "")).splitlines()
    address = ", ".join(filter(None, (line.strip().rstrip(",") for line in lines)))
    return "; ".join(filter(None, (address, posts(source, members, "spoc"))))


def basis_words(source: Source, row: Row) -> tuple[str, ...]:
    """What a lawful basis rests on, one entry an article or condition, as the library names it."""
    questions = source.schema.sections["bases"].questions
    groups = ("art6", "annex1", "art9", "art10", "sch1", "part3", "sch8", "other_law", "confidentiality")
    return tuple(
        words for key in groups if key in row for words in in_words(questions[key], row[key], source.names)
    )


def relying_words(source: Source, row: Row) -> str:
    """Who relies on a lawful basis: `Every partner`, or the names of those it names."""
    questions = source.schema.sections["bases"].questions
    named = "; ".join(in_words(questions["who"], row["who"], source.names)) if row.get("who") else ""
    which = "" if named and row.get("applies_to") == "named" else row.get("applies_to", "")
    kind = "; ".join(in_words(questions["applies_to"], which, source.names)) if which else ""
    return ": ".join(filter(None, (kind, named)))
