"""The parts of an agreement under review, with what the library knows beside what the agreement says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Row = Mapping[str, Any]

ROUTINE: Final = ("continuous", "daily", "weekly", "fortnightly", "monthly", "quarterly", "yearly")


@dataclass(frozen=True, slots=True)
class Issued:
    """What is known of a version once it is issued: its number, and the ids of the partners that have signed it."""

    version: str
    signed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Party:
    """A partner, or an other that shares. `types` are library agency types; `row` holds its answers."""

    section: str
    row: Row
    types: tuple[str, ...]
    public_authority: bool
    competent: str  # "yes", "function-specific" or "no"

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def is_class(self) -> bool:
        return self.row.get("kind") == "class"

    def at(self, question: str = "") -> str:
        """The address of the partner, or of one of its questions."""
        return f"{self.section}.{self.id}.{question}".rstrip(".")


@dataclass(frozen=True, slots=True)
class Power:
    """A legal power of the agreement. `entry` is the library's record, or None for a citation of its own."""

    row: Row
    entry: Row | None

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def provision(self) -> str:
        """The library id, or ""."""
        return str(self.entry["id"]) if self.entry else ""

    def at(self, question: str = "") -> str:
        """The address of the power, or of one of its questions."""
        return f"gateways.{self.id}.{question}".rstrip(".")


def ids(row: Row, question: str) -> frozenset[str]:
    """The library ids a row chooses at a question; an "other" is none."""
    return frozenset(value for value in row.get(question, ()) if isinstance(value, str))


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow with its ends resolved: an other that stands for partners counts as those partners."""

    row: Row
    senders: tuple[Party, ...]
    recipients: tuple[Party, ...]
    items: tuple[Row, ...]
    categories: tuple[Row, ...]
    subjects: frozenset[str]
    purposes: tuple[Row, ...]
    purpose_ids: frozenset[str]
    purpose_chain: frozenset[str]
    powers: tuple[Power, ...]
    marked: Mapping[str, frozenset[str]]  # a mark of the vocabulary → ids of the items that bear it

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def ends(self) -> tuple[Party, ...]:
        """Senders and recipients, each once."""
        return tuple({party.id: party for party in (*self.senders, *self.recipients)}.values())

    @property
    def routine(self) -> bool:
        return self.row.get("frequency") in ROUTINE

    @property
    def on_request(self) -> bool:
        """Whether the flow follows a request: by frequency, by mode, or because it answers another flow."""
        return self.row.get("frequency") == "on-request" or self.row.get("mode") == "request" or "answers" in self.row

    @property
    def personal(self) -> bool:
        """Whether it is about people who can be recognised; not stated counts as yes, figures alone as no."""
        return self.row.get("identifiability") not in ("anonymised", "aggregate")

    def holds(self, mark: str) -> bool:
        """Whether any item carries a mark: special, criminal, confidential or childrens, by category or as assessed."""
        return bool(self.marked.get(mark))

    @property
    def health(self) -> bool:
        """Whether any data category is health data under Article 9."""
        return any("health" in (category.get("art9_category") or "") for category in self.categories)

    def at(self, question: str = "") -> str:
        """The address of the flow, or of one of its questions."""
        return f"flows.{self.id}.{question}".rstrip(".")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one partner stands in one flow as a controller: the lawful bases that cover it there."""

    flow: Flow
    party: Party
    sends: bool
    bases: tuple[Row, ...]

    def under(self, regime: str) -> tuple[Row, ...]:
        """The bases of one regime: uk-gdpr, part3 or other."""
        return tuple(row for row in self.bases if row.get("regime") == regime)

    def ids(self, question: str) -> frozenset[str]:
        """The library ids that all its bases together choose at a question."""
        return frozenset(one for row in self.bases for one in ids(row, question))

    def bare(self, mark: str, question: str) -> bool:
        """Whether an item with the mark is covered by a UK GDPR basis, and by none that answers the question."""
        rows = self.under("uk-gdpr")
        return bool(rows) and any(
            not any(ids(row, question) for row in rows if row.get("covers") != "items" or item in row.get("items", ()))
            for item in self.flow.marked.get(mark, ())
        )
