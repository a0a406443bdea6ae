"""Two changes of one text become one text only where they do not touch."""

from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.domain.merging import merged

BASE = "Partners share at once when a child is in danger, and record it afterwards."


def test_changes_in_two_places_are_both_kept() -> None:
    ours = BASE.replace("Partners", "All partners")
    theirs = BASE.replace("afterwards", "within a day")
    both = "All partners share at once when a child is in danger, and record it within a day."
    assert merged(BASE, ours, theirs) == both
    assert merged(BASE, theirs, ours) == merged(BASE, ours, theirs)


def test_two_changes_of_the_same_words_are_not_settled_here() -> None:
    assert merged(BASE, BASE.replace("at once", "quickly"), BASE.replace("at once", "without delay")) is None
    assert merged(BASE, BASE.replace("a child", "an adult"), BASE.replace("a child is", "")) is None
    assert merged(BASE, BASE + " One.", BASE + " Two.") is None


def test_what_only_one_of_them_changed_is_that_text() -> None:
    assert merged(BASE, BASE, "Other") == "Other"
    assert merged(BASE, "Other", BASE) == "Other"
    assert merged(BASE, "Other", "Other") == "Other"


def test_a_change_that_both_made_is_made_once() -> None:
    both = BASE.replace("at once", "quickly")
    assert merged(BASE, both.replace("Partners", "We"), both) == both.replace("Partners", "We")


TEXT = st.lists(st.sampled_from(["a", "b", "c", "d e", "\n\n", ".", "f"]), max_size=12).map(" ".join)


@given(TEXT, TEXT, TEXT)
def test_it_never_fails_and_who_goes_first_makes_no_difference(base: str, ours: str, theirs: str) -> None:
    made = merged(base, ours, theirs)
    assert made == merged(base, theirs, ours)
    if made is not None and ours != base and theirs != base:
        assert len(made) <= len(base) + len(ours) + len(theirs)
