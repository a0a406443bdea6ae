"""The sample partnership is made where there is nothing, and goes in one act; what is real stays. On both databases."""

from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import select, update

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Edit
from protocolbuilder.domain.organisations import Assurance, Evidence, Organisation, assurance_faults
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.permission import reach
from protocolbuilder.domain.sample import Removal, first, going, staying
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import (
    agreements,
    assurances,
    contacts,
    invitations,
    memberships,
    organisations,
    partnership,
    people,
    register,
    relations,
    sample_removal,
    security_events,
    tenancy,
    verify,
)
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.people_tables import evidence_files
from protocolbuilder.store.people_tables import memberships as membership_table
from protocolbuilder.store.people_tables import people as person_table
from protocolbuilder.store.sample import Draft, make
from protocolbuilder.store.tables import agreements as agreement_table
from tests.store.builders import NOON, a_document, an_agreement, created, issued, minutes, new_id

SAMPLE = catalogue.sample_partnership()
SMALL = [Draft(name, f"Sample: {name}", an_agreement(f"Sample: {name}")) for name in SAMPLE.shares]
"""Small agreements under the names of the shipped ones."""


def made(session: Connection) -> dict[str, str]:
    """The sample; names of organisations and people -> ids."""
    make(session, SAMPLE, SMALL, at=NOON, new_id=new_id)
    ids = {one.short: one.id for one in organisations.all_of_them(session)}
    return ids | {one.name: one.id for one in people.samples(session)}


def real(session: Connection, *, at: int = 5) -> tuple[Organisation, Person]:
    """As the first administrator makes themselves and their organisation."""
    person = people.add(session, Person("", "Jo Green", "Manager"), by="", at=minutes(at), new_id=new_id)
    body = organisations.add(session, Organisation("", "Realshire"), by=person.id, at=minutes(at), new_id=new_id)
    memberships.begin(session, person.id, body.id, roles=["admin", "igm"], by=person.id, at=minutes(at))
    return body, person


def removed(session: Connection) -> Removal:
    told = sample_removal.found(session)
    assert sample_removal.remove(session, by="", signature="Jo Green, Manager", at=minutes(30)) == told
    return told


def test_the_partnership_is_made_once_and_its_first_organisation_runs_the_copy(database: Engine) -> None:
    with writing(database) as session:
        ids = made(session)
        make(session, SAMPLE, SMALL, at=minutes(1), new_id=new_id)
    with reading(database) as session:
        assert len(register.register(session).rows) == len(SMALL)
        assert len(organisations.all_of_them(session)) == len(SAMPLE.bodies) == 4
        assert tenancy.hosts(session, ids["Northshire"]) and not people.anybody(session)
        assert people.samples(session)[0].name == SAMPLE.bodies[0].members[0].person.name
        stated, there = partnership.current(session), contacts.all_of_them(session)
        assert stated is not None and stated.says.host == ids["Northshire"] and len(stated.says.members) == 4
        assert len(partnership.signed_off(session)) == len(SAMPLE.partnership.signed)
        assert len(there) == sum(len(body.contacts) for body in SAMPLE.bodies) and all(one.name for one in there)
        shown = [one for some in assurances.standing_now(session, of=None).values() for one in some]
        assert len(shown) == sum(len(body.assurances) for body in SAMPLE.bodies)
        assert not any(assurance_faults(one.assurance) for one in shown)
        for row in register.register(session).rows:
            draft = agreements.load(session, row.ref)
            share = SAMPLE.shares[draft.title.removeprefix("Sample: ")]
            tied = {tie.party: tie.organisation for tie in relations.ties(session, row.ref)}
            assert (draft.owner, draft.lead) == (ids["Northshire"], ids["Cal Specimen"])
            assert tied.keys() == share.partners.keys()


def test_where_there_is_an_agreement_or_somebody_already_no_partnership_is_made(database: Engine) -> None:
    draft = created(database)
    with writing(database) as session:
        make(session, SAMPLE, SMALL, at=NOON, new_id=new_id)
    with reading(database) as session:
        assert [row.ref for row in register.register(session).rows] == [draft.ref]
        assert organisations.all_of_them(session) == () == people.samples(session)


def test_where_somebody_is_already_the_drafts_are_their_organisations(database: Engine) -> None:
    with writing(database) as session:
        body, _ = real(session)
        make(session, SAMPLE, SMALL, at=NOON, new_id=new_id)
        refs = [row.ref for row in register.register(session).rows]
        assert organisations.all_of_them(session) == (body,)
        assert len(refs) == 3 and {relations.owner_of(session, ref) for ref in refs} == {body.id}


def test_a_real_organisation_runs_the_copy_though_the_sample_was_there_before(database: Engine) -> None:
    with writing(database) as session:
        ids = made(session)
        body, _ = real(session)
        assert organisations.first(session) == body
        assert tenancy.hosts(session, body.id) and not tenancy.hosts(session, ids["Northshire"])


def test_an_organisation_that_somebody_of_the_sample_adds_is_of_the_sample(database: Engine) -> None:
    with writing(database) as session:
        by = made(session)["Cal Specimen"]
        assert organisations.add(session, Organisation("", "New body"), by=by, at=NOON, new_id=new_id).sample
        removed(session)
        assert organisations.all_of_them(session) == () == people.samples(session)


def asked(session: Connection, ids: dict[str, str], name: str, *roles: str) -> invitations.Invitation:
    """By the sample administrator, to join their organisation."""
    return invitations.invite(
        session, Person("", name, "Officer", f"{name[:3].lower()}@realshire.example"), ids["Northshire"], roles=roles,
        department="", by=ids["Cal Specimen"], at=minutes(1), new_id=new_id,
    )  # fmt: skip


def test_whom_the_sample_asked_is_real_and_stays_with_all_that_is_theirs_once_they_joined(database: Engine) -> None:
    with writing(database) as session:
        ids = made(session)
        bea, sam, una = (asked(session, ids, name, role) for name, role in (
            ("Bea Smith", "igm"), ("Sam Hill", "admin"), ("Una Wood", "igm"))
        )  # fmt: skip
        assert not people.load(session, bea.person).sample and not people.anybody(session), "nobody joined yet"
        told = sample_removal.found(session)
        assert (set(told.invited), told.joined) == ({"Bea Smith", "Sam Hill", "Una Wood"}, ())
        invitations.accept(session, bea.number, at=minutes(2))
        assert people.anybody(session)
        ref = register.register(session).rows[0].ref
        session.execute(update(agreement_table).where(agreement_table.c.ref == ref).values(lead=bea.person))
        told = sample_removal.found(session)
        assert "Bea Smith" not in told.people and told.unled == ("Northshire County Council",)
        assert "First make one of them its administrator" in first(told)[0]
        with pytest.raises(Frozen, match="none of them administers it"):
            sample_removal.remove(session, by="", signature="Bea Smith, Officer", at=minutes(3))
        invitations.accept(session, sam.number, at=minutes(4))
        told = removed(session)
    with reading(database) as session:
        (kept,) = organisations.all_of_them(session)
        assert (kept.name, kept.sample) == ("Northshire County Council", False)
        assert any("which Bea Smith, Sam Hill joined. They keep" in line for line in staying(told))
        held = {one.person: one.roles for one in memberships.of_organisation(session, kept.id)}
        assert {bea.person: {"igm"}, sam.person: {"admin"}}.items() <= held.items()
        assert agreements.load(session, ref).lead == bea.person and people.load(session, bea.person).active
        assert [one.person for one in invitations.waiting(session, kept.id)] == [una.person]


def test_whoever_was_asked_and_never_joined_goes_with_an_organisation_that_goes(database: Engine) -> None:
    with writing(database) as session:
        una = asked(session, made(session), "Una Wood", "igm")
        told = removed(session)
        assert told.invited == ("Una Wood",) and not people.anybody(session)
        assert any("Una Wood. Their links work no longer" in line for line in going(told))
        assert people.by_email(session, "una@realshire.example") is None
        with pytest.raises(NotFound):
            people.load(session, una.person)


def test_what_only_sample_people_touched_goes_and_leaves_no_name(database: Engine) -> None:
    with writing(database) as session:
        ids = made(session)
        ref = register.register(session).rows[0].ref
        by = people.load(session, ids["Cal Specimen"]).signature
        draft = agreements.save(session, ref, edits=[Edit("about.title", "Other")], seen=1, by=by, at=minutes(1))
    issued(database, replace(draft, updated_by=by), a_document("one.docx"), at=minutes(2), by=by)
    with writing(database) as session:
        body, person = real(session)
        told = removed(session)
        mine = reach(catalogue.policy(), body.id, roles={"igm", "admin", "auditor"})
    with reading(database) as session:
        assert (len(told.people), len(told.organisations), len(told.hidden)) == (19, 4, 3)
        assert staying(told) == () and any("its versions stay in the database" in line for line in going(told))
        assert not sample_removal.is_here(session)
        assert partnership.current(session) is None and contacts.all_of_them(session) == ()
        assert [one.name for one in organisations.all_of_them(session)] == ["Realshire"]
        assert set(session.execute(select(person_table.c.name)).scalars()) == {"Jo Green", "Person removed"}
        standing = select(membership_table.c.person).where(membership_table.c.until.is_(None))
        assert list(session.execute(standing).scalars()) == [person.id]
        for shelf in ("kept", "discarded"):
            assert register.register(session, of=mine, shelf=shelf).rows == ()
        with pytest.raises(NotFound):
            agreements.load(session, ref, of=mine)
        assert verify.faults(session) == ()
        assert security_events.events(session, limit=1)[0].what == "sample:removed"
    with writing(database) as session:
        make(session, SAMPLE, SMALL, at=minutes(40), new_id=new_id)
        assert not sample_removal.is_here(session), "the sample came back"
        with pytest.raises(NotFound, match="no sample"):
            removed(session)


def test_what_somebody_real_touched_passes_to_their_organisation_and_is_told(database: Engine) -> None:
    with writing(database) as session:
        ids = made(session)
        body, person = real(session)
        first, second, third = (row.ref for row in register.register(session).rows)
        changed = [Edit("about.title", "Really ours")]
        agreements.save(session, first, edits=changed, seen=1, by=person.signature, at=minutes(6))
        relations.tie(session, second, "council", organisation=body.id, by=person.id, at=minutes(6))
        ours = agreements.create(
            session, an_agreement(), by=person.signature, at=minutes(7), new_id=new_id, owner=body.id, lead=person.id
        ).ref  # fmt: skip
        relations.tie(session, ours, "council", organisation=ids["Northshire"], by=person.id, at=minutes(7))
        told = removed(session)
        assert [one.ref for one in told.hidden] == [third]
        assert ([one.ref for one in told.passed_on], told.heir) == (sorted([first, second]), "Realshire")
        assert any("Really ours: somebody real worked on it. It passes to Realshire" in line for line in staying(told))
        for ref in (first, second, ours):
            draft = agreements.load(session, ref)
            assert (draft.owner, draft.discarded_at) == (body.id, None)
            assert draft.lead == (person.id if ref == ours else None)
        open_ties = [tie for ref in (first, second, ours) for tie in relations.ties(session, ref) if not tie.until]
        assert [(tie.ref, tie.organisation) for tie in open_ties] == [(second, body.id)]
        assert agreements.load(session, ours).agreement == an_agreement()


def test_an_organisation_that_a_real_person_joined_stays_and_does_not_become_the_host(database: Engine) -> None:
    with writing(database) as session:
        ids = made(session)
        body, _ = real(session)
        joined = people.add(session, Person("", "Sam Hill", "Sergeant"), by="", at=minutes(6), new_id=new_id)
        memberships.begin(session, joined.id, ids["Northshire Police"], roles=["admin"], by="", at=minutes(6))
        entry = organisations.load(session, ids["Eastmere High"])
        organisations.change(session, replace(entry, contact="Office"), seen=1, by=joined.id, at=minutes(7))
        told = removed(session)
        assert set(told.staying) == {"The Chief Constable of Northshire Police", entry.name}
        left = {one.name: one.sample for one in organisations.all_of_them(session)}
        assert left == {"Realshire": False, entry.name: False, "The Chief Constable of Northshire Police": False}
        assert organisations.first(session) == body


def test_the_bytes_of_evidence_go_with_the_sample_unless_somebody_real_shows_the_same_file(database: Engine) -> None:
    ours, shared = b"%PDF-1.6 of the sample", b"%PDF-1.6 of both"
    with writing(database) as session:
        ids = made(session)
        body, person = real(session)
        sample = people.load(session, ids["Cal Specimen"])
        of = next(one.id for one in organisations.all_of_them(session) if one.sample)
        for organisation, by, content in ((of, sample, ours), (of, sample, shared), (body.id, person, shared)):
            shown = Evidence("a.pdf", "application/pdf", sha256(content).hexdigest())
            assurance = Assurance("dspt", "met", "", None, None, shown)
            assurances.add(session, organisation, assurance, content=content, by=by, at=minutes(9), new_id=new_id)
        removed(session)
        assert session.execute(select(evidence_files.c.content)).scalars().all() == [shared]
        assert list(assurances.standing_now(session, of=None)) == [body.id]
