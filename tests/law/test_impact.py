"""Who is affected when the law changes: the duty to share information about children, a repeal, an amendment."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, apply, get, put
from protocolbuilder.domain.check import check
from protocolbuilder.domain.matrix import agencies
from protocolbuilder.law.amendment import Proposal, propose
from protocolbuilder.law.case import Case
from protocolbuilder.law.impact import Effect, effect, effect_as_read, fits, use
from protocolbuilder.law.library import Library
from protocolbuilder.law.review import review
from tests.law.filled import filled
from tests.law.test_overlay import DUTY, TODAY, changed, library, local, relying, verified

SHIPPED = catalogue.library()
COMMENCED = library(changed())
SCHEMA = catalogue.schema("agreement-1")


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"new{next(numbers)}"


def affected(agreement: Agreement, after: Library = COMMENCED, provision: str = DUTY, *, on: date = TODAY) -> Effect:
    return effect(SCHEMA, agreement, provision, before=SHIPPED, after=after, on=on)


def proposed(agreement: Agreement, after: Library = COMMENCED, provision: str = DUTY) -> Proposal:
    found = affected(agreement, after, provision)
    return propose(Case(SCHEMA, agreement, after, on=TODAY), provision, found, before=SHIPPED, new_id=ids())


def taken(agreement: Agreement, proposal: Proposal) -> Agreement:
    for edit in proposal.edits:
        agreement = apply(agreement, edit)
    return agreement


@cache
def mash() -> Proposal:
    return proposed(filled("mash"))


# --- the duty to share, Children Act 2004 s.16LA


def test_while_its_commencement_is_not_confirmed_the_duty_fits_no_flow() -> None:
    case = Case(SCHEMA, filled("mash"), SHIPPED, on=TODAY)
    assert fits(case, DUTY) == ()
    assert affected(filled("mash"), SHIPPED).any is False


def test_after_commencement_the_duty_binds_the_bodies_that_the_act_names_and_nobody_else() -> None:
    agreement = filled("mash")
    types = {row["id"]: set(row["agency_types"]) for row in agreement.answers["parties"]}
    named = set(SHIPPED.vocabularies["gateways"][DUTY]["who_may_rely_on"])
    found = affected(agreement).newly
    assert found
    for fit in found:
        assert all(types[one] & named for one in (*fit.senders, *fit.recipients) if one in types)
    bound = {one for fit in found for one in fit.senders}
    assert any(not types[one] & named for one in types), "the pattern holds bodies that the Act does not name"
    assert not [one for one in bound if one in types and not types[one] & named]


def test_no_flow_about_adults_only_is_bound() -> None:
    agreement = filled("mash")
    subjects = agreement.answers["subjects"]
    adult = next(row["id"] for row in subjects if row["kind"] not in ("child", "sibling", "unborn"))
    flow = affected(agreement).newly[0].flow
    changed_flow = put(agreement, f"flows.{flow}.subjects", [adult])
    assert flow not in {fit.flow for fit in affected(changed_flow).newly}


def test_every_english_pattern_about_children_shows_the_duty_and_no_welsh_one_does() -> None:
    touched = {one.name for one in catalogue.patterns() if one.agreement.schema == "agreement-1"
               and affected(filled(one.name)).newly}  # fmt: skip
    assert {"mash", "early-help", "marac"} <= touched
    assert "wales-safeguarding" not in touched and "hospital-discharge" not in touched


def test_a_future_commencement_binds_nobody_until_its_day() -> None:
    start = changed(since=date(2027, 1, 1))
    assert not affected(filled("mash"), library(start)).newly
    day = date(2027, 1, 1)
    assert affected(filled("mash"), library(start, on=day), on=day).newly


def test_may_becomes_must_in_cells_of_the_matrix() -> None:
    turned = {(one.before, one.after) for one in mash().cells}
    assert ("May", "Must") in turned
    amended = taken(filled("mash"), mash())
    cell = next(one for one in mash().cells if one.view == "agencies" and one.before == "May")
    after = agencies(amended, COMMENCED.vocabularies["gateways"]).cells[cell.row, cell.column]
    before = agencies(filled("mash"), SHIPPED.vocabularies["gateways"]).cells[cell.row, cell.column]
    assert after.powers[0].mark == "must" and before.powers[0].mark == "may"


def test_the_proposed_clause_is_made_of_the_record_and_the_agreement_alone() -> None:
    record = COMMENCED.vocabularies["gateways"][DUTY]
    assert record["citation"] in mash().clause and record["title"] in mash().clause
    assert record["what_it_does"] not in mash().clause, "the documents print it beside the clause"
    assert mash().clause.startswith("From 30 September 2026 CA 2004 s.16LA")
    assert "must disclose" in mash().clause


def test_an_agreement_without_the_more_detrimental_step_is_given_one() -> None:
    assert not mash().step_missing
    bare = put(filled("mash"), "requests.more_detrimental", ABSENT)
    proposal = proposed(bare)
    assert proposal.step_missing and "more detrimental to the child" in proposal.step[1]
    assert get(taken(bare, proposal), "requests.more_detrimental") == proposal.step[1]
    case = Case(SCHEMA, taken(put(bare, "requests.more_detrimental", ABSENT), mash()), COMMENCED, on=TODAY)
    assert any(one.rule == "R36" and one.address == "requests.more_detrimental" for one in review(case))


def test_the_amended_agreement_is_well_formed_and_a_reviewer_finds_no_error_in_it() -> None:
    amended = taken(filled("mash"), mash())
    assert not [one for one in check(SCHEMA, amended, COMMENCED) if one.kind == "wrong"]
    found = review(Case(SCHEMA, amended, COMMENCED, on=TODAY))
    assert [(one.rule, one.address) for one in found if one.severity == "error"] == []


def test_taking_the_proposal_twice_changes_nothing_more() -> None:
    amended = taken(filled("mash"), mash())
    again = proposed(amended)
    assert [one for one in again.edits if one.address.endswith(".gateways")] == []
    assert taken(amended, again).answers["flows"] == amended.answers["flows"]


def test_an_agreement_that_relies_on_the_duty_already_shows_the_changed_mark_as_it_stands() -> None:
    found = affected(relying())
    assert found.use.gateways == ("duty",) and len(found.use.flows) == 1 and found.use.cells
    assert "R20" in {one.rule for one in found.clears}
    assert {one.after for one in found.cells} == {"Must"}


# --- other changes


def test_a_repeal_shows_what_now_fails_and_proposes_what_stands_in_its_place() -> None:
    end = library(changed("ca-2004-s11", status="repealed", since=date(2026, 11, 1), replaced_by="ea-1996-s13"))
    agreement = filled("mash")
    found = affected(agreement, end, "ca-2004-s11")
    assert {"R19"} <= {one.rule for one in found.fails} and found.use.flows and found.lost
    proposal = proposed(agreement, end, "ca-2004-s11")
    assert [edit.value for edit in proposal.edits] == ["ea-1996-s13"] * len(found.use.gateways)
    assert "Rest them on EA 1996 s.13" in proposal.clause


def test_a_repeal_without_a_successor_is_words_and_no_edit() -> None:
    end = library(changed("ca-2004-s11", status="repealed", since=date(2026, 11, 1)))
    proposal = proposed(filled("mash"), end, "ca-2004-s11")
    assert proposal.edits == () and "Choose another power" in proposal.clause


def test_an_amendment_asks_for_another_look() -> None:
    amended = library(changed("ca-2004-s11", status="amended", since=date(2026, 11, 1), note="Academies added."))
    found = affected(filled("mash"), amended, "ca-2004-s11")
    assert "R104" in {one.rule for one in found.fails}
    assert "Academies added." in proposed(filled("mash"), amended, "ca-2004-s11").clause


def test_a_verification_clears_a_warning_and_breaks_nothing() -> None:
    unchecked = next(
        row["provision"] for row in filled("mash").answers["gateways"]
        if not SHIPPED.vocabularies["gateways"][row["provision"]]["verified"]
    )
    found = affected(filled("mash"), library(verified(unchecked)), unchecked)
    assert {one.rule for one in found.clears} == {"R104"} and not found.fails


def test_what_rests_on_a_local_entry_is_found() -> None:
    made = put(relying(), "gateways.duty.provision", "local-1")
    assert use(made, library(local()), "local-1").gateways == ("duty",)


def test_a_document_without_flows_and_powers_is_never_affected() -> None:
    protocol = catalogue.pattern("protocol").agreement
    schema = catalogue.schema(protocol.schema)
    assert not effect(schema, protocol, DUTY, before=SHIPPED, after=COMMENCED, on=TODAY).any


def test_an_agreement_with_answers_that_cannot_be_read_is_followed_without_them() -> None:
    flows = filled("mash").answers["flows"]
    broken = put(filled("mash"), f"flows.{flows[0]['id']}.purposes", 7)
    read, found = effect_as_read(SCHEMA, broken, DUTY, before=SHIPPED, after=COMMENCED, on=TODAY)
    assert get(read, f"flows.{flows[0]['id']}.purposes") is ABSENT
    assert found.newly and flows[0]["id"] not in {fit.flow for fit in found.newly}
    whole, _ = effect_as_read(SCHEMA, filled("mash"), DUTY, before=SHIPPED, after=COMMENCED, on=TODAY)
    assert whole is filled("mash")


# --- a register of 200 agreements


def register(count: int) -> Iterator[Agreement]:
    """Agreements made from the patterns; each has a title of its own and lacks another one of its flows."""
    kinds = [filled(one.name) for one in catalogue.patterns() if one.agreement.schema == "agreement-1"]
    for number in range(count):
        made = json.loads(json.dumps(dict(kinds[number % len(kinds)].answers)))
        made["about"]["title"] = f"Agreement {number}"
        del made["flows"][number % len(made["flows"])]
        yield Agreement("agreement-1", "2026.11", made)


def test_a_register_of_200_agreements_is_gone_through(record_property: Callable[[str, object], None]) -> None:
    agreements = list(register(200))
    start = time.perf_counter()
    found = [affected(one) for one in agreements]
    took = time.perf_counter() - start
    record_property("seconds for 200 agreements", round(took, 2))
    print(f"200 agreements: {sum(bool(one.newly) for one in found)} affected, {took:.1f} s")
    english = [one for one in agreements if "england" in one.answers["about"]["nations"]]
    children = [
        one for one, effect in zip(agreements, found, strict=True) if effect.newly
    ]
    assert 40 < len(children) < 200
    assert all(one in english for one in children)
    assert all(fit.senders and fit.recipients for effect in found for fit in effect.newly)
