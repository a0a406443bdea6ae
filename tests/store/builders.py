"""Valid things with defaults; a test states only what matters to it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from protocolbuilder.domain.agreement import Agreement, Edit, digest
from protocolbuilder.domain.trail import Actor
from protocolbuilder.store.agreements import Draft, create, load, save
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.issuing import Issuing
from protocolbuilder.store.versions import NewDocument, Version, issue
from tests.trail_key import KEY

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ISSUING = Issuing(KEY, Actor("", "Ada Jones"))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def minutes(after_noon: int) -> datetime:
    return NOON + timedelta(minutes=after_noon)


def new_id() -> str:
    return uuid4().hex


def an_agreement(title: str = "MASH sharing", **sections: Any) -> Agreement:
    answers = {
        "about": {"title": title},
        "purpose": {},
        "security": {},
        "parties": [{"id": "council", "name": "Barking & Dagenham Council"}],
        "flows": [],
    }
    return Agreement(
        schema="agreement-1",
        library="2026.11",
        answers={**answers, **sections},
        does_not_apply={},
        flags={},
        accepted=(),
    )


def created(database: Engine, agreement: Agreement | None = None, *, at: datetime = NOON) -> Draft:
    with writing(database) as session:
        return create(session, agreement or an_agreement(), by="Ada Jones", at=at, new_id=new_id)


def saved(
    database: Engine,
    ref: str,
    answers: Mapping[str, Any],
    *,
    seen: int,
    by: str = "Ada Jones",
    at: datetime = NOON,
) -> Draft:
    edits = [Edit(address=address, value=value) for address, value in answers.items()]
    with writing(database) as session:
        return save(session, ref, edits=edits, seen=seen, by=by, at=at)


def loaded(database: Engine, ref: str) -> Draft:
    with reading(database) as session:
        return load(session, ref)


def a_document(name: str = "agreement.docx", content: bytes = b"PK-word-bytes\x00\xff") -> NewDocument:
    return NewDocument(name=name, media_type=WORD, content=content)


def issued(database: Engine, draft: Draft, *documents: NewDocument, at: datetime = NOON, **changed: Any) -> Version:
    words: dict[str, Any] = {
        "number": (draft.issued or 0) + 1,
        "seen": draft.number,
        "documents": documents or (a_document(), a_document("matrix.docx", b"matrix")),
        "content_digest": digest(draft.agreement),
        "schema": draft.agreement.schema,
        "library": draft.agreement.library,
        "templates": {"agreement-1": "1.0"},
        "by": "Ada Jones",
        "at": at,
        "note": "Signed off by the partnership",
        "issuing": ISSUING,
    }
    with writing(database) as session:
        return issue(session, draft.ref, **{**words, **changed})
