"""The sample partnership as its file says it: organisations, people, what they show and whom to ask, and which partner
of each sample agreement is which organisation. Ids are given when it is made; until then a key stands for one. And what
its removal takes away and leaves, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from protocolbuilder.domain.organisations import AssuranceKind, Identifier, Organisation
from protocolbuilder.domain.partnership import Partnership
from protocolbuilder.domain.people import Person


@dataclass(frozen=True, slots=True)
class Member:
    key: str
    person: Person
    roles: frozenset[str]
    department: str


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Whom to ask about a topic: a member by key, or somebody by name, post, e-mail and telephone."""

    topic: str
    member: str
    person: Person


@dataclass(frozen=True, slots=True)
class Shown:
    """An assurance that runs out so many days after the sample is made, and began a year before that."""

    kind: AssuranceKind
    status: str
    reference: str
    days_left: int


@dataclass(frozen=True, slots=True)
class Body:
    key: str
    organisation: Organisation
    members: tuple[Member, ...]
    contacts: tuple[ToAsk, ...]
    assurances: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Whose a sample agreement is and who looks after it, by key; `partners`: item of `parties` -> organisation."""

    owner: str
    lead: str
    partners: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """The partnership, its host and members by key; `signed` are the people who signed off its vision, by key."""

    says: Partnership
    signed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """`shares` is by the name of the sample agreement. The first organisation runs the copy."""

    bodies: tuple[Body, ...]
    shares: Mapping[str, Share]
    partnership: Stated


def read(values: Mapping[str, Any]) -> Sample:
    """The sample of a parsed file. Raises KeyError and TypeError for a file that is none."""
    bodies = tuple(_body(said) for said in values["organisations"])
    shares = {name: Share(**said) for name, said in values["agreements"].items()}
    told = dict(values["partnership"])
    signed, law = tuple(told.pop("signed")), tuple(told.pop("law"))
    says = Partnership(**told, members=tuple(one.key for one in bodies), law=law, sample=True)
    return Sample(bodies, shares, Stated(says, signed))


def _body(said: Mapping[str, Any]) -> Body:
    words = {key: said.get(key, "") for key in ("name", "short", "sector", "nation", "contact")}
    organisation = Organisation(
        "", agency_types=tuple(said["agency_types"]), departments=tuple(said.get("departments", ())), sample=True,
        identifiers=tuple(Identifier(kind, value) for kind, value in said.get("identifiers", {}).items()), **words,
    )  # fmt: skip
    return Body(
        said["key"],
        organisation,
        tuple(
            Member(one["key"], _person(one), frozenset(one["roles"]), one.get("department", ""))
            for one in said["people"]
        ),
        tuple(ToAsk(one["topic"], one.get("person", ""), _person(one)) for one in said.get("contacts", ())),
        tuple(Shown(**one) for one in said.get("assurances", ())),
    )


def _person(said: Mapping[str, Any]) -> Person:
    words = {key: said.get(key, "") for key in ("name", "post", "email", "telephone")}
    return Person("", sample=True, **words)


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement; `versions` is how many were issued of it."""

    ref: str
    title: str
    versions: int

    def __str__(self) -> str:
        return f"{self.ref}, {self.title or 'without a title'}"


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes: people and organisations by name, agreements that are hidden, how many partners of other agreements
    are no longer tied to the directory, and who was asked to join and did not yet. What stays: agreements, which pass
    to `heir` ("" for whoever comes first), organisations with the real people who `joined` them (organisation, person),
    records on the law library, and the look of documents that somebody of the sample chose. `unled` are those of the
    organisations that nobody real administers: until somebody does nothing is removed."""

    people: tuple[str, ...]
    organisations: tuple[str, ...]
    hidden: tuple[Named, ...]
    untied: int
    passed_on: tuple[Named, ...]
    heir: str
    staying: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]
    unled: tuple[str, ...]
    invited: tuple[str, ...]
    law_records: int
    look: bool


def going(removal: Removal) -> tuple[str, ...]:
    """A sentence for each kind of thing that goes."""
    found = []
    if removal.people:
        found.append(f"Sample people ({len(removal.people)}): {', '.join(removal.people)}")
    if removal.organisations:
        found.append(f"Sample organisations, with their contacts and assurances: {'; '.join(removal.organisations)}")
    for one in removal.hidden:
        kept = "its versions stay in the database, as all do, and " if one.versions else ""
        found.append(f"{one}: {kept}nobody finds it any more")
    if removal.untied:
        found.append(f"The ties of {removal.untied} partners of other agreements to the directory; the answers stay")
    if removal.invited:
        found.append(f"Invitations that nobody accepted yet: {', '.join(removal.invited)}. Their links work no longer")
    return tuple(found)


def first(removal: Removal) -> tuple[str, ...]:
    """A sentence for each thing that has to be done before."""
    return tuple(
        f"{name} stays, because real people joined it, and none of them administers it. First make one of them its "
        "administrator, on its page People."
        for name in removal.unled
    )


def staying(removal: Removal) -> tuple[str, ...]:
    """A sentence for each thing that stays, and why."""
    heir = removal.heir or "the organisation of the first administrator"
    found = [f"{one}: somebody real worked on it. It passes to {heir}" for one in removal.passed_on]
    for name in removal.staying:
        if who := [person for organisation, person in removal.joined if organisation == name]:
            kept = "They keep accounts, roles and drafts, so it stays with all its agreements, and is no sample now"
            found.append(f"{name}, which {', '.join(who)} joined. {kept}. Discard the agreements that you do not need")
        else:
            found.append(f"{name}: a real person changed its entry. It is no sample now")
    if removal.law_records:
        found.append(f"{removal.law_records} records of sample people on the law library. Withdraw the untrue ones")
    if removal.look:
        found.append("The look of Word documents that a sample person chose. Settings changes it")
    return tuple(found)
