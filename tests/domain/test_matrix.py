"""The matrix is views of the flows: a cell for every flow, a flow for every cell, and must is never said lightly."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.domain import matrix
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.marks import MEANINGS, ORDER, WORDS, Power

LAW: dict[str, dict[str, Any]] = {
    name: {
        "kind": kind,
        "effect": effect,
        "trigger": trigger,
        "status": "in-force",
        "verified": True,
        "who_may_rely_on": ["police"],
    }
    for name, kind, effect, trigger in [
        ("on-request", "mandatory", "disclose", "request"),
        ("on-event", "mandatory", "notify", "event"),
        ("standing", "mandatory", "disclose", "standing"),
        ("person", "mandatory", "notify", "personal"),
        ("co-operate", "mandatory", "co-operate", "standing"),
        ("power", "permissive", None, None),
        ("function", "implied", None, None),
        ("limit", "restriction", None, None),
    ]
}
PARTIES = [
    {"id": "pol", "name": "Police", "agency_types": ["police"]},
    {"id": "cou", "name": "Council", "agency_types": ["la-children"]},
    {"id": "sch", "name": "Schools", "kind": "class", "agency_types": ["academy"]},
    {"id": "new", "name": "Newcomer"},
]


def agreement(*flows: dict[str, Any], **lists: list[dict[str, Any]]) -> Agreement:
    return Agreement("agreement-1", "test", {"parties": PARTIES, "flows": list(flows), **lists})


def marks(flow: dict[str, Any], gateway: dict[str, Any], law: dict[str, dict[str, Any]] = LAW) -> list[str]:
    one = agreement({"id": "f1", "from": ["pol"], "to": ["cou"], **flow, "gateways": ["g1"]}, gateways=[gateway])
    (cell,) = matrix.agencies(one, law).cells.values()
    return [power.words for power in cell.powers]


@pytest.mark.parametrize(
    ("provision", "flow", "words"),
    [
        ("on-request", {"frequency": "on-request"}, "Must"),
        ("on-request", {"mode": "request"}, "Must"),
        ("on-request", {"answers": "f0"}, "Must"),
        ("on-request", {"frequency": "daily", "mode": "push"}, "Duty only on request"),
        ("on-event", {"frequency": "on-event"}, "Must"),
        ("on-event", {"frequency": "monthly"}, "Duty only when something happens"),
        ("standing", {}, "Must"),
        ("standing", {"from": ["cou"], "to": ["pol"]}, "Duty of others"),
        ("standing", {"from": ["new"], "to": ["pol"]}, "Duty, if the law names the sender"),
        ("standing", {"from": [], "to": ["pol"]}, "Duty, if the law names the sender"),
        ("person", {"frequency": "on-event"}, "Duty of a professional"),
        ("co-operate", {}, "Co-operate"),
        ("power", {"frequency": "on-request"}, "May"),
        ("function", {}, "Function"),
        ("limit", {}, "Restriction"),
    ],
)
def test_must_is_said_only_of_a_duty_to_disclose_or_notify_that_reaches_this_flow(
    provision: str, flow: dict[str, Any], words: str
) -> None:
    assert marks(flow, {"id": "g1", "provision": provision}) == [words]


def test_a_duty_on_some_partners_is_no_duty_of_the_others() -> None:
    assert marks({}, {"id": "g1", "provision": "standing", "on_whom": ["cou"]}) == ["Duty of others"]


@pytest.mark.parametrize(
    ("status", "words"),
    [("unverified", "Not known to be in force"), ("repealed", "Not in force"), ("not-yet-commenced", "Not in force")],
)
def test_a_provision_not_known_to_be_in_force_compels_nobody(status: str, words: str) -> None:
    law = {"standing": {**LAW["standing"], "status": status}}
    assert marks({}, {"id": "g1", "provision": "standing"}, law) == [words]


def test_what_the_agreement_says_stands_beside_what_the_library_says() -> None:
    assert marks({}, {"id": "g1", "provision": "power", "stated_as": "must"}) == ["May (the agreement says: Must)"]
    assert marks({}, {"id": "g1", "provision": "power", "stated_as": "may"}) == ["May"]


def test_a_citation_of_its_own_is_not_stated_until_the_agreement_states_it() -> None:
    own = {"id": "g1", "provision": {"other": "Royal prerogative"}}
    assert marks({}, own) == ["Not stated"]
    assert marks({}, {**own, "stated_as": "must"}) == ["Must, as the agreement states"]
    assert marks({}, {**own, "stated_as": {"other": "by custom"}}) == ["by custom, as the agreement states"]


def test_an_unchecked_provision_stays_marked_as_such() -> None:
    law = {"power": {**LAW["power"], "verified": False}}
    one = agreement(
        {"id": "f1", "from": ["pol"], "to": ["cou"], "gateways": ["g1"]}, gateways=[{"id": "g1", "provision": "power"}]
    )
    assert matrix.flow_powers(one, law) == {"f1": (Power("g1", "may", verified=False),)}


def test_every_mark_has_words_and_a_meaning() -> None:
    assert tuple(WORDS) == ORDER == tuple(MEANINGS)


def test_an_other_that_stands_for_partners_fills_their_cells() -> None:
    one = agreement(
        {"id": "f1", "from": ["prov"], "to": ["cou"]}, others=[{"id": "prov", "stands_for": ["pol", "sch"]}]
    )
    view = matrix.agencies(one, LAW)
    assert set(view.cells) == {("pol", "cou"), ("sch", "cou")}
    assert "prov" not in view.rows


def test_an_end_that_is_not_stated_has_a_row_or_column_of_its_own() -> None:
    view = matrix.agencies(agreement({"id": "f1", "from": ["pol"]}, {"id": "f2", "to": ["pol"]}), LAW)
    assert set(view.cells) == {("pol", ""), ("", "pol")}
    assert view.rows[-1] == view.columns[-1] == ""


def test_partners_exchange_with_each_other_and_only_a_class_with_itself() -> None:
    everyone = ["pol", "cou", "sch"]
    view = matrix.agencies(agreement({"id": "f1", "from": everyone, "to": everyone}), LAW)
    assert {row for row, column in view.cells if row == column} == {"sch"}
    inside = matrix.agencies(agreement({"id": "f1", "from": ["cou"], "to": ["cou"]}), LAW)
    assert set(inside.cells) == {("cou", "cou")}


def test_a_partner_without_flows_still_has_its_row_and_column() -> None:
    view = matrix.agencies(agreement(), LAW)
    assert view.rows == view.columns == ("pol", "cou", "sch", "new")
    assert not view.cells


def test_items_stand_against_recipients_and_purposes_against_powers() -> None:
    one = agreement(
        {
            "id": "f1",
            "from": ["pol"],
            "to": ["cou"],
            "items": ["i1"],
            "optional_items": ["i2"],
            "withheld_items": ["i3"],
            "purposes": ["p1"],
            "gateways": ["g1", "g2"],
        },
        items=[{"id": "i1"}, {"id": "i2"}, {"id": "i3"}],
        purposes=[{"id": "p1"}],
        gateways=[{"id": "g1", "provision": "power"}, {"id": "g2", "provision": "function"}],
    )
    assert set(matrix.recipients(one, LAW).cells) == {("i1", "cou"), ("i2", "cou")}
    cells = matrix.purposes(one, LAW).cells
    assert {key: [power.mark for power in cell.powers] for key, cell in cells.items()} == {
        ("p1", "g1"): ["may"],
        ("p1", "g2"): ["function"],
    }


def test_flows_are_called_by_their_own_reference_or_their_place_and_never_alike() -> None:
    one = agreement({"id": "a", "ref": "F2"}, {"id": "b"}, {"id": "c", "ref": "7"}, {"id": "d", "ref": "7"})
    labels = matrix.references(one)
    assert labels["a"] == "F2"
    assert len(set(labels.values())) == 4


def test_a_single_flow_without_a_reference_is_called_by_its_place() -> None:
    assert matrix.references(agreement({"id": "a"})) == {"a": "F1"}
    assert matrix.references(agreement({"id": "a"}, {"id": "b", "ref": "9"})) == {"a": "F1", "b": "9"}


def test_a_narrowed_view_keeps_only_what_was_chosen() -> None:
    view = matrix.agencies(
        agreement({"id": "f1", "from": ["pol"], "to": ["cou", "new"]}, {"id": "f2", "from": ["cou"], "to": ["pol"]}),
        LAW,
    )
    small = matrix.narrow(view, rows=["pol"], columns=["new"])
    assert (small.rows, small.columns, list(small.cells)) == (("pol",), ("new",), [("pol", "new")])


def test_three_hundred_partners_that_all_share_make_a_view() -> None:
    many = [{"id": f"p{n}", "agency_types": ["police"]} for n in range(300)]
    everyone = [party["id"] for party in many]
    flows = [{"id": f"f{n}", "from": everyone, "to": everyone, "gateways": ["g1"]} for n in range(3)]
    one = Agreement(
        "agreement-1", "t", {"parties": many, "flows": flows, "gateways": [{"id": "g1", "provision": "power"}]}
    )
    assert len(matrix.agencies(one, LAW).cells) == 300 * 299


ENDS = st.lists(st.sampled_from(["pol", "cou", "sch", "new", "prov", "meet", "gone"]), max_size=4, unique=True)
FLOWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "from": ENDS,
            "to": ENDS,
            "ref": st.sampled_from(["1", "2", "F1", " "]),
            "items": st.lists(st.sampled_from(["i1", "i2", "i9"]), max_size=3, unique=True),
            "purposes": st.lists(st.sampled_from(["p1", "p2"]), max_size=2, unique=True),
            "gateways": st.lists(st.sampled_from(["g1", "g2", "g3", "g9"]), max_size=3, unique=True),
            "frequency": st.sampled_from(["on-request", "on-event", "daily"]),
        },
    ),
    max_size=8,
)


@given(FLOWS)
def test_there_is_a_cell_for_every_flow_and_a_flow_for_every_cell(flows: list[dict[str, Any]]) -> None:
    one = agreement(
        *({**flow, "id": f"f{n}"} for n, flow in enumerate(flows)),
        others=[{"id": "prov", "stands_for": ["pol", "cou"]}, {"id": "meet", "kind": "meeting"}],
        items=[{"id": "i1"}, {"id": "i2"}],
        purposes=[{"id": "p1"}],
        gateways=[{"id": "g1", "provision": "standing"}, {"id": "g2", "provision": {"other": "x"}}, {"id": "g3"}],
    )
    every = {f"f{n}" for n in range(len(flows))}
    for view in (matrix.agencies(one, LAW), matrix.recipients(one, LAW), matrix.purposes(one, LAW)):
        assert {flow for cell in view.cells.values() for flow in cell.flows} == every
        assert all(
            cell.flows and row in view.rows and column in view.columns for (row, column), cell in view.cells.items()
        )
        assert len(set(view.rows)) == len(view.rows)
        must = [power for cell in view.cells.values() for power in cell.powers if power.mark == "must"]
        assert {power.gateway for power in must} <= {"g1"}
    assert len(set(matrix.references(one).values())) == len(every)


@pytest.mark.parametrize(
    ("labels", "words"),
    [([], ""), (["1", "2"], "1, 2"), (["1", "2", "3", "5", "F6", "7", "8", "9"], "1 to 3, 5, F6, 7 to 9"),
     (["9", "10", "11"], "9 to 11"), (["3", "2", "1"], "3, 2, 1"), (["F9", "F10", "F11", "G12"], "F9 to F11, G12"),
     (["A", "0", "B", "C"], "A, 0, B, C")],
)
def test_flows_that_follow_each_other_are_named_from_first_to_last(labels: list[str], words: str) -> None:
    assert matrix.in_brief(labels) == words
