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
