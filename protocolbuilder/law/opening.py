"""What opens or shuts each Article 6 basis, Annex 1 condition and answer to the duty of confidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from protocolbuilder.law.case import LAW_ENFORCEMENT
from protocolbuilder.law.leg import SAFEGUARDING, Leg, Record, entries
from protocolbuilder.law.library import cited

Opening = tuple[bool, str]

REFUSAL_IGNORED: Final = ("child-protection", "mash", "marac", "mappa", "adult-safeguarding", "crime-prevention")
OWN_TASK: Final = frozenset({"commissioned-provider", "independent-health-provider", "social-landlord"})
CARE_TEAM: Final = frozenset({
    "nhs-trust", "ambulance-trust", "gp-practice", "primary-care-other", "independent-health-provider",
    "health-board-wales", "health-board-scotland", "hscp-scotland", "hsc-trust-ni", "la-adults", "care-provider",
})
CARE: Final = ("direct-care", "adult-social-care")
LIFTS_CONFIDENCE: Final = frozenset({"pcsca-2022-s16"})
CRIME: Final = (*sorted(LAW_ENFORCEMENT - {"legal-proceedings"}), "domestic-abuse", "exploitation", "modern-slavery",
                "child-protection", "adult-safeguarding", "disclosure-scheme", "prevent-channel")
"""Purposes that can include preventing or detecting crime. Abuse of a child or an adult is crime: DPA 2018 Sch 2 para 2
and the Criminal Law Act (NI) 1967 s.5 name these two purposes in the library, and R52 points to Sch 1 para 10."""


def consent(leg: Leg) -> Opening:
    """UK GDPR Arts 4(11), 7: free, and the sharing does not go ahead on refusal. R41."""
    if leg.public and leg.wants(*REFUSAL_IGNORED):
        return False, "The sharing would go ahead on refusal, so consent would not be freely given."
    if leg.public:
        return True, "Only if the sharing would truly not go ahead when the person refuses; rarely right here."
    return True, "Only if the person is free to refuse and the sharing would then not go ahead."


def _contract(leg: Leg) -> Opening:
    return True, "Only where a contract with the person needs it; almost never so between partners."


def _obligation(leg: Leg) -> Opening:
    """UK GDPR Art 6(3); R46: a duty on this controller to do this disclosure."""
    if leg.end == "recipient":
        return False, "The duties found here oblige the sender to disclose, not the recipient to process."
    found = leg.duties()
    if found:
        return True, f"A duty to disclose or notify applies: {'; '.join(_duty(record) for record in found)}."
    if leg.waiting():
        waiting = ", ".join(record["citation"] for record in leg.waiting())
        return False, f"The commencement of {waiting} is not confirmed, so no duty can be relied on yet."
    return False, "No duty to disclose or notify applies; a power or a duty to co-operate is not enough."


def _duty(record: Record) -> str:
    """A duty by its citation, with what sets it off and what it excludes."""
    trigger = {"request": "on a request, ", "event": "when its event happens, "}.get(record["trigger"], "")
    return trigger + cited(record) + (f", {record['data_limit']}" if record["data_limit"] else "")


def _vital(leg: Leg) -> Opening:
    return True, "Only in an emergency, to protect a life; not for a planned, routine flow."


def _task(leg: Leg) -> Opening:
    """UK GDPR Art 6(1)(e), (3); DPA 2018 s.8; DUAA 2025 s.70: the controller's own task, laid down by law."""
    if leg.public:
        return True, "Only for a task or function of its own that law lays down: name it."
    named = leg.task()
    if named:
        return True, f"{named} lays a task on this type of body; the task must be its own."
    if leg.types & OWN_TASK:
        notes = " ".join(entry["notes"] for entry in entries(leg.question, leg.types & OWN_TASK))
        return True, f"Only for a task of its own laid down by law. {notes}".strip()
    return False, "No law lays a task on this type of body, and the other end's task does not count as its own."


def _recognised(leg: Leg) -> Opening:
    """UK GDPR Art 6(1)(ea), (5): a purpose of Annex 1."""
    found = [key for key in ("annex1-p1", "annex1-p3", "annex1-p5", "annex1-p6") if OPENING[key](leg)[0]]
    if found:
        return True, "A condition of Annex 1 can be met; no balancing test, but necessity must be shown."
    return False, "No condition of Annex 1 fits these purposes."


def _legitimate(leg: Leg) -> Opening:
    return True, "With a legitimate interests assessment; children's interests weigh more."


def _public_request(leg: Leg) -> Opening:
    if leg.end == "recipient":
        return False, "It is for the body that discloses in answer to a request."
    if any(entry["public_authority"] is True for entry in entries(leg.question, leg.other)):
        return True, "Only in answer to a request that says it is for a lawful public task; keep the request."
    return False, "The other end is not a public authority that could ask for its public task."


def _security(leg: Leg) -> Opening:
    return _for(leg, "national security, public security or defence", "prevent-channel", "emergency")


def _emergency(leg: Leg) -> Opening:
    return _for(leg, "responding to an emergency", "emergency")


def _crime(leg: Leg) -> Opening:
    return _for(leg, "detecting, investigating or preventing crime", *CRIME)


def _vulnerable(leg: Leg) -> Opening:
    return _for(leg, "safeguarding a child or an adult at risk", *SAFEGUARDING)


def _for(leg: Leg, what: str, *purposes: str) -> Opening:
    if leg.wants(*purposes):
        return True, f"The purposes can include {what}."
    return False, f"No purpose here is {what}."


def _not_engaged(leg: Leg) -> Opening:
    if leg.question.holds("confidential"):
        return False, "The library marks this kind of information as confidential."
    return True, "Only if the information is not confidential or was not given in confidence."


def _express(leg: Leg) -> Opening:
    return True, "If the person agrees to this disclosure. It lifts confidence; it is not consent under the UK GDPR."


def _implied(leg: Leg) -> Opening:
    """Common law; R59: what a patient expects their own care team to know."""
    if not all(leg.question.library.broader([purpose]) & frozenset(CARE) for purpose in leg.question.purposes):
        return False, "It covers direct health or social care only, not the other purposes here."
    if leg.types <= CARE_TEAM and leg.other <= CARE_TEAM:
        return True, "Only between staff who care for the person directly, as the person would expect."
    return False, "One end is not part of the team that gives direct health or social care."


def _required(leg: Leg) -> Opening:
    if leg.end == "recipient":
        return False, "The duty to disclose falls on the sender."
    return _obligation(leg)


def _permitted(leg: Leg) -> Opening:
    found = [cited(record) for record in leg.offered if record["id"] in LIFTS_CONFIDENCE]
    if found:
        return True, f"{found[0]} says that a disclosure under it does not breach confidence."
    return False, "No provision that applies here is known to lift confidence."


def _public_interest(leg: Leg) -> Opening:
    return True, "Case by case, where the harm from not sharing outweighs the duty; record the balance and who decided."


def _best_interests(leg: Leg) -> Opening:
    return True, "Only for a person who lacks capacity about this decision, after an assessment."


def _section_251(leg: Leg) -> Opening:
    """NHS Act 2006 s.251; COPI Regs 2002: England and Wales, medical purposes, regulation or approval. R60."""
    if leg.question.nation in ("scotland", "northern-ireland"):
        return False, "Section 251 covers England and Wales only."
    found = [cited(r) for r in leg.offered if r["id"] in ("nhsa-2006-s251", "copi-2002-reg3", "copi-2002-reg5")]
    if found:
        return True, f"Under {', '.join(found)}, with the regulation or the approval."
    return False, "It is for medical purposes under a regulation or an approval, not for individual safeguarding."


def _order(leg: Leg) -> Opening:
    return True, "Only where a court, tribunal or coroner requires it; disclose what the order covers."


OPENING: Final[Mapping[str, Callable[[Leg], Opening]]] = {
    "art6-1-a": consent, "art6-1-b": _contract, "art6-1-c": _obligation, "art6-1-d": _vital, "art6-1-e": _task,
    "art6-1-ea": _recognised, "art6-1-f": _legitimate,
    "annex1-p1": _public_request, "annex1-p2": _security, "annex1-p3": _emergency, "annex1-p5": _crime,
    "annex1-p6": _vulnerable,
    "conf-not-engaged": _not_engaged, "conf-express-consent": _express, "conf-implied-consent": _implied,
    "conf-statutory-duty": _required, "conf-statutory-permission": _permitted,
    "conf-public-interest": _public_interest, "conf-best-interests": _best_interests, "conf-s251": _section_251,
    "conf-court-order": _order,
}
