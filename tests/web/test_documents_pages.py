"""The preview, the matrix, the files of a draft, issuing, history and comparison."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import html

from protocolbuilder import catalogue
from protocolbuilder.documents import package, visible
from protocolbuilder.domain.agreement import Agreement, canonical, digest
from protocolbuilder.domain.reading import from_json
from protocolbuilder.store.agreements import Draft
from tests.builders import flow, party, small, with_answers
from tests.law.filled import accepted
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]
HARD = 'Barking & Dagenham <b>“Ł”</b> {{ 7*7 }} مجلس Môn'


def complete() -> Agreement:
    """A sample agreement, which lacks nothing and whose warnings are accepted."""
    return accepted(next(one.agreement for one in catalogue.samples() if one.agreement.schema == "agreement-1"))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("which", [*(one.name for one in catalogue.patterns()), "hard"])
def test_the_preview_says_what_the_word_file_says(visitor: Visitor, draft: Make, which: str) -> None:
    agreement = with_answers(small(), parties=[party("p1", HARD), party("p2", "Two")]) if which == "hard" else (
        catalogue.pattern(which).agreement
    )  # fmt: skip
    ref = draft(agreement).ref
    page = visitor.get(f"/agreements/{ref}/preview")
    shown = page.tree.get_element_by_id("document")
    word = visitor.client.get(f"/agreements/{ref}/files/document.docx").data
    said = [text for block in visible.blocks(package.read(word)) for text in visible.texts_of(block)]
    assert squeezed(shown.text_content()) == squeezed("".join(said))
    if which == "hard":
        assert HARD in shown.text_content()


def test_every_file_of_a_draft_is_kept_by_the_browser_and_never_run(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    for kind in ("document.docx", "matrix.docx", "matrix.xlsx", "matrix.csv", "data.json"):
        answer = visitor.client.get(f"/agreements/{ref}/files/{kind}")
        assert answer.status_code == 200 and answer.data
        assert answer.headers["Content-Disposition"].startswith(f"attachment; filename={ref}-draft-1")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.data == visitor.client.get(f"/agreements/{ref}/files/{kind}").data
    visitor.get(f"/agreements/{ref}/files/other.exe", status=404)


def test_a_document_without_flows_has_no_matrix_to_download(visitor: Visitor, draft: Make) -> None:
    ref = draft(catalogue.pattern("protocol").agreement).ref
    visitor.get(f"/agreements/{ref}/files/matrix.docx", status=404)
    assert "matrix.docx" not in visitor.get(f"/agreements/{ref}/preview").text
    assert "no flows" not in visitor.get(f"/agreements/{ref}/matrix").words


# --- the matrix


@pytest.mark.parametrize("view", ["agencies", "recipients", "purposes", "flows"])
def test_every_flow_stands_in_every_view_and_every_link_leads_somewhere(
    visitor: Visitor, draft: Make, view: str
) -> None:
    agreement = catalogue.pattern("early-help").agreement
    ref = draft(agreement).ref
    page = visitor.get(f"/agreements/{ref}/matrix?view={view}")
    links = set(page.tree.xpath("//table//a/@href"))
    for row in agreement.answers["flows"]:
        assert f"/agreements/{ref}/flows/{row['id']}" in links
        assert f"/agreements/{ref}/preview#flow-{row['id']}" in links
    preview = visitor.get(f"/agreements/{ref}/preview").tree
    for link in sorted(links):
        where, _, anchor = link.partition("#")
        if anchor:
            assert preview.get_element_by_id(anchor) is not None
        elif "/gateways/" in link:
            visitor.get(where)
    assert page.tree.xpath("//table/caption")
    assert page.tree.xpath("//thead//th[@scope='col']") and page.tree.xpath("//tbody//th[@scope='row']")


def test_flows_that_do_not_say_who_stand_under_not_stated(visitor: Visitor, draft: Make) -> None:
    lost = {key: value for key, value in flow("f3", "p1", "p2").items() if key not in ("from", "to")}
    ref = draft(small(), flows=[flow("f1", "p1", "p2"), lost]).ref
    page = visitor.get(f"/agreements/{ref}/matrix")
    heads = [one.text_content().strip() for one in page.tree.xpath("//table//th")]
    assert heads.count("Not stated") == 2
    only = visitor.get(f"/agreements/{ref}/matrix?from=not-stated")
    assert f"/agreements/{ref}/flows/f3" in only.text and f"/agreements/{ref}/flows/f1" not in only.text


def test_a_filter_is_kept_in_the_address_and_in_every_view(visitor: Visitor, draft: Make) -> None:
    purposes = [{"id": "pu1", "statement": "One"}, {"id": "pu2", "statement": "Two"}]
    flows = [flow("f1", "p1", "p2"), flow("f2", "p2", "p1", purposes=["pu2"]), flow("f3", "p1", "p2", purposes=["pu2"])]
    ref = draft(small(), purposes=purposes, flows=flows).ref
    cases = {"from=p1": {"f1", "f3"}, "to=p1": {"f2"}, "purpose=pu2": {"f2", "f3"}, "from=p1&purpose=pu2": {"f3"}}
    for query, wanted in cases.items():
        for view in ("agencies", "recipients", "purposes", "flows"):
            page = visitor.get(f"/agreements/{ref}/matrix?view={view}&{query}")
            shown = {one.rsplit("/", 1)[1] for one in page.tree.xpath("//table//a/@href") if "/flows/" in one}
            assert shown == wanted, (query, view)
            views = page.tree.xpath("//nav[@aria-label='Views of the matrix']//a/@href")
            assert len(views) == 6 and all(query in link for link in views)
    assert "No flow fits" in visitor.get(f"/agreements/{ref}/matrix?from=nobody").words


def test_a_matrix_of_no_flows_says_so(visitor: Visitor, draft: Make) -> None:
    assert "there are none yet" in visitor.get(f"/agreements/{draft().ref}/matrix").words


def test_a_matrix_of_300_partners_shows_those_that_share_or_says_that_it_is_too_large(
    visitor: Visitor, draft: Make
) -> None:
    parties = [party(f"p{n}", f"Body {n}") for n in range(300)]
    few = draft(small(), parties=parties, flows=[flow("f1", "p7", "p8")]).ref
    heads = [one.text_content() for one in visitor.get(f"/agreements/{few}/matrix").tree.xpath("//table//th")]
    assert heads[1:] == ["Body 8", "Body 7"]
    each = [row["id"] for row in parties]
    many = draft(small(), parties=parties, flows=[flow("f1", "p0", "p1", **{"from": each, "to": each})]).ref
    page = visitor.get(f"/agreements/{many}/matrix")
    assert "too many for one page" in page.words and not page.tree.xpath("//table")
    assert page.tree.xpath("//a[contains(@href,'view=flows')]")
    assert len(visitor.get(f"/agreements/{many}/matrix?from=p1").tree.xpath("//tbody/tr")) == 1


def test_a_long_list_of_flows_has_pages(visitor: Visitor, draft: Make) -> None:
    ref = draft(small(), flows=[flow(f"f{n}", "p1", "p2") for n in range(101)]).ref
    assert len(visitor.get(f"/agreements/{ref}/matrix?view=flows&from=p1").tree.xpath("//tbody/tr")) == 100
    last = visitor.get(f"/agreements/{ref}/matrix?view=flows&from=p1&page=2")
    assert len(last.tree.xpath("//tbody/tr")) == 1
    assert any("from=p1" in link for link in last.links() if "view=flows" in link)


def test_the_standing_of_each_partner_is_a_view(visitor: Visitor, draft: Make) -> None:
    act = catalogue.schema("agreement-1").sections["participation"].questions["act"].choices[0]
    done = [{"id": "pa1", "party": "p2", "act": act[0], "date": "2026-07"}]
    page = visitor.get(f"/agreements/{draft(small(), participation=done).ref}/matrix?view=standing")
    rows = [row.text_content() for row in page.tree.xpath("//tbody/tr")]
    assert "Not stated" in rows[0] and "Controller" in rows[0]
    assert f"{act[1]}, July 2026" in rows[1]


# --- versions


def kept(page: Sheet) -> list[str]:
    """The links to the files that a version keeps."""
    return [link for link in page.links() if "/versions/1/" in link and "." in link]


def test_a_draft_that_lacks_something_cannot_be_issued(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/issue")
    assert "It cannot be issued yet" in page.words
    assert not page.tree.xpath("//main//form")
    token = visitor.get("/agreements/new").fields()["csrf_token"][0]
    fields = {"csrf_token": token, "seen": "1"}
    assert visitor.client.post(f"/agreements/{ref}/issue", data=fields).status_code == 422
    assert stored(ref).issued is None


def test_a_version_is_issued_with_its_documents_and_kept(visitor: Visitor, draft: Make, stored: Stored) -> None:
    agreement = complete()
    ref = draft(agreement).ref
    page = visitor.send(visitor.get(f"/agreements/{ref}/issue"), note="First version")
    assert page.address == f"/agreements/{ref}/versions/1" and "First version" in page.words
    assert stored(ref).issued == 1
    files = kept(page)
    assert len(files) == 6
    for link in files:
        answer = visitor.client.get(link)
        assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    data = visitor.client.get(next(link for link in files if link.endswith(".json"))).data
    assert canonical(from_json(data)) == canonical(agreement)
    word = visitor.client.get(next(link for link in files if link.endswith("version-1.docx"))).data
    footer = "".join(ZipFile(BytesIO(word)).read(name).decode() for name in ZipFile(BytesIO(word)).namelist()
                     if name.startswith("word/footer"))  # fmt: skip
    seen = squeezed(html.fromstring(footer.encode()).text_content())
    assert ref in seen and digest(agreement)[:8] in seen
    assert sha256(word).hexdigest() == sha256(visitor.client.get(files[0]).data).hexdigest()


def test_issued_files_stay_as_they_are_when_the_draft_goes_on(visitor: Visitor, draft: Make) -> None:
    ref = draft(complete()).ref
    page = visitor.send(visitor.get(f"/agreements/{ref}/issue"))
    files = {link: visitor.client.get(link).data for link in kept(page)}
    visitor.send(visitor.get(f"/agreements/{ref}/about/title"), title="Changed since")
    visitor.send(visitor.get(f"/agreements/{ref}/issue"), note="Second")
    assert {link: visitor.client.get(link).data for link in files} == files
    history = visitor.get(f"/agreements/{ref}/history")
    assert [one.text_content().strip() for one in history.tree.xpath("//h3")][:2] == ["Version 2", "Version 1"]
    changed = visitor.get(f"/agreements/{ref}/compare?before=1&after=2")
    cells = [one.text_content().strip() for one in changed.tree.xpath("//tbody//td")]
    assert cells[1] == "added: Changed since (end of added)" and "1 answer changed" in changed.words
    assert "Nothing changed" in visitor.get(f"/agreements/{ref}/compare").words


def test_a_draft_that_moved_on_is_not_issued_unseen(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(complete()).ref
    page = visitor.get(f"/agreements/{ref}/issue")
    other.send(other.get(f"/agreements/{ref}/about/title"), title="Theirs")
    back = visitor.send(page, note="Mine", status=409)
    assert "The draft changed since you opened this page" in back.words
    assert stored(ref).issued is None
    assert "Mine" in visitor.send(back).words and stored(ref).issued == 1


def test_versions_and_files_that_are_not_there_are_not_found(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    for place in ("versions/1", "versions/1/x.docx", "versions/0", "compare?before=7", "compare?before=..%2F"):
        visitor.get(f"/agreements/{ref}/{place}", status=404)


def test_a_discarded_agreement_is_not_issued(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(complete()).ref
    page = visitor.get(f"/agreements/{ref}/issue")
    visitor.send(visitor.get(f"/agreements/{ref}/discard"))
    visitor.send(page, status=409)
    assert stored(ref).issued is None
