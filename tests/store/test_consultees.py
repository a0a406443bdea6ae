"""Who of the partners is asked to comment, and how often they are told by mail. On both databases."""

from __future__ import annotations

from protocolbuilder import catalogue
from protocolbuilder.domain.consultation import ASKED
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.permission import decide
from protocolbuilder.store import invitations, memberships, organisations, people, relations
from protocolbuilder.store.consultees import asked, of_partners, to_tell
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from tests.store.builders import NOON, created, minutes, new_id

DAY = 24 * 60


def body(session: Connection, name: str, *, at: int) -> str:
    return organisations.add(session, Organisation("", name), by="", at=minutes(at), new_id=new_id).id


def member(session: Connection, organisation: str, name: str, *roles: str, email: str = "") -> str:
    person = Person("", name, "Post", email or f"{name}@x.example")
    made = people.add(session, person, by="", at=NOON, new_id=new_id).id
    memberships.begin(session, made, organisation, roles=roles, by="", at=NOON)
    return made


def test_whoever_is_asked_may_comment_for_a_partner_of_a_draft_that_is_open() -> None:
    for role in ASKED:
        found = decide(catalogue.policy(), "comment:create", roles={role}, relation="party", state="consultation")
        assert found == "allowed", role


def test_the_people_of_the_partners_are_asked_who_joined_and_have_a_role_for_it(database: Engine) -> None:
    ref = created(database).ref
    with writing(database) as session:
        ids = [body(session, name, at=n) for n, name in enumerate(("owner", "one", "empty", "left", "stranger"))]
        owner, one, empty, left, stranger = ids
        for party, organisation in (("a", owner), ("b", one), ("c", empty), ("d", left)):
            relations.tie(session, ref, party, organisation=organisation, by="", at=minutes(1))
        relations.untie(session, ref, "d", by="", at=minutes(2))
        for organisation in (owner, left, stranger):
            member(session, organisation, f"dpo-{organisation}", "dpo")
        for role in ("reviewer", "dpo", "caldicott", "igm", "signatory", "publisher", "siro"):
            member(session, one, role, role)
        gone = member(session, one, "gone", "dpo")
        people.end(session, gone, by="", at=minutes(3))
        memberships.end(session, member(session, one, "moved", "dpo"), one, by="", at=minutes(3))
        invitations.invite(
            session, Person("", "asked", "Post", "asked@x.example"), one, roles=["dpo"], department="", by="",
            at=minutes(3), new_id=new_id,
        )  # fmt: skip
    with reading(database) as session:
        found = of_partners(session, ref)
        assert list(found) == [one, empty] and found[empty] == ()
        assert sorted(person.name for person in found[one]) == ["caldicott", "dpo", "igm", "reviewer"]


def test_one_mail_a_day_for_each_person_agreement_and_act(database: Engine) -> None:
    ref, other = created(database).ref, created(database).ref
    with writing(database) as session:
        dpo, igm = (member(session, body(session, name, at=0), name, "dpo") for name in ("one", "two"))

        def told(act: str, about: int, *, at: int, person: str = dpo, of: str = ref) -> bool:
            return to_tell(session, of, act, about, person=person, at=minutes(at))  # type: ignore[arg-type]

        assert told("opened", 1, at=0) and told("opened", 1, at=0, of=other)
        assert not told("opened", 2, at=DAY - 1), "it was opened again within the day"
        assert told("opened", 2, at=DAY - 1, person=igm), "somebody who was not told before"
        assert told("opened", 3, at=DAY), "a day after the mail, not after the last opening"
        assert told("closed", 3, at=DAY + 1) and not told("closed", 4, at=DAY + 2)
        assert told("answered", 1, at=0) and told("answered", 2, at=0) and told("settled", 1, at=0)
        assert not told("answered", 1, at=9) and told("answered", 1, at=DAY)
        assert asked(session, ref, 2) == {dpo, igm} and asked(session, ref, 1) == {dpo}
        assert asked(session, other, 2) == frozenset()
