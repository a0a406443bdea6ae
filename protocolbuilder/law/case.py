"""An agreement as a reviewer reads it: references followed, library entries beside the answers, types known.

The review rules and the plain-words checks ask this and nothing else. Everything here is a reading of the agreement and
the library; nothing is stored. Statutory words in docstrings are those of `lint-rules`: PA is a public authority, CA a
competent authority for law enforcement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT, Agreement, get, reason_not_applying
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law import plain_words
from protocolbuilder.law.library import Library
from protocolbuilder.law.parts import Flow, Issued, Party, Power, Row
from protocolbuilder.law.reliance import Reliance

MARKS: Final = ("special", "criminal", "confidential", "childrens")
LAW_ENFORCEMENT: Final = frozenset({
    "crime-prevention", "serious-violence", "antisocial-behaviour", "offender-management", "youth-justice", "mappa",
    "legal-proceedings", "fraud-debt",
})


class Case:
    """One agreement under review against one library on one day.

    `others` are the other live agreements of the register, `issued` what is known of a version that was issued: the
    rules that need them find nothing without.
    """

    def __init__(
        self, schema: Schema, agreement: Agreement, library: Library, *, on: date, others: tuple[Agreement, ...] = (),
        issued: Issued | None = None,
    ) -> None:
        self.schema = schema
        self.agreement = agreement
        self.library = library
        self.on = on
        self.others = others
        self.issued = issued
        self.names = AgreementNames(schema, agreement, library)

    def get(self, address: str) -> Any:
        """The answer at an address, or ABSENT."""
        return get(self.agreement, address)

    def empty(self, address: str) -> bool:
        """Not stated, and not said to be outside the agreement. What the schema does not ask is not empty."""
        return self.get(address) in (ABSENT, [], {}) and self.asked(address)

    def asked(self, address: str) -> bool:
        """Whether the schema has the section, and nobody said that the address does not apply."""
        known = address.split(".")[0] in self.schema.sections
        return known and not reason_not_applying(self.agreement, address)

    def rows(self, section: str) -> tuple[Row, ...]:
        """The items of a list section, in order."""
        found = self.agreement.answers.get(section, ())
        return tuple(found) if isinstance(found, list) else ()

    @cached_property
    def language(self) -> plain_words.Document:
        """Every text of the agreement, read for plain words."""
        return plain_words.read_agreement(self.schema, self.agreement, self.library)

    @cached_property
    def nations(self) -> frozenset[str]:
        """The nations whose law applies; other legal systems are not among them."""
        stated = self.get("about.nations")
        return frozenset(nation for nation in stated if isinstance(nation, str)) if stated else frozenset()

    @cached_property
    def parties(self) -> Mapping[str, Party]:
        """Partners and others by id."""
        return {row["id"]: self._party(key, row) for key in ("parties", "others") for row in self.rows(key)}

    def _party(self, section: str, row: Row) -> Party:
        types = tuple(value for value in row.get("agency_types", ()) if isinstance(value, str))
        entries = [entry for value in types if (entry := self.library.entry("agency_types", value))]
        marks = {str(entry.get("part3_competent_authority")) for entry in entries}
        competent = "yes" if marks & {"yes", "True"} else "function-specific" if "function-specific" in marks else "no"
        return Party(section, row, types, any(entry.get("public_authority") is True for entry in entries), competent)

    @cached_property
    def members(self) -> tuple[Party, ...]:
        """The partners alone, in order."""
        return tuple(party for party in self.parties.values() if party.section == "parties")

    @cached_property
    def powers(self) -> Mapping[str, Power]:
        """The legal powers of the agreement by id."""
        return {row["id"]: Power(row, self._entry(row)) for row in self.rows("gateways")}

    def _entry(self, row: Row) -> Row | None:
        provision = row.get("provision")
        return self.library.entry("gateways", provision) if isinstance(provision, str) else None

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Every flow with its references followed."""
        return tuple(self._flow(row) for row in self.rows("flows"))

    def _flow(self, row: Row) -> Flow:
        items = self._pick("items", (*row.get("items", ()), *row.get("optional_items", ())))
        named = (item["category"] for item in items if isinstance(item.get("category"), str))
        categories = tuple(entry for name in named if (entry := self.library.entry("data_categories", name)))
        purposes = self._pick("purposes", row.get("purposes", ()))
        ids = frozenset(c for purpose in purposes for c in purpose.get("categories", ()) if isinstance(c, str))
        kinds = (subject.get("kind") for subject in self._pick("subjects", row.get("subjects", ())))
        marked = {mark: frozenset(item["id"] for item in items if mark in self._marks[item["id"]]) for mark in MARKS}
        return Flow(
            row, self.resolve(row.get("from", ())), self.resolve(row.get("to", ())), items, categories,
            frozenset(kind for kind in kinds if isinstance(kind, str)), purposes, ids, self.chain(ids),
            tuple(self.powers[key] for key in row.get("gateways", ()) if key in self.powers), marked,
        )

    @cached_property
    def _marks(self) -> Mapping[str, frozenset[str]]:
        """The marks of each item: those of its data category, and the class as assessed."""
        found = {}
        for item in self.rows("items"):
            named = item.get("category")
            entry = self.library.entry("data_categories", named) if isinstance(named, str) else None
            found[item["id"]] = frozenset(
                mark for mark in MARKS if (entry or {}).get(mark) or item.get("class_assessed") == mark
            )
        return found

    @cached_property
    def _index(self) -> Mapping[str, Mapping[str, Row]]:
        return {key: {row["id"]: row for row in self.rows(key)} for key in ("items", "purposes", "subjects", "bases")}

    def _pick(self, section: str, ids: Iterable[str]) -> tuple[Row, ...]:
        return tuple(self._index[section][key] for key in ids if key in self._index[section])

    def resolve(self, ids: Iterable[str]) -> tuple[Party, ...]:
        """The partners behind ids; an other that stands for partners gives those, any other gives itself."""
        found: dict[str, Party] = {}
        for key in ids:
            party = self.parties.get(key)
            if party is None:
                continue
            behind = [self.parties[k] for k in party.row.get("stands_for", ()) if k in self.parties]
            for one in behind or [party]:
                found[one.id] = one
        return tuple(found.values())

    def chain(self, purposes: Iterable[str]) -> frozenset[str]:
        """The purposes and every broader one above them."""
        return self.library.broader(purposes)

    def competent(self, party: Party, flow: Flow) -> bool:
        """CA(party) on this flow: listed, or for its own functions and the purpose is law enforcement."""
        own_function = party.competent == "function-specific" and flow.purpose_ids & LAW_ENFORCEMENT
        return party.competent == "yes" or bool(own_function)

    @cached_property
    def joint(self) -> bool:
        """Whether partners are joint controllers, as partners or in one flow."""
        return any(row.get("role") == "joint" for row in (*self.rows("parties"), *self.rows("flow_roles")))

    def called(self, parties: Iterable[Party]) -> str:
        """The names of partners, each once: "A, B and C"."""
        *first, last = dict.fromkeys(self.names.item(party.id) for party in parties)
        return f"{', '.join(first)} and {last}" if first else last

    @cached_property
    def reliance(self) -> Reliance:
        """Who relies on which lawful basis in which flow."""
        return Reliance(self)

    def bases(self, flow: Flow, party: Party) -> tuple[Row, ...]:
        """The lawful bases that cover a partner in a flow: those the flow chooses and those for all flows."""
        return self.reliance.bases(flow, party)

    def live(self, power: Power) -> bool:
        """Whether a provision is in force on the day of the review. An unverified status counts only once verified."""
        return power.entry is not None and self.library.live(power.provision, on=self.on)

    def usable(self, power: Power, party: Party) -> bool:
        """Whether the library lets this partner rely on the provision."""
        reliers = power.entry["who_may_rely_on"] if power.entry else ()
        return "any" in reliers or bool(set(party.types) & set(reliers))

    def reaches(self, power: Power, party: Party) -> bool:
        """Whether the provision runs towards this partner."""
        targets = power.entry["may_disclose_to"] if power.entry else ()
        return "any" in targets or bool(set(party.types) & set(targets))

    def compels(self, power: Power, flow: Flow) -> bool:
        """Whether the provision makes its holder disclose or notify in this flow: its trigger fits (R46)."""
        entry = power.entry
        if not entry or entry["kind"] != "mandatory" or entry["effect"] not in ("disclose", "notify"):
            return False
        match entry["trigger"]:
            case "request":
                return flow.on_request
            case "event":
                return flow.row.get("frequency") == "on-event"
            case "personal":
                return False
            case _:
                return True
