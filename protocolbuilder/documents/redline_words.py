"""One paragraph with the words that changed in it marked, each in its own formatting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal

from lxml import etree

from protocolbuilder.documents.redline_marks import Marks
from protocolbuilder.documents.redline_shape import Para, Piece
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.aligning import Step, steps
from protocolbuilder.domain.wording import joined

State = Literal["same", "del", "ins"]
Carry = Callable[[Any], Any]
"""Makes an element of the old file one of the new file: its styles, numbering, pictures and links."""

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_WHOLE: Final = "x" * 200  # a picture or a field stays, however much changes beside it


@dataclass(frozen=True, slots=True)
class Said:
    """A piece with what became of it, and the link that it stands in."""

    state: State
    piece: Piece
    link: Any


def content(old: Para, new: Para, marks: Marks, carry: Carry, *, named: Mapping[str, str]) -> list[Any]:
    """The marked runs and links of a paragraph that says `new` and said `old`.

    `named` says what the bookmarks of the old text are called in the new one, for links that lead to them.
    """
    found = _steps(old, new, named)
    links = _links(found, old, new)
    said: list[Said] = []
    for step in found:
        before, after = old.tokens[slice(*step.old)], new.tokens[slice(*step.new)]
        if step.same:
            said += [Said("same", piece, piece.link) for piece in after]
        else:
            said += [Said("del", piece, links.get(id(piece.link), piece.link)) for piece in before]
            said += [Said("ins", piece, piece.link) for piece in after]
    kept = {id(piece.link) for piece in new.pieces}
    made: list[Any] = []
    for _, group in groupby(said, key=lambda one: id(one.link)):
        pieces = list(group)
        link = pieces[0].link
        runs = list(_marked(pieces, marks, carry))
        if link is None:
            made += runs
            continue
        around = etree.Element(link.tag, dict(link.attrib), nsmap=link.nsmap)
        if id(link) not in kept:
            carry(around)
        around.extend(runs)
        made.append(around)
    return made


def _steps(old: Para, new: Para, named: Mapping[str, str]) -> list[Step]:
    before = [(piece.key, tuple(one and named.get(one, "-") for one in piece.leads_to)) for piece in old.tokens]
    found = steps(before, [(piece.key, piece.leads_to) for piece in new.tokens])
    words = [[_WHOLE if _stays_whole(piece) else piece.text for piece in para.tokens] for para in (old, new)]
    return joined(found, *words)


def _stays_whole(piece: Piece) -> bool:
    return bool(piece.runs) and piece.runs[0].find(f"{W}br") is None


def _links(found: list[Step], old: Para, new: Para) -> dict[int, Any]:
    """For a link of the old paragraph, the link of the new one that it shares words with."""
    pairs: dict[int, Any] = {}
    for step in found:
        if step.same:
            for one, two in zip(old.tokens[slice(*step.old)], new.tokens[slice(*step.new)], strict=True):
                if one.link is not None:
                    pairs.setdefault(id(one.link), two.link)
    return pairs


def _marked(pieces: list[Said], marks: Marks, carry: Carry) -> Iterator[Any]:
    for state, group in groupby(pieces, key=lambda one: one.state):
        runs = list(_runs([one.piece for one in group]))
        if state == "del":
            yield marks.run("del", [carry(run) for run in runs])
        elif state == "ins":
            yield marks.run("ins", runs)
        else:
            yield from runs


def _runs(pieces: list[Piece]) -> Iterator[Any]:
    """The pieces as runs, neighbours of one look in one run."""

    def alike(piece: Piece) -> Any:
        return id(piece) if piece.runs else id(piece.look)

    for _, group in groupby(pieces, key=alike):
        together = list(group)
        if together[0].runs:
            yield from (run.__copy__() for run in together[0].runs)
            continue
        run: Any = etree.Element(f"{W}r")
        if together[0].look is not None:
            run.append(together[0].look.__copy__())
        text = etree.SubElement(run, f"{W}t", {_SPACE: "preserve"})
        text.text = "".join(piece.text for piece in together)
        yield run
