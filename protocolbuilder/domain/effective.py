"""What an agreement under a protocol says in effect, as a value, and where the text at each address comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from protocolbuilder.domain.agreement import Agreement, get
from protocolbuilder.domain.schema import Schema

Kind = Literal["own", "inherited", "overrides", "conflict"]
What = Literal["answer", "does_not_apply"]


@dataclass(frozen=True, slots=True)
class Parent:
    """The frozen version that another agreement stands under. `agreement` is all it says, its own parent's included.

    `ref` is its reference in the register, or ""; `number` its version, 0 for a file that is none; `places` maps the id
    of a section to where it is printed (`section 9.1`).
    """

    ref: str
    number: int
    schema: Schema
    agreement: Agreement
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its title, else its reference."""
        title = get(self.agreement, "about.title")
        return title if isinstance(title, str) and title else self.ref

    def place(self, section_id: str) -> str:
        """`section 9.1`, or the title of the section in quotes where it is printed under no number."""
        return self.places.get(section_id) or f"“{self.schema.sections[section_id].title}”"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the text at an address comes from. `address` is the place in the parent, or ""."""

    kind: Kind
    address: str = ""


OWN: Final = Origin("own")


@dataclass(frozen=True, slots=True)
class Conflict:
    """The agreement says something else where the wording of the parent is locked. Both values, or reasons why it does
    not apply (`what`)."""

    address: str
    own: Any
    theirs: Any
    what: What = "answer"


@dataclass(frozen=True, slots=True)
class Effective:
    """`agreement` is what holds; `own` what was written here. `origins` names every address that is not plainly own.

    `left_out`: addresses of the parent that were not taken over, because they name a partner or item that is not here.
    """

    own: Agreement
    agreement: Agreement
    parent: Parent | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    left_out: tuple[str, ...] = ()

    def origin(self, address: str) -> Origin:
        """Of a question, an item, or a section that is no list."""
        parts = address.split(".")
        for length in range(len(parts), 0, -1):
            found = self.origins.get(".".join(parts[:length]))
            if found is not None:
                return found
        return OWN

    def inherited(self, address: str) -> bool:
        """Whether the text there is the parent's, so that nobody can put it right here."""
        return self.origin(address).kind == "inherited"

    def of_section(self, section_id: str) -> frozenset[Kind]:
        """The kinds of origin in a section, `own` only for what is stated without the parent."""
        named = [one.kind for address, one in self.origins.items() if address.split(".")[0] == section_id]
        kinds: set[Kind] = set(named)
        return frozenset(kinds | ({"own"} if any(True for _ in self._plain(section_id)) else set()))

    def _plain(self, section_id: str) -> Iterator[str]:
        """Addresses of a section that are stated here and nowhere in the parent."""
        for address in stated(self.own, section_id):
            if address not in self.origins:
                yield address


def stated(agreement: Agreement, section_id: str) -> Iterator[str]:
    """Every question (of a section that is no list), item and statement of a section that says something."""
    found = agreement.answers.get(section_id)
    if isinstance(found, Mapping):
        yield from (f"{section_id}.{key}" for key in found)
    elif isinstance(found, list):
        yield from (f"{section_id}.{item['id']}" for item in found)
    yield from (place for place in agreement.does_not_apply if place.split(".")[0] == section_id)
