"""Checks of the whole document: people on the edge of it, information that travels on, restricted information
(X07 to X10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Flow, Row

INFORMANTS: Final = frozenset({"referrer", "member-of-public", "witness"})
RELATIVES: Final = frozenset({"extended-family", "household-member", "peer-associate"})
REDACTED: Final = re.compile(
    r"\bredact|\b(?:black(?:s|ed)?|leaves?|left|leaving) out\b"
    r"|\bremov(?:es?|ed|ing)\b[^.;]{0,40}\b(?:names?|details|identit)"
    r"|\bwithh[eo]ld|\bhold(?:s|ing)? back\b|\bheld (?:back|apart)\b|\btak(?:es?|en|ing) out\b|\bguards? the identity\b"
    r"|\b(?:not|never) (?:named|passed on|released|sent|shown|given out|shared)\b"
    r"|\bwithout nam(?:es|ing)\b|\bpseudonymis|\banonymis",
    re.IGNORECASE,
)
DESCRIBED: Final[tuple[tuple[str, re.Pattern[str], frozenset[str]], ...]] = (
    ("brothers and sisters", re.compile(r"\bsiblings?\b|\bbrothers?\b|\bsisters?\b", re.IGNORECASE),
     frozenset({"sibling", "household-member", "extended-family"})),
    ("the person who reported or referred",
     re.compile(r"\binformants?\b|\breferrers?\b|\bcallers?\b|\bperson who (?:referred|reported)", re.IGNORECASE),
     frozenset({"referrer", "member-of-public", "professional"})),
    ("the person alleged to cause harm",
     re.compile(r"\bperpetrators?\b|\babusers?\b|\bsuspects?\b|\bperson who causes harm\b", re.IGNORECASE),
     frozenset({"alleged-perpetrator", "offender", "person-in-trust"})),
    ("parents or carers",
     re.compile(r"\bparents?\b|\bmothers?\b|\bfathers?\b|(?<!care )\bcarers?\b", re.IGNORECASE),
     frozenset({"parent-carer", "household-member", "foster-carer", "unpaid-carer", "extended-family"})),
    ("witnesses", re.compile(r"\bwitness(?:es)?\b", re.IGNORECASE), frozenset({"witness", "victim"})),
    ("victims", re.compile(r"\bvictims?\b|\bsurvivors?\b", re.IGNORECASE),
     frozenset({"victim", "child", "adult-at-risk"})),
)
ABOUT: Final[Mapping[str, tuple[str, frozenset[str]]]] = MappingProxyType({
    "informant-identity": (
        "the person who reported or referred", frozenset({"referrer", "member-of-public", "professional"}),
    ),
    "victim-witness": ("victims or witnesses", frozenset({"victim", "witness", "child", "adult-at-risk"})),
    "staff-allegation": ("people who work in a position of trust", frozenset({"person-in-trust", "professional"})),
    "deceased-info": ("people who have died", frozenset({"deceased"})),
})
INTELLIGENCE: Final = "police-intelligence"
ORIGINATOR: Final = re.compile(r"\boriginator", re.IGNORECASE)
RESTRICTED: Final[Mapping[str, str]] = MappingProxyType({
    "gender-history": "gra-2004-s22", "adoption-information": "aca-2002-s57", "court-documents": "aja-1960-s12",
    "counselling-notes": "pcsca-2022-s44a", "financial-benefits": "crca-2005-s18",
})
FROM_HMRC: Final = re.compile(r"\bHMRC\b|\bHM Revenue\b|\btax credits?\b|\bchild benefit\b", re.IGNORECASE)


@rule(
    "X07", "third-party-data", "warning", source="UK GDPR Arts 5(1)(c) and 15(4)",
    narrowed="Relatives are those outside the household's parents and children. A redaction step is looked for as "
    "words (leave out, withhold, hold apart, not passed on) in any text, or as information withheld in a flow.",
)
def third_party_data(case: Case) -> Iterator[Hit]:
    """Someone who informs, or a relative, is protected: what could identify them is taken out before sharing on."""
    named = {kind for row in case.rows("subjects") if isinstance(kind := row.get("kind"), str)}
    kinds = named & (INFORMANTS | RELATIVES)
    held = [item for item in case.rows("items") if item.get("category") == "informant-identity"]
    if not (kinds or held) or any(flow.row.get("withheld_items") for flow in case.flows):
        return
    if not any(REDACTED.search(read.passage.text) for read in case.language.passages):
        yield Hit(
            f"items.{held[0]['id']}" if held else "subjects",
            "Information about informants or relatives is shared, and nothing says what is taken out first.",
            "Say who removes what could identify them, and when, for example in accuracy, rights or the flow.",
        )


@rule(
    "X08", "subjects-not-declared", "warning", source="UK GDPR Arts 13(1) and 30(1)(c)",
    narrowed="People are recognised by the words of an item's name (siblings, referrers, perpetrators, parents, "
    "witnesses, victims) and by four data categories.",
)
def subjects_not_declared(case: Case) -> Iterator[Hit]:
    """Everyone the information describes is among the people of the agreement."""
    rows = case.rows("subjects")
    kinds = frozenset(kind for row in rows if isinstance(kind := row.get("kind"), str))
    labels = " ".join(str(row["kind"]["other"]) for row in rows if isinstance(row.get("kind"), Mapping))
    if not rows and not case.asked("subjects"):
        return
    told: set[str] = set()
    for item in case.rows("items"):
        for who in _undeclared(item, kinds, labels):
            if who not in told:
                told.add(who)
                yield Hit(
                    f"items.{item['id']}.subjects",
                    f"“{case.names.item(item['id'])}” is about {who}, who are not among the people of this agreement.",
                    "Add them to the people the information is about, or take the information out.",
                )


def _undeclared(item: Row, kinds: frozenset[str], labels: str) -> Iterator[str]:
    name = str(item.get("name", ""))
    category = item.get("category")
    if isinstance(category, str) and category in ABOUT and not kinds & ABOUT[category][1] and not labels:
        yield ABOUT[category][0]
    for who, words, fits in DESCRIBED:
        if words.search(name) and not kinds & fits and not words.search(labels):
            yield who


@rule(
    "X09", "multi-hop", "warning", source="Police Information and Records Management Code of Practice 2023",
    narrowed="Information that travels on is intelligence sent by a body that received it, or a general permission to "
    "pass on within the purpose.",
)
def multi_hop(case: Case) -> Iterator[Hit]:
    """Intelligence is passed on only with the originator's consent, also by those who received it at second hand."""
    carrying = [flow for flow in case.flows if any(_intelligence(item) for item in flow.items)]
    came: dict[str, set[frozenset[str]]] = {}
    for flow in carrying:
        for party in flow.recipients:
            came.setdefault(party.id, set()).add(frozenset(sender.id for sender in flow.senders))
    onward = any(_hops(flow, came) for flow in carrying)
    open_rule = carrying and case.get("onward.rule") == "within-purpose"
    if not (onward or open_rule) or case.get("onward.originator"):
        return
    if not all(ORIGINATOR.search(str(flow.row.get("conditions", ""))) for flow in carrying):
        yield Hit(
            "onward.originator",
            "Intelligence can travel on from the body that received it, and nothing asks the originator.",
            "Say how the originator gives consent before anyone passes intelligence on.",
        )


def _intelligence(item: Row) -> bool:
    return item.get("category") == INTELLIGENCE or "intelligence" in item.get("labels", ())


def _hops(flow: Flow, came: Mapping[str, set[frozenset[str]]]) -> bool:
    """Whether a sender of this flow received intelligence, and sends it to someone it did not come from."""
    ends = {party.id for party in flow.recipients}
    return any(
        ends - origin - {sender.id} for sender in flow.senders for origin in came.get(sender.id, ())
    )


@rule(
    "X10", "special-restriction", "error",
    source="GRA 2004 s.22; ACA 2002 ss.56-65; AJA 1960 s.12; CRCA 2005 s.18; PCSCA 2022 ss.44A-44D",
    narrowed="Information counts as HMRC's when its name, system or notes say so, or when HMRC sends it.",
)
def special_restriction(case: Case) -> Iterator[Hit]:
    """Information whose disclosure the law restricts has its restriction written beside it, and how it is kept."""
    from_hmrc = {
        item["id"] for flow in case.flows for item in flow.items if any("hmrc" in party.types for party in flow.senders)
    }
    for item in case.rows("items"):
        category = item.get("category")
        if not isinstance(category, str) or category not in RESTRICTED:
            continue
        told = " ".join(str(item.get(key, "")) for key in ("name", "source_system", "notes"))
        if category == "financial-benefits" and not (item["id"] in from_hmrc or FROM_HMRC.search(told)):
            continue
        address = f"items.{item['id']}.restriction_acknowledged"
        if not item.get("restriction_acknowledged"):
            law = case.library.name("gateways", RESTRICTED[category])
            name = case.names.item(item["id"])
            yield Hit(
                address, f"The law restricts “{name}” ({law}), and nothing says how that is kept.",
                "Write which restriction applies and who makes sure that it is kept.",
            )
