"""What the tests of the starting patterns ask of a pattern: rows, partners at the ends of a flow, powers, words."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern

PATTERNS: Final = catalogue.patterns()
AGREEMENTS: Final = tuple(pattern for pattern in PATTERNS if pattern.agreement.schema == "agreement-1")

every_pattern = pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
every_agreement = pytest.mark.parametrize("pattern", AGREEMENTS, ids=lambda pattern: pattern.name)


def rows(pattern: Pattern, section: str) -> list[Mapping[str, Any]]:
    return list(pattern.agreement.answers.get(section, []))


def by_id(pattern: Pattern, section: str) -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row for row in rows(pattern, section)}


def partners(pattern: Pattern, ids: list[str]) -> list[Mapping[str, Any]]:
    """The partners that ends of a flow lead to: a meeting to those around its table, a family to none."""
    parties, others = by_id(pattern, "parties"), by_id(pattern, "others")
    found = []
    for key in ids:
        other = others.get(key, {})
        named = [key] if key in parties else [*other.get("stands_for", []), *other.get("works_for", [])]
        assert named or other["kind"] in {"person-concerned", "outside-body", "oversight"}, f"{key} leads to no partner"
        found += [parties[name] for name in named]
    return found


def kinds_of(pattern: Pattern, ids: list[str]) -> list[list[str]]:
    """The agency types at an end of a flow: of each partner, and of each body outside the agreement that has any."""
    others = by_id(pattern, "others")
    outside = [others[key]["agency_types"] for key in ids if others.get(key, {}).get("agency_types")]
    return [partner["agency_types"] for partner in partners(pattern, ids)] + outside


def provision(gateway: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The library entry of a power, or None for a citation of the pattern's own."""
    own = isinstance(gateway["provision"], dict)
    return None if own else catalogue.library().entry("gateways", gateway["provision"])


def powers(pattern: Pattern, flow: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The library entries of a flow's powers."""
    gateways = by_id(pattern, "gateways")
    return [entry for key in flow["gateways"] if (entry := provision(gateways[key]))]


def own_citations(pattern: Pattern, flow: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A flow's powers that the library does not hold: each says on whom it bites and how."""
    gateways = by_id(pattern, "gateways")
    found = [gateways[key] for key in flow["gateways"] if not provision(gateways[key])]
    assert all(isinstance(g["provision"], dict) and g["on_whom"] and g["explanation"] for g in found), flow["id"]
    return found


def fits(types: list[str], allowed: list[str]) -> bool:
    return "any" in allowed or bool(set(types) & set(allowed))


def words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from words(inner)
