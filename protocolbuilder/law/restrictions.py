"""What the law restricts of the information that an agreement names: known as soon as a data category is chosen.

A restriction of the data travels with it, whoever sends it and for whatever purpose. That the library names it says
that it may bear: HMRC's or a benefit office's rule, for example, bears on what came from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import ids, rows_of
from protocolbuilder.law.library import Library, in_force
from protocolbuilder.law.limits import DATA, VICTIMS

RESTRICTED: Final[Mapping[str, frozenset[str]]] = {**DATA, "pcsca-2022-s44a": VICTIMS}


@dataclass(frozen=True, slots=True)
class Restriction:
    """A record of the library that restricts information: its name, with what nobody has checked, and what it says."""

    id: str
    name: str
    text: str


def restrictions(agreement: Agreement, library: Library, *, on: date) -> Mapping[str, tuple[Restriction, ...]]:
    """Item id -> what restricts it in the nations of the agreement on a day; items without any are left out."""
    records = tuple(_bearing(library, _nations(agreement), on))
    found = {}
    for item in rows_of(agreement, "items"):
        category = item.get("category")
        here = tuple(one for key, one in records if isinstance(category, str) and category in RESTRICTED[key])
        if here:
            found[item["id"]] = here
    return found


def restricted_flows(
    agreement: Agreement, found: Mapping[str, tuple[Restriction, ...]]
) -> tuple[tuple[Restriction, tuple[str, ...], tuple[str, ...]], ...]:
    """Each restriction with the items it bears on that travel, and the flows that carry them, in order."""
    carried: dict[Restriction, tuple[dict[str, None], dict[str, None]]] = {}
    for flow in rows_of(agreement, "flows"):
        for item in (*ids(flow, "items"), *ids(flow, "optional_items")):
            for one in found.get(item, ()):
                items, flows = carried.setdefault(one, ({}, {}))
                items[item] = flows[flow["id"]] = None
    order = list(RESTRICTED)
    rows = sorted(carried.items(), key=lambda row: order.index(row[0].id))
    return tuple((one, tuple(items), tuple(flows)) for one, (items, flows) in rows)


def _bearing(library: Library, nations: frozenset[str], on: date) -> Iterable[tuple[str, Restriction]]:
    for key in RESTRICTED:
        record = library.entry("gateways", key)
        if record is None or record["status"] not in ("in-force", "unverified") or not in_force(record, on=on):
            continue
        if nations and not ({"uk"} | nations) & set(record["jurisdictions"]):
            continue
        yield key, Restriction(key, library.label("gateways", key), record["what_it_does"])


def _nations(agreement: Agreement) -> frozenset[str]:
    about: Any = agreement.answers.get("about")
    stated = about.get("nations") if isinstance(about, Mapping) else None
    return frozenset(one for one in stated if isinstance(one, str)) if isinstance(stated, list) else frozenset()
