"""What two agreements have in common when they are for the same sharing: partners, kinds of purpose, information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import ids, rows_of
from protocolbuilder.law.library import plain

SECTIONS: Final = ("about", "term", "parties", "purposes", "items")
"""All that X01 reads of another agreement."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Names of partners, kinds of purpose, and kind and name of each item; case, accents and spaces aside."""

    schema: str
    partners: frozenset[str]
    purposes: frozenset[str]
    items: frozenset[tuple[str, str]]

    @property
    def whole(self) -> bool:
        """Whether all three are stated: two drafts that say nothing have nothing in common."""
        return bool(self.partners and self.purposes and self.items)


def sharing_of(agreement: Agreement) -> Sharing:
    """Of a draft too, whose answers may be wrong: what is not well formed is left out."""
    names = (plain(row["name"]) for row in rows_of(agreement, "parties") if isinstance(row.get("name"), str))
    items = ((str(row.get("category")), plain(str(row.get("name", "")))) for row in rows_of(agreement, "items"))
    return Sharing(
        agreement.schema, frozenset(names),
        frozenset(kind for row in rows_of(agreement, "purposes") for kind in ids(row, "categories")), frozenset(items),
    )
