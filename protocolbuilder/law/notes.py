"""The notes on the review rules: how many there are, and how a rule is narrower than it was first written."""

from __future__ import annotations

from collections.abc import Sequence

from protocolbuilder.law.findings import ORDER, Rule

HEAD = """# The review rules

What a rule reads is what the schema captures. Where the rule as first written asks for more, it is narrower here, and
the last column says how. A rule without a note does what it says. Severity is that of the rule; a finding may be graver
or milder where its rule says so.

{numbers} {narrowed} narrowed, none dropped.
`protocolbuilder law rules --markdown` prints this page; a test holds it to the rules.

| rule | name | severity | source | narrowed |
| --- | --- | --- | --- | --- |
"""


def narrowed(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that are narrower than first written."""
    return tuple(rule for rule in rules if rule.narrowed)


def numbers(rules: Sequence[Rule]) -> str:
    """`114 rules: 66 errors, 38 warnings, 10 advice.`"""
    counts = {severity: sum(rule.severity == severity for rule in rules) for severity in ORDER}
    return "{all} rules: {error} errors, {warning} warnings, {advice} advice.".format(all=len(rules), **counts)


def noted(rules: Sequence[Rule]) -> str:
    """The README of the law room."""
    rows = (f"| {rule.id} | {rule.name} | {rule.severity} | {rule.source} | {rule.narrowed} |\n" for rule in rules)
    return HEAD.format(numbers=numbers(rules), narrowed=len(narrowed(rules))) + "".join(rows)
