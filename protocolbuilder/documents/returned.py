"""What came back with a Word file of ours: tracked changes, comments and edits nobody tracked, each on its question.

Nothing is taken over here. An item says which answer it touches and, where it is all within that answer's own words,
what the whole answer would then say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from protocolbuilder.documents import embed, package, visible
from protocolbuilder.documents.returned_aligning import NOWHERE, Aligned, Edit, inserted, onto, paired, refuse_many
from protocolbuilder.documents.returned_base import NOTHING, Place, bases, shared
from protocolbuilder.documents.returned_comments import Comment, comments
from protocolbuilder.documents.returned_items import (
    OWN_WORDS,
    Item,
    around,
    comment_item,
    edited,
    joined,
    one_line,
    text_of,
    words_of,
)
from protocolbuilder.documents.returned_line import END, Line, Run
from protocolbuilder.documents.returned_reading import formatting, lines, moment, named
from protocolbuilder.documents.returned_tracked import Change, changes
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.schema import Schema, question_at
from protocolbuilder.errors import BadAddress
from protocolbuilder.law.library import Library

BETWEEN: Final[Mapping[str, str]] = {"prose": "\n\n", "lines": "\n"}
CORE: Final = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Returned:
    """`formatting` counts tracked changes of looks only. `saved_by` and `saved_at` are what the program said that saved
    the file last."""

    items: tuple[Item, ...]
    formatting: int
    saved_by: str
    saved_at: str


def read(
    docx: bytes, schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, printed: bytes = b"",
    parent: Parent | None = None, template: bytes = b"",
) -> Returned:  # fmt: skip
    """What was done to a file that went out with this agreement under this stamp. Raises BadFile, one clear line.

    `printed`: the file as it went out, where that is kept; else it is printed again. `parent`: what the agreement stood
    under then. `template`: another one than the shipped one.
    """
    parts = package.read(docx)
    embed.refuse_redline(parts)
    body, beside = lines(parts if printed else visible.without_house(parts))  # which it is not printed again with
    base, base_beside = bases(schema, agreement, library, stamp, parent=parent, template=template)
    if printed:
        kept, kept_beside = lines(package.read_own(printed))
        base = onto(base, kept)
        base_beside = [onto(one or NOTHING, line) for one, line in paired(base_beside, kept_beside) if line]
    said = comments(parts)
    found: list[Item] = []
    for one, line in [(base, body), *paired(base_beside, beside)]:
        found += _Reading(schema, agreement, Aligned(one or NOTHING, line or Line()), said).items()
    hung = {key for line in (body, *beside) for key in line.comments}
    found += [comment_item(one, "", "", "") for one in said if one.id not in hung]
    refuse_many(len(found))
    by, at = _saved(parts)
    return Returned(tuple(found), formatting(parts), by, at)


class _Reading:
    """One part of the file beside what went out."""

    def __init__(
        self, schema: Schema, agreement: Agreement, aligned: Aligned, said: Sequence[Comment]
    ) -> None:
        self.schema, self.agreement, self.aligned = schema, agreement, aligned
        self.base, self.line = aligned.base, aligned.line
        self.said = said

    def items(self) -> list[Item]:
        """In the order of reading; a comment after what it stands on."""
        found = [(edit.at, 0, self._edit(edit)) for edit in self.aligned.edits]
        tracked = changes(self.line)
        refuse_many(len(tracked))
        found += [(change.start, 1, self._change(change)) for change in tracked]
        for one in self.said:
            if one.id in self.line.comments:
                found.append((self.line.comments[one.id][0], 2, self._comment(one)))
        return [item for _, _, item in sorted(found, key=lambda row: row[:2])]

    def _edit(self, edit: Edit) -> Item:
        """An edit that nobody tracked."""
        return self._item("edit", [edit], edit.at, "", "", old=self.base.text[edit.start : edit.end], new=edit.text)

    def _change(self, change: Change) -> Item:
        text = self.line.text
        old = "".join(text[run.start : run.end] for run in change.runs if run.was)
        new = "".join(text[run.start : run.end] for run in change.runs if run.remains)
        edits = self._edits(change)
        return self._item("change", edits, change.start, change.author, change.at, old=old, new=new, move=change.move)

    def _edits(self, change: Change) -> list[Edit]:
        """What a tracked change does to the text that went out."""
        text, found = self.line.text, list[Edit]()
        for start, end, remains in _stretches(change.runs):
            said = text[start:end]
            if remains and said.endswith(END) and (not start or text[start - 1] == END):
                found.append(inserted(self.aligned, said.removesuffix(END), start, end - 1))
            elif remains:
                at = self.aligned.anchor(start)
                found.append(Edit(at, at, said, start))
            else:
                found += [Edit(one, two, "", start) for one, two in self._stood(start, end)]
        return joined(found)

    def _stood(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Where the characters of a stretch stood in what went out."""
        start = end = NOWHERE
        for place in self.aligned.place[first:last]:
            if place == NOWHERE:
                continue
            if place != end:
                if start != NOWHERE:
                    yield start, end
                start = place
            end = place + 1
        if start != NOWHERE:
            yield start, end

    def _item(
        self, kind: Literal["change", "edit"], edits: Sequence[Edit], at: int, author: str, date: str, *, old: str,
        new: str, move: str = "",
    ) -> Item:  # fmt: skip
        first = edits[0] if edits else Edit(self.aligned.anchor(at), self.aligned.anchor(at), "", at)
        answer, ways = self._within(edits)
        address = answer.address if answer else self._touched(edits or [first])
        base, proposed = self._proposed(answer, ways) if answer else ("", "")
        end = max((edit.end for edit in edits), default=first.end)
        return Item(
            kind, address, one_line(self.base.heading(first.start)), author, date, words_of(old), words_of(new),
            *(("", "") if first.alone else around(self.base, first.start, end, new)), base, proposed, move,
        )  # fmt: skip

    def _within(self, edits: Sequence[Edit]) -> tuple[Place | None, list[Edit]]:
        """The answer that all the edits stay within, and the edits as they stand in it."""
        for way in zip(*(edit.ways if len(edits) == 1 else (edit,) for edit in edits), strict=True):
            if any(edit.alone for edit in way):
                continue
            start, end = min(edit.start for edit in way), max(edit.end for edit in way)
            for answer in self.base.answers:
                if answer.start <= start and end <= answer.end and self._kind(answer.address):
                    return answer, list(way)
        return None, []

    def _touched(self, edits: Sequence[Edit]) -> str:
        """The address of what the edits touch: of answers, else of what is said of them."""
        if edits[0].alone:
            row = [place.address.split(".")[0] for place in self.base.beside(edits[0].start)]
            return row[0] if row else ""
        found = [place for edit in edits for place in self.base.touched(edit.start, edit.end)]
        answers = [place.address for place in found if place.kind != "label"]
        return shared(answers or [place.address for place in found])

    def _proposed(self, answer: Place, edits: Sequence[Edit]) -> tuple[str, str]:
        """The whole answer as it went out and as it would be; nothing proposed where the text does not tell."""
        kind = self._kind(answer.address)
        said = get(self.agreement, answer.address)
        between = BETWEEN.get(kind, END)
        whole = edited(self.base.text, answer, edits).replace(END, between).strip()
        if answer.kind == "unsaid":
            covers = len(edits) == 1 and (edits[0].start, edits[0].end) == (answer.start, answer.end)
            base, fits = "", said is ABSENT and covers and answer.address not in self.agreement.does_not_apply
        else:
            base = "" if said is ABSENT else text_of(said)
            fits = self.base.text[answer.start : answer.end].replace(END, between) == base
        one_line = kind in BETWEEN or not ({END, "\n"} & set(whole))
        return base, whole if fits and one_line and kind in OWN_WORDS else ""

    def _kind(self, address: str) -> str:
        try:
            return question_at(self.schema, address).kind
        except BadAddress:
            return ""

    def _comment(self, one: Comment) -> Item:
        start, end = self.line.comments[one.id]
        places = [place for place in self.aligned.place[start:end] if place != NOWHERE]
        low, high = (min(places), max(places) + 1) if places else (self.aligned.anchor(start),) * 2
        found = self.base.touched(low, high) or self.base.beside(low)[:1]
        address = shared([place.address for place in found if place.kind != "label"] or [p.address for p in found])
        kept = [run for run in self.line.runs if run.remains and run.start < end and run.end > start]
        said = "".join(self.line.text[max(run.start, start) : min(run.end, end)] for run in kept)
        para = self.aligned.para_of(start)
        said = said if said.strip(f"{END} ") else self.line.text[para.start : para.end]
        return comment_item(one, address, one_line(self.base.heading(low)), words_of(said))


def _stretches(runs: Sequence[Run]) -> Iterator[tuple[int, int, bool]]:
    """Runs beside each other that were all put in, or all taken out, as one: (start, end, put in)."""
    start = end = NOWHERE
    remains = False
    for run in runs:
        if (run.start, run.remains) != (end, remains):
            if start != NOWHERE:
                yield start, end, remains
            start, remains = run.start, run.remains
        end = run.end
    if start != NOWHERE:
        yield start, end, remains


def _saved(parts: Mapping[str, bytes]) -> tuple[str, str]:
    """Who saved the file last and when, by its properties."""
    said = {"lastModifiedBy": "", "modified": ""}
    for element in package.parse(parts, CORE) if CORE in parts else ():
        name = str(element.tag).rpartition("}")[2]
        if name in said:
            said[name] = "".join(element.itertext())
    return named(said["lastModifiedBy"]), moment(said["modified"])
