"""What a check finds in an agreement, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem from the schema: an answer that is *missing*, or one that is *wrong*.

    `text` says it in plain words, `fix` how to put it right; `address` is where.
    """

    address: str
    kind: Literal["missing", "wrong"]
    text: str
    fix: str
