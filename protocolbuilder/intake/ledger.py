"""The leaves of a facts file, each ticked off once it stands in the draft: what is left is kept as residue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


class Ledger:
    """Every text, number and truth value of a file by its path (`("flows", 0, "items", 2)`), in the file's order.

    Nulls, blank texts and empty lists are not leaves: they are *not stated*.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._leaves = dict(_leaves((), facts))
        self._placed: set[Path] = set()
        self._lists: dict[Path, list[tuple[Path, str]]] = {}
        for place, leaf in self._leaves.items():
            if isinstance(place[-1], int) and isinstance(leaf, str):
                self._lists.setdefault(place[:-1], []).append((place, leaf))
        self._fields = {place[0] for place in self._leaves}

    def text(self, *path: str | int) -> str:
        """The text at a path, or "" when there is none."""
        found = self._leaves.get(path)
        return found if isinstance(found, str) else ""

    def value(self, *path: str | int) -> Any:
        """The leaf at a path, or None."""
        return self._leaves.get(path)

    def texts(self, *path: str | int) -> tuple[tuple[Path, str], ...]:
        """The texts of a list, each with its path; a text in place of a list is a list of one."""
        if self.text(*path):
            return ((path, self.text(*path)),)
        return tuple(self._lists.get(path, ()))

    def rows(self, field: str) -> tuple[int, ...]:
        """The positions of the objects of a list."""
        found = self._facts.get(field)
        rows = found if isinstance(found, list) else ()
        return tuple(number for number, row in enumerate(rows) if isinstance(row, Mapping))

    def stated(self, field: str) -> bool:
        """Whether the file says anything under this field."""
        return field in self._fields

    def place(self, *path: str | int) -> None:
        """Tick a leaf off: it stands in the draft, word for word or in a form that shows the same words."""
        self._placed.add(path)

    @property
    def placed(self) -> int:
        """How many leaves stand in the draft."""
        return len(self._placed)

    def left(self) -> tuple[tuple[str, str], ...]:
        """The leaves that stand nowhere yet, as (where it came from, its words), in the file's order."""
        return tuple((where(place), words(leaf)) for place, leaf in self._leaves.items() if place not in self._placed)


def where(path: Path) -> str:
    """A path in words: `special_features`, `flows 2: role_from`. Positions count from 1."""
    named = [f"{part + 1}" if isinstance(part, int) else part for part in path]
    if len(path) == 2 and isinstance(path[1], int):
        return named[0]
    return named[0] if len(path) == 1 else f"{' '.join(named[:2])}: {' '.join(named[2:])}".removesuffix(": ")


def words(leaf: Any) -> str:
    """A leaf as printed in the file: a text itself, a number or truth value as JSON writes it."""
    if isinstance(leaf, bool):
        return "true" if leaf else "false"
    return str(leaf)


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves((*path, key), part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves((*path, number), part)
    elif value is not None and not (isinstance(value, str) and not value.strip()):
        yield path, value
