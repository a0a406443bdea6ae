"""A draft under a protocol of the register: what is taken over is shown as that, and is not asked for again."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from protocolbuilder import catalogue
from protocolbuilder.documents import package, visible
from protocolbuilder.domain.agreement import Agreement, digest, put, say_does_not_apply
from protocolbuilder.intake.door import take
from protocolbuilder.store import agreements, versions
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.parents import Step, above
from tests.store.builders import ISSUING
from tests.web.conftest import START
from tests.web.visitor import Visitor

COMMON = ("principles", "security", "accuracy", "breaches", "onward", "rights", "complaints", "training")


def sample(kind: str) -> Agreement:
    return next(one.agreement for one in catalogue.samples() if one.agreement.schema == kind)


class Register:
    """The register of one application, filled without its pages."""

    def __init__(self, app: Flask) -> None:
        self.database, self.app = app.extensions["protocolbuilder"].database, app

    def add(self, agreement: Agreement) -> Draft:
        with writing(self.database) as session:
            return agreements.create(
                session, agreement, by="Ada Jones", at=START, new_id=self.app.extensions["protocolbuilder"].new_id
            )

    def change(self, ref: str, agreement: Agreement) -> Draft:
        with writing(self.database) as session:
            seen = agreements.load(session, ref).number
            return agreements.replace(session, ref, agreement, seen=seen, by="Ada Jones", at=START)

    def issue(self, ref: str, *under: Step) -> Step:
        with writing(self.database) as session:
            draft = agreements.load(session, ref)
            versions.issue(
                session, ref, number=(draft.issued or 0) + 1, seen=draft.number, documents=(), by="Ada Jones",
                content_digest=digest(draft.agreement), schema=draft.agreement.schema, library="2026.11",
                templates={}, at=START, note="", under=under, issuing=ISSUING,
            )  # fmt: skip
            found = above(session, ref)
        assert found is not None
        return found.step

    def stored(self, ref: str) -> Agreement:
        with reading(self.database) as session:
            return agreements.load(session, ref).agreement


@pytest.fixture
def register(app: Flask) -> Register:
    return Register(app)


@pytest.fixture
def protocol(register: Register) -> str:
    made = register.add(put(sample("protocol-1"), "about.title", "Northshire protocol"))
    register.issue(made.ref)
    return made.ref


def child(under: str, **answers: Any) -> Agreement:
    made = sample("agreement-1")
    for key in COMMON:
        made = put(made, key, {})
    made = put(put(made, "escalation_steps", []), "glossary", [])
    for address, value in answers.items():
        made = put(made, address.replace("__", "."), value)
    return put(made, "about.parent_here", {"ref": under, "title": "Northshire protocol"}) if under else made


def test_a_protocol_is_chosen_on_its_question_page(visitor: Visitor, register: Register, protocol: str) -> None:
    draft = register.add(child(""))
    page = visitor.get(f"/agreements/{draft.ref}/about/parent_here")
    assert f"Northshire protocol ({protocol}, version 1)" in page.words
    visitor.send(page, parent_here=protocol)
    kept = register.stored(draft.ref).answers["about"]["parent_here"]
    assert kept == {"ref": protocol, "title": "Northshire protocol"}
    again = visitor.get(f"/agreements/{draft.ref}/about/parent_here")
    assert again.fields()["parent_here"] == [protocol]
    assert "Common rules come from Northshire protocol, version 1" in visitor.get(f"/agreements/{draft.ref}").words


def test_what_the_protocol_answers_is_not_missing_and_is_shown_as_taken_over(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    alone, draft = register.add(child("")), register.add(child(protocol))
    missing = "Enter how information is checked before it is shared"
    asked = visitor.get(f"/agreements/{alone.ref}/problems").words
    under = visitor.get(f"/agreements/{draft.ref}/problems").words
    assert "Accuracy" in asked and "Accuracy" not in under, missing
    tasks = visitor.get(f"/agreements/{draft.ref}").words
    assert "As the protocol, section 11" in tasks
    answers = visitor.get(f"/agreements/{draft.ref}/accuracy").words
    assert "As Northshire protocol, version 1, section 10" in answers
    assert sample("protocol-1").answers["accuracy"]["standards"].split("\n")[0] in answers
    assert "Write your own" in answers
    assert "As Northshire protocol, version 1, section 10" in visitor.get(f"/agreements/{draft.ref}/check").words


def test_an_own_answer_stands_instead_and_the_protocol_can_still_be_read(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol))
    page = visitor.get(f"/agreements/{draft.ref}/accuracy/standards")
    assert "What you write here stands instead" in page.words
    visitor.send(page, standards="We look twice.")
    assert register.stored(draft.ref).answers["accuracy"] == {"standards": "We look twice."}
    answers = visitor.get(f"/agreements/{draft.ref}/accuracy").words
    assert "We look twice." in answers
    assert "This stands instead of Northshire protocol, version 1, section 10" in answers
    assert "In part as the protocol, section 10" in visitor.get(f"/agreements/{draft.ref}").words


def test_a_page_that_is_saved_untouched_takes_nothing_into_the_agreement(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol))
    for page in ("accuracy/standards", "principles/statements"):
        visitor.send(visitor.get(f"/agreements/{draft.ref}/{page}"))
    assert register.stored(draft.ref) == draft.agreement


def test_locked_wording_says_why_it_cannot_be_changed(visitor: Visitor, register: Register, protocol: str) -> None:
    draft = register.add(child(protocol))
    page = visitor.get(f"/agreements/{draft.ref}/principles/statements")
    assert "It is fixed by the protocol and cannot be changed here." in page.words
    assert "safety" not in page.fields()
    answers = visitor.get(f"/agreements/{draft.ref}/principles")
    assert "It is fixed by the protocol" in answers.words and "Write your own" not in answers.words


def test_an_answer_against_locked_wording_is_shown_and_stops_a_version(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol, principles__safety="When we have time."))
    answers = visitor.get(f"/agreements/{draft.ref}/principles").words
    assert "This agreement says: “When we have time.”. That does not stand." in answers
    issuing = f"/agreements/{draft.ref}/issue"
    assert "is fixed by the protocol, and this says something else" in visitor.get(issuing).words
    page = visitor.get(f"/agreements/{draft.ref}/principles/statements")
    assert page.fields()["safety"] == ["When we have time."]
    visitor.send(page, safety="")
    assert "fixed by the protocol, and" not in visitor.get(issuing).words


def test_a_term_of_the_protocol_is_listed_and_can_be_made_ones_own(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol))
    page = visitor.get(f"/agreements/{draft.ref}/glossary")
    first = sample("protocol-1").answers["glossary"][0]
    assert first["term"] in page.words and "As Northshire protocol, version 1, appendix" in page.words
    assert first["meaning"] in visitor.get(f"/agreements/{draft.ref}/glossary/{first['id']}").words
    token = page.fields_of("csrf_token")
    answer = visitor.client.post(
        f"/agreements/{draft.ref}/glossary/{first['id']}/own", data={"csrf_token": token}
    )
    visitor._follow(answer, "", 200)
    assert register.stored(draft.ref).answers["glossary"] == [first]


def test_what_does_not_apply_here_is_said_here(visitor: Visitor, register: Register, protocol: str) -> None:
    draft = register.add(say_does_not_apply(child(protocol), "onward", "Nothing is passed on."))
    words = visitor.get(f"/agreements/{draft.ref}/check").words
    assert "Does not apply: Nothing is passed on." in words
    assert "As the protocol, section 12" not in visitor.get(f"/agreements/{draft.ref}").words


def test_a_protocol_that_is_missing_unissued_discarded_or_above_itself_is_told(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    unissued = register.add(sample("protocol-1")).ref
    gone = register.add(sample("protocol-1")).ref
    register.issue(gone)
    with writing(register.database) as session:
        agreements.discard(session, gone, by="Ada Jones", at=START)
    below = register.add(child(protocol)).ref
    lower = register.issue(below, register_step(register, protocol))
    assert lower.ref == below
    for ref, words in (
        ("ISA-2026-9999", "is not in this register"), (unissued, "has no issued version yet"),
        (gone, "has been discarded"),
    ):  # fmt: skip
        draft = register.add(child(ref))
        assert words in visitor.get(f"/agreements/{draft.ref}").words
        assert words in visitor.get(f"/agreements/{draft.ref}/issue").words
        assert visitor.get(f"/agreements/{draft.ref}/about/parent_here").fields()["parent_here"] == [ref]
    register.change(protocol, put(register.stored(protocol), "about.parent_here", {"ref": below}))
    assert "stands under this agreement" in visitor.get(f"/agreements/{protocol}").words


def register_step(register: Register, ref: str) -> Step:
    with reading(register.database) as session:
        found = above(session, ref)
    assert found is not None
    return found.step


def test_a_version_keeps_the_protocol_of_its_day_and_says_when_a_newer_one_is_issued(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol))
    register.issue(draft.ref, register_step(register, protocol))
    kept = visitor.client.get(f"/agreements/{draft.ref}/versions/1/made/document.docx").data
    register.change(protocol, put(register.stored(protocol), "accuracy.standards", "We look three times."))
    register.issue(protocol)
    page = visitor.get(f"/agreements/{draft.ref}/versions/1").words
    assert "Northshire protocol, version 1" in page and "Version 2 of it is issued now" in page
    tasks = visitor.get(f"/agreements/{draft.ref}").words
    assert "Version 1 of this agreement was issued under version 1; a newer one is issued" in tasks
    assert "We look three times." in visitor.get(f"/agreements/{draft.ref}/preview").words
    assert visitor.client.get(f"/agreements/{draft.ref}/versions/1/made/document.docx").data == kept


def test_issuing_keeps_the_version_of_the_protocol_and_the_text_in_effect(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol))
    page = visitor.get(f"/agreements/{draft.ref}/findings?ticked=all")
    ticked = page.tree.xpath("//input[@name='warning'][@checked]/@value")
    asked = visitor.get(f"/agreements/{draft.ref}/findings/accept?" + "&".join(f"warning={one}" for one in ticked))
    visitor.send(asked, by="Sam Hill, head of service", reason="The partnership board knows.")
    page = visitor.get(f"/agreements/{draft.ref}/issue")
    assert "It cannot be issued yet" not in page.words, page.words
    visitor.send(page)
    step = register_step(register, protocol)
    with reading(register.database) as session:
        assert versions.version(session, draft.ref, 1).under == (step,)
        found = above(session, draft.ref)
    assert found is not None
    assert found.agreement().answers["accuracy"] == sample("protocol-1").answers["accuracy"]
    kept = visitor.client.get(f"/agreements/{draft.ref}/versions/1/{draft.ref}-version-1.docx").data
    assert "As the protocol, section 11." in visible.texts(package.read(kept))
    assert take(kept).agreement.answers["accuracy"] == {}


def test_preview_and_word_file_print_what_holds_and_the_file_brings_back_the_own_answers(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    draft = register.add(child(protocol))
    assert "As the protocol, section 11." in visitor.get(f"/agreements/{draft.ref}/preview").words
    file = visitor.client.get(f"/agreements/{draft.ref}/files/document.docx").data
    assert "As the protocol, section 11." in visible.texts(package.read(file))
    taken = take(file)
    assert taken.agreement == draft.agreement and not taken.differences
    delta = visitor.client.get(f"/agreements/{draft.ref}/files/delta.docx")
    assert delta.status_code == 200 and "As the protocol, section 11." in visible.texts(package.read(delta.data))


def test_a_finding_about_an_answer_of_the_protocol_says_so_and_leads_there(
    visitor: Visitor, register: Register
) -> None:
    doubtful = "Data must be shared by fax under the DPA 1998."
    protocol = register.add(put(sample("protocol-1"), "accuracy.standards", doubtful))
    register.issue(protocol.ref)
    draft = register.add(child(protocol.ref))
    page = visitor.get(f"/agreements/{draft.ref}/findings")
    assert "version 1, section 10" in page.words
    assert f"/agreements/{protocol.ref}/versions/1" in set(page.links())


def test_standing_under_a_protocol_costs_one_statement_a_page(
    visitor: Visitor, register: Register, protocol: str
) -> None:
    alone, draft = register.add(child("")), register.add(child(protocol))
    asked: list[str] = []
    event.listen(register.database, "before_cursor_execute", lambda *said: asked.append(said[2]))
    counts = []
    for ref in (alone.ref, draft.ref):
        visitor.get(f"/agreements/{ref}/accuracy/standards")
        asked.clear()
        visitor.get(f"/agreements/{ref}/accuracy/standards")
        counts.append(len([one for one in asked if one.lstrip().upper().startswith("SELECT")]))
    assert counts[1] == counts[0] + 1
