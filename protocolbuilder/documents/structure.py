"""What can be known of a template's XML before it is filled, so that it need not be looked for in every document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

TEXT: Final = "w:t"
_STATEMENT: Final = "%"
_TOKEN: Final = re.compile(r"\{%[-+]? *(\w+).*?%\}|\{#.*?#\}|\{\{.*?\}\}|<(/?)([\w:.-]+)[^>]*?(/?)>", re.DOTALL)
_OPENS: Final = ("for", "if", "filter")


@dataclass(frozen=True, slots=True)
class Structure:
    """`balanced`: whatever is chosen, left out and repeated, the XML is well-formed. `texts_only`: values are printed
    as texts of paragraphs only, and nothing else has line breaks."""

    balanced: bool
    texts_only: bool


def structure(source: str) -> Structure:
    """The structure of XML with Jinja statements."""
    open_: list[str] = []
    texts_only = "\n" not in source
    for token in _TOKEN.finditer(source):
        statement, ends, tag, empty = token.groups()
        if tag:
            texts_only = texts_only and "{{" not in token[0]
            if ends and (not open_ or open_.pop() != tag):
                return Structure(balanced=False, texts_only=False)
            if not ends and not empty:
                open_.append(tag)
        elif statement in _OPENS:
            open_.append(_STATEMENT)
        elif statement in ("else", "elif"):
            if not open_ or open_[-1] != _STATEMENT:
                return Structure(balanced=False, texts_only=False)
        elif statement:
            if not statement.startswith("end") or not open_ or open_.pop() != _STATEMENT:
                return Structure(balanced=False, texts_only=False)
        elif token[0].startswith("{{"):
            within = next((one for one in reversed(open_) if one != _STATEMENT), "")
            texts_only = texts_only and within == TEXT
    return Structure(balanced=not open_, texts_only=texts_only)


def start_of(xml: str, tag: str, at: int) -> int:
    """Where the element starts that holds this place, by the start of its tag: `<w:p` for a paragraph."""
    at = xml.rfind(tag, 0, at)
    while at >= 0 and xml[at + len(tag)] not in "> ":
        at = xml.rfind(tag, 0, at)
    return at


def in_pieces(xml: Iterable[str], count: int | None) -> Iterator[str]:
    """The same text in pieces made of about so many, each ending where a row of a table ends, or a paragraph outside
    of rows; in one piece for None."""
    if count is None:
        yield "".join(xml)
        return
    rest, source = "", iter(xml)
    while batch := list(islice(source, count)):
        text = "".join((rest, *batch))
        end = _end(text)
        if end:
            yield text[:end]
        rest = text[end:]
    yield rest


def _end(text: str) -> int:
    """Where a piece may end, or 0."""
    row = text.rfind("</w:tr>")
    if row >= 0:
        return row + len("</w:tr>")
    paragraph = text.rfind("</w:p>", 0, text.find("<w:tr") if "<w:tr" in text else len(text))
    return paragraph + len("</w:p>") if paragraph >= 0 else 0
