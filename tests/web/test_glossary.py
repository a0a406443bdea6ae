"""The glossary page, and the links to it from the answers of an agreement."""

from collections.abc import Callable

from protocolbuilder import catalogue
from protocolbuilder.store.agreements import Draft
from tests.web.visitor import Visitor


def test_every_term_has_its_place_with_meaning_and_warning(visitor: Visitor) -> None:
    page = visitor.get("/glossary")
    for entry in catalogue.library().vocabularies["glossary"].values():
        row = " ".join(page.tree.get_element_by_id(entry["id"]).text_content().split())
        assert entry["expansion"] in row and " ".join(entry["warning"].split()) in row


def test_a_term_links_to_the_glossary_where_it_first_stands_on_a_page(
    visitor: Visitor, draft: Callable[..., Draft]
) -> None:
    text = "The DDA <b>is</b> kept. Each DDA & its annex."
    ref = draft(security={"text": text}).ref
    page = visitor.get(f"/agreements/{ref}/security")
    links = page.tree.xpath("//dd//a[contains(@href,'/glossary#')]/@href")
    assert links == ["/glossary#term-data-disclosure-agreement"]
    assert text in page.words


def test_the_preview_links_the_first_use_of_a_term_and_says_the_same_words(
    visitor: Visitor, draft: Callable[..., Draft]
) -> None:
    text = "The DDA <b>is</b> kept. Each DDA & its annex."
    ref = draft(security={"text": text}).ref
    page = visitor.get(f"/agreements/{ref}/preview")
    place = "//article//a[@href='/glossary#term-data-disclosure-agreement']"
    assert len(page.tree.xpath(place)) == 1 and text in page.words
    assert not page.tree.xpath("//article//*[self::h1 or self::h2 or self::h3 or self::h4]//a")


def test_what_a_page_explains_leads_to_the_glossary(visitor: Visitor, draft: Callable[..., Draft]) -> None:
    ref = draft(bases=[{"id": "b1", "title": "Public task"}]).ref
    for address in ("/law/sswwa-2014-s128", f"/agreements/{ref}/bases/b1/regime", f"/agreements/{ref}/about/title"):
        page = visitor.get(address)
        assert page.tree.xpath("//main//a[starts-with(@href,'/glossary#')]"), address
