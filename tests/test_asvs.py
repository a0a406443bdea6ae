"""tests/security.md says what the marks of the tests say."""

from tests.asvs import PLACE, ROWS, marked, page


def test_the_list_of_security_tests_is_what_the_marks_say() -> None:
    assert PLACE.read_text() == page(), "run: python -m tests.asvs"


def test_every_mark_names_a_row() -> None:
    assert set(marked()) <= set(ROWS)
