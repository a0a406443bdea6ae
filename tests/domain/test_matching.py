"""Look-alike names are found, and names that differ in a word that counts are not."""

import pytest

from protocolbuilder.domain.matching import alike, choice, normal, without_brackets

CHOICES = (
    ("isa", "Information sharing agreement (ISA)"),
    ("mou", "Memorandum of understanding (MoU)"),
    ("on-event", "On event"),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Barking & Dagenham", "Barking and Dagenham"),
        ("Leeds Teaching Hospitals NHS FT", "The Leeds Teaching Hospitals NHS Foundation Trust"),
        ("Cyngor Sir Ynys Môn", "cyngor sir ynys mon"),
        ("St Helens Council", "St. Helens council"),
        ("Children's Services", "Childrens Services"),
        ("Multi-agency hub", "Multi agency  hub"),
        ("Refuge Ltd", "Refuge Limited"),
    ],
)
def test_names_that_differ_in_writing_only_look_alike(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Leicester City Council", "Leicestershire County Council"), ("Police Scotland", "Police Service of Scotland")],
)
def test_names_that_differ_in_a_word_do_not(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_groups_of_look_alikes_come_by_position() -> None:
    names = ["Police", "Health & Care", "police", "Council", "Health and care", "The Police"]
    assert alike(names) == ((0, 2, 5), (1, 4))


def test_a_name_of_signs_only_is_still_itself() -> None:
    assert normal("—") == normal("-") and normal("***") != normal("###")


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("ISA", "isa"),
        ("information sharing agreement", "isa"),
        ("Information Sharing Agreement (ISA)", "isa"),
        ("MoU", "mou"),
        ("on event", "on-event"),
        ("ISP", ""),
        ("ISA (web)", ""),
        ("sharing", ""),
    ],
)
def test_a_printed_word_is_a_choice_only_when_it_is_plainly_one(printed: str, found: str) -> None:
    assert choice(CHOICES, printed) == found


def test_a_remark_in_brackets_at_the_end_comes_off() -> None:
    assert without_brackets("HMRC (organisation D25)") == "HMRC"
    assert without_brackets("Council (Education) and Housing") == "Council (Education) and Housing"
