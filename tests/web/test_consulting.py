"""A consultation through the pages: opened, commented on by a partner, answered, advised on, and closed."""

import pytest
from flask import Flask

from protocolbuilder.store import relations
from protocolbuilder.store.engine import writing
from tests.web.partnership import Partnership, furnish
from tests.web.signing_in import Clock
from tests.web.visitor import Sheet, Visitor


@pytest.fixture
def partnership(own: Flask) -> Partnership:
    return furnish(own)


@pytest.fixture
def staffed(copy: Flask, clock: Clock) -> Partnership:
    """The same where the clock goes on, after Westley left."""
    made = furnish(copy)
    clock.forward(hours=2)
    return made


def visit(made: Partnership, organisation: str, role: str) -> Visitor:
    return Visitor(made.browser(organisation, role))


def test_a_draft_is_opened_commented_on_answered_and_closed(partnership: Partnership) -> None:
    home = f"/agreements/{partnership.refs['draft']}"
    keeper, partner = visit(partnership, "northshire", "igm"), visit(partnership, "eastford", "signatory")
    partner.get(f"{home}/consultation", status=404)
    page = keeper.send(keeper.get(f"{home}/consultation/open"), note="Look at the flows", until__day="1",
                       until__month="12", until__year="2026")  # fmt: skip
    assert "Open Partners can read this draft" in page.words and "1 December 2026" in page.words
    keeper.get(f"{home}/issue", status=409)

    form = partner.get(f"{home}/comments/new?about=about.title")
    form = partner.send(form, text="Say which county", status=422)
    assert form.errors == [("Select who can read it", "#audience")] and "audience" not in form.fields()
    page = partner.send(form, audience="shared")
    assert "Say which county" in page.words and "signatory of eastford, signatory, Eastford" in page.words
    partner.send(partner.get(f"{home}/comments/new"), text="Our lawyer is not sure", audience="internal")
    assert "Our lawyer" in visit(partnership, "eastford", "igm").get(f"{home}/consultation").words
    page = keeper.get(f"{home}/consultation")
    assert "Say which county" in page.words and "Our lawyer" not in page.words
    keeper.get(f"{home}/comments/2", status=404)

    title = keeper.get(f"{home}/about/title")
    keeper.send(title, title="Sharing in the county of Northshire")
    assert "Changed since" in keeper.get(f"{home}/comments/1").words
    page = keeper.get(f"{home}/comments/1")
    keeper.send(page, to=f"{home}/comments/1/resolve", text="Done", what="resolved")
    assert "Resolved" in partner.get(f"{home}/comments/1").words and "Done" in partner.get(f"{home}/comments/1").words

    page = keeper.send(keeper.get(f"{home}/consultation/close"), outcome="The county is named")
    assert "not open to its partners" in page.words and "Say which county" in page.words
    history = keeper.get(f"{home}/history").words
    assert "Opened to its partners. Look at the flows" in history and "Consultation closed" in history


def consulted(made: Partnership, clock: Clock) -> tuple[str, Visitor, Sheet]:
    """The address of a draft that was open to Eastford, where comment 1 is shared and 2 internal to it, and is closed;
    what its owner says in comment 3 comes after. And somebody of Eastford, with a form opened before it was closed."""
    home = f"/agreements/{made.refs['draft']}"
    keeper, partner = visit(made, "northshire", "igm"), visit(made, "eastford", "reviewer")
    keeper.send(keeper.get(f"{home}/consultation/open"))
    for audience, text in (("shared", "Say which county"), ("internal", "Our lawyer is not sure")):
        partner.send(partner.get(f"{home}/comments/new?about=about.title"), text=text, audience=audience)
    form = partner.get(f"{home}/comments/1")
    clock.forward(minutes=1)
    keeper.send(keeper.get(f"{home}/consultation/close"), outcome="The county is named")
    clock.forward(minutes=1)
    keeper.send(keeper.get(f"{home}/about/title"), title="Not for partners yet")
    keeper.send(keeper.get(f"{home}/comments/new"), text="A plan of our own", audience="shared")
    keeper.send(keeper.get(f"{home}/comments/1"), to=f"{home}/comments/1/resolve", text="Done", what="resolved")
    return home, partner, form


def test_what_was_said_stays_readable_after_the_consultation_and_nothing_is_added(
    staffed: Partnership, clock: Clock
) -> None:
    home, partner, form = consulted(staffed, clock)
    ref = staffed.refs["draft"]
    page = partner.get(f"{home}/consultation")
    assert "Closed It was open to your organisation until 24 November 2026" in page.words
    assert "What came of it The county is named" in page.words and f"{home}/history" not in page.links()
    assert "Say which county" in page.words and "Our lawyer is not sure" in page.words
    assert "A plan of our own" not in page.words and "Not for partners yet" not in page.text
    page = partner.get(f"{home}/comments/1")
    assert "Resolved Done" in page.words and "Go to it in the draft" not in page.words and not page.fields()
    partner.get(f"{home}/comments/3", status=404)
    partner.get(home, status=404)
    kept = partner.send(form, to=f"{home}/comments/1/answer", text="But which district?", status=409)
    assert "What you typed is here, for you to copy" in kept.words and "But which district?" in kept.words
    assert f"{ref}, open until 24 November 2026" in partner.get("/agreements").words
    assert visit(staffed, "southmoor", "igm").get(f"{home}/consultation", status=404)
    assert visit(staffed, "westley", "igm").get(f"{home}/consultation", status=404)
    assert ref not in visit(staffed, "westley", "igm").get("/agreements").words
    assert "A plan of our own" in visit(staffed, "northshire", "reviewer").get(f"{home}/consultation").words


def test_who_left_reads_what_was_said_until_then_and_nobody_new_reads_it(staffed: Partnership, clock: Clock) -> None:
    home, partner, _ = consulted(staffed, clock)
    ref = staffed.refs["draft"]
    eastford, southmoor = staffed.organisations["eastford"], staffed.organisations["southmoor"]
    with writing(staffed.app.extensions["protocolbuilder"].database) as session:
        (tie,) = relations.tied(session, ref).values()
        assert tie.organisation == eastford
        clock.forward(minutes=1)
        relations.tie(session, ref, "p-new", organisation=southmoor, by="", at=clock())
        relations.untie(session, ref, tie.party, by="", at=clock())
    clock.forward(minutes=1)
    keeper = visit(staffed, "northshire", "igm")
    keeper.send(keeper.get(f"{home}/comments/1"), to=f"{home}/comments/1/answer", text="More of it")
    page = partner.get(f"{home}/comments/1")
    assert "Done" in page.words and "More of it" not in page.words
    assert "Our lawyer is not sure" in partner.get(f"{home}/comments/2").words
    visit(staffed, "southmoor", "igm").get(f"{home}/consultation", status=404)
    keeper.send(keeper.get(f"{home}/consultation/open"), note="Once more")
    page = partner.get(f"{home}/consultation")
    assert "Closed It was open" in page.words and "Once more" not in page.words
    page = visit(staffed, "southmoor", "igm").get(f"{home}/consultation")
    assert "A plan of our own" in page.words and "Our lawyer" not in page.words


def test_after_issue_a_comment_is_laid_beside_the_version_that_its_reader_reads(partnership: Partnership) -> None:
    """Northshire spoke before version 1, again before version 2, and once after it."""
    home = f"/agreements/{partnership.refs['issued']}"
    partner, former = visit(partnership, "eastford", "signatory"), visit(partnership, "westley", "auditor")
    page = partner.get(f"{home}/consultation")
    assert page.words.count("Said ") == 2 and "issuedthree" not in page.text
    assert "Changed since this comment" in page.words and "issuedtwo" in page.title
    assert "Version 2 says something else here" in partner.get(f"{home}/comments/1").words
    page = former.get(f"{home}/consultation")
    assert page.words.count("Said ") == 1 and "issuedone" in page.title and "Changed since" not in page.words
    former.get(f"{home}/comments/2", status=404)


def test_advice_is_given_by_who_advises_and_the_response_says_why(partnership: Partnership) -> None:
    home = f"/agreements/{partnership.refs['draft']}"
    officer, keeper = visit(partnership, "northshire", "dpo"), visit(partnership, "northshire", "igm")
    keeper.get(f"{home}/advice", status=403)
    page = officer.send(officer.get(f"{home}/advice"), text="Leave out ethnicity")
    assert "Advice" in page.words and "Leave out ethnicity" in page.words
    to, why = f"{home}/comments/1/response", "It is needed to find unequal treatment"
    page = keeper.send(keeper.get(f"{home}/comments/1"), to=to, text=why, status=422)
    assert page.errors == [("Select whether the advice is followed", "#what")]
    keeper.send(page, to=to, text=why, what="not followed")
    page = officer.get(f"{home}/comments/1")
    assert "Not followed It is needed to find unequal treatment" in page.words


def test_views_are_recorded_of_a_group_and_a_detail_of_a_person_is_asked_about(partnership: Partnership) -> None:
    home = f"/agreements/{partnership.refs['draft']}"
    keeper = visit(partnership, "northshire", "igm")
    said = {"whom": "children", "how": "Youth council", "changed": "A guide for young people"}
    page = keeper.send(keeper.get(f"{home}/views"), **said, said="A child born on 3 March 2014 was upset", status=422)
    assert page.errors[0][0].startswith("This looks like a date of birth")
    page = keeper.send(page, **said, said="Tell us before you share")
    assert "Children or young people" in page.words and "Tell us before you share" in page.words
