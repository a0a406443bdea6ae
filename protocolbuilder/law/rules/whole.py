"""Checks of the whole document: the agreement beside others, its signatures, its clauses (X01 to X06)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement, get
from protocolbuilder.domain.days import first_day, last_day
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Party
from protocolbuilder.law.sharing import sharing_of

NO_PAPER: Final = re.compile(
    r"\b(?:absence|lack) of (?:an? |any |this )?(?:agreement|signature|form)"
    r"|\bneeds? no (?:\w+ )?(?:form|signature|agreement)|\bwaits? for (?:an? |any )?(?:agreement|signature|form)"
    r"|\bno (?:agreement|signature|form)\w*,? (?:or \w+ )?(?:is|are) needed"
    r"|\bunsigned|\bnot (?:yet )?(?:been )?signed|\bwithout (?:an? |any |this )?(?:agreement|signature|form)\b",
    re.IGNORECASE,
)
URGENT: Final = re.compile(
    r"\b(?:urgent|emergenc|danger|life|protect|safe|harm|risk|999|at once|immediate)", re.IGNORECASE
)
EMERGENCY_SECTIONS: Final = frozenset({"exceptional", "principles", "signing", "requests", "term", "commitments"})
MOST_NAMED: Final = 3
CHILDREN: Final = frozenset({"child", "sibling", "unborn"})
TOLD: Final = re.compile(r"\b(?:told|tells?|telling|inform(?:s|ed|ing)?)\b", re.IGNORECASE)
VIEWS_KEPT: Final = (
    "requests.child_views", "requests.decision_record", "transparency.how", "transparency.recipient_tells"
)
CANNOT_BIND: Final = re.compile(
    r"\b(?:team (?:manager|leader)|practice manager|hub manager|manager of (?:a|the) (?:team|hub)|assistant"
    r"|administrator|co-?ordinator|social worker|practitioner"
    r"|(?:project|policy|business|support|information governance|data protection) (?:officer|manager|lead)"
    r"|sergeant|constable|inspector|teacher|nurse)\b",
    re.IGNORECASE,
)
BINDS: Final = re.compile(
    r"\b(?:chief|director|head ?teacher|head of|executive head|secretary|chair|superintendent|governor|partner"
    r"|proprietor|owner|trustee|commissioner|principal|SIRO|minister|accounting officer)\b",
    re.IGNORECASE,
)


@rule(
    "X01", "duplicate-of-existing", "advice", source="ICO Data Sharing Code of Practice",
    narrowed="Live means the latest version issued of an agreement of the register that is not discarded and whose end "
    "is not past; drafts are not compared. The same means: equal sets of partners' names, of kinds of purpose, and of "
    "items. A file on the command line has no register beside it: nothing is found there.",
)
def duplicate_of_existing(case: Case) -> Iterator[Hit]:
    """Two agreements for one sharing drift apart: same partners, purpose and information as a live agreement."""
    mine = sharing_of(case.agreement)
    same = [other for other in case.others if mine.whole and sharing_of(other) == mine and not _ended(other, case.on)]
    if same:
        titles = [f"“{get(other, 'about.title') or 'an agreement without a title'}”" for other in same[:MOST_NAMED]]
        more = f" and {len(same) - MOST_NAMED} more" if len(same) > MOST_NAMED else ""
        yield Hit(
            "about", f"This has the same partners, purposes and information as {', '.join(titles)}{more}.",
            "Change that agreement instead, or say in what this one differs.",
        )


def _ended(agreement: Agreement, on: date) -> bool:
    end = last_day(get(agreement, "term.end"))
    return end is not None and end < on


@rule(
    "X02", "unsigned-after-start", "warning", source="ICO Data Sharing Code of Practice",
    narrowed="Asked of a draft that stands as it was issued, with a start that is a day; a draft that moved on has no "
    "signatures. No signature is kept with a version yet, so signed means that “Participation so far” says signed or "
    "acceded. A class of bodies, or a part of a partner, is left to its members.",
)
def unsigned_after_start(case: Case) -> Iterator[Hit]:
    """After the start nothing is exchanged with a partner that has not signed."""
    starts = first_day(case.get("term.start"))
    if case.issued is None or starts is None or starts > case.on:
        return
    acts = {row.get("party") for row in case.rows("participation") if row.get("act") in ("signed", "acceded")}
    for party in case.members:
        if not (party.is_class or party.row.get("part_of")) and party.id not in case.issued.signed | acts:
            yield Hit(
                party.at(), f"No signature of {case.names.item(party.id)} is recorded, and the agreement has started.",
                "Exchange nothing with it under this agreement until it signs. Urgent protection goes on. If it has "
                "signed, enter that in “Participation so far”.",
            )


@rule(
    "X03", "accession-drift", "warning", source="The reach of each provision",
    narrowed="Every partner is asked, not new ones alone. Powers with a citation of their own reach nobody can tell "
    "whom, so nothing is found in an agreement that has one.",
)
def accession_drift(case: Case) -> Iterator[Hit]:
    """A partner of a type that no legal power of the agreement covers, neither as sender nor as recipient."""
    powers = tuple(case.powers.values())
    if not powers or any(power.entry is None for power in powers):
        return
    active = {party.id for flow in case.flows for party in flow.ends}
    for party in case.members:
        covered = any(case.usable(power, party) or case.reaches(power, party) for power in powers)
        if party.types and party.id in active and not covered:
            yield Hit(
                party.at("agency_types"), f"No legal power of this agreement covers {_kind(case, party)}.",
                "Add a power that covers this kind of body, or take it out of the flows.",
            )


def _kind(case: Case, party: Party) -> str:
    return f"{case.names.item(party.id)} ({', '.join(case.library.label('agency_types', key) for key in party.types)})"


@rule(
    "X04", "emergency-clause-missing", "warning", source="ICO Data Sharing Code of Practice, on emergencies",
    narrowed="Looked for as words: no paper is needed, in a text about danger, among emergencies, principles, "
    "requests, signing, commitments and change.",
)
def emergency_clause_missing(case: Case) -> Iterator[Hit]:
    """The absence of an agreement or a signature never stops urgent and proportionate protection."""
    texts = (one.passage for one in case.language.passages if one.passage.address.split(".")[0] in EMERGENCY_SECTIONS)
    if not any(NO_PAPER.search(text.text) and URGENT.search(text.text) for text in texts):
        yield Hit(
            "exceptional.emergency" if "exceptional" in case.schema.sections else "principles",
            "Nothing says that a missing agreement or signature never stops urgent protection.",
            "Say that the absence of an agreement or a signature never stops urgent and proportionate sharing to "
            "protect someone.",
        )


@rule(
    "X05", "no-child-voice", "advice", source="UN Convention on the Rights of the Child Art 12",
    narrowed="Asked where children are among the people, and of every protocol. The step for views is its question; "
    "whether they were told is looked for as a word in records of decisions and in telling people.",
)
def no_child_voice(case: Case) -> Iterator[Hit]:
    """A child's views are asked for and recorded, and why they were or were not told."""
    kinds = {kind for row in case.rows("subjects") if isinstance(kind := row.get("kind"), str)}
    if "requests" not in case.schema.sections or ("subjects" in case.schema.sections and not kinds & CHILDREN):
        return
    if case.empty("requests.child_views"):
        yield Hit(
            "requests.child_views", "Nothing says how the views of the child are asked for and recorded.",
            "Say who asks, when not to ask, and how the child's own words are recorded.",
        )
    elif not any(TOLD.search(str(case.get(address))) for address in VIEWS_KEPT):
        yield Hit(
            "requests.decision_record", "Nothing records whether the child was told, and why or why not.",
            "Add to what is recorded: whether the child was told and, if not, why.",
        )


@rule(
    "X06", "signatory-authority", "warning", source="UK GDPR Art 5(2); the law of agency",
    narrowed="Read from the words of the signatory's post.",
)
def signatory_authority(case: Case) -> Iterator[Hit]:
    """Whoever signs can bind the legal entity: a team manager of a council or a trust cannot."""
    for row in case.rows("contacts"):
        post = str(row.get("post", ""))
        if row.get("function") == "signatory" and CANNOT_BIND.search(post) and not BINDS.search(post):
            yield Hit(
                f"contacts.{row['id']}.post", f"“{post}” is a post that seldom can bind {_of(case, row)}.",
                "Name a chief officer, a director, a headteacher or the senior information risk owner.",
            )


def _of(case: Case, row: Any) -> str:
    return case.names.item(row["of"]) if row.get("of") else "an organisation"
