"""People are asked to join, join, and leave: on both databases."""

from datetime import timedelta

import pytest

from protocolbuilder.domain.letter import PLACE, Letter, Secret
from protocolbuilder.domain.people import Contact, Person
from protocolbuilder.errors import Conflict, Frozen, NotFound
from protocolbuilder.store import (
    accounts,
    contacts,
    invitations,
    leaving,
    mail_secrets,
    memberships,
    outbox,
    people,
    security_events,
    sessions,
    sign_in_codes,
)
from protocolbuilder.store.agreements import create, discard, load
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.invitations import Invitation
from tests.store.at_once import at_once
from tests.store.builders import NOON, an_agreement, minutes, new_id
from tests.store.test_people import a_member, an_organisation

HOUR = timedelta(hours=1)


def asked(
    session: Connection, organisation: str, email: str = "bea@council.example", *roles: str, name: str = "Bea Smith"
) -> Invitation:
    person = Person("", name, "Officer", email)
    return invitations.invite(
        session, person, organisation, roles=roles or ("igm",), department="", by="ada", at=NOON, new_id=new_id
    )


def with_password(session: Connection, person: str) -> None:
    accounts.open_for(session, person, uniquifier=new_id(), handle=new_id())
    accounts.set_password(session, person, password="hash", uniquifier=new_id(), at=NOON)


def mailed(session: Connection, secret: Secret) -> int:
    letter = Letter("bea@council.example", "A link", f"Here: {PLACE}\n")
    return outbox.post(session, letter, unique=new_id(), domain="isa.example", at=NOON, secret=secret)


def works(session: Connection, digest: str) -> bool:
    return sign_in_codes.look(session, "invitation", digest, at=minutes(1)) is not None


def test_somebody_new_is_of_the_organisation_at_once_and_administers_it_when_they_accepted(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        last = a_member(session, council, "Ada Jones", "admin")
        made = asked(session, council.id, "bea@council.example", "admin")
        assert memberships.current(session, made.person, council.id).roles == {"admin"}
        with pytest.raises(Frozen, match="last administrator"):
            memberships.end(session, last.id, council.id, by="", at=minutes(1))
        invitations.accept(session, made.number, at=minutes(2))
        memberships.end(session, last.id, council.id, by="", at=minutes(3))
        events = [event.what for event in security_events.naming(session, made.person)]
        assert invitations.waiting(session, council.id) == ()
    assert events == ["person:added", "membership:begun", "invitation:made", "invitation:accepted"]


def test_somebody_who_has_an_account_is_of_it_when_they_accept_and_keeps_their_name(database: Engine) -> None:
    with writing(database) as session:
        council, school = an_organisation(session), an_organisation(session, "School", at=1)
        ada = people.add(session, Person("", "Ada Jones", "DPO", "ada@x.example"), by="", at=NOON, new_id=new_id)
        memberships.begin(session, ada.id, council.id, roles=["dpo"], by="", at=NOON)
        with_password(session, ada.id)
        made = asked(session, school.id, "ADA@x.example", "reviewer", name="A. Other")
        assert (made.person, made.name) == (ada.id, "A. Other")
        assert [one.organisation for one in memberships.now_of(session, ada.id)] == [council.id]
        invitations.accept(session, made.number, at=minutes(1))
        assert memberships.current(session, ada.id, school.id).roles == {"reviewer"}
        assert people.load(session, ada.id).name == "Ada Jones"


def test_who_left_joins_elsewhere_with_the_account_they_had(database: Engine) -> None:
    with writing(database) as session:
        council, school = an_organisation(session), an_organisation(session, "School", at=1)
        admin = a_member(session, council, "Ada Jones", "admin")
        made = asked(session, council.id)
        invitations.accept(session, made.number, at=NOON)
        with_password(session, made.person)
        leaving.leave(session, made.person, council.id, lead="", contact="", by=admin, at=minutes(1))
        assert not people.load(session, made.person).active
        again = asked(session, school.id)
        assert again.person == made.person and memberships.now_of(session, made.person) == ()
        invitations.accept(session, again.number, at=minutes(2))
        assert people.load(session, made.person).active
        assert [one.organisation for one in memberships.now_of(session, made.person)] == [school.id]


def test_nobody_is_asked_twice_or_asked_where_they_are(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        made = asked(session, council.id)
        with pytest.raises(Frozen, match="was asked already"):
            asked(session, council.id)
        invitations.accept(session, made.number, at=NOON)
        with pytest.raises(Frozen, match="in your organisation already"):
            asked(session, council.id)
        with pytest.raises(NotFound):
            invitations.accept(session, made.number, at=NOON)


def test_of_two_who_ask_the_same_person_at_once_one_does(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)

    def ask() -> str:
        try:
            with writing(database) as session:
                return asked(session, council.id).person
        except Frozen:
            return "refused"

    assert sorted(map(len, at_once([ask, ask]))) == [len("refused"), len(new_id())]


def test_a_cancelled_invitation_leaves_nothing_that_works_and_can_be_made_again_with_another_name(
    database: Engine,
) -> None:
    with writing(database) as session:
        council, other = an_organisation(session), an_organisation(session, "School", at=1)
        made = asked(session, council.id)
        number = mailed(session, made.secret)
        assert mail_secrets.make(session, number, "d1", at=NOON)
        with pytest.raises(NotFound):
            invitations.cancel(session, made.number, organisation=other.id, by="", at=minutes(1))
        invitations.cancel(session, made.number, organisation=council.id, by="", at=minutes(1))
        assert not works(session, "d1") and outbox.mail(session, number).state == "cancelled"
        assert memberships.of_organisation(session, council.id) == ()
        assert not people.load(session, made.person).active
        again = asked(session, council.id, name="Beatrice Smith")
        assert again.person == made.person
        known = people.load(session, made.person)
        assert (known.name, known.active) == ("Beatrice Smith", True)


def test_what_a_mail_tells_is_made_for_each_try_and_all_work_until_one_is_spent(database: Engine) -> None:
    """A worker that was killed after the mail had left sends it again."""
    with writing(database) as session:
        made = asked(session, an_organisation(session).id)
        number = mailed(session, made.secret)
        assert invitations.standings(session, [made], at=NOON)[made.number].how == "not sent"
        assert mail_secrets.make(session, number, "d1", at=NOON)
        assert mail_secrets.make(session, number, "d2", at=NOON)
        assert works(session, "d1") and works(session, "d2")
        outbox.sent(session, number, at=NOON)
        standing = invitations.standings(session, [made], at=NOON)[made.number]
        assert (standing.how, standing.until) == ("works", NOON + timedelta(days=7))
        late = invitations.standings(session, [made], at=NOON + timedelta(days=7))[made.number]
        assert (late.how, late.until) == ("ran out", None)
        assert sign_in_codes.spend(session, "invitation", "d1", at=minutes(1))
        invitations.accept(session, made.number, at=minutes(1))
        assert not works(session, "d2")


def test_a_later_mail_ends_what_an_earlier_one_told_or_would_tell(database: Engine) -> None:
    with writing(database) as session:
        made = asked(session, an_organisation(session).id)
        first = mailed(session, made.secret)
        mail_secrets.make(session, first, "d1", at=NOON)
        second = mailed(session, made.secret)
        assert not works(session, "d1")
        assert not mail_secrets.make(session, first, "d2", at=NOON)
        assert [outbox.mail(session, one).state for one in (first, second)] == ["cancelled", "queued"]
        assert mail_secrets.make(session, second, "d3", at=NOON) and works(session, "d3")


def test_a_mail_that_tells_something_says_where(database: Engine) -> None:
    with writing(database) as session, pytest.raises(ValueError, match="says where"):
        letter, secret = Letter("bea@council.example", "A link", "Here.\n"), Secret("reset", "bea")
        outbox.post(session, letter, unique="1", domain="isa.example", at=NOON, secret=secret)


def test_who_leaves_is_gone_in_one_act_and_what_they_did_is_in_other_hands(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        admin, gone, igm = (
            a_member(session, council, name, *roles)
            for name, roles in (("Ada", ["admin"]), ("Bea", ["igm", "dpo"]), ("Cy", ["igm"]))
        )
        told = {"by": "Bea", "at": NOON, "new_id": new_id, "lead": gone.id}
        refs = [create(session, an_agreement(), owner=owner, **told).ref for owner in (council.id, None)]
        discard(session, refs[1], by="Bea", at=NOON)
        for topic in ("sharing", "training"):
            contact = Contact("", council.id, topic, "", "", gone.id, "", "", NOON)
            contacts.add(session, contact, by=admin, at=NOON, new_id=new_id)
        contacts.add(
            session, Contact("", council.id, "training", "", "", igm.id, "", "", NOON), by=admin, at=NOON,
            new_id=new_id,
        )  # fmt: skip
        sessions.begin(session, "s1", person=gone.id, stage="whole", device="", at=NOON, proved=NOON)
        secret = Secret("reset", gone.id)
        mailed(session, secret)
        before = leaving.hanging(session, gone.id, council.id, at=NOON, idle=HOUR)
        assert (before.sessions, len(before.led), len(before.drafts), len(before.contacts)) == (1, 2, 1, 2)
        assert leaving.successors(session, gone.id, council.id) == (igm,)
    with writing(database) as session:
        led = leaving.leave(session, gone.id, council.id, lead=igm.id, contact=igm.id, by=admin, at=minutes(1))
        assert [one.ref for one in led] == refs
    with reading(database) as session:
        assert sessions.find(session, "s1") is None and not people.load(session, gone.id).active
        assert memberships.now_of(session, gone.id) == ()
        assert [load(session, ref).lead for ref in refs] == [igm.id] * 2
        assert sorted((one.topic, one.person) for one in contacts.all_of_them(session)) == [
            ("sharing", igm.id), ("training", igm.id),
        ]  # fmt: skip
        assert outbox.counts(session)["cancelled"] == 1
        what = [event.what for event in security_events.naming(session, gone.id)]
        assert what[-2:] == ["membership:ended", "person:ended"]


def test_who_stays_elsewhere_keeps_the_account_and_loses_the_sessions(database: Engine) -> None:
    with writing(database) as session:
        council, school = an_organisation(session), an_organisation(session, "School", at=1)
        admin, both = a_member(session, council, "Ada", "admin"), a_member(session, council, "Bea", "igm")
        memberships.begin(session, both.id, school.id, roles=["igm"], by="", at=NOON)
        sessions.begin(session, "s1", person=both.id, stage="whole", device="", at=NOON, proved=NOON)
        leaving.leave(session, both.id, council.id, lead="", contact="", by=admin, at=minutes(1))
        assert people.load(session, both.id).active and sessions.find(session, "s1") is None
        assert [one.organisation for one in memberships.now_of(session, both.id)] == [school.id]


def test_nothing_is_handed_to_who_may_not_take_it(database: Engine) -> None:
    with writing(database) as session:
        council, school = an_organisation(session), an_organisation(session, "School", at=1)
        admin, gone = a_member(session, council, "Ada", "admin"), a_member(session, council, "Bea", "igm")
        stranger = a_member(session, school, "Cy", "igm")
    for to in (admin.id, stranger.id, gone.id):
        with pytest.raises(Frozen), writing(database) as session:
            leaving.leave(session, gone.id, council.id, lead=to, contact="", by=admin, at=minutes(1))
    with reading(database) as session:
        assert memberships.current(session, gone.id, council.id)


def test_of_two_last_administrators_who_leave_at_once_one_stays(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        both = [a_member(session, council, name, "admin") for name in ("Ada", "Bea")]

    def go(person: Person) -> str:
        try:
            with writing(database) as session:
                leaving.leave(session, person.id, council.id, lead="", contact="", by=person, at=minutes(1))
            return "left"
        except Frozen:
            return "stays"

    assert sorted(at_once([lambda: go(both[0]), lambda: go(both[1])])) == ["left", "stays"]
    with reading(database) as session:
        assert len(memberships.of_organisation(session, council.id)) == 1


def test_of_two_who_change_the_roles_of_one_person_at_once_the_second_is_told(database: Engine) -> None:
    with writing(database) as session:
        council = an_organisation(session)
        person = a_member(session, council, "Ada", "igm")
        seen = memberships.current(session, person.id, council.id).since

    def give(role: str) -> str:
        try:
            with writing(database) as session:
                memberships.change(session, person.id, council.id, roles=[role], by="", at=minutes(1), seen=seen)
            return "changed"
        except Conflict:
            return "told"

    assert sorted(at_once([lambda: give("auditor"), lambda: give("trainer")])) == ["changed", "told"]
