"""An agreement under a protocol takes over what it leaves open, and nothing of its own is lost."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, get, say_does_not_apply
from protocolbuilder.domain.check import check, check_effective
from protocolbuilder.domain.effective import Conflict, Effective, Origin, Parent, stated
from protocolbuilder.domain.inherit import effective
from protocolbuilder.domain.schema import question_at
from tests.builders import empty, party, with_answers

AGREEMENT, PROTOCOL = catalogue.schema("agreement-1"), catalogue.schema("protocol-1")
LIBRARY = catalogue.library()
INHERITED, OVERRIDES = "inherited", "overrides"


def under(child: Agreement, **protocol: Any) -> Effective:
    return effective(AGREEMENT, child, above(with_answers(empty("protocol-1"), **protocol)))


def above(agreement: Agreement) -> Parent:
    return Parent("ISA-2026-0001", 2, PROTOCOL, agreement, {"security": "section 9"})


def term(item_id: str, name: str, meaning: str = "What it means.") -> dict[str, str]:
    return {"id": item_id, "term": name, "meaning": meaning}


def test_a_question_left_open_is_answered_by_the_protocol() -> None:
    found = under(with_answers(security={"access": "Ours."}), security={"measures": "Theirs.", "access": "Theirs."})
    assert found.agreement.answers["security"] == {"access": "Ours.", "measures": "Theirs."}
    assert found.origin("security.measures") == Origin("inherited", "security.measures")
    assert found.origin("security.access").kind == OVERRIDES
    assert found.own.answers["security"] == {"access": "Ours."}


def test_the_protocol_says_where_each_section_is_printed() -> None:
    found = above(empty("protocol-1"))
    assert (found.place("security"), found.place("accuracy")) == ("section 9", "“Accuracy”")


def test_what_only_the_agreement_says_is_its_own() -> None:
    found = under(with_answers(security={"access": "Ours."}), security={})
    assert found.origin("security.access").kind == "own"
    assert found.of_section("security") == {"own"}


def test_terms_of_both_glossaries_hold_and_the_agreement_has_its_own_word_for_a_like_term() -> None:
    found = under(
        with_answers(glossary=[term("a1", "Early  help", "Ours.")]),
        glossary=[term("t1", "early help", "Theirs."), term("t2", "Partner")],
    )
    assert found.agreement.answers["glossary"] == [term("a1", "Early  help", "Ours."), term("t2", "Partner")]
    assert found.origin("glossary.a1") == Origin("overrides", "glossary.t1")
    assert found.origin("glossary.t2.meaning") == Origin("inherited", "glossary.t2")


def test_an_item_of_the_same_id_stands_for_that_of_the_protocol() -> None:
    found = under(with_answers(glossary=[term("t1", "Ours")]), glossary=[term("t1", "Theirs")])
    assert found.agreement.answers["glossary"] == [term("t1", "Ours")]


def test_an_id_that_is_taken_for_something_else_is_given_anew() -> None:
    found = under(with_answers(parties=[party("t1", "Police")]), glossary=[term("t1", "Partner")])
    assert [item["id"] for item in found.agreement.answers["glossary"]] == ["p1-t1"]
    assert found.origin("glossary.p1-t1") == Origin("inherited", "glossary.t1")


def test_a_list_whose_order_means_something_is_taken_over_whole_or_not_at_all() -> None:
    steps = [{"id": "e1", "step": "Ask the manager.", "within": "P1D"}]
    assert under(empty(), escalation_steps=steps).agreement.answers["escalation_steps"] == steps
    mine = [{"id": "m1", "step": "Ask the chief officer.", "within": "PT4H"}]
    found = under(with_answers(escalation_steps=mine), escalation_steps=steps)
    assert found.agreement.answers["escalation_steps"] == mine
    assert found.of_section("escalation_steps") == {OVERRIDES, "own"}


def test_partners_signatures_and_dates_of_the_protocol_are_not_those_of_the_agreement() -> None:
    found = under(
        empty(),
        about={"title": "Protocol"},
        parties=[party("p1", "Police")],
        signing={"route": "letter", "in_force": "all-signed"},
        term={"start": "2026-01-01", "end": "2029", "withdrawal": "In writing."},
        review={"next": "2027-01", "cycle": "P1Y"},
    )
    assert found.agreement.answers["parties"] == []
    assert not found.agreement.answers["about"] and not found.agreement.answers["signing"]
    assert found.agreement.answers["term"] == {"withdrawal": "In writing."}
    assert found.agreement.answers["review"] == {"cycle": "P1Y"}


def test_a_contact_comes_over_when_its_partner_is_here_and_is_told_when_it_is_not() -> None:
    def contact(item_id: str, of: str) -> dict[str, Any]:
        return {"id": item_id, "of": of, "function": "dpo", "name": "A. Person", "post": "Officer"}

    found = under(
        with_answers(parties=[party("x", "Northshire Council")]),
        parties=[party("p1", "Northshire council"), party("p2", "Police")],
        contacts=[contact("c1", "p1"), contact("c2", "p2")],
    )
    assert found.agreement.answers["contacts"] == [contact("c1", "x")]
    assert found.left_out == ("contacts.c2",)


def test_locked_wording_stands_and_what_the_agreement_says_instead_is_told() -> None:
    found = under(
        with_answers(principles={"safety": "Ours.", "statements": ["One"]}), principles={"safety": "Theirs."}
    )
    assert found.agreement.answers["principles"] == {"safety": "Theirs.", "statements": ["One"]}
    assert found.conflicts == (Conflict("principles.safety", "Ours.", "Theirs."),)
    assert found.origin("principles.safety").kind == "conflict"
    assert found.origin("principles.statements").kind == "own"
    (problem, *_) = check_effective(AGREEMENT, found, LIBRARY)
    assert (problem.address, problem.kind) == ("principles.safety", "wrong")


def test_locked_wording_cannot_be_said_not_to_apply() -> None:
    found = under(
        say_does_not_apply(empty(), "principles", "We have others."), principles={"safety": "Theirs."}
    )
    assert found.agreement.answers["principles"] == {"safety": "Theirs."}
    assert not found.agreement.does_not_apply
    assert found.conflicts == (Conflict("principles", "We have others.", ABSENT, "does_not_apply"),)


def test_an_answer_does_not_stand_where_the_protocol_says_the_same_and_that_it_does_not_apply() -> None:
    words = {"safety": "Safety comes first."}
    protocol = say_does_not_apply(with_answers(empty("protocol-1"), principles=words), "principles.safety", "Not here.")
    found = effective(AGREEMENT, with_answers(principles=words), above(protocol))
    assert found.conflicts == (Conflict("principles.safety", words["safety"], words["safety"]),)


def test_what_does_not_apply_here_is_not_taken_over_and_keeps_its_reason() -> None:
    child = say_does_not_apply(empty(), "onward.rule", "Nothing is passed on.")
    found = under(child, onward={"rule": "Theirs.", "conditions": "Theirs too."})
    assert found.agreement.answers["onward"] == {"conditions": "Theirs too."}
    assert found.agreement.does_not_apply == {"onward.rule": "Nothing is passed on."}
    assert found.origin("onward.rule") == Origin("overrides", "onward.rule")
    whole = under(say_does_not_apply(empty(), "onward", "No."), onward={"rule": "Theirs."})
    assert not whole.agreement.answers["onward"]
    assert whole.origin("onward").kind == OVERRIDES


def test_a_term_of_the_protocol_can_be_said_not_to_apply() -> None:
    found = under(say_does_not_apply(empty(), "glossary.t1", "Not used."), glossary=[term("t1", "Partner")])
    assert found.agreement.does_not_apply == {"glossary.t1": "Not used."}
    assert found.origin("glossary.t1").kind == OVERRIDES
    assert not [one for one in check_effective(AGREEMENT, found, LIBRARY) if one.kind == "wrong"]


def test_what_does_not_apply_in_the_protocol_does_not_apply_here_unless_it_is_answered() -> None:
    protocol = say_does_not_apply(empty("protocol-1"), "onward", "Nothing is passed on.")
    assert effective(AGREEMENT, empty(), above(protocol)).agreement.does_not_apply == {
        "onward": "Nothing is passed on."
    }
    answered = effective(AGREEMENT, with_answers(onward={"rule": "Only in writing."}), above(protocol))
    assert not answered.agreement.does_not_apply
    assert answered.origin("onward.rule").kind == OVERRIDES


def test_a_required_answer_that_the_protocol_gives_is_not_missing() -> None:
    found = under(empty(), accuracy={"standards": "Checked.", "corrections": "Told."})
    assert "accuracy.standards" in {one.address for one in check(AGREEMENT, empty(), LIBRARY)}
    assert "accuracy.standards" not in {one.address for one in check_effective(AGREEMENT, found, LIBRARY)}


def test_a_fault_of_the_protocol_is_put_right_there_and_one_of_the_agreement_here() -> None:
    found = under(
        with_answers(breaches={"report_within": "soon"}),
        breaches={"report_to": "x\ny", "report_within": "P1D"},
        rights={"hand_over": "soon"},
    )
    wrong = {one.address for one in check_effective(AGREEMENT, found, LIBRARY) if one.kind == "wrong"}
    assert wrong == {"breaches.report_within"}


def test_without_a_protocol_the_check_is_the_usual_one() -> None:
    child = with_answers(security={"access": "Ours."})
    assert check_effective(AGREEMENT, effective(AGREEMENT, child, None), LIBRARY) == check(AGREEMENT, child, LIBRARY)


def test_a_point_that_was_accepted_in_the_protocol_stays_accepted_where_its_text_stands() -> None:
    row = {"rule": "R72", "address": "security.access", "by": "A", "at": "2026-01-01", "reason": "So.", "text": "T"}
    protocol = replace(with_answers(empty("protocol-1"), security={"access": "Theirs."}), accepted=(row,))
    assert effective(AGREEMENT, empty(), above(protocol)).agreement.accepted == (row,)
    mine = with_answers(security={"access": "Ours."})
    assert effective(AGREEMENT, mine, above(protocol)).agreement.accepted == ()


# --- the algebra, on any two documents

WORDS = st.sampled_from(["Alpha", "Beta", "alpha", "Gamma"])
IDS = st.sampled_from(["a", "b", "c", "p1-a"])


def some(**questions: Any) -> Any:
    return st.fixed_dictionaries({}, optional=questions)


def rows(prefix: str, **questions: Any) -> Any:
    ids = st.sampled_from(["a", "b", f"{prefix}1", f"p1-{prefix}1"])
    row = st.builds(lambda i, rest: {"id": i, **rest}, ids, some(**questions))
    return st.lists(row, max_size=3, unique_by=lambda item: item["id"])


@st.composite
def document(draw: Any, schema: str) -> Agreement:
    names = [f"{key}1" for key in "pgc"] + ["a", "b"]
    made = with_answers(
        empty(schema),
        about=draw(some(title=WORDS)),
        principles=draw(some(safety=WORDS, statements=st.lists(WORDS, min_size=1, max_size=2))),
        security=draw(some(measures=WORDS, access=WORDS)),
        term=draw(some(start=st.just("2026"), withdrawal=WORDS)),
        transparency=draw(some(how=WORDS, exceptions_used=st.booleans())),
        parties=draw(rows("p", name=WORDS)),
        contacts=draw(rows("c", of=st.sampled_from(names), function=st.just("dpo"), name=WORDS)),
        glossary=draw(rows("g", term=WORDS, meaning=WORDS)),
        escalation_steps=draw(rows("e", step=WORDS)),
    )
    used: set[str] = set()
    for key in ("parties", "contacts", "glossary", "escalation_steps"):  # an id stands once in a document
        kept = [item for item in made.answers[key] if item["id"] not in used]
        used |= {item["id"] for item in kept}
        made = with_answers(made, **{key: kept})
    places = ["security", "security.access", "principles", "principles.safety", "glossary", "onward.rule"]
    places += [f"glossary.{item['id']}" for item in made.answers["glossary"]]
    places += [f"glossary.{item['id']}.meaning" for item in made.answers["glossary"]]
    for place in draw(st.lists(st.sampled_from(places), max_size=3, unique=True)):
        if get(made, place) in (ABSENT, {}, []) or place.count(".") == 1:
            made = say_does_not_apply(made, place, draw(WORDS))
    return made


CHILD, PARENT = document("agreement-1"), document("protocol-1")


@given(CHILD)
def test_under_nothing_it_says_what_it_says(child: Agreement) -> None:
    assert effective(AGREEMENT, child, None) == Effective(child, child)


@given(CHILD)
def test_under_an_empty_protocol_it_says_what_it_says(child: Agreement) -> None:
    found = effective(AGREEMENT, child, above(empty("protocol-1")))
    assert found.agreement == child and not found.origins and not found.conflicts


@given(CHILD, PARENT)
def test_taking_over_twice_is_taking_over_once(child: Agreement, parent: Agreement) -> None:
    once = effective(AGREEMENT, child, above(parent)).agreement
    again = effective(AGREEMENT, once, above(parent))
    assert again.agreement == once and not again.conflicts


@given(CHILD, PARENT)
def test_nothing_of_the_agreement_is_lost(child: Agreement, parent: Agreement) -> None:
    found = effective(AGREEMENT, child, above(parent))
    told = {one.address for one in found.conflicts}
    for section in AGREEMENT.sections:
        for address in stated(child, section):
            if address in told:
                continue
            if address.count(".") and get(child, address) is not ABSENT:
                assert get(found.agreement, address) == get(child, address)
            assert found.agreement.does_not_apply.get(address) == child.does_not_apply.get(address)
            assert not found.inherited(address) or AGREEMENT.sections[section].inherit == "locked"


@given(CHILD, PARENT)
def test_locked_wording_is_never_overridden(child: Agreement, parent: Agreement) -> None:
    found = effective(AGREEMENT, child, above(parent)).agreement
    for key, value in parent.answers["principles"].items():
        assert found.answers["principles"][key] == value
    for place, reason in parent.does_not_apply.items():
        if place.startswith("principles"):
            assert found.does_not_apply[place] == reason


@given(CHILD, PARENT)
def test_every_id_stands_once_and_every_origin_is_a_place_of_the_protocol(child: Agreement, parent: Agreement) -> None:
    found = effective(AGREEMENT, child, above(parent))
    ids = [item["id"] for key in AGREEMENT.sections if AGREEMENT.sections[key].is_list
           for item in found.agreement.answers[key]]
    assert len(ids) == len(set(ids))
    for address, origin in found.origins.items():
        if origin.kind == INHERITED and address not in found.agreement.does_not_apply:
            assert get(parent, origin.address) is not ABSENT
            if address.count(".") == 1 and not AGREEMENT.sections[address.split(".")[0]].is_list:
                assert question_at(AGREEMENT, address).inherit != "own"
