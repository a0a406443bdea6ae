"""One answer as a cell of a table: a line to type in, or a list to select from. `show` and `read` undo each other.

A cell is smaller than a page of questions: it selects one entry where a question takes several. An answer that a
cell cannot make stands in it as one entry, which keeps it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.domain.kinds import Names, shown
from protocolbuilder.domain.reading import FORBIDDEN, forbidden_character
from protocolbuilder.domain.schema import Question
from protocolbuilder.web.inputs import Choice, Unclear

KEEP: Final = "--as-it-is"
"""The entry of a list that stands for an answer which the list cannot make. No id starts with a hyphen."""
SELECTED: Final = frozenset({"choice", "choices", "reference", "references"})
SEVERAL: Final = frozenset({"choices", "references"})
_UNITS: Final = {
    "minute": "PT{}M", "hour": "PT{}H", "working day": "{}WD", "day": "P{}D", "week": "P{}W", "month": "P{}M",
}  # fmt: skip
_DEADLINE: Final = re.compile(rf"(\d{{1,4}}) ?({'|'.join(_UNITS)})s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """`name` is the address and the form name; `text` what is typed or selected; `theirs` what somebody else saved
    meanwhile, in words."""

    name: str
    question: Question
    text: str
    options: tuple[tuple[str, str], ...] = ()
    wrong: str = ""
    theirs: str = ""

    @property
    def is_list(self) -> bool:
        return self.question.kind in SELECTED


def cell(
    name: str, question: Question, value: Any, *, names: Names, choices: Sequence[Choice], typed: str | None = None,
    wrong: str = "", theirs: str = "",
) -> Cell:  # fmt: skip
    """The cell that shows `value`, or what was `typed` over it."""
    options: list[tuple[str, str]] = []
    text = show(question, value, names) if typed is None else typed
    if question.kind in SELECTED:
        options = [(choice.value, choice.label) for choice in choices]
        if KEEP in (text, show(question, value, names)):
            options.insert(0, (KEEP, "; ".join(shown(question, value, names).split("\n"))))
    return Cell(name, question, text, tuple(options), wrong, theirs)


def show(question: Question, value: Any, names: Names) -> str:
    """What stands in the cell for a stored answer."""
    if value is ABSENT:
        return ""
    if question.kind in SEVERAL:
        return value[0] if len(value) == 1 and isinstance(value[0], str) else KEEP
    if question.kind in SELECTED:
        return value if isinstance(value, str) else KEEP
    return shown(question, value, names)


def read(question: Question, text: str, held: Any, *, names: Names, choices: Sequence[Choice]) -> Any:
    """The answer typed in a cell that showed `held`: a value, ABSENT, or Unclear. Nothing else is judged here."""
    name = forbidden_character(text)
    if name:
        return Unclear(f"We took out a character that cannot be kept ({name}). Check the text, then save")
    text = text.strip()
    if text == show(question, held, names) or text == KEEP:
        return held
    if not text:
        return ABSENT
    if question.kind in SELECTED:
        if text not in {choice.value for choice in choices}:
            return Unclear("Select from the list")
        return [text] if question.kind in SEVERAL else text
    return deadline(text) if question.kind == "deadline" else text


def clean(text: str) -> str:
    """The text without characters that no file may hold."""
    return FORBIDDEN.sub("", text)


def deadline(text: str) -> Any:
    """'4 hours' -> 'PT4H', '2 working days' -> '2WD', 'immediately' -> 'PT0H'; Unclear for anything else."""
    words = " ".join(text.split())
    if words.casefold() == "immediately":
        return "PT0H"
    hit = _DEADLINE.fullmatch(words)
    if not hit or int(hit[1]) == 0:
        return Unclear("Enter a time, for example immediately, 4 hours or 2 working days")
    return _UNITS[hit[2].casefold()].format(int(hit[1]))


def words(question: Question, value: Any, names: Names) -> str:
    """An answer in one line, `not stated` when there is none."""
    return "; ".join(shown(question, value, names).split("\n")) if value is not ABSENT else "not stated"
