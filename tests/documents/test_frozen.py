"""What a document is made from comes back from its text as it was, and gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import slow
from protocolbuilder.documents.family import make
from protocolbuilder.documents.frozen import frozen, thawed
from protocolbuilder.documents.numbering import placed
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stock import SHIPPED
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.inherit import effective
from protocolbuilder.errors import NotFound
from protocolbuilder.law.review import review_draft
from tests.documents import made
from tests.documents.test_family import of
from tests.law.filled import filled

LIBRARY = catalogue.library()
ON = date(2026, 11, 25)


def again(source: Source) -> Source:
    text = frozen(source, records=("r1", "r2"), style=3)
    found = thawed(text)
    assert (found.records, found.style, found.on) == (("r1", "r2"), 3, source.on)
    whole = found.source(catalogue.schema, source.library, source.stock)
    assert frozen(whole, records=("r1", "r2"), style=3) == text
    return whole


@pytest.mark.parametrize("name", ["mash", "every question", "nothing", "hard names"])
def test_a_source_comes_back_as_it_was(name: str) -> None:
    source = of(name)
    found = review_draft(source.schema, source.agreement, LIBRARY, on=ON, problems=())
    source = replace(source, findings=found, newer="2")
    assert again(source) == source
    assert make("review", again(source)) == make("review", source)


def test_one_under_a_protocol_comes_back_with_what_it_takes_over() -> None:
    schema, own = catalogue.schema("agreement-1"), filled("mash")
    protocol = catalogue.pattern("protocol").agreement
    parent = placed(Parent("ISA-1", 2, catalogue.schema("protocol-1"), protocol), LIBRARY)
    says = effective(schema, own, parent).agreement
    source = Source(schema, says, LIBRARY, made.stamp(own), ON, parent=parent, own=own, stock=SHIPPED)
    assert again(source) == source
    for what in ("agreement", "delta", "data"):
        assert make(what, again(source)) == make(what, source)


def test_the_plan_of_a_document_names_each_part_once_and_a_pdf_after_what_it_is_made_of() -> None:
    source = of("shared-care-record")
    assert [one.name for one in slow.plan(source, "summary.pdf")] == ["summary.docx", "summary.pdf"]
    assert [one.name for one in slow.plan(source, "slides.pdf")] == ["slides.pptx", "slides.pdf"]
    names = [one.name for one in slow.plan(source, slow.PACK_WITH_PDF)]
    assert len(names) == len(set(names)) > len(slow.plan(source, slow.PACK)) > 20
    for number, name in enumerate(names):
        what, _, party = name.partition(".pdf")
        if party or name.endswith(".pdf"):
            assert {f"{what}.docx{party}", f"{what}.pptx{party}"} & set(names[:number])


def test_a_pack_made_in_parts_is_the_pack_made_at_once() -> None:
    source, parts = of("police-schools"), dict[str, bytes]()
    for piece in slow.plan(source, slow.PACK):
        parts[piece.name] = slow.make(source, piece, so_far=parts, kept={}, office="")
    assert slow.whole(source, slow.PACK, parts) == make("pack", source)


def test_what_was_kept_is_taken_as_it_is() -> None:
    source = of("police-schools")
    (piece, _) = slow.plan(source, "agreement.pdf")
    kept = {f"{source.stamp.named}.docx": b"as issued"}
    assert slow.make(source, piece, so_far={}, kept=kept, office="") == b"as issued"


@pytest.mark.parametrize("kind", ["summary.docx", "data.pdf", "pack.pdf", "nothing.pdf", "joint-arrangement.pdf", ""])
def test_what_is_made_at_once_or_not_at_all_has_no_plan(kind: str) -> None:
    with pytest.raises(NotFound):
        slow.plan(of("mash"), kind)
