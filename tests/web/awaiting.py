"""An issued version that waits for signatures, for tests of its pages; a test states only what matters to it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.documents import word
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import digest
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.signing import Request, Signatory
from protocolbuilder.domain.trail import Actor
from protocolbuilder.keys import trail_key
from protocolbuilder.settings import Settings
from protocolbuilder.store import (
    agreements,
    mail_secrets,
    organisations,
    people,
    sign_in_codes,
    signing,
    signing_asking,
    versions,
)
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.issuing import Issuing
from protocolbuilder.store.signing import Means
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.web.accounts import digest as mark_of
from tests.law.filled import filled
from tests.store.builders import WORD

FILE = "agreement.docx"
SITE = "http://localhost"
PAT = Signatory("police", "Pat Lee", "Chief constable", "pat.lee@police.example")


def new_id() -> str:
    return secrets.token_hex(8)


def means(instance: Any, *, site: str = SITE) -> Means:
    return Means(trail_key(Settings(instance=instance)), site, "isa.example", new_id)


def waiting(database: Engine, with_: Means, *, at: datetime) -> str:
    """The reference of a whole agreement, led by Ada Jones of the council, whose version 1 is issued."""
    said = filled("mash")
    with writing(database) as session:
        body = organisations.first(session) or organisations.add(
            session, Organisation("", "Northshire Council", sector="local-government", nation="england"), by="", at=at,
            new_id=new_id,
        )  # fmt: skip
        ada = people.add(
            session, Person("", "Ada Jones", "Information governance manager", "ada@northshire.example"), by="", at=at,
            new_id=new_id,
        )  # fmt: skip
        draft = agreements.create(session, said, by=ada.name, at=at, new_id=new_id, owner=body.id, lead=ada.id)
    issue(database, draft.ref, with_, at=at)
    return draft.ref


def issue(database: Engine, ref: str, with_: Means, *, at: datetime) -> int:
    """The next version, with its Word file."""
    schema, library = catalogue.schema("agreement-1"), catalogue.library()
    with writing(database) as session:
        draft = agreements.load(session, ref)
        number, said = (draft.issued or 0) + 1, draft.agreement
        stamp = Stamp(ref, str(number), digest(said), library.version, at, "")
        content = word.render("agreement", schema, said, library, stamp)
        versions.issue(
            session, ref, number=number, seen=draft.number, documents=[NewDocument(FILE, WORD, content)],
            content_digest=digest(said), schema=said.schema, library=library.version, templates={}, by="Ada Jones",
            at=at, note="", issuing=Issuing(with_.key, Actor("", "Ada Jones", "Northshire Council")),
        )  # fmt: skip
    return number


def ask(database: Engine, ref: str, with_: Means, who: Signatory = PAT, *, at: datetime, **changed: Any) -> Request:
    with writing(database) as session:
        lead = agreements.load(session, ref).lead or ""
        by = Actor(lead, "Ada Jones, Information governance manager", "Northshire Council")
        number = agreements.load(session, ref).issued or 0
        said: dict[str, Any] = {"document": FILE, "by": by, "at": at, "means": with_, **changed}
        return signing_asking.invite(session, ref, number, who, **said)


def asked(database: Engine, id: int) -> Request:
    with reading(database) as session:
        return signing.load(session, id)


def link(app: Flask, request: Request, *, at: datetime) -> str:
    """The path that the newest mail of a request tells, as a worker makes it."""
    token = secrets.token_urlsafe(32)
    with app.app_context(), writing(app.extensions["protocolbuilder"].database) as session:
        assert mail_secrets.make(session, request.mail, mark_of("signing", token), at=at)
    return f"/sign/{token}"


def code(app: Flask, request: Request, *, at: datetime, said: str = "12345678") -> str:
    """A code that was mailed."""
    with app.app_context(), writing(app.extensions["protocolbuilder"].database) as session:
        sign_in_codes.make(
            session, "signing code", mark_of("signing code", f"{request.person} {said}"), at=at,
            lasts=timedelta(minutes=30), person=request.person, about=str(request.id),
        )  # fmt: skip
    return said
