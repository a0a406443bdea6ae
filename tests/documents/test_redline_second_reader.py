"""LibreOffice takes and refuses every tracked change of our redlines: what is then there is the new file, or the old.

Compared are the paragraphs that say something, the rows of tables, headers and footers. LibreOffice 7.4 leaves an empty
paragraph where a whole paragraph right before a table was taken away (of any origin); it says nothing, and
`test_redline.py`, which goes by the rules of the format, compares the empty ones too.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from protocolbuilder.documents import package, visible
from protocolbuilder.documents.redline import redline
from tests.documents import made
from tests.documents.edits import edited
from tests.law.filled import filled
from tests.second_reader import SecondReader

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
SIZES = (*("police-schools", "la-school") * 5, "mash")  # about 30, 40 and 70 pages
CASES = range(200 if os.environ.get("PB_THOROUGH") else 20)
Read = dict[str, Any]


def settled(reader: SecondReader, file: bytes, *, way: str) -> Read:
    """What LibreOffice shows after all changes are taken or refused."""
    found = reader.settled(file, way=way)
    return {
        "body": [text.rstrip("\t") for text in found["body"] if text.strip()],  # then its page
        "rows": found["rows"],
        "furniture": {re.sub(r"Page \d+ of \d+", "Page # of #", text) for text in found["furniture"]},
    }


def real(file: bytes) -> Read:
    """What the new or the old file says; `test_second_reader.py` shows that LibreOffice sees the same there."""
    parts = package.read(file)
    blocks = visible.blocks(parts)
    tables = [block for block in blocks if isinstance(block, visible.Table)]
    feet = [name for name in parts if name.startswith("word/footer")]
    return {
        "body": [text.rstrip("\t") for block in blocks for text in visible.texts_of(block) if text.strip()],
        "rows": [["\n".join(p.text for p in cell) for cell in row.cells] for table in tables for row in table.rows],
        "furniture": {text for name in feet for foot in visible.blocks(parts, name) for text in visible.texts_of(foot)},
    }


@pytest.mark.parametrize("case", CASES)
def test_both_hold_in_the_second_reader(second_reader: SecondReader, case: int) -> None:
    random = Random(case)
    before = edited(filled(SIZES[case % len(SIZES)]), random)
    old, new = made.docx(before), made.docx(edited(before, random))
    found = redline(old, new, author="Version 2", at=AT)
    assert settled(second_reader, found, way="take") == real(new)
    assert settled(second_reader, found, way="refuse") == real(old)


def test_a_planted_fault_is_seen_by_the_second_reader(second_reader: SecondReader) -> None:
    before = filled("police-schools")
    old, new = made.docx(before), made.docx(edited(before, Random(7)))
    parts = package.read(redline(old, new, author="Version 2", at=AT))
    root = package.parse(parts, package.WORD)
    deletion = root.find(".//{*}p/{*}del")
    deletion.getparent().remove(deletion)
    spoilt = package.write({**parts, package.WORD: package.serialise(root)})
    assert settled(second_reader, spoilt, way="refuse") != real(old)
