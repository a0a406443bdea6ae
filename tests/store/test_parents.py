"""A version keeps what it stood under, and what it said in effect, whatever is issued above it later."""

from typing import Any

from sqlalchemy import event, text

from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.store.agreements import discard
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.parents import Above, Offered, Step, above, offered
from protocolbuilder.store.verify import faults
from protocolbuilder.store.versions import version
from tests.store.builders import NOON, an_agreement, created, issued, saved


def a_protocol(title: str = "Northshire protocol") -> Agreement:
    answers: dict[str, Any] = {"about": {"title": title}, "parties": [], "security": {"access": "Few."}}
    return Agreement("protocol-1", "2026.11", answers)


def read(database: Engine, ref: str, number: int | None = None) -> Above:
    with reading(database) as session:
        found = above(session, ref, number)
    assert found is not None
    return found


def test_a_version_says_under_what_it_was_issued_and_keeps_its_text_in_effect(database: Engine) -> None:
    protocol = created(database, a_protocol())
    issued(database, protocol)
    step = read(database, protocol.ref).step
    assert step == Step(protocol.ref, 1, digest(a_protocol()))

    child, says = created(database), an_agreement(security={"access": "Few."})
    made = issued(database, child, under=(step,), effective=says)
    assert made.under == (step,)
    with reading(database) as session:
        assert version(session, child.ref, 1) == made
        assert not faults(session)
    below = read(database, child.ref)
    assert below.agreement() == says and below.digest == digest(says) and below.under == (step,)


def test_a_later_version_of_the_protocol_changes_nothing_that_was_issued(database: Engine) -> None:
    protocol = created(database, a_protocol())
    issued(database, protocol)
    child = created(database)
    issued(database, child, under=(read(database, protocol.ref).step,), effective=an_agreement(security={"a": "Few."}))
    before = read(database, child.ref)
    issued(database, saved(database, protocol.ref, {"security.access": "All."}, seen=1))
    assert read(database, child.ref) == before
    newest, first = read(database, protocol.ref), read(database, protocol.ref, 1)
    assert (newest.number, first.number, first.latest) == (2, 1, 2)
    assert first.agreement() == a_protocol()


def test_what_is_not_there_not_issued_or_discarded_is_told_apart(database: Engine) -> None:
    draft = created(database, a_protocol())
    with reading(database) as session:
        assert above(session, "ISA-2026-0404") is None
    found = read(database, draft.ref)
    assert (found.number, found.latest, found.discarded) == (None, None, False)
    issued(database, draft)
    with writing(database) as session:
        discard(session, draft.ref, by="Ada Jones", at=NOON)
    assert read(database, draft.ref).discarded


def test_protocols_are_offered_before_agreements_and_nothing_to_itself(database: Engine) -> None:
    agreement, protocol, unissued = created(database), created(database, a_protocol()), created(database, a_protocol())
    issued(database, agreement)
    issued(database, protocol)
    with reading(database) as session:
        assert offered(session, to=unissued.ref) == (
            Offered(protocol.ref, "Northshire protocol", "protocol-1", 1),
            Offered(agreement.ref, "MASH sharing", "agreement-1", 1),
        )
        assert [one.ref for one in offered(session, to=protocol.ref)] == [agreement.ref]


def test_what_stands_above_is_read_in_one_statement(database: Engine) -> None:
    protocol = created(database, a_protocol())
    issued(database, protocol)
    asked: list[Any] = []
    with reading(database) as session:
        event.listen(database, "before_cursor_execute", lambda *said: asked.append(said[2]))
        above(session, protocol.ref)
        assert len(asked) == 1
        offered(session, to="")
        assert len(asked) == 2


def test_a_text_in_effect_that_was_changed_behind_our_back_is_found(database: Engine) -> None:
    child = created(database)
    issued(database, child, effective=an_agreement(security={"access": "Few."}))
    with writing(database) as session:
        _unlock(session)
        session.execute(text("UPDATE versions SET effective = :other"), {"other": b"{}"})
    with reading(database) as session:
        assert faults(session) == (f"{child.ref} version 1: what it says in effect is not what was issued",)


def _unlock(session: Any) -> None:
    """Takes the trigger that refuses this away, as only an administrator of the database can."""
    name = "versions_refuse_update" if session.dialect.name == "sqlite" else "versions_refuse_change"
    session.execute(text(f"DROP TRIGGER {name}" + ("" if session.dialect.name == "sqlite" else " ON versions")))
