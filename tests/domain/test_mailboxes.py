"""A mailbox that several people read, or that says nothing about where somebody works, is told by its address."""

import pytest

from protocolbuilder.domain.mailboxes import doubt, is_shared


@pytest.mark.parametrize(
    "email", ["safeguarding@n.example", "MASH-team@n.example", "the.office@n.example", "info2@n.example"]
)
def test_a_mailbox_of_several_people_is_told_by_its_name(email: str) -> None:
    assert is_shared(email) and "several people read" in doubt(email)


@pytest.mark.parametrize("email", ["jo.green@n.example", "infosmith@n.example", "igor@safeguarding.example", ""])
def test_that_of_a_person_is_not(email: str) -> None:
    assert not is_shared(email) and doubt(email) == ""


def test_webmail_says_nothing_about_where_somebody_works() -> None:
    assert "where the person works" in doubt("Jo.Green@Gmail.com")
