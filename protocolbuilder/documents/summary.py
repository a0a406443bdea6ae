"""One page for people who decide or sign: what is shared, with whom, why and how long. On paper and on a phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.documents.brief import enough
from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.picture_sharing import sectors
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import reason_not_applying
from protocolbuilder.domain.marks import ORDER
from protocolbuilder.domain.matrix import flow_powers, ids, rows_of
from protocolbuilder.law.case import Case
from protocolbuilder.law.library import NOT_VERIFIED
from protocolbuilder.law.parts import Flow

TEMPLATE: Final = "summary-1"
MOST: Final = 4  # purposes that a page has room for
BETWEEN: Final = 54, 96  # characters that a row has for names, and for sectors in their place
ONE_WAY: Final = 26, 64
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    "facts": rows("label", "words"),
    "reasons": rows("why", "who", "what", "law"),
    "more": TEXT,
}
"""Every name that `summary-1.docx` may say."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what the agreement says there, short."""

    label: str
    words: Words


@dataclass(frozen=True, slots=True)
class Reason:
    """One purpose: why, who shares with whom, what kinds of information, and whether the law says must or may."""

    why: Words
    who: Words
    what: Words
    law: Words


@dataclass(frozen=True, slots=True)
class Summary:
    """`more` names the purposes there was no row for, or is ""."""

    facts: tuple[Fact, ...]
    reasons: tuple[Reason, ...]
    more: str


def render(source: Source) -> bytes:
    """The page as a Word file."""
    found = summary(source)
    said = {"facts": found.facts, "reasons": found.reasons, "more": Words(found.more)}
    return printed(source, TEMPLATE, said, called="summary")


def summary(source: Source) -> Summary:
    """What the page says."""
    case = Case(source.schema, source.agreement, source.library, on=source.on)
    found = _by_purpose(case)
    reasons = tuple(_reason(source, purpose, flows) for purpose, flows in found[:MOST])
    rest = [source.names.item(purpose) for purpose, _ in found[MOST:]]
    more = f"Also: {enough(rest, 90)}." if rest else ""
    return Summary(tuple(_facts(source, case)), reasons, more)


def _facts(source: Source, case: Case) -> Iterator[Fact]:
    names, answers = source.names, source.agreement.answers
    parties = rows_of(source.agreement, "parties")
    called = f"{len(parties)} partners" if len(parties) > 1 else "Partner"
    yield _fact(source, called, "parties", (names.item(row["id"]) for row in parties), limit=130)
    about = (names.item(row["id"]) for row in case.rows("subjects"))
    yield _fact(source, "About whom", "subjects", about, limit=90)
    yield _fact(source, "What we share", "items", _kinds(source, case.flows), limit=120)
    yield _fact(source, "How long we keep it", "retention", _periods(source), limit=110)
    begins = [_answer(source, "term", "start"), _answer(source, "review", "next")]
    parts = [f"{word} {said}" for word, said in zip(("From", "Next review"), begins, strict=True) if said]
    yield Fact("From when", Words(enough(parts, 120)))
    host = answers.get("about", {}).get("host")
    asked = [row for row in case.rows("contacts") if row.get("of") == host and row.get("function") in ("spoc", "dpo")]
    people = [", ".join(filter(None, (row.get("post"), row.get("telephone"), row.get("email")))) for row in asked]
    yield Fact("Who keeps it, whom to ask", Words(enough([source.host, *people], 120)))


def _fact(source: Source, label: str, section: str, entries: Iterable[str], *, limit: int) -> Fact:
    """A list of the agreement; where it is empty, why it does not apply."""
    found = list(entries)
    reason = reason_not_applying(source.agreement, section)
    if not found and reason:
        return Fact(label, Words(enough([f"Does not apply, because {reason}"], limit)))
    return Fact(label, Words(enough(found, limit)))


def _answer(source: Source, section: str, question: str) -> str:
    found = source.agreement.answers.get(section, {})
    if question not in found:
        return ""
    return "; ".join(in_words(source.schema.sections[section].questions[question], found[question], source.names))


def _periods(source: Source) -> list[str]:
    """`12 months from: Date of the decision`, for each rule."""
    questions = source.schema.sections["retention"].questions
    found = []
    for row in rows_of(source.agreement, "retention"):
        period = "; ".join(in_words(questions["period"], row["period"], source.names)) if "period" in row else ""
        trigger = row.get("trigger")
        found.append(f"{period}, counted from: {trigger}" if period and isinstance(trigger, str) else period)
    return found


def _kinds(source: Source, flows: Iterable[Flow]) -> list[str]:
    """The kinds of data that the flows carry, those of most flows first."""
    count = Counter(label for flow in flows for label in dict.fromkeys(_kind(source, item) for item in flow.items))
    return [label for label, _ in count.most_common()]


def _kind(source: Source, item: Mapping[str, Any]) -> str:
    category = item.get("category")
    if category is None:
        return source.names.item(item["id"])
    return "; ".join(in_words(source.schema.sections["items"].questions["category"], category, source.names))


def _by_purpose(case: Case) -> list[tuple[str, list[Flow]]]:
    """Each purpose with its flows, in the order of the agreement; flows that say none come last, under ""."""
    found: dict[str, list[Flow]] = {row["id"]: [] for row in case.rows("purposes")}
    for flow in case.flows:
        for purpose in ids(flow.row, "purposes") or ("",):
            found.setdefault(purpose, []).append(flow)
    return [(purpose, flows) for purpose, flows in found.items() if flows]


def _reason(source: Source, purpose: str, flows: list[Flow]) -> Reason:
    names = source.names
    of = sectors(source.agreement, source.library)
    sent, received = (
        [(names.item(end.id), of.get(end.id, "")) for ends in sides for end in ends]
        for sides in ([flow.senders for flow in flows], [flow.recipients for flow in flows])
    )
    if set(sent) == set(received):
        who = f"Between {_bodies(sent, BETWEEN)}"
    else:
        who = f"From: {_bodies(sent, ONE_WAY)}\nTo: {_bodies(received, ONE_WAY)}"
    return Reason(
        Words(enough([names.item(purpose)] if purpose else [], 60)), Words(who),
        Words(enough(_kinds(source, flows), 46)), Words(_law(source, flows)),
    )  # fmt: skip


def _bodies(ends: Sequence[tuple[str, str]], room: tuple[int, int]) -> str:
    """All by name, else all by sector, else as many names as fit. `room`: characters for names and for sectors."""
    named, kinds = (list(dict.fromkeys(each)) for each in ([one for one, _ in ends], [kind for _, kind in ends]))
    whole = "; ".join(_lower(one) for one in kinds)
    if len("; ".join(named)) > room[0] and all(kinds) and len(kinds) > 1 and len(whole) <= room[1]:
        return whole
    return enough(named, room[0])


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _law(source: Source, flows: list[Flow]) -> str:
    """The marks of all powers of the flows, duties first: `Must, May (some not verified)`; "" for none."""
    powers = flow_powers(source.agreement, source.library.vocabularies["gateways"])
    found = [power for flow in flows for power in powers.get(flow.id, ())]
    words = dict.fromkeys(power.words for power in sorted(found, key=lambda one: ORDER.index(one.mark)))
    checked = {power.verified for power in found}
    doubt = {frozenset({True, False}): f" (some {NOT_VERIFIED})", frozenset({False}): f" ({NOT_VERIFIED})"}
    return enough(words, 60, between=", ") + doubt.get(frozenset(checked), "") if words else ""
