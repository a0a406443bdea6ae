"""Runs every review rule over one case, and tells which findings a person has accepted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from protocolbuilder.domain.agreement import ABSENT, Agreement, acceptance_address, accepted_at, put
from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law import rules
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import ORDER, RULES, Finding, Rule
from protocolbuilder.law.library import Library
from protocolbuilder.law.parts import Issued

FAMILIES = rules.FAMILIES
CLEARED_OTHERWISE: Final = frozenset({"R20"})
"""Warnings that no acceptance clears: only a recorded verification of the provision does."""


def in_order() -> tuple[Rule, ...]:
    """Every rule by its id: R01 to R104, then X01 to X10."""
    return tuple(sorted(RULES.values(), key=lambda rule: (rule.id[0], int(rule.id[1:]))))


def review(case: Case) -> tuple[Finding, ...]:
    """Every finding, gravest first, then by rule and in the order of the agreement."""
    found = [finding for rule in RULES.values() for finding in rule.findings(case)]
    return tuple(sorted(found, key=lambda finding: (ORDER.index(finding.severity), finding.rule)))


def review_draft(
    schema: Schema, agreement: Agreement, library: Library, *, on: date, problems: Iterable[Problem],
    others: tuple[Agreement, ...] = (), issued: Issued | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """The review of a draft, whose answers may be wrong: the rules read only what the check found well formed.

    `others` and `issued` are as for a `Case`: without a register X01 and X02 find nothing.
    """
    for problem in problems:
        if problem.kind == "wrong":
            agreement = put(agreement, problem.address, ABSENT)
    return review(Case(schema, agreement, library, on=on, others=others, issued=issued))


def may_be_accepted(finding: Finding) -> bool:
    """A warning, unless something else clears it. Errors are put right; advice needs no answer."""
    return finding.severity == "warning" and finding.rule not in CLEARED_OTHERWISE


def is_accepted(agreement: Agreement, finding: Finding) -> bool:
    """Whether somebody accepted this warning as it stands now: what they accepted had the same words.

    A rule may find several things at one address; they are accepted together, each with its words on a line.
    """
    row = accepted_at(agreement, acceptance_address(finding.rule, finding.address))
    return may_be_accepted(finding) and row is not ABSENT and finding.text in row.get("text", finding.text).split("\n")


def standing(agreement: Agreement, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What nobody has accepted, in order."""
    return tuple(finding for finding in findings if not is_accepted(agreement, finding))
