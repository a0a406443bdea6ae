"""Line breaks, paragraphs and tabs inside the answers of a filled template, as Word writes them.

The same as docxtpl makes of them, found by where they are instead of by reading every paragraph.
"""

from __future__ import annotations

import re
from typing import Final

from protocolbuilder.documents.structure import Structure, start_of

BREAK: Final = '</w:t><w:br/><w:t xml:space="preserve">'
OPEN: Final = '<w:t xml:space="preserve">'
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>[^<]*</w:t>")
_IN_TEXT: Final = ("<w:t>", "<w:t ")


def listed(xml: str, structure: Structure) -> str:
    """The XML with every line break of a text as an element of its own."""
    if structure.texts_only:
        xml = xml.replace("\n", BREAK)
    elif "\n" in xml:
        xml = _TEXT.sub(lambda hit: hit[0].replace("\n", BREAK), xml)
    for sign in "\t\a\f":
        if sign in xml:
            xml = _spread(xml, sign)
    return xml


def _spread(xml: str, sign: str) -> str:
    """The XML with one sign inside texts replaced: a tab, a new paragraph, or a new page."""
    made, done, at = [], 0, xml.find(sign)
    while at >= 0:
        if xml.startswith(_IN_TEXT, xml.rfind("<", 0, at)):
            paragraph = _properties(xml, "w:pPr", start_of(xml, "<w:p", at), at)
            run = _properties(xml, "w:rPr", start_of(xml, "<w:r", at), at)
            ends = _between(paragraph, run)
            made += [xml[done:at], ends[sign]]
            done = at + 1
        at = xml.find(sign, at + 1)
    return "".join((*made, xml[done:]))


def _properties(xml: str, tag: str, start: int, at: int) -> str:
    opens = xml.find(f"<{tag}>", start, at)
    closes = xml.find(f"</{tag}>", opens, at) if opens >= 0 else -1
    return xml[opens : closes + len(tag) + 3] if closes >= 0 else ""


def _between(paragraph: str, run: str) -> dict[str, str]:
    again = f"<w:p>{paragraph}<w:r>{run}{OPEN}"
    return {
        "\t": f"</w:t></w:r><w:r>{run}<w:tab/></w:r><w:r>{run}{OPEN}",
        "\a": f"</w:t></w:r></w:p>{again}",
        "\f": f'</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>{again}',
    }
