"""The look of documents: each file that was uploaded is kept, and the last choice counts."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.errors import NotFound
from protocolbuilder.store import house_styles
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.verify import faults
from tests.store.at_once import at_once
from tests.store.builders import NOON, minutes

ADA = {"by": "Ada Jones", "at": NOON}


def test_without_a_choice_the_look_is_the_plain_one(database: Engine) -> None:
    with reading(database) as session:
        assert house_styles.current(session) is None and house_styles.history(session) == ()


def test_the_last_choice_counts_and_every_file_is_kept(database: Engine) -> None:
    with writing(database) as session:
        one = house_styles.upload(session, b"green", name="Northshire", **ADA)
        two = house_styles.upload(session, b"blue", name="Southshire", by="Sam Hill", at=minutes(1))
        plain = house_styles.choose(session, 0, by="Sam Hill", at=minutes(2))
        again = house_styles.choose(session, one.number, by="Ada Jones", at=minutes(3))
    with reading(database) as session:
        assert house_styles.history(session) == (again, plain, two, one)
        assert house_styles.current(session) == again
        assert (again.file, again.name, again.sha256) == (one.number, one.name, one.sha256)
        assert [house_styles.content(session, row.file) for row in (again, two)] == [b"green", b"blue"]
        assert house_styles.by_digest(session, two.sha256) == (two,)
        assert faults(session) == ()


def test_a_file_that_was_never_uploaded_cannot_be_chosen(database: Engine) -> None:
    with writing(database) as session:
        house_styles.upload(session, b"green", name="Northshire", **ADA)
        plain = house_styles.choose(session, 0, **ADA)
        for number in (plain.number, 9):
            with pytest.raises(NotFound):
                house_styles.choose(session, number, **ADA)
            with pytest.raises(NotFound):
                house_styles.content(session, number)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE house_styles SET name = 'other'", "DELETE FROM house_styles", "UPDATE house_styles SET content = content"],
)
def test_a_choice_is_refused_update_and_delete(database: Engine, statement: str) -> None:
    with writing(database) as session:
        house_styles.upload(session, b"green", name="Northshire", **ADA)
    with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
        session.execute(text(statement))


def test_choices_at_the_same_moment_all_count(database: Engine) -> None:
    def choose() -> None:
        with writing(database) as session:
            house_styles.choose(session, 0, **ADA)

    at_once([choose] * 6)
    with reading(database) as session:
        assert [row.number for row in house_styles.history(session)] == [6, 5, 4, 3, 2, 1]


def test_files_uploaded_at_the_same_moment_are_all_kept_each_under_its_own_number(database: Engine) -> None:
    def upload(person: int) -> house_styles.Chosen:
        with writing(database) as session:
            return house_styles.upload(session, f"look {person}".encode(), name=f"Council {person}", **ADA)

    made = at_once([lambda person=person: upload(person) for person in range(6)])  # type: ignore[misc]
    assert sorted(one.number for one in made) == [1, 2, 3, 4, 5, 6]
    with reading(database) as session:
        for person, one in enumerate(made):
            assert house_styles.content(session, one.number) == f"look {person}".encode()
        assert house_styles.current(session) == max(made, key=lambda one: one.number)
        assert faults(session) == ()
