"""The list of contents: a Word field whose entries lead to the headings, already filled in."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents.visible import W

ENTRY: Final = "toc 1"  # names of styles in lower case; their ids change when another program saves the template
HEADING: Final = "heading 1"
FIELD: Final = r' TOC \o "1-1" \h \n '


def add_contents(root: Any, styles: Mapping[str, str]) -> None:
    """Fills the first empty paragraph of the style "toc 1" with the first-level headings. Without one, does nothing.

    `styles` maps style ids to names.
    """
    named = {key: name.lower() for key, name in styles.items()}
    place = next((p for p in root.iter(f"{W}p") if named.get(_style(p)) == ENTRY and not _text(p)), None)
    headings = [p for p in root.iter(f"{W}p") if named.get(_style(p)) == HEADING and _text(p)]
    if place is None:
        return
    entries = [_entry(place, heading, number) for number, heading in enumerate(headings, start=1)]
    if entries:
        _open_field(entries[0])
        entries[-1].append(_run(_mark("end")))
        for entry in entries:
            place.addprevious(entry)
        place.getparent().remove(place)


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style.get(f"{W}val", "") if style is not None else ""


def _text(paragraph: Any) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t"))


def _entry(place: Any, heading: Any, number: int) -> Any:
    """One line of the contents; the heading gets the bookmark it leads to."""
    name = f"_Toc{number:06d}"
    start = etree.Element(f"{W}bookmarkStart", {f"{W}id": str(number), f"{W}name": name})
    properties = heading.find(f"{W}pPr")
    heading.insert(0 if properties is None else heading.index(properties) + 1, start)
    heading.append(etree.Element(f"{W}bookmarkEnd", {f"{W}id": str(number)}))
    entry = deepcopy(place)
    for child in list(entry):
        if child.tag != f"{W}pPr":
            entry.remove(child)
    link = etree.SubElement(entry, f"{W}hyperlink", {f"{W}anchor": name, f"{W}history": "1"})
    text = etree.Element(f"{W}t")
    text.text = _text(heading)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    link.append(_run(text))
    return entry


def _open_field(entry: Any) -> None:
    instruction = etree.Element(f"{W}instrText")
    instruction.text = FIELD
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    at = 1 if entry.find(f"{W}pPr") is not None else 0
    for run in (_run(_mark("separate")), _run(instruction), _run(_mark("begin"))):
        entry.insert(at, run)


def _mark(kind: str) -> Any:
    return etree.Element(f"{W}fldChar", {f"{W}fldCharType": kind})


def _run(child: Any) -> Any:
    run = etree.Element(f"{W}r")
    run.append(child)
    return run
