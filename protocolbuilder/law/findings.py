"""What a review finds, and the register of the rules that find it.

A rule is one small function: it reads a `Case` and yields hits. Its id and severity stand in its decorator, its legal
source and its reason in its docstring and decorator; the words of a hit are for an information governance manager.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from protocolbuilder.law.case import Case
from protocolbuilder.law.citations import doubted

Severity = Literal["error", "warning", "advice"]
ORDER: Final[tuple[Severity, ...]] = ("error", "warning", "advice")


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is not met. `severity` only where it differs from the rule's own."""

    address: str
    text: str
    fix: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with all a reviewer needs: which rule, how grave, its source and the version of the library it used.

    It is a prompt for a person, never legal advice. An error blocks issue for signature; a warning can be accepted
    with a name and a reason; advice informs.
    """

    rule: str
    name: str
    severity: Severity
    address: str
    text: str
    fix: str
    source: str
    library: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One registered rule. `narrowed` says how it differs from the rule as first written, or is ""."""

    id: str
    name: str
    severity: Severity
    source: str
    narrowed: str
    find: Callable[[Case], Iterator[Hit]]


    def findings(self, case: Case) -> Iterator[Finding]:
        """What it finds. Where that names law that nobody has checked, the way to put it right says so.

        The text itself stays the same when somebody verifies that law: it is what a person has accepted.
        """
        for hit in self.find(case):
            unsure = () if self.id in ABOUT_DOUBTS else doubted(f"{hit.text} {hit.fix} {self.source}", case.library)
            yield Finding(
                self.id, self.name, hit.severity or self.severity, hit.address, hit.text, " ".join([hit.fix, *unsure]),
                self.source, case.library.version,
            )


RULES: dict[str, Rule] = {}
ABOUT_DOUBTS: Final = frozenset({"R20", "R104"})
"""Rules whose own text says what nobody has confirmed."""


def rule(
    rule_id: str, name: str, severity: Severity, *, source: str, narrowed: str = ""
) -> Callable[[Callable[[Case], Iterator[Hit]]], Callable[[Case], Iterator[Hit]]]:
    """Registers a rule under its stable id. Two rules with one id are a programmer's mistake: ValueError."""

    def register(find: Callable[[Case], Iterator[Hit]]) -> Callable[[Case], Iterator[Hit]]:
        if rule_id in RULES:
            raise ValueError(f"{rule_id} is registered twice")
        RULES[rule_id] = Rule(rule_id, name, severity, source, narrowed, find)
        return find

    return register
