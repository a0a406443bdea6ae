"""Nothing that a person types or uploads is ever read as a template, a formula, a field or markup: it stays text."""

from __future__ import annotations

import copy
import csv
import dataclasses
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from openpyxl import load_workbook
from pptx import Presentation

from protocolbuilder import catalogue
from protocolbuilder.documents import family, package, templates, visible, word
from protocolbuilder.documents.house_dressing import dressed
from protocolbuilder.documents.house_refusals import PLACEHOLDERS
from protocolbuilder.documents.house_style import take
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stock import Stock
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.errors import BadFile
from tests.documents import injections, made
from tests.documents.injections import CANARY, PAYLOADS, PLACES, RESULT, hostile
from tests.law.filled import filled

SCHEMA = catalogue.schema("agreement-1")
OWN_FIELDS = re.compile(r'\s*(TOC \\o "1-1"( \\[hn])+|PAGEREF _Toc\d+ \\h|PAGE|NUMPAGES)\s*')
OWN_WORDS = ("other", "event", "until", "set_by")
MARK = re.compile(r" \[(\d+)\]")


@pytest.fixture(autouse=True)
def nothing_ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test runs in an empty folder, where no payload made anything."""
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / CANARY).exists()


def test_there_are_eighty_of_them() -> None:
    assert len(set(PAYLOADS)) == 80


# Branding files


def refused_or_literal(place: str, payload: str) -> None:
    content = hostile(place, payload)
    if any(sign in payload for sign in PLACEHOLDERS):
        with pytest.raises(BadFile, match="start of a placeholder"):
            take(content, "Northshire")
        return
    try:
        style = take(content, "Northshire")
    except BadFile as error:
        assert len(error.text) < 300 and "\n" not in error.text
        return
    template = dressed(templates.load("summary-1"), style)
    source = Source(SCHEMA, MASH, catalogue.library(), made.stamp(MASH), made.AT.date(), stock=Stock(style=style))
    file = family.make("summary", source)
    parts = package.read(file)
    text = " ".join("".join(package.parse(parts, name).itertext()) for name in sorted(parts) if name.endswith(".xml"))
    assert RESULT not in text and fields(parts) and template
    if place in ("in header", "split over runs", "as references", "in another encoding"):
        assert payload in "".join(package.parse(parts, "word/header-house.xml").itertext())


MASH = filled("mash")


@pytest.mark.parametrize("number", range(0, 80, 8))
def test_no_text_in_a_branding_file_is_ever_run(number: int) -> None:
    places = itertools.islice(itertools.cycle(PLACES), number, number + 8)
    for place, payload in zip(places, PAYLOADS[number : number + 8], strict=True):
        refused_or_literal(place, payload)


@pytest.mark.parametrize("place", PLACES)
def test_a_placeholder_is_found_wherever_it_stands(place: str) -> None:
    for payload in ("{{ 7*7 }}", "{% raw %}", "{# x #}"):
        with pytest.raises(BadFile, match="start of a placeholder"):
            take(hostile(place, payload))


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_no_text_in_any_place_of_a_branding_file_is_ever_run(place: str) -> None:
    for payload in PAYLOADS:
        refused_or_literal(place, payload)


@pytest.mark.parametrize("field", injections.FIELDS)
def test_a_field_that_fetches_or_starts_something_is_refused(field: str) -> None:
    for place in ("in a field", "in a simple field"):
        with pytest.raises(BadFile, match="field that fetches or starts something"):
            take(hostile(place, field))


def _with(name: str, content: bytes) -> bytes:
    return package.write({**injections.base(), name: content})


def _related(row: str) -> bytes:
    parts = injections.base()
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", f"{row}</Relationships>".encode())
    return package.write(parts)


def _in_body(xml: str) -> bytes:
    parts = injections.base()
    parts[package.WORD] = parts[package.WORD].replace(b"<w:sectPr", f"{xml}<w:sectPr".encode(), 1)
    return package.write(parts)


ELSEWHERE = 'TargetMode="External"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "macros": lambda: _with("word/vbaProject.bin", b"x"),
    "an embedded file": lambda: _with("word/embeddings/oleObject1.bin", b"x"),
    "a control": lambda: _with("word/activeX/activeX1.xml", b"<a/>"),
    "a template from elsewhere": lambda: _related(
        f'<Relationship Id="a" Type="{KIND}/attachedTemplate" Target="https://example.org/a.dotm" {ELSEWHERE}/>'
    ),
    "a picture from elsewhere": lambda: _related(
        f'<Relationship Id="a" Type="{KIND}/image" Target="https://example.org/a.png" TargetMode="External"/>'
    ),
    "a link to a file": lambda: _related(
        f'<Relationship Id="a" Type="{KIND}/hyperlink" Target="file:///c:/a.exe" TargetMode="External"/>'
    ),
    "a link to a share": lambda: _related(
        f'<Relationship Id="a" Type="{KIND}/hyperlink" Target="\\\\host\\share" TargetMode="External"/>'
    ),
    "a script link": lambda: _related(
        f'<Relationship Id="a" Type="{KIND}/hyperlink" Target="javascript:alert(1)" TargetMode="External"/>'
    ),
    "a chunk of another file": lambda: _related(
        f'<Relationship Id="a" Type="{KIND}/aFChunk" Target="media/a.html"/>'
    ),
    "an object": lambda: _in_body("<w:p><w:r><w:object/></w:r></w:p>"),
    "an imported chunk": lambda: _in_body('<w:altChunk/>'),
    "a part of a master document": lambda: _in_body("<w:p><w:subDoc/></w:p>"),
    "an entity": lambda: _with("word/header1.xml", b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'),
    "no zip": lambda: b"PK\x03\x04 nonsense",
    "a name that leads out": lambda: _with("../evil.xml", b"<a/>"),
    "a bomb": lambda: _with("word/media/a.png", b"\0" * 30_000_000),
    "more than 5 MB": lambda: b"PK\x03\x04" + b"x" * 5_000_001,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_branding_file_with_more_than_a_look_is_refused_in_one_line(what: str) -> None:
    with pytest.raises(BadFile) as told:
        take(HOSTILE[what]())
    assert "\n" not in told.value.text and 20 < len(told.value.text) < 250


def test_web_and_mail_addresses_may_stay_and_lead_nowhere() -> None:
    row = f'<Relationship Id="a" Type="{KIND}/hyperlink" Target="https://northshire.example" TargetMode="External"/>'
    assert take(_related(row)).furniture


# Text fields of an agreement


def loaded(agreement: Agreement, shift: int) -> tuple[Agreement, tuple[str, ...]]:
    """Every text of an agreement is a payload with a mark that tells which; those texts in order."""
    texts: list[str] = []

    def text(_: str) -> str:
        number = len(texts)
        texts.append(f"{PAYLOADS[(number + shift) % len(PAYLOADS)]} [{number}]")
        return texts[-1]

    def value(kind: str, given: Any) -> Any:
        if isinstance(given, dict):
            return {key: text(one) if key in OWN_WORDS else one for key, one in given.items()}
        if kind in ("line", "prose"):
            return text(given)
        if kind == "lines":
            return [text(one) for one in given]
        if isinstance(given, list):
            return [value(kind, one) if isinstance(one, dict) else one for one in given]
        return given

    answers: dict[str, Any] = copy.deepcopy(dict(agreement.answers))
    for key, found in answers.items():
        for item in found if isinstance(found, list) else [found]:
            for name in [name for name in item if name != "id"]:
                item[name] = value(SCHEMA.sections[key].questions[name].kind, item[name])
    reasons = {address: text(reason) for address, reason in agreement.does_not_apply.items()}
    flags = {address: tuple(text(one) for one in all_) for address, all_ in agreement.flags.items()}
    changed = dataclasses.replace(agreement, answers=answers, does_not_apply=reasons, flags=flags)
    return changed, tuple(texts)


def fields(parts: Mapping[str, bytes]) -> bool:
    """Whether the only fields of a Word file are ours."""
    for name in (name for name in parts if name.startswith("word/") and name.endswith(".xml")):
        root = package.parse(parts, name)
        codes = [one.text or "" for one in root.iter(f"{W}instrText")]
        assert all(OWN_FIELDS.fullmatch(code) for code in codes), codes
        assert root.find(f".//{W}fldSimple") is None
    return True


def read(content: bytes, as_: str) -> list[str]:
    """Every text of a file, as its reader sees it."""
    if as_ == "docx":
        parts = package.read(content)
        assert fields(parts)
        core = "".join(package.parse(parts, word.CORE).itertext())
        return [*visible.texts(parts), core]
    if as_ == "xlsx":
        cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        return [str(cell.value) for cell in cells if cell.value is not None]
    if as_ == "csv":
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "＝")]
        return cells
    if as_ == "pptx":
        return list(slides(content))
    page = html.fromstring(content.decode())
    assert not page.xpath("//script[contains(text(), '1337')]")
    return ["".join(page.itertext())]


def slides(content: bytes) -> Iterator[str]:
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)
        if slide.has_notes_slide:
            yield slide.notes_slide.notes_text_frame.text


def literal(found: list[str], texts: tuple[str, ...], where: str) -> int:
    """How many marks a file shows, each after its own payload, letter for letter."""
    shown = 0
    for text in found:
        assert RESULT not in text, where
        for mark in MARK.finditer(text):
            payload = texts[int(mark[1])].removesuffix(mark[0])
            said, wanted = (" ".join(one.split()).casefold() for one in (text[: mark.start()], payload))
            assert said.endswith(wanted), (where, said[-90:], payload)
            shown += 1
    return shown


def whole_family(shift: int) -> None:
    agreement, texts = loaded(MASH, shift)
    source = Source(SCHEMA, agreement, catalogue.library(), made.stamp(agreement), made.AT.date())
    for row in family.made_of(source):
        for as_ in row.forms:
            if as_ not in ("zip", "json"):
                content = family.make(row.what, source, as_)
                shown = literal(read(content, as_), texts, f"{row.what}.{as_}")
                assert shown or row.what == "review", f"{row.what}.{as_} shows none of them"


def every_question(shift: int) -> None:
    agreement, texts = loaded(made.filled(SCHEMA), shift)
    content = made.docx(agreement)
    assert literal(read(content, "docx"), texts, "agreement") >= len(texts)
    assert made.lost(agreement, made.text(content)) == []
    preview = word.preview("agreement", SCHEMA, agreement, catalogue.library(), made.stamp(agreement))
    assert "<script" not in preview
    assert literal(["".join(html.fromstring(f"<div>{preview}</div>").itertext())], texts, "preview") >= len(texts)


def test_a_text_in_any_document_of_the_family_stays_what_was_typed() -> None:
    whole_family(0)


def test_a_text_in_any_question_stays_what_was_typed() -> None:
    every_question(0)


@pytest.mark.slow
@pytest.mark.parametrize("shift", range(80))
def test_every_text_in_every_question_and_document_stays_what_was_typed(shift: int) -> None:
    whole_family(shift)
    every_question(shift)


def test_texts_are_no_markup_of_a_word_file() -> None:
    agreement, _ = loaded(MASH, 0)
    root = package.parse(package.read(made.docx(agreement)), package.WORD)
    plain = package.parse(package.read(made.docx(MASH)), package.WORD)
    tags = [{one.tag for one in tree.iter(etree.Element)} for tree in (root, plain)]
    assert tags[0] <= tags[1]
