"""What the browser shows is what Word prints: the same texts in the same order."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import package, visible, word
from protocolbuilder.domain.agreement import Agreement
from tests import builders
from tests.documents import made

BLOCKS = ("p", "li", "div", "h1", "h2", "h3", "h4", "caption")


class Texts(HTMLParser):
    """The text of each block element in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in BLOCKS:
            self.found.append("")
        elif tag == "br":
            self.found[-1] += "\n"

    def handle_data(self, data: str) -> None:
        if data.strip() or (self.found and self.found[-1]):
            self.found[-1] += data


def preview(agreement: Agreement) -> Texts:
    schema = catalogue.schema(agreement.schema)
    html = word.preview(made.what(agreement), schema, agreement, catalogue.library(), made.stamp(agreement))
    assert html == word.html(made.docx(agreement))
    texts = Texts()
    texts.feed(html)
    texts.close()
    return texts


def body(agreement: Agreement) -> list[str]:
    found: list[str] = []
    for block in visible.blocks(made.parts(agreement)):
        if isinstance(block, visible.Paragraph):
            found.append(block.text)
        else:
            found += [paragraph.text for row in block.rows for cell in row.cells for paragraph in cell]
    return [text for text in found if text.strip()]


AGREEMENTS = {
    "filled": made.filled(catalogue.schema("agreement-1")),
    "filled protocol": made.filled(catalogue.schema("protocol-1")),
    "mash": made.renamed(catalogue.pattern("mash").agreement),
    "small": builders.small(),
    "empty": builders.empty(),
}


@pytest.mark.parametrize("name", AGREEMENTS)
def test_the_preview_says_what_the_word_file_says(name: str) -> None:
    said = [text.rstrip("\n") for text in preview(AGREEMENTS[name]).found]
    assert said == [text.rstrip("\n") for text in body(AGREEMENTS[name])]


def test_the_preview_lets_no_markup_of_an_answer_through() -> None:
    agreement = builders.with_answers(
        builders.small(), summary={"text": "<script>alert(1)</script> <img src=x onerror=1> </td></table>"}
    )
    assert preview(agreement).tags <= {*BLOCKS, "ul", "a", "br", "table", "thead", "tbody", "tr", "th", "td"}


def test_tables_of_the_preview_have_captions_or_labels_and_headers() -> None:
    agreement = builders.small()
    html = word.preview(
        "agreement", catalogue.schema("agreement-1"), agreement, catalogue.library(), made.stamp(agreement)
    )
    assert html.count("<table") == html.count("<caption") + html.count('<table class="govuk-table" aria-label=')
    assert html.count('scope="col"') and html.count('scope="row"')
    assert package.WORD not in html
