"""One flow as a question to the law library: between two bodies, for purposes, with data, in a nation, on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from protocolbuilder.law.library import Library
from protocolbuilder.law.parts import Flow, Party

CHILDREN: Final = frozenset({"child", "unborn", "sibling"})
AGREES: Final = re.compile(r"\b(?:agree(?:s|d|ment)?|consent(?:s|ed)?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FlowQuestion:
    """Ids of the library. `nation` is "" when it is not to be tested.

    The last three are known of a flow of an agreement, and of no bare question: the kinds of people it is about,
    whether they can be recognised (the flow's answer), and whether the person's agreement is asked for. Empty: not
    said.
    """

    library: Library
    senders: frozenset[str]
    recipients: frozenset[str]
    purposes: frozenset[str]
    categories: frozenset[str]
    nation: str
    on: date
    subjects: frozenset[str] = frozenset()
    identifiability: str = ""
    agreement: Literal["", "asked", "none"] = ""

    @property
    def chain(self) -> frozenset[str]:
        """The purposes and every broader one above them."""
        return self.library.broader(self.purposes)

    @property
    def data(self) -> tuple[Mapping[str, Any], ...]:
        """The data categories' entries."""
        table = self.library.vocabularies["data_categories"]
        return tuple(table[key] for key in sorted(self.categories) if key in table)

    def holds(self, mark: str) -> bool:
        """Whether any category carries a mark: personal, special, criminal, confidential, childrens."""
        return any(entry[mark] for entry in self.data)

    @property
    def health(self) -> bool:
        """Whether any category is health data under Article 9."""
        return any("health" in (entry["art9_category"] or "") for entry in self.data)

    def sectors(self, types: frozenset[str]) -> frozenset[str]:
        """The sectors of agency types: health, education, local-government and so on."""
        table = self.library.vocabularies["agency_types"]
        return frozenset(str(table[key]["sector"]) for key in types if key in table)


def asks_agreement(flow: Flow) -> bool:
    """Whether the flow has a step for the person's agreement: its own answer, or a condition that speaks of it."""
    return flow.row.get("agreement_of_person") == "asked" or bool(AGREES.search(str(flow.row.get("conditions", ""))))


def question_of(
    flow: Flow, senders: Iterable[Party], recipients: Iterable[Party], *, library: Library, nation: str, on: date
) -> FlowQuestion:
    """A flow of an agreement between some of its ends, taken as one body at each, with what the flow says of people."""
    known = flow.row.get("identifiability")
    kinds = [frozenset(kind for party in ends for kind in party.types) for ends in (senders, recipients)]
    categories = frozenset(str(category["id"]) for category in flow.categories)
    return FlowQuestion(
        library, kinds[0], kinds[1], flow.purpose_ids, categories, nation, on, flow.subjects,
        known if isinstance(known, str) else "", "asked" if asks_agreement(flow) else "none",
    )
