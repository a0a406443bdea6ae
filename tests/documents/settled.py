"""Takes or refuses every tracked change of a Word file by the rules of the format, to say what is then there.

Written apart from the product's own reader, so that the two can disagree. It knows what our files are made of: runs,
links, fields, paragraphs, tables, sections, headers and footers.
"""

from __future__ import annotations

import copy
import posixpath
import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHANGES = ("pPrChange", "rPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange")
DOCUMENT = "word/document.xml"


def settled(docx: bytes, *, way: str = "take") -> dict[str, Any]:
    """What the file says once every change is taken (`take`) or refused (`refuse`): {"body": …, "furniture": …}."""
    archive = zipfile.ZipFile(BytesIO(docx))
    root = _settled_part(archive, DOCUMENT, way)
    anchors = {
        mark.get(f"{W}name"): _text(next(up for up in mark.iterancestors() if up.tag == f"{W}p"))
        for mark in root.iter(f"{W}bookmarkStart")
    }
    rels = _relations(archive, DOCUMENT)
    body = [_block(child, anchors, rels) for child in root.find(f"{W}body") if child.tag != f"{W}sectPr"]
    furniture = []
    shown: dict[Any, Any] = {}
    for section in root.iter(f"{W}sectPr"):
        for one in section:
            if one.tag.endswith("Reference"):
                name = rels[one.get(f"{R}id")]
                part = _settled_part(archive, name, way)
                shown[one.tag, one.get(f"{W}type")] = [_block(each, {}, _relations(archive, name)) for each in part]
        said = sorted((place, blocks) for place, blocks in shown.items() if blocks != [("p", (), (), ())])
        furniture.append((said, _props(section)))  # a footer that says nothing is like none
    return {"body": body, "furniture": furniture}


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    try:
        root = etree.fromstring(archive.read(f"{folder}/_rels/{name}.rels"))
    except KeyError:
        return {}
    found = {}
    for one in root:
        target = one.get("Target", "")
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        found[one.get("Id", "")] = repr(archive.read(target)) if "media/" in target else target
    return found


def _settled_part(archive: zipfile.ZipFile, part: str, way: str) -> Any:
    root = etree.fromstring(archive.read(part))
    gone, kept = ("del", "ins") if way == "take" else ("ins", "del")
    _changed_looks(root, way)
    _rows(root, gone, kept)
    ended = [p for p in root.iter(f"{W}p") if p.find(f"{W}pPr/{W}rPr/{W}{gone}") is not None]
    for mark in list(root.iter(f"{W}{gone}", f"{W}{kept}")):
        if mark.getparent().tag == f"{W}rPr" or mark.tag == f"{W}{gone}":
            mark.getparent().remove(mark)
        else:
            for child in list(mark):
                mark.addprevious(child)
            mark.getparent().remove(mark)
    for text in root.iter(f"{W}delText", f"{W}delInstrText"):
        text.tag = f"{W}t" if text.tag == f"{W}delText" else f"{W}instrText"
    for paragraph in ended:
        _join(paragraph)
    return root


def _changed_looks(root: Any, way: str) -> None:
    for name in CHANGES:
        for change in list(root.iter(f"{W}{name}")):
            now = change.getparent()
            now.remove(change)
            if way == "refuse":
                stays = [one for one in now if one.tag in (f"{W}rPr", f"{W}sectPr") or one.tag.endswith("Reference")]
                stays += [one for one in now if one.tag in (f"{W}ins", f"{W}del")]
                for child in list(now):
                    now.remove(child)
                now.extend([*(change[0] if len(change) else ()), *stays])


def _rows(root: Any, gone: str, kept: str) -> None:
    for row in list(root.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{W}{gone}") is not None:
            row.getparent().remove(row)
        for mark in row.findall(f"{W}trPr/{W}{kept}"):
            mark.getparent().remove(mark)
    for table in list(root.iter(f"{W}tbl")):
        if table.find(f"{W}tr") is None:
            table.getparent().remove(table)


def _join(paragraph: Any) -> None:
    """A paragraph whose end is gone: what it says goes before what the next one says."""
    content = [child for child in paragraph if child.tag != f"{W}pPr"]
    after = paragraph.getnext()
    said = [child for child in content if child.tag not in (f"{W}bookmarkStart", f"{W}bookmarkEnd")]
    said = [child for child in said if child.tag != f"{W}hyperlink" or len(child)]
    if after is not None and after.tag == f"{W}p":
        at = 1 if after.find(f"{W}pPr") is not None else 0
        after[at:at] = content
    elif said:
        return
    paragraph.getparent().remove(paragraph)


def _block(element: Any, anchors: Any, rels: Any) -> Any:
    if element.tag == f"{W}p":
        props = element.find(f"{W}pPr")
        section = props.find(f"{W}sectPr") if props is not None else None
        return ("p", _props(props), _props(section), _runs(element, anchors, rels))
    if element.tag == f"{W}tbl":
        rows = [
            (_props(row.find(f"{W}trPr")), [_cell(cell, anchors, rels) for cell in row.iterfind(f"{W}tc")])
            for row in element.iterfind(f"{W}tr")
        ]
        return ("tbl", _props(element.find(f"{W}tblPr")), _props(element.find(f"{W}tblGrid")), rows)
    return (element.tag,)


def _cell(cell: Any, anchors: Any, rels: Any) -> Any:
    blocks = [_block(one, anchors, rels) for one in cell if one.tag != f"{W}tcPr"]
    return (_props(cell.find(f"{W}tcPr")), blocks)


def _props(props: Any) -> Any:
    """Properties as plain values. Where a page may end follows from rows and tables."""
    if props is None:
        return ()
    skipped = (f"{W}rPr", f"{W}sectPr", f"{W}cantSplit", f"{W}keepNext")
    return tuple(_plain(child) for child in props if child.tag not in skipped and not child.tag.endswith("Reference"))


def _plain(element: Any, rels: Any = None) -> Any:
    said = {
        name: (rels or {}).get(value, value)
        for name, value in element.attrib.items()
        if not ("rsid" in name or name.endswith("}space"))
        if not (name == "id" and element.tag.endswith(("docPr", "cNvPr")))
    }
    children = tuple(_plain(child, rels) for child in element if isinstance(child.tag, str))
    return (element.tag, tuple(sorted(said.items())), (element.text or "").strip() and element.text, children)


def _runs(paragraph: Any, anchors: Any, rels: Any) -> Any:
    """The runs, neighbours of one look and one link joined."""
    found: list[Any] = []
    for child in paragraph:
        if child.tag == f"{W}hyperlink":
            link = ("to", anchors.get(child.get(f"{W}anchor")), rels.get(child.get(f"{R}id")))
            runs = child.findall(f"{W}r")
        elif child.tag == f"{W}r":
            link, runs = None, [child]
        else:
            continue
        for run in runs:
            look = _props(run.find(f"{W}rPr"))
            for said in run:
                if said.tag == f"{W}t":
                    if found and found[-1][:3] == ("t", look, link):
                        found[-1] = ("t", look, link, found[-1][3] + (said.text or ""))
                    elif said.text:
                        found.append(("t", look, link, said.text))
                elif said.tag != f"{W}rPr":
                    found.append(("a", look, link, _led(_plain(copy.deepcopy(said), rels), anchors)))
    return tuple(found)


def _led(said: Any, anchors: Any) -> Any:
    """The number of a page by the heading that it is the page of: the name of a bookmark is no content."""
    words = str(said[2]).split()
    return ("page of", anchors.get(words[1])) if words[:1] == ["PAGEREF"] else said


def _text(paragraph: Any) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
