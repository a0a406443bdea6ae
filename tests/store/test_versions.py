from dataclasses import replace as but
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.agreement import digest
from protocolbuilder.errors import Conflict, Damaged, Frozen, NotFound
from protocolbuilder.store.agreements import discard
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.events import events
from protocolbuilder.store.verify import faults
from protocolbuilder.store.versions import DocumentMark, document, issued_agreement, version, versions
from tests.store.at_once import at_once
from tests.store.builders import WORD, a_document, created, issued, loaded, minutes, saved


def test_a_version_keeps_what_was_issued_when_the_draft_goes_on(database: Engine) -> None:
    draft = created(database)
    made = issued(database, draft, at=minutes(1))
    saved(database, draft.ref, {"about.title": "Another title"}, seen=1)
    with reading(database) as session:
        assert version(session, draft.ref, 1) == made
        assert issued_agreement(session, draft.ref, 1) == draft.agreement
    assert (made.number, made.draft, made.digest) == (1, 1, digest(draft.agreement))
    assert (made.schema, made.library, made.templates) == ("agreement-1", "2026.11", {"agreement-1": "1.0"})
    assert (made.issued_by, made.issued_at) == ("Ada Jones", minutes(1))
    assert made.note == "Signed off by the partnership"
    assert loaded(database, draft.ref).issued == 1


def test_documents_come_back_byte_for_byte_with_their_hash(database: Engine) -> None:
    content = bytes(range(256)) * 1000
    draft = created(database)
    made = issued(database, draft, a_document("Agreement – Môn & co.docx", content), a_document("empty.csv", b""))
    with reading(database) as session:
        stored = document(session, draft.ref, 1, "Agreement – Môn & co.docx")
        assert document(session, draft.ref, 1, "empty.csv").content == b""
    assert (stored.content, stored.media_type, stored.sha256) == (content, WORD, sha256(content).hexdigest())
    assert made.documents == (
        DocumentMark("Agreement – Môn & co.docx", WORD, 256_000, sha256(content).hexdigest()),
        DocumentMark("empty.csv", WORD, 0, sha256(b"").hexdigest()),
    )


def test_versions_are_listed_newest_first_and_numbered_from_one(database: Engine) -> None:
    draft = created(database)
    first = issued(database, draft)
    second = issued(database, saved(database, draft.ref, {"about.title": "Second"}, seen=1))
    with reading(database) as session:
        assert versions(session, draft.ref) == (second, first)
        assert versions(session, "ISA-2026-0404") == ()
        told = [(event.what, event.number) for event in events(session, draft.ref)]
    assert (second.number, second.draft) == (2, 2)
    assert told == [("created", 1), ("issued", 1), ("issued", 2)]


def test_what_is_not_there_is_said_so(database: Engine) -> None:
    draft = created(database)
    issued(database, draft)
    with reading(database) as session:
        for ask in (
            lambda: version(session, draft.ref, 2),
            lambda: issued_agreement(session, draft.ref, 2),
            lambda: document(session, draft.ref, 1, "other.docx"),
        ):
            with pytest.raises(NotFound):
                ask()
    with pytest.raises(NotFound):
        issued(database, but(draft, ref="ISA-2026-0404"))


def test_a_draft_that_moved_on_while_its_documents_were_made_is_not_issued(database: Engine) -> None:
    draft = created(database)
    newer = saved(database, draft.ref, {"about.title": "Newer"}, seen=1)
    with pytest.raises(Conflict) as told:
        issued(database, draft)
    assert told.value.stored == newer
    with reading(database) as session:
        assert versions(session, draft.ref) == ()


def test_of_eight_who_issue_the_same_version_one_does_and_seven_are_told(database: Engine) -> None:
    draft = created(database)

    def attempt() -> str:
        try:
            return issued(database, draft).digest
        except Conflict:
            return "told"

    outcomes = at_once([attempt] * 8)
    assert sorted(outcomes) == sorted([digest(draft.agreement), *["told"] * 7])
    with reading(database) as session:
        assert len(versions(session, draft.ref)) == 1
        assert faults(session) == ()


def test_documents_of_another_content_are_refused(database: Engine) -> None:
    draft = created(database)
    with pytest.raises(ValueError, match="another content"):
        issued(database, draft, content_digest="0" * 64)


def test_a_discarded_draft_is_not_issued(database: Engine) -> None:
    draft = created(database)
    with writing(database) as session:
        discard(session, draft.ref, by="Ada", at=minutes(1))
    with pytest.raises(Frozen, match="discarded"):
        issued(database, draft)


def test_a_version_whose_second_document_fails_is_not_issued_at_all(database: Engine) -> None:
    draft = created(database)
    with pytest.raises(IntegrityError):
        issued(database, draft, a_document("same.docx"), a_document("same.docx"))
    with reading(database) as session:
        assert versions(session, draft.ref) == ()
        assert faults(session) == ()
    assert loaded(database, draft.ref).issued is None


def _behind_its_back(database: Engine, statement: str) -> None:
    """Somebody with the whole database in hand takes the triggers out and writes."""
    with writing(database) as session:
        for table in ("documents", "versions"):
            if session.dialect.name == "sqlite":
                session.execute(text(f"DROP TRIGGER {table}_refuse_update"))
            else:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuse_change"))
        session.execute(text(statement), {"bytes": b"other"})


def test_bytes_changed_behind_the_programs_back_are_found_and_never_served(database: Engine) -> None:
    draft = created(database)
    issued(database, draft)
    _behind_its_back(database, "UPDATE documents SET content = :bytes WHERE name = 'matrix.docx'")
    with reading(database) as session:
        with pytest.raises(Damaged, match=r"matrix\.docx"):
            document(session, draft.ref, 1, "matrix.docx")
        assert faults(session) == (f"{draft.ref} version 1: matrix.docx is not what was issued",)


def test_a_content_changed_behind_the_programs_back_is_found_and_never_served(database: Engine) -> None:
    draft = created(database)
    issued(database, draft)
    _behind_its_back(database, "UPDATE versions SET content = :bytes")
    with reading(database) as session:
        with pytest.raises(Damaged, match="Version 1"):
            issued_agreement(session, draft.ref, 1)
        assert faults(session) == (f"{draft.ref} version 1: the content is not what was issued",)
