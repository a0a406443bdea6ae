"""Family E: telling people, rights, complaints and freedom of information (R61 to R68)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import ids

CHILDREN: Final = frozenset({"child", "sibling", "unborn"})
OBJECTION: Final = frozenset({"art6-1-e", "art6-1-ea", "art6-1-f"})
IN_TIME: Final = re.compile(
    r"\b(?:months?|days?|weeks?|hours?|first|before|at once|immediately)\b", re.IGNORECASE
)
EXCEPTION_PARTS: Final = {
    "provision": "the provision relied on",
    "reason": "the harm or difficulty that telling people would cause",
    "owner": "the post that decides",
}


@rule(
    "R61", "no-privacy-notice", "error", source="UK GDPR Arts 13, 14",
    narrowed="A notice counts for a partner that its entry in documents names.",
)
def no_privacy_notice(case: Case) -> Iterator[Hit]:
    """Every controller tells people about the sharing and its recipients (UK GDPR Arts 13 and 14)."""
    papers = (row for row in case.rows("documents") if row.get("kind") == "notice")
    having = {key for row in papers for key in row.get("party", ())}
    lacking = [
        one.party for one in case.reliance.standings if one.party.id not in having and (
            not one.bases or one.under("uk-gdpr")
        )
    ]
    if lacking and case.asked("documents"):
        yield Hit(
            "documents", f"No privacy notice is named for {case.called(lacking)}.",
            "Add the notice of each partner that names this sharing and its recipients.",
        )


@rule(
    "R62", "art14-step-missing", "warning", source="UK GDPR Art 14(3)",
    narrowed="Whether the plan is in time is a reading of its words: a number of days, a month, or the first contact.",
)
def article_14_step_missing(case: Case) -> Iterator[Hit]:
    """A person whose data came from elsewhere is told within a month, or at first contact (UK GDPR Art 14(3))."""
    if not any(not one.sends for one in case.reliance.standings):
        return
    words = str(case.get("transparency.recipient_tells") or "")
    if case.empty("transparency.recipient_tells"):
        text = "Nothing says who tells people when information about them comes from another partner."
    elif words and not IN_TIME.search(words):
        text = "Nothing says when people are told that a partner received information about them."
    else:
        return
    yield Hit(
        "transparency.recipient_tells", text,
        "Say who tells the person and when: within one month, or at the first contact if that is sooner.",
    )


@rule("R63", "transparency-exception-unexplained", "error", source="DPA 2018 Schs 2 and 3; UK GDPR Art 14(5)")
def transparency_exception_unexplained(case: Case) -> Iterator[Hit]:
    """Exceptions are judged case by case: each names its provision, the harm and who decides (DPA 2018 Schs 2, 3)."""
    for row in case.rows("exceptions"):
        for question, words in EXCEPTION_PARTS.items():
            if not row.get(question):
                yield Hit(
                    f"exceptions.{row['id']}.{question}", f"This exception to telling people does not say {words}.",
                    f"Enter {words}.",
                )
    if case.get("transparency.exceptions_used") is True and case.empty("exceptions"):
        yield Hit(
            "exceptions", "Sometimes people are not told, and no exception is listed.",
            "List each exception: the provision, the harm that telling would cause, and who decides.",
        )


@rule("R64", "no-child-facing-notice", "advice", source="UK GDPR Art 12(1); DUAA 2025 s.81")
def no_child_facing_notice(case: Case) -> Iterator[Hit]:
    """What is said to a child is in plain language that a child understands (UK GDPR Art 12(1))."""
    children = any(flow.personal and flow.subjects & CHILDREN for flow in case.flows)
    version = case.get("transparency.child_version")
    if children and (version is False or case.empty("transparency.child_version")):
        yield Hit(
            "transparency.child_version",
            "Information is about children, and there is no version of the notice for them.",
            "Write a short notice that a child can read.",
        )


@rule("R65", "rights-route-missing", "error", source="UK GDPR Arts 12, 15 to 22, 26(1)")
def rights_route_missing(case: Case) -> Iterator[Hit]:
    """People need to know who answers a request; joint controllers may name one contact point (Arts 12, 26)."""
    for question, words in (("lead", "who answers a request"), ("contact", "where people send a request")):
        if case.empty(f"rights.{question}"):
            yield Hit(f"rights.{question}", f"Nothing says {words} about a person's own information.",
                      "Name the lead and the contact, and pass requests on within 2 working days.")
    points = any(row.get("duty") == "contact" and row.get("party") for row in case.rows("joint_duties"))
    if case.joint and case.rows("joint_duties") and not points:
        yield Hit("joint_duties", "The joint controllers name no contact point.",
                  "Add the duty “is the contact point” and the partner that has it.")


@rule(
    "R66", "complaints-route-missing", "error", source="DPA 2018 s.164A (DUAA 2025 s.103)",
    narrowed="One procedure is asked for, for all partners together.",
)
def complaints_route_missing(case: Case) -> Iterator[Hit]:
    """Each controller must make complaining easy and acknowledge within 30 days (DPA 2018 s.164A, 19 June 2026)."""
    if case.empty("complaints.procedure"):
        yield Hit(
            "complaints.procedure", "Nothing says how a person complains about the use of their information.",
            "Describe or link the procedure: how to complain, and an acknowledgement within 30 days.",
        )


@rule("R67", "objection-route-missing", "warning", source="UK GDPR Art 21(1)")
def objection_route_missing(case: Case) -> Iterator[Hit]:
    """A person may object to public task and to both kinds of legitimate interest (UK GDPR Art 21(1))."""
    open_to_objection = any(ids(row, "art6") & OBJECTION for row in case.rows("bases"))
    if open_to_objection and case.empty("rights.objection"):
        yield Hit(
            "rights.objection", "People may object to this sharing, and nothing says what happens when they do.",
            "Say who decides on an objection, by when, and what happens meanwhile.",
        )


@rule("R68", "foi-consultation-missing", "advice", source="FOIA 2000; FOISA 2002")
def foi_consultation_missing(case: Case) -> Iterator[Hit]:
    """A public authority answers requests for information; the partner that supplied it is asked first (FOIA 2000)."""
    if any(party.public_authority for party in case.members) and case.empty("rights.foi"):
        yield Hit(
            "rights.foi", "Nothing says how partners handle freedom of information requests.",
            "Say that the partner that is asked consults the partner that supplied the information before it answers.",
        )
