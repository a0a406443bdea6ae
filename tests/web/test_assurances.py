"""Assurance and its evidence through the pages: recorded, replaced, taken away, and seen by those who may."""

import base64
import itertools
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from protocolbuilder.settings import Settings
from protocolbuilder.web.app import create_app
from tests.intake.test_evidence import pdf, picture
from tests.web.conftest import START
from tests.web.partnership import Partnership, copied, furnish
from tests.web.visitor import Sheet, Visitor

CERTIFICATE = pdf()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    numbers, settings = itertools.count(1), Settings(instance=tmp_path_factory.mktemp("once"))
    return furnish(create_app(settings, clock=lambda: START, new_id=lambda: f"r{next(numbers)}"))


@pytest.fixture
def made(once: Partnership, tmp_path: Path) -> Partnership:
    return copied(once, tmp_path)


def visit(made: Partnership, organisation: str, role: str = "admin") -> Visitor:
    return Visitor(made.browser(organisation, role))


def home(made: Partnership, organisation: str = "eastford") -> str:
    return f"/organisations/{made.organisations[organisation]}"


def file(content: bytes = CERTIFICATE, name: str = "ICO certificate.pdf") -> list[Any]:
    return [(BytesIO(content), name)]


def registered(made: Partnership, **said: Any) -> Sheet:
    admin = visit(made, "eastford")
    form = admin.get(f"{home(made)}/assurances/new?kind=ico-registration")
    words = {"status": "registered", "reference": "za123456", **said}
    days = {"expires__day": "1", "expires__month": "12", "expires__year": "2026"}
    return sent(admin, form, **days, **words)


def links(page: Sheet, end: str) -> list[str]:
    return [link for link in page.links() if link.endswith(end)]


def test_what_it_is_is_asked_first(made: Partnership) -> None:
    admin = visit(made, "eastford")
    page = admin.get(f"{home(made)}/assurances/new?asked=kind", status=422)
    assert page.errors == [("Select what the assurance is", "#kind")]
    assert admin.get(f"{home(made)}/assurances/new?asked=kind&kind=dspt").h1 == "Data Security and Protection Toolkit"


def test_an_assurance_that_runs_out_is_flagged_on_its_page_and_in_the_list(made: Partnership) -> None:
    page = registered(made, file=file())
    assert "Registered, za123456" in page.words and "Runs out soon until 1 December 2026" in page.words
    assert "Recorded 24 November 2026, 15:30 by admin of eastford, admin" in page.words
    for reader in ("eastford", "northshire"):
        rows = visit(made, reader, "trainer").get("/organisations?look=assurance").words
        assert "1 organisation found." in rows and "Runs out soon ICO registration, 1 December 2026" in rows
    assert "0 organisations found." in visit(made, "southmoor", "igm").get("/organisations?look=assurance").words


@pytest.mark.asvs("V5.3.1")
def test_evidence_is_a_file_to_keep_for_partners_and_not_there_for_others(made: Partnership) -> None:
    address = links(registered(made, file=file(name="../ICO “certificate”; X: y.html")), "/evidence")[0]
    for reader in ("eastford", "northshire"):
        answer = visit(made, reader, "signatory").client.get(address)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, CERTIFICATE, "application/pdf")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert "ICO" in answer.headers["Content-Disposition"] and ".html.pdf" in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    for reader in ("westley", "southmoor"):  # who left, and who never was a partner
        browser = visit(made, reader)
        browser.get(address, status=404)
        browser.get(address.replace("evidence", "change"), status=404)
        page = browser.get(home(made))
        assert "shown to organisations that take part in an agreement with Eastford" in page.words
        assert "certificate" not in page.text and "za123456" not in page.text.lower()
    visit(made, "northshire").get(address.replace("evidence", "change"), status=403)
    visit(made, "eastford", "igm").get(address.replace("evidence", "change"), status=403)


def sent(visitor: Visitor, form: Sheet, code: int = 200, **said: Any) -> Sheet:
    """The form with an answer called `status`, which `Visitor.send` has another use for."""
    fields = {**form.fields(), **{key.replace("__", "--"): value for key, value in said.items()}}
    action = form.tree.xpath("//main//form")[0].get("action")
    return visitor._follow(visitor.client.post(action, data=fields), action, code)


def test_a_file_that_was_good_is_carried_through_a_page_with_a_mistake(made: Partnership) -> None:
    admin = visit(made, "eastford")
    form = admin.get(f"{home(made)}/assurances/new?kind=ico-registration")
    said = {"reference": "12", "file": file(), "expires__day": "31", "expires__month": "2", "expires__year": "2027"}
    page = sent(admin, form, 422, status="registered", **said)
    assert [field for _, field in page.errors] == ["#reference", "#expires-day"]
    assert base64.b64decode(page.fields()["carried"][0]) == CERTIFICATE
    page = sent(admin, page, reference="ZA123456", expires__day="28", file="")
    assert "ICO certificate.pdf" in page.words and admin.client.get(links(page, "/evidence")[0]).data == CERTIFICATE


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html><script>alert(1)</script>", "Select a PDF, a PNG or JPEG picture"),
        (pdf(script="app.alert(1)"), "The PDF can run something"),
    ],
)
def test_a_hostile_file_is_refused_with_one_line_and_nothing_typed_is_lost(
    made: Partnership, content: bytes, told: str
) -> None:
    admin = visit(made, "eastford")
    form = admin.get(f"{home(made)}/assurances/new?kind=other")
    page = sent(admin, form, 422, status="held", reference="ISO 27001", file=file(content))
    assert page.errors[0][0].startswith(told) and page.errors[0][1] == "#file"
    assert page.fields()["reference"] == ["ISO 27001"] and "carried" not in page.fields()
    carried = base64.b64encode(content).decode()  # what a page carries is judged like a file
    assert sent(admin, page, 422, carried=carried, carried_name="a.pdf").errors[0][0].startswith(told)
    assert "None is recorded" in admin.get(home(made)).words


def test_what_replaces_an_assurance_keeps_its_file_unless_another_comes_or_it_is_taken_away(made: Partnership) -> None:
    admin = visit(made, "eastford")
    page = registered(made, file=file())
    form = admin.get(links(page, "/change")[0])
    assert form.fields()["reference"] == ["za123456"] and form.fields()["expires--year"] == ["2026"]
    page = sent(admin, form, expires__year="2027")
    assert "until 1 December 2027" in page.words and "What was recorded before (1)" in page.words
    assert len(links(page, "/evidence")) == 2
    page = sent(admin, admin.get(links(page, "/change")[0]), file=file(picture("PNG"), "new.png"))
    assert admin.client.get(links(page, "/evidence")[0]).mimetype == "image/png"
    page = sent(admin, admin.get(links(page, "/change")[0]), without="yes")
    assert len(links(page, "/evidence")) == 3 and "What was recorded before (3)" in page.words


def test_the_second_of_two_is_shown_what_the_first_said(made: Partnership) -> None:
    admin = visit(made, "eastford")
    change = links(registered(made), "/change")[0]
    first, second, third = (admin.get(change) for _ in range(3))
    after = sent(admin, first, reference="ZA000001")
    page = sent(admin, second, 409, reference="ZA000002")
    assert "It says now: Registered, ZA000001" in page.words and page.fields()["reference"] == ["ZA000002"]
    admin.get(change, status=409)
    remove = links(after, "/remove")[0]
    assert "Registered, ZA000001" in admin.get(remove).words
    page = sent(admin, page)
    assert "Registered, ZA000002" in page.words
    admin.get(remove, status=409)
    page = admin.send(admin.get(links(page, "/remove")[0]))
    assert "None is recorded." in page.words and "ICO registration is taken away." in page.words
    page = sent(admin, third, 409, reference="ZA000003")
    assert "It was taken away." in page.words
    assert "Registered, ZA000003" in sent(admin, page).words


def test_a_sponsor_records_the_assurance_of_the_body_it_sponsors(made: Partnership) -> None:
    sponsor = visit(made, "southmoor")
    said = {"name": "Small charity", "agency_types": ["charity"], "sector": "voluntary", "nation": "england"}
    place = sponsor.send(sponsor.get("/organisations/new/sponsored"), **said).address
    form = sponsor.get(f"{place}/assurances/new?kind=cyber-essentials")
    assert "Certified Plus" in sent(sponsor, form, status="certified-plus").words
    visit(made, "eastford").get(f"{place}/assurances/new", status=404)
