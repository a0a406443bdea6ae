"""Blank forms: to ask for information, and to record a decision. What can be ticked comes from the agreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from protocolbuilder.documents.controllers import answer, case_of, single
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import rows_of

REQUEST: Final = "request-form-1"
DECISION: Final = "decision-form-1"
CHOICES: Final = ("partners", "purposes", "items", "powers", "people", "methods", "bases")
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    **{name: rows("name") for name in CHOICES},
    "answered_within": TEXT,
    "decision_record": TEXT,
    "police": TEXT,
}
"""Every name that `request-form-1.docx` and `decision-form-1.docx` may say."""


class Choice:
    """One line that can be ticked."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = Words(name)


def request(source: Source) -> bytes:
    """The form that asks for information, as a Word file."""
    return printed(source, REQUEST, _said(source), called="request form")


def decision(source: Source) -> bytes:
    """The form that records a decision to share or not to share, as a Word file."""
    return printed(source, DECISION, _said(source), called="decision form")


def _said(source: Source) -> dict[str, Any]:
    names, flows = source.names, rows_of(source.agreement, "flows")
    sections = {"partners": "parties", "purposes": "purposes", "items": "items", "powers": "gateways"}
    sections |= {"people": "subjects", "bases": "bases"}
    found = {
        name: _choices(names.item(row["id"]) for row in rows_of(source.agreement, section))
        for name, section in sections.items()
    }
    methods = (one for flow in flows for one in answer(source, "flows", flow, "methods", between="\n").split("\n"))
    police = any(party.competent == "yes" for party in case_of(source).members)
    return {
        **found,
        "methods": _choices(methods),
        "answered_within": Words(single(source, "requests.respond_within")),
        "decision_record": Words(single(source, "requests.decision_record")),
        "police": Words("yes") if police else Words(),
    }


def _choices(entries: Iterable[str]) -> list[Choice]:
    return [Choice(entry) for entry in dict.fromkeys(filter(None, entries))]
