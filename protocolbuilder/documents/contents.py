"""The list of contents: a Word field whose entries lead to the headings, already filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from protocolbuilder.documents.structure import start_of

ENTRY: Final = "toc 1"  # names of styles in lower case; their ids change when another program saves the template
HEADING: Final = "heading 1"
FIELD: Final = r' TOC \o "1-1" \h \n '
SPACE: Final = ' xml:space="preserve"'
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_BEGIN: Final = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    f"<w:r><w:instrText{SPACE}>{FIELD}</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
_PROPERTIES: Final = "</w:pPr>"
_END: Final = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def with_contents(xml: str, styles: Mapping[str, str]) -> str:
    """Fills the first empty paragraph of the style "toc 1" with the first-level headings. Without one, does nothing.

    `styles` maps style ids to names.
    """
    place = next((p for p in _paragraphs(xml, styles, ENTRY) if not _text(xml[slice(*p)])), None)
    headings = [p for p in _paragraphs(xml, styles, HEADING) if _text(xml[slice(*p)])]
    if place is None or not headings:
        return xml
    opening = _opening(xml[slice(*place)])
    entries = [
        f'{opening}{_BEGIN if number == 1 else ""}<w:hyperlink w:anchor="{_name(number)}" w:history="1">'
        f"<w:r><w:t{SPACE}>{_text(xml[slice(*heading)])}</w:t></w:r></w:hyperlink>"
        f"{_END if number == len(headings) else ''}</w:p>"
        for number, heading in enumerate(headings, start=1)
    ]
    edits = [(*place, "".join(entries))]
    edits += [(*heading, _marked(xml[slice(*heading)], number)) for number, heading in enumerate(headings, start=1)]
    made, done = [], 0
    for start, end, new in sorted(edits):
        made += [xml[done:start], new]
        done = end
    return "".join((*made, xml[done:]))


def _paragraphs(xml: str, styles: Mapping[str, str], name: str) -> list[tuple[int, int]]:
    """Where the paragraphs of a style start and end, in order. `name` is in lower case."""
    found = []
    for key in (key for key, shown in styles.items() if shown.lower() == name):
        sign = f'<w:pStyle w:val="{key}"/>'
        at = xml.find(sign)
        while at >= 0:
            end = xml.find("</w:p>", at) + len("</w:p>")
            found.append((start_of(xml, "<w:p", at), end))
            at = xml.find(sign, end)
    return sorted(found)


def _text(paragraph: str) -> str:
    """What a paragraph says, as XML text."""
    return "".join(_TEXT.findall(paragraph))


def _name(number: int) -> str:
    return f"_Toc{number:06d}"


def _opening(paragraph: str) -> str:
    """A paragraph up to the end of its properties. It has some: its style is among them."""
    return paragraph[: paragraph.index(_PROPERTIES) + len(_PROPERTIES)]


def _marked(heading: str, number: int) -> str:
    """The heading with the bookmark that its entry leads to."""
    opening = _opening(heading)
    start = f'<w:bookmarkStart w:id="{number}" w:name="{_name(number)}"/>'
    rest = heading[len(opening) : -len("</w:p>")]
    return f'{opening}{start}{rest}<w:bookmarkEnd w:id="{number}"/></w:p>'
