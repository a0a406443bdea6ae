"""Long lists a page at a time; what was searched and filtered for stays in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Paging:
    """`page` counts from 1, `pages` is at least 1. `links` are (number, address) of every page worth a link,
    in order, None where numbers are left out. `previous` and `next` are addresses, "" at the ends."""

    page: int
    pages: int
    links: tuple[tuple[int, str] | None, ...]
    previous: str
    next: str


def page_asked(args: Mapping[str, str]) -> int:
    """The page asked for, 1 when it is no number that counts pages."""
    text = args.get("page", "")
    return min(max(int(text), 1), MOST) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def paging(path: str, kept: Mapping[str, str], *, page: int, count: int, per_page: int) -> Paging:
    """`kept` are other parts of the address to keep; empty ones are left out. `count` counts on all pages."""
    pages = max(1, -(-count // per_page))

    def address(number: int) -> str:
        wanted = {key: value for key, value in kept.items() if value} | ({"page": str(number)} if number > 1 else {})
        return f"{path}?{urlencode(wanted)}" if wanted else path

    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    links: list[tuple[int, str] | None] = []
    for before, number in zip([0, *near], near, strict=False):
        links += [None] if number > before + 1 else []
        links.append((number, address(number)))
    earlier, later = address(page - 1) if page > 1 else "", address(page + 1) if page < pages else ""
    return Paging(page, pages, tuple(links), earlier, later)
