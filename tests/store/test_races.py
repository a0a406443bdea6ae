"""Eight people at once in one draft. Nothing is timed: they start together and every outcome is counted."""

from dataclasses import dataclass
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest

from protocolbuilder.domain.agreement import get
from protocolbuilder.errors import Conflict
from protocolbuilder.store import journal
from protocolbuilder.store.engine import Engine, reading
from protocolbuilder.store.verify import faults
from tests.store.at_once import at_once
from tests.store.builders import an_agreement, created, loaded, saved
from tests.usual import THOROUGH

PEOPLE = 8
EDITS = 100 if THOROUGH else 25


@dataclass(frozen=True, slots=True)
class Won:
    """An acknowledged save: it made draft `number` from a form drawn at `seen`."""

    number: int
    seen: int
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A save that was refused, with what stood there instead."""

    stored: str


def _same_question(database: Engine, ref: str, *, rounds: int = EDITS) -> list[Won | Told]:
    """In every round all eight look at the draft, and then all eight answer the same question."""
    together = Barrier(PEOPLE)

    def person(name: int) -> list[Won | Told]:
        outcomes: list[Won | Told] = []
        for round_ in range(rounds):
            seen = loaded(database, ref).number
            together.wait()
            text = f"person {name}, round {round_}"
            try:
                after = saved(database, ref, {"purpose.text": text}, seen=seen)
                outcomes.append(Won(after.number, seen, text))
            except Conflict as told:
                outcomes.append(Told(get(told.stored.agreement, "purpose.text")))  # type: ignore[attr-defined]
            together.wait()
        return outcomes

    everyone = at_once([lambda name=name: person(name) for name in range(PEOPLE)])  # type: ignore[misc]
    return [outcome for outcomes in everyone for outcome in outcomes]


def _lost(outcomes: list[Won | Told]) -> list[Won]:
    """Acknowledged saves that somebody overwrote without having seen them."""
    won = sorted((each for each in outcomes if isinstance(each, Won)), key=lambda each: each.number)
    return [before for before, after in pairwise(won) if after.seen < before.number]


def test_eight_people_in_different_sections_keep_all_eight_hundred_edits(database: Engine) -> None:
    sections: dict[str, Any] = {f"section{person}": {} for person in range(PEOPLE)}
    draft = created(database, an_agreement(**sections))

    def person(name: int) -> None:
        seen = draft.number
        for edit in range(EDITS):
            address = f"section{name}.question{edit}"
            seen = saved(database, draft.ref, {address: f"{name}-{edit}"}, seen=seen).number

    at_once([lambda name=name: person(name) for name in range(PEOPLE)])  # type: ignore[misc]
    after = loaded(database, draft.ref)
    for name in range(PEOPLE):
        kept = {f"question{edit}": f"{name}-{edit}" for edit in range(EDITS)}
        assert after.agreement.answers[f"section{name}"] == kept
    assert after.number == 1 + PEOPLE * EDITS
    with reading(database) as session:
        assert faults(session) == ()


def test_of_eight_people_answering_the_same_question_every_loser_is_told(database: Engine) -> None:
    draft = created(database)
    outcomes = _same_question(database, draft.ref)
    won = [each for each in outcomes if isinstance(each, Won)]
    assert len(outcomes) == PEOPLE * EDITS
    assert len(won) == EDITS
    assert _lost(outcomes) == []
    after = loaded(database, draft.ref)
    assert get(after.agreement, "purpose.text") == max(won, key=lambda each: each.number).text
    assert {each.stored for each in outcomes if isinstance(each, Told)} <= {each.text for each in won}
    with reading(database) as session:
        assert faults(session) == ()


def test_with_the_version_check_taken_out_the_same_race_loses_edits(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proof that the test above can see a lost edit."""
    monkeypatch.setattr(journal, "overlap", lambda _one, _other: False)
    outcomes = _same_question(database, created(database).ref, rounds=20)
    assert not [each for each in outcomes if isinstance(each, Told)]
    assert len(_lost(outcomes)) == 20 * (PEOPLE - 1)
