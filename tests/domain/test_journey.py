"""The way through the questions follows from the answers alone."""

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement, Edit, apply, put
from protocolbuilder.domain.check import check
from protocolbuilder.domain.journey import CALLED_FOR, STATUSES, pages, relevant, statuses, walk
from tests.builders import empty, small, with_answers

SCHEMA = catalogue.schema("agreement-1")


def status_of(agreement: Agreement, section: str) -> str:
    rows = statuses(SCHEMA, agreement, check(SCHEMA, agreement, catalogue.library()))
    return next(row.status for task in rows for row in task.sections if row.section.id == section)


def test_a_drafter_sees_eleven_tasks() -> None:
    assert len(SCHEMA.tasks) == 11


def test_every_section_belongs_to_exactly_one_task() -> None:
    for name in catalogue.SCHEMAS:
        schema = catalogue.schema(name)
        listed = [key for task in schema.tasks for key in task.sections]
        assert sorted(listed) == sorted(schema.sections)


def test_a_page_starts_where_the_schema_says_and_holds_what_follows() -> None:
    first, second, *_ = pages(SCHEMA, empty(), "about")
    assert first.name == "title" and [q.id for q in first.questions][:2] == ["title", "reference"]
    assert second.name == "parent_here"


def test_a_question_ruled_out_is_on_no_page() -> None:
    agreement = with_answers(bases=[{"id": "b1", "regime": "part3"}])
    asked = {q.id for page in pages(SCHEMA, agreement, "bases", "b1") for q in page.questions}
    assert "part3" in asked and "art6" not in asked


def test_nothing_is_hidden_while_the_deciding_answer_is_not_stated() -> None:
    agreement = with_answers(bases=[{"id": "b1"}])
    asked = {q.id for page in pages(SCHEMA, agreement, "bases", "b1") for q in page.questions}
    assert {"part3", "art6", "other_law"} <= asked


def test_a_new_agreement_meets_only_the_usual_sections() -> None:
    assert relevant(SCHEMA, empty()) == set(SCHEMA.sections) - set(CALLED_FOR)


def test_an_answer_calls_for_a_section_and_what_it_holds_keeps_it() -> None:
    assert "international" in relevant(SCHEMA, put(small(), "flows.f1.outside_uk", True))
    assert "risks" in relevant(SCHEMA, with_answers(risks=[{"id": "k1"}]))
    assert "joint_duties" in relevant(SCHEMA, put(small(), "parties.p1.role", "joint"))
    assert "exceptions" in relevant(SCHEMA, put(small(), "transparency.exceptions_used", True))
    assert "exceptional" in relevant(SCHEMA, put(small(), "flows.f1.respond_within", "PT0H"))
    assert "onward" in relevant(SCHEMA, put(small(), "items.i1.labels", ["intelligence"]))
    assert "others" in relevant(SCHEMA, put(small(), "flows.f1.mode", "meeting"))
    assert "flow_roles" in relevant(SCHEMA, put(small(), "parties.p1.role", "controller-and-processor"))
    assert "participation" in relevant(SCHEMA, put(small(), "about.status", "in-force"))
    assert "publication" in relevant(SCHEMA, put(small(), "about.url", "https://example.org"))


def test_a_status_tells_the_truth() -> None:
    assert status_of(empty(), "about") == "not started"
    assert status_of(small(), "about") == "completed"
    assert status_of(put(empty(), "about.title", "A"), "about") == "in progress"
    assert status_of(put(small(), "about.title", ""), "about") == "there is a problem"
    assert status_of(empty(), "training") == "optional"
    assert status_of(apply(empty(), Edit("security", "None.", "does_not_apply")), "security") == "does not apply"


def test_every_status_is_one_of_the_listed_ones() -> None:
    for agreement in (empty(), small()):
        for task in statuses(SCHEMA, agreement, check(SCHEMA, agreement, catalogue.library())):
            assert task.status in STATUSES and all(row.status in STATUSES for row in task.sections)


def test_the_wizard_leads_past_pages_that_are_optional_throughout() -> None:
    agreement = with_answers(flows=[{"id": "f1"}])
    led = [page.name for page in walk(SCHEMA, agreement, "flows", "f1")]
    assert led == ["ref", "purposes", "methods"]
    assert [page.name for page in pages(SCHEMA, agreement, "flows", "f1")] == [*led, "level", "conditions"]


def test_the_wizard_leads_through_an_optional_page_that_holds_an_answer() -> None:
    agreement = with_answers(flows=[{"id": "f1", "volume": "Ten a year"}])
    assert "level" in [page.name for page in walk(SCHEMA, agreement, "flows", "f1")]


def test_the_wizard_leads_through_every_page_of_a_section_that_needs_nothing() -> None:
    assert walk(SCHEMA, empty(), "training") == pages(SCHEMA, empty(), "training")
