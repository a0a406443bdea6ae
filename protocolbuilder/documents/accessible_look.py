"""How large and how plain the text of a Word file is to the eye, through its styles, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.house_look import CONTRAST, WHITE, Look, Looks, contrast
from protocolbuilder.documents.visible import W

LEAST: Final = 24  # half points
BLACK: Final = "000000"
USUAL: Final = Look(size=20, colour=BLACK)  # what Word takes where nothing is stated
HIGHLIGHTS: Final[Mapping[str, str]] = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "00008B", "darkCyan": "008B8B", "darkGreen": "006400", "darkMagenta": "800080", "darkRed": "8B0000",
    "darkYellow": "808000", "darkGray": "A9A9A9", "lightGray": "D3D3D3", "black": BLACK, "white": WHITE,
}  # fmt: skip


class Shown:
    """The styles of a file, and what runs and paragraphs come to through them."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        theme = "word/theme/theme1.xml"
        self.styles = package.parse(parts, "word/styles.xml")
        self.looks = Looks(self.styles, package.parse(parts, theme) if theme in parts else None)
        usual = (one for one in self.styles.iter(f"{W}style") if one.get(f"{W}default") == "1")
        self._usual = {one.get(f"{W}type", ""): one.get(f"{W}styleId", "") for one in usual}

    def look(self, run: Any, paragraph: Any) -> Look:
        """Size and colour of a run: its own, then those of its style, its paragraph's, its table's, and the usual."""
        own = run.find(f"{W}rPr")
        stated = self.looks.stated(own) if own is not None else Look()
        for style in self._of(own, "rStyle") + self._of_paragraph(paragraph) + self._of_tables(paragraph):
            for one in self.looks.chain(style):
                stated = stated.over(self.looks.stated(one.find(f"{W}rPr")))
        return stated.over(self.looks.of("")).over(USUAL)

    def behind(self, run: Any, paragraph: Any) -> str:
        """The colour that a run stands on, RRGGBB."""
        marked = run.find(f"{W}rPr/{W}highlight")
        if marked is not None and marked.get(f"{W}val") in HIGHLIGHTS:
            return HIGHLIGHTS[marked.get(f"{W}val")]
        for holder in self._holders(run, paragraph):
            fill = self.looks.colour(holder.find(f"{W}shd"), "fill")
            if fill:
                return fill
        return WHITE

    def listed(self, paragraph: Any) -> bool:
        """Whether a paragraph is an entry of a list of Word's own."""
        number = f"{W}pPr/{W}numPr"
        styles = (one for style in self._of_paragraph(paragraph) for one in self.looks.chain(style))
        return paragraph.find(number) is not None or any(one.find(number) is not None for one in styles)

    def _holders(self, run: Any, paragraph: Any) -> Iterator[Any]:
        yield from run.findall(f"{W}rPr")
        yield from paragraph.findall(f"{W}pPr")
        for style in self._of_paragraph(paragraph):
            for one in self.looks.chain(style):
                yield from one.findall(f"{W}pPr")
        for above in paragraph.iterancestors(f"{W}tc", f"{W}tbl"):
            yield from above.findall(f"{W}tcPr")
            yield from above.findall(f"{W}tblPr")

    def _of_paragraph(self, paragraph: Any) -> list[str]:
        return self._of(paragraph.find(f"{W}pPr"), "pStyle") or [self._usual.get("paragraph", "")]

    def _of_tables(self, paragraph: Any) -> list[str]:
        above = paragraph.iterancestors(f"{W}tbl")
        return [style for table in above for style in self._of(table.find(f"{W}tblPr"), "tblStyle")]

    @staticmethod
    def _of(properties: Any, name: str) -> list[str]:
        found = properties.find(f"{W}{name}") if properties is not None else None
        return [found.get(f"{W}val", "")] if found is not None else []


def small(shown: Shown, root: Any) -> Iterator[tuple[str, int]]:
    """Texts below the least size, with their size in half points."""
    for run, paragraph, said in _runs(root):
        size = shown.look(run, paragraph).size
        if size < LEAST:
            yield said, size


def faint(shown: Shown, root: Any) -> Iterator[tuple[str, float]]:
    """Texts that stand out too little from what is behind them, with how much."""
    for run, paragraph, said in _runs(root):
        ratio = contrast(shown.look(run, paragraph).colour, shown.behind(run, paragraph))
        if ratio < CONTRAST:
            yield said, ratio


def _runs(root: Any) -> Iterator[tuple[Any, Any, str]]:
    for paragraph in root.iter(f"{W}p"):
        for run in paragraph.iter(f"{W}r"):
            said = "".join(text.text or "" for text in run.iter(f"{W}t")).strip()
            if said and next(run.iterancestors(f"{W}p")) is paragraph:
                yield run, paragraph, said[:60]
