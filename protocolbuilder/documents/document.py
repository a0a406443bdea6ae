"""One document of the family: what it is called and for, how each form of it is made, and when it is not made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from protocolbuilder.documents import pdf
from protocolbuilder.documents.shape import Shape
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.schema import Schema

As = Literal["docx", "xlsx", "csv", "html", "json", "pptx", "zip"]
Maker = Callable[[Source], bytes]
Shapes = Mapping[str, Shape]


def _none_lacking(source: Source) -> str:
    return ""


def _nobody(source: Source) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Document:
    """One row. `use`: what it is for, in one line. `forms`: how each form of it is made.

    `template` is the name of its Word template without version (`summary` of `summary-1.docx`), or "", and `shape` what
    that may say. `lacking` says why it is not made of an agreement, or "". `per_party` gives the ids of the partners
    for each of which it can be made alone (`Source.party`).
    """

    what: str
    title: str
    use: str
    forms: Mapping[As, Maker]
    template: str = ""
    shape: Callable[[Schema], Shapes] = lambda schema: {}
    lacking: Callable[[Source], str] = _none_lacking
    per_party: Callable[[Source], tuple[str, ...]] = _nobody

    @property
    def printed(self) -> pdf.From | None:
        """The form that its PDF is made of, or None."""
        return next((form for form in pdf.FILTERS if form in self.forms), None)

    @property
    def all_forms(self) -> tuple[str, ...]:
        """Its forms, with PDF, which needs LibreOffice."""
        return (*self.forms, *(("pdf",) if self.printed else ()))


def only(kind: str) -> Callable[[Source], str]:
    """For a document that is made of one kind only, `agreement` or `protocol`."""
    here = {"agreement": ("a protocol", "an agreement"), "protocol": ("an agreement", "a protocol")}[kind]

    def lacking(source: Source) -> str:
        return "" if source.schema.id.startswith(kind) else f"This is {here[0]}, and it is made of {here[1]} only."

    return lacking
