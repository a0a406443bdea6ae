"""Two texts laid side by side: nothing is lost of either, and what reads as one change is one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from protocolbuilder.domain.aligning import aligned, steps
from protocolbuilder.domain.wording import likeness, worded

entries = some.lists(some.integers(0, 6), max_size=40)
texts = some.text(alphabet="ab c.’&\n", max_size=60)


@given(entries, entries)
def test_pairs_are_equal_and_rise_on_both_sides(old: list[int], new: list[int]) -> None:
    pairs = aligned(old, new)
    assert all(old[one] == new[two] for one, two in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))


@given(entries, entries)
def test_steps_are_the_whole_of_both_by_turns(old: list[int], new: list[int]) -> None:
    found = steps(old, new)
    assert [one for step in found for one in old[slice(*step.old)]] == old
    assert [one for step in found for one in new[slice(*step.new)]] == new
    assert all(old[slice(*step.old)] == new[slice(*step.new)] for step in found if step.same)
    assert all(a.same != b.same for a, b in itertools.pairwise(found))


@given(texts, texts)
def test_the_pieces_hold_both_texts(before: str, after: str) -> None:
    pieces = worded(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_what_is_taken_out_of_the_middle_leaves_the_rest_the_same() -> None:
    rows = [f"row {n}" for n in range(1000)]
    assert len(aligned(rows, rows[:500] + rows[510:])) == 990


def test_long_texts_of_few_different_entries_are_matched_too() -> None:
    assert len(aligned(["a", "b"] * 800, ["b", "a", "a"] * 500)) > 900


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("kept for 6 years", "kept for 10 years", ["-6", "+10"]),
        ("sent by post today", "sent by secure mail today", ["-post", "+secure mail"]),
        ("the council", "the county council", ["+county "]),
        ("one two three", "four five six", ["-one two three", "+four five six"]),
        ("same", "same", []),
    ],
)
def test_the_words_that_changed_are_marked(before: str, after: str, marked: list[str]) -> None:
    sign = {"removed": "-", "added": "+"}
    assert [sign[piece.kind] + piece.text for piece in worded(before, after) if piece.kind != "same"] == marked


def test_likeness_counts_shared_words_on_both_sides() -> None:
    assert likeness(["a", "b"], ["b", "a"]) == 1 and likeness(["a"], ["b"]) == 0 and likeness([], ["a"]) == 0
    assert likeness(["a", "b", "c"], ["a"]) == 0.5
