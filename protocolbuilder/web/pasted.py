"""What is copied from a spreadsheet: lines of cells, and what each line means for a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.matching import choice, normal
from protocolbuilder.domain.schema import Question, Section
from protocolbuilder.web.inputs import Choice

_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"(?=\t|\n|\Z)')
_PLAIN: Final = re.compile(r"[^\t\n]*")
TEXTS: Final = frozenset({"line", "prose"})
CHOSEN: Final = frozenset({"choice", "choices"})


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: its number from 1, the name, and the answers of its other cells. `like` are items of the list
    (id, name) whose name looks alike, `line_like` the number of an earlier line that does, 0 when none."""

    number: int
    name: str
    answers: Mapping[str, Any]
    like: tuple[tuple[str, str], ...] = ()
    line_like: int = 0


def table(text: str) -> list[list[str]]:
    """Lines of cells, as a spreadsheet copies them. A cell with a line break or a tab inside stands in quotation
    marks, which go; other quotation marks stay. Spaces at the ends and empty lines go."""
    rows: list[list[str]] = [[]]
    text, place = text.replace("\r\n", "\n").replace("\r", "\n"), 0
    while True:
        quoted = _QUOTED.match(text, place)
        hit = quoted if quoted and re.search(r"[\t\n]", quoted[1]) else _PLAIN.match(text, place)
        assert hit is not None
        cell = hit[1].replace('""', '"') if hit is quoted else hit[0]
        rows[-1].append(" ".join(cell.split()))
        place = hit.end()
        if place >= len(text):
            return [row for row in rows if any(row)]
        if text[place] == "\n":
            rows.append([])
        place += 1


def usable(section: Section, name: str) -> dict[str, str]:
    """The questions that a column may answer: id -> title, the name first."""
    fit = {key: question.title for key, question in section.questions.items() if question.kind in TEXTS | CHOSEN}
    return {name: fit.pop(name), **fit}


def headings(rows: Sequence[Sequence[str]], questions: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    """Which question each column answers, "" for none, and whether the first line is headings.

    Without headings the first column is the name and the others answer nothing.
    """
    titles = {normal(title): key for key, title in questions.items()} | {"name": next(iter(questions))}
    found = tuple(titles.get(normal(cell), "") if cell else "" for cell in rows[0]) if rows else ()
    if next(iter(questions)) in found:
        return tuple(key if key not in found[:place] else "" for place, key in enumerate(found)), True
    wide = max((len(row) for row in rows), default=1)
    return (next(iter(questions)), *[""] * (wide - 1)), False


def value_of(question: Question, text: str, choices: Sequence[Choice]) -> Any:
    """The answer that a cell's text makes: an entry of the list where the text is one, else the text as other."""
    if question.kind in TEXTS:
        return text
    found: Any = choice(((entry.value, entry.label) for entry in choices), text) or {"other": text}
    return [found] if question.kind == "choices" else found


def lines(
    rows: Sequence[Sequence[str]], columns: Sequence[str], *, name: str, questions: Mapping[str, Question],
    choices: Mapping[str, Sequence[Choice]], existing: Sequence[tuple[str, str]],
) -> list[Line]:  # fmt: skip
    """Every line that has a name. `existing` are the items of the list as (id, name)."""
    known: dict[str, list[tuple[str, str]]] = {}
    for item, called in existing:
        known.setdefault(normal(called), []).append((item, called))
    found: list[Line] = []
    first: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        cells = {key: cell for key, cell in zip(columns, row, strict=False) if key and cell}
        called = cells.pop(name, "")
        if called:
            answers = {key: value_of(questions[key], cell, choices[key]) for key, cell in cells.items()}
            like = tuple(known.get(normal(called), ()))
            found.append(Line(number, called, answers, like, first.get(normal(called), 0)))
            first.setdefault(normal(called), number)
    return found
