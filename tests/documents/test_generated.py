"""Agreements at random: each opens in a second reader with no repair, holds every captured value, and is accessible."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import package, visible
from protocolbuilder.documents.accessible import OF_FORM, faults
from protocolbuilder.documents.family import FAMILY, applies, make
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import put
from protocolbuilder.domain.check import check
from tests import generated
from tests.documents import made
from tests.documents.test_family import ON
from tests.law.filled import filled
from tests.second_reader import SecondReader

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
SEEDS = range(500 if THOROUGH else 40)
WHOLE = ("agreement", "protocol")


def sizes(seed: int) -> tuple[int, int, int] | None:
    """A few of the largest; in a run that must be short, none that take a second reader long."""
    if THOROUGH:
        return generated.LARGEST if seed % 50 == 49 else None
    return (14, 20, 40) if seed % 20 == 19 else generated.SIZES[seed % 3]


def source(seed: int) -> Source:
    found = generated.agreement(seed, size=sizes(seed))
    return Source(catalogue.schema(found.schema), found, catalogue.library(), made.stamp(found), ON)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_agreement_and_another_document_open_whole_and_accessible(second_reader: SecondReader, seed: int) -> None:
    found = source(seed)
    whole = next(what for what in WHOLE if applies(FAMILY[what], found))
    others = [row.what for row in FAMILY.values() if "docx" in row.forms and row.what != whole and applies(row, found)]
    for what in (whole, Random(seed).choice(others)):
        docx = make(what, found, "docx")
        parts = package.read_own(docx)
        assert [str(fault) for fault in faults(parts, rules=OF_FORM)] == [], what
        assert every_cell_ends_in_a_paragraph(parts), what
        seen = [squeezed(text) for text in second_reader.text(docx) if text.strip()]
        assert seen == [squeezed(text) for text in said(parts)], what
        if what == whole:
            assert made.lost(found.agreement, made.text(docx)) == []


def said(parts: dict[str, bytes]) -> list[str]:
    """Every paragraph of the body that says something."""
    return [text for block in visible.blocks(parts) for text in visible.texts_of(block) if text.strip()]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def every_cell_ends_in_a_paragraph(parts: dict[str, bytes]) -> bool:
    """Else Word calls the file damaged, where others read on."""
    root: Any = package.parse(parts, package.WORD)
    return all(len(cell) and cell[-1].tag == f"{W}p" for cell in root.iter(f"{W}tc"))


def test_the_agreements_are_valid_and_say_something_of_every_kind() -> None:
    kinds, reasons, none = set[str](), 0, 0
    for seed in SEEDS[:40]:
        found = source(seed)
        assert not [one for one in check(found.schema, found.agreement, found.library) if one.kind == "wrong"]
        assert found.agreement == generated.agreement(seed, size=sizes(seed))
        reasons += len(found.agreement.does_not_apply)
        for key, section in found.schema.sections.items():
            answers: Any = found.agreement.answers[key]
            none += not answers
            for row in answers if section.is_list else [answers]:
                kinds |= {section.questions[name].kind for name in row if name != "id"}
    assert kinds >= {*generated.KINDS, "choice", "choices", "reference", "references"}
    assert reasons > 40 and none > 40


def test_two_partners_that_are_part_of_each_other_are_printed() -> None:
    found = filled("mash")
    parties = [dict(row) for row in found.answers["parties"]]
    for one, other in ((0, 1), (1, 0)):
        parties[one]["part_of"] = parties[other]["id"]
    circular = put(put(found, "parties", parties), "contacts", [])
    schema = catalogue.schema(circular.schema)
    whole = Source(schema, circular, catalogue.library(), made.stamp(circular), ON)
    for what in ("staff-guide", "family-guide", "young-guide"):
        assert str(parties[0]["name"]) in made.text(make(what, whole, "docx"))
