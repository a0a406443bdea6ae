"""R98: sentences that are hard to read, and the reading age of what the public reads."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.words.found import Found, Reading

MOST_WORDS: Final = 30
READING_AGE: Final = 12
AGE_AT_GRADE_0: Final = 5
FEWEST_WORDS_TO_GRADE: Final = 30
WORD: Final = re.compile(r"[^\W_][\w'’.&/-]*")
LIST_ENTRY: Final = re.compile(r";\s+")
TOKEN: Final = re.compile(r"[\w'’-]+|[^\w\s]")
PASSIVE: Final = re.compile(
    r"\b(?:must|shall|is to|are to)\s+(?:not\s+|also\s+|then\s+|only\s+|always\s+|never\s+)?be\s+(?:\w+ly\s+)?"
    r"(?P<done>\w{2,}ed|made|given|sent|kept|held|told|shown|taken|put|done|seen|written|sought|drawn|set|met|read|chosen|found)\b",
    re.IGNORECASE,
)
STATES: Final = frozenset(
    {"need", "required", "allowed", "permitted", "entitled", "expected", "involved", "based", "concerned", "related"}
)
ACTOR: Final = re.compile(r"\bby (?!\d|post\b|phone|tele|e-?mail|hand\b|law\b|then\b|when\b|using\b)")
SUBORDINATE: Final = re.compile(r"\b(?:what|which|who|whom|whether|when|how|why|where|if|that|until|unless)\b[^;:]*$")
DOUBLE: Final = re.compile(
    r"\b(?:not|never|cannot)\s+(?:\w+ly\s+)?(?:un(?:reasonabl|usual|likely|common|necessar|lawful|fair|willing|able|aware)\w*"
    r"|in(?:appropriate|admissible|frequent|significant|consistent)\w*|fail(?:s|ed)? to|without)\b"
    r"|\b(?:not|never)\b[^.;:]{0,80}\bunless\b[^.;:,]{0,60}\b(?:not|never|no)\b",
    re.IGNORECASE,
)


def hard(reading: Reading) -> Iterator[Found]:
    """Sentences over 30 words (each entry of a list with semicolons counts by itself), a duty in the passive that
    names no actor, and double negatives."""
    for sentence in reading.sentences:
        for start, part in _entries(sentence.text):
            length = len(WORD.findall(part))
            if length > MOST_WORDS:
                place = sentence.start + start
                yield Found(
                    "R98",
                    place,
                    place + len(part),
                    _opening(part),
                    f"This sentence has {length} words.",
                    f"Split it: no more than {MOST_WORDS} words a sentence.",
                )
    for hit in DOUBLE.finditer(reading.text):
        yield Found(
            "R98", hit.start(), hit.end(), hit[0], "Two negatives are hard to follow.", "Say it the positive way."
        )
    if reading.manner == "clause":
        yield from _passive(reading)


def _passive(reading: Reading) -> Iterator[Found]:
    for hit in PASSIVE.finditer(reading.text):
        rest = reading.after(hit.end()).partition(";")[0]
        named = ACTOR.search(rest) or SUBORDINATE.search(reading.before(hit.start()))
        if hit["done"].casefold() not in STATES and not named:
            yield Found(
                "R98",
                hit.start(),
                hit.end(),
                hit[0],
                "This does not say who does it.",
                "Name who acts, for example: “the sender must…”.",
            )


def _entries(sentence: str) -> Iterator[tuple[int, str]]:
    start = 0
    for hit in LIST_ENTRY.finditer(sentence):
        yield start, sentence[start : hit.start()]
        start = hit.end()
    yield start, sentence[start:]


def _opening(sentence: str) -> str:
    words = sentence.split()
    return sentence if len(words) <= 8 else " ".join(words[:8]) + "…"


def reading_age(reading: Reading) -> int:
    """The age in years at which a pupil reads this: Flesch-Kincaid grade plus five, and no less than five. 0 for fewer
    than 30 words."""
    if len(WORD.findall(reading.text)) < FEWEST_WORDS_TO_GRADE:
        return 0
    lines = "\n".join(" ".join(TOKEN.findall(sentence.text)) for sentence in reading.sentences)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its word lists hold escapes that Python warns of when it first compiles them
        from readability import getmeasures  # takes 30 ms to import, and few texts are graded
    grade: float = getmeasures(lines, lang="en")["readability grades"]["Kincaid"]
    return max(round(grade), 0) + AGE_AT_GRADE_0


def too_hard_for_the_public(reading: Reading) -> Iterator[Found]:
    """R98: public text above reading age 12 (UK GDPR Art 12(1): concise, easily understood)."""
    age = reading_age(reading)
    if age > READING_AGE:
        yield Found(
            "R98",
            0,
            len(reading.text),
            _opening(reading.text),
            f"The public text has a reading age of {age}.",
            f"Use shorter sentences and shorter words, to a reading age of {READING_AGE} or less.",
        )
