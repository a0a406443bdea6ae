"""One flow as a question to the law library: between two bodies, for purposes, with data, in a nation, on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from protocolbuilder.law.library import Library


@dataclass(frozen=True, slots=True)
class FlowQuestion:
    """Ids of the library. `nation` is "" when it is not to be tested."""

    library: Library
    senders: frozenset[str]
    recipients: frozenset[str]
    purposes: frozenset[str]
    categories: frozenset[str]
    nation: str
    on: date

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
