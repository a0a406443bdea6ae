"""What organisations show of their care for information, and who sees it, on both databases."""

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import func, select, text, true

from protocolbuilder import catalogue
from protocolbuilder.domain.organisations import Assurance, Evidence, Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.permission import Reach, reach
from protocolbuilder.errors import Conflict, Damaged, Frozen, NotFound
from protocolbuilder.store import (
    agreements,
    assurances,
    memberships,
    organisations,
    people,
    relations,
    security_events,
    tenancy,
)
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.people_tables import evidence_files
from tests.store.builders import NOON, a_document, an_agreement, created, issued, minutes, new_id

ADA = Person("p1", "Ada Jones", "Manager")
CERTIFICATE = b"%PDF-1.7 a certificate %%EOF"
EVIDENCE = Evidence("certificate.pdf", "application/pdf", sha256(CERTIFICATE).hexdigest())
REGISTERED = Assurance("ico-registration", "registered", "ZA123456", date(2026, 1, 1), date(2027, 1, 1), EVIDENCE)
NAMES = ("host", "eastford", "westley", "southmoor", "sponsored")


@pytest.fixture
def ids(database: Engine) -> dict[str, str]:
    """Each with somebody of its own besides the sponsored one, which Southmoor looks after."""
    made: dict[str, str] = {}
    with writing(database) as session:
        for n, name in enumerate(NAMES):
            body = Organisation("", name, sponsor=made["southmoor"] if name == "sponsored" else "")
            made[name] = organisations.add(session, body, by="", at=minutes(n), new_id=new_id).id
            if not body.sponsor:
                join(session, made[name])
    return made


def join(session: Connection, organisation: str) -> str:
    person = people.add(session, Person("", "Somebody", "Post"), by="", at=NOON, new_id=new_id)
    memberships.begin(session, person.id, organisation, roles=["admin"], by="", at=NOON)
    return person.id


def of(ids: dict[str, str], name: str) -> Reach:
    return reach(catalogue.policy(), ids[name], roles=())


def shown(session: Connection, organisation: str, *, content: bytes | None = CERTIFICATE) -> str:
    said = REGISTERED if content else Assurance("dspt", "met", "", None, None)
    return assurances.add(session, organisation, said, content=content, by=ADA, at=NOON, new_id=new_id).id


def test_an_assurance_is_read_back_with_its_evidence_and_the_same_file_is_kept_once(
    database: Engine, ids: dict[str, str]
) -> None:
    with writing(database) as session:
        first, second = shown(session, ids["eastford"]), shown(session, ids["westley"])
        shown(session, ids["westley"], content=None)
        assert session.execute(select(func.count()).select_from(evidence_files)).scalar_one() == 1
    with reading(database) as session:
        kept = assurances.one(session, ids["eastford"], first, of=None)
        assert (kept.assurance, kept.recorded_by, kept.replaced_at) == (REGISTERED, "Ada Jones, Manager", None)
        assert assurances.evidence(session, ids["westley"], second, of=None) == (EVIDENCE, CERTIFICATE)
        assert {key: len(some) for key, some in assurances.standing_now(session, of=None).items()} == {
            ids["eastford"]: 1, ids["westley"]: 2,
        }  # fmt: skip
        with pytest.raises(NotFound):
            assurances.one(session, ids["westley"], first, of=None)


def test_what_is_replaced_is_kept_with_its_file_and_the_second_of_two_is_told(
    database: Engine, ids: dict[str, str]
) -> None:
    later = Assurance("ico-registration", "registered", "ZA123456", None, date(2028, 1, 1), EVIDENCE)
    with writing(database) as session:
        first = shown(session, ids["eastford"])
        second = assurances.replace(session, first, later, by=ADA, at=minutes(5), new_id=new_id)
    with pytest.raises(Conflict) as clash, writing(database) as session:
        assurances.replace(session, first, REGISTERED, by=ADA, at=minutes(6), new_id=new_id)
    assert clash.value.stored == second
    with writing(database) as session:
        assert assurances.evidence(session, ids["eastford"], second.id, of=None)[1] == CERTIFICATE
        assurances.remove(session, second.id, by=ADA, at=minutes(7))
    with pytest.raises(Conflict) as clash, writing(database) as session:
        assurances.remove(session, second.id, by=ADA, at=minutes(8))
    assert clash.value.stored is None
    with reading(database) as session:
        ever = assurances.of_organisation(session, ids["eastford"], of=None)
        assert [(one.id, one.replaced_at) for one in ever] == [(second.id, minutes(7)), (first, minutes(5))]
        assert assurances.standing_now(session, of=None) == {}
        done = [event for event in security_events.naming(session, second.id) if event.what.startswith("assurance")]
    assert [event.what for event in done] == ["assurance:replaced", "assurance:removed"]
    assert done[0].about == {"organisation": ids["eastford"], "assurance": second.id, "before": first}


def test_bytes_that_are_not_what_was_sent_are_neither_kept_nor_served(database: Engine, ids: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not the file"), writing(database) as session:
        shown(session, ids["eastford"], content=b"another")
    with writing(database) as session:
        made = shown(session, ids["eastford"])
        session.execute(text("UPDATE evidence_files SET content = :other"), {"other": b"other"})
        with pytest.raises(Damaged):
            assurances.evidence(session, ids["eastford"], made, of=None)


def seen_by(session: Connection, ids: dict[str, str], whose: str) -> set[str]:
    return {name for name in NAMES if ids[whose] in assurances.standing_now(session, of=of(ids, name))}


def test_assurance_is_seen_by_its_own_organisation_its_sponsor_the_host_and_partners_of_now(
    database: Engine, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(database) as session:
        made = {name: shown(session, ids[name]) for name in NAMES}
        assert seen_by(session, ids, "eastford") == {"host", "eastford"}
        assert seen_by(session, ids, "sponsored") == {"host", "southmoor", "sponsored"}
        assert seen_by(session, ids, "host") == {"host"}
        ref = agreements.create(session, an_agreement(), by="", at=NOON, new_id=new_id, owner=ids["southmoor"]).ref
        for party, name in {"a": "eastford", "b": "westley"}.items():
            relations.tie(session, ref, party, organisation=ids[name], by="", at=NOON)
        assert seen_by(session, ids, "eastford") == {"host", "eastford", "westley", "southmoor"}
        assert seen_by(session, ids, "southmoor") == {"host", "southmoor", "eastford", "westley"}
        relations.untie(session, ref, "b", by="", at=minutes(1))
        assert seen_by(session, ids, "eastford") == {"host", "eastford", "southmoor"}
        with pytest.raises(NotFound):
            assurances.evidence(session, ids["eastford"], made["eastford"], of=of(ids, "westley"))
        assert assurances.of_organisation(session, ids["eastford"], of=of(ids, "westley")) == ()
        monkeypatch.setattr(assurances, "assurance_seen", lambda _: true())
        assert seen_by(session, ids, "eastford") == set(NAMES)


def test_a_draft_that_was_discarded_makes_no_partners_and_one_that_was_issued_does(
    database: Engine, ids: dict[str, str]
) -> None:
    """What nobody owns is the host's."""
    for name, number in {"eastford": 0, "westley": 1}.items():
        draft = created(database)
        with writing(database) as session:
            relations.tie(session, draft.ref, "a", organisation=ids[name], by="", at=NOON)
        if number:
            issued(database, draft, a_document())
        with writing(database) as session:
            agreements.discard(session, draft.ref, by="", at=minutes(1))
    with writing(database) as session:
        shown(session, ids["host"])
        assert seen_by(session, ids, "host") == {"host", "westley"}


def test_an_organisation_is_kept_by_itself_its_sponsor_and_while_it_has_nobody_by_the_host(
    database: Engine, ids: dict[str, str]
) -> None:
    with writing(database) as session:

        def to(other: str) -> dict[str, str | None]:
            return {name: tenancy.stand_to(session, ids[other], organisation=ids[name]) for name in NAMES}

        assert to("sponsored") == {
            "host": "owner", "eastford": "stranger", "westley": "stranger", "southmoor": "owner", "sponsored": "owner",
        }  # fmt: skip
        somebody = join(session, ids["sponsored"])
        assert (to("sponsored")["host"], to("sponsored")["southmoor"]) == ("party", "owner")
        people.end(session, somebody, by="", at=NOON)
        assert to("sponsored")["host"] == "owner"
        assert tenancy.stand_to(session, "nobody", organisation=ids["host"]) is None
        assert tenancy.stand_to(session, ids["host"], organisation="") == "stranger"


def test_who_runs_the_copy_stays_and_so_does_an_organisation_as_long_as_somebody_takes_part_for_it(
    database: Engine, ids: dict[str, str]
) -> None:
    for name, told in {"host": "runs this copy", "eastford": "People still take part"}.items():
        with pytest.raises(Frozen, match=told), writing(database) as session:
            organisations.remove(session, ids[name], by="", at=NOON)
    with writing(database) as session:
        made = shown(session, ids["sponsored"])
        organisations.remove(session, ids["sponsored"], by="", at=NOON)
        assert assurances.standing_now(session, of=None) == {}
        with pytest.raises(NotFound):
            assurances.evidence(session, ids["sponsored"], made, of=of(ids, "southmoor"))
