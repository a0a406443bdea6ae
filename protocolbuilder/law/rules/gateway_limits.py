"""Family C, third part: limits of single provisions, and duties of a nation that are often forgotten (R30-R39)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from protocolbuilder.law.carve_outs import ADULTS, DIRECT_IDENTIFIERS, shut_by
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.flow_question import CHILDREN, FlowQuestion, asks_agreement, question_of
from protocolbuilder.law.parts import Flow, Power

EXEMPTIONS: Final = frozenset({"dpa-2018-sch2-p2", "dpa-2018-sch2-p5", "dpa-2018-sch3"})
EXEMPTION_WORDS: Final = re.compile(
    r"(?=.*\b(?:DPA|Data Protection Act))(?!.*\b1998\b)(?=.*\bsch(?:edule)?s?\.? ?[234]\b)", re.IGNORECASE | re.DOTALL
)
NAMED_PERSON: Final = re.compile(
    r"(?=.*\b(?:Children and Young People \(Scotland\) Act 2014|CYP\(S\)A))(?=.*\b(?:Part|Pt\.?) ?(?:4|IV)\b)",
    re.IGNORECASE | re.DOTALL,
)
NI_ACT: Final = re.compile(r"Criminal Law Act \((?:Northern Ireland|NI)\) 1967", re.IGNORECASE)
DENIAL: Final = re.compile(r"\b(?:not|no|never|without)\b", re.IGNORECASE)
ABUSE: Final = frozenset({"safeguarding-children", "adult-safeguarding", "domestic-abuse", "modern-slavery"})


def _using(case: Case, provision: str) -> Iterator[Flow]:
    return (flow for flow in case.flows if any(power.provision == provision for power in flow.powers))


def _own(power: Power) -> str:
    """The words of a citation of the agreement's own, and of what was printed."""
    stated: Any = power.row.get("provision")
    other = str(stated.get("other", "")) if isinstance(stated, dict) else ""
    return f"{other} {power.row.get('as_printed', '')}"


@rule(
    "R30", "exemption-as-power", "error", source="DPA 2018 Schs 2, 3 and 4",
    narrowed="Read from the legal powers: chosen from the library, cited in words, or as printed.",
)
def exemption_as_power(case: Case) -> Iterator[Hit]:
    """The exemptions of DPA 2018 Schs 2 to 4 switch off rights and notices. They authorise no sharing."""
    for power in case.powers.values():
        if power.provision in EXEMPTIONS or (power.entry is None and EXEMPTION_WORDS.match(_own(power))):
            yield Hit(
                power.at("provision"), "An exemption from data protection rights is listed as a power to share.",
                "Move it to the exceptions, with the harm that telling people would cause, and choose a power.",
            )


def _shut(case: Case, provision: str) -> Iterator[tuple[Flow, str]]:
    """Flows on which a limit on data shuts a provision for a sender that may use it and a recipient, with why."""
    for flow in _using(case, provision):
        reasons = {why for question in _questions(case, flow) if (why := shut_by(provision, question))}
        yield from ((flow, why) for why in sorted(reasons))


def _questions(case: Case, flow: Flow) -> Iterator[FlowQuestion]:
    for sender in flow.senders:
        for recipient in flow.recipients:
            yield question_of(flow, (sender,), (recipient,), library=case.library, nation="", on=case.on)


@rule("R31", "s251b-misused", "error", source="Health and Social Care Act 2012 s.251B")
def direct_care_duty_misused(case: Case) -> Iterator[Hit]:
    """HSCA 2012 s.251B runs between health and adult social care, for the person's own care, and no further."""
    for flow, why in _shut(case, "hsca-2012-s251b"):
        yield Hit(flow.at("gateways"), f"HSCA 2012 s.251B does not fit this flow. {why}", "Take it out of this flow.")


@rule("R32", "serious-violence-carve-out", "error", source="Police, Crime, Sentencing and Courts Act 2022 s.16(4)")
def serious_violence_carve_out(case: Case) -> Iterator[Hit]:
    """PCSCA 2022 s.16(4): no patient information, and no personal data of a health or social care authority."""
    for flow, why in _shut(case, "pcsca-2022-s16"):
        yield Hit(
            flow.at("gateways"), f"PCSCA 2022 s.16 does not fit this flow. {why}",
            "Use another power, or share figures that identify nobody.",
        )


@rule(
    "R33", "s17a-personal-data", "error", source="Crime and Disorder Act 1998 s.17A",
    narrowed="Direct identifiers are the data categories that name or number a person; pseudonymised flows are let be.",
)
def depersonalised_duty_with_names(case: Case) -> Iterator[Hit]:
    """What is prescribed under CDA 1998 s.17A is depersonalised: it is no power for named people."""
    for flow, why in _shut(case, "cda-1998-s17a"):
        yield Hit(
            flow.at("gateways"), f"CDA 1998 s.17A does not fit this flow. {why}",
            "Take the names out, or rely on CDA 1998 s.115.",
        )


@rule(
    "R34", "homelessness-referral-without-agreement", "error", source="Housing Act 1996 s.213B(2) and (3)",
    narrowed="The agreement step is the flow's agreement of the person, asked, or a condition that speaks of it.",
)
def homelessness_without_agreement(case: Case) -> Iterator[Hit]:
    """HA 1996 s.213B: the person agrees to the referral and to passing on contact details, and picks the authority."""
    for flow in _using(case, "ha-1996-s213b"):
        if not asks_agreement(flow):
            yield Hit(
                flow.at("agreement_of_person"), "A referral under HA 1996 s.213B needs the person's agreement.",
                "Say that agreement to it, to passing on contact details and to the authority chosen is asked for.",
            )


@rule(
    "R35", "modern-slavery-adult-identifiers", "error", source="Modern Slavery Act 2015 s.52(3)",
    narrowed="The agreement is the flow's agreement of the person, asked, or a condition that speaks of it.",
)
def slavery_notice_names_adult(case: Case) -> Iterator[Hit]:
    """MSA 2015 s.52: a notice names an adult only if that adult agrees; otherwise it is anonymous."""
    for flow in _using(case, "msa-2015-s52"):
        naming = flow.personal and {category["id"] for category in flow.categories} & DIRECT_IDENTIFIERS
        if naming and flow.subjects & ADULTS and not asks_agreement(flow):
            yield Hit(
                flow.at("agreement_of_person"), "A notice under MSA 2015 s.52 would name an adult who has not agreed.",
                "Send it without names, or say that the adult's agreement is asked for.",
            )


@rule(
    "R36", "isd-scope", "warning", source="Children Act 2004 s.16LA(1) to (4)",
    narrowed="A charity acts under arrangements when it is recorded as a commissioned provider.",
)
def duty_to_share_scope(case: Case) -> Iterator[Hit]:
    """CA 2004 s.16LA: bodies named in it, information about a child, and not where that would do more harm."""
    for flow in _using(case, "ca-2004-s16la"):
        for party in flow.senders:
            sectors = {(case.library.entry("agency_types", kind) or {}).get("sector") for kind in party.types}
            if sectors == {"voluntary"} and "commissioned-provider" not in party.types:
                yield Hit(
                    flow.at("from"), f"CA 2004 s.16LA does not bind {case.names.item(party.id)} without arrangements.",
                    "Record that it provides services under arrangements, or use another power.",
                )
        if flow.subjects and not flow.subjects & CHILDREN:
            yield Hit(
                flow.at("subjects"), "CA 2004 s.16LA is about children, and this flow is about adults only.",
                "Say how the information bears on a child, or use another power.",
            )
        if case.empty("requests.more_detrimental") and "detriment" not in str(flow.row.get("conditions", "")):
            yield Hit(
                "requests.more_detrimental", "No step asks whether sharing would be more detrimental to the child.",
                "Enter how staff decide it; without it the duty in CA 2004 s.16LA cannot be relied on.",
            )


@rule(
    "R37", "scotland-named-person", "error",
    source="Children and Young People (Scotland) Act 2014 Part 4; [2016] UKSC 51",
    narrowed="Read from the legal powers: chosen, cited in words, as printed, or in how it applies; a denial is fine.",
)
def named_person_part(case: Case) -> Iterator[Hit]:
    """Part 4 of the 2014 Act was never commenced; its sharing provisions were outside competence ([2016] UKSC 51)."""
    for power in case.powers.values():
        words = f"{_own(power)} {power.row.get('explanation', '')}"
        if power.provision == "cypsa-2014-part4" or (NAMED_PERSON.match(words) and not DENIAL.search(words)):
            yield Hit(
                power.at("provision"), "Part 4 of the Children and Young People (Scotland) Act 2014 is not in force.",
                "Rely on public task and the function that the sharing serves.",
            )


def _purposes(case: Case) -> frozenset[str]:
    return case.chain(
        kind for row in case.rows("purposes") for kind in row.get("categories", ()) if isinstance(kind, str)
    )


def _provisions(case: Case) -> frozenset[str]:
    return frozenset(power.provision for power in case.powers.values())


@rule(
    "R38", "ni-offence-reporting-missing", "advice", source="Criminal Law Act (Northern Ireland) 1967 s.5",
    narrowed="The narrative is the list of legal powers and the words about them.",
)
def northern_ireland_offence(case: Case) -> Iterator[Hit]:
    """Criminal Law Act (NI) 1967 s.5 makes everyone in Northern Ireland tell police of a relevant offence."""
    if "northern-ireland" not in case.nations or not _purposes(case) & ABUSE or "clani-1967-s5" in _provisions(case):
        return
    if not any(NI_ACT.search(f"{_own(one)} {one.row.get('explanation', '')}") for one in case.powers.values()):
        yield Hit(
            "gateways", "The duty of everyone in Northern Ireland to report a relevant offence is not mentioned.",
            "Add Criminal Law Act (NI) 1967 s.5.",
        )


@rule("R39", "no-wales-duty", "warning", source="Social Services and Well-being (Wales) Act 2014 ss.128 and 130")
def no_wales_duty(case: Case) -> Iterator[Hit]:
    """SSWWA 2014 ss.128 and 130 make relevant partners report an adult or a child at risk in Wales."""
    protecting = _purposes(case) & {"child-protection", "adult-safeguarding"}
    if "wales" in case.nations and protecting and not _provisions(case) & {"sswwa-2014-s128", "sswwa-2014-s130"}:
        yield Hit(
            "gateways", "The Welsh duties to report an adult or a child at risk are not among the legal powers.",
            "Add SSWWA 2014 s.128 for adults and s.130 for children.",
        )
