"""A consultation through the pages: opened, commented on by a partner, answered, advised on, and closed."""

import pytest
from flask import Flask

from tests.web.partnership import Partnership, furnish
from tests.web.visitor import Visitor


@pytest.fixture
def partnership(own: Flask) -> Partnership:
    return furnish(own)


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
    page = partner.send(form, text="Say which county", audience="shared")
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
    partner.get(f"{home}/consultation", status=404)


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
