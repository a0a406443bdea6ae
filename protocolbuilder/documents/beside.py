"""What a template may say of an item beside its own answers: a flow's powers, a provision's law, who signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace as Said
from typing import Any

from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names
from protocolbuilder.domain.marks import nature
from protocolbuilder.domain.matrix import flow_powers, references, rows_of
from protocolbuilder.law.library import Library

Beside = Callable[[Mapping[str, Any]], dict[str, Any]]


def beside(agreement: Agreement, library: Library, names: Names) -> Mapping[str, Beside]:
    """For each list section that has more to say, what an item adds; see `shape.OF_ITEMS`."""
    return {
        "flows": _flows(agreement, library, names),
        "gateways": lambda row: {"law": _law(row, library)},
        "parties": _parties(agreement),
    }


def _flows(agreement: Agreement, library: Library, names: Names) -> Beside:
    labels = references(agreement)
    powers = flow_powers(agreement, library.vocabularies["gateways"])

    def add(row: Mapping[str, Any]) -> dict[str, Any]:
        marked = [
            Said(gateway=Words(names.item(power.gateway)), words=Words(power.words), verified=power.verified)
            for power in powers.get(row["id"], ())
        ]
        return {"label": Words(labels.get(row["id"], "")), "powers": marked}

    return add


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
