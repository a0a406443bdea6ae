"""A kind is one row in three tables; what a form shows and what it reads undo each other."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from protocolbuilder import catalogue
from protocolbuilder.domain import kinds
from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.domain.schema import question
from protocolbuilder.web.forms import INPUTS, form_for
from protocolbuilder.web.inputs import Ask, Choice, Unclear

CHOICES = (Choice("a", "First"), Choice("b", "Second"))
SAMPLES: dict[str, list[Any]] = {
    "line": ["Northshire Council", "Health & Social <Care>"],
    "prose": ["One.\n\nTwo."],
    "lines": [["one", "two"]],
    "yes_no": [True, False],
    "choice": ["a", {"other": "a third"}],
    "choices": [["b", "a"], ["a", {"other": "x"}, {"other": "y"}]],
    "day": ["2026", "2026-07", "2026-07-02"],
    "when": ["2026-07-02", {"event": "the last partner signs"}],
    "period": ["P6Y", "P18M", {"until": "the case closes"}, {"set_by": "the schedule"}, {"other": "it varies"}],
    "deadline": ["PT0H", "PT4H", "PT30M", "P10D", "P2W", "P1M", "2WD", {"other": "at once if safe"}],
    "email": ["jo@example.org"],
    "phone": ["01632 960 001"],
    "url": ["https://example.org/a?b=c"],
    "agreement": [{"ref": "a"}],
    "reference": ["a"],
    "references": [["b", "a"]],
}


def ask(kind: str) -> Ask:
    raw = {"$ref": f"../kinds.json#/$defs/{kind}", "title": "A question", "x-choices": "any"}
    return Ask(question("q", raw), "s.q", True, CHOICES)


def sent(kind: str, **parts: Any) -> Any:
    """The value of a form filled in with these parts (`q`, `q__other`, …)."""
    form = MultiDict(
        [
            (key.replace("__", "--"), one)
            for key, value in parts.items()
            for one in ([value] if isinstance(value, str) else value)
        ]
    )
    return form_for([ask(kind)], {}, sent=form).answer("q").data


def test_every_kind_is_a_row_in_all_three_tables() -> None:
    asked = {
        q.kind
        for s in ("agreement-1", "protocol-1")
        for part in catalogue.schema(s).sections.values()
        for q in part.questions.values()
    }
    assert set(INPUTS) == set(kinds.SHOW)
    assert set(INPUTS) <= set(catalogue.load("kinds.json")["$defs"])
    assert asked <= set(INPUTS)
    assert set(SAMPLES) == set(INPUTS)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in SAMPLES.items() for value in values])
def test_an_answer_shown_and_sent_back_is_the_same_answer(kind: str, value: Any) -> None:
    shown = form_for([ask(kind)], {"q": value}).answer("q")
    form = MultiDict([(shown.part_name(part), text) for part, texts in shown.typed.items() for text in texts])
    back = form_for([ask(kind)], {"q": value}, sent=form).answer("q")
    assert back.data == value
    assert back.unchanged


@pytest.mark.parametrize("kind", list(INPUTS))
def test_an_empty_form_states_nothing(kind: str) -> None:
    assert sent(kind, unrelated="x") is ABSENT
    assert form_for([ask(kind)], {}).answer("q").unchanged


def test_a_date_may_lack_its_day_or_month_and_name_its_month() -> None:
    assert sent("day", q__month="7", q__year="2026") == "2026-07"
    assert sent("day", q__day="2", q__month="july", q__year="2026") == "2026-07-02"
    assert sent("day", q__day="2", q__year="2026") == "2026-00-02"


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("choice", {"q": "a", "q__other": "a third"}),
        ("choice", {"q": "--other"}),
        ("choice", {"q": "", "q__typed": "Frist"}),
        ("when", {"q__year": "2026", "q__event": "signing"}),
        ("period", {"q__until": "closure", "q__other": "it varies"}),
        ("period", {"q": "until"}),
        ("deadline", {"q": "immediately", "q__amount": "4"}),
    ],
)
def test_two_answers_in_one_question_are_asked_about_and_never_guessed(kind: str, parts: dict[str, str]) -> None:
    assert isinstance(sent(kind, **parts), Unclear)


def test_the_way_that_was_filled_in_counts_when_no_button_was_pressed() -> None:
    assert sent("period", q__amount="6", q__unit="Y") == "P6Y"
    assert sent("choice", q__other="a third") == {"other": "a third"}


def test_a_name_typed_in_a_search_box_in_full_is_the_choice() -> None:
    assert sent("choice", q="", q__typed="second") == "b"


def test_the_order_of_choices_in_the_agreement_is_kept() -> None:
    form = MultiDict([("q", "a"), ("q", "b")])
    assert form_for([ask("choices")], {"q": ["b"]}, sent=form).answer("q").data == ["b", "a"]


def test_a_character_that_cannot_be_kept_is_taken_out_and_told() -> None:
    field = form_for([ask("prose")], {}, sent=MultiDict([("q", "one\x0btwo\u202e")])).answer("q")
    assert field.data == "onetwo"
    assert field.removed


def test_an_answer_that_cannot_be_shown_is_not_lost_by_saving() -> None:
    field = form_for([ask("period")], {"q": "P1Y6M"}, sent=MultiDict()).answer("q")
    assert field.unchanged
