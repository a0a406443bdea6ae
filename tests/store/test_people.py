"""Organisations, people, roles and relations, on both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.organisations import Identifier, Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Conflict, Frozen, NotFound
from protocolbuilder.store import memberships, organisations, people, relations, security_events
from protocolbuilder.store.agreements import create, load
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from tests.store.builders import NOON, an_agreement, created, minutes, new_id


def an_organisation(session: Connection, name: str = "Barking & Dagenham Council", *, at: int = 0) -> Organisation:
    described = Organisation(
        "", name, "B&D", ("la-children", "la-adults"), (Identifier("ico", "za 123456"),), "local-government", "england",
        ("Children’s services",),
    )  # fmt: skip
    return organisations.add(session, described, by="", at=minutes(at), new_id=new_id)


def a_person(session: Connection, name: str = "Ada Jones", email: str = "") -> Person:
    return people.add(session, Person("", name, "Manager", email), by="", at=NOON, new_id=new_id)


def a_member(session: Connection, organisation: Organisation, name: str, *roles: str) -> Person:
    person = a_person(session, name)
    memberships.begin(session, person.id, organisation.id, roles=roles, by="", at=NOON)
    return person


def test_an_organisation_is_read_back_as_it_was_added_with_its_identifiers_as_registers_write_them(
    database: Engine,
) -> None:
    with writing(database) as session:
        made = an_organisation(session)
    with reading(database) as session:
        assert organisations.load(session, made.id) == made
    assert made.identifiers == (Identifier("ico", "ZA123456"),)


def test_an_entry_that_somebody_else_changed_is_not_overwritten(database: Engine) -> None:
    with writing(database) as session:
        made = an_organisation(session)
        changed = Organisation(made.id, "Barking and Dagenham", sector="local-government", nation="england")
        organisations.change(session, changed, seen=1, by="", at=NOON)
    with pytest.raises(Conflict), writing(database) as session:
        organisations.change(session, made, seen=1, by="", at=NOON)
    with reading(database) as session:
        assert organisations.load(session, made.id).name == "Barking and Dagenham"


def test_the_same_organisation_twice_is_found_by_number_or_by_name_with_and_for_the_sign(database: Engine) -> None:
    with writing(database) as session:
        made = an_organisation(session)
        by_name = Organisation("", "BARKING  and Dagenham Council")
        by_number = Organisation("", "Another name", identifiers=(Identifier("ico", "ZA 123456"),))
        assert organisations.same_as(session, by_name) == (made,)
        assert organisations.same_as(session, by_number) == (made,)
        assert organisations.same_as(session, made) == ()


def test_an_organisation_that_was_removed_is_out_of_the_directory_and_sponsors_nobody(database: Engine) -> None:
    with writing(database) as session:
        host, sponsor = an_organisation(session), an_organisation(session, "Sponsor", at=1)
        small = organisations.add(
            session, Organisation("", "Small charity", sponsor=sponsor.id), by="", at=NOON, new_id=new_id
        )
        organisations.remove(session, sponsor.id, by="", at=NOON)
        assert {one.id for one in organisations.all_of_them(session)} == {host.id, small.id}
        assert organisations.load(session, small.id).sponsor == ""
        with pytest.raises(NotFound):
            organisations.load(session, sponsor.id)


def test_two_people_cannot_have_one_address_however_it_is_written(database: Engine) -> None:
    with writing(database) as session:
        made = a_person(session, email="Ada@Council.Example")
        assert people.by_email(session, " ada@council.example ") == made
        a_person(session, "Nobody’s address"), a_person(session, "Nor this one’s")
    with pytest.raises(IntegrityError), writing(database) as session:
        a_person(session, "Bea Smith", "ada@council.EXAMPLE")


def test_a_change_of_roles_ends_what_stood_and_keeps_it(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        person = a_member(session, council, "Ada Jones", "igm")
        memberships.change(session, person.id, council.id, roles=["reviewer", "dpo"], by="", at=minutes(5))
        now, ever = memberships.now_of(session, person.id), memberships.of_person(session, person.id)
    assert [one.roles for one in now] == [{"reviewer", "dpo"}]
    assert [(sorted(one.roles), one.until) for one in ever] == [(["igm"], minutes(5)), (["dpo", "reviewer"], None)]


def test_the_last_administrator_can_neither_leave_nor_give_the_role_up(database: Engine) -> None:
    with writing(database) as session:
        council, school = an_organisation(session), an_organisation(session, "School", at=1)
        last = a_member(session, council, "Ada Jones", "admin")
        a_member(session, school, "Of another organisation", "admin")
        gone = a_member(session, council, "Gone", "admin")
        people.end(session, gone.id, by="", at=NOON)
        with pytest.raises(Frozen, match="last administrator"):
            memberships.end(session, last.id, council.id, by="", at=minutes(1))
        with pytest.raises(Frozen):
            memberships.change(session, last.id, council.id, roles=["igm"], by="", at=minutes(1))
        a_member(session, council, "Bea Smith", "admin")
        memberships.end(session, last.id, council.id, by="", at=minutes(1))
        assert memberships.now_of(session, last.id) == ()


def test_every_change_of_people_roles_and_organisations_is_on_record_by_ids_alone(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        person = a_member(session, council, "Ada Jones", "igm")
        memberships.change(session, person.id, council.id, roles=["admin"], by=person.id, at=minutes(1))
        people.erase(session, person.id, by=person.id, at=minutes(2))
        found = security_events.naming(session, person.id)
    assert [event.what for event in found] == [
        "person:added", "membership:begun", "membership:changed", "person:erased",
    ]  # fmt: skip
    assert found[2].about == {"person": person.id, "organisation": council.id, "roles": "admin"}
    assert not [event for event in found if "Ada" in str(event)]


def test_a_name_does_not_get_into_what_was_done(database: Engine) -> None:
    with pytest.raises(ValueError, match="ids and words"), writing(database) as session:
        security_events.record(session, "person:added", {"person": "Ada Jones, Manager"}, by="", at=NOON)


@pytest.mark.parametrize("statement", ["UPDATE security_events SET what = 'other'", "DELETE FROM security_events"])
def test_what_was_done_about_people_cannot_be_changed_or_deleted(database: Engine, statement: str) -> None:
    with writing(database) as session:
        an_organisation(session)
    with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
        session.execute(text(statement))


def test_an_erased_person_leaves_no_word_and_is_not_found(database: Engine) -> None:
    with writing(database) as session:
        person = a_person(session, email="ada@council.example")
        people.erase(session, person.id, by="", at=NOON)
        with pytest.raises(NotFound):
            people.load(session, person.id)
        assert people.by_email(session, "ada@council.example") is None
        assert people.by_id(session, [person.id]) == {}


def test_an_organisation_is_owner_party_former_or_stranger_of_an_agreement(database: Engine) -> None:
    with writing(database) as session:
        council, police, school = (an_organisation(session, name, at=at) for at, name in enumerate("ABC"))
        ref = create(session, an_agreement(), by="Ada", at=NOON, new_id=new_id, owner=council.id).ref
        relations.tie(session, ref, "council", organisation=council.id, by="", at=NOON)
        relations.tie(session, ref, "police", organisation=police.id, by="", at=NOON)
        said = {one.name: relations.relation(session, ref, one.id) for one in (council, police, school)}
        assert said == {"A": "owner", "B": "party", "C": "stranger"}
        relations.untie(session, ref, "police", by="", at=minutes(3))
        assert relations.relation(session, ref, police.id) == "former"
        assert relations.left_at(session, ref, police.id) == minutes(3)
        assert relations.of_organisation(session, police.id) == {ref: "former"}
        relations.tie(session, ref, "police", organisation=police.id, by="", at=minutes(4))
        assert relations.of_organisation(session, police.id) == {ref: "party"}
        assert relations.left_at(session, ref, police.id) is None


def test_a_partner_tied_to_another_organisation_is_no_longer_the_first(database: Engine) -> None:
    with writing(database) as session:
        police, school = an_organisation(session, "Police"), an_organisation(session, "School", at=1)
        ref = create(session, an_agreement(), by="Ada", at=NOON, new_id=new_id).ref
        for at in (1, 2):
            relations.tie(session, ref, "p", organisation=school.id, by="", at=minutes(at))
        relations.tie(session, ref, "p", organisation=police.id, by="", at=minutes(3))
        assert [(tie.organisation, tie.until) for tie in relations.ties(session, ref)] == [
            (school.id, minutes(3)), (police.id, None),
        ]  # fmt: skip


def test_what_is_nobodys_yet_is_of_the_first_organisation(database: Engine) -> None:
    draft = created(database)
    assert (draft.owner, draft.lead) == (None, None)
    with writing(database) as session:
        assert relations.owner_of(session, draft.ref) == ""
        first, second = an_organisation(session), an_organisation(session, "School", at=1)
        assert relations.relation(session, draft.ref, first.id) == "owner"
        assert relations.of_organisation(session, first.id) == {draft.ref: "owner"}
        assert relations.of_organisation(session, second.id) == {}
        assert load(session, draft.ref).owner is None
