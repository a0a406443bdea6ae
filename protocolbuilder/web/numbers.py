"""Whole numbers in addresses and fields: never larger than what a database keeps."""

from __future__ import annotations

from typing import Final

from werkzeug.routing import IntegerConverter, Map

LARGEST: Final = 2**31 - 1


def whole_number(said: str) -> int:
    """A number from 0. Raises ValueError for anything else, which `get(…, type=whole_number)` takes as not there."""
    if not (said.isascii() and said.isdigit() and len(said) <= 10 and int(said) <= LARGEST):
        raise ValueError("no number that can be kept")
    return int(said)


class Number(IntegerConverter):
    """`<int:…>` in an address: a larger number leads to no page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)
