"""What is made when all have signed: the executed copy and the certificate, sealed, told in the trail and kept once."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from protocolbuilder.documents import package, visible
from protocolbuilder.documents.accessible import faults as unreadable
from protocolbuilder.documents.signed_rows import URGENT
from protocolbuilder.documents.verifying import verify
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.keys import own_certificates
from protocolbuilder.settings import Settings
from protocolbuilder.store import executed, jobs, outbox, signatures, signing_leaving, trail
from protocolbuilder.store import verify as whole
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.work import executing
from protocolbuilder.work.queue import Held, Queue
from tests.store.builders import minutes
from tests.store.conftest import database, migrated_file, url  # noqa: F401
from tests.store.signed import NAMES, RESERVATION, Signing, all_but_the_last, asked
from tests.store.signing import ASKER, ONE

LATER = minutes(90)


def text(docx: bytes) -> str:
    return "\n".join(visible.texts(package.read(docx)))


def work(made: Signing, *, at: datetime = LATER) -> int:
    """Mails are left where they are."""
    handlers = {executed.KIND: executing.handler(made.settings), outbox.KIND: _sent}
    return Queue(made.database, handlers, lambda: at).run_due()


def _sent(held: Held) -> None:
    with held.finishing():
        pass


@ONE
def test_twelve_from_the_draft_to_the_executed_copy(database: Engine, tmp_path: Path) -> None:  # noqa: F811
    made = asked(database, Settings(instance=tmp_path))
    all_but_the_last(made)
    with reading(database) as session:
        assert signatures.missing(session, made.ref, 1) == ("p12",) and not executed.of_version(session, made.ref, 1)
    made.sign("p12")
    work(made)
    with reading(database) as session:
        assert signatures.completed_at(session, made.ref, 1) is not None
        marks = executed.of_version(session, made.ref, 1)
        kept = {one.name.removeprefix(f"{made.ref}-version-1-"): one for one in marks}
        assert set(kept) == {"executed.docx", "certificate.docx"}
        files = {name: executed.document(session, made.ref, 1, one.name).content for name, one in kept.items()}
        lines = trail.lines(session, made.ref)
        assert whole.faults(session) == ()
        assert whole.counts(session)["executed copies and certificates"] == 2
    events = [line.event for line in lines[-4:]]
    assert events == ["agreement.completed", "seal.applied", "seal.applied", "copy.delivered"]
    assert {line.said["document"]["digest"] for line in lines[-3:-1]} == {one.sha256 for one in marks}
    trust = own_certificates(made.settings)
    for content in files.values():
        report = verify(content, trust=trust, at=LATER, expected=1)
        assert report.accepted, report.all_problems
        assert unreadable(package.read(content)) == ()
    copy, certificate = text(files["executed.docx"]), text(files["certificate.docx"])
    for told in (copy, certificate):
        for words in (*NAMES, RESERVATION, made.shown, "Siân O’Neill-Ó Briain", "the others do not wait", URGENT):
            assert words in told, words
        assert "Our board meets" not in told and "name the hub" not in told  # told to whoever asked alone
        assert "deed" not in told.casefold()
    assert "Executed copy of version 1" in copy and "10 of 12 partners" in copy
    assert "Signed on paper" in copy and "30 June 2026" in copy
    for words in ("Northshire Cabinet", "14/26", "signed-page.pdf", "Person 6"):
        assert words in certificate, words
    with writing(database) as session:
        jobs.put(session, executed.KIND, subject="again", key="again", at=LATER, payload={"ref": made.ref, "number": 1})
    assert work(made) == 1
    with reading(database) as session:
        assert executed.of_version(session, made.ref, 1) == marks
        assert trail.lines(session, made.ref) == lines
    for table in ("sign_left_out", "executed_documents"):
        for words in (f"DELETE FROM {table}", f"UPDATE {table} SET number = number"):
            with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
                session.execute(sql(words))


@ONE
def test_the_others_go_on_only_without_a_partner_that_is_waited_for(database: Engine, tmp_path: Path) -> None:  # noqa: F811
    made = asked(database, Settings(instance=tmp_path))
    with pytest.raises(Frozen, match="Cancel that first"):
        made.go_on_without("p4")
    made.sign("p1")
    with pytest.raises(Frozen, match="has signed"):
        made.go_on_without("p1")
    made.decline("p4")
    made.go_on_without("p4")
    made.go_on_without("p4")
    with writing(database) as session:
        assert [one.party for one in signing_leaving.of_version(session, made.ref, 1)] == ["p4"]
        assert "p4" not in signatures.missing(session, made.ref, 1)
        with pytest.raises(NotFound):
            signing_leaving.leave_out(session, made.ref, 1, "p99", why="No", by=ASKER, at=LATER, means=made.means)
        with pytest.raises(ValueError, match="why"):
            signing_leaving.leave_out(session, made.ref, 1, "p5", why="", by=ASKER, at=LATER, means=made.means)
    with reading(database) as session:
        assert whole.faults(session) == ()
