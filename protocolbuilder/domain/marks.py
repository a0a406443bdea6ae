"""What a provision does to one sender in one flow: must, may, co-operate, function, or why none of these.

*Must* is said only where the provision is a duty to disclose or to notify, is in force, names the sender, and its
trigger fits the flow. A duty that does not reach the flow is named as such and never shown as a power.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MUST: Final = "must"
MAY: Final = "may"
CO_OPERATE: Final = "co-operate"
FUNCTION: Final = "function"
NOT_STATED: Final = "not-stated"

WORDS: Final[Mapping[str, str]] = {
    MUST: "Must",
    MAY: "May",
    CO_OPERATE: "Co-operate",
    FUNCTION: "Function",
    "on-request": "Duty only on request",
    "on-event": "Duty only when something happens",
    "of-others": "Duty of others",
    "of-person": "Duty of a professional",
    "if-named": "Duty, if the law names the sender",
    "restriction": "Restriction",
    "condition": "Condition",
    "unsure-in-force": "Not known to be in force",
    "not-in-force": "Not in force",
    NOT_STATED: "Not stated",
}
MEANINGS: Final[Mapping[str, str]] = {
    MUST: "The law requires the sender to disclose or to notify, and this flow is of that sort.",
    MAY: "The law gives the sender a power to share. It does not have to.",
    CO_OPERATE: "The law requires the sender to co-operate, arrange or consider, not in itself to disclose.",
    FUNCTION: "The sender has a function, and may share what the function needs. Nothing compels it.",
    "on-request": "A duty to answer a request. This flow is not the answer to one.",
    "on-event": "A duty that an event sets off. This flow is not set off by one.",
    "of-others": "A duty that the law lays on other bodies, not on this sender.",
    "of-person": "A duty of individual professionals, not of the organisation.",
    "if-named": "A duty on the bodies that the law names. What kind of agency the sender is, is not stated.",
    "restriction": "A limit on sharing. It gives no power.",
    "condition": "A condition to be met. It gives no power.",
    "unsure-in-force": "Enacted. No one has yet checked whether it has been brought into force.",
    "not-in-force": "Not in force according to the law library.",
    NOT_STATED: "The agreement does not say whether it is a duty or a power.",
}
ORDER: Final = tuple(WORDS)
_NATURES: Final = {
    "permissive": "May share",
    "implied": "Has a function, and may share what it needs",
    "restriction": "Restriction on sharing",
    "condition": "Condition to be met",
}
_EFFECTS: Final = {
    "disclose": "Must disclose",
    "notify": "Must notify",
    "co-operate": "Must co-operate",
    "arrange": "Must make arrangements",
    "consider": "Must consider",
}
_TRIGGERS: Final = {
    "request": "when asked",
    "event": "when the event it names happens",
    "personal": "as an individual professional",
}
_KINDS: Final = {"permissive": MAY, "implied": FUNCTION, "restriction": "restriction", "condition": "condition"}


Provision = Mapping[str, Any]
"""An entry of the law library: kind, effect, trigger, status, verified, who_may_rely_on."""


@dataclass(frozen=True, slots=True)
class Power:
    """One legal power in a cell. `mark` is from the law library, NOT_STATED for a citation of the agreement's own.

    `stated` is what the agreement itself says: must, may, co-operate, function, a label of its own, or "".
    `verified`: someone has checked the entry against its source; always true of a citation of the agreement's own.
    """

    gateway: str
    mark: str
    stated: str = ""
    verified: bool = True

    @property
    def words(self) -> str:
        """The mark in words, and beside it the agreement's own statement where that differs."""
        said = WORDS.get(self.stated, self.stated)
        if not said or self.stated == self.mark:
            return WORDS[self.mark]
        if self.mark == NOT_STATED:
            return f"{said}, as the agreement states"
        return f"{WORDS[self.mark]} (the agreement says: {said})"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who shares: the id of a partner or other ("" when not stated) and its agency types."""

    id: str
    agency_types: frozenset[str]


def power(gateway: Mapping[str, Any], provision: Provision | None, *, flow: Mapping[str, Any], sender: Sender) -> Power:
    """The power that a gateway of the agreement gives this sender in this flow. No provision: a citation of its own."""
    said = gateway.get("stated_as", "")
    stated = str(said.get("other", "")) if isinstance(said, Mapping) else str(said)
    mark = NOT_STATED if provision is None else _mark(gateway, provision, flow=flow, sender=sender)
    verified = provision is None or bool(provision["verified"])
    return Power(str(gateway.get("id", "")), mark, stated, verified)


def _mark(gateway: Mapping[str, Any], provision: Provision, *, flow: Mapping[str, Any], sender: Sender) -> str:
    if provision["status"] != "in-force":
        return "unsure-in-force" if provision["status"] == "unverified" else "not-in-force"
    if provision["kind"] != "mandatory":
        return _KINDS.get(provision["kind"], NOT_STATED)
    if provision["effect"] not in ("disclose", "notify"):
        return CO_OPERATE
    if provision["trigger"] == "personal":
        return "of-person"
    on_whom = gateway.get("on_whom") or ()
    if sender.id and on_whom and sender.id not in on_whom:
        return "of-others"
    named = provision["who_may_rely_on"]
    if "any" not in named and not sender.agency_types & set(named):
        return "of-others" if sender.agency_types else "if-named"
    return MUST if fits(provision["trigger"], flow) else f"on-{provision['trigger']}"


def fits(trigger: str | None, flow: Mapping[str, Any]) -> bool:
    """Whether a duty's trigger is met by what the flow says of itself. An unknown trigger fits nothing."""
    if trigger == "standing":
        return True
    if trigger == "request":
        return flow.get("frequency") == "on-request" or flow.get("mode") == "request" or bool(flow.get("answers"))
    return trigger == "event" and flow.get("frequency") == "on-event"


def nature(provision: Provision) -> str:
    """What a provision does, whoever it is for: 'Must disclose, when asked', 'May share', 'Restriction'."""
    if provision["kind"] != "mandatory":
        return _NATURES.get(provision["kind"], WORDS[NOT_STATED])
    does = _EFFECTS.get(provision["effect"], WORDS[NOT_STATED])
    when = _TRIGGERS.get(provision["trigger"], "")
    return f"{does}, {when}" if when else does
