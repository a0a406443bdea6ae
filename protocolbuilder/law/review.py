"""Runs every review rule over one case."""

from __future__ import annotations

from protocolbuilder.law import rules
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import ORDER, RULES, Finding

FAMILIES = rules.FAMILIES


def review(case: Case) -> tuple[Finding, ...]:
    """Every finding, gravest first, then by rule and in the order of the agreement."""
    found = [
        Finding(
            rule.id, rule.name, hit.severity or rule.severity, hit.address, hit.text, hit.fix, rule.source,
            case.library.version,
        )
        for rule in RULES.values()
        for hit in rule.find(case)
    ]
    return tuple(sorted(found, key=lambda finding: (ORDER.index(finding.severity), finding.rule)))
