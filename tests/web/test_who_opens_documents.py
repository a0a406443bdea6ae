"""A document is made for whoever may read it and opened by nobody else, whoever had it made."""

import itertools
from pathlib import Path

import pytest

from protocolbuilder.settings import Settings
from protocolbuilder.store import agreements, consultations, made, relations
from protocolbuilder.store.engine import Connection, writing
from protocolbuilder.store.made import Asked
from protocolbuilder.web.app import create_app
from tests.law.filled import filled
from tests.web.conftest import START
from tests.web.partnership import LEFT, Partnership, furnish, titled


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    return opening(tmp_path_factory.mktemp("opens"))


def opening(folder: Path) -> Partnership:
    numbers = itertools.count(1)
    app = create_app(Settings(instance=folder), clock=lambda: LEFT, new_id=lambda: f"o{next(numbers)}")
    app.testing, app.config["WTF_CSRF_ENABLED"] = True, False
    return furnish(app)


def kept(session: Connection, ref: str, kind: str, *, draft: int | None = None, version: int | None = None) -> int:
    """A document that a worker made."""
    key = f"{ref} {kind} {draft} {version}"
    asked = Asked(key, ref, draft, version, kind, "", f"A {kind}", "a.pdf", "application/pdf", 2)
    number = made.ask(session, asked, frozen="{}", at=START)
    made.keep(session, number, b"%PDF-1.6", at=START)
    return number


def test_a_trainer_opens_what_is_to_teach_with_and_not_the_review_that_somebody_else_had_made(
    partnership: Partnership,
) -> None:
    home = f"/agreements/{partnership.refs['issued']}/versions/1"
    kinds = ("review.pdf", "summary.pdf")
    with writing(partnership.app.extensions["protocolbuilder"].database) as session:
        at = {kind: kept(session, partnership.refs["issued"], kind, version=1) for kind in kinds}
    trainer, reviewer = partnership.browser("northshire", "trainer"), partnership.browser("northshire", "reviewer")
    for who, answer in ((trainer, 403), (reviewer, 200)):
        assert who.get(f"{home}/making/{at['review.pdf']}").status_code == answer
        assert who.get(f"{home}/making/{at['review.pdf']}/download").status_code == answer
        assert who.get(f"{home}/made/review.docx").status_code == answer
        assert who.get(f"{home}/making/{at['summary.pdf']}/download").status_code == 200
        assert who.post(f"{home}/making", data={"wanted": "pack.zip"}).status_code == (403 if answer == 403 else 303)
        assert who.post(f"{home}/making/{at['review.pdf']}/cancel").status_code == (403 if answer == 403 else 409)
    page, whole = trainer.get(f"{home}/toolkit").text, reviewer.get(f"{home}/toolkit").text
    for part in ("made/review.docx", "made/agreement.docx", "made/data.json", "pack.zip", f"making/{at['review.pdf']}"):
        assert part in whole and part not in page
    for part in ("made/slides.pptx", f"making/{at['summary.pdf']}"):
        assert part in whole and part in page


def test_a_partner_opens_no_document_of_a_draft_from_before_it_was_opened_to_it(partnership: Partnership) -> None:
    copy = partnership.app.extensions["protocolbuilder"]
    with writing(copy.database) as session:
        owner = partnership.organisations["northshire"]
        said = titled(filled("mash"), "What it was")
        ref = agreements.create(session, said, by="", at=START, new_id=copy.new_id, owner=owner).ref
        party = said.answers["parties"][0]["id"]
        relations.tie(session, ref, party, organisation=partnership.organisations["eastford"], by="", at=START)
        agreements.replace(session, ref, titled(said, "What it is"), seen=1, by="", at=START)
        consultations.open_to_partners(session, ref, note="", until=None, by="", at=START)
        before, after = (kept(session, ref, "summary.pdf", draft=number) for number in (1, 2))
    home = f"/agreements/{ref}/making"
    partner, owner_there = partnership.browser("eastford", "igm"), partnership.browser("northshire", "igm")
    for end in ("", "/download"):
        assert partner.get(f"{home}/{before}{end}").status_code == 404
        assert partner.get(f"{home}/{after}{end}").status_code == 200
        assert owner_there.get(f"{home}/{before}{end}").status_code == 200


def test_a_trainer_reads_the_matrix_of_a_draft_and_is_led_nowhere_that_is_closed_to_them(
    partnership: Partnership,
) -> None:
    ref = partnership.refs["draft"]
    trainer = partnership.browser("northshire", "trainer")
    for view in ("agencies", "flows"):
        page = trainer.get(f"/agreements/{ref}/matrix?view={view}")
        assert page.status_code == 200
        there = {part.split('"')[0].split("#")[0] for part in page.text.split(f'href="/agreements/{ref}/')[1:]}
        assert {one for one in there if trainer.get(f"/agreements/{ref}/{one}").status_code == 404} == set()
    assert partnership.browser("eastford", "trainer").get(f"/agreements/{ref}/matrix").status_code == 404
