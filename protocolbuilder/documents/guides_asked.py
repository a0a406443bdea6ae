"""Whether people are asked before something is shared about them, and on what that depends, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from protocolbuilder.documents.guides_plain import Plain, Row, listed, once

ASKED: Final[Mapping[str, str]] = {
    "asked": "You are asked first.",
    "told": "You are told, but not asked.",
    "not-asked": "You are not asked.",
    "not-safe": "You are not asked, as it would not be safe to ask.",
}
UNSAID: Final = "The agreement does not say if you are asked."
ANY: Final = "any of them"
ALL: Final = "all who may be told"
EACH_OTHER: Final = "each other"
MANY: Final = 3  # bodies that are named however often


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer in words, and the flows that it is given for."""

    answer: str
    flows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One answer as a sentence, and each way that it is given for: who tells whom."""

    answer: str
    ways: tuple[str, ...]


def asked(flows: Iterable[Row]) -> tuple[Asked, ...]:
    """Every answer that the flows give, each once, those that are asked first."""
    found: dict[str, list[Row]] = {}
    for flow in flows:
        stated = flow.get("agreement_of_person")
        if isinstance(stated, Mapping):
            said = str(stated.get("other", UNSAID))
        else:
            said = ASKED.get(stated, UNSAID) if isinstance(stated, str) else UNSAID
        found.setdefault(said, []).append(flow)
    order = [*ASKED.values(), UNSAID]
    ranked = sorted(found, key=lambda one: order.index(one) if one in order else len(order))
    return tuple(Asked(one, tuple(found[one])) for one in ranked)


def by_purpose(plain: Plain, said: Iterable[Asked]) -> tuple[str, ...]:
    """Each answer with what is shared for it: always for some purposes, and for others only at times."""
    every = [(one, once(why for flow in one.flows for why in plain.why(flow))) for one in said]
    made = []
    for one, reasons in every:
        elsewhere = {why for other, theirs in every if other is not one for why in theirs}
        always = [why for why in reasons if why not in elsewhere]
        at_times = [why for why in reasons if why in elsewhere]
        when = f"This is when they share to {listed(always, 'or')}." if always else ""
        also = "It can also be" if always else "This can be"
        more = f"{also} when they share to {listed(at_times, 'or')}." if at_times else ""
        made.append(" ".join(filter(None, (_ended(one.answer), when, more))))
    return tuple(made)


def by_ends(plain: Plain, said: Iterable[Asked]) -> tuple[Told, ...]:
    """Each answer with who tells whom: senders that tell the same bodies stand together."""
    answers = tuple(said)
    flows = tuple(flow for answer in answers for flow in answer.flows)
    senders, recipients = (once(one for flow in flows for one in plain.ends(flow, end)) for end in ("from", "to"))
    return tuple(Told(_ended(one.answer), tuple(_ways(plain, one, senders, recipients))) for one in answers)


def _ways(plain: Plain, one: Asked, senders: tuple[str, ...], recipients: tuple[str, ...]) -> Iterator[str]:
    """`From the police to the council and schools`; `From A, B or C to each other and D`, who meet. `senders`,
    `recipients`: all there are, said as any or all."""
    told: dict[str, dict[str, None]] = {}
    for flow in one.flows:
        for sender in plain.ends(flow, "from"):
            told.setdefault(sender, {}).update(dict.fromkeys(plain.ends(flow, "to")))
    together: dict[frozenset[str], list[str]] = {}
    for sender, theirs in told.items():
        together.setdefault(frozenset(theirs), []).append(sender)
    for each in together.values():
        giver = ANY if len(each) == len(senders) > 1 else listed(each, "or")
        yield f"From {giver} to {_told(each, tuple(told[each[0]]), recipients)}"


def _told(givers: list[str], ends: tuple[str, ...], recipients: tuple[str, ...]) -> str:
    """Whom they tell: who sends to a meeting is in it, too, and does not tell itself."""
    others = tuple(end for end in ends if end not in givers)
    if len(ends) == len(recipients) > MANY:
        return ALL
    if len(givers) == 1:
        return listed(others or ends)
    met = len(others) == len(ends) - len(givers)
    return listed((EACH_OTHER, *others)) if met else listed(ends)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
