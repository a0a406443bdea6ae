"""A flow has a direction, days of its own, and reservations that may touch it alone."""

from datetime import date

import pytest

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.days import on
from protocolbuilder.domain.standing import Standings, standings
from protocolbuilder.domain.standing_flows import Carried, of_flow, of_purpose
from protocolbuilder.domain.standing_history import Event, History, Terms
from tests.builders import flow, party, with_answers

BEGIN, DAY = date(2026, 4, 1), date(2026, 7, 1)
PARTIES = ("a", "b", "c")


def agreement() -> Agreement:
    return with_answers(
        parties=[party(one, one.upper()) for one in PARTIES],
        others=[
            {"id": "o1", "name": "Provider", "stands_for": ["b", "c"]}, {"id": "o2", "name": "The person"},
            {"id": "o3", "name": "A meeting"},
        ],
        purposes=[{"id": "pu1", "statement": "One"}, {"id": "pu2", "statement": "Two"}],
        flows=[
            flow("f1", "a", "b"),
            flow("f2", "b", "a", purposes=["pu2"]),
            flow("f3", "a", "o1", start="2026-08-01"),
            flow("f4", "a", "o2", end="2026-06"),
            flow("f5", "o2", "o3"),
            {**flow("f6", "a", "b"), "to": []},
            flow("f7", "b", "b"),
            flow("f8", "a", "b", start="2026-07"),
        ],
    )  # fmt: skip


def signed(*reserved: str) -> Standings:
    terms = Terms(1, on(BEGIN), PARTIES, rule="each-as-it-signs")
    events = [Event("signed", one, on(BEGIN)) for one in ("a", "b")]
    return standings(History((terms,), (*events, Event("reserved", "b", on(BEGIN), text="Not yet", on=reserved))))


def one_of(found: Standings, which: str) -> list[tuple[str, str, str]]:
    return [(one.sender, one.recipient, one.standing.kind) for one in of_flow(found, agreement(), which, DAY)]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("f1", [("a", "b", "in force")]),
        ("f3", [("a", "b", "not commenced"), ("a", "c", "awaiting")]),
        ("f4", [("a", "o2", "ended")]),
        ("f5", [("o2", "o3", "does not apply")]),
        ("f6", [("a", "", "not stated")]),
        ("f7", [("b", "b", "in force")]),
        ("f8", [("a", "b", "not stated")]),
        ("nowhere", []),
    ],
)
def test_each_sender_and_recipient_of_a_flow_stands_by_itself(which: str, expected: list[tuple[str, str, str]]) -> None:
    assert one_of(signed(), which) == expected


@pytest.mark.parametrize(
    ("said", "touched"),
    [
        (("flows.f1",), ["f1"]),
        (("purposes.pu2",), ["f2"]),
        (("parties.a",), ["f1", "f2"]),
        (("parties.b",), []),
        (("items.i1",), ["f1", "f2", "f7"]),
        ((), []),
    ],
)
def test_a_reservation_touches_the_flows_it_names(said: tuple[str, ...], touched: list[str]) -> None:
    found = [of_flow(signed(*said), agreement(), which, DAY) for which in ("f1", "f2", "f7")]
    assert [one.flow for (one,) in found if one.reserved] == touched
    assert all(one.standing.reserved for (one,) in found), "it is told with each all the same"


def test_a_purpose_stands_as_the_flows_that_serve_it() -> None:
    found: tuple[Carried, ...] = of_purpose(signed(), agreement(), "pu2", DAY)
    assert [(one.flow, one.sender, one.recipient, one.standing.kind) for one in found] == [("f2", "b", "a", "in force")]
