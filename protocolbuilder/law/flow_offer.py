"""What the library offers one flow of an agreement: the offer for its ends, its purposes, its data and its nations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocolbuilder.law.case import Case
from protocolbuilder.law.flow_question import question_of
from protocolbuilder.law.offer import Entry, Near, answer
from protocolbuilder.law.open_bases import Base, Regime
from protocolbuilder.law.parts import Flow, Party


@dataclass(frozen=True, slots=True)
class Offered:
    """One provision that fits, with the partners it leaves out: senders not named in it, recipients not reached."""

    entry: Entry
    not_open_to: tuple[str, ...]
    not_towards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowOffer:
    """`apply` and the rest as in an offer, over all nations of the agreement. Other nations' law stands apart.

    `bases` and `regimes` are by end ("sender", "recipient") and only there when one body stands at each end.
    """

    apply: tuple[Offered, ...]
    nearly: tuple[Near, ...]
    other_nations: tuple[Near, ...]
    restrictions: tuple[Entry, ...]
    conditions: tuple[Entry, ...]
    regimes: Mapping[str, Regime]
    bases: Mapping[str, tuple[Base, ...]]


def lacking(case: Case, flow: Flow) -> tuple[str, ...]:
    """The questions of the flow without which nothing can be offered, by id, in the order of the page."""
    needed = {
        "from": any(party.types for party in flow.senders), "to": any(party.types for party in flow.recipients),
        "items": bool(flow.categories), "purposes": bool(flow.purpose_ids),
    }
    return tuple(question for question, known in needed.items() if not known)


def flow_offer(case: Case, flow: Flow, *, sender: str = "", recipient: str = "") -> FlowOffer:
    """What fits the flow between a sender and a recipient, by id; "" for all of them together."""
    senders = [party for party in flow.senders if sender in ("", party.id)]
    recipients = [party for party in flow.recipients if recipient in ("", party.id)]
    offers = [
        answer(question_of(flow, senders, recipients, library=case.library, nation=nation, on=case.on))
        for nation in sorted(case.nations) or [""]
    ]
    apply = {entry.id: entry for one in offers for entry in one.apply}
    nearly = {near.id: near for one in offers for near in one.nearly if near.id not in apply}
    first = offers[0]
    alone = len(senders) == 1 and len(recipients) == 1
    return FlowOffer(
        tuple(_offered(case, entry, senders, recipients) for entry in apply.values()),
        tuple(near for near in nearly.values() if near.fails != "nation"),
        tuple(near for near in nearly.values() if near.fails == "nation"),
        _each(entry for one in offers for entry in one.restrictions),
        _each(entry for one in offers for entry in one.conditions),
        first.regimes if alone else {}, first.bases if alone else {},
    )


def _offered(case: Case, entry: Entry, senders: list[Party], recipients: list[Party]) -> Offered:
    record = case.library.vocabularies["gateways"][entry.id]
    left_out = (
        tuple(party.id for party in ends if "any" not in listed and not set(party.types) & set(listed))
        for ends, listed in ((senders, record["who_may_rely_on"]), (recipients, record["may_disclose_to"]))
    )
    return Offered(entry, *left_out)


def _each(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple({entry.id: entry for entry in entries}.values())
