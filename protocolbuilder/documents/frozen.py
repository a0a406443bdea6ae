"""What a document is made from, as text: so that it can be made later, by another process, as it stood when asked for.

What the store never changes is named and read again: the house style by its number, the records on the law library by
their ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.stock import Stock
from protocolbuilder.domain.agreement import Agreement, to_json
from protocolbuilder.domain.consultation import NOTHING, as_values, from_values
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.reading import from_json
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.findings import Finding
from protocolbuilder.law.library import Library

SHAPE = 1
"""Of this text. A worker of a later release still reads those before."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """`on`: the day of the source; `records`: ids of the records that lie over the law library; `style`: the number of
    the house style, 0 for the plain look. `said` is the text as it was read."""

    on: date
    records: tuple[str, ...]
    style: int
    said: Mapping[str, Any]

    def source(self, schema: Callable[[str], Schema], library: Library, stock: Stock) -> Source:
        """The source as it was, of this library and these templates. The stamp says the library that is used."""
        said = self.said
        at = datetime.fromisoformat(said["stamp"]["at"])
        stamp = Stamp(**{**said["stamp"], "at": at, "library": library.version})
        return Source(
            schema(said["schema"]), from_json(said["agreement"]), library, stamp, self.on,
            findings=tuple(Finding(**one) for one in said["findings"]), newer=said["newer"], party=said["party"],
            parent=_parent(said["parent"], schema), own=from_json(said["own"]) if said["own"] else None, stock=stock,
            consulted=from_values(said["consulted"]) if "consulted" in said else NOTHING,
        )  # fmt: skip


def frozen(source: Source, *, records: Iterable[str], style: int) -> str:
    """The same source gives the same text."""
    parent = source.parent
    above = parent and {
        "ref": parent.ref, "number": parent.number, "schema": parent.schema.id, "agreement": _written(parent.agreement),
        "places": dict(parent.places),
    }  # fmt: skip
    said = {
        "shape": SHAPE, "schema": source.schema.id, "agreement": _written(source.agreement),
        "own": _written(source.own) if source.own else None, "parent": above, "newer": source.newer,
        "stamp": {**asdict(source.stamp), "at": source.stamp.at.isoformat()}, "on": source.on.isoformat(),
        "findings": [asdict(one) for one in source.findings], "party": source.party, "records": list(records),
        "style": style, "consulted": as_values(source.consulted),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def thawed(text: str) -> Frozen:
    said = json.loads(text)
    return Frozen(date.fromisoformat(said["on"]), tuple(said["records"]), said["style"], said)


def _written(agreement: Agreement) -> str:
    """In its own order, which the data in a document have too."""
    return to_json(agreement)


def _parent(said: Mapping[str, Any] | None, schema: Callable[[str], Schema]) -> Parent | None:
    if said is None:
        return None
    return Parent(said["ref"], said["number"], schema(said["schema"]), from_json(said["agreement"]), said["places"])
