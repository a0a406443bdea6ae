"""The list of contents: a Word field whose entries lead to the headings, already filled in but for the pages.

The number of a page is a field in its entry, empty until a program lays the pages out: Word fills it in when the file
is printed or the list is updated. A file that asked Word to do so at once would be opened with a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from zlib import crc32

from protocolbuilder.documents.structure import start_of

ENTRY: Final = "toc 1"  # names of styles in lower case; their ids change when another program saves the template
HEADING: Final = "heading 1"
FIELD: Final = r' TOC \o "1-1" \h '
SPACE: Final = ' xml:space="preserve"'
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_BEGIN: Final = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    f"<w:r><w:instrText{SPACE}>{FIELD}</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
_PROPERTIES: Final = "</w:pPr>"
_END: Final = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_LINKED: Final = "</w:hyperlink>"


class Contents:
    """Fills the first empty paragraph of the style "toc 1" with the first-level headings that follow it.

    The document passes through piece by piece; what fills the place is known only at its end.
    """

    def __init__(self, styles: Mapping[str, str]) -> None:
        """`styles` maps style ids to names."""
        self._entry, self._heading = (
            tuple(f'<w:pStyle w:val="{key}"/>' for key, name in styles.items() if name.lower() == wanted)
            for wanted in (ENTRY, HEADING)
        )
        self._place = ""
        self._headings: dict[str, str] = {}  # the bookmark of each, and what it says

    def through(self, pieces: Iterable[str]) -> Iterator[str | None]:
        """The pieces, each of whole paragraphs, with bookmarks in the headings; None stands for the place."""
        for piece in pieces:
            rest = piece
            if not self._place:
                found = _paragraphs(piece, self._entry)
                place = next((one for one in found if not _text(piece[slice(*one)])), None)
                if place is None:
                    yield piece
                    continue
                self._place, rest = piece[slice(*place)], piece[place[1] :]
                yield piece[: place[0]]
                yield None
            yield self._marked(rest)

    @property
    def text(self) -> str:
        """What fills the place, once everything has passed through."""
        if not self._headings:
            return self._place
        opening, last = _opening(self._place), len(self._headings)
        return "".join(
            f'{opening}{_BEGIN if number == 1 else ""}<w:hyperlink w:anchor="{mark}" w:history="1">'
            f"<w:r><w:t{SPACE}>{heading}</w:t></w:r>{_page(mark)}{_LINKED}{_END if number == last else ''}</w:p>"
            for number, (mark, heading) in enumerate(self._headings.items(), start=1)
        )

    def _marked(self, xml: str) -> str:
        made, done = [], 0
        for start, end in _paragraphs(xml, self._heading):
            heading = xml[start:end]
            said = _text(heading)
            if said:
                mark = self._mark(said)
                self._headings[mark] = said
                made += [xml[done:start], _bookmarked(heading, mark, len(self._headings))]
                done = end
        return "".join((*made, xml[done:])) if made else xml

    def _mark(self, heading: str) -> str:
        """A bookmark for a heading: the same in every version that has this heading."""
        number = crc32(heading.encode())
        while (mark := f"_Toc{number:010d}") in self._headings:
            number += 1
        return mark


def _paragraphs(xml: str, signs: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the paragraphs start and end that hold one of the signs, in order."""
    found = []
    for sign in signs:
        at = xml.find(sign)
        while at >= 0:
            end = xml.find("</w:p>", at) + len("</w:p>")
            found.append((start_of(xml, "<w:p", at), end))
            at = xml.find(sign, end)
    return sorted(found)


def _text(paragraph: str) -> str:
    """What a paragraph says, as XML text."""
    return "".join(_TEXT.findall(paragraph))


def without_field(xml: str) -> str:
    """A body of ours with the entries of its list, and no field for contents around them."""
    return xml.replace(_BEGIN, "").replace(f"{_LINKED}{_END}", _LINKED)


def _page(mark: str) -> str:
    return (
        '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText{SPACE}> PAGEREF {mark} \\h </w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_END}'
    )


def _opening(paragraph: str) -> str:
    """A paragraph up to the end of its properties. It has some: its style is among them."""
    return paragraph[: paragraph.index(_PROPERTIES) + len(_PROPERTIES)]


def _bookmarked(heading: str, mark: str, number: int) -> str:
    """The heading with the bookmark that its entry leads to."""
    opening = _opening(heading)
    start = f'<w:bookmarkStart w:id="{number}" w:name="{mark}"/>'
    rest = heading[len(opening) : -len("</w:p>")]
    return f'{opening}{start}{rest}<w:bookmarkEnd w:id="{number}"/></w:p>'
