"""Every Word document of the family, from every pattern, passes the lint; and the lint finds each fault by itself."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from protocolbuilder.documents import package, templates
from protocolbuilder.documents.accessible import LONG, OF_FORM, RULES, faults, has_contents
from protocolbuilder.documents.accessible_template import template_faults
from protocolbuilder.documents.family import FAMILY, applies, make
from tests.documents.test_family import AGREEMENTS, of
from tests.second_reader import SecondReader

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
WORD = [row.what for row in FAMILY.values() if "docx" in row.forms]
VARIED = ("mash", "police-schools")
BODY, STYLES, CORE = package.WORD, "word/styles.xml", "docProps/core.xml"


@pytest.mark.parametrize("name", [*(AGREEMENTS if THOROUGH else VARIED), "protocol", "hard names"])
def test_every_document_of_every_pattern_passes(name: str) -> None:
    assert list(told(name, rules=RULES)) == []


@pytest.mark.parametrize("name", ["every question", "nothing"])
def test_so_does_one_of_every_answer_and_one_of_none(name: str) -> None:
    assert list(told(name, rules=OF_FORM)) == []


def told(name: str, **more: object) -> list[str]:
    found = of(name)
    made = {what: make(what, found, "docx") for what in WORD if applies(FAMILY[what], found)}
    return [
        f"{what}: {fault}" for what, docx in made.items()
        for fault in faults(package.read_own(docx), **more)  # type: ignore[arg-type]
    ]  # fmt: skip


@pytest.mark.slow
def test_what_is_longer_than_ten_pages_lists_its_contents(second_reader: SecondReader) -> None:
    found = of("mash")
    for what in WORD:
        docx = make(what, found, "docx") if applies(FAMILY[what], found) else b""
        if docx and len(re.findall(rb"/Type\s*/Page\b(?!s)", second_reader.to_pdf(docx))) > 10:
            assert has_contents(package.read_own(docx)), what


# --- each rule finds its fault in a document that has no other


@cache
def sound() -> dict[str, bytes]:
    return package.read_own(make("agreement", of("police-schools"), "docx"))


PLANTED: dict[str, tuple[str, str, str, str]] = {
    # what is done: part, words of its XML, what stands there then, words of the fault
    "no title": (CORE, r"<dc:title>.*?</dc:title>", "<dc:title/>", "state no title"),
    "no language of the file": (CORE, r"<dc:language>.*?</dc:language>", "", "state no language"),
    "another language of the file": (CORE, "en-GB", "en-US", "en-US"),
    "no language of the text": (STYLES, r"<w:lang [^>]*/>", "", "has no language"),
    "text in another language": (BODY, r"<w:r><w:t ", '<w:r><w:rPr><w:lang w:val="fr-FR"/></w:rPr><w:t ', "fr-FR"),
    "a level left out": (BODY, 'w:val="Heading1"', 'w:val="Heading3"', "is of level 3"),
    "no name of a table": (BODY, r"<w:tblCaption [^>]*/>", "", "It has no name."),
    "no description of a table": (BODY, r"<w:tblDescription [^>]*/>", "", "It has no description."),
    "no heads of a table": (BODY, r"<w:tblHeader/>", "", "marked as headings"),
    "heads that are torn apart": (BODY, r"<w:cantSplit/>(?=<w:tblHeader/>)", "", "torn apart"),
    "an empty paragraph": (BODY, r"<w:body>", "<w:body><w:p/>", "An empty paragraph"),
    "two empty ones at the end": (BODY, r"<w:sectPr(?!.*<w:sectPr)", "<w:p/><w:p/><w:sectPr", "An empty paragraph"),
    "small text of a style": (STYLES, r'<w:sz w:val="24"/>(?=.*"Celltext")', '<w:sz w:val="21"/>', "10.5 points"),
    "small text of a run": (BODY, r"<w:r><w:t ", '<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t ', "9 points"),
    "faint text": (BODY, r"<w:r><w:t ", '<w:r><w:rPr><w:color w:val="AAAAAA"/></w:rPr><w:t ', "stands out 2.3 to 1"),
    "text on a dark cell": (BODY, r'(<w:shd [^>]*w:fill=")[0-9A-F]{6}', r"\g<1>404040", "stands out"),
    "a cell that only its colour tells": (
        BODY, r"(<w:tc>(?:(?!</w:tc>).)*?<w:tcW [^>]*/>)((?:(?!</w:tc>).)*?</w:tcPr>)(?:(?!</w:tc>).)*</w:tc>",
        r'\1<w:shd w:val="clear" w:fill="00FF00"/></w:tcPr><w:p/></w:tc>', "by its colour alone",
    ),
    "no list of contents": (BODY, r" TOC [^<]*", " QUOTE ", "no list of contents"),
    "a link that says nothing": (
        BODY, r"<w:body>", '<w:body><w:p><w:hyperlink w:anchor="a"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>',
        "A link says only “here”",
    ),
    "a typed list": (BODY, r"<w:body>", "<w:body><w:p><w:r><w:t>• one</w:t></w:r></w:p>", "is typed"),
    "a doubled space": (BODY, r"<w:body>", "<w:body><w:p><w:r><w:t>one  two</w:t></w:r></w:p>", "is doubled"),
    "a picture without words": (
        BODY, r"<w:body>",
        '<w:body><w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><wp:docPr id="9" name="Map"/></wp:inline></w:drawing></w:r></w:p>',
        "The picture “Map” has no text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_found(what: str) -> None:
    part, there, then, saying = PLANTED[what]
    before = sound()[part].decode()
    after = re.sub(there, then, before, flags=re.DOTALL, count=0 if part != BODY or "<w:r>" not in there else 3)
    assert after != before
    found = [str(fault) for fault in faults({**sound(), part: after.encode()})]
    assert any(saying in fault for fault in found), found[:5]


def test_what_is_sound_is_long_enough_for_every_rule() -> None:
    assert faults(sound()) == ()
    assert len(re.sub(r"<[^>]*>", "", sound()[BODY].decode())) > LONG


def test_a_second_language_of_the_country_is_no_fault() -> None:
    welsh = sound()[BODY].replace(b"<w:r><w:t ", b'<w:r><w:rPr><w:lang w:val="cy-GB"/></w:rPr><w:t ', 3)
    assert faults({**sound(), BODY: welsh}) == ()


# --- a template, before any document is made of it

PICTURE = PLANTED["a picture without words"][2].removeprefix("<w:body>")
IN_TEMPLATE: dict[str, tuple[str, str, str, str]] = {
    "no paragraph that is the title": (BODY, r'<w:pStyle w:val="Title"/>', "", "has the style “Title”"),
    "no heads of a table": (BODY, r"<w:tblHeader/>", "", "marked as headings"),
    "no description of a table": (BODY, r"<w:tblDescription [^>]*/>", "", "It has no description."),
    "small text": (BODY, r"<w:r><w:t", '<w:r><w:rPr><w:sz w:val="16"/></w:rPr><w:t', "The text is of 8 points."),
    "a picture without words": (BODY, r"(?<=<w:body>)", PICTURE, "The picture “Map” has no text"),
    "an empty paragraph": (BODY, r"(?<=<w:body>)", "<w:p/>", "An empty paragraph follows"),
    "no language of the file": (CORE, r"<dc:language>.*?</dc:language>", "", "state no language"),
}


@pytest.mark.parametrize("path", sorted(templates.folder().glob("*.docx")), ids=lambda path: path.stem)
def test_a_shipped_template_has_no_fault_of_its_own(path: Path) -> None:
    assert template_faults(path.read_bytes()) == ()


@pytest.mark.parametrize("what", IN_TEMPLATE)
def test_a_fault_of_a_template_is_found_before_a_document_is_made(what: str) -> None:
    part, there, then, saying = IN_TEMPLATE[what]
    parts = package.read(templates.load("summary-1"))
    planted = re.sub(there, then, parts[part].decode())
    assert planted != parts[part].decode()
    found = [str(fault) for fault in template_faults(package.write({**parts, part: planted.encode()}))]
    assert any(saying in fault for fault in found), found[:5]
