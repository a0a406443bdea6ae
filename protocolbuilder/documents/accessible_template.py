"""What of the lint of documents can be known from a template alone, before any document is made of it.

A row or paragraph that is only a statement (`{%tr …%}`, `{%p …%}`) leaves no trace in a document, so it is taken out
first, with an empty paragraph beside it, of which only the document shows what stands around it. How long a document
is, and so whether it wants a list of contents, is known when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.accessible import RULES, TEXTS, Fault, faults
from protocolbuilder.documents.accessible_tables import words
from protocolbuilder.documents.contents import ENTRY
from protocolbuilder.documents.visible import W, style_names

KNOWN: Final = {name: rule for name, rule in RULES.items() if name != "contents"}
_STATEMENTS: Final = ((f"{W}tr", "{%tr"), (f"{W}tc", "{%tc"), (f"{W}p", "{%p"))


def template_faults(content: bytes) -> tuple[Fault, ...]:
    """Every fault that a template has by itself, with its place. Raises BadFile when it is no Word file."""
    parts = dict(package.read(content))
    names = style_names(parts)
    for name in filter(TEXTS.fullmatch, tuple(parts)):
        root = package.parse(parts, name)
        _without_statements(root)
        _without_place_of_contents(root, names)
        parts[name] = etree.tostring(root)
    titled = _titled(package.parse(parts, package.WORD), names)
    return (*(() if titled else (UNTITLED,)), *faults(parts, rules=KNOWN))


UNTITLED: Final = Fault("", "No paragraph has the style “Title”.")


def _titled(body: Any, names: Mapping[str, str]) -> bool:
    styled = body.iter(f"{W}pStyle")
    return any(names.get(one.get(f"{W}val", ""), "").lower() == "title" for one in styled)


def _without_statements(root: Any) -> None:
    for tag, sign in _STATEMENTS:
        for one in [one for one in root.iter(tag) if words(one).startswith(sign)]:
            beside = (one.getprevious(), one.getnext()) if tag == f"{W}p" else ()
            for gone in (one, *(each for each in beside if _empty(each))):
                gone.getparent().remove(gone)


def _without_place_of_contents(root: Any, names: Mapping[str, str]) -> None:
    """The empty paragraph that the list of contents fills."""
    for one in [one for one in root.iter(f"{W}p") if _empty(one)]:
        style = one.find(f"{W}pPr/{W}pStyle")
        if style is not None and names.get(style.get(f"{W}val", ""), "").lower() == ENTRY:
            one.getparent().remove(one)
            return


def _empty(one: Any) -> bool:
    """A paragraph without words, picture, break or section of its own."""
    if one is None or one.tag != f"{W}p" or words(one):
        return False
    return next(one.iter(f"{W}drawing", f"{W}pict", f"{W}br", f"{W}sectPr"), None) is None
