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

FOOT = """
## Limits on data in the offer

The offer (`offer.py`, `carve_outs.py`) moves a provision that such a limit shuts to those that nearly apply. What is
known decides how far each limit is computed. A bare question (`law offer`) knows the bodies, the purposes, the data
categories, the nation and the day. The offer of a flow in an agreement also knows whom the flow is about, whether
they can be recognised, and whether their agreement is asked for.

- **R31** HSCA 2012 s.251B: computed from recipients and purposes.
- **R32** PCSCA 2022 s.16(4): computed from senders and data. In a flow, figures that identify nobody pass.
- **R33** CDA 1998 s.17A: computed from data. In a flow, pseudonymised data and figures pass.
- **R34** HA 1996 s.213B: not computed of a bare question, which does not say whether the person agrees; there it is a
  condition in words. In a flow it is shut until the flow asks for the person's agreement.
- **R35** MSA 2015 s.52(3): of a bare question computed where purposes, data or the sender (adult social care alone)
  tell of adults only, and something among the data names or numbers a person. In a flow, computed from the people,
  the data and the agreement that the flow states.
- **R36** CA 2004 s.16LA: (a) is the test of who relies, for a charity is named only as a commissioned provider. (b) is
  computed where purposes and data tell of adults only; in a flow, from the people that it states. (c), the step that
  weighs detriment, is written when the duty is taken, so it never shuts the duty: it is a condition in words and a
  rule of the review.

## Restrictions that the library has no record of

Restrictions come from the records of that kind in the library, each with its source. The library has none on witness
protection, so nothing is said of it when *Victim or witness details* or *Confidential or refuge address* is chosen
beyond what the records say of those data (PCSCA 2022 ss.44A to 44D; confidentiality). No law is invented here: a
person who has the source adds a local entry of the kind *restriction*, which stands in the offer of the flows whose
bodies and purposes it names once two agencies stand behind it.
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
    return HEAD.format(numbers=numbers(rules), narrowed=len(narrowed(rules))) + "".join(rows) + FOOT
