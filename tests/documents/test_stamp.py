"""How a document says what it was made from, and that it ends where its last words stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from protocolbuilder.documents import package, templates
from protocolbuilder.documents.family import FAMILY, made_of, make
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.visible import W
from tests.documents import made
from tests.documents.test_family import of

TINY = 20  # twentieths of a point: the height of the paragraph that a table needs after it


@pytest.mark.parametrize(
    ("reference", "version", "name"),
    [
        ("ISA-2026-0001", "2", "ISA-2026-0001, version 2"),
        ("ISA-2026-0001", "draft 12", "ISA-2026-0001, draft 12"),
        ("", "draft", "Draft without a reference"),
        ("", "1", "Version 1 without a reference"),
    ],
)
def test_a_stamp_says_its_reference_and_whether_it_is_a_draft(reference: str, version: str, name: str) -> None:
    assert Stamp(reference, version, "", "", made.AT).name == name


def test_no_document_of_a_draft_without_a_reference_leaves_a_gap_for_it() -> None:
    found = of("mash")
    nameless = dataclasses.replace(found, stamp=dataclasses.replace(found.stamp, reference="", version="draft"))
    for row in made_of(nameless):
        if "docx" in row.forms:
            text = made.text(make(row.what, nameless, "docx"))
            assert "version draft" not in text, row.what
            assert "raft without a reference" in text, row.what


@pytest.mark.parametrize("name", sorted({row.template for row in FAMILY.values() if row.template}))
def test_what_must_follow_a_last_table_takes_no_page_of_its_own(name: str) -> None:
    """A document that may end in a table ends in a paragraph too small to need another page."""
    parts = package.read(templates.load(f"{name}-1"))
    *_, last = _printed(parts)
    style = last.find(f"{W}pPr/{W}pStyle") if last.tag == f"{W}p" else None
    if last.tag == f"{W}p" and "".join(last.itertext()).strip():
        return
    assert style is not None, "a table without the paragraph that must follow it"
    assert _height(parts, str(style.get(f"{W}val"))) <= TINY


def _printed(parts: dict[str, bytes]) -> Iterator[Any]:
    """The blocks of the body that print: those that only hold a tag of the template are left out."""
    for block in package.parse(parts, "word/document.xml").find(f"{W}body").iterchildren(f"{W}p", f"{W}tbl"):
        said = "".join(block.itertext()).strip()
        if block.tag != f"{W}p" or not (said.startswith("{%p") and said.endswith("%}")):
            yield block


def _height(parts: dict[str, bytes], style: str) -> int:
    styles = package.parse(parts, "word/styles.xml")
    spacing = styles.find(f"{W}style[@{W}styleId='{style}']/{W}pPr/{W}spacing")
    return int(spacing.get(f"{W}line")) if spacing is not None and spacing.get(f"{W}lineRule") == "exact" else 999
