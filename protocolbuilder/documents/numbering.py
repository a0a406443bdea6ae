"""Where the sections of an agreement or protocol are printed: `section 9.1`, `appendix C`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from protocolbuilder.documents import templates, word
from protocolbuilder.documents.context import Numbers, context
from protocolbuilder.documents.filling import fill
from protocolbuilder.documents.inheriting import Alone
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import canonical
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.reading import from_json
from protocolbuilder.domain.schema import Schema, Section
from protocolbuilder.law.library import Library

_ANY_STAMP: Final = Stamp("", "", "", "", datetime(2026, 1, 1, tzinfo=UTC))


def placed(parent: Parent, library: Library) -> Parent:
    """The parent with the places where its sections are printed, found by printing it with the shipped template."""
    return replace(parent, places=_places(parent.schema, canonical(parent.agreement), library))


@lru_cache(maxsize=32)
def _places(schema: Schema, content: bytes, library: Library) -> Mapping[str, str]:
    agreement, template = from_json(content), templates.load(schema.id)
    listener = _Listener(agreement)
    said = context(
        schema, agreement, library, stamp=_ANY_STAMP, named=word.named(template, schema), marks=listener
    )  # fmt: skip
    for _ in fill(template, {**said, "number": listener.numbers}).body:
        pass  # the text is not wanted: it is asked for as it is made
    return MappingProxyType(listener.found)


class _Listener(Alone):
    """The template asks at the start of each section where it comes from: then its number is the latest given."""

    def __init__(self, agreement: Any) -> None:
        super().__init__(agreement)
        self.numbers, self.found = Numbers(), dict[str, str]()

    def mark(self, section: Section, name: Any) -> Any:
        return _Asked(section.id, self)


@dataclass(frozen=True, slots=True)
class _Asked:
    section: str
    listener: _Listener

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        if self.listener.numbers.here:
            self.listener.found[self.section] = self.listener.numbers.here
        return False
