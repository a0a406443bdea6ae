"""Makes the documents of a draft or of a version: from the same values, under the same names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from flask import Response

from protocolbuilder.documents import matrix, review, templates, word
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.word import What
from protocolbuilder.domain.agreement import digest, to_json
from protocolbuilder.errors import NotFound
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.web.findings import standing_of
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.running import now
from protocolbuilder.web.words import LONDON

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"


def what(opened: Opened) -> What:
    """Which document its schema prints."""
    return "protocol" if opened.schema.id.startswith("protocol") else "agreement"


def stamp_of(opened: Opened, *, version: str, at: datetime) -> Stamp:
    return Stamp(opened.ref, version, digest(opened.agreement), opened.library.version, at)


def draft_stamp(opened: Opened) -> Stamp:
    """The same for the same draft, so that its files are too."""
    return stamp_of(opened, version=f"draft {opened.draft.number}", at=opened.draft.updated_at)


def _word(opened: Opened, stamp: Stamp) -> bytes:
    return word.render(what(opened), opened.schema, opened.agreement, opened.library, stamp)


def _matrix(as_: matrix.As) -> Callable[[Opened, Stamp], bytes]:
    return lambda opened, stamp: matrix.render(opened.schema, opened.agreement, opened.library, stamp, as_=as_)


def _review(opened: Opened, stamp: Stamp) -> bytes:
    today = now().astimezone(LONDON).date()
    found = standing_of(opened)
    return review.render(opened.schema, opened.agreement, opened.library, stamp, findings=found, on=today)


MAKERS: Final[Mapping[str, tuple[str, str, Callable[[Opened, Stamp], bytes]]]] = {
    "document.docx": ("", WORD, _word),
    "matrix.docx": ("-matrix", WORD, _matrix("docx")),
    "matrix.xlsx": ("-matrix", SHEET, _matrix("xlsx")),
    "matrix.csv": ("-matrix", TEXT, _matrix("csv")),
    "review.docx": ("-review", WORD, _review),
    "data.json": ("", JSON, lambda opened, stamp: to_json(opened.agreement).encode("utf-8")),
}
"""Name in an address -> (what its file name ends in before the suffix, media type, how it is made)."""


def kinds(opened: Opened) -> tuple[str, ...]:
    """What is made of it: a document without flows has no matrix."""
    return tuple(kind for kind in MAKERS if "flows" in opened.schema.sections or not kind.startswith("matrix"))


def make(opened: Opened, stamp: Stamp, kind: str) -> NewDocument:
    """One document. Raises NotFound for a kind that is not made."""
    if kind not in kinds(opened):
        raise NotFound("There is no such document.")
    end, media_type, maker = MAKERS[kind]
    return NewDocument(f"{named(stamp)}{end}.{kind.rsplit('.', 1)[1]}", media_type, maker(opened, stamp))


def make_all(opened: Opened, stamp: Stamp) -> tuple[NewDocument, ...]:
    """Every document of a version."""
    return tuple(make(opened, stamp, kind) for kind in kinds(opened))


def named(stamp: Stamp) -> str:
    """`ISA-2026-0001-version-1`, `ISA-2026-0001-draft-12`."""
    version = stamp.version if stamp.version.startswith("draft") else f"version {stamp.version}"
    return f"{stamp.reference}-{version}".replace(" ", "-")


def templates_used(opened: Opened) -> dict[str, str]:
    """Template -> the start of its SHA-256, by which one that a lawyer edited is told apart."""
    names = (opened.schema.id, review.TEMPLATE, *(["matrix-1"] if "matrix.docx" in kinds(opened) else []))
    return {name: sha256(templates.load(name)).hexdigest()[:16] for name in names}


def sent(name: str, media_type: str, content: bytes) -> Response:
    """A file to keep. A browser never runs or shows what is in it."""
    answer = Response(content, mimetype=media_type.split(";")[0], content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
