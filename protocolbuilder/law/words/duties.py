"""Words that leave a duty open: ambiguous modals (R95), unmeasured time (R97), must and may for one act (R96)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from protocolbuilder.law.words.found import Found, Reading, lowered

MODAL: Final = re.compile(
    r"\b(?:(?P<should>should)|(?P<try>(?:will|shall|must|to)?\s*(?:endeavou?rs?|seek to ensure|strive to|aim to)"
    r"|(?:use )?(?:best|reasonable) endeavours|is expected to|are expected to|(?:is|are) encouraged to)"
    r"|(?P<loose>(?:where|wherever|when|if)(?: and when| and where)? (?:appropriate|possible|practicable|required)"
    r"|as (?:and when )?(?:appropriate|required|necessary|needed))(?! by\b| under\b| in law\b| for\b| to\b))\b",
    re.IGNORECASE,
)
CONDITIONAL: Final = re.compile(r"^\s*(?:\W\s*)?$")
INDIRECT: Final = re.compile(r"\b(?:whether|what|who|whom|which|how|why|when|where|reasons?|if)\b[^.;:]*$")
QUOTED: Final = re.compile(r"[“\"][^”\"]*$")

VAGUE: Final = re.compile(
    r"\b(?:in a timely (?:manner|fashion|way)|timely|promptly"
    r"|as soon as (?:is )?(?:reasonably )?(?:possible|practicable|practical)"
    r"|at the earliest (?:opportunity|convenience)|regularly|periodically|on a regular basis"
    r"|without (?:undue|unreasonable) delay"
    r"|without delay|in due course|from time to time|within a reasonable (?:time|period)|a reasonable time"
    r"|swiftly|speedily|frequently)\b",
    re.IGNORECASE,
)
NUMBERS: Final = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|24|48|72)"
SPAN: Final = rf"{NUMBERS}[ -]*(?:working |calendar |school )?(?:minute|hour|day|week|month|year)s?\b"
MEASURED: Final = re.compile(
    rf"\b{SPAN}|\bsame (?:working )?day\b"
    r"|\bnext (?:working |school )?day\b|\bimmediately\b|\bat once\b|\bstraight ?away\b"
    r"|\b(?:each|every|once a|twice a|per) (?:working |school |calendar )?"
    r"(?:day|week|month|quarter|term|year|meeting|shift|\d)"
    r"|\b(?:daily|weekly|fortnightly|monthly|quarterly|termly|yearly|annually|annual)\b",
    re.IGNORECASE,
)

MUST: Final = (
    r"must not|must|shall not|shall|(?:is|are) (?:required|obliged) to|ha(?:s|ve) a (?:legal |statutory )?duty to"
)
MAY: Final = r"may not|may|can choose (?:whether )?to|(?:is|are) (?:permitted|free) to|ha(?:s|ve) discretion to"
STRENGTH: Final = re.compile(rf"\b(?:(?P<must>{MUST})|(?P<may>{MAY}))\b", re.IGNORECASE)
BOTH: Final = re.compile(
    r"\b(?:must|shall)\s*(?:/|\(or )\s*may\b|\bmay\s*(?:/|\(or )\s*(?:must|shall)\b", re.IGNORECASE
)
CONDITION: Final = re.compile(
    r"\b(?:if|when|whenever|where|unless|until|only|once|except|provided|after|before|while|as long as)\b"
)
TIMED: Final = re.compile(rf"\b(?:within|in|by|every|after) {SPAN}")
CLAUSES: Final = re.compile(r"[;:]\s+|,? (?:and|but) (?=(?:[\w'-]+ ){1,4}?(?:must|may|shall)\b)")
CONTENT: Final = re.compile(r"[\w'-]+")
EMPTY: Final = frozenset(
    {
        "a",
        "an",
        "the",
        "any",
        "each",
        "every",
        "all",
        "its",
        "their",
        "his",
        "her",
        "it",
        "this",
        "that",
        "these",
        "those",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "by",
        "from",
        "at",
        "and",
        "or",
        "as",
        "be",
        "been",
        "is",
        "are",
        "was",
        "were",
        "also",
        "then",
        "always",
        "never",
        "not",
        "no",
        "ever",
        "first",
    }
)


def ambiguous(reading: Reading) -> Iterator[Found]:
    """R95, in a clause: a modal that leaves open whether, or who. Questions, conditions and quotations are none."""
    for hit in MODAL.finditer(reading.text):
        before = reading.before(hit.start())
        if hit["should"] and (
            CONDITIONAL.match(before) or INDIRECT.search(before) or reading.sentence(hit.start()).text.endswith("?")
        ):
            continue
        if QUOTED.search(before):
            continue
        why = "It is not clear whether this is a duty." if not hit["loose"] else "Nobody can tell when this applies."
        better = (
            "Write “must”, “may” or “will”, and name who acts."
            if not hit["loose"]
            else "Say when: name the case, and who decides."
        )
        yield Found("R95", hit.start(), hit.end(), hit[0].strip(), why, better)


def unmeasured(reading: Reading) -> Iterator[Found]:
    """R97, in a clause: a time that each partner reads in its own way, in a sentence that gives no measure."""
    for hit in VAGUE.finditer(reading.text):
        if not MEASURED.search(reading.sentence(hit.start()).text):
            yield Found(
                "R97",
                hit.start(),
                hit.end(),
                hit[0],
                "Partners read this in different ways.",
                "Give hours, days or a date. Keep “immediately” for risk to life.",
            )


@dataclass(frozen=True, slots=True)
class Duty:
    """What someone must or may do. Two duties with one `act` are the same obligation: who, what, on what condition."""

    strength: str  # "must", "must-not", "may" or "may-not"
    act: tuple[frozenset[str], ...]
    start: int
    end: int
    words: str


def duties(reading: Reading) -> Iterator[Duty]:
    """The duties and permissions a text states, clause by clause."""
    for sentence in reading.sentences:
        for start, clause in _clauses(sentence.text):
            hit = STRENGTH.search(clause)
            if not hit or not clause[: hit.start()].strip():
                continue
            act = _act(lowered(clause[: hit.start()]), lowered(clause[hit.end() :]))
            if len(act[1]) > 1:
                place = sentence.start + start + hit.start()
                yield Duty(_strength(hit), act, place, place + len(hit[0]), hit[0])


def conflict(strengths: Iterable[str]) -> bool:
    """Whether one act cannot have all these strengths: a must beside a may, a may beside a must not."""
    kinds = set(strengths)
    return "may" in kinds and bool(kinds & {"must", "must-not"})


def conflicting(duty: Duty) -> Found:
    """R96 at one of the places where the act is stated."""
    why = "This act is a “must” in one place and a “may” in another."
    return Found("R96", duty.start, duty.end, duty.words, why, "Decide which it is, and write the same in both places.")


def undecided(reading: Reading) -> Iterator[Found]:
    """R96 inside one sentence: `may/must`."""
    for hit in BOTH.finditer(reading.text):
        why = "Must and may stand for one act: nobody can tell whether it is a duty."
        yield Found("R96", hit.start(), hit.end(), hit[0], why, "Decide, and write “must” or “may”.")


def _clauses(sentence: str) -> Iterator[tuple[int, str]]:
    start = 0
    for hit in CLAUSES.finditer(sentence):
        yield start, sentence[start : hit.start()]
        start = hit.end()
    yield start, sentence[start:]


def _strength(hit: re.Match[str]) -> str:
    if hit["may"]:
        return "may-not" if hit["may"].casefold().endswith("not") else "may"
    return "must-not" if hit["must"].casefold().endswith("not") else "must"


def _act(subject: str, predicate: str) -> tuple[frozenset[str], ...]:
    condition = CONDITION.search(predicate)
    what = predicate[: condition.start()] if condition else predicate
    when = predicate[condition.start() :] if condition else ""
    who = CONDITION.search(subject)
    if who and "," in subject:
        when += " " + subject[: subject.rindex(",")]
        subject = subject[subject.rindex(",") + 1 :]
    return tuple(_content(part) for part in (subject, TIMED.sub(" ", what), TIMED.sub(" ", when)))


def _content(words: str) -> frozenset[str]:
    return frozenset(
        word.removesuffix("'s").removesuffix("s")
        for word in CONTENT.findall(words)
        if word not in EMPTY and not word.endswith("ly")
    )
