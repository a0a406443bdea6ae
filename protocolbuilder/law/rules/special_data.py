"""Family D, second part: special category and criminal offence data (R47 to R55)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Party, Standing, ids
from protocolbuilder.law.policies import asks_policy

PART_1: Final = {"art9-2-b": "sch1-p1", "art9-2-h": "sch1-p2", "art9-2-i": "sch1-p3", "art9-2-j": "sch1-p4"}
NO_CONSENT: Final = {
    "sch1-p17": "paragraph 17", "sch1-p18": "paragraph 18", "sch1-p19": "paragraph 19",
    "sch8-p4": "paragraph 4 of Schedule 8",
}
REASONS: Final = frozenset({"cannot", "unreasonable", "prejudice"})
ADULTS: Final = frozenset({
    "adult-at-risk", "parent-carer", "household-member", "extended-family", "unpaid-carer", "victim", "care-leaver",
})
CARE_SECTORS: Final = frozenset({"health", "care"})
SOCIAL_CARE: Final = frozenset({"la-children", "la-adults", "la-public-health", "substance-use-provider"})
VITAL: Final = (("art6", "art6-1-d"), ("art9", "art9-2-c"))


@rule("R47", "special-no-art9", "error", source="UK GDPR Art 9(1)")
def special_without_article_9(case: Case) -> Iterator[Hit]:
    """Special category data may not be processed without an exception of Art 9(2) (UK GDPR Art 9(1))."""
    for flow, parties in case.reliance.lacking(lambda one: one.bare("special", "art9")):
        yield Hit(
            flow.at("bases"),
            f"{case.called(parties)} has no Article 9 condition for the special category data of this flow.",
            "Choose a condition in the lawful basis, for example substantial public interest, Article 9(2)(g).",
        )


def _of_part_2(case: Case, chosen: frozenset[str]) -> bool:
    entries = (case.library.entry("sch1", key) for key in chosen)
    return any(entry is not None and entry["group"] == "sch1-part2" for entry in entries)


@rule("R48", "art9g-no-sch1", "error", source="DPA 2018 s.10(3)")
def public_interest_without_schedule_1(case: Case) -> Iterator[Hit]:
    """Substantial public interest is met only with a condition of DPA 2018 Schedule 1 Part 2 (s.10(3))."""
    for row in case.rows("bases"):
        met = all(_of_part_2(case, chosen) for chosen in case.reliance.beside(row, "sch1"))
        if "art9-2-g" in ids(row, "art9") and not met:
            yield Hit(
                f"bases.{row['id']}.sch1",
                "Substantial public interest stands alone: a condition of Schedule 1 Part 2 is needed as well.",
                "Choose one; in safeguarding it is usually paragraph 18 or paragraph 6.",
            )


@rule("R49", "art9b-h-i-j-no-sch1", "error", source="DPA 2018 s.10(2)")
def article_9_without_schedule_1(case: Case) -> Iterator[Hit]:
    """Article 9(2)(b), (h), (i) and (j) each need their condition of DPA 2018 Schedule 1 Part 1 (s.10(2))."""
    for row in case.rows("bases"):
        for key in sorted(ids(row, "art9") & set(PART_1)):
            wanted = PART_1[key]
            if not all(wanted in chosen for chosen in case.reliance.beside(row, "sch1")):
                yield Hit(
                    f"bases.{row['id']}.sch1",
                    f"{case.library.name('art9', key)} needs its Schedule 1 condition, and it is not chosen.",
                    f"Choose {case.library.name('sch1', wanted)}.",
                )


@rule(
    "R50", "apd-missing", "error", source="DPA 2018 Sch 1 paras 5, 10(2), 38 to 41; s.42",
    narrowed="A policy document counts when it names the partner and the lawful basis it covers. Where it is kept is a "
    "matter of its web address and is not asked for.",
)
def policy_document_missing(case: Case) -> Iterator[Hit]:
    """Most Schedule 1 conditions, and all of Schedule 8, need an appropriate policy document of each controller."""
    papers = [row for row in case.rows("documents") if row.get("kind") == "policy-document"]
    for row in case.rows("bases"):
        having = {key for paper in papers if row["id"] in paper.get("covers", ()) for key in paper.get("party", ())}
        lacking = [
            one.party for one in case.reliance.of[row["id"]]
            if one.party.id not in having and asks_policy(case, row, one)
        ]
        if lacking:
            yield Hit(
                f"bases.{row['id']}.{'sch8' if row.get('regime') == 'part3' else 'sch1'}",
                f"No appropriate policy document of {case.called(lacking)} covers this basis.",
                "Add the document in documents: name the partner, and choose the lawful bases it covers.",
            )


@rule("R51", "para18-reason-missing", "error", source="DPA 2018 Sch 1 paras 17(2), 18(2), 19(2); Sch 8 para 4(2)")
def no_consent_reason_missing(case: Case) -> Iterator[Hit]:
    """These paragraphs apply only where consent cannot be given or obtained, or asking would prejudice protection."""
    for row in case.rows("bases"):
        used = [NO_CONSENT[key] for key in sorted((ids(row, "sch1") | ids(row, "sch8")) & set(NO_CONSENT))]
        reason = row.get("no_consent_reason")
        if used and not (isinstance(reason, str) and reason in REASONS):
            yield Hit(
                f"bases.{row['id']}.no_consent_reason",
                f"This basis rests on {' and '.join(used)}, and nothing says why consent is not asked for.",
                "Choose one of the three reasons in law, and record it for each decision as well.",
            )


@rule(
    "R52", "adult-at-risk-test", "warning", source="DPA 2018 Sch 1 para 18(3)",
    narrowed="An adult is a kind of person whom paragraph 18 could protect, among those the flows are about.",
)
def adult_at_risk_test(case: Case) -> Iterator[Hit]:
    """An adult is at risk under paragraph 18 only if needs, risk and inability to protect oneself are all met."""
    for row in case.rows("bases"):
        adults = any(one.flow.subjects & ADULTS for one in case.reliance.of[row["id"]])
        if "sch1-p18" in ids(row, "sch1") and adults and case.empty(f"bases.{row['id']}.at_risk_test"):
            yield Hit(
                f"bases.{row['id']}.at_risk_test",
                "This basis is used for adults, and nothing says how the test for an adult at risk is met.",
                "Say that the adult has care and support needs, is at risk of harm, and cannot protect themselves "
                "because of those needs; else use paragraph 6 or 10.",
            )


def _outside_care(case: Case, party: Party) -> bool:
    entries = (case.library.entry("agency_types", key) for key in party.types)
    sectors = {entry["sector"] for entry in entries if entry}
    return bool(party.types) and not sectors & CARE_SECTORS and not SOCIAL_CARE & set(party.types)


@rule(
    "R53", "health-condition-outside-care", "warning", source="UK GDPR Art 9(3); DPA 2018 s.11(1)",
    narrowed="Professional secrecy is read from the agency types: health, care and social care bodies have it. A basis "
    "with a second Article 9 condition beside it is left alone.",
)
def health_condition_outside_care(case: Case) -> Iterator[Hit]:
    """Health or social care, Art 9(2)(h), needs a duty of secrecy at the other end too (Art 9(3); s.11(1))."""
    for flow, _ in case.reliance.lacking(
        lambda one: one.ids("art9") == {"art9-2-h"} and any(_outside_care(case, end) for end in one.flow.recipients),
    ):
        outside = [party for party in flow.recipients if _outside_care(case, party)]
        yield Hit(
            flow.at("bases"),
            f"Health or social care is the only condition, and {case.called(outside)} gives neither.",
            "Use substantial public interest, Article 9(2)(g), with paragraph 18 of Schedule 1.",
        )


@rule(
    "R54", "vital-interests-routine", "warning", source="UK GDPR Arts 6(1)(d), 9(2)(c)",
    narrowed="Whether the person can consent is read from the reason why consent is not asked for.",
)
def vital_interests_routine(case: Case) -> Iterator[Hit]:
    """Vital interests are for life and death; Art 9(2)(c) needs a person who cannot consent."""
    for flow, _ in case.reliance.lacking(
        lambda one: one.flow.routine and any(key in one.ids(group) for group, key in VITAL)
    ):
        yield Hit(
            flow.at("bases"), "Vital interests are for emergencies, and this flow is routine.",
            "Choose another basis for the routine flow; keep vital interests for an emergency.",
        )
    for row in case.rows("bases"):
        if "art9-2-c" in ids(row, "art9") and row.get("no_consent_reason") != "cannot":
            yield Hit(
                f"bases.{row['id']}.no_consent_reason",
                "Vital interests in Article 9 apply only to a person who cannot consent.",
                "Say that consent cannot be given, or choose another condition.",
            )


def _offence_authority(case: Case, chosen: Standing) -> bool:
    entry = case.library.entry("art10", "art10") or {}
    authority = chosen.ids("art10") | chosen.ids("sch1")
    return bool(authority & set(entry.get("requires_any_of", ())))


@rule("R55", "criminal-no-art10", "error", source="UK GDPR Art 10; DPA 2018 ss.10(5), 11(2)")
def criminal_without_article_10(case: Case) -> Iterator[Hit]:
    """Offence data, and allegations are offence data (s.11(2)), need official authority or a Schedule 1 condition."""
    def lacks(one: Standing) -> bool:
        uses = one.flow.holds("criminal") and bool(one.under("uk-gdpr"))
        return uses and (one.bare("criminal", "art10") or not _offence_authority(case, one))

    for flow, parties in case.reliance.lacking(lacks):
        yield Hit(
            flow.at("bases"),
            f"{case.called(parties)} has no Article 10 authority for the criminal offence data of this flow.",
            "Choose official authority, or Article 10 with a condition of Schedule 1. Add paragraph 36 where the "
            "public interest is not substantial.",
        )
