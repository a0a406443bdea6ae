"""What opens or shuts each condition of Articles 9 and 10, of Schedules 1 and 8, and each basis of Part 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from protocolbuilder.law.case import LAW_ENFORCEMENT
from protocolbuilder.law.leg import SAFEGUARDING, Leg
from protocolbuilder.law.opening import CRIME, Opening, consent

CARING: Final = ("direct-care", "adult-social-care", "substance-use", "child-in-need", "looked-after-children",
                 "care-leavers")
CARERS: Final = frozenset({"health", "care"})
SOCIAL_CARE: Final = frozenset({
    "la-children", "la-adults", "la-public-health", "substance-use-provider", "commissioned-provider",
})
OFFICIAL: Final = frozenset({"justice", "local-government", "central-government"})


def when(what: str, *purposes: str) -> Callable[[Leg], Opening]:
    """Open for these purposes only."""
    return partial(_when, what=what, purposes=purposes)


def _when(leg: Leg, *, what: str, purposes: tuple[str, ...]) -> Opening:
    if leg.wants(*purposes):
        return True, f"The purposes can include {what}."
    return False, f"No purpose here is {what}."


def always(why: str) -> Callable[[Leg], Opening]:
    """Open at every end."""
    return lambda _leg: (True, why)


def never(why: str) -> Callable[[Leg], Opening]:
    """Shut at every end."""
    return lambda _leg: (False, why)


def _social_protection(leg: Leg) -> Opening:
    """DPA 2018 Sch 1 para 1: obligations or rights imposed by law on the controller in that field."""
    if leg.wants("allegations-staff"):
        return True, "For obligations of an employer in law."
    if leg.types & {"la-children", "la-adults", "la-housing", "district-council", "dwp", "hscp-scotland",
                    "hsc-trust-ni"}:
        return True, "For obligations in social protection law; child protection itself is usually paragraph 18 or 6."
    return False, "This body has no obligation here in employment, social security or social protection law."


def _care(leg: Leg) -> Opening:
    """UK GDPR Art 9(2)(h), (3); DPA 2018 s.11(1); R53: care, under a professional duty of secrecy, at both ends."""
    if not leg.wants(*CARING):
        return False, "The purpose is not health or social care; paragraph 18 usually fits protection."
    if _cares(leg, leg.types) and _cares(leg, leg.other):
        return True, "For health or social care under a professional duty of secrecy."
    return False, "One end does not give health or social care under a professional duty of secrecy."


def _cares(leg: Leg, types: frozenset[str]) -> bool:
    return bool(leg.question.sectors(types) & CARERS or types & SOCIAL_CARE)


def _substantial(leg: Leg) -> Opening:
    """DPA 2018 s.10(3): a condition of Part 2 must be met too."""
    found = [key for key in PART_2 if CONDITIONS[key](leg)[0]]
    if found:
        return True, "With a condition of Schedule 1 Part 2 that is open; alone it is incomplete."
    return False, "No condition of Schedule 1 Part 2 is open for these purposes."


def _function(leg: Leg) -> Opening:
    if leg.public:
        return True, "For a function conferred by law: name it."
    named = leg.task()
    if named:
        return True, f"For the function that {named} confers on this type of body."
    return False, "It needs a function conferred by law, which this type of body does not have here."


def _equality(leg: Leg) -> Opening:
    kinds = ("racial", "religious", "health", "sexual orientation")
    listed = any(kind in (entry["art9_category"] or "") for entry in leg.question.data for kind in kinds)
    if leg.wants("service-planning") and listed:
        return True, "For monitoring equality only, not for decisions about a person."
    return False, "It is for monitoring equality, with the listed kinds of data, not for decisions about a person."


def _support(leg: Leg) -> Opening:
    if leg.sectors & {"voluntary"} and leg.question.health:
        return True, "For a not-for-profit body that supports people with a disability or condition."
    return False, "It is for not-for-profit bodies that support people with a disability or condition."


def _counselling(leg: Leg) -> Opening:
    if leg.question.categories & {"counselling-notes"} or leg.sectors & {"voluntary"}:
        return True, "For confidential counselling, advice or support."
    return False, "It is for confidential counselling, advice or support."


def _economic(leg: Leg) -> Opening:
    if leg.wants("adult-safeguarding") and leg.question.health:
        return True, "For an adult at economic risk, with health data only."
    return False, "It protects an adult at economic risk, with health data only."


def _official(leg: Leg) -> Opening:
    if leg.public and leg.sectors & OFFICIAL:
        return True, "For a body that processes offence data in an official capacity: name the function."
    return False, "This type of body has no official authority over offence data; use a Schedule 1 condition."


def _article_10(leg: Leg) -> Opening:
    return True, "With official authority or a Schedule 1 condition that is open; allegations count."


def _extended(leg: Leg) -> Opening:
    found = [key for key in PART_2 if CONDITIONS[key](leg)[0]]
    if found:
        return True, "With the Part 2 condition it extends: cite both."
    return False, "No condition of Schedule 1 Part 2 is open for these purposes."


def _court(leg: Leg) -> Opening:
    if "court-service" in leg.types:
        return True, "For a court acting judicially."
    return False, "It is for a court acting judicially."


def _enforcement(leg: Leg) -> Opening:
    """DPA 2018 ss.30, 31, 35(2): a competent authority, for a law enforcement purpose."""
    if not leg.enforcing:
        return False, "Part 3 is open only to a competent authority processing for law enforcement."
    if not leg.wants(*LAW_ENFORCEMENT):
        return False, "None of these purposes is law enforcement (s.31); see s.36(4)."
    return True, leg.regime.why


def _enforcement_consent(leg: Leg) -> Opening:
    is_open, why = _enforcement(leg)
    return (True, "Seldom suitable: only with a real choice.") if is_open else (False, why)


def _transfer(leg: Leg) -> Opening:
    if leg.regime.transfer:
        return True, "For what leaves law enforcement, where law authorises it; then Articles 6, 9 and 10 as well."
    if leg.end == "recipient":
        return False, "It is for the body that held the information for law enforcement."
    return False, "Nothing here moves from law enforcement to another purpose."


def _sensitive(leg: Leg, *, purposes: tuple[str, ...] = (), what: str = "") -> Opening:
    """DPA 2018 s.35(3) to (5): strictly necessary, with a condition of Schedule 8."""
    is_open, why = _enforcement(leg)
    if not is_open:
        return False, why
    return _when(leg, what=what, purposes=purposes) if purposes else (True, "If strictly necessary for it.")


def _sensitive_for(what: str, *purposes: str) -> Callable[[Leg], Opening]:
    return partial(_sensitive, purposes=purposes, what=what)


def _sensitive_court(leg: Leg) -> Opening:
    is_open, why = _enforcement(leg)
    return _court(leg) if is_open else (False, why)


VITAL: Final = always("Only to protect a life, where the person cannot consent; not for a routine flow.")
MADE_PUBLIC: Final = always("Only what the person made public; what others posted does not count.")
PART_2: Final = ("sch1-p6", "sch1-p7", "sch1-p8", "sch1-p10", "sch1-p11", "sch1-p12", "sch1-p14", "sch1-p16",
                 "sch1-p17", "sch1-p18", "sch1-p19", "sch1-p24")
CONDITIONS: Final[Mapping[str, Callable[[Leg], Opening]]] = {
    "art9-2-a": consent, "art9-2-b": _social_protection, "art9-2-c": VITAL,
    "art9-2-d": never("It allows no disclosure outside the body without consent."),
    "art9-2-e": MADE_PUBLIC, "art9-2-f": when("legal claims or court proceedings", "legal-proceedings"),
    "art9-2-g": _substantial, "art9-2-h": _care, "art9-2-i": when("public health", "public-health"),
    "art9-2-j": when("archiving, research or statistics", "service-planning"),
    "art10": _article_10, "art10-official-authority": _official,
    "sch1-p1": _social_protection, "sch1-p2": _care, "sch1-p3": when("public health", "public-health"),
    "sch1-p4": when("archiving, research or statistics", "service-planning"),
    "sch1-p6": _function, "sch1-p7": when("the administration of justice", "legal-proceedings"),
    "sch1-p8": _equality, "sch1-p10": when("preventing or detecting unlawful acts", *CRIME),
    "sch1-p11": when("protecting the public against malpractice or unfitness", "regulation-inspection",
                     "allegations-staff"),
    "sch1-p12": when("a regulatory requirement", "regulation-inspection", "allegations-staff"),
    "sch1-p14": when("preventing fraud", "fraud-debt"), "sch1-p16": _support, "sch1-p17": _counselling,
    "sch1-p18": when("protecting a child or an adult at risk", *sorted(SAFEGUARDING)), "sch1-p19": _economic,
    "sch1-p24": never("It is for answering an elected representative."),
    "sch1-p29": consent, "sch1-p30": VITAL, "sch1-p32": MADE_PUBLIC,
    "sch1-p33": when("legal claims or proceedings", "legal-proceedings"), "sch1-p34": _court, "sch1-p36": _extended,
    "p3-s35-consent": _enforcement_consent, "p3-s35-task": _enforcement, "p3-s36-4": _transfer,
    "sch8-p1": _sensitive, "sch8-p2": _sensitive_for("the administration of justice", "legal-proceedings",
                                                     "offender-management", "youth-justice", "crime-prevention"),
    "sch8-p3": _sensitive,
    "sch8-p4": _sensitive_for("protecting a child or an adult at risk", *sorted(SAFEGUARDING), "youth-justice"),
    "sch8-p5": _sensitive, "sch8-p6": _sensitive_for("legal claims", "legal-proceedings"),
    "sch8-p7": _sensitive_court, "sch8-p8": _sensitive_for("preventing fraud", "fraud-debt"),
    "sch8-p9": _sensitive_for("archiving, research or statistics", "service-planning"),
}
