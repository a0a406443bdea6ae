"""The trainer's slides: readable from the back, true to the agreement, with notes, and open in a second reader."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches, Pt

from protocolbuilder.documents import package, slides_pptx, slides_scenario, slides_sizes
from protocolbuilder.documents.guides_staff import powers
from protocolbuilder.documents.picture_sharing import sharing
from protocolbuilder.documents.slides import HIGH, SIZE, Slide, cut
from protocolbuilder.documents.slides_content import NO_SIGNATURE, PROTECT, slides
from protocolbuilder.domain.agreement import ABSENT, put
from protocolbuilder.domain.matrix import rows_of
from tests.bench.bench_review import grown
from tests.documents.test_family import AGREEMENTS, of, source
from tests.second_reader import SecondReader
from tests.unverified import resting_on_doubts, unmarked
from tests.usual import some

SMALLEST = 24  # points of body text
HARD = [*AGREEMENTS, "nothing", "every question", "hard names"]


@cache
def deck(name: str) -> bytes:
    return slides_pptx.render(of(name))


def said(one: Slide) -> str:
    return "\n".join([one.title, one.lead, *one.points, *one.head, *(cell for row in one.rows for cell in row)])


def runs(shape: Any) -> list[Any]:
    frames = [shape.text_frame] if shape.has_text_frame else []
    if shape.has_table:
        frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
    return [run for frame in frames for paragraph in frame.paragraphs for run in paragraph.runs]


@pytest.mark.parametrize("name", ["mash", "police-schools", "nothing", "hard names"])
def test_every_slide_is_wide_large_titled_and_has_notes(name: str) -> None:
    made = Presentation(BytesIO(deck(name)))
    assert (made.slide_width, made.slide_height) == (Inches(13.333), Inches(7.5))
    for page in made.slides:
        assert page.shapes.title is not None and page.shapes.title.text_frame.text.strip()
        assert page.notes_slide.notes_text_frame.text.strip()
        for shape in page.shapes:
            foot = shape.has_text_frame and re.search(r"\d+ of \d+$", shape.text_frame.text)
            assert foot or all(run.font.size >= Pt(SMALLEST) for run in runs(shape)), shape.text_frame.text
            assert shape.top + shape.height <= made.slide_height
    assert deck(name) == slides_pptx.render(of(name))


def test_a_deck_says_whose_it_is_and_not_how_or_where_it_was_made() -> None:
    parts = package.read_own(deck("mash"))
    assert not [name for name in parts if "printer" in name or "thumbnail" in name or name.endswith("app.xml")]
    core = parts["docProps/core.xml"].decode()
    assert "python" not in core and "<dc:title>Northshire agreement: slides<" in core and "PB-2026-0001" in core


@pytest.mark.parametrize("name", HARD)
def test_the_message_comes_before_the_law_and_must_before_may(name: str) -> None:
    found = slides(of(name))
    titles = [one.title.split(" (")[0] for one in found]
    assert found[1].lead == PROTECT and found[1].points == (NO_SIGNATURE,)
    assert titles.index("Must and may") > titles.index("The one thing to know")
    law = [one.removeprefix("The law: ") for one in dict.fromkeys(titles) if one.startswith("The law: ")]
    assert law == [group.mark[:1].lower() + group.mark[1:] for group in powers(of(name))]


@pytest.mark.parametrize("name", some(AGREEMENTS))
def test_slide_or_notes_have_every_power_and_every_pair(name: str) -> None:
    found = of(name)
    text = " ".join(f"{said(one)} {one.notes}" for one in slides(found))
    for group in powers(found):
        assert all(str(row.law) in text for row in group.rows)
    drawn = sharing(found.agreement, found.library, found.names, most=10_000)
    assert all(line in text for line in drawn.lines)
    for step in rows_of(found.agreement, "escalation_steps"):
        assert step["step"] in text


def test_law_that_nobody_has_verified_is_marked_on_the_slide_itself() -> None:
    found = slides(source(resting_on_doubts()))
    assert any("CA 2004 s.16LA" in said(one) for one in found) and any("s.47(9)" in said(one) for one in found)
    for one in found:
        assert unmarked(said(one), of("mash").library) == [] == unmarked(one.notes, of("mash").library)


def test_the_scenario_is_made_of_a_real_flow_and_of_nobody() -> None:
    found = of("mash")
    flow = slides_scenario.chosen(found)
    assert flow is not None and flow["respond_within"] == "PT0H"
    task, answers = list(slides_scenario.scenario(found))[:2]
    assert found.names.item(flow["from"][0]) in said(task)
    assert "immediately" in said(answers) and found.names.item(flow["to"][0]) in said(answers)
    people, text = [row["name"] for row in rows_of(found.agreement, "contacts")], " ".join(map(said, slides(found)))
    assert not [name for name in people if name in text]
    assert found.agreement.answers["confidentiality"]["culture"] in task.notes
    silent = source(put(found.agreement, "confidentiality.culture", ABSENT))
    assert "says nothing on culture" in next(slides_scenario.scenario(silent)).notes
    assert slides_scenario.chosen(source(put(found.agreement, "flows", []))) is None


def test_a_flow_without_a_duty_is_never_called_one() -> None:
    found = of("early-help")
    answers = said(list(slides_scenario.scenario(found))[1])
    assert " may: the law allows it" in answers and "must" not in answers


def test_a_slide_too_full_becomes_several_and_loses_nothing() -> None:
    points = tuple(f"Point {n} with enough words to fill one line of the slide, and then some more." for n in range(30))
    parts = cut(Slide("Many", "Notes", lead="First", points=points))
    assert tuple(point for one in parts for point in one.points) == points
    assert [one.title for one in parts][:2] == [f"Many (1 of {len(parts)})", f"Many (2 of {len(parts)})"]
    assert parts[0].lead == "First" and parts[1].lead == "" and all(one.notes for one in parts)
    assert max(len(one.points) for one in parts) < HIGH / 2 + 1


def test_parts_of_a_slide_are_about_as_full_as_each_other() -> None:
    for count in range(2, 40):
        parts = cut(Slide("Many", "Notes", points=tuple(f"Point {n}." for n in range(count))))
        full = [len(one.points) for one in parts]
        assert sum(full) == count and max(full) - full[-1] < len(parts) + 1, full


def test_an_address_of_a_contact_stays_on_one_line_where_there_is_room() -> None:
    rows = [("Northshire body 10", "Designated safeguarding lead", "safeguarding@northshire.example")] * 4
    share = slides_sizes.fitted(("Partner", "Post", "Reach"), *rows)
    wide = [12.2 * part / sum(share) for part in share]
    size = slides_sizes.of_cells(rows, wide, 5)
    assert size in slides_sizes.CELLS
    assert slides_sizes.longest(rows[0][2]) * size / SIZE / 72 < wide[2] - slides_sizes.EDGES


def test_a_telephone_number_is_not_broken() -> None:
    number = "01632 960123"
    contacts = [{**row, "telephone": number} for row in rows_of(of("mash").agreement, "contacts")]
    found = [one for one in slides(source(put(of("mash").agreement, "contacts", contacts))) if "Reach" in one.head]
    reached = {row[2] for one in found for row in one.rows}
    assert reached == {number.replace(" ", "\u00a0")}
    assert slides_sizes.longest(reached.pop()) > slides_sizes.longest(number)


def test_few_words_are_large_and_many_are_not_too_small() -> None:
    assert slides_sizes.of_points(["Share what is needed."], 12, 5) == 36
    assert slides_sizes.of_points(["Share what is needed. " * 9] * 9, 12, 5) == 28


@pytest.mark.parametrize("name", ["mash", "police-schools"])
def test_all_parts_of_a_table_or_list_that_was_cut_have_type_of_one_size(name: str) -> None:
    sizes: dict[str, set[int]] = {}
    for page, one in zip(Presentation(BytesIO(deck(name))).slides, slides(of(name)), strict=True):
        tables = [run.font.size for shape in page.shapes if shape.has_table for run in runs(shape)]
        bullets = [
            run.font.size for shape in page.shapes if shape.has_text_frame for run in runs(shape)
            if run.text in one.points
        ]
        sizes.setdefault(one.whole or one.title, set()).update(tables or bullets)
    assert any(one.whole for one in slides(of(name)))
    assert all(len(found) < 2 for found in sizes.values()), sizes


def test_sixty_partners_and_five_hundred_flows_are_still_slides() -> None:
    found = slides(source(grown(60, 500)))
    assert max(len(one.rows) for one in found) <= 6
    assert next(one.picture for one in found if one.picture).height <= 700


def test_an_old_deck_says_that_it_is_out_of_date() -> None:
    found = slides(dataclasses.replace(of("mash"), newer="4"))
    assert found[0].points[0] == "Out of date: version 4 replaced this. Use its slides."


@pytest.mark.parametrize("name", some(["hard names", "mash", "shared-care-record"]))
def test_the_second_reader_opens_the_deck_and_sees_every_word(second_reader: SecondReader, name: str) -> None:
    seen = second_reader.slides(deck(name))
    wanted = slides(of(name))
    assert len(seen) == len(wanted)
    for (texts, notes, low), one in zip(seen, wanted, strict=True):
        assert low <= 1, one.title
        flat = " ".join(" ".join(texts).split())
        assert [part for part in said(one).split("\n") if " ".join(part.split()) not in flat] == []
        assert " ".join(one.notes.split()) in " ".join(notes.split())
    assert second_reader.to_pdf(deck(name), suffix=".pptx").startswith(b"%PDF")
