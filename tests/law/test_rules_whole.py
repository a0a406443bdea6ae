"""The document as a whole: one agreement that trips each check from X01 to X10, and one that just does not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, get, put
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import RULES
from protocolbuilder.law.parts import Issued
from protocolbuilder.law.sharing import sharing_of
from tests.builders import small
from tests.law.filled import NotHere, Pair, changed, each, filled, hits, plus, trips

RECEIVED = {"id": "x-part", "party": "police", "act": "signed", "date": "2026-11-20"}


def adds(text: str) -> Callable[[str], str]:
    """The answer with more words after it."""
    return lambda old: f"{old} {text}"


PAIRS = (
    Pair(
        "X04", (("principles.safety", "Safety comes first."), ("signing.text", "A director signs.")),
        (("exceptional.emergency", "warning"),),
        (
            ("principles.safety", "Safety comes first."), ("signing.text", "A director signs."),
            ("exceptional.emergency", adds("They need no form.")),
        ),
    ),
    Pair(
        "X05", (("requests.child_views", ABSENT),), (("requests.child_views", "advice"),),
        (("requests.child_views", NotHere("A parent protocol says it.")), ("requests.child_views", ABSENT)),
    ),
    Pair(
        "X05",
        (
            ("requests.child_views", "A worker asks the child."), ("requests.decision_record", "The decision."),
            ("transparency.how", "By a notice."), ("transparency.recipient_tells", "By a letter."),
        ),
        (("requests.decision_record", "advice"),),
        (("requests.child_views", "A worker asks the child, and records what the child was told."),),
        why="whether the child was told",
    ),
    Pair(
        "X06", (("contacts.c-signatory-council.post", "Team manager"),),
        (("contacts.c-signatory-council.post", "warning"),),
        (("contacts.c-signatory-council.post", "Chief officer and manager of the team"),),
    ),
    Pair(
        "X08", (("items.identity.name", "Name of the suspect"),), (("items.identity.subjects", "warning"),),
        (("items.identity.name", "Name of the suspect"), ("subjects", plus({"id": "x-s", "kind": "offender"}))),
    ),
    Pair(
        "X08", (("items.reason.category", "staff-allegation"),), (("items.reason.subjects", "warning"),),
        (("items.reason.category", "staff-allegation"), ("subjects", plus({"id": "x-s", "kind": "person-in-trust"}))),
        why="by data category",
    ),
    Pair(
        "X09", (("onward.originator", ABSENT), ("flows", each(conditions="Sent at once."))),
        (("onward.originator", "warning"),),
        (("onward.originator", ABSENT), ("flows", each(conditions="Only with the originator's consent."))),
        pattern="mash",
    ),
    Pair(
        "X10", (("items.reason.category", "adoption-information"),),
        (("items.reason.restriction_acknowledged", "error"),),
        (
            ("items.reason.category", "adoption-information"),
            ("items.reason.restriction_acknowledged", "Kept apart; only the adoption team opens it."),
        ),
    ),
    Pair(
        "X10",
        (
            ("items.money.name", "Child benefit that HMRC told the council of"),
            ("items.money.restriction_acknowledged", ABSENT),
        ),
        (("items.money.restriction_acknowledged", "error"),),
        (("items.money.restriction_acknowledged", ABSENT),), why="information from HMRC",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_check_of_the_whole_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def found(rule: str, agreement: Agreement, **known: Any) -> list[str]:
    """The addresses where a rule stops, with what is known beside the agreement."""
    reading = Case(catalogue.schema(agreement.schema), agreement, catalogue.library(), on=date(2026, 11, 24), **known)
    return [hit.address for hit in RULES[rule].find(reading)]


def test_the_same_partners_purposes_and_information_as_a_live_agreement_are_found() -> None:  # X01
    mine = filled("early-help")
    twin = put(mine, "about.title", "The first agreement")
    near = put(twin, "items.money.category", "employment")
    assert found("X01", mine, others=(near, twin)) == ["about"]
    assert found("X01", mine, others=(near,)) == []
    assert found("X01", mine) == []


def test_an_agreement_that_has_ended_is_no_longer_live() -> None:  # X01
    mine = filled("early-help")
    for end, addresses in (("2026-10", []), ("2026-11", ["about"]), ({"event": "When the pilot ends"}, ["about"])):
        assert found("X01", mine, others=(put(mine, "term.end", end),)) == addresses


def test_many_agreements_for_one_sharing_are_told_together() -> None:  # X01
    mine = filled("early-help")
    twins = tuple(put(mine, "about.title", f"Twin {number}") for number in range(5))
    case = Case(catalogue.schema("agreement-1"), mine, catalogue.library(), on=date(2026, 11, 24), others=twins)
    (hit,) = RULES["X01"].find(case)
    assert hit.text.endswith("information as “Twin 0”, “Twin 1”, “Twin 2” and 2 more.")


def test_names_in_other_letters_and_wrong_answers_do_not_hide_what_is_shared() -> None:  # X01
    mine = filled("early-help")
    shouted = put(mine, "parties.council.name", f" {get(mine, 'parties.council.name')} ".upper())
    assert sharing_of(shouted) == sharing_of(mine)
    broken = Agreement(mine.schema, mine.library, {**mine.answers, "purposes": [3, {"id": "x", "categories": [{}]}]})
    assert not sharing_of(broken).whole


def test_two_empty_drafts_are_no_duplicates() -> None:  # X01
    bare = changed(small(), (("parties", []), ("purposes", []), ("items", [])))
    assert found("X01", bare, others=(bare,)) == []


def test_a_partner_that_has_not_signed_after_the_start_is_found_in_an_issued_version_only() -> None:  # X02
    started = put(filled("early-help"), "term.start", "2026-11-01")
    bodies = [row["id"] for row in started.answers["parties"] if row["kind"] != "class"]
    but_police = Issued("1.0", frozenset(bodies) - {"police"})
    assert found("X02", started, issued=but_police) == ["parties.police"]
    assert found("X02", put(started, "participation", [RECEIVED]), issued=but_police) == []
    assert found("X02", started, issued=Issued("1.0", frozenset(bodies))) == []
    assert found("X02", put(started, "term.start", "2026-12"), issued=but_police) == []
    assert found("X02", put(started, "term.start", {"event": "When all have signed"}), issued=but_police) == []
    assert found("X02", started) == []


def test_a_partner_of_a_kind_that_no_power_covers_is_found() -> None:  # X03
    covered = put(small(), "gateways.g1.provision", "pcsca-2022-s8")
    assert hits("X03", covered) == []
    assert hits("X03", put(covered, "parties.p2.agency_types", ["early-years"])) == [
        ("parties.p2.agency_types", "warning")
    ]
    assert hits("X03", put(covered, "parties.p2.agency_types", ["fire-rescue"])) == []


def test_a_power_cited_in_words_leaves_its_reach_open() -> None:  # X03
    uncovered = changed(small(), (
        ("gateways.g1.provision", "pcsca-2022-s8"), ("parties.p2.agency_types", ["early-years"]),
    ))
    own = {"id": "g2", "provision": {"other": "Objects of the charity"}}
    assert hits("X03", put(uncovered, "gateways", [*uncovered.answers["gateways"], own])) == []


def test_information_about_an_informant_needs_a_step_that_takes_it_out() -> None:  # X07
    told = changed(small(), (("subjects", plus({"id": "s2", "kind": "referrer"})),))
    assert hits("X07", small()) == []
    assert hits("X07", told) == [("subjects", "warning")]
    assert hits("X07", put(told, "rights.lead", "The council removes the names of informants.")) == []
    assert hits("X07", put(told, "flows.f1.withheld_items", ["i1"])) == []
    identity = put(small(), "items.i1.category", "informant-identity")
    assert hits("X07", identity) == [("items.i1", "warning")]


def test_intelligence_that_its_recipient_sends_on_needs_the_originator() -> None:  # X09
    secret = changed(small(), (("items.i1.category", "police-intelligence"),))
    assert hits("X09", secret) == []  # it goes back to where it came from
    third = changed(secret, (
        ("parties", plus({"id": "p3", "name": "Northshire Trust", "agency_types": ["nhs-trust"]})),
        ("flows.f2.to", ["p3"]),
    ))
    assert hits("X09", third) == [("onward.originator", "warning")]
    assert hits("X09", put(third, "onward.originator", "The police are asked in writing.")) == []


def test_a_protocol_says_that_paper_never_stops_protection() -> None:  # X04
    clean = filled("protocol")
    silent = changed(clean, (
        ("principles", ABSENT), ("exceptional", {"emergency": "Staff call 999."}), ("commitments", []),
        ("term", ABSENT), ("requests", ABSENT), ("signing", ABSENT),
    ))
    assert hits("X04", clean) == []
    assert hits("X04", silent) == [("exceptional.emergency", "warning")]


def test_every_check_of_the_whole_is_registered_and_none_is_dropped() -> None:
    assert {key for key in RULES if key.startswith("X")} == {f"X{number:02}" for number in range(1, 11)}
