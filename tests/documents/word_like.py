"""Edits a Word file of ours as Word writes it: runs cut by revision ids, tracked changes, comments with replies."""

from __future__ import annotations

import copy
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.visible import W

W14: Final = "http://schemas.microsoft.com/office/word/2010/wordml"
W15: Final = "http://schemas.microsoft.com/office/word/2012/wordml"
KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
EXTENDED: Final = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
MAIN: Final = W.strip("{}")
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
DATE: Final = "2026-11-20T14:05:00Z"


class WordFile:
    """The parts of a file that somebody works on. `author` is who works now."""

    def __init__(self, docx: bytes, *, author: str = "Sam Hill") -> None:
        self.parts = package.read(docx)
        self.author = author
        self.numbers = iter(range(1000, 100_000))
        self.roots = {
            name: package.parse(self.parts, name) for name in self.parts
            if name.startswith(("word/document", "word/footer", "word/header")) and name.endswith(".xml")
        }  # fmt: skip
        self.comments = etree.Element(f"{W}comments", nsmap={"w": MAIN, "w14": W14})
        self.extended = etree.Element(f"{{{W15}}}commentsEx", nsmap={"w15": W15})

    @property
    def body(self) -> Any:
        return self.roots[package.WORD]

    def bytes(self) -> bytes:
        made = {**self.parts, **{name: package.serialise(root) for name, root in self.roots.items()}}
        if len(self.comments):
            made["word/comments.xml"] = package.serialise(self.comments)
            made["word/commentsExtended.xml"] = package.serialise(self.extended)
            rels = package.parse(made, "word/_rels/document.xml.rels")
            for number, (kind, name) in enumerate(((KINDS, "comments.xml"), (EXTENDED, "commentsExtended.xml"))):
                etree.SubElement(rels, rels[0].tag, {"Id": f"rIdC{number}", "Type": kind, "Target": name})
            made["word/_rels/document.xml.rels"] = package.serialise(rels)
        return package.write(made)

    def marked(self, name: str) -> Any:
        number = str(next(self.numbers))
        return etree.Element(f"{W}{name}", {f"{W}id": number, f"{W}author": self.author, f"{W}date": DATE})

    def words(self, text: str, part: str = package.WORD, *, within: Any = None) -> Any:
        """The run that says exactly these words, cut out of the first one that holds them, as Word cuts runs."""
        for run in (self.roots[part] if within is None else within).iter(f"{W}r"):
            found = run.find(f"{W}t")
            if found is None or text not in (found.text or "") or len(run.findall(f"{W}t")) > 1:
                continue
            before, _, after = (found.text or "").partition(text)
            middle = self.like(run, text)
            run.addnext(middle)
            if after:
                middle.addnext(self.like(run, after))
            found.text = before
            found.set(SPACE, "preserve")
            return middle
        raise AssertionError(f"not in the file in one run: {text}")

    def like(self, run: Any, text: str, tag: str = "t") -> Any:
        made = etree.Element(f"{W}r", {f"{W}rsidR": f"00{next(self.numbers):06X}"})
        look = run.find(f"{W}rPr")
        if look is not None:
            made.append(copy.deepcopy(look))
        etree.SubElement(made, f"{W}{tag}", {SPACE: "preserve"}).text = text
        return made

    def replaced(self, old: str, new: str, part: str = package.WORD, *, within: Any = None) -> None:
        """A tracked change of some words: the new ones in two runs, for Word saved between them."""
        run = self.words(old, part, within=within)
        gone, came = self.marked("del"), self.marked("ins")
        gone.append(self.like(run, old, "delText"))
        half = len(new) // 2
        came.extend([self.like(run, text) for text in (new[:half], new[half:]) if text])
        run.addprevious(gone)
        if new:
            run.addprevious(came)
        run.getparent().remove(run)

    def moved(self, text: str, before: str) -> None:
        """Words moved before others, as Word tracks a move."""
        run, to = self.words(text), self.words(before)
        source, target = self.marked("moveFrom"), self.marked("moveTo")
        source.append(self.like(run, text))
        target.append(self.like(run, text))
        run.addprevious(source)
        run.getparent().remove(run)
        to.addprevious(target)

    def paragraph_after(self, words: str, text: str) -> None:
        """Enter pressed at the end of a paragraph and some words typed, tracked."""
        para = self.words(words).getparent()
        made = copy.deepcopy(para)
        for child in list(made):
            if child.tag != f"{W}pPr":
                made.remove(child)
        came = self.marked("ins")
        came.append(self.like(para.find(f"{W}r"), text))
        made.append(came)
        para.addnext(made)
        props = para.find(f"{W}pPr")
        if props is None:
            props = etree.Element(f"{W}pPr")
            para.insert(0, props)
        look = props.find(f"{W}rPr")
        look = etree.SubElement(props, f"{W}rPr") if look is None else look
        look.insert(0, self.marked("ins"))

    def row(self, words: str, mark: str) -> None:
        """The row of a table that holds these words deleted ("del"), or one like it inserted after it ("ins")."""
        row = next(self.words(words).iterancestors(f"{W}tr"))
        if mark == "ins":
            made = copy.deepcopy(row)
            row.addnext(made)
            row = made
        props = row.find(f"{W}trPr")
        if props is None:
            props = etree.Element(f"{W}trPr")
            row.insert(0, props)
        props.append(self.marked(mark))
        for run in list(row.iter(f"{W}r")):
            around = self.marked(mark)
            run.addprevious(around)
            around.append(run)
            for text in run.iter(f"{W}t") if mark == "del" else ():
                text.tag = f"{W}delText"

    def untracked(self, old: str, new: str, *, within: Any = None) -> None:
        run = self.words(old, within=within)
        run.find(f"{W}t").text = new

    def bold(self, text: str) -> None:
        """A tracked change of looks."""
        run = self.words(text)
        look = run.find(f"{W}rPr")
        if look is None:
            look = etree.Element(f"{W}rPr")
            run.insert(0, look)
        etree.SubElement(look, f"{W}b")
        change = self.marked("rPrChange")
        etree.SubElement(change, f"{W}rPr")
        look.append(change)

    def comment(self, words: str, text: str, *, to: str = "", settled: bool = False) -> str:
        """A comment on some words, or a reply to the comment `to`. Returns its paragraph id."""
        key, para_id = str(next(self.numbers)), f"{next(self.numbers):08X}"
        one = etree.SubElement(
            self.comments, f"{W}comment", {f"{W}id": key, f"{W}author": self.author, f"{W}date": DATE}
        )
        para = etree.SubElement(one, f"{W}p", {f"{{{W14}}}paraId": para_id})
        etree.SubElement(etree.SubElement(para, f"{W}r"), f"{W}annotationRef")
        etree.SubElement(etree.SubElement(para, f"{W}r"), f"{W}t").text = text
        said = {f"{{{W15}}}paraId": para_id, f"{{{W15}}}done": "1" if settled else "0"}
        if to:
            said[f"{{{W15}}}paraIdParent"] = to
        etree.SubElement(self.extended, f"{{{W15}}}commentEx", said)
        run = self.words(words)
        run.addprevious(etree.Element(f"{W}commentRangeStart", {f"{W}id": key}))
        reference = etree.Element(f"{W}r")
        etree.SubElement(reference, f"{W}commentReference", {f"{W}id": key})
        run.addnext(reference)
        run.addnext(etree.Element(f"{W}commentRangeEnd", {f"{W}id": key}))
        return para_id
