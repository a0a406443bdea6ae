"""Whom a consultation mails, and with what: through the pages, in the transaction of each act."""

import pytest
from flask import Flask
from sqlalchemy import delete

from protocolbuilder.domain.consultation import SAFETY
from protocolbuilder.store import memberships, relations
from protocolbuilder.store.engine import writing
from protocolbuilder.store.work_tables import jobs
from protocolbuilder.work.reconcile import reconcile
from tests.web.partnership import Partnership, furnish
from tests.web.signing_in import Clock, arrived, mails
from tests.web.visitor import Visitor

TITLE = "Sharing kanarienorthshiredraftone"


@pytest.fixture
def made(copy: Flask, clock: Clock) -> Partnership:
    """After Westley left. Of Eastford: an information governance manager, a reviewer and a DPO among others."""
    found = furnish(copy)
    clock.forward(hours=2)
    return found


def visit(made: Partnership, organisation: str, role: str) -> Visitor:
    return Visitor(made.browser(organisation, role))


def opened(made: Partnership, home: str, **typed: str) -> str:
    keeper = visit(made, "northshire", "igm")
    return keeper.send(keeper.get(f"{home}/consultation/open"), **typed).words


def test_who_may_comment_for_a_partner_is_told_once_in_the_act_that_opens_it(made: Partnership, clock: Clock) -> None:
    ref, app = made.refs["draft"], made.app
    home = f"/agreements/{ref}"
    page = visit(made, "northshire", "igm").get(f"{home}/consultation/open")
    assert "Eastford (3 people are told by mail)" in page.words
    until = {"until__day": "1", "until__month": "12", "until__year": "2026"}
    told = opened(made, home, note="Look at clause 7", **until)
    assert "3 people are told by mail." in told and "can be told" not in told
    posted = mails(app)
    assert {mail.letter.to for mail in posted} == {f"{role}@eastford.example" for role in ("igm", "reviewer", "dpo")}
    assert {mail.letter.subject for mail in posted} == {f"Please comment: {TITLE} ({ref})"}
    text = posted[0].letter.text
    for words in (
        "igm of northshire, igm, Northshire, asks you to comment for Eastford", f"{TITLE} ({ref})",
        "Comments are asked for by 1 December 2026.", f"http://localhost{home}/consultation\n", SAFETY,
    ):  # fmt: skip
        assert words in text, text
    assert "clause 7" not in text and "\n\n\n" not in text

    with writing(app.extensions["protocolbuilder"].database) as session:
        session.execute(delete(jobs))  # as if the program had died, and the queue with it
    assert reconcile(app.extensions["protocolbuilder"].database, at=clock()) >= 3
    assert len([text for text in arrived(app) if f"{home}/consultation" in text]) == 3

    visitor = visit(made, "northshire", "igm")
    closed = visitor.send(visitor.get(f"{home}/consultation/close"), outcome="Clause 7 is new").words
    assert "3 people are told by mail." in closed
    assert all("closed the consultation on:" in mail.letter.text and SAFETY in mail.letter.text for mail in mails(app))
    assert len(arrived(app)) == 3
    assert "Nobody is mailed again" in opened(made, home) and mails(app) == []


def test_an_answer_and_a_settled_comment_tell_its_writer_and_none_of_the_words(
    made: Partnership, clock: Clock
) -> None:
    ref, app = made.refs["consultation"], made.app
    home = f"/agreements/{ref}"
    partner, keeper = visit(made, "eastford", "dpo"), visit(made, "northshire", "igm")
    partner.send(partner.get(f"{home}/comments/new?about=about.title"), text="Say which county", audience="shared")
    assert mails(app) == []
    for text in ("Northshire, we think", "It is Northshire"):
        keeper.send(keeper.get(f"{home}/comments/1"), to=f"{home}/comments/1/answer", text=text)
    partner.send(partner.get(f"{home}/comments/1"), to=f"{home}/comments/1/answer", text="Thank you")  # not to herself
    keeper.send(keeper.get(f"{home}/about/title"), title="Sharing in the county")
    clock.forward(minutes=1)
    keeper.send(keeper.get(f"{home}/comments/1"), to=f"{home}/comments/1/resolve", text="Done", what="resolved")
    first, second = (mail.letter for mail in mails(app))
    assert first.to == second.to == "dpo@eastford.example"
    assert first.subject.startswith("Your comment was answered: ") and "answered your comment on:" in first.text
    assert second.subject.startswith("Your comment was settled: ") and "resolved your comment on:" in second.text
    for letter in (first, second):
        assert f"http://localhost{home}/comments/1\n" in letter.text and SAFETY in letter.text
        assert not any(word in letter.text for word in ("county,", "Say which", "we think", "It is", "Done"))

    advice = partner.send(partner.get(f"{home}/advice"), text="Leave out ethnicity")
    assert "Your advice is recorded" in advice.words
    keeper.send(keeper.get(f"{home}/comments/2"), to=f"{home}/comments/2/response", text="So", what="followed")
    assert "responded to your advice on:" in mails(app)[-1].letter.text


def test_whoever_can_no_longer_read_the_answer_is_not_told_and_no_title_of_later_is(
    made: Partnership, clock: Clock
) -> None:
    home, app = f"/agreements/{made.refs['consultation']}", made.app
    keeper, database = visit(made, "northshire", "igm"), app.extensions["protocolbuilder"].database
    for role in ("dpo", "reviewer"):
        partner = visit(made, "eastford", role)
        partner.send(partner.get(f"{home}/comments/new"), text="Say which county", audience="shared")
    clock.forward(minutes=1)
    keeper.send(keeper.get(f"{home}/consultation/close"))
    arrived(app)
    clock.forward(minutes=1)
    keeper.send(keeper.get(f"{home}/about/title"), title="Not for partners yet")
    with writing(database) as session:
        reviewer = made.people["eastford", "reviewer"]
        memberships.end(session, reviewer, made.organisations["eastford"], by="", at=clock())
    for number in (1, 2):
        keeper.send(keeper.get(f"{home}/comments/{number}"), to=f"{home}/comments/{number}/answer", text="More of it")
    (mail,) = mails(app)
    assert mail.letter.to == "dpo@eastford.example" and "Not for partners" not in mail.letter.text + mail.letter.subject
    with writing(database) as session:
        (tie,) = relations.tied(session, made.refs["consultation"]).values()
        relations.untie(session, tie.ref, tie.party, by="", at=clock())
    keeper.send(keeper.get(f"{home}/comments/1"), to=f"{home}/comments/1/resolve", text="Done", what="resolved")
    assert len(mails(app)) == 1


def test_a_partner_with_nobody_to_tell_is_named_before_and_after(made: Partnership, clock: Clock) -> None:
    home = f"/agreements/{made.refs['draft']}"
    with writing(made.app.extensions["protocolbuilder"].database) as session:
        for role in ("igm", "reviewer", "dpo"):
            memberships.end(session, made.people["eastford", role], made.organisations["eastford"], by="", at=clock())
    nobody = "Nobody of Eastford can be told: ask them to join."
    keeper = visit(made, "northshire", "igm")
    assert nobody in keeper.get(f"{home}/consultation/open").words
    told = opened(made, home)
    assert nobody in told and "No partner has anybody here who can be told." in told
    assert f"/organisations/{made.organisations['eastford']}" in keeper.get(f"{home}/consultation").links()
    assert nobody not in visit(made, "eastford", "signatory").get(f"{home}/consultation").words
    assert mails(made.app) == []
