"""The single message of the partnership stands on every guide, set of slides and agreement, unless the protocol has its
own; what is printed once is printed again from the file."""

import json
from dataclasses import replace
from datetime import date

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, family
from protocolbuilder.documents.frozen import frozen, thawed
from protocolbuilder.documents.slides_content import slides
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.inherit import effective
from protocolbuilder.intake.door import take
from tests.documents import made
from tests.documents.test_inheriting import AGREEMENT, LIBRARY, above, child, protocol

WORDS = 'Ask & share when it <protects> a child, {{ 7*7 }} "always".'
PRINTED = ("agreement", "staff-guide", "family-guide", "young-guide", "slides")


def source(words: str, agreement: Agreement, parent: Parent | None = None) -> Source:
    says = effective(AGREEMENT, agreement, parent).agreement
    stamp = replace(made.stamp(agreement), message=words)
    return Source(AGREEMENT, says, LIBRARY, stamp, date(2026, 11, 25), parent=parent, own=agreement)


def said(what: str, found: Source) -> str:
    """All that a reader sees of it."""
    if what == "slides":
        return "\n".join(slide.lead for slide in slides(found))
    return made.text(family.make(what, found))


@pytest.mark.parametrize("what", PRINTED)
def test_the_message_of_the_partnership_is_printed_where_the_protocol_has_none(what: str) -> None:
    theirs = protocol().answers["single_message"]["message"]
    silent = above(put(protocol(), "single_message", {}))
    assert WORDS in said(what, source(WORDS, child()))
    assert WORDS in said(what, source(WORDS, child(), silent))
    under = said(what, source(WORDS, child(), above()))
    assert theirs in under and WORDS not in under
    assert "Our message" not in said(what, source("", child()))


def test_a_file_that_comes_back_is_laid_beside_the_message_that_it_went_out_with() -> None:
    file = family.make("agreement", source(WORDS, child()))
    assert embed.origin(file).stamp.message == WORDS
    came = take(file)
    assert came.agreement == child() and came.differences == () and came.items == ()
    assert embed.origin(made.docx(child())).stamp.message == ""


def test_what_is_made_later_prints_the_message_of_when_it_was_asked_for() -> None:
    found = source(WORDS, child())
    text = frozen(found, records=(), style=0)
    assert thawed(text).source(catalogue.schema, LIBRARY, found.stock).stamp == found.stamp
    before = json.loads(text)
    del before["stamp"]["message"]
    earlier = thawed(json.dumps(before)).source(catalogue.schema, LIBRARY, found.stock)
    assert earlier.stamp == replace(found.stamp, message="")
