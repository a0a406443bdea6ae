"""The look of an organisation's Word file is put onto every document; what the documents need stays as it is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.shared import Cm, Pt, RGBColor
from lxml import etree
from PIL import Image

from protocolbuilder import catalogue
from protocolbuilder.documents import (
    accessible,
    embed,
    family,
    house_furniture,
    house_pictures,
    house_refusals,
    package,
    returned,
    templates,
    visible,
    word,
)
from protocolbuilder.documents.house_dressing import dressed
from protocolbuilder.documents.house_look import contrast
from protocolbuilder.documents.house_pictures import OPENING
from protocolbuilder.documents.house_style import HouseStyle, take
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stock import Stock
from protocolbuilder.errors import BadFile
from protocolbuilder.intake import evidence
from protocolbuilder.settings import Settings
from tests.documents import branded, made
from tests.documents.branded import COUNCIL, GREEN, council, file, w
from tests.documents.test_family import ONE_PAGE
from tests.law.filled import filled
from tests.second_reader import SecondReader

NAMES = sorted(path.stem for path in templates.folder().glob("*.docx"))
AGREEMENT = filled("mash")


@pytest.fixture(scope="module")
def style() -> HouseStyle:
    return take(file(council()), COUNCIL)


def printed(style: HouseStyle | None, what: str = "agreement", *, folder: Path | None = None) -> bytes:
    stock = Stock(folder, style, family.shape_of)
    schema = catalogue.schema(AGREEMENT.schema)
    stamp = made.stamp(AGREEMENT)
    source = Source(schema, AGREEMENT, catalogue.library(), stamp, made.AT.date(), stock=stock)
    return family.make(what, source)


def styles(parts: dict[str, bytes]) -> dict[str, Any]:
    root = package.parse(parts, "word/styles.xml")
    return {one.find(w("name")).get(w("val")).lower(): one for one in root.iter(w("style"))}


def stated(style: Any, name: str, key: str = "val") -> str | None:
    found = style.find(f"{w('rPr')}/{w(name)}")
    return None if found is None else found.get(w(key))


def furniture(content: bytes, kind: str) -> list[str]:
    parts = package.read(content)
    return [name for name in parts if name.startswith(f"word/{kind}")]


def test_fonts_sizes_and_colours_are_taken_over(style: HouseStyle) -> None:
    found = styles(package.read(printed(style)))
    assert [stated(found["heading 1"], *one) for one in (("rFonts", "ascii"), ("color",), ("sz",))] == [
        "Trebuchet MS", GREEN, "38",
    ]  # fmt: skip
    root = package.parse(package.read(printed(style)), "word/styles.xml")
    default = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
    assert default.find(w("rFonts")).get(w("ascii")) == "Arial" and default.find(w("color")).get(w("val")) == "1A1A1A"
    assert default.find(w("lang")).get(w("val")) == "en-GB"
    assert "Heading 1: Trebuchet MS, 19 points, colour #005E50, bold." in style.taken


@pytest.mark.parametrize("name", NAMES)
def test_every_template_keeps_its_variables_styles_and_table_heads(style: HouseStyle, name: str) -> None:
    plain, now = templates.load(name), dressed(templates.load(name), style)
    before, after = package.read_own(plain), package.read_own(now)
    assert set(styles(before)) | {one.lower() for one in visible.HOUSE} == set(styles(after))
    for part in ("word/document.xml", "word/footer1.xml", "word/footer2.xml"):
        one, two = (str(etree.tostring(package.parse(parts, part), encoding="unicode")) for parts in (before, after))
        assert one.count("{{") == two.count("{{") and one.count("<w:tblHeader") == two.count("<w:tblHeader")
    assert templates.check_one(
        name, now, [catalogue.schema(one) for one in catalogue.SCHEMAS], family.shapes(catalogue.schema("agreement-1"))
    ) == ()


def test_the_line_with_reference_and_fingerprint_stands_on_every_page(style: HouseStyle) -> None:
    content = printed(style)
    parts = package.read(content)
    related = {row.get("Id"): row.get("Target") for row in package.parse(parts, "word/_rels/document.xml.rels")}
    sections = list(package.parse(parts, package.WORD).iter(w("sectPr")))
    for number, section in enumerate(sections):
        rows = section.findall(w("footerReference"))
        assert {row.get(w("type")) for row in rows} == ({"first", "default"} if number == 0 else {"default"})
        for row in rows:
            name = related[row.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")]
            text = "".join(package.parse(parts, f"word/{name}").itertext())
            assert made.stamp(AGREEMENT).fingerprint in text and "County Hall" in text


def test_what_a_house_style_adds_is_no_difference_to_the_data(style: HouseStyle) -> None:
    content = printed(style)
    assert made.text(content) == made.text(printed(None))
    assert embed.differences(content, made.parts(AGREEMENT)) == ()
    assert embed.take(content) == AGREEMENT
    assert word.html(content) == word.html(printed(None))


def test_a_file_that_comes_back_in_a_house_style_holds_no_change_of_anybody(style: HouseStyle) -> None:
    content, schema, stamp = printed(style), catalogue.schema(AGREEMENT.schema), made.stamp(AGREEMENT)
    for kept in (b"", content):
        assert returned.read(content, schema, AGREEMENT, catalogue.library(), stamp, printed=kept).items == ()


def test_each_picture_says_whose_logo_it_is(style: HouseStyle) -> None:
    parts = package.read(printed(style))
    said = []
    for name in (name for name in parts if name.startswith("word/header")):
        known = package.parse(parts, name).iter("{*}docPr")
        said += [(one.get("descr"), int(one.get("id"))) for one in known]
    assert [words for words, _ in said] == [f"Logo of {COUNCIL}"] * 2
    assert len({number for _, number in said}) == 2


def test_alternative_text_of_its_own_is_kept_and_one_made_by_a_program_is_not() -> None:
    for given, wanted in (
        ("Crest of Northshire", "Crest of Northshire"),
        ("A picture containing text\n\nDescription automatically generated", f"Logo of {COUNCIL}"),
        ("logo-final2.png", f"Logo of {COUNCIL}"),
    ):
        document = council(first=False)
        next(document.sections[0].header._element.iter("{*}docPr")).set("descr", given)
        (picture,) = take(file(document), COUNCIL).furniture["header"].pictures.values()
        assert picture.alt == wanted


def test_the_same_file_gives_the_same_bytes_and_is_put_on_once() -> None:
    content = file(council())
    one, two = take(content, COUNCIL), take(bytes(bytearray(content)), COUNCIL)
    template = templates.load("summary-1")
    assert one == two and dressed(template, one) is dressed(template, two)
    take.cache_clear()
    dressed.cache_clear()
    again = take(content, COUNCIL)
    assert printed(one, "summary") == printed(again, "summary")


def test_a_faint_colour_and_small_letters_are_not_taken_over_and_told() -> None:
    document = council()
    branded.restyled(document, "Heading 1", "Arial", 18, "F2A900")
    branded.restyled(document, "Normal", "Arial", 10, "777777")
    style = take(file(document))
    assert style.looks["heading 1"].colour == "" and style.looks["heading 1"].size == 36
    assert style.looks["normal"].size == 0 and style.looks["normal"].colour == ""
    told = " ".join(style.left_out)
    assert "The colour of “heading 1” (#F2A900) is too faint: its contrast is 2.0 to 1" in told
    assert "The size of “body text” is 10 points; at least 12 points can be used." in told


@pytest.mark.parametrize(("one", "other", "wanted"), [("000000", "FFFFFF", 21), ("767676", "FFFFFF", 4.54)])
def test_contrast_is_that_of_wcag(one: str, other: str, wanted: float) -> None:
    assert contrast(one, other) == pytest.approx(wanted, abs=0.01)


def test_fonts_and_colours_of_a_theme_are_taken_as_they_look() -> None:
    document = Document()  # its styles name a theme
    style = take(file(document))
    assert (style.looks["heading 1"].font, style.looks["heading 1"].colour) == ("Calibri", "365F91")
    assert style.looks["normal"].font == "Cambria" and style.theme


def test_what_a_header_may_not_bring_is_left_out_and_told() -> None:
    document = council(first=False)
    line = document.sections[0].header.paragraphs[0]
    line.add_run("Shown")
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    document.sections[0].header._element.append(
        parse_xml(f"<w:p {OPENING}><w:r><w:t>Page </w:t></w:r>{field}</w:p>")
    )
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent></w:pict>"
    line._element.append(parse_xml(f"<w:r {OPENING}>{box}</w:r>"))
    white = line.add_run(" faint")
    white.font.color.rgb = RGBColor(255, 255, 255)
    style = take(file(document))
    xml = style.furniture["header"].xml
    assert "Shown" in xml and "faint" in xml and "Boxed" not in xml and "Page" not in xml and "FFFFFF" not in xml
    assert sum("of the header" in line for line in style.left_out) == 3
    assert "Small letters of the footer: they are 12 points there." in style.left_out


def test_a_floating_picture_stands_in_the_line_and_covers_nothing() -> None:
    document = council(first=False)
    inline = next(document.sections[0].header._element.iter("{*}inline"))
    anchor = etree.fromstring(etree.tostring(inline).replace(b"wp:inline", b"wp:anchor"))
    space = inline.nsmap["wp"]
    where = etree.fromstring(
        f'<wp:positionH xmlns:wp="{space}" relativeFrom="page"><wp:align>center</wp:align></wp:positionH>'
    )
    anchor.insert(0, where)
    inline.getparent().replace(inline, anchor)
    xml = take(file(document)).furniture["header"].xml
    assert "anchor" not in xml and 'w:jc w:val="center"' in xml and "wp:inline" in xml


def test_pictures_are_made_small_enough_and_written_anew() -> None:
    document = council(first=False, picture=branded.logo(kind="JPEG", size=(1200, 1200)))
    document.sections[0].header.paragraphs[0].add_run().add_picture(BytesIO(branded.logo()), height=Cm(12))
    pictures = list(take(file(document)).furniture["header"].pictures.values())
    assert [picture.suffix for picture in pictures] == ["jpeg", "png"]
    assert all(picture.high <= 540_000 for picture in pictures)
    with Image.open(BytesIO(pictures[0].content)) as picture:
        assert picture.size == (118, 118) and not picture.getexif()  # 1 cm at 300 pixels an inch


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (branded.logo(kind="GIF"), "no PNG or JPEG"),
        (branded.logo(size=(4001, 90)), "more than 4000 pixels"),
        (branded.logo()[:200], "no PNG or JPEG"),
    ],
)
@pytest.mark.asvs("V5.2.2")
def test_other_pictures_are_refused(content: bytes, words: str) -> None:
    good = file(council(first=False))
    name = next(name for name in package.read(good) if name.startswith("word/media/"))
    with pytest.raises(BadFile, match=words):
        take(branded.with_parts(good, {name: content}))


def test_a_header_as_long_as_a_page_is_refused() -> None:
    document = council(first=False)
    document.sections[0].header.paragraphs[0].add_run("Northshire " * 60)
    with pytest.raises(BadFile, match="header of the file is too long"):
        take(file(document))


def test_a_table_in_a_header_keeps_its_cells() -> None:
    document = council(first=False)
    table = document.sections[0].header.add_table(1, 2, Cm(16))
    table.cell(0, 0).text, table.cell(0, 1).text = "Left", "Right"
    style = take(file(document))
    holder = etree.fromstring(f"<w:hdr {OPENING}>{style.furniture['header'].xml}</w:hdr>")
    assert ["".join(cell.itertext()) for cell in holder.iter(w("tc"))] == ["Left", "Right"]
    assert holder[-1].tag == w("p")


def test_small_headings_stay_bold_and_large_ones_look_as_in_the_file() -> None:
    document = council()
    branded.restyled(document, "Heading 1", "Arial", 20, GREEN)
    branded.restyled(document, "Heading 3", "Arial", 12, GREEN)
    style = take(file(document))
    assert style.looks["heading 1"].bold is False and style.looks["heading 3"].bold is None


@pytest.mark.parametrize("what", ["agreement", "summary", "staff-guide", "young-guide", "matrix"])
def test_a_document_in_a_house_style_is_as_accessible_as_ours(style: HouseStyle, what: str) -> None:
    assert accessible.faults(package.read(printed(style, what))) == ()


@pytest.mark.asvs("V5.1.1")
def test_the_readme_says_what_an_upload_may_be() -> None:
    said = " ".join((Path(__file__).parents[2] / "README.md").read_text("utf-8").split())
    for words in (
        f"the file | {house_refusals.LARGEST // 1_000_000} MB, {package.UNPACKED // 1_000_000} MB unpacked, "
        f"{package.MEMBERS:,} parts",
        f"a picture | PNG or JPEG, {house_pictures.LARGEST // 1_000_000} MB, {house_pictures.PIXELS:,} pixels a side",
        f"evidence of an assurance | PDF, PNG, JPEG or Word, {evidence.LARGEST // 1_000_000} MB",
        f"an organisation | {Settings().space_mb:,} MB in {Settings().space_files:,} files",
        f"a header or footer | {house_furniture.MOST} paragraphs, {house_furniture.LONGEST} characters, "
        f"{house_furniture.PICTURES} pictures",
    ):
        assert words in said


def test_one_page_stays_one_page_and_both_readers_show_the_same(style: HouseStyle, second_reader: SecondReader) -> None:
    from pypdf import PdfReader

    for what in ONE_PAGE:
        assert len(PdfReader(BytesIO(second_reader.to_pdf(printed(style, what)))).pages) == 1, what
    content = printed(style)
    assert [text for text in second_reader.text(content) if text.strip()] == [
        text for text in second_reader.text(printed(None)) if text.strip()
    ]
    assert "County Hall, Northshire NS1 1AA" in second_reader.furniture(content)


def test_it_survives_being_saved_by_another_program(style: HouseStyle, second_reader: SecondReader) -> None:
    again = second_reader.resave(printed(style))
    assert embed.differences(again, made.parts(AGREEMENT)) == ()


def test_a_file_that_only_restyles_our_own_sample_is_taken_without_our_own_lines() -> None:
    document = Document(BytesIO(printed(None, "summary")))
    document.styles["Heading 1"].font.size = Pt(22)
    style = take(file(document))
    assert style.looks["heading 1"].size == 44
    assert "footer" not in style.furniture
