"""When two printed names mean the same, and when a printed word is one of the choices of a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

LONG_FORMS: Final = {
    "ft": "foundation trust", "nhsft": "nhs foundation trust", "ltd": "limited", "saint": "st", "dept": "department",
}
IN_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)\s*$")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, without accents, `&` as `and`, hyphens and repeated spaces as one space."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = "".join(character for character in flat if not unicodedata.combining(character))
    return " ".join(re.sub(r"[-‐‑–—]", " ", kept).split())


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """The form in which look-alike names are equal.

    'The Leeds Teaching Hospitals NHS FT' and 'Leeds Teaching Hospitals N.H.S. Foundation Trust' are one.
    """
    joined = re.sub(r"['’.]", "", plain(name))
    words = (LONG_FORMS.get(word, word) for word in re.findall(r"\w+", joined))
    found = [word for word in " ".join(words).split() if word != "the"]
    return " ".join(found) or plain(name)


def alike(names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Groups of two or more positions whose names look alike, in order of their first; equal names too."""
    groups: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        groups.setdefault(normal(name), []).append(place)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def without_brackets(name: str) -> str:
    """'HMRC (organisation D25)' -> 'HMRC': the name without a remark in round brackets at its end."""
    return IN_BRACKETS.sub("", name)


def choice(choices: Iterable[tuple[str, str]], printed: str) -> str:
    """The id of the choice that the printed word plainly is, or "".

    That is its id, its title, its title without the abbreviation in brackets at the end, or this abbreviation.
    """
    return forms(choices).get(plain(printed), "")


def forms(choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Every `plain` form under which `choice` knows a choice, with its id; the first that has a form keeps it."""
    found: dict[str, str] = {}
    for key, title in choices:
        bracket = IN_BRACKETS.search(title)
        for form in (key, title, without_brackets(title), bracket.group(1) if bracket else title):
            found.setdefault(plain(form), key)
    return found
