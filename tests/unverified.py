"""Where a text shows law that nobody has checked and does not say so: what every output is held to.

An output may be a page, a document, a spreadsheet or JSON. Beside each citation of an entry whose record was not
checked, or whose commencement was not confirmed, it must say that, close enough to be read together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement, get, put
from protocolbuilder.law.library import GROUPS, Library
from tests.law.filled import filled

NEAR: Final = 260
"""Characters between a citation and what must be said of it: the title of a provision and a few words."""
SAYS: Final = re.compile(r"not (?:yet )?verified|not checked|no one has yet checked|nobody has checked", re.IGNORECASE)
NOT_IN_FORCE: Final = re.compile(
    r"not (?:known to be|confirmed) in force|commencement not confirmed|commencement of [^.]* is not confirmed|"
    r"nobody has (?:confirmed|recorded)", re.IGNORECASE,
)
DUTY: Final = "ca-2004-s16la"
"""Enacted, and its commencement not confirmed."""
NOT_CHECKED: Final = "ca-1989-s47-9"
"""In force, and its record not checked against the source."""
RESTRICTION: Final = "aca-2002-s57"
"""A restriction of adoption information whose record was not checked."""


@cache
def resting_on_doubts() -> Agreement:
    """The MASH pattern with local facts, the duty of s.16LA on its first flow, and adoption information in it.

    Its exceptions cite law in words of its own, which are no record of the library: they are left out.
    """
    agreement = put(filled("mash"), "exceptions", [])
    first = agreement.answers["flows"][0]
    power = {"id": "g-duty", "provision": DUTY, "stated_as": "must", "explanation": "Partners tell each other."}
    item = {"id": "i-adoption", "name": "Adoption history", "category": "adoption-information"}
    agreement = put(put(agreement, "gateways.g-duty", power), "items.i-adoption", item)
    for question, added in (("gateways", "g-duty"), ("items", "i-adoption")):
        address = f"flows.{first['id']}.{question}"
        agreement = put(agreement, address, [*get(agreement, address), added])
    return agreement


def unmarked(text: str, library: Library) -> list[str]:
    """Each place, with the words around it, that cites law in doubt and does not say so."""
    text = " ".join(text.split())
    return list(_unmarked(text, library))


def _unmarked(text: str, library: Library) -> Iterator[str]:
    for citation, wanted in _doubtful(library).items():
        for hit in re.finditer(rf"(?<!\w){re.escape(citation)}(?![\w(])", text):
            around = text[max(0, hit.start() - NEAR // 2) : hit.end() + NEAR]
            if not all(pattern.search(around) for pattern in wanted):
                yield f"{citation}: …{text[max(0, hit.start() - 80) : hit.end() + 120]}…"


@cache
def _doubtful(library: Library) -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """Citation -> what must be said beside it."""
    found: dict[str, Any] = {}
    for vocabulary in ("gateways", *GROUPS):
        for entry in library.vocabularies[vocabulary].values():
            wanted = [SAYS] * (not entry["verified"]) + [NOT_IN_FORCE] * (entry["status"] == "unverified")
            if wanted and re.search(r"\d", entry["citation"]):
                found[entry["citation"]] = tuple(wanted)
    return found
