"""Everything that is kept about a person is found by the class of its column, in every table; and what goes is gone."""

import json
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import memberships, people
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.erasing import FATES, erase, foreseen
from protocolbuilder.store.person_data import TOLD, counts, everything, names, personal_tables
from protocolbuilder.store.tables import metadata
from tests.store.builders import NOON, new_id
from tests.store.planting import Planted, plant

ADA, BO = Planted(1), Planted(2)


@pytest.fixture
def planted(database: Engine) -> Engine:
    """A row of Ada's and one of Bo's in every table. Nothing was issued of Ada's agreement."""
    with writing(database) as session:
        plant(session, ADA, agreements={"issued": None, "issued_draft": None})
        plant(session, BO)
    return database


def dump(session: Connection, name: str) -> str:
    return json.dumps([[str(value) for value in row] for row in session.execute(select(metadata.tables[name]))])


def test_every_column_that_names_somebody_says_so() -> None:
    named = [
        f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c
        if (column.name in ("person", "lead", "by") or column.name.endswith("_by"))
        and column.info.get("about") not in TOLD
    ]  # fmt: skip
    assert named == []


def test_what_every_table_keeps_of_a_person_is_found_and_nothing_of_another(planted: Engine) -> None:
    with reading(planted) as session:
        found = {kept.table: kept for kept in everything(session, ADA.id)}
        assert counts(session, ADA.id) == {name: len(kept.rows) for name, kept in found.items()}
    assert set(found) == {table.name for table in personal_tables()} and len(found) > 25
    for table in personal_tables():
        said = json.dumps(found[table.name].rows, ensure_ascii=False)
        for column in table.c:
            kind = column.info.get("about")
            wanted = {"person": ADA.id, "signature": ADA.signature, "address": ADA.address, "words": ADA.words}
            if kind in wanted and (table.name, column.name) != ("known_as", "said"):
                assert wanted[str(kind)] in json.dumps([row[column.name] for row in found[table.name].rows]), column
        for of in (BO.id, BO.signature, BO.address, BO.words, ADA.secret, BO.secret):
            assert of not in said, (table.name, of)


def test_of_a_row_that_two_people_are_named_in_each_is_told_their_own(planted: Engine) -> None:
    with writing(planted) as session:
        signed = {"opened_by": ADA.signature, "closed_by": BO.signature}
        session.execute(update(metadata.tables["consultations"]).values(**signed))
        session.execute(update(metadata.tables["contacts"]).values(confirmed_by=BO.signature))
    with reading(planted) as session:
        ada, bo = ({kept.table: kept.rows for kept in everything(session, one.id)} for one in (ADA, BO))
    assert {(row["opened_by"], row["closed_by"]) for row in ada["consultations"]} == {(ADA.signature, "another person")}
    assert {(row["opened_by"], row["closed_by"]) for row in bo["consultations"]} == {("another person", BO.signature)}
    assert [row["confirmed_by"] for row in ada["contacts"]] == ["another person"]
    confirmed = next(row for row in bo["contacts"] if row["person"] == "another person")
    assert (confirmed["name"], confirmed["email"]) == ("another person", "another person")


def test_acts_are_found_under_every_name_a_person_had_and_never_under_a_namesakes(database: Engine) -> None:
    with writing(database) as session:
        ada = people.add(session, Person("", "Ada Jones", "Officer", "a@n.example"), by="", at=NOON, new_id=new_id)
        people.change(session, Person(ada.id, "Ada Hill", "Manager", "h@n.example"), by="", at=NOON)
        same = people.add(session, Person("", "Ada Hill", "Manager"), by="", at=NOON, new_id=new_id)
        known = names(session, ada.id)
        assert known.signatures == {"Ada Jones, Officer"} and known.shared == ("Ada Hill, Manager",)
        assert known.addresses == {"a@n.example", "h@n.example"}
        assert names(session, same.id).signatures == frozenset()


def test_each_table_that_keeps_something_of_a_person_says_what_erasing_does_to_it() -> None:
    assert set(FATES) == {table.name for table in personal_tables()}


def test_what_is_erased_is_in_no_table_besides_the_evidence(planted: Engine) -> None:
    with writing(planted) as session:
        before = foreseen(session, ADA.id)
        erase(session, ADA.id, by=BO.id, at=NOON)
    assert before.of("named") == {"comments": 1, "comment_replies": 1} and before.of("deleted")["sign_ins"] == 1
    with reading(planted) as session:
        for table in personal_tables():
            said, fate = dump(session, table.name), FATES[table.name]
            assert ADA.words not in said and ADA.address not in said, table.name
            assert (ADA.signature in said) <= (fate == "evidence"), table.name
            if fate == "deleted":
                assert ADA.id not in said, table.name
            assert (BO.id in said) or (BO.signature in said) or (BO.address in said), table.name
        assert "Person removed" in dump(session, "comments")
        with pytest.raises(NotFound):
            people.load(session, ADA.id)
        assert {kept.table for kept in everything(session, ADA.id)} == {
            "people", "memberships", "security_events", "invitations", "comments", "comment_replies",
            "consultation_mails", "consulted_views", "law_records", "sign_offs", "sign_requests", "signatures",
            "sign_comments", "trail_lines",
        }  # fmt: skip


def test_a_comment_that_something_was_issued_after_keeps_its_writer(database: Engine) -> None:
    with writing(database) as session:
        plant(session, ADA)
        assert foreseen(session, ADA.id).of("evidence")["comments"] == 1
        erase(session, ADA.id, by="", at=NOON)
        assert ADA.signature in dump(session, "comments")


def test_somebody_who_still_takes_part_is_not_erased(database: Engine) -> None:
    with writing(database) as session:
        plant(session, ADA, memberships={"until": None})
    with pytest.raises(Frozen), writing(database) as session:
        erase(session, ADA.id, by="", at=NOON)
    with reading(database) as session:
        assert memberships.now_of(session, ADA.id) and people.load(session, ADA.id)


def test_the_database_lets_the_name_of_somebody_erased_go_and_nothing_else(planted: Engine) -> None:
    comments = metadata.tables["comments"]
    removed, other = {"written_by": "Person removed"}, {"text": "Others"}

    def change(values: dict[str, Any]) -> None:
        with writing(planted) as session:
            session.execute(update(comments).where(comments.c.person == ADA.id).values(**values))

    for refused in (removed, other):
        with pytest.raises(IntegrityError, match="never changed"):
            change(refused)
    with writing(planted) as session:
        session.execute(text("UPDATE people SET erased_at = added_at"))
    for refused in ({**removed, **other}, other, {"written_by": "Somebody else"}):
        with pytest.raises(IntegrityError, match="never changed"):
            change(refused)
    change(removed)
