"""The comments of a Word file, each with the answers that others gave to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.redline_plain import relations
from protocolbuilder.documents.returned_reading import moment, named
from protocolbuilder.documents.visible import ParagraphText, W

LONGEST: Final = 20_000  # characters of one comment
_PARA: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
_W15: Final = "{http://schemas.microsoft.com/office/word/2012/wordml}"


@dataclass(frozen=True, slots=True)
class Reply:
    """`at` as the program wrote it (`2026-11-20T14:05`, its own time), or ""."""

    author: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Comment:
    """`settled`: its author's program marked it as resolved."""

    id: str
    author: str
    at: str
    text: str
    settled: bool = False
    replies: tuple[Reply, ...] = ()


def comments(parts: Mapping[str, bytes]) -> tuple[Comment, ...]:
    """In the order of the file; a reply stands with the comment that began the talk. Raises BadFile."""
    root = _related(parts, "/comments")
    if root is None:
        return ()
    found: dict[str, Comment] = {}
    of_para: dict[str, str] = {}  # the last paragraph of a comment stands for it
    for element in root.iter(f"{W}comment"):
        paras = list(element.iter(f"{W}p"))
        text = "\n".join("".join(ParagraphText().of(para)) for para in paras).strip()[:LONGEST]
        made = Comment(
            element.get(f"{W}id", ""), named(element.get(f"{W}author", "")), moment(element.get(f"{W}date", "")), text
        )
        found[made.id] = made
        if paras and paras[-1].get(_PARA):
            of_para[paras[-1].get(_PARA)] = made.id
    above, settled = _threads(parts, of_para)
    for key in [key for key in found if above.get(key) in found]:
        first = _first(key, above)
        if first != key:
            one = found.pop(key)
            begun = found[first]
            reply = Reply(one.author, one.at, one.text)
            found[first] = replace(begun, replies=(*begun.replies, reply))
    return tuple(replace(one, settled=key in settled) for key, one in found.items())


def _threads(parts: Mapping[str, bytes], of_para: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Which comment each reply answers, and which are resolved."""
    root = _related(parts, "/commentsExtended")
    above: dict[str, str] = {}
    settled: set[str] = set()
    for row in root.iter(f"{_W15}commentEx") if root is not None else ():
        key = of_para.get(row.get(f"{_W15}paraId", ""))
        parent = of_para.get(row.get(f"{_W15}paraIdParent", ""))
        if key and parent:
            above[key] = parent
        if key and row.get(f"{_W15}done") in ("1", "true"):
            settled.add(key)
    return above, settled


def _first(key: str, above: Mapping[str, str]) -> str:
    """The comment that began the talk. Replies that answer each other in a ring begin none: they stay as they are."""
    seen = {key}
    at = key
    while at in above:
        at = above[at]
        if at in seen:
            return key
        seen.add(at)
    return at


def _related(parts: Mapping[str, bytes], kind: str) -> Any:
    for relation in relations(parts, package.WORD).values():
        if relation.kind.endswith(kind) and not relation.external and relation.target in parts:
            return package.parse(parts, relation.target)
    return None
