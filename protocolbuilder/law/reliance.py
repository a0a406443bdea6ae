"""Who relies on which lawful basis in which flow: read once for a whole review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from protocolbuilder.law.parts import Flow, Party, Row, Standing, ids

if TYPE_CHECKING:
    from protocolbuilder.law.case import Case


class Reliance:
    """The lawful bases of a case, followed to the partners and flows they cover."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._chosen: dict[str, tuple[Row, ...]] = {}

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Each partner that is a controller at an end of a flow about people, with the bases that cover it there."""
        acting = {
            (row.get("flow"), row.get("party")) for row in self.case.rows("flow_roles")
            if row.get("role") == "processor" and row.get("while") not in ("before", "after")
        }
        return tuple(
            Standing(flow, party, party in flow.senders, self.bases(flow, party))
            for flow in self.case.flows if flow.personal
            for party in flow.ends
            if party.section == "parties" and party.row.get("role") != "processor" and (flow.id, party.id) not in acting
        )

    @cached_property
    def of(self) -> Mapping[str, tuple[Standing, ...]]:
        """Who relies on each basis, by its id: the partners it covers in the flows it covers."""
        found: dict[str, list[Standing]] = {row["id"]: [] for row in self.case.rows("bases")}
        for standing in self.standings:
            for row in standing.bases:
                found[row["id"]].append(standing)
        return {key: tuple(standings) for key, standings in found.items()}

    def lacking(self, lacks: Callable[[Standing], bool]) -> Iterator[tuple[Flow, tuple[Party, ...]]]:
        """The flows in which partners lack something, each once with those partners."""
        found: dict[str, list[Standing]] = {}
        for one in self.standings:
            if lacks(one):
                found.setdefault(one.flow.id, []).append(one)
        for standings in found.values():
            yield standings[0].flow, tuple(one.party for one in standings)

    def beside(self, basis: Row, question: str) -> tuple[frozenset[str], ...]:
        """What stands at a question wherever a basis is relied on, itself included: one set a partner and flow."""
        return tuple({one.ids(question) for one in self.of[basis["id"]]}) or (ids(basis, question),)

    def bases(self, flow: Flow, party: Party) -> tuple[Row, ...]:
        """The lawful bases that cover a partner in a flow: those the flow chooses and those for all flows."""
        found = self._chosen.get(flow.id)
        if found is None:
            chosen = set(flow.row.get("bases", ()))
            items = {item["id"] for item in flow.items}
            found = self._chosen[flow.id] = tuple(
                row for row in self.case.rows("bases")
                if row["id"] in chosen or row.get("covers") == "all-flows"
                or (row.get("covers") == "items" and items & set(row.get("items", ())))
            )
        return tuple(row for row in found if self._relies(row, party, flow))

    def _relies(self, row: Row, party: Party, flow: Flow) -> bool:
        match row.get("applies_to"):
            case "public-authorities":
                return party.public_authority
            case "not-public-authorities":
                return not party.public_authority
            case "competent-authorities":
                return self.case.competent(party, flow)
            case "named":
                return party.id in self._named[row["id"]]
            case _:
                return True

    @cached_property
    def _named(self) -> Mapping[str, frozenset[str]]:
        """The partners each basis names, by its id."""
        named = {row["id"]: row.get("who", ()) for row in self.case.rows("bases")}
        return {key: frozenset((*who, *(party.id for party in self.case.resolve(who)))) for key, who in named.items()}
