"""The directory of contacts: found by organisation, topic and words, kept by each organisation's own people."""

from datetime import timedelta
from pathlib import Path

import pytest

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Contact
from protocolbuilder.store import contacts, organisations, people
from protocolbuilder.store.engine import reading, writing
from tests.web.conftest import START
from tests.web.partnership import Partnership, staffed
from tests.web.signing_in import Clock, cheap
from tests.web.visitor import Visitor


@pytest.fixture
def partnership(tmp_path: Path, migrated: Path) -> Partnership:
    return staffed(cheap(tmp_path, migrated, Clock(START)))


def visit(made: Partnership, organisation: str, role: str = "igm") -> Visitor:
    return Visitor(made.browser(organisation, role))


def put(made: Partnership, organisation: str, topic: str, name: str, *, days: int = 0, person: str = "") -> str:
    """A contact, confirmed so many days ago; its id."""
    copy = made.app.extensions["protocolbuilder"]
    said = Contact(
        "", made.organisations[organisation], topic, name, "Duty officer", person, f"{name.split()[0]}@x.example",
        "01632 960 001", START,
    )  # fmt: skip
    with writing(copy.database) as session:
        by = people.load(session, made.people["northshire", "igm"])
        return contacts.add(session, said, by=by, at=START - timedelta(days=days), new_id=copy.new_id).id


def new(made: Partnership, organisation: str) -> str:
    return f"/organisations/{made.organisations[organisation]}/contacts/new"


def test_contacts_are_found_by_organisation_by_topic_and_by_words(partnership: Partnership) -> None:
    put(partnership, "eastford", "incident", "Breach team")
    put(partnership, "westley", "sharing", "Front door")
    at = visit(partnership, "northshire", "trainer")
    page = at.get("/contacts")
    assert "Breach team" in page.words and "Front door" in page.words and "No contacts yet" in page.words
    eastford = partnership.organisations["eastford"]
    for narrowed in ("?topic=incident", f"?organisation={eastford}", "?search=breach+DUTY", "?search=eastford"):
        page = at.get(f"/contacts{narrowed}")
        assert "Breach team" in page.words and "Front door" not in page.words, narrowed
        assert "1 contact found" in page.words
    assert "Nothing answers the search" in at.get("/contacts?search=nobody+here").words


def test_what_nobody_confirmed_and_who_is_missing_is_flagged_in_words(partnership: Partnership) -> None:
    put(partnership, "northshire", "sharing", "Front door", days=200)
    put(partnership, "northshire", "rights", "Rights team", days=10)
    page = visit(partnership, "northshire").get("/contacts")
    assert page.words.count("Unconfirmed for 6 months") == 1
    assert "Vacant Nobody holds here: Single point of contact" in page.words
    assert "Nobody holds here: Data Protection Officer" not in page.words


def test_another_organisation_sees_name_and_post_and_no_way_to_reach_them(partnership: Partnership) -> None:
    put(partnership, "eastford", "sharing", "Frontdoor")
    own = visit(partnership, "eastford").get("/contacts").text
    assert "Frontdoor@x.example".lower() in own and "01632 960 001" in own
    for organisation in ("northshire", "southmoor"):
        said = visit(partnership, organisation, "admin").get("/contacts?search=duty").text
        assert "Frontdoor" in said and "Duty officer" in said
        assert "x.example" not in said and "01632" not in said


def test_a_contact_is_added_changed_confirmed_and_removed_by_its_own_people(partnership: Partnership) -> None:
    at = visit(partnership, "northshire", "admin")
    form = at.get(new(partnership, "northshire"))
    page = at.send(form, topic="", name="Typed", status=422)
    assert page.errors == [("Select what people ask them about", "#topic"), ("Select who it is", "#person")]
    page = at.send(page, topic="incident", person="else", name="Duty desk", post="", email="no", status=422)
    assert [link for _, link in page.errors] == ["#post", "#email"] and "Duty desk" in page.text
    page = at.send(page, post="Desk", email="desk@northshire.example")
    assert "Duty desk is added" in page.words
    (address,) = (one for one in page.links() if "/contacts/" in one and one.endswith("/remove"))
    contact = address.removesuffix("/remove")
    igm = partnership.people["northshire", "igm"]
    page = at.send(at.get(contact), topic="rights", person=igm)
    assert "igm of northshire" in page.words and "Duty desk" not in page.words.replace("Duty desk is", "")
    assert "is confirmed for" in at.press(page, f"{contact}/confirm").words
    page = at.send(at.get(f"{contact}/remove"))
    assert "is no longer a contact" in page.words
    at.get(contact, status=404)


def test_somebody_of_another_organisation_cannot_be_named_and_others_contacts_are_not_changed(
    partnership: Partnership,
) -> None:
    theirs = put(partnership, "eastford", "sharing", "Front door")
    at = visit(partnership, "northshire")
    form = at.get(new(partnership, "northshire"))
    stranger = partnership.people["eastford", "igm"]
    page = at.send(form, topic="rights", person=stranger, status=422)
    assert page.errors == [("Select somebody of the organisation", "#person")]
    theirs = f"/organisations/{partnership.organisations['eastford']}/contacts/{theirs}"
    for address in (theirs, f"{theirs}/remove"):
        at.get(address, status=403)
        at.send(form, to=address, topic="rights", status=403)
    at.send(form, to=f"{theirs}/confirm", status=403)
    for role in ("signatory", "trainer", "auditor"):
        visit(partnership, "eastford", role).get(theirs, status=403)


def test_two_who_change_a_contact_at_once_are_both_told(partnership: Partnership) -> None:
    put_there = put(partnership, "northshire", "sharing", "Front door", days=1)
    contact = new(partnership, "northshire").replace("new", put_there)
    first, second = visit(partnership, "northshire"), visit(partnership, "northshire", "admin")
    drawn = first.get(contact)
    second.send(second.get(contact), name="New door")
    page = first.send(drawn, name="My door", status=409)
    assert "It says now: Requests to share information – New door" in page.words and "My door" in page.text
    assert "My door" in first.send(page).words


def test_a_sponsor_keeps_the_contacts_of_a_small_body_and_never_sees_how_they_are_reached(
    partnership: Partnership,
) -> None:
    copy, sponsor = partnership.app.extensions["protocolbuilder"], partnership.organisations["westley"]
    with writing(copy.database) as session:
        small = organisations.add(
            session, Organisation("", "Acorn Hall", sponsor=sponsor), by="", at=START, new_id=copy.new_id
        )
        partnership.organisations["acorn"] = small.id
    desk = new(partnership, "acorn").replace("new", put(partnership, "acorn", "sharing", "Desk"))
    at = visit(partnership, "westley", "admin")
    assert desk in set(at.get("/contacts").links())
    page = at.get(desk)
    assert "x.example" not in page.text and "01632" not in page.text and not page.tree.xpath("//input[@name='email']")
    page = at.send(page, post="Manager", email="other@x.example")
    assert "Desk is saved" in page.words and "Manager" in page.words and "x.example" not in page.text
    with reading(copy.database) as session:
        assert contacts.load(session, desk.rpartition("/")[2]).email == "desk@x.example"
    assert "Trustee is added" in at.send(
        at.get(new(partnership, "acorn")), topic="rights", person="else", name="Trustee", post="Trustee"
    ).words
    assert "is confirmed for" in at.press(at.get("/contacts"), f"{desk}/confirm").words
    assert "is no longer a contact" in at.send(at.get(f"{desk}/remove")).words
    visit(partnership, "eastford", "admin").get(new(partnership, "acorn"), status=403)
    visit(partnership, "westley", "signatory").get(new(partnership, "acorn"), status=403)
