"""Makes the executed copy and the certificate of a version when all have signed; both are kept once, and told in the
trail."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from protocolbuilder import catalogue
from protocolbuilder.documents import certificate, executed
from protocolbuilder.documents.family import shape_of
from protocolbuilder.documents.house_style import take
from protocolbuilder.documents.stock import FOLDER, Stock
from protocolbuilder.domain.trail import Document, Entry
from protocolbuilder.errors import NotFound
from protocolbuilder.keys import SealKey, seal_key, trail_key
from protocolbuilder.settings import Settings
from protocolbuilder.store import executed as kept
from protocolbuilder.store import house_styles, organisations, signing_record, trail, versions
from protocolbuilder.store.engine import Connection, reading
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.work.queue import Handler, Held
from protocolbuilder.work.timestamping import stamper

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def handler(settings: Settings) -> Handler:
    """A second run finds what the first one kept, and does nothing."""

    def make(held: Held) -> None:
        ref, number = str(held.job.payload["ref"]), int(held.job.payload["number"])
        at = held.clock()
        with reading(held.database) as session:
            first = organisations.first(session)
            key = seal_key(settings, at=at, organisation=first.name if first else "")
            done = bool(kept.of_version(session, ref, number))
            made = () if done else _made(session, ref, number, settings=settings, key=key, at=at)
        with held.finishing() as session:
            if made and not kept.of_version(session, ref, number):
                _keep(session, ref, number, made=made, key=key, settings=settings, at=at)

    return make


def _made(
    session: Connection, ref: str, number: int, *, settings: Settings, key: SealKey, at: datetime
) -> tuple[NewDocument, ...]:
    record = signing_record.record(session, ref, number)
    said = versions.issued_agreement(session, ref, number)
    schema = catalogue.schema(said.schema)
    if record.document is None:
        raise NotFound(f"Version {number} of {ref} is kept without the file that was signed.")
    issued = versions.document(session, ref, number, record.document.name).content
    template = _stock(session, settings).load(certificate.TEMPLATE, schema)
    named, token = f"{ref}-version-{number}", stamper(settings)
    return (
        NewDocument(f"{named}-executed.docx", WORD, executed.executed(issued, record, key=key, at=at, token=token)),
        NewDocument(
            f"{named}-certificate.docx", WORD,
            certificate.certificate(record, key=key, at=at, template=template, token=token),
        ),
    )  # fmt: skip


def _keep(
    session: Connection, ref: str, number: int, *, made: tuple[NewDocument, ...], key: SealKey, settings: Settings,
    at: datetime,
) -> None:  # fmt: skip
    kept.keep(session, ref, number, made, at=at)
    marks, signer = kept.of_version(session, ref, number), trail_key(settings)
    for one in marks:
        data = {"version": number, "certificate": key.fingerprint}
        entry = Entry(ref, "seal.applied", at, document=Document(one.name, one.sha256), data=data)
        trail.append(session, entry, key=signer)
    data = {"version": number, "to": "every partner that reads this version", "files": [one.name for one in marks]}
    trail.append(session, Entry(ref, "copy.delivered", at, data=data), key=signer)


def _stock(session: Connection, settings: Settings) -> Stock:
    """The operator's templates in today's look."""
    chosen = house_styles.current(session)
    style = take(house_styles.content(session, chosen.file), chosen.name) if chosen and chosen.file else None
    return Stock(settings.instance / FOLDER, style, shape_of)
