"""Reads the plain facts of a published agreement into a draft.

Every text of the file becomes an answer, word for word, or residue with the place it came from. What is null or
empty stays not stated. Nothing is corrected: what looks wrong is carried, and flagged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain import printed
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile
from protocolbuilder.intake import powers, sharing
from protocolbuilder.intake.draft import Draft, Match
from protocolbuilder.intake.ledger import Ledger
from protocolbuilder.law.library import Library

FIELDS: Final = (
    "title", "url", "jurisdiction", "kind", "tier", "parent", "partners", "purposes", "legal_gateways", "article6",
    "article9", "dpa_sch1", "part3", "confidentiality_basis", "consent_position", "data_subjects", "data_categories",
    "flows", "security", "retention", "rights_handling", "breach_handling", "review", "commencement", "signatories",
)
BESIDE: Final = ("case", "domain", "special_features", "inferred", "not_seen", "evidence")
"""Fields that say something about the agreement or about the reading of it, and that no question asks for."""

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("about", "title"), "url": ("about", "url"), "parent": ("about", "parent"),
    "confidentiality_basis": ("confidentiality", "position"), "consent_position": ("confidentiality", "consent"),
    "rights_handling": ("rights", "text"), "breach_handling": ("breaches", "text"), "review": ("review", "text"),
}
SLIPS: Final = re.compile(
    r"\b(?:errors?|mistak\w+|wrong(?:ly)?|misfil\w+|blank|copy-paste|corrected|contradict\w*|inconsisten\w+)\b",
    re.IGNORECASE,
)
BLANK: Final = re.compile(r"\bblank\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was made of a facts file. `placed` and `residue` count its texts, numbers and truth values; together they
    are all of them. `not_stated` names the fields that say nothing."""

    agreement: Agreement
    placed: int
    residue: int
    not_stated: tuple[str, ...]
    matches: tuple[Match, ...]


def is_facts(values: Any) -> bool:
    """Whether JSON values look like a facts file: an object with a title, several of its fields, and no schema."""
    if not isinstance(values, dict) or "schema" in values or "answers" in values:
        return False
    return "title" in values and len(set(values) & {*FIELDS, *BESIDE}) >= 5


def read(values: Mapping[str, Any], schema: Schema, library: Library) -> Facts:
    """The draft of one facts file. Raises BadFile when it has no title."""
    ledger = Ledger(values)
    if not ledger.text("title"):
        raise BadFile("The facts have no title. Give the agreement a “title”.")
    draft = Draft(schema, library)
    _about(ledger, draft)
    sharing.partners(ledger, draft)
    sharing.purposes(ledger, draft)
    powers.gateways(ledger, draft)
    powers.bases(ledger, draft)
    sharing.subjects(ledger, draft)
    sharing.items(ledger, draft)
    sharing.flows(ledger, draft)
    sharing.retention(ledger, draft)
    sharing.signatories(ledger, draft)
    _standards(ledger, draft)
    residue = _residue(ledger, draft)
    not_stated = tuple(field for field in FIELDS if not ledger.stated(field))
    return Facts(draft.end(), ledger.placed, residue, not_stated, tuple(draft.matches))


def _about(ledger: Ledger, draft: Draft) -> None:
    for question, field in (("kind", "kind"), ("tier", "tier")):
        value = ledger.value(field)
        words = str(value) if isinstance(value, int) and not isinstance(value, bool) else ledger.text(field)
        if words and draft.fits("about", question, words):
            draft.answer("about", question, draft.chosen("about", question, words))
            ledger.place(field)
            _report(draft, f"about.{question}", words, draft.choice("about", question, words))
    nation = ledger.text("jurisdiction")
    if nation and draft.fits("about", "nations", nation):
        found = _nation(draft, nation)
        draft.answer("about", "nations", [found or {"other": nation}])
        ledger.place("jurisdiction")
        _report(draft, "about.nations", nation, found)


def _nation(draft: Draft, words: str) -> str:
    return next((key for key, title in draft.question("about", "nations").choices if title == words), "")


def _report(draft: Draft, address: str, words: str, entry: str) -> None:
    if entry:
        draft.matched(address, words, entry)


def _standards(ledger: Ledger, draft: Draft) -> None:
    for field, (section, question) in TEXTS.items():
        text = ledger.text(field)
        if text and draft.fits(section, question, text):
            draft.answer(section, question, text)
            ledger.place(field)
    measures = [(path, text) for path, text in ledger.texts("security") if draft.fits("security", "measures", text)]
    if measures:
        draft.answer("security", "measures", [text for _, text in measures])
        for path, _ in measures:
            ledger.place(*path)
    next_review = printed.next_day(ledger.text("review"))
    if next_review:
        draft.answer("review", "next", next_review)
        draft.matched("review.next", ledger.text("review"), next_review)
    if BLANK.search(ledger.text("review")):
        draft.flag("review.next", ledger.text("review"))
    _start(ledger, draft)


def _start(ledger: Ledger, draft: Draft) -> None:
    """A date when the text is one or starts with one (the whole text is then kept beside it), else an event.

    A date that is said to be blank is not stated: the text is kept and flagged.
    """
    text = ledger.text("commencement")
    whole, leading = printed.day(text), printed.leading_day(text)
    if not text or not draft.fits("term", "start", text):
        return
    if BLANK.search(text):
        draft.flag("term.start", text)
    elif leading:
        draft.answer("term", "start", leading)
        draft.matched("term.start", text, leading)
    else:
        draft.answer("term", "start", {"event": text})
    if (BLANK.search(text) or leading) and not whole:
        draft.answer("term", "text", text)
    ledger.place("commencement")


def _residue(ledger: Ledger, draft: Draft) -> int:
    """Keep what stands nowhere else, in order; a text longer than a question holds goes on in the next entry."""
    longest = draft.schema.load("kinds.json")["$defs"]["prose"]["maxLength"]
    left = ledger.left()
    for place, text in left:
        for start in range(0, len(text), longest):
            part = text[start:start + longest]
            named = " ".join(place.split())[:2000].strip()
            item = draft.add("residue", {"text": part, **({"from": named} if named else {})})
            if place == "special_features" and SLIPS.search(part):
                draft.flag(f"residue.{item}.text", part)
    return len(left)
