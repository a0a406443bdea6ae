"""Makes the documents of a draft or of a version: those of the family, each under its own name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from flask import Response

from protocolbuilder import catalogue
from protocolbuilder.documents import family, slow
from protocolbuilder.documents.pack import ending
from protocolbuilder.documents.single_message import own_message
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stamp import Stamp, file_name
from protocolbuilder.documents.word import What
from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.consultation import SHARED, Consulted
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile, NotFound
from protocolbuilder.law.library import Library, effective
from protocolbuilder.law.overlay import Overlay
from protocolbuilder.law.review import review_draft, standing
from protocolbuilder.store import comments, organisations, partnership, versions
from protocolbuilder.store.versions import NewDocument, Version
from protocolbuilder.web import looks
from protocolbuilder.web.findings import standing_of
from protocolbuilder.web.library import recorded, today
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import session
from protocolbuilder.web.standing import as_issued
from protocolbuilder.web.words import LONDON

MEDIA: Final[Mapping[str, str]] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
"""Form of a document -> its media type."""
KEPT: Final = ("document.docx", "matrix.docx", "matrix.xlsx", "matrix.csv", "review.docx", "data.json")
"""What is kept with a version when it is issued. The others are made from the version whenever somebody asks."""
OWN: Final = ("agreement.docx", "protocol.docx")
ITSELF: Final = "document"
"""The name, in an address, of the agreement or protocol itself."""


def what(opened: Opened) -> What:
    """Which document its schema prints."""
    return "protocol" if opened.schema.id.startswith("protocol") else "agreement"


def stamp_of(opened: Opened, *, version: str, at: datetime) -> Stamp:
    """What the draft would be issued as at that moment. A protocol prints its own message or none, as does what stands
    under it; any other prints that of the partnership."""
    said, parent = opened.says, opened.stands.parent
    own = "single_message" in opened.schema.sections or own_message(said, parent)
    message = "" if own else partnership.message(session())
    return Stamp(opened.ref, version, digest(opened.agreement), opened.library.version, at, message)


def draft_stamp(opened: Opened) -> Stamp:
    """The same for the same draft, so that its files are too."""
    return stamp_of(opened, version=f"draft {opened.draft.number}", at=opened.draft.updated_at)


def source_of(opened: Opened, stamp: Stamp) -> Source:
    """What the documents of a draft are made from, as it stands today."""
    return Source(
        opened.schema, opened.says, opened.library, stamp, on=today(), findings=standing_of(opened),
        stock=looks.stock(), parent=opened.stands.parent, own=opened.agreement, consulted=_consulted(opened.ref),
    )  # fmt: skip


def _consulted(ref: str) -> Consulted:
    """The advice that was given on a draft, and views. What is internal to an organisation is printed nowhere."""
    shared, views = comments.comments(session(), ref, of=SHARED), comments.views_of(session(), ref, of=SHARED)
    advice = tuple(one for one in shared if one.kind == "advice")
    whose = {one.organisation for one in advice} | {one.organisation for one in views}
    known = organisations.by_id(session()) if whose else {}
    return Consulted(advice, views, {key: known[key].name for key in sorted(whose) if key in known})


def source_of_version(opened: Opened, version: Version) -> Source:
    """What the documents of an issued version are made from: its answers, and the law library and day of its issue.

    Where the shipped library is another by now, that one is used, and the stamp says which.
    """
    agreement = versions.issued_agreement(session(), opened.ref, version.number, of=reach())
    made = source_of_issued(agreement, version, latest=opened.draft.issued or 0)
    review = review_draft(made.schema, made.agreement, made.library, on=made.on, problems=())
    return dataclasses.replace(made, findings=standing(made.agreement, review))


def source_of_issued(agreement: Agreement, version: Version, *, latest: int) -> Source:
    """The same without findings, for whoever reads the version by another right than that of their organisation.
    `latest`: the number of the version issued last."""
    schema, on = catalogue.schema(agreement.schema), version.issued_at.astimezone(LONDON).date()
    library = _library_at(version)
    named = (version.ref, str(version.number), version.digest)
    stamp = Stamp(*named, library.version, version.issued_at, version.message)
    newer = str(latest) if latest > version.number else ""
    says = as_issued(schema, agreement, version.under, library)
    return Source(
        schema, says.agreement, library, stamp, on=on, newer=newer, stock=looks.stock_of(version), parent=says.parent,
        own=agreement,
    )  # fmt: skip


def _library_at(version: Version) -> Library:
    """The law library with what had been recorded on it when the version was issued."""
    return effective(catalogue.library(), records_of(version), on=version.issued_at.astimezone(LONDON).date())


def records_of(version: Version | None) -> Overlay:
    """The records on the law library that a version was issued with, or those of today."""
    return tuple(record for record in recorded() if version is None or record.at <= version.issued_at)


def kinds(opened: Opened) -> tuple[str, ...]:
    """What is kept with a version of it: a document without flows has no matrix."""
    return tuple(kind for kind in KEPT if "flows" in opened.schema.sections or not kind.startswith("matrix"))


def make(opened: Opened, stamp: Stamp, kind: str, *, party: str = "") -> NewDocument:
    """One document of the draft. `kind` is `matrix.docx`, `party` the id of the partner it is for. Raises NotFound."""
    if kind not in KEPT and kind not in OWN:
        refuse_wrong(opened)
    return made_from(source_of(opened, stamp), kind, party=party)


def refuse_wrong(opened: Opened) -> None:
    """Raises NotFound where answers are wrong."""
    if count := wrong(opened):
        raise NotFound(f"{count} of the answers are wrong. Put them right first: the document would leave them out.")


def wrong(opened: Opened) -> int:
    """How many answers are wrong. The agreement prints them as they are; a document made from them would not."""
    return sum(problem.kind == "wrong" for problem in opened.problems())


def made_from(source: Source, kind: str, *, party: str = "", kept: Mapping[str, bytes] | None = None) -> NewDocument:
    """One document that is made at once. Raises NotFound for one that is not, or not made at all.

    `kept`: files by name that are taken as they are, and are not made again.
    """
    if slow.is_slow(kind):
        raise NotFound("It takes a while to make. Ask for it on the page Toolkit.")
    name, as_ = named(source.schema, kind), kind.rpartition(".")[2]
    called_so, held = called(source, kind, party=party), kept or {}
    if called_so in held and not (name in family.FAMILY and family.FAMILY[name].lacking(source)):
        return NewDocument(called_so, MEDIA[as_], held[called_so])
    try:
        content = family.make(name, dataclasses.replace(source, party=party), as_)
    except BadFile as error:
        raise NotFound(error.text) from error
    return NewDocument(called_so, MEDIA[as_], content)


def called(source: Source, kind: str, *, party: str) -> str:
    """`ISA-2026-0001-version-1-summary.docx`, and after that which partner it is for."""
    whose = f"-{file_name(source.names.item(party)) or party}" if party else ""
    return f"{source.stamp.named}{ending(named(source.schema, kind))}{whose}.{kind.rpartition('.')[2]}"


def named(schema: Schema, kind: str) -> str:
    """The document of the family that a name in an address asks for: `document.docx` is the agreement or protocol."""
    name = kind.rpartition(".")[0] or kind
    return schema.id.split("-")[0] if name == ITSELF else name


def make_all(opened: Opened, stamp: Stamp) -> tuple[NewDocument, ...]:
    """Every document that is kept with a version."""
    source = source_of(opened, stamp)
    return tuple(made_from(source, kind) for kind in kinds(opened))


def templates_used(opened: Opened) -> dict[str, str]:
    """Template -> the start of its SHA-256, by which one that a lawyer edited is told apart; and the house style."""
    names, stock = (opened.schema.id, *(f"{name}-1" for name in _templates(opened))), looks.stock()
    used = {name: sha256(stock.plain(name, opened.schema)).hexdigest()[:16] for name in names}
    return {**used, looks.HOUSE: stock.style.sha256} if stock.style else used


def _templates(opened: Opened) -> Iterator[str]:
    named = dict.fromkeys(kind.rpartition(".")[0] for kind in kinds(opened))
    yield from (family.FAMILY[name].template for name in named if name != ITSELF and family.FAMILY[name].template)


def sent(name: str, media_type: str, content: bytes) -> Response:
    """A file to keep. `web.security` sees to it that a browser runs nothing of it."""
    answer = Response(content, mimetype=media_type.split(";")[0], content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
