"""Family D, third part: law enforcement under Part 3 of the Data Protection Act 2018 (R56 and R57)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import LAW_ENFORCEMENT, Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Standing, ids

EXPLAINED: Final = re.compile(r"\bPart 3\b|law enforcement|\bs(?:ection|\.)\s?3[0-6]\b", re.IGNORECASE)


def _part_3_open(case: Case, one: Standing) -> bool:
    """What the police and their like send was held for law enforcement; what they receive depends on the purpose."""
    enforcing = bool(one.flow.purpose_ids & LAW_ENFORCEMENT)
    return case.competent(one.party, one.flow) and (one.sends or enforcing)


def _position_missing(case: Case, one: Standing) -> bool:
    explained = any(EXPLAINED.search(str(row.get("explanation", ""))) for row in one.bases)
    return bool(one.bases) and _part_3_open(case, one) and not one.under("part3") and not explained


@rule(
    "R56", "police-flow-without-part3-analysis", "error", source="DPA 2018 ss.30, 31, 35, 36(4)",
    narrowed="A police sender is always asked, a police recipient only for a law enforcement purpose. An explanation "
    "counts when it names Part 3 or law enforcement.",
)
def police_flow_without_part_3(case: Case) -> Iterator[Hit]:
    """A competent authority says which regime it is under (DPA 2018 ss.30, 31); sharing on is under s.36(4)."""
    for flow, parties in case.reliance.lacking(lambda one: _position_missing(case, one)):
        yield Hit(
            flow.at("bases"), f"Nothing says how Part 3 (law enforcement) applies to {case.called(parties)} here.",
            "Add a Part 3 basis beside the UK GDPR one: s.36(4) where law enforcement records are shared for another "
            "purpose. Or explain in the UK GDPR basis why Part 3 does not apply.",
        )
    for row in case.rows("bases"):
        standings = case.reliance.of[row["id"]] if row.get("regime") == "part3" else ()
        inside = {one.party.id for one in standings if case.competent(one.party, one.flow)}
        outside = [one.party for one in standings if one.party.id not in inside]
        if outside:
            yield Hit(
                f"bases.{row['id']}.regime",
                f"Part 3 is for competent authorities, and {case.called(outside)} is not one in these flows.",
                "Limit this basis to competent authorities, and give the others a UK GDPR basis.",
            )


@rule("R57", "part3-sensitive", "error", source="DPA 2018 s.35(3) to (5); Sch 8")
def part_3_sensitive(case: Case) -> Iterator[Hit]:
    """Sensitive processing must be strictly necessary and meet Schedule 8, or rest on consent (s.35(3) to (5))."""
    for row in case.rows("bases"):
        sensitive = any(one.flow.holds("special") for one in case.reliance.of[row["id"]])
        if row.get("regime") != "part3" or not sensitive:
            continue
        if not ids(row, "sch8") and "p3-s35-consent" not in ids(row, "part3"):
            yield Hit(
                f"bases.{row['id']}.sch8",
                "This law enforcement basis covers special category data and has no Schedule 8 condition.",
                "Choose one, for example safeguarding of children and of individuals at risk.",
            )
        if not row.get("strict_necessity"):
            yield Hit(
                f"bases.{row['id']}.strict_necessity",
                "This law enforcement basis covers special data, and nothing says why that is strictly necessary.",
                "Say why a less intrusive way would not meet the purpose.",
            )
