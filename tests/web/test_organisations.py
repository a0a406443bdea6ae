"""The directory of organisations: read by everybody, changed by those whose entry it is, and nobody's address in it."""

import itertools
import re
from pathlib import Path

import pytest

from protocolbuilder.domain.organisations import Identifier, Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.settings import Settings
from protocolbuilder.store import memberships, organisations, people, security_events
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.web.app import create_app
from tests.web.conftest import START
from tests.web.partnership import LATER, Partnership, copied, furnish
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    numbers, settings = itertools.count(1), Settings(instance=tmp_path_factory.mktemp("once"))
    return furnish(create_app(settings, clock=lambda: START, new_id=lambda: f"r{next(numbers)}"))


@pytest.fixture
def made(once: Partnership, tmp_path: Path) -> Partnership:
    return copied(once, tmp_path)


def visit(made: Partnership, organisation: str, role: str = "igm") -> Visitor:
    return Visitor(made.browser(organisation, role))


def place(made: Partnership, organisation: str) -> str:
    return f"/organisations/{made.organisations[organisation]}"


def stored(made: Partnership, organisation: str) -> Organisation:
    with reading(made.app.extensions["protocolbuilder"].database) as session:
        return organisations.load(session, organisation)


def test_everybody_who_is_signed_in_reads_the_directory_and_searches_it(made: Partnership) -> None:
    page = visit(made, "southmoor", "trainer").get("/organisations")
    assert page.h1 == "Organisations" and "Directory" in page.text
    assert all(name in page.words for name in ("Northshire", "Eastford", "Westley", "Southmoor"))
    assert "Vacant Single point of contact" in page.words and "Add an organisation" not in page.words
    page = visit(made, "southmoor").get("/organisations?search=eastf")
    assert "1 organisation found." in page.words and "Westley" not in page.words
    assert "Nothing answers" in visit(made, "southmoor").get("/organisations?agency=police").words
    assert "4 organisations found." in visit(made, "southmoor").get("/organisations?look=vacant").words


def test_nobody_reads_it_without_signing_in(made: Partnership) -> None:
    for address in ("/organisations", place(made, "eastford")):
        answer = made.app.test_client().get(address)
        assert answer.status_code != 200 and "Eastford" not in answer.text


def test_e_mail_and_telephone_are_there_for_ones_own_people_alone(made: Partnership) -> None:
    copy = made.app.extensions["protocolbuilder"]
    with writing(copy.database) as session:
        for name, body in made.organisations.items():
            stands = organisations.load(session, body)
            organisations.change(
                session, Organisation(body, stands.name, contact=f"mailbox@{name}.example"), seen=1, by="", at=START
            )
            caller = Person("", f"Caller of {name}", "Post", f"caller@{name}.example", f"01632 {len(name):06}")
            caller = people.add(session, caller, by="", at=START, new_id=copy.new_id)
            memberships.begin(session, caller.id, body, roles=["spoc", "dpo"], by="", at=START)
    for reader in ("northshire", "eastford"):  # who runs the copy, and a partner
        browser = made.browser(reader, "admin")
        addresses = ["/organisations", "/organisations?search=example", "/organisations?search=01632"]
        for body in made.organisations.values():
            ends = ("", "/change/about", "/change/contact", "/assurances/new", "/remove")
            addresses += [f"/organisations/{body}{end}" for end in ends]
        said = " ".join(browser.get(address).text for address in addresses)
        assert set(re.findall(r"@([a-z]+)\.example", said)) == {reader}
        assert set(re.findall(r"01632 \d+", said)) == {f"01632 {len(reader):06}"}
        assert f"caller@{reader}.example" in said and f"mailbox@{reader}.example" in said
        assert all(f"Caller of {name}" in said for name in made.organisations)


def test_whoever_runs_the_copy_adds_an_organisation_and_is_told_of_one_that_looks_the_same(made: Partnership) -> None:
    host = visit(made, "northshire", "admin")
    form = host.get("/organisations/new")
    page = host.send(form, name="", status=422)
    assert [field for _, field in page.errors] == ["#name", "#agency_types", "#sector", "#nation"]
    said = {"name": "EASTFORD", "agency_types": ["police", "nca"], "sector": "justice", "nation": "england"}
    page = host.send(page, **said, status=422)
    assert page.errors == [("Say that it is a different organisation, or go to the one that is there", "#different")]
    assert place(made, "eastford") in page.links()
    page = host.send(page, different="yes")
    assert "EASTFORD is in the directory" in page.words and "Territorial police force" in page.words
    added = stored(made, page.address.rpartition("/")[2])
    assert (added.agency_types, added.sector, added.sponsor) == (("police", "nca"), "justice", "")


def test_an_entry_is_changed_part_by_part_and_its_identifiers_are_judged(made: Partnership) -> None:
    admin, home = visit(made, "eastford", "admin"), place(made, "eastford")
    form = admin.get(f"{home}/change/identifiers")
    page = admin.send(form, **{"identifiers.ico": "123", "identifiers.ods": "rx1, a81001"}, status=422)
    assert page.errors[0][1] == "#identifiers.ico" and page.fields()["identifiers.ods"] == ["rx1, a81001"]
    page = admin.send(page, **{"identifiers.ico": "za123456", "identifiers.other": "UPRN 1, of the hall; LA 9"})
    assert "ZA123456" in page.words and "ODS code (NHS): A81001" in page.words and "UPRN 1, of the hall" in page.words
    assert admin.get(f"{home}/change/identifiers").fields()["identifiers.other"] == ["UPRN 1, of the hall; LA 9"]
    admin.send(admin.get(f"{home}/change/departments"), departments="Children\n\n Adults \nChildren")
    admin.send(admin.get(f"{home}/change/contact"), contact="01632 960000")
    body = stored(made, made.organisations["eastford"])
    assert (body.departments, body.contact, body.name) == (("Children", "Adults"), "01632 960000", "Eastford")
    admin.get(f"{home}/change/nothing", status=404)


def test_two_who_change_an_entry_at_once_are_both_shown_what_the_other_said(made: Partnership) -> None:
    admin, home = visit(made, "eastford", "admin"), place(made, "eastford")
    first, second = admin.get(f"{home}/change/departments"), admin.get(f"{home}/change/departments")
    admin.send(first, departments="Theirs")
    page = admin.send(second, departments="Mine", status=409)
    assert "Somebody else changed this entry meanwhile" in page.words and "Theirs" in page.words
    assert page.fields()["departments"] == ["Mine"]
    admin.send(page, departments="Mine")
    assert stored(made, made.organisations["eastford"]).departments == ("Mine",)


def test_a_mistake_does_not_hide_that_somebody_else_changed_the_entry(made: Partnership) -> None:
    admin, home = visit(made, "eastford", "admin"), place(made, "eastford")
    form = admin.get(f"{home}/change/departments")
    admin.send(admin.get(f"{home}/change/departments"), departments="Theirs")
    page = admin.send(form, departments="x" * 201, status=422)
    admin.send(page, departments="Mine", status=409)


def test_a_sponsor_adds_a_small_body_and_looks_after_its_entry(made: Partnership) -> None:
    sponsor = visit(made, "eastford", "admin")
    form = sponsor.get("/organisations/new/sponsored")
    said = {"agency_types": ["charity"], "sector": "voluntary", "nation": "wales"}
    page = sponsor.send(form, name="Small charity", **said)
    home, body = page.address, page.address.rpartition("/")[2]
    assert "Eastford looks after this entry" in page.words and "Nobody of it takes part here yet" in page.words
    sponsor.send(sponsor.get(f"{home}/change/departments"), departments="Helpline")
    assert stored(made, body).departments == ("Helpline",)
    assert "It sponsors Small charity" in sponsor.get(place(made, "eastford")).words
    sponsor.get(f"{home}/change/contact", status=404)
    sponsor.get(f"{home}/remove", status=403)
    visit(made, "southmoor", "admin").get(f"{home}/change/about", status=403)
    page = sponsor.get(f"{place(made, 'eastford')}/change/sponsor")
    page = sponsor.send(page, sponsor=made.organisations["westley"], status=422)
    assert page.errors == [("It sponsors other organisations, so it cannot have a sponsor", "#sponsor")]
    host = visit(made, "northshire", "admin")
    page = host.send(host.get(f"{home}/change/sponsor"), sponsor=made.organisations["southmoor"])
    assert "Southmoor looks after this entry" in page.words
    sponsor.get(f"{home}/change/about", status=403)


def test_removing_asks_first_and_only_whoever_runs_the_copy_removes(made: Partnership) -> None:
    host, admin = visit(made, "northshire", "admin"), visit(made, "eastford", "admin")
    admin.get(f"{place(made, 'eastford')}/remove", status=403)
    page = host.get(f"{place(made, 'eastford')}/remove")
    assert "9 people take part for it" in page.words and not page.fields()
    copy = made.app.extensions["protocolbuilder"]
    with writing(copy.database) as session:
        added = organisations.add(session, Organisation("", "Gone"), by="", at=LATER, new_id=copy.new_id)
    page = host.get(f"/organisations/{added.id}/remove")
    assert "Remove Gone from the directory?" in page.h1
    assert "Gone is out of the directory." in host.send(page).words
    host.get(f"/organisations/{added.id}", status=404)


def test_what_was_removed_is_put_back_in_one_act_by_whoever_runs_the_copy(made: Partnership) -> None:
    host, copy = visit(made, "northshire", "admin"), made.app.extensions["protocolbuilder"]
    assert "None." in host.get("/organisations/removed").words
    with writing(copy.database) as session:
        said = Organisation("", "Acorn Hall", identifiers=(Identifier("company", "01234567"),))
        gone = organisations.add(session, said, by="", at=LATER, new_id=copy.new_id)
        organisations.remove(session, gone.id, by="", at=LATER)
    page = host.get("/organisations/removed")
    assert "Acorn HallCompany number: 01234567" in page.words and "Same name" not in page.words
    with writing(copy.database) as session:
        organisations.add(session, Organisation("", "ACORN hall"), by="", at=LATER, new_id=copy.new_id)
    page = host.get("/organisations/removed")
    assert "ACORN hall is in the directory" in page.words
    act = f"/organisations/removed/{gone.id}/put-back"
    visit(made, "eastford", "admin").get("/organisations/removed", status=403)
    page = host.press(page, act)
    assert "Acorn Hall is back in the directory" in page.words and page.address.endswith(gone.id)
    with reading(copy.database) as session:
        assert [event.what for event in security_events.naming(session, gone.id)][-1] == "organisation:put-back"
        assert organisations.load(session, gone.id) == gone and organisations.removed(session) == ()
