"""The flow map and the heat table: every pair drawn and said, must told from may without colour, safe on a page."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from protocolbuilder.documents import package
from protocolbuilder.documents import picture as drawing
from protocolbuilder.documents.picture import Picture, measured, png, wrapped
from protocolbuilder.documents.picture_heat import heat_table
from protocolbuilder.documents.picture_map import DRAWN, SLIDE, flow_map
from protocolbuilder.documents.picture_sharing import MOST_ENDS, Sharing, sharing
from protocolbuilder.documents.source import Source
from protocolbuilder.domain import matrix
from protocolbuilder.domain.agreement import put
from protocolbuilder.domain.marks import MAY, MUST
from tests.bench.bench_review import grown
from tests.documents.test_family import AGREEMENTS, of, source
from tests.usual import some

SVG = "{http://www.w3.org/2000/svg}"
HARD = [*AGREEMENTS, "nothing", "every question", "hard names"]


def found(one: Source) -> Sharing:
    return sharing(one.agreement, one.library, one.names)


def both(one: Source) -> list[Picture]:
    return [flow_map(found(one)), heat_table(found(one))]


@pytest.mark.parametrize("name", HARD)
def test_a_picture_may_stand_on_a_page_that_runs_nothing(name: str) -> None:
    for picture in both(of(name)):
        root = etree.fromstring(picture.svg.encode())
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "title", "desc", "rect", "text", "path", "polygon",
        }  # fmt: skip
        every = {key for element in root.iter() for key in element.attrib}
        assert not [key for key in every if key in ("style", "href") or key.startswith("on")]
        assert root.get("role") == "img" and root.findtext(f"{SVG}desc") == picture.alt != ""


@pytest.mark.parametrize("name", some(AGREEMENTS, first=1))
def test_every_pair_of_the_matrix_is_drawn_and_said(name: str) -> None:
    """Meetings are drawn as themselves, so an agreement with none has the very pairs of the matrix."""
    agreement = put(of(name).agreement, "others", [])
    one = source(agreement)
    view = matrix.agencies(agreement, one.library.vocabularies["gateways"])
    drawn = found(one)
    known = {row["id"] for row in matrix.rows_of(agreement, "parties")}
    pairs = {(s.sender, s.recipient): s.strength for s in drawn.strands}
    for (sender, recipient), cell in view.cells.items():
        if {sender, recipient} <= known:
            assert (pairs[sender, recipient] == MUST) is any(power.mark == MUST for power in cell.powers)
    assert len(drawn.lines) == len(drawn.strands) >= len(view.cells) - 1
    assert flow_map(drawn).svg.count('fill="none"') - _legend(drawn) == len(drawn.strands)


def _legend(drawn: Sharing) -> int:
    return len({one.strength for one in drawn.strands})


def test_must_and_may_are_drawn_apart_without_colour() -> None:
    assert "dasharray" not in DRAWN[MUST] and "dasharray" in DRAWN[MAY]
    widths = [re.search(r'stroke-width="([\d.]+)"', DRAWN[one]) for one in (MUST, MAY)]
    must, may = (float(width[1]) for width in widths if width)
    assert must > may
    heat = heat_table(found(of("mash")))
    assert re.search(r'font-weight="bold"[^>]*>M\d', heat.svg)
    assert "M: at least one of these flows is a duty" in heat.svg


def test_an_unverified_duty_is_marked_in_picture_and_words() -> None:
    agreement = of("mash").agreement
    flows = [{**one, "gateways": ["g-s47-9"]} for one in matrix.rows_of(agreement, "flows") if "trust" in one["from"]]
    drawn = found(source(put(agreement, "flows", flows)))
    musts = [one for one in drawn.strands if one.strength == MUST]
    assert musts and {one.words for one in musts} == {"must (not verified)"}
    assert "nobody has verified" in flow_map(drawn).svg and "nobody has verified" in heat_table(drawn).svg


@pytest.mark.parametrize("name", HARD)
def test_text_stays_within_its_box_and_boxes_apart(name: str) -> None:
    for layout in ({}, {"layout": SLIDE}):
        picture = flow_map(found(of(name)), **layout)
        root: Any = etree.fromstring(picture.svg.encode())
        rects = list(root.iter(f"{SVG}rect"))[1:]  # the first is the ground
        boxes = [tuple(float(one.get(key)) for key in ("x", "y", "width", "height")) for one in rects]
        for x, y, wide, high in boxes:
            assert x + wide <= picture.width and y + high <= picture.height
            assert not [b for b in boxes if b[0] == x and y < b[1] < y + high]
        for words in root.iter(f"{SVG}text"):
            at, size = float(words.get("x")), int(words.get("font-size"))
            assert at + measured(words.text, size) <= picture.width, words.text
            line = float(words.get("y"))
            around = [x + wide for x, y, wide, high in boxes if x < at < x + wide and y < line < y + high]
            assert all(at + measured(words.text, size) <= right for right in around), words.text


def test_sixty_partners_are_drawn_by_sector_and_counted() -> None:
    one = source(grown(60, 500))
    drawn = found(one)
    assert drawn.grouped and len(drawn.ends) <= MOST_ENDS
    assert "sectors, each standing for several bodies" in flow_map(drawn).alt
    counted = [int(match[1]) for name in drawn.ends.values() if (match := re.search(r"\((\d+)\)$", name))]
    assert sum(counted) >= 60
    assert flow_map(drawn).height < 900 and heat_table(drawn).height < 700


def test_the_png_is_sharp_the_same_each_time_and_shows_its_letters() -> None:
    picture = flow_map(found(of("mash")))
    made = png(picture)
    assert made == png(picture)
    image = Image.open(io.BytesIO(made)).convert("L")
    assert image.width == round(picture.width * drawing.SHARP) and image.height > picture.height * 1.5
    assert image.getpixel((2, image.height - 2)) == 255  # paper is white, not nearly so
    head = image.crop((0, 0, 320, 48)).histogram()
    assert sum(head[:64]) > 200  # without its font a picture has no letters, and says nothing of it


def test_a_picture_without_its_font_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawing.letters()
    monkeypatch.setattr(drawing, "FONTS", tmp_path)
    drawing._raster.cache_clear()
    assert not drawing.letters()
    drawing._raster.cache_clear()


def test_words_are_wrapped_by_what_they_measure() -> None:
    lines = wrapped("Northshire and Fenmoor Community NHS Foundation Trust of many names", 180, most=2)
    assert len(lines) == 2 and lines[-1].endswith("…") and all(measured(line, 15) <= 180 for line in lines)
    assert measured(wrapped("Pneumonoultramicroscopicsilicovolcanoconiosis", 100)[0], 15) <= 100


def test_a_word_file_holds_the_picture_with_words_for_who_cannot_see_it() -> None:
    from protocolbuilder.documents.family import make

    parts = package.read(make("staff-guide", of("mash")))
    root = package.parse(parts, package.WORD)
    known = [one for one in root.iter() if one.tag.endswith("}docPr")]
    sizes = [one for one in root.iter() if one.tag.endswith("}extent")]
    for picture, mark, size in zip(both(of("mash")), known, sizes, strict=True):
        assert mark.get("descr") == picture.alt and mark.get("title") == picture.title
        assert parts[f"word/media/{picture.id}.png"] == png(picture)
        assert abs(int(size.get("cx")) / int(size.get("cy")) - picture.width / picture.height) < 0.01
