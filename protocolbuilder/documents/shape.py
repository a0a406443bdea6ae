"""The shape of what a template may say: which names there are, what each holds, and which addresses it prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from protocolbuilder.documents.answers import ALIKE, SHORT
from protocolbuilder.domain.schema import Schema, Section

NOTHING: Final[Mapping[str, Shape]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shape:
    """`parts` are its attributes, `element` what a loop over it gives. `prints` are the addresses (without item ids)
    that printing it names, `covers` those it prints without naming them. `called` is written with brackets after it."""

    parts: Mapping[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    prints: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    called: bool = False


TEXT: Final = Shape()
CALLED: Final = Shape(called=True)
STAMP: Final = Shape(dict.fromkeys(("name", "reference", "version", "digest", "library", "fingerprint", "day"), TEXT))
POWERS: Final = Shape(element=Shape(dict.fromkeys(("gateway", "words"), TEXT)))
NUMBER: Final = Shape(dict.fromkeys(("section", "part", "appendix"), CALLED))


def rows(*columns: str) -> Shape:
    """The shape of a list whose entries have these texts."""
    return Shape(element=Shape(dict.fromkeys(columns, TEXT)))


OF_ITEMS: Final[Mapping[str, Mapping[str, Shape]]] = {
    "flows": {
        "label": Shape(prints=frozenset({"flows.ref"})),
        "powers": POWERS,
        "marks": TEXT,
        "senders": TEXT,
        "recipients": TEXT,
        "information": TEXT,
        "only_when_needed": TEXT,
        "never": TEXT,
    },
    "items": {"number": TEXT, "restrictions": rows("name")},
    "gateways": {"law": Shape(dict.fromkeys(("nature", "what_it_does", "data_limit", "source_url", "verified"), TEXT))},
    "parties": {"signatories": rows("name", "post")},
}
BESIDE: Final[Mapping[str, Shape]] = {
    "stamp": STAMP,
    "number": NUMBER,
    "not_stated": TEXT,
    "unstated": rows("title"),
    "flags": rows("place", "text"),
    "library_terms": rows("name", "meaning"),
    "accepted": rows("rule", "place", "text", "by", "at", "reason"),
    "message": TEXT,
    "under": Shape(dict.fromkeys(("name", "fingerprint", "note"), TEXT)),
}


def agreement_shape(schema: Schema) -> Mapping[str, Shape]:
    """Every name of a template for this schema: its sections and `BESIDE`."""
    return {**{key: _section(section) for key, section in schema.sections.items()}, **BESIDE}


def addresses(schema: Schema) -> frozenset[str]:
    """`flows.methods` and so on: section and question, without item ids."""
    return frozenset(f"{key}.{question}" for key, section in schema.sections.items() for question in section.questions)


def _section(section: Section) -> Shape:
    every = frozenset(f"{section.id}.{key}" for key in section.questions)
    alike = frozenset(f"{section.id}.{key}" for key, question in section.questions.items() if question.kind in ALIKE)
    parts = {key: _question(f"{section.id}.{key}") for key in section.questions}
    parts |= dict.fromkeys(("does_not_apply", "answered"), TEXT)
    parts |= {"rest": _rows(section, every), "every": _rows(section, every)}
    if not section.is_list:
        return Shape({**parts, "inherited": TEXT})
    known = {"id": TEXT, "called": TEXT, "unusual": _rows(section, every - alike)}
    item = Shape({**parts, **known, **OF_ITEMS.get(section.id, NOTHING)})
    told = dict.fromkeys(("does_not_apply", "inherited", "answered"), TEXT)
    return Shape({**told, "usual": _rows(section, alike)}, element=item)


def _rows(section: Section, covered: frozenset[str]) -> Shape:
    """Rows of answers. Those that are short and those that are long cover the answers only together."""
    short = frozenset(f"{section.id}.{key}" for key, question in section.questions.items() if question.kind in SHORT)
    parts = {"short": covered & short, "long": covered - short}
    return Shape({key: Shape(element=_row(part)) for key, part in parts.items()}, element=_row(covered))


def _row(covered: frozenset[str]) -> Shape:
    return Shape({"title": TEXT, "lead": TEXT, "words": Shape(covers=covered)})


def _question(address: str) -> Shape:
    named = frozenset({address})
    return Shape({"each": Shape(element=Shape(prints=named))}, prints=named)
