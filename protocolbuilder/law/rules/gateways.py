"""Family C, first part: is a legal power in force, verified, and right for who, whom, where and why (R18-R24, R104)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.approval import PROPOSED
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.library import in_force
from protocolbuilder.law.offer_words import nations, types
from protocolbuilder.law.parts import Flow, Party, Power

OWN: Final = "A citation of the agreement's own has no record to compare with"


def _names(case: Case, power: Power, party: Party) -> bool:
    """Whether the agreement says the power applies to the partner; silence says it does."""
    named = power.row.get("on_whom", ())
    return not named or party.id in {one.id for one in case.resolve(named)}


def _held(case: Case, power: Power, party: Party) -> bool:
    if power.entry is None:
        return bool(power.row.get("on_whom")) and _names(case, power, party)
    return case.live(power) and case.usable(power, party) and _names(case, power, party)


@rule(
    "R18", "no-gateway", "error", source="Public bodies act only within powers conferred on them",
    narrowed=f"{OWN}: it counts for the partners it names. A power counts for those it is said to apply to.",
)
def no_gateway(case: Case) -> Iterator[Hit]:
    """A public authority shares only where a power in force allows it; an unconfirmed one does not count yet."""
    for flow in case.flows:
        lacking = [
            party for party in flow.senders
            if party.section == "parties" and party.public_authority
            and not any(_held(case, power, party) for power in flow.powers)
        ]
        if lacking:
            yield Hit(
                flow.at("gateways"), f"No legal power in force on this flow is open to {_called(case, lacking)}.",
                "Choose a power from the library that this partner may rely on.",
            )


def _called(case: Case, parties: list[Party]) -> str:
    return " or ".join(dict.fromkeys(case.names.item(party.id) for party in parties))


@rule("R19", "gateway-not-in-force", "error", source="The commencement or repeal of each provision")
def gateway_not_in_force(case: Case) -> Iterator[Hit]:
    """Law that is repealed, not yet commenced, or outside its dates on the day of the review gives no power."""
    for power in case.powers.values():
        entry = power.entry
        if not entry or (entry["status"] in ("in-force", "unverified") and in_force(entry, on=case.on)):
            continue
        after = entry["replaced_by"] and case.library.entry("gateways", entry["replaced_by"])
        repealed = entry["status"] == "repealed" or (entry["in_force_to"] or "9") < case.on.isoformat()
        if entry["status"] == PROPOSED:
            yield Hit(
                power.at("provision"), f"{entry['citation']} is a local entry that no second agency has approved.",
                "Have a person of another agency approve it on its page in the law library, or take it out.",
            )
            continue
        yield Hit(
            power.at("provision"), f"{entry['citation']} is {'repealed' if repealed else 'not in force'}.",
            f"Use {after['citation']} instead." if after else "Take it out, or hold the flow until it is in force.",
        )


@rule("R20", "gateway-unverified-status", "warning", source="The library: commencement not confirmed")
def gateway_unverified_status(case: Case) -> Iterator[Hit]:
    """A provision whose commencement nobody has confirmed is relied on only after a person has recorded it."""
    for power in case.powers.values():
        if power.entry and power.entry["status"] == "unverified":
            yield Hit(
                power.at("provision"), f"Nobody has confirmed that {power.entry['citation']} is in force.",
                "Record who checked, the commencement instrument and its date.",
            )


@rule("R104", "gateway-not-source-checked", "warning", source="The library: record not checked against its source")
def gateway_not_source_checked(case: Case) -> Iterator[Hit]:
    """A record that was not checked rests on general knowledge, its status in force included. Once a provision."""
    seen = set()
    for power in case.powers.values():
        if power.entry and not power.entry["verified"] and power.provision not in seen:
            seen.add(power.provision)
            yield Hit(
                power.at("provision"), f"The library's record of {power.entry['citation']} was not checked.",
                f"Open {power.entry['source_url'] or 'the source'}, confirm the text and commencement, and record it.",
            )


@rule(
    "R21", "wrong-jurisdiction", "error", source="The extent of each provision",
    narrowed="The nation of a partner is not asked for, so the nations of the agreement are compared.",
)
def wrong_jurisdiction(case: Case) -> Iterator[Hit]:
    """A provision gives power only where it extends; one for the whole UK extends to every nation."""
    for power in case.powers.values():
        if power.entry and case.nations and not {"uk", *case.nations} & set(power.entry["jurisdictions"]):
            yield Hit(
                power.at("provision"),
                f"{power.entry['citation']} is law of {nations(power.entry)}, not of the nations of this agreement.",
                "Choose the provision of the nation whose law applies; a flow across a border needs one at each end.",
            )


def _known(parties: tuple[Party, ...]) -> bool:
    return any(party.types for party in parties)


@rule("R22", "wrong-relier", "error", source="On whom each provision confers its power or duty", narrowed=f"{OWN}.")
def wrong_relier(case: Case) -> Iterator[Hit]:
    """A school cannot use s.11 of the Children Act 2004, nor a charity s.16LA: the law names who may rely on it.

    Some sender must, or a partner the power is said to apply to (one that asks, for instance).
    """
    for flow in case.flows:
        for power in flow.powers:
            if power.entry is None or not _known(flow.senders):
                continue
            relying = (*flow.senders, *case.resolve(power.row.get("on_whom", ())))
            if not any(case.usable(power, party) for party in relying):
                named = types(case.library, power.entry["who_may_rely_on"]) or "nobody"
                who = _called(case, list(flow.senders))
                yield Hit(
                    flow.at("gateways"), f"{power.entry['citation']} is not open to {who}. It is for: {named}.",
                    "Choose another legal power for this flow.",
                )


@rule(
    "R23", "wrong-recipient", "error", source="Towards whom each provision runs",
    narrowed=f"{OWN}: a flow that has one is never said to reach nobody.",
)
def wrong_recipient(case: Case) -> Iterator[Hit]:
    """A power runs one way: CDA 1998 s.115 only to a relevant authority. A recipient that none reaches is an error."""
    for flow in case.flows:
        known = [party for party in flow.recipients if party.types]
        recorded = [power for power in flow.powers if power.entry]
        unreached = [party for party in known if not any(case.reaches(power, party) for power in recorded)]
        if unreached and recorded and len(recorded) == len(flow.powers):
            yield Hit(
                flow.at("gateways"), f"No legal power on this flow runs to {_called(case, unreached)}.",
                "Add a power that does; the way back needs one of its own.",
            )
        yield from _partly(case, flow, [party for party in known if party not in unreached])


def _partly(case: Case, flow: Flow, reached: list[Party]) -> Iterator[Hit]:
    for power in flow.powers:
        missed = [party for party in reached if power.entry and not case.reaches(power, party)]
        if power.entry and missed:
            yield Hit(
                flow.at("gateways"), f"{power.entry['citation']} does not run to {_called(case, missed)}.",
                "Check that another power on the flow covers this, or take this one out.", "warning",
            )


@rule("R24", "wrong-purpose", "warning", source="The purpose for which each provision confers its power")
def wrong_purpose(case: Case) -> Iterator[Hit]:
    """A power is bound to its purposes. A flow's purpose or any broader one above it must be among them."""
    for flow in case.flows:
        for power in flow.powers:
            ends = frozenset(power.entry["purposes"]) if power.entry else frozenset()
            if power.entry and flow.purpose_ids and not ends & flow.purpose_chain:
                listed = ", ".join(f"“{case.library.label('purposes', key)}”" for key in power.entry["purposes"])
                yield Hit(
                    flow.at("gateways"), f"{power.entry['citation']} is for other purposes: {listed}.",
                    "Check that the power fits the purpose of this flow, or choose another.",
                )
