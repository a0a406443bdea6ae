"""A redline keeps two promises: taking every change gives the new file, refusing every change gives the old one."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from itertools import permutations
from random import Random
from typing import Any

import pytest
from lxml import etree

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, package
from protocolbuilder.documents.redline import redline
from protocolbuilder.domain.agreement import put
from protocolbuilder.errors import BadFile
from tests.documents import made, pages
from tests.documents.edits import edited
from tests.documents.pages import docx, p, run, table
from tests.documents.settled import settled
from tests.law.filled import filled

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
W = f"{{{pages.W}}}"
THOROUGH = bool(os.environ.get("PB_THOROUGH"))
FILES = {"pictures": {"i1": b"one", "i2": b"two"}, "links": {"l1": "https://a.example/", "l2": "https://b.example/"}}
OTHERS = {"pictures": {"i1": b"two", "i2": b"three"}, "links": {"l1": "https://b.example/", "l2": "https://c.example/"}}


def compared(old: bytes, new: bytes) -> bytes:
    return redline(old, new, author="Version 2", at=AT)


def keeps(old: bytes, new: bytes, found: bytes | None = None) -> bool:
    found = found or compared(old, new)
    return settled(found) == settled(new) and settled(found, way="refuse") == settled(old)


def document(found: bytes) -> Any:
    return etree.fromstring(zipfile.ZipFile(BytesIO(found)).read("word/document.xml"))


def marked(found: bytes) -> list[str]:
    """What is inserted and deleted in the body, in order: `+words`, `-words`."""
    marks = document(found).iter(f"{W}ins", f"{W}del")
    said = [("+" if mark.tag == f"{W}ins" else "-") + "".join(mark.itertext()) for mark in marks]
    return [one for one in said if len(one) > 1]


@pytest.mark.parametrize("seed", range(300 if THOROUGH else 5))
def test_both_hold_for_random_changes_of_real_agreements(seed: int) -> None:
    random = Random(seed)
    before = filled(random.choice(("police-schools", "la-school", "mash", "marac")))
    after = edited(before, random, changes=random.choice((1, 3, 6, 20)))
    assert keeps(made.docx(before), made.docx(after))


PATTERNS = [draft.name for draft in catalogue.patterns()]
PAIRS = (
    list(permutations(PATTERNS, 2)) if THOROUGH else list(zip(PATTERNS, [*PATTERNS[1:], PATTERNS[0]], strict=True))[::4]
)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_hold_for_agreements_of_different_patterns(one: str, other: str) -> None:
    assert keeps(made.docx(filled(one)), made.docx(filled(other)))


@pytest.mark.parametrize("block", range(40 if THOROUGH else 2))
def test_both_hold_for_texts_of_any_shape(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        random = Random(seed)
        old = pages.blocks(random)
        new = pages.changed(random, old) if random.random() < 0.8 else pages.blocks(random)
        foot = [{"f1": "".join(pages.blocks(random))} for _ in range(2)]
        files = FILES if random.random() < 0.7 else OTHERS
        section = random.choice((pages.SECTION, pages.SIDEWAYS))
        before = docx("".join(old), footers=random.choice((foot[0], None)), **FILES)  # type: ignore[arg-type]
        after = docx("".join(new), footers=random.choice((*foot, None)), section=section, **files)  # type: ignore[arg-type]
        assert keeps(before, after), seed


HEADING = '<w:bookmarkStart w:id="{0}" w:name="_Toc{0}"/>{1}<w:bookmarkEnd w:id="{0}"/>'


def contents(*headings: str) -> str:
    """A list of contents over paragraphs, and the headings that it leads to."""
    entries = [f'<w:hyperlink w:anchor="_Toc{n}">{run(text)}</w:hyperlink>' for n, text in enumerate(headings)]
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    entries[0] = f"{marks[0]}<w:r><w:instrText> TOC \\h </w:instrText></w:r>{marks[1]}{entries[0]}"
    entries[-1] += marks[2]
    return "".join(map(p, entries)) + "".join(
        p(HEADING.format(n, run(text))) + p(f"What {text} says.") for n, text in enumerate(headings)
    )


def section(props: str) -> str:
    return p("An appendix.", props=f'<w:sectPr><w:footerReference w:type="default" r:id="f2"/>{props}</w:sectPr>')


FEET = {"f1": p("Version 1"), "f2": p("Appendix, version 1")}
SHAPES: dict[str, tuple[str, str]] = {
    "nothing": (p("One."), p("One.")),
    "a text for another": (p("One."), p("Two.")),
    "paragraphs after the last": (p("One."), p("One.") + p("Two.") + p("Three.")),
    "the last paragraphs taken away": (p("One.") + p("Two.") + p("Three."), p("One.")),
    "other paragraphs at the end": (
        p("One.") + p("Two.") + p("Six."),
        p("One.") + p("Four.") + p("Five.") + p("Seven."),
    ),
    "a cell that grows": (table(["a", "b"]) + p(), table([p("a") + p("more") + p("words"), "b"]) + p()),
    "a cell that is emptied": (table(["a", p("b") + p("c")]) + p(), table(["a", ""]) + p()),
    "a table at the end": (p("One."), p("One.") + table(["a"]) + p()),
    "a column more": (p() + table(["a", "b"], ["c", "d"]) + p(), p() + table(["a", "x", "b"], ["c", "y", "d"]) + p()),
    "tables that touch": (table(["a", "b"]) + p(), table(["x"]) + p()),
    "a table in a cell": (table([table(["a"], ["b"]) + p()]) + p(), table([table(["a"], ["c"], ["d"]) + p("e")]) + p()),
    "rows moved": (table(["a"], ["b"], ["c"]) + p(), table(["c"], ["a"], ["b"]) + p()),
    "another look": (p("One two."), p(run("One ", look="<w:b/>") + run("two."), props='<w:jc w:val="center"/>')),
    "contents renumbered": (contents("1 Aim", "2 Law", "3 Term"), contents("1 Aim", "2 People", "3 Law", "4 Term")),
    "contents swapped": (contents("Aim", "Law", "Term"), contents("Term", "Aim", "Law")),
    "contents taken away": (contents("Aim", "Law"), p("Aim") + p("What Aim says.")),
    "a section more": (p("One.") + p("Two."), p("One.") + section(pages.SIDEWAYS) + p("Two.")),
    "a section less": (p("One.") + section(pages.SIDEWAYS) + p("Two."), p("One.") + p("Two.")),
    "a section turned": (section(pages.SECTION) + p("Two."), section(pages.SIDEWAYS) + p("Two.")),
    "a field": (p(pages.field(" REF a ", "one")), p(pages.field(" REF b ", "one") + run(" and more"))),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("turned", [False, True], ids=["", "back"])
def test_both_hold_for(name: str, turned: bool) -> None:
    old, new = SHAPES[name][::-1] if turned else SHAPES[name]
    after = {**FEET, "f1": p("Version 2"), "f2": p("Appendix, version 2")}
    assert keeps(docx(old, footers=FEET), docx(new, footers=after))


def test_only_the_words_that_changed_are_marked_and_joined_over_blanks() -> None:
    old = p("The council keeps the record for six years after the case closes.")
    new = p("The council keeps the record for ten full years after the case closes.")
    assert marked(compared(docx(old), docx(new))) == ["-six", "+ten full"]
    both = compared(docx(p("It is sent by post today to all.")), docx(p("It is sent by secure mail today to all.")))
    assert marked(both) == ["-post", "+secure mail"]


def test_a_row_with_its_old_label_is_the_same_row() -> None:
    old, new = table(["Period", "Six years"], ["Keeper", "Police"]), table(["Period", "For ever"], ["Keeper", "Police"])
    assert marked(compared(docx(old + p()), docx(new + p()))) == ["-Six years", "+For ever"]


def test_every_change_says_who_and_when_and_has_a_number_of_its_own() -> None:
    before = filled("police-schools")
    root = document(compared(made.docx(before), made.docx(edited(before, Random(1)))))
    changes = list(root.iter(f"{W}ins", f"{W}del", f"{W}pPrChange", f"{W}tcPrChange"))
    assert {(one.get(f"{W}author"), one.get(f"{W}date")) for one in changes} == {("Version 2", "2026-11-24T10:30:00Z")}
    numbered = [one.get(f"{W}id") for one in [*changes, *root.iter(f"{W}bookmarkStart")]]
    assert len(numbered) == len(set(numbered)) > 20


def test_marks_stand_where_the_schema_of_word_files_wants_them() -> None:
    before = filled("la-school")
    for after in (edited(before, Random(2), changes=20), filled("marac")):
        root = document(compared(made.docx(before), made.docx(after)))
        for mark in root.iter(f"{W}ins", f"{W}del"):
            parent = mark.getparent()
            assert parent.tag in {W + name for name in ("rPr", "trPr", "p", "hyperlink")}
            assert parent.tag != f"{W}rPr" or (parent[0] is mark and parent.getparent().tag == f"{W}pPr")
            assert parent.tag != f"{W}trPr" or parent[-1] is mark
        assert not [one for one in root.iter(f"{W}t", f"{W}instrText") if _within(one, "del")]
        assert not [one for one in root.iter(f"{W}delText", f"{W}delInstrText") if not _within(one, "del")]


def _within(element: Any, name: str) -> bool:
    return any(above.tag == W + name for above in element.iterancestors())


def test_the_same_two_files_give_the_same_redline() -> None:
    before = filled("police-schools")
    files = made.docx(before), made.docx(edited(before, Random(3)))
    assert compared(*files) == compared(*files)


def test_a_redline_holds_no_agreement_says_what_it_is_and_is_not_taken_in() -> None:
    before = filled("police-schools")
    found = compared(made.docx(before), made.docx(put(before, "about.title", "Another title")))
    parts = package.read(found)
    assert not [name for name in parts if name.startswith("customXml/")]
    assert embed.properties(parts)[embed.REDLINE] == "PB-2026-0001 version 1 compared with PB-2026-0001 version 1"
    assert b"Redline: Another title" in parts["docProps/core.xml"]
    with pytest.raises(BadFile, match="is a redline"):
        embed.take(found)


def test_what_would_be_lost_or_settled_silently_is_refused() -> None:
    plain = docx(p("One."))
    tracked = compared(plain, docx(p("Two.")))
    with pytest.raises(BadFile, match="tracked changes"):
        compared(plain, tracked)
    with pytest.raises(BadFile, match="footnotes"):
        compared(plain, docx(p('<w:r><w:footnoteReference w:id="1"/></w:r>')))
    with pytest.raises(BadFile, match="cannot carry"):
        compared(docx(p('<m:oMath xmlns:m="urn:m"/>')), plain)
    with pytest.raises(BadFile, match="not a Word file"):
        compared(b"no Word file", plain)


@pytest.mark.parametrize("seed", range(200 if THOROUGH else 20))
def test_a_damaged_file_is_compared_or_refused_and_nothing_else(seed: int) -> None:
    random = Random(seed)
    files = []
    for _ in range(2):
        foot = {"f1": "".join(pages.blocks(random))}
        parts = package.read(docx("".join(pages.blocks(random)), footers=foot, **FILES))  # type: ignore[arg-type]
        for name in [name for name in parts if name.endswith((".xml", ".rels"))]:
            root = etree.fromstring(parts[name])
            _damage(random, list(root.iter(etree.Element)))  # type: ignore[arg-type]
            parts[name] = etree.tostring(root)
        files.append(package.write(parts))
    with suppress(BadFile):
        assert package.read(compared(*files))


def _damage(random: Random, elements: list[Any]) -> None:
    for _ in range(random.randrange(3)):
        one, other = random.choice(elements), random.choice(elements)
        kind = random.randrange(4)
        if kind == 0 and one.attrib:
            one.set(random.choice(list(one.attrib)), random.choice(["", "x", "-1", "rId9", "9" * 14]))
        elif kind == 1 and one.getparent() is not None:
            one.getparent().remove(one)
        elif kind == 2:
            one.append(etree.fromstring(etree.tostring(other)))
        elif one.attrib:
            del one.attrib[random.choice(list(one.attrib))]


def test_what_another_program_adds_around_the_text_is_no_change() -> None:
    plain = docx(p("One two three.") + p(pages.field(" PAGE ", "1")))
    again = docx(
        '<w:sdt><w:sdtPr/><w:sdtContent><w:p w:rsidR="00A1"><w:proofErr w:type="spellStart"/><w:r><w:t>One </w:t></w:r>'
        "<w:r><w:lastRenderedPageBreak/><w:t>two three.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        '<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>7</w:t></w:r></w:fldSimple></w:p>'
    )
    assert marked(compared(plain, again)) == []


STYLES = (
    f'<w:styles xmlns:w="{pages.W}"><w:style w:type="paragraph" w:styleId="{{0}}"><w:name w:val="{{1}}"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="{2}"><w:name w:val="{3}"/><w:basedOn w:val="{0}"/></w:style></w:styles>'
)
LISTS = (
    f'<w:numbering xmlns:w="{pages.W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="{{0}}"/>'
    '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
LISTED = '<w:pStyle w:val="{0}"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def test_styles_and_lists_of_the_old_file_come_over_where_the_new_one_has_others() -> None:
    old = docx(
        p("Gone clause.", props=LISTED.format("Own")) + p("Kept."),
        more={
            "word/styles.xml": STYLES.format("Base", "Base text", "Own", "Own list"),
            "word/numbering.xml": LISTS.format("•"),
        },
    )
    new = docx(
        p("Kept."),
        more={
            "word/styles.xml": STYLES.format("B0", "base text", "Own", "Other"),
            "word/numbering.xml": LISTS.format("%1"),
        },
    )
    parts = package.read(compared(old, new))
    styles = {one.get(f"{W}styleId"): one for one in package.parse(parts, "word/styles.xml").iter(f"{W}style")}
    gone = package.parse(parts, "word/document.xml").find(f"{W}body/{W}p/{W}pPr")
    style = styles[gone.find(f"{W}pStyle").get(f"{W}val")]
    assert style.find(f"{W}name").get(f"{W}val") == "Own list" and style.find(f"{W}basedOn").get(f"{W}val") == "B0"
    lists = package.parse(parts, "word/numbering.xml")
    number = lists.find(f"{W}num[@{W}numId='{gone.find(f'{W}numPr/{W}numId').get(f'{W}val')}']")
    shape = lists.find(f"{W}abstractNum[@{W}abstractNumId='{number.find(f'{W}abstractNumId').get(f'{W}val')}']")
    assert shape.find(f"{W}lvl/{W}lvlText").get(f"{W}val") == "•"


# Faults planted in a right redline. Each must break an equation, or the check above would not see such a fault.


def _unwrap(mark: Any) -> None:
    for child in list(mark):
        mark.addprevious(child)
    mark.getparent().remove(mark)


def _remove(mark: Any) -> None:
    mark.getparent().remove(mark)


FAULTS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "a deletion dropped": (f".//{W}p/{W}del", _remove),
    "a deletion kept as text": (f".//{W}p/{W}del", _unwrap),
    "an insertion dropped": (f".//{W}p/{W}ins", _remove),
    "an insertion not marked": (f".//{W}p/{W}ins", _unwrap),
    "the end of a deleted paragraph not marked": (f".//{W}body/{W}p/{W}pPr/{W}rPr/{W}del", _remove),
    "the end of an inserted paragraph not marked": (f".//{W}body/{W}p/{W}pPr/{W}rPr/{W}ins", _remove),
    "a deleted row not marked": (f".//{W}trPr/{W}del", _remove),
    "an inserted row not marked": (f".//{W}trPr/{W}ins", _remove),
    "a look not remembered": (f".//{W}pPrChange", _remove),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    old = p("One.") + p("Gone clause.") + p("The end of it all.") + table(["a", "b"], ["c", "d"]) + p("Seven.")
    new = (
        p("One and two.")
        + p("The end of it.", props='<w:jc w:val="center"/>')
        + table(["a", "b"], ["e", "f"])
        + p("New.")
        + p("Seven.")
    )
    before, after = docx(old), docx(new)
    found = compared(before, after)
    assert keeps(before, after, found)
    where, plant = FAULTS[fault]
    parts = package.read(found)
    root = package.parse(parts, "word/document.xml")
    plant(root.findall(where)[0])
    assert not keeps(before, after, package.write({**parts, "word/document.xml": package.serialise(root)}))
