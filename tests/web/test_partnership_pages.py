"""The partnership through the pages: described, its message printed and changed, its vision signed off by members."""

import io
from pathlib import Path

import pytest
from docx import Document

from protocolbuilder.documents import package, visible
from protocolbuilder.store import agreements, organisations, versions
from protocolbuilder.store.engine import reading, writing
from tests.law.filled import accepted
from tests.web.conftest import START
from tests.web.partnership import Partnership, staffed
from tests.web.signing_in import Clock, cheap
from tests.web.test_issuing import sample
from tests.web.visitor import Visitor

FIRST, SECOND = "Ask & share when it <protects> a child.", "Tell someone who can help."


@pytest.fixture
def partnership(tmp_path: Path, migrated: Path) -> Partnership:
    return staffed(cheap(tmp_path, migrated, Clock(START)))


def visit(made: Partnership, organisation: str, role: str = "igm") -> Visitor:
    return Visitor(made.browser(organisation, role))


def described(made: Partnership) -> Visitor:
    """Somebody of the host, who has said who is in it: Northshire, which hosts it, and Eastford."""
    at = visit(made, "northshire")
    ids = made.organisations
    at.send(at.get("/partnership/details"), name="Northshire partnership", host=ids["northshire"],
            members=[ids["eastford"]], law=["ca-2004-s16la"], other_law="A local order of 2020\n\n")  # fmt: skip
    return at


def texts(file: bytes) -> str:
    return "\n".join(visible.texts(package.read(file)))


def test_the_partnership_is_described_and_law_that_nobody_verified_is_marked(partnership: Partnership) -> None:
    page = visit(partnership, "eastford").get("/partnership")
    assert "Nobody has said yet" in page.words and "/partnership/details" not in page.text
    page = described(partnership).get("/partnership")
    assert page.h1 == "Northshire partnership"
    assert "HostNorthshire Change host" in page.words and "Eastford" in page.words and "Westley" not in page.words
    assert "CA 2004 s.16LA" in page.words and "Commencement not confirmed" in page.words
    assert "A local order of 2020 Not verified" in page.words


def test_only_the_host_changes_it_and_only_signatories_of_members_sign_off(partnership: Partnership) -> None:
    at = described(partnership)
    at.send(at.get("/partnership/vision"), vision="Every child is safe.")
    for organisation, role in (("eastford", "igm"), ("eastford", "admin"), ("northshire", "signatory")):
        for part in ("details", "message", "vision"):
            visit(partnership, organisation, role).get(f"/partnership/{part}", status=403)
    for organisation, role in (("westley", "signatory"), ("northshire", "igm"), ("northshire", "admin")):
        visit(partnership, organisation, role).get("/partnership/vision/sign-off", status=403)
        assert "Every child is safe." in visit(partnership, organisation, role).get("/partnership").words
    at.get("/partnership/other", status=404)


def test_a_change_of_the_vision_asks_every_member_anew_and_keeps_what_was_signed_off(partnership: Partnership) -> None:
    at = described(partnership)
    at.send(at.get("/partnership/vision"), vision="Every child is safe.")
    chief = visit(partnership, "eastford", "signatory")
    drawn = chief.get("/partnership/vision/sign-off")
    page = chief.send(drawn)
    assert "1 of 2 members signed off these words" in page.words
    assert "Signed off by signatory of eastford, signatory, 24 November 2026, 10:30" in page.words
    chief.send(drawn, to="/partnership/vision/sign-off", status=409)
    head = visit(partnership, "northshire", "signatory")
    old = head.get("/partnership/vision/sign-off")
    at.send(at.get("/partnership/vision"), vision="Every child and adult is safe.")
    told = head.send(old, status=409)
    assert "nothing was signed off" in told.words and "Every child and adult is safe." in told.words
    page = head.send(told)
    assert "1 of 2 members signed off these words" in page.words
    assert "Signed off earlier words on 24 November 2026" in page.words and "Every child is safe." in page.words


def test_two_who_change_it_at_once_are_both_told(partnership: Partnership) -> None:
    at, other = described(partnership), visit(partnership, "northshire", "admin")
    drawn = at.get("/partnership/message")
    other.send(other.get("/partnership/message"), message="Theirs came first.")
    page = at.send(drawn, message="Mine came later.", status=409)
    assert "Theirs came first." in page.words and "Mine came later." in page.words
    assert "admin of northshire, admin changed the partnership" in page.words
    assert "Mine came later." in at.send(page).words


def test_what_is_wrong_is_told_and_what_was_typed_stays(partnership: Partnership) -> None:
    at = described(partnership)
    page = at.send(at.get("/partnership/details"), name="", host="", other_law="Typed", status=422)
    assert [link for _, link in page.errors] == ["#name", "#host"] and "Typed" in page.text
    page = at.send(at.get("/partnership/message"), message="x" * 501, status=422)
    assert page.errors == [("The message must be 500 characters or less", "#message")] and "x" * 501 in page.text


def test_drafts_print_the_message_at_once_and_issued_versions_keep_theirs_and_are_flagged(
    partnership: Partnership,
) -> None:
    at, copy = described(partnership), partnership.app.extensions["protocolbuilder"]
    at.send(at.get("/partnership/message"), message=FIRST)
    with writing(copy.database) as session:
        host = organisations.load(session, partnership.organisations["northshire"]).id
        ref = agreements.create(
            session, accepted(sample()), by="igm", at=START, new_id=copy.new_id, owner=host
        ).ref
    home = f"/agreements/{ref}"
    assert at.send(at.get(f"{home}/issue")).address == f"{home}/versions/1"
    assert "Earlier message" not in at.get(f"{home}/versions/1").words and not _flagged(at)
    with reading(copy.database) as session:
        kept = versions.document(session, ref, 1, f"{ref}-version-1.docx")
    at.send(at.get("/partnership/message"), message=SECOND)

    assert FIRST in texts(kept.content) and f"Our message: {FIRST}" in texts(kept.content)
    assert _flagged(at) == [f"{home}/versions/1"]
    page = at.get(f"{home}/versions/1")
    assert FIRST in page.words and "It prints the message as it was on 24 November 2026" in page.words
    for address, words in (
        (f"{home}/versions/1/made/document.docx", FIRST), (f"{home}/versions/1/made/family-guide.docx", FIRST),
        (f"{home}/files/family-guide.docx", SECOND), (f"{home}/files/document.docx", SECOND),
    ):  # fmt: skip
        said = "\n".join(one.text for one in Document(io.BytesIO(at.client.get(address).data)).paragraphs)
        assert words in said and ({FIRST, SECOND} - {words}).pop() not in said, address
    assert f"Our message: {SECOND}" in at.get(f"{home}/preview").words


def _flagged(at: Visitor) -> list[str]:
    page = at.get("/partnership")
    rows = page.tree.xpath("//table[contains(., 'earlier message')]//th[@scope='row']//a/@href")
    return [str(one) for one in rows]
