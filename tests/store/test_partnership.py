"""The partnership, its sign-offs, and versions that print an earlier single message, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.partnership import Partnership, vision_digest
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Conflict, Forbidden, Frozen
from protocolbuilder.store import organisations, partnership, people, security_events
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.versions import version
from tests.store.builders import NOON, created, issued, minutes, new_id


def made(session: Connection, **said: str) -> tuple[Partnership, Person]:
    """A partnership of two, the first of which hosts it, and somebody who keeps it; not kept yet."""
    bodies = [
        organisations.add(session, Organisation("", name), by="", at=minutes(at), new_id=new_id).id
        for at, name in enumerate(("Council", "School"))
    ]
    by = people.add(session, Person("", "Ada Jones", "Manager"), by="", at=NOON, new_id=new_id)
    told = Partnership("Northshire partnership", bodies[0], tuple(bodies), ("ca-2004-s10",), ("A local order",))
    return replace(told, **said), by


def test_the_partnership_is_read_back_as_it_was_said_and_every_time_is_kept(database: Engine) -> None:
    with writing(database) as session:
        said, ada = made(session, message="Share to protect.", vision="Safe together.")
        partnership.state(session, said, seen=0, by=ada, at=NOON)
        partnership.state(session, replace(said, vision="Safer together."), seen=1, by=ada, at=minutes(5))
        partnership.state(session, replace(said, message="Tell someone."), seen=2, by=ada, at=minutes(9))
    with reading(database) as session:
        stands = partnership.current(session)
        assert stands is not None and stands.says == replace(said, message="Tell someone.")
        assert (stands.number, stands.message_changed_at, stands.by) == (3, minutes(9), "Ada Jones, Manager")
        assert set(partnership.visions(session).values()) == {"Safe together.", "Safer together."}
        assert [one.what for one in security_events.naming(session, ada.id)].count("partnership:changed") == 3


def test_what_somebody_else_said_meanwhile_is_not_overwritten(database: Engine) -> None:
    with writing(database) as session:
        said, ada = made(session)
        partnership.state(session, said, seen=0, by=ada, at=NOON)
    with pytest.raises(Conflict) as told, writing(database) as session:
        partnership.state(session, replace(said, name="Mine"), seen=0, by=ada, at=minutes(1))
    assert isinstance(told.value.stored, partnership.Stated) and told.value.stored.says == said


def test_the_database_refuses_to_change_what_was_said_or_signed_off(database: Engine) -> None:
    with writing(database) as session:
        said, ada = made(session, vision="Safe together.")
        partnership.state(session, said, seen=0, by=ada, at=NOON)
        partnership.sign_off(session, said.host, digest=vision_digest(said.vision), by=ada, at=NOON)
    for table in ("partnership SET content = ''", "sign_offs SET signed_by = ''"):
        with pytest.raises(DBAPIError), writing(database) as session:
            session.execute(text(f"UPDATE {table}"))


def test_a_member_signs_off_these_words_once_and_other_words_anew(database: Engine) -> None:
    with writing(database) as session:
        said, ada = made(session, vision="Safe together.")
        partnership.state(session, said, seen=0, by=ada, at=NOON)
        school, words = said.members[1], vision_digest(said.vision)
        partnership.sign_off(session, school, digest=words, by=ada, at=minutes(1))
        with pytest.raises(Frozen):
            partnership.sign_off(session, school, digest=words, by=ada, at=minutes(2))
        other = organisations.add(session, Organisation("", "Stranger"), by="", at=minutes(3), new_id=new_id)
        with pytest.raises(Forbidden):
            partnership.sign_off(session, other.id, digest=words, by=ada, at=minutes(3))
        partnership.state(session, replace(said, vision="Safer together."), seen=1, by=ada, at=minutes(4))
        with pytest.raises(Conflict):
            partnership.sign_off(session, said.host, digest=words, by=ada, at=minutes(5))
        partnership.sign_off(session, school, digest=vision_digest("Safer together."), by=ada, at=minutes(6))
        found = partnership.signed_off(session)
    assert [(one.organisation, one.at) for one in found] == [(school, minutes(6)), (school, minutes(1))]


def test_the_host_is_the_owner_and_whoever_runs_the_copy_as_long_as_there_is_none(database: Engine) -> None:
    with writing(database) as session:
        said, ada = made(session)
        council, school = said.members
        assert (partnership.relation(session, council), partnership.relation(session, school)) == ("owner", "stranger")
        partnership.state(session, replace(said, host=school), seen=0, by=ada, at=NOON)
        assert (partnership.relation(session, council), partnership.relation(session, school)) == ("party", "owner")
        organisations.remove(session, school, by="", at=minutes(1))
        assert partnership.relation(session, council) == "owner" and partnership.relation(session, "") == "stranger"


def test_a_sample_one_says_nothing_once_a_real_organisation_runs_the_copy(database: Engine) -> None:
    with writing(database) as session:
        body = organisations.add(session, Organisation("", "Sample", sample=True), by="", at=NOON, new_id=new_id)
        ada = people.add(session, Person("", "Cal", "Manager", sample=True), by="", at=NOON, new_id=new_id)
        shown = Partnership("Sample", body.id, (body.id,), message="Of the sample.", sample=True)
        partnership.state(session, shown, seen=0, by=ada, at=NOON)
        assert partnership.message(session) == "Of the sample."
        said, real = made(session)
        assert partnership.message(session) == "" and partnership.relation(session, said.host) == "owner"
        assert partnership.state(session, said, seen=0, by=real, at=minutes(1)).number == 2
        assert partnership.current(session) is not None


def test_versions_that_print_an_earlier_message_are_found_and_stay_as_they_are(database: Engine) -> None:
    old, silent = created(database), created(database)
    issued(database, old, message="Share to protect.")
    issued(database, silent)
    with writing(database) as session:
        said, ada = made(session, message="Share to protect.")
        partnership.state(session, said, seen=0, by=ada, at=NOON)
        assert partnership.older(session) == ()
        partnership.state(session, replace(said, message="Tell someone."), seen=1, by=ada, at=minutes(1))
        (found,) = partnership.older(session)
        assert (found.ref, found.number, found.message) == (old.ref, 1, "Share to protect.")
        assert version(session, old.ref, 1).message == "Share to protect."
        assert version(session, silent.ref, 1).message == ""
