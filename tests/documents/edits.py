"""Versions of real agreements: each with a few random changes of the kinds that people make between two versions."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from protocolbuilder.domain.agreement import Agreement, put

WORDS = (
    "partners", "shall", "without delay", "only", "the county council", "at least", "each year", "unless the law says "
    "otherwise", "securely", "and keeps a record", "within 5 working days", "Siân O’Neill", "R&D <team>",
)  # fmt: skip
CLAUSES = "residue", "glossary", "risks", "escalation_steps", "purposes"
ROWS = "parties", "contacts", "items", "flows", "retention", "gateways", "bases", "documents"


def edited(agreement: Agreement, random: Random, *, changes: int = 6) -> Agreement:
    """The agreement after some changes; the same `random` gives the same ones."""
    for _ in range(changes):
        agreement = random.choice((inserted, deleted, moved, reworded, reworded, reworded))(agreement, random)
    return agreement


def inserted(agreement: Agreement, random: Random) -> Agreement:
    """A clause or row like another one, with other words."""
    section, rows = _section(agreement, random)
    if not rows:
        return agreement
    row = copy.deepcopy(random.choice(rows))
    row["id"] = f"new{random.randrange(10**9)}"
    for key in [key for key, value in row.items() if isinstance(value, str) and " " in value]:
        row[key] = _worded(row[key], random)
    at = random.randrange(len(rows) + 1)
    return put(agreement, section, [*rows[:at], row, *rows[at:]])


def deleted(agreement: Agreement, random: Random) -> Agreement:
    section, rows = _section(agreement, random)
    gone = random.randrange(len(rows)) if rows else 0
    return put(agreement, section, [row for n, row in enumerate(rows) if n != gone]) if len(rows) > 1 else agreement


def moved(agreement: Agreement, random: Random) -> Agreement:
    section, rows = _section(agreement, random)
    if len(rows) < 2:
        return agreement
    rows = list(rows)
    rows.insert(random.randrange(len(rows)), rows.pop(random.randrange(len(rows))))
    return put(agreement, section, rows)


def reworded(agreement: Agreement, random: Random) -> Agreement:
    """Some words of one text changed, whatever section it stands in."""
    places: list[tuple[str, str]] = []
    for key, value in agreement.answers.items():
        for row in value if isinstance(value, list) else [value]:
            at = f"{key}.{row['id']}" if isinstance(value, list) else key
            places += [(f"{at}.{name}", said) for name, said in row.items() if isinstance(said, str) and " " in said]
    address, text = random.choice(places)
    return put(agreement, address, _worded(text, random))


def _section(agreement: Agreement, random: Random) -> tuple[str, list[Any]]:
    held = [key for key in (*CLAUSES, *ROWS) if agreement.answers.get(key)]
    section = random.choice(held)
    return section, agreement.answers[section]


def _worded(text: str, random: Random) -> str:
    words = text.split(" ")
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(words))
        words[at : at + random.randrange(3)] = random.sample(WORDS, random.randrange(3))
        words = words or ["Changed"]
    return " ".join(words)
