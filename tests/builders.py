"""Agreements for tests, with valid defaults: a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.domain import agreement as agreements
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.schema import list_sections


def empty(schema: str = "agreement-1") -> Agreement:
    """An agreement with no answers."""
    return agreements.new(schema, library="2026.11", sections=list_sections(catalogue.schema(schema)))


def with_answers(base: Agreement | None = None, **answers: Any) -> Agreement:
    """An agreement with answers by section: `with_answers(about={"title": "A"}, parties=[party("p1", "Police")])`."""
    result = base or empty()
    for section, value in answers.items():
        result = agreements.put(result, section, value)
    return result


def party(item_id: str, name: str, **answers: Any) -> Mapping[str, Any]:
    """A partner with everything that is required."""
    defaults = {"kind": "organisation", "agency_types": ["police"], "role": "controller"}
    return {"id": item_id, "name": name, **defaults, **answers}


def flow(item_id: str, sender: str, recipient: str, **answers: Any) -> Mapping[str, Any]:
    """A flow with everything that is required, between items `small()` holds."""
    return {
        "id": item_id,
        "from": [sender],
        "to": [recipient],
        "items": ["i1"],
        "subjects": ["s1"],
        "purposes": ["pu1"],
        "gateways": ["g1"],
        "bases": ["b1"],
        "necessity": "Less would not show the risk.",
        "methods": ["secure-portal"],
        "frequency": "on-event",
        "respond_within": "P1D",
        "mode": "push",
        **answers,
    }


def small() -> Agreement:
    """Two partners, one of everything, one flow each way: no problem but the missing standards sections."""
    return with_answers(
        about={
            "title": "Sharing between police and council",
            "kind": "isa",
            "tier": "agreement",
            "nations": ["england"],
        },
        parties=[party("p1", "Northshire Police"), party("p2", "Northshire Council", agency_types=["la-children"])],
        purposes=[
            {
                "id": "pu1",
                "statement": "Decide what help a child needs.",
                "categories": ["mash"],
                "outcome": "Help comes sooner.",
                "necessity": "No partner sees the whole risk alone.",
            }
        ],
        subjects=[{"id": "s1", "kind": "child"}],
        items=[{"id": "i1", "name": "Concern about a child", "category": "risk-assessment"}],
        gateways=[{"id": "g1", "provision": "ca-2004-s11", "stated_as": "function"}],
        bases=[{"id": "b1", "applies_to": "all", "covers": "all-flows", "regime": "uk-gdpr", "art6": ["art6-1-e"]}],
        flows=[flow("f1", "p1", "p2"), flow("f2", "p2", "p1")],
        retention=[
            {
                "id": "r1",
                "what": ["i1"],
                "keeper": ["p2"],
                "period": "P6Y",
                "trigger": "case closure",
                "disposal": "destroy",
            }
        ],
    )
