"""The directory of contacts, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Contact, Person, unconfirmed
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.store import contacts, memberships, organisations, people, security_events
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from tests.store.builders import NOON, minutes, new_id


def somebody(session: Connection, name: str = "Ada Jones", *, of: str = "") -> tuple[Person, str]:
    """A person with the organisation they are of."""
    told = Person("", name, "Manager", f"{name.split()[0].lower()}@council.example", "01632 960 001")
    made = people.add(session, told, by="", at=NOON, new_id=new_id)
    body = of or organisations.add(session, Organisation("", "Council"), by="", at=NOON, new_id=new_id).id
    memberships.begin(session, made.id, body, roles=["igm"], by="", at=NOON)
    return made, body


def a_team(organisation: str) -> Contact:
    return Contact(
        "", organisation, "sharing", "Front door team", "Duty officer", "", "Door@Council.example", "01632  960 002",
        NOON,
    )  # fmt: skip


def test_a_contact_is_read_back_as_it_was_added_and_counts_as_confirmed(database: Engine) -> None:
    with writing(database) as session:
        ada, council = somebody(session)
        made = contacts.add(session, a_team(council), by=ada, at=minutes(1), new_id=new_id)
    with reading(database) as session:
        (found,) = contacts.all_of_them(session)
    assert found == made and found.confirmed_at == minutes(1) and not found.gone
    assert (found.email, found.telephone) == ("door@council.example", "01632 960 002")


def test_somebody_of_the_copy_is_shown_as_they_are_now_and_flagged_when_they_left(database: Engine) -> None:
    with writing(database) as session:
        ada, council = somebody(session)
        named = Contact("", council, "incident", "", "", ada.id, "", "", NOON)
        made = contacts.add(session, named, by=ada, at=NOON, new_id=new_id)
        assert (made.name, made.post, made.telephone) == ("Ada Jones", "Manager", "01632 960 001")
        people.change(session, Person(ada.id, "Ada Smith", "Head of service"), by="", at=minutes(1))
        assert contacts.load(session, made.id).name == "Ada Smith"
        somebody(session, "Dee Low", of=council)
        memberships.end(session, ada.id, council, by="", at=minutes(3))
        left = contacts.load(session, made.id)
    assert left.gone and (left.email, left.telephone) == ("", "")


def test_a_contact_that_somebody_else_saved_is_not_overwritten(database: Engine) -> None:
    with writing(database) as session:
        ada, council = somebody(session)
        made = contacts.add(session, a_team(council), by=ada, at=NOON, new_id=new_id)
        theirs = replace(made, topic="rights", name="Rights team")
        contacts.change(session, theirs, seen=NOON, by=ada, at=minutes(1))
    with pytest.raises(Conflict), writing(database) as session:
        contacts.change(session, made, seen=NOON, by=ada, at=minutes(2))
    with reading(database) as session:
        assert contacts.load(session, made.id).name == "Rights team"


def test_a_contact_is_unconfirmed_after_six_months_until_somebody_says_that_it_holds(database: Engine) -> None:
    later = NOON + timedelta(days=190)
    with writing(database) as session:
        ada, council = somebody(session)
        made = contacts.add(session, a_team(council), by=ada, at=NOON, new_id=new_id)
        assert unconfirmed(made, at=later)
        assert not unconfirmed(contacts.confirm(session, made.id, by=ada, at=later), at=later)


def test_what_is_done_to_contacts_is_on_record_by_ids_and_a_removed_one_is_gone(database: Engine) -> None:
    with writing(database) as session:
        ada, council = somebody(session)
        made = contacts.add(session, a_team(council), by=ada, at=NOON, new_id=new_id)
        contacts.confirm(session, made.id, by=ada, at=minutes(1))
        contacts.remove(session, made.id, by=ada, at=minutes(2))
        assert [one.what for one in security_events.naming(session, made.id)] == [
            "contact:added", "contact:confirmed", "contact:removed",
        ]  # fmt: skip
        with pytest.raises(NotFound):
            contacts.load(session, made.id)
