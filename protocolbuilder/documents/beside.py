"""What a template may say of an item beside its own answers: a flow's powers, a provision's law, who signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.marked import marks
from protocolbuilder.documents.numbered import Numbered, numbered
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names
from protocolbuilder.domain.marks import Power, nature
from protocolbuilder.domain.matrix import flow_powers, ids, references, rows_of
from protocolbuilder.law.library import Library
from protocolbuilder.law.restrictions import Restriction, restrictions

MANY: Final = 4  # ends of a flow that a table can still name in one cell
Beside = Callable[[Mapping[str, Any]], dict[str, Any]]


def beside(agreement: Agreement, library: Library, names: Names, *, on: date) -> Mapping[str, Beside]:
    """For each list section that has more to say, what an item adds; see `shape.OF_ITEMS`. `on`: the day of the law."""
    order = numbered(agreement, names)
    return {
        "flows": _flows(agreement, library, names, order=order),
        "items": _items(order, restrictions(agreement, library, on=on)),
        "gateways": lambda row: {"law": _law(row, library)},
        "parties": _parties(agreement),
    }


def _flows(agreement: Agreement, library: Library, names: Names, *, order: Numbered) -> Beside:
    labels = references(agreement)
    powers = flow_powers(agreement, library.vocabularies["gateways"])

    @cache
    def marked(found: tuple[Power, ...]) -> tuple[list[Said], Words]:
        """The powers of a flow and their marks, made once for all flows that have the same."""
        each = [Said(gateway=Words(names.item(power.gateway)), words=Words(power.words)) for power in found]
        return each, Words(marks(found))

    def add(row: Mapping[str, Any]) -> dict[str, Any]:
        each, summed = marked(tuple(powers.get(row["id"], ())))
        return {
            "label": Words(labels.get(row["id"], "")),
            "powers": each,
            "marks": summed,
            "senders": _ends(row, "from", names),
            "recipients": _ends(row, "to", names),
            "information": Words(order.brief(ids(row, "items"))),
            "only_when_needed": Words(order.brief(ids(row, "optional_items"))),
            "never": Words(order.brief(ids(row, "withheld_items"))),
        }

    return add


def _items(order: Numbered, restricted: Mapping[str, tuple[Restriction, ...]]) -> Beside:
    def add(row: Mapping[str, Any]) -> dict[str, Any]:
        laws = [Said(name=Words(one.name)) for one in restricted.get(row["id"], ())]
        return {"number": Words(order.number(row["id"])), "restrictions": laws}

    return add


def _ends(row: Mapping[str, Any], question: str, names: Names) -> Words:
    """Who sends or receives, by name; many of them only by how many, their names are in the card of the flow."""
    found = ids(row, question)
    if len(found) > MANY:
        ends = "senders" if question == "from" else "recipients"
        return Words(f"{len(found)} {ends}, named in the card of this flow")
    return Words(*map(names.item, found), between="; ")


def _law(row: Mapping[str, Any], library: Library) -> Said | Words:
    """The entry of the law library in words; empty for a citation of the agreement's own."""
    provision = row.get("provision")
    entry = library.entry("gateways", provision) if isinstance(provision, str) else None
    if entry is None:
        return Words()
    law = {key: Words(str(entry[key] or "")) for key in ("what_it_does", "data_limit", "source_url")}
    return Said(**law, nature=Words(nature(entry)), verified=entry["verified"])


def _parties(agreement: Agreement) -> Beside:
    signing: dict[Any, list[Said]] = {}
    for row in rows_of(agreement, "contacts"):
        if row.get("function") == "signatory" and isinstance(row.get("of"), str):
            person = Said(name=Words(str(row.get("name", ""))), post=Words(str(row.get("post", ""))))
            signing.setdefault(row["of"], []).append(person)
    nobody = [Said(name=Words(), post=Words())]
    return lambda row: {"signatories": signing.get(row["id"], nobody)}
