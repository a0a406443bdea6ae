"""Records on the law library: kept in order, never changed, taken back by another record."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder import catalogue
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.law.library import effective
from protocolbuilder.law.overlay import Overlay, StatusChange, Verification
from protocolbuilder.store import organisations
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.overlay import (
    approve_entry,
    overlay,
    propose_entry,
    record_status_change,
    record_verification,
    withdraw,
)
from protocolbuilder.store.verify import faults
from tests.store.at_once import at_once
from tests.store.builders import NOON, minutes, new_id

DAY = date(2026, 11, 24)
DUTY = "ca-2004-s16la"
WHO = {"by": "Ada Jones", "post": "Solicitor, Northshire Council"}


def verify(session: Connection, entry: str = DUTY, **values: object) -> Verification:
    given = {"on": DAY, "seen": "The Act as made", "at": NOON, "new_id": new_id, **WHO, **values}
    return record_verification(session, entry, **given)  # type: ignore[arg-type]


def commence(session: Connection) -> StatusChange:
    return record_status_change(
        session, DUTY, status="commenced", since=DAY, instrument="S.I. 2026/1000", at=minutes(1), new_id=new_id, **WHO
    )


def kept(database: Engine) -> Overlay:
    with reading(database) as session:
        return overlay(session)


def test_records_come_back_as_they_were_made_in_order(database: Engine) -> None:
    record = {**catalogue.library().vocabularies["gateways"]["ca-2004-s11"], "citation": "Lôcal & <Act> “s.1”"}
    with writing(database) as session:
        made = (
            verify(session, instrument="S.I. 2026/1000", commenced=DAY),
            verify(session, "art6-1-e"),
            propose_entry(session, record, at=minutes(2), new_id=new_id, **WHO),
            commence(session),
        )
    assert kept(database) == made
    assert effective(catalogue.library(), kept(database), on=DAY).version == "2026.11+4"


def test_a_local_entry_is_given_an_id_of_its_own(database: Engine) -> None:
    record = {**catalogue.library().vocabularies["gateways"]["ca-2004-s11"]}
    with writing(database) as session:
        made = propose_entry(session, record, at=NOON, new_id=lambda: "abc", **WHO)
    assert made.entry == "local-abc" and made.record["id"] == "local-abc"
    assert effective(catalogue.library(), kept(database), on=DAY).has("gateways", "local-abc")


def agencies(session: Connection) -> list[Organisation]:
    names = ("Northshire Council", "Northshire Police")
    return [organisations.add(session, Organisation("", one), by="", at=NOON, new_id=new_id) for one in names]


def proposed(session: Connection, agency: Organisation) -> str:
    record = {**catalogue.library().vocabularies["gateways"]["ca-2004-s11"]}
    return propose_entry(session, record, at=NOON, new_id=new_id, agency=agency, person="ada", **WHO).entry


def test_a_second_agency_approves_a_local_entry_once(database: Engine) -> None:
    with writing(database) as session:
        council, police = agencies(session)
        entry = proposed(session, council)
        given = {"agency": police, "at": minutes(1), "new_id": new_id}
        with pytest.raises(Frozen, match="Your organisation proposed this entry"):
            approve_entry(session, entry, by=Person("bo", "Bo", "Officer"), **{**given, "agency": council})
        made = approve_entry(session, entry, by=Person("sam", "Sam Hill", "Records officer"), **given)
    assert kept(database)[-1] == made
    assert (made.by, made.post, made.person, made.organisation) == (
        "Sam Hill, Records officer", "Northshire Police", "sam", police.id
    )  # fmt: skip
    assert kept(database)[0].organisation == council.id
    with pytest.raises(Frozen, match="Two agencies"), writing(database) as session:
        approve_entry(session, entry, by=Person("kim", "Kim", "Officer"), **given)
    with pytest.raises(NotFound), writing(database) as session:
        approve_entry(session, DUTY, by=Person("kim", "Kim", "Officer"), **given)


def test_of_an_agency_that_approves_at_once_with_itself_one_is_kept(database: Engine) -> None:
    refused: list[str] = []
    with writing(database) as session:
        council, police = agencies(session)
        entry = proposed(session, council)

    def approve(person: str) -> None:
        try:
            with writing(database) as session:
                approve_entry(session, entry, by=Person(person, person, ""), agency=police, at=NOON, new_id=new_id)
        except Frozen as error:
            refused.append(error.text)

    at_once([lambda: approve("sam"), lambda: approve("kim")])
    assert len(kept(database)) == 2 and len(refused) == 1


def test_a_withdrawal_is_one_more_record(database: Engine) -> None:
    with writing(database) as session:
        made = commence(session)
        back = withdraw(session, made.id, reason="Not made yet", at=minutes(3), new_id=new_id, **WHO)
    assert kept(database) == (made, back)
    assert back.entry == DUTY
    with pytest.raises(NotFound), writing(database) as session:
        withdraw(session, back.id, reason="x", at=minutes(4), new_id=new_id, **WHO)


@pytest.mark.parametrize("statement", ["UPDATE law_records SET entry = 'x'", "DELETE FROM law_records"])
def test_the_database_refuses_to_change_a_record(database: Engine, statement: str) -> None:
    with writing(database) as session:
        commence(session)
    with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
        session.execute(text(statement))
    assert len(kept(database)) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_insert_over_a_record(database: Engine) -> None:
    with writing(database) as session:
        commence(session)
    with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
        session.exec_driver_sql("INSERT OR REPLACE INTO law_records SELECT * FROM law_records")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_refuses_truncate_and_a_session_without_triggers(database: Engine) -> None:
    with writing(database) as session:
        commence(session)
    for words in ("TRUNCATE law_records", "DELETE FROM law_records"):
        with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(words))


def test_people_who_record_at_once_are_all_kept(database: Engine) -> None:
    def record() -> None:
        with writing(database) as session:
            verify(session)

    at_once([record] * 6)
    assert len(kept(database)) == 6


def test_a_record_that_cannot_be_read_or_withdraws_nothing_is_a_fault(database: Engine) -> None:
    with writing(database) as session:
        withdraw(session, commence(session).id, reason="Not made yet", at=minutes(2), new_id=new_id, **WHO)
        assert faults(session) == ()
        row = "INSERT INTO law_records (number, id, what, entry, content, recorded_by, post, recorded_at) "
        kept = "SELECT 99, 'odd', 'withdrawal', entry, '{}', recorded_by, post, recorded_at FROM law_records LIMIT 1"
        session.execute(text(row + kept))
    with reading(database) as session:
        assert len(faults(session)) == 1
