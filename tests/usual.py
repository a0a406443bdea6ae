"""Which of many like cases ./check tries every time. --thorough tries them all."""

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
THOROUGH = bool(os.environ.get("PB_THOROUGH"))


def some(cases: Iterable[T], *, first: int = 0, of: int = 3) -> list[T]:
    """One case in `of`, beginning with the one at place `first`, so that two tests need not try the same."""
    every = list(cases)
    return every if THOROUGH else every[first::of]
