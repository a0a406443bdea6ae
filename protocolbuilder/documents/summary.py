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
from protocolbuilder.domain.marks import ORDER, Power
from protocolbuilder.domain.matrix import flow_powers, ids, rows_of
from protocolbuilder.law.case import Case
from protocolbuilder.law.library import NOT_VERIFIED
from protocolbuilder.law.parts import Flow

Powers = Mapping[str, tuple[Power, ...]]

TEMPLATE: Final = "summary-1"
MOST: Final = 4  # purposes that a full page has room for
BETWEEN: Final = 54, 96  # characters that a row of a full page has for names, and for sectors in their place
ONE_WAY: Final = 26, 64
ROOMS: Final = (20.0, 8.0, 5.0, 3.0, 2.0, 1.5, 1.25, 1.0)
FEW: Final = 3  # partners that are always named
SCREEN: Final = ROOMS[0]
PAGE: Final = 35.5  # lines of both tables that a page holds beside what always stands there
ACROSS: Final = (13, 20, 18, 16)  # characters of a line in each column of a reason
FACT: Final = 60
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
    """The page as a Word file: as much of every list as one page holds."""
    found = one_page(source)
    said = {"facts": found.facts, "reasons": found.reasons, "more": Words(found.more)}
    return printed(source, TEMPLATE, said, called="summary")


def one_page(source: Source) -> Summary:
    """What that file says."""
    fits = (one for one in (summary(source, room=room) for room in ROOMS[:-1]) if lines(one) <= PAGE)
    return next(fits, None) or summary(source)


def summary(source: Source, *, room: float = 1.0) -> Summary:
    """What the page says. `room`: how many times more a list may say than on a full page of paper."""
    case = Case(source.schema, source.agreement, source.library, on=source.on)
    found = _by_purpose(case)
    most = round(MOST * room)
    powers = flow_powers(source.agreement, source.library.vocabularies["gateways"])
    reasons = tuple(_reason(source, purpose, flows, room=room, powers=powers) for purpose, flows in found[:most])
    rest = [source.names.item(purpose) for purpose, _ in found[most:]]
    more = f"Also: {enough(rest, round(90 * room))}." if rest else ""
    facts = (Fact(label, Words(enough(said, round(limit * room)))) for label, said, limit in _facts(source, case))
    return Summary(tuple(facts), reasons, more)


def lines(found: Summary) -> float:
    """How many lines the two tables take on paper, about; a rule between two rows counts as a third of one."""
    rows = [max(1, -(-len(fact.words) // FACT)) for fact in found.facts]
    for one in found.reasons:
        cells = zip((one.why, one.who, one.what, one.law), ACROSS, strict=True)
        rows.append(max(sum(max(1, -(-len(line) // wide)) for line in cell.split("\n")) for cell, wide in cells))
    return sum(rows) + len(rows) / 3 + -(-len(found.more) // 80)


def _facts(source: Source, case: Case) -> Iterator[tuple[str, list[str], int]]:
    """Each label with what the agreement lists there, and the characters that a full page has for it."""
    names, answers = source.names, source.agreement.answers
    parties = rows_of(source.agreement, "parties")
    called = f"{len(parties)} partners" if len(parties) > 1 else "Partner"
    yield called, _listed(source, "parties", (names.item(row["id"]) for row in parties)), 130
    yield "Who it is about", _listed(source, "subjects", (names.item(row["id"]) for row in case.rows("subjects"))), 90
    yield "What we share", _listed(source, "items", _kinds(source, case.flows)), 120
    yield "How long we keep it", _listed(source, "retention", _periods(source)), 110
    begins = [_answer(source, "term", "start"), _answer(source, "review", "next")]
    dated = zip(("From", "Next review"), begins, strict=True)
    yield "From when", [f"{word} {said}" for word, said in dated if said], 120
    host = answers.get("about", {}).get("host")
    asked = [row for row in case.rows("contacts") if row.get("of") == host and row.get("function") in ("spoc", "dpo")]
    people = [", ".join(filter(None, (row.get("post"), row.get("telephone"), row.get("email")))) for row in asked]
    yield "Who keeps it, who to ask", [source.host, *people], 120


def _listed(source: Source, section: str, entries: Iterable[str]) -> list[str]:
    """A list of the agreement; where it is empty, why it does not apply."""
    found = list(entries)
    reason = reason_not_applying(source.agreement, section)
    return found or ([f"Does not apply, because {reason}"] if reason else [])


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


def _reason(source: Source, purpose: str, flows: list[Flow], *, room: float, powers: Powers) -> Reason:
    names = source.names
    of = sectors(source.agreement, source.library)
    sent, received = (
        [(names.item(end.id), of.get(end.id, "")) for ends in sides for end in ends]
        for sides in ([flow.senders for flow in flows], [flow.recipients for flow in flows])
    )
    every = {names.item(row["id"]) for row in rows_of(source.agreement, "parties")}
    if set(sent) == set(received) and len(every) > FEW and {name for name, _ in sent} == every:
        who = f"Between all {len(every)} partners"
    elif set(sent) == set(received):
        who = f"Between {_bodies(sent, BETWEEN, room=room)}"
    else:
        who = f"From: {_bodies(sent, ONE_WAY, room=room)}\nTo: {_bodies(received, ONE_WAY, room=room)}"
    return Reason(
        Words(enough([names.item(purpose)] if purpose else [], round(60 * room))), Words(who),
        Words(enough(_kinds(source, flows), round(46 * room))), Words(_law(flows, powers)),
    )  # fmt: skip


def _bodies(ends: Sequence[tuple[str, str]], limits: tuple[int, int], *, room: float) -> str:
    """All by name, else all by sector, else as many names as fit, and one in any case. `limits`: characters that a full
    page has for names, and for sectors."""
    named, kinds = (list(dict.fromkeys(each)) for each in ([one for one, _ in ends], [kind for _, kind in ends]))
    names, sector = (round(limit * room) for limit in limits)
    whole = "; ".join(_lower(one) for one in kinds)
    if len("; ".join(named)) > names and all(kinds) and len(kinds) > 1 and len(whole) <= sector:
        return whole
    return enough(named, max(names, len(named[0]) if named else 0))


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _law(flows: list[Flow], powers: Powers) -> str:
    """The marks of all powers of the flows, duties first: `Must; May (some not verified)`; "" for none."""
    found = [power for flow in flows for power in powers.get(flow.id, ())]
    words = dict.fromkeys(power.words for power in sorted(found, key=lambda one: ORDER.index(one.mark)))
    checked = {power.verified for power in found}
    doubt = {frozenset({True, False}): f" (some {NOT_VERIFIED})", frozenset({False}): f" ({NOT_VERIFIED})"}
    return enough(words, 60) + doubt.get(frozenset(checked), "") if words else ""
