"""One thing that came back with a Word file, and the words that tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from protocolbuilder.documents.returned_aligning import Edit
from protocolbuilder.documents.returned_base import Base, Place
from protocolbuilder.documents.returned_comments import Comment, Reply
from protocolbuilder.documents.returned_line import END

AROUND: Final = 120  # characters before and after what changed
OWN_WORDS: Final = frozenset({"line", "prose", "lines", "url", "email", "phone"})
"""Kinds of answers that are a text of one's own, printed as it is."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that somebody did to the file.

    `kind`: a tracked change, an edit that was not tracked, or a comment. `address` is the question, item or section
    that it touches, "" for wording that is in every agreement; `place` the heading above it. `author` and `at` are as
    their program wrote them, `at` in its own time (`2026-11-20T14:05`), each "" where unknown. `old` became `new`,
    between `before` and `after`; for a comment `old` is what it hangs on. `base` is the whole answer that went out,
    `proposed` what it says with this change alone, "" where that cannot be told from the text. `move`: "from" or "to"
    where words were moved.
    """

    kind: Literal["change", "edit", "comment"]
    address: str
    place: str
    author: str
    at: str
    old: str
    new: str
    before: str
    after: str
    base: str = ""
    proposed: str = ""
    move: str = ""
    text: str = ""
    replies: tuple[Reply, ...] = ()
    settled: bool = False


def item_of(said: Mapping[str, Any]) -> Item:
    """The item that `dataclasses.asdict` made these values of."""
    return Item(**{**said, "replies": tuple(Reply(**reply) for reply in said["replies"])})


def comment_item(one: Comment, address: str, place: str, hangs_on: str) -> Item:
    return Item(
        "comment", address, place, one.author, one.at, hangs_on, "", "", "",
        text=one.text, replies=one.replies, settled=one.settled,
    )  # fmt: skip


def joined(found: Sequence[Edit]) -> list[Edit]:
    """Edits in the order of the text that went out, those that touch made one."""
    made: list[Edit] = []
    for edit in sorted(found, key=lambda one: (one.start, one.end)):
        last = made[-1] if made else None
        if last and edit.start <= last.end and not (last.alone or edit.alone):
            made[-1] = Edit(last.start, max(last.end, edit.end), last.text + edit.text, last.at)
        else:
            made.append(edit)
    return made


def edited(text: str, answer: Place, edits: Sequence[Edit]) -> str:
    made, done = [], answer.start
    for edit in sorted(edits, key=lambda one: one.start):
        made += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join((*made, text[done : answer.end]))


def text_of(value: object) -> str:
    """An answer in one's own words as one text, the entries of a list on lines of their own."""
    said = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return said.replace("\r\n", "\n").replace("\r", "\n")


def around(base: Base, start: int, end: int, text: str) -> tuple[str, str]:
    """Some whole words before and after, of the same paragraphs; a paragraph of its own (`text`) is set apart."""
    one, two = base.para_at(start), base.para_at(max(start, end - 1))
    before, after = base.text[one.start : start], base.text[end : max(end, two.end)]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    before = before.replace(END, " ") + ("\n\n" if before and text.startswith(END) else "")
    return before, ("\n\n" if after and text.endswith(END) else "") + after.replace(END, " ")


def words_of(text: str) -> str:
    return text.replace(END, "\n\n").strip("\n")


def one_line(text: str) -> str:
    return " ".join(text.split())
