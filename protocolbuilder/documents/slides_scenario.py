"""One worked scenario, made of a real flow: an invented situation in general words, without a person or a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from protocolbuilder.documents.brief import enough
from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.guides_plain import Plain, listed, sentence
from protocolbuilder.documents.picture_sharing import OTHER, by_strength
from protocolbuilder.documents.slides import Slide
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.marks import MAY, MUST
from protocolbuilder.domain.matrix import ids, references, rows_of

ROOM: Final = 160
AT_ONCE: Final = "PT0H"
ANSWERS: Final[Mapping[str, str]] = {
    MUST: "Yes. {who} must: the law makes it a duty.",
    MAY: "Yes. {who} may: the law allows it, and the worker decides.",
    OTHER: "Ask first: the agreement states no duty or power that fits {who}.",
}
TOLD: Final[Mapping[str, str]] = {
    "asked": "Ask the person first.",
    "told": "Tell the person. They are not asked.",
    "not-asked": "The person is not asked.",
    "not-safe": "Do not ask the person: it would not be safe.",
}


def scenario(source: Source) -> Iterator[Slide]:
    """The situation with its questions, then the answers; nothing where the agreement has no flow."""
    flow = chosen(source)
    if flow is None:
        return
    plain = Plain(source)
    label = references(source.agreement)[flow["id"]]
    sender, why = ids(flow, "from")[:1], plain.why(flow)
    who = source.names.item(sender[0]) if sender else "a partner"
    what = enough([source.names.item(one) for one in ids(flow, "items")], ROOM)
    notes = (
        f"An invented situation, made from flow {label} of the agreement. It has no names and no places: add none. "
        f"Give pairs three minutes, then take answers. Ask what would change the answer. {_culture(source)}"
    )
    points = (
        f"You work for {who}. Something happens that makes you want to {why[0]}.",
        f"You know: {what}.",
        "May you share it? With whom? How fast?",
        "What do you leave out? What do you write down?",
    )
    yield Slide("A situation to work through", notes, points=points)
    answers = f"The answers come from flow {label}. Its necessity, as agreed: {_answer(source, flow, 'necessity')}"
    yield Slide("What the agreement says", answers, points=tuple(_answers(source, flow, sender)))


def chosen(source: Source) -> Mapping[str, Any] | None:
    """The flow that teaches most: shared at once before later, a duty before a power, the earlier one."""
    flows = [one for one in rows_of(source.agreement, "flows") if ids(one, "from") and ids(one, "to")]
    if not flows:
        return None

    def weight(flow: Mapping[str, Any]) -> tuple[bool, bool]:
        return flow.get("respond_within") != AT_ONCE, MUST not in by_strength(source.agreement, source.library, flow)

    return min(flows, key=weight)


def _answers(source: Source, flow: Mapping[str, Any], sender: tuple[str, ...]) -> Iterator[str]:
    strengths = by_strength(source.agreement, source.library, flow)
    strength = next((key for key, senders in strengths.items() if set(sender) & set(senders)), OTHER)
    yield ANSWERS[strength].format(who=source.names.item(sender[0]))
    if law := [source.names.item(one) for one in ids(flow, "gateways")]:
        yield f"By: {enough(law, ROOM)}."
    to = enough([source.names.item(one) for one in ids(flow, "to")], ROOM)
    fast = _answer(source, flow, "respond_within") or "not stated"
    how = listed([_plain(source, one) for one in flow.get("methods") or ()]) or "not stated"
    yield f"To: {to}. How fast: {_lower(fast)}. How: {how}."
    told = flow.get("agreement_of_person")
    if isinstance(told, str) and told in TOLD:
        yield TOLD[told]
    if needed := [source.names.item(one) for one in ids(flow, "optional_items")]:
        yield f"Only if needed: {enough(needed, ROOM)}."
    if never := [source.names.item(one) for one in ids(flow, "withheld_items")]:
        yield f"Never in this flow: {enough(never, ROOM)}."
    if conditions := _answer(source, flow, "conditions"):
        yield sentence(conditions)


def _culture(source: Source) -> str:
    """What the agreement says on culture, faith and language, or that it says nothing, which a room can mend."""
    found = source.agreement.answers.get("confidentiality")
    stated = found.get("culture") if isinstance(found, Mapping) else None
    if isinstance(stated, str) and stated:
        return f"Culture, faith and language, as agreed: {stated}"
    return "The agreement says nothing on culture, faith and language: ask the room what they would take care of."


def _plain(source: Source, method: Any) -> str:
    entry = source.library.entry("transfer_methods", method) if isinstance(method, str) else None
    if entry:
        return str(entry["plain"])
    return str(method.get("other", "")) if isinstance(method, Mapping) else str(method)


def _answer(source: Source, flow: Mapping[str, Any], key: str) -> str:
    question = source.schema.sections["flows"].questions[key]
    return "; ".join(in_words(question, flow[key], source.names)) if key in flow else ""


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
