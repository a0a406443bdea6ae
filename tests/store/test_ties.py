"""What an organisation is to an agreement and to another organisation, in every mixture of ties, and that the
conditions of the store say the same."""

import itertools
from collections.abc import Mapping

import pytest
from sqlalchemy import select, update

from protocolbuilder import catalogue
from protocolbuilder.domain.organisations import Assurance, Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.permission import Reach, reach
from protocolbuilder.store import (
    agreements,
    assurances,
    consultations,
    memberships,
    organisations,
    parents,
    people,
    relations,
    tenancy,
)
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.people_tables import organisations as directory
from protocolbuilder.store.tables import agreements as drafts
from protocolbuilder.store.tables import versions
from tests.store.builders import an_agreement, created, issued, minutes, new_id

NAMES = ("northshire", "eastford", "westley", "southmoor", "harbour", "dales")
NONE: frozenset[str] = frozenset()


@pytest.fixture
def ids(database: Engine) -> dict[str, str]:
    """Northshire, the first, runs the copy."""
    with writing(database) as session:
        return {
            name: organisations.add(session, Organisation("", name), by="", at=minutes(n), new_id=new_id).id
            for n, name in enumerate(NAMES)
        }


def owned(database: Engine, owner: str, *parties: str) -> str:
    with writing(database) as session:
        ref = agreements.create(session, an_agreement(), by="", at=minutes(0), new_id=new_id, owner=owner).ref
        for number, party in enumerate(parties):
            relations.tie(session, ref, f"p{number}", organisation=party, by="", at=minutes(0))
    return ref


def left(database: Engine, ref: str, party: str = "p0") -> None:
    with writing(database) as session:
        relations.untie(session, ref, party, by="", at=minutes(2))


def mixed(database: Engine, ids: Mapping[str, str]) -> dict[str, str]:
    """Issued agreements of Westley's and of another's, with ties of Westley now, before, both and none: reference ->
    what it is to each."""
    found = {}
    for owner, once, now in itertools.product(("westley", "northshire"), (False, True), (False, True)):
        ref = owned(database, ids[owner], *([ids["westley"]] if once else []))
        with reading(database) as session:
            draft = agreements.load(session, ref)
        issued(database, draft, at=minutes(1))
        left(database, ref)
        if now:
            with writing(database) as session:
                relations.tie(session, ref, "again", organisation=ids["westley"], by="", at=minutes(3))
        found[ref] = "owner" if owner == "westley" else "party" if now else "former" if once else "stranger"
    return found


def test_every_mixture_of_ties_is_one_relation_and_drafts_and_versions_are_found_by_it(
    database: Engine, ids: dict[str, str]
) -> None:
    expected, me = mixed(database, ids), ids["westley"]
    with reading(database) as session:
        for ref, relation in expected.items():
            assert tenancy.stand(session, ref, organisation=me) == tenancy.Stand(relation, "issued")
        for relation in ("owner", "party", "former", "stranger", "invitee"):
            theirs = sorted(ref for ref, one in expected.items() if one == relation)
            of = Reach(me, frozenset({(relation, "issued"), ("owner", "draft")}), *4 * (frozenset({relation}),))
            found = session.scalars(select(drafts.c.ref).where(tenancy.draft_seen(of)).order_by(drafts.c.ref))
            assert found.all() == theirs, relation
            joined = drafts.join(versions, versions.c.ref == drafts.c.ref)
            seen = select(versions.c.ref).select_from(joined).where(tenancy.version_seen(of)).order_by(versions.c.ref)
            assert session.scalars(seen).all() == theirs, relation
        assert session.scalars(select(drafts.c.ref).where(tenancy.draft_seen(None))).all()
        nothing = Reach(me, frozenset(), *4 * (NONE,))
        for seen in (tenancy.draft_seen(nothing), tenancy.version_seen(nothing)):
            assert not session.scalars(select(drafts.c.ref).select_from(joined).where(seen)).all()


def test_what_is_not_there_is_nobodys(database: Engine, ids: dict[str, str]) -> None:
    one, other = owned(database, ids["northshire"]), owned(database, ids["eastford"])
    with reading(database) as session:
        draft = agreements.load(session, one)
    issued(database, draft, at=minutes(1))
    igm, stranger = (reach(catalogue.policy(), ids[name], roles={"igm"}) for name in ("northshire", "southmoor"))
    with writing(database) as session:
        consultations.open_to_partners(session, other, note="", until=None, by="", at=minutes(1))
        organisations.remove(session, ids["dales"], by="", at=minutes(1))
    with reading(database) as session:
        host = ids["northshire"]
        assert tenancy.stand(session, "ISA-2026-9999", organisation=host) is None
        assert tenancy.stand(session, one, organisation=host) == tenancy.Stand("owner", "issued")
        assert tenancy.stand(session, other, organisation=host) == tenancy.Stand("stranger", "consultation")
        assert tenancy.reads_version(session, one, 1, of=igm)
        assert not tenancy.reads_version(session, one, 1, of=stranger)
        assert not tenancy.reads_version(session, one, 2, of=igm)
        assert not tenancy.reads_version(session, other, 1, of=igm)
        assert tenancy.hosts(session, ids["northshire"]) and not tenancy.hosts(session, ids["eastford"])
        assert tenancy.stand_to(session, "nobody", organisation=ids["northshire"]) is None
        assert tenancy.stand_to(session, ids["dales"], organisation=ids["northshire"]) is None
    with writing(database) as session:  # as the removal of a sample leaves it
        gone = update(directory).where(directory.c.id == ids["northshire"]).values(removed_at=minutes(2))
        session.execute(gone)
        assert tenancy.hosts(session, ids["eastford"])


def staffed(database: Engine, ids: Mapping[str, str]) -> dict[str, str]:
    """Somebody takes part for each."""
    with writing(database) as session:
        return {name: joined(session, ids[name]) for name in ids}


def joined(session: Connection, organisation: str) -> str:
    person = people.add(session, Person("", "Sam Hill", "Clerk"), by="", at=minutes(0), new_id=new_id).id
    memberships.begin(session, person, organisation, roles=["igm"], by="", at=minutes(0))
    return person


def to_each(database: Engine, ids: Mapping[str, str], asking: str) -> dict[str, set[str]]:
    """relation -> those to whom `asking` is it."""
    found: dict[str, set[str]] = {}
    with reading(database) as session:
        for name, other in ids.items():
            relation = tenancy.stand_to(session, other, organisation=ids[asking])
            assert relation
            found.setdefault(relation, set()).add(name)
    return found


def test_those_who_take_part_in_one_agreement_now_are_partners_of_each_other(
    database: Engine, ids: dict[str, str]
) -> None:
    staffed(database, ids)
    shared = owned(database, ids["northshire"], ids["westley"], ids["eastford"])
    left(database, shared)  # Westley
    owned(database, ids["northshire"], ids["southmoor"])
    owned(database, ids["northshire"], ids["eastford"], ids["dales"])
    thrown = owned(database, ids["eastford"], ids["harbour"])
    kept = owned(database, ids["westley"], ids["harbour"])
    with reading(database) as session:
        draft = agreements.load(session, kept)
    issued(database, draft, at=minutes(1))
    with writing(database) as session:
        for ref in (thrown, kept):
            agreements.discard(session, ref, by="", at=minutes(3))
    assert to_each(database, ids, "northshire") == {"owner": {"northshire"}, "party": set(NAMES[1:])}
    assert to_each(database, ids, "eastford") == {
        "owner": {"eastford"}, "party": {"northshire", "dales"}, "stranger": {"westley", "southmoor", "harbour"},
    }  # fmt: skip
    assert to_each(database, ids, "westley") == {
        "owner": {"westley"}, "party": {"harbour"}, "stranger": {"northshire", "eastford", "southmoor", "dales"},
    }  # fmt: skip
    assert to_each(database, ids, "harbour")["party"] == {"westley"}
    assert to_each(database, ids, "southmoor")["party"] == {"northshire"}


def test_a_sponsor_keeps_a_small_body_and_whoever_runs_the_copy_those_that_nobody_takes_part_for(
    database: Engine, ids: dict[str, str]
) -> None:
    staff = staffed(database, {name: one for name, one in ids.items() if name != "dales"})
    with writing(database) as session:
        small = Organisation("", "Small", sponsor=ids["eastford"])
        body = organisations.add(session, small, by="", at=minutes(9), new_id=new_id).id
        joined(session, body)
        for name in ("westley", "southmoor"):  # another stays, or there would be no administrator
            memberships.change(session, staff[name], ids[name], roles=["admin"], by="", at=minutes(1))
    every = {**ids, "small": body}
    assert to_each(database, every, "eastford")["owner"] == {"eastford", "small"}
    assert to_each(database, every, "westley")["owner"] == {"westley"}
    assert to_each(database, every, "northshire")["owner"] == {"northshire", "dales"}
    with writing(database) as session:
        person = joined(session, ids["dales"])
    assert to_each(database, every, "northshire")["owner"] == {"northshire"}
    with writing(database) as session:
        memberships.end(session, person, ids["dales"], by="", at=minutes(4))
        people.end(session, staff["harbour"], by="", at=minutes(4))
    assert to_each(database, every, "northshire")["owner"] == {"northshire", "dales", "harbour"}


def test_what_an_organisation_shows_of_its_care_is_found_by_its_partners_alone(
    database: Engine, ids: dict[str, str]
) -> None:
    staffed(database, ids)
    owned(database, ids["eastford"], ids["westley"])
    met = Assurance("dspt", "met", "8HX", None, None, None)
    with writing(database) as session:
        by = Person("", "Ada", "")
        assurances.add(session, ids["eastford"], met, content=None, by=by, at=minutes(1), new_id=new_id)

    def found(name: str) -> bool:
        of = reach(catalogue.policy(), ids[name], roles={"igm"}) if name else None
        with reading(database) as session:
            return bool(assurances.of_organisation(session, ids["eastford"], of=of))

    assert {name for name in (*NAMES, "") if found(name)} == {"northshire", "eastford", "westley", ""}


def above(database: Engine, ref: str, *, asking: str) -> bool:
    with reading(database) as session:
        return parents.above(session, ref, asking=asking) is not None


def test_an_agreement_stands_under_what_its_owner_reads(database: Engine, ids: dict[str, str]) -> None:
    mine, theirs, nobodys = owned(database, ids["southmoor"]), owned(database, ids["westley"]), created(database).ref
    tied, later = owned(database, ids["westley"], ids["southmoor"]), owned(database, ids["southmoor"])
    once = owned(database, ids["westley"], ids["southmoor"])
    left(database, once)
    assert [above(database, ref, asking=mine) for ref in (later, tied, once)] == [True, True, True]
    assert not above(database, theirs, asking=mine) and not above(database, nobodys, asking=mine)
    assert above(database, nobodys, asking=owned(database, ids["northshire"]))


def test_without_an_organisation_what_nobody_owns_stands_under_what_nobody_owns(database: Engine) -> None:
    with writing(database) as session:
        body = organisations.add(session, Organisation("", "Northshire"), by="", at=minutes(0), new_id=new_id).id
    one, other, gone = created(database).ref, created(database).ref, owned(database, body)
    with writing(database) as session:
        session.execute(update(directory).values(removed_at=minutes(2)))
    assert above(database, one, asking=other) and not above(database, gone, asking=other)
