"""The documents of an agreement on one page, of its draft and of its versions, and the summary for a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.documents import package, visible
from protocolbuilder.documents.family import FAMILY
from protocolbuilder.domain.agreement import Edit, put
from protocolbuilder.store import versions
from protocolbuilder.store.agreements import Draft, create, load, save
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.overlay import record_verification
from protocolbuilder.web import making
from protocolbuilder.web.opened import open_draft
from protocolbuilder.work.worker import due
from tests.law.filled import filled
from tests.store.builders import ISSUING
from tests.web.conftest import START
from tests.web.signing_in import asking
from tests.web.visitor import Visitor

Make = Callable[..., Draft]
LATER = datetime(2026, 11, 26, tzinfo=UTC)


def issued(app: Flask, visitor: Visitor, ref: str) -> int:
    """The next version, kept as the page that issues keeps it. Whether it may be issued is not asked here."""
    with asking(app):
        opened = open_draft(ref)
        number, at = (opened.draft.issued or 0) + 1, opened.draft.updated_at
        stamp = making.stamp_of(opened, version=str(number), at=at)
        documents, used = making.make_all(opened, stamp), making.templates_used(opened)
    with writing(app.extensions["protocolbuilder"].database) as session:
        versions.issue(
            session, ref, number=number, seen=opened.draft.number, documents=documents,
            content_digest=stamp.digest, schema=opened.schema.id, library=opened.library.version,
            templates=used, by="Jo Marsh", at=at, note="", issuing=ISSUING,
        )  # fmt: skip
    return number


def test_every_document_that_is_listed_is_made(visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("shared-care-record")).ref
    page = visitor.get(f"/agreements/{ref}/toolkit")
    links = page.tree.xpath(f"//a[starts-with(@href, '/agreements/{ref}/files/')]/@href")
    alone = [link for link in links if "?party=" in link]
    assert f"/agreements/{ref}/files/joint-arrangement.docx" in links and alone
    for link in [one for one in links if "?party=" not in one] + alone[:1]:
        answer = visitor.client.get(link)
        assert answer.status_code == 200 and answer.data, link
        assert answer.headers["Content-Disposition"].startswith(f"attachment; filename={ref}-draft-1"), link
    assert all(row.title in page.words for row in FAMILY.values() if row.what not in ("pack", "protocol"))
    assert "Appropriate policy document. No lawful basis of the agreement asks" in page.words


def test_a_document_for_a_partner_that_needs_none_is_not_found(visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("mash")).ref
    visitor.get(f"/agreements/{ref}/files/privacy-wording.docx?party=nobody", status=404)
    visitor.get(f"/agreements/{ref}/files/joint-arrangement.docx", status=404)


def test_a_draft_with_a_wrong_answer_has_no_document_that_would_leave_it_out(visitor: Visitor, draft: Make) -> None:
    ref = draft(put(filled("police-schools"), "about.nations", 7)).ref
    for place in ("toolkit", "at-a-glance"):
        page = visitor.get(f"/agreements/{ref}/{place}")
        assert "1 answer of this draft is wrong. Put it right first" in page.words
    assert "wrong" in visitor.get(f"/agreements/{ref}/files/summary.docx", status=404).words
    assert visitor.client.get(f"/agreements/{ref}/files/document.docx").status_code == 200


def test_a_protocol_lists_only_what_is_made_of_one(app: Flask, visitor: Visitor, draft: Make) -> None:
    ref = draft(catalogue.pattern("protocol").agreement).ref
    page = visitor.get(f"/agreements/{ref}/toolkit")
    assert page.tree.xpath(f"//a[@href='/agreements/{ref}/files/protocol.docx']")
    assert not page.tree.xpath(f"//a[@href='/agreements/{ref}/files/summary.docx']")
    assert page.words.count("This is a protocol, and it is made of an agreement only.") == 1
    visitor.get(f"/agreements/{ref}/at-a-glance", status=404)
    assert pack(app, visitor, f"/agreements/{ref}")


def test_the_summary_on_a_phone_says_all_that_a_page_of_paper_has_no_room_for(visitor: Visitor, draft: Make) -> None:
    agreement = filled("mash")
    page = visitor.get(f"/agreements/{draft(agreement).ref}/at-a-glance")
    (main,) = page.tree.xpath("//main//dl/..")
    seen = " ".join(main.text_content().split())
    assert all(row["name"] in seen for row in agreement.answers["parties"])
    assert all(row["title"] in seen for row in agreement.answers["purposes"])
    assert "and 1 more" not in seen and "see the agreement" not in seen
    for label in ("How long we keep it", "Who keeps it, who to ask", "Must or may", "Safety comes first."):
        assert label in seen


@pytest.mark.parametrize("place", ["toolkit", "at-a-glance"])
def test_an_older_version_says_that_it_is_out_of_date(app: Flask, visitor: Visitor, draft: Make, place: str) -> None:
    ref = draft(filled("police-schools")).ref
    for _ in range(2):
        issued(app, visitor, ref)
    old = visitor.get(f"/agreements/{ref}/versions/1/{place}")
    assert "Out of date: version 2 replaced this." in old.words
    assert "Out of date" not in visitor.get(f"/agreements/{ref}/versions/2/{place}").words
    word = visitor.client.get(f"/agreements/{ref}/versions/1/made/summary.docx").data
    assert "Out of date: version 2 replaced this." in visible.texts(package.read(word))


def test_the_documents_of_a_version_stay_as_they_were_when_the_draft_goes_on(
    app: Flask, visitor: Visitor, draft: Make
) -> None:
    ref = draft(filled("police-schools")).ref
    number = issued(app, visitor, ref)
    place = f"/agreements/{ref}/versions/{number}/made"
    before = visitor.client.get(f"{place}/legal-annex.docx").data
    changed(app, ref)
    assert visitor.client.get(f"{place}/legal-annex.docx").data == before
    assert "Changed since" in visitor.get(f"/agreements/{ref}/at-a-glance").words
    assert "Changed since" not in visitor.get(f"/agreements/{ref}/versions/{number}/at-a-glance").words


def test_a_version_keeps_the_law_library_of_its_day(own: Flask) -> None:
    visitor, database = Visitor(own.test_client()), own.extensions["protocolbuilder"].database
    with writing(database) as session:
        ref = create(session, filled("police-schools"), by="Jo Marsh", at=START, new_id=lambda: "n1", note="").ref
    place = f"/agreements/{ref}/versions/{issued(own, visitor, ref)}/made/legal-annex.docx"
    before = visitor.client.get(place).data
    with writing(database) as session:
        record_verification(
            session, "ca-1989-s47-9", on=LATER.date(), seen="The Act.", by="Jo Marsh", post="Solicitor", at=LATER,
            new_id=lambda: "r1",
        )  # fmt: skip
    assert visitor.client.get(place).data == before
    draft = visitor.client.get(f"/agreements/{ref}/files/legal-annex.docx").data
    assert "Law library 2026.11+1." in " ".join(visible.texts(package.read(draft)))
    assert "Law library 2026.11." in " ".join(visible.texts(package.read(before)))


def test_the_pack_of_a_version_holds_what_was_kept_byte_for_byte(app: Flask, visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("police-schools")).ref
    number = issued(app, visitor, ref)
    with reading(app.extensions["protocolbuilder"].database) as session:
        kept = {mark.name: mark.sha256 for mark in versions.version(session, ref, number).documents}
    with ZipFile(BytesIO(pack(app, visitor, f"/agreements/{ref}/versions/{number}"))) as archive:
        found = {name: sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert {name: found[name] for name in kept} == kept
    one = visitor.client.get(f"/agreements/{ref}/versions/{number}/made/document.docx").data
    assert sha256(one).hexdigest() == kept[f"{ref}-version-{number}.docx"]
    assert len(found) > len(kept) + 10


def pack(app: Flask, visitor: Visitor, place: str) -> bytes:
    """The toolkit pack of a draft or version, made by a worker."""
    shown = visitor.send(visitor.get(f"{place}/toolkit"), wanted="pack.zip")
    running = app.extensions["protocolbuilder"]
    due(running.settings, running.database, clock=lambda: START + timedelta(hours=12))
    return visitor.client.get(f"{shown.address}/download").data


def changed(app: Flask, ref: str) -> None:
    """Somebody goes on with the draft."""
    with writing(app.extensions["protocolbuilder"].database) as session:
        edits = [Edit("about.title", "Changed since")]
        save(session, ref, edits=edits, seen=load(session, ref).number, by="Jo Marsh", at=LATER)
