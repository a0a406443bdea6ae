"""What changed between two agreements, in words."""

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, Edit, apply, put
from protocolbuilder.domain.changes import Change, changes
from protocolbuilder.domain.naming import AgreementNames
from tests.builders import flow, small

SCHEMA = catalogue.schema("agreement-1")


def between(before: Agreement, after: Agreement) -> dict[str, Change]:
    names = tuple(AgreementNames(SCHEMA, side, catalogue.library()) for side in (before, after))
    return {change.address: change for change in changes(SCHEMA, before, after, names)}  # type: ignore[arg-type]


def test_an_agreement_does_not_differ_from_itself() -> None:
    assert between(small(), small()) == {}


def test_a_changed_answer_is_shown_before_and_after() -> None:
    found = between(small(), put(small(), "flows.f1.respond_within", "PT4H"))
    assert [(c.before, c.after) for c in found.values()] == [("1 day", "4 hours")]


def test_an_answer_added_has_nothing_before_and_one_taken_away_nothing_after() -> None:
    changed = put(put(small(), "about.theme", "Safety"), "about.tier", ABSENT)
    found = between(small(), changed)
    assert found["about.theme"].before == "" and found["about.theme"].after == "Safety"
    assert found["about.tier"].after == ""


def test_a_list_put_in_another_order_is_no_change_of_its_items() -> None:
    turned = put(small(), "flows", [flow("f2", "p2", "p1"), flow("f1", "p1", "p2")])
    assert between(small(), turned) == {}


def test_a_removed_item_is_named_as_it_was() -> None:
    found = between(small(), put(small(), "parties.p2", ABSENT))
    assert (
        found["parties.p2.name"].before == "Northshire Council"
        and "Northshire Council" in found["parties.p2.name"].title
    )


def test_a_statement_that_something_does_not_apply_is_a_change() -> None:
    found = between(small(), apply(small(), Edit("training", "Covered by the protocol.", "does_not_apply")))
    assert found["training"].after == "Covered by the protocol."


def accepted(agreement: Agreement, **changed: str) -> Agreement:
    row = {
        "rule": "R97", "address": "parties.p1.name", "by": "Sam Hill, head of service", "at": "2026-11-24T10:30:00Z",
        "reason": "The board knows.", "text": "“Promptly” has no time.", **changed,
    }
    return apply(agreement, Edit(f"{row['rule']}@{row['address']}", row, "accepted"))


def test_a_point_accepted_is_a_change_with_what_who_when_and_why() -> None:
    (change,) = between(small(), accepted(small())).values()
    assert (change.address, change.what, change.before) == ("R97@parties.p1.name", "accepted", "")
    assert change.title == "Accepted point R97: Partners: Northshire Police: Legal name"
    assert change.after == (
        "“Promptly” has no time.\nAccepted by Sam Hill, head of service on 24 November 2026: The board knows."
    )


def test_a_point_taken_back_or_accepted_again_is_a_change() -> None:
    before, again = accepted(small()), accepted(small(), reason="Nothing else fits.", at="2026-12-01T09:00:00Z")
    (back,) = between(before, small()).values()
    assert (back.what, back.after) == ("taken back", "") and "The board knows." in back.before
    (anew,) = between(before, again).values()
    assert anew.what == "accepted again" and "on 1 December 2026: Nothing else fits." in anew.after
    assert between(before, accepted(small())) == {}


def test_an_accepted_point_of_an_item_that_is_gone_is_named_as_it_was() -> None:
    found = between(accepted(small()), put(small(), "parties.p1", ABSENT))
    assert "Northshire Police" in found["R97@parties.p1.name"].title


def test_an_acceptance_with_a_moment_in_another_form_is_told_as_it_stands() -> None:
    for moment in ("last week", "2026-13-01", ""):
        (change,) = between(small(), accepted(small(), at=moment)).values()
        assert f"on {moment}: The board knows." in change.after
