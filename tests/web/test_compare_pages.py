"""What changed between two versions: words marked on screen, tracked changes in Word, a page for each partner."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from protocolbuilder.documents import embed, package
from protocolbuilder.documents.unsigned import unsigned
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.errors import BadFile
from tests.builders import small
from tests.documents.settled import settled
from tests.web.test_documents_pages import complete
from tests.web.visitor import Visitor


def issued(visitor: Visitor, draft, agreement: Agreement) -> str:  # type: ignore[no-untyped-def]
    """An agreement with version 1 issued and another title in the draft."""
    ref: str = draft(agreement).ref
    visitor.send(visitor.get(f"/agreements/{ref}/issue"))
    visitor.send(visitor.get(f"/agreements/{ref}/about/title"), title="Sharing between constabulary and council")
    return ref


def test_words_that_changed_are_marked_by_more_than_colour(visitor: Visitor, draft) -> None:  # type: ignore[no-untyped-def]
    ref = issued(visitor, draft, put(complete(), "about.title", "Sharing between police and council"))
    page = visitor.get(f"/agreements/{ref}/compare")
    (gone,), (came,) = page.tree.xpath("//del"), page.tree.xpath("//ins")
    assert gone.text_content() == "removed: police (end of removed)"
    assert came.text_content() == "added: constabulary (end of added)"
    assert gone.getparent().text_content().strip().startswith("Sharing between")


def test_any_two_versions_come_as_tracked_changes_in_word(visitor: Visitor, draft) -> None:  # type: ignore[no-untyped-def]
    ref = issued(visitor, draft, complete())
    visitor.send(visitor.get(f"/agreements/{ref}/issue"))
    link = next(
        link for link in visitor.get(f"/agreements/{ref}/compare?before=1&after=2").links() if "redline" in link
    )
    answer = visitor.client.get(link)
    assert f"{ref}-version-1-to-version-2-redline.docx" in answer.headers["Content-Disposition"]
    files = (visitor.client.get(f"/agreements/{ref}/versions/{n}/{ref}-version-{n}.docx").data for n in (1, 2))
    one, two = map(unsigned, files)
    assert settled(answer.data) == settled(two) and settled(answer.data, way="refuse") == settled(one)
    assert f'w:author="{ref} version 2"' in zipfile.ZipFile(BytesIO(answer.data)).read("word/document.xml").decode()
    assert (
        embed.properties(package.read(answer.data))[embed.REDLINE] == f"{ref} version 1 compared with {ref} version 2"
    )
    with pytest.raises(BadFile, match="is a redline"):
        embed.take(answer.data)


def test_each_partner_has_a_page_of_what_changed_for_it(visitor: Visitor, draft) -> None:  # type: ignore[no-untyped-def]
    agreement = complete()
    flow = agreement.answers["flows"][0]
    ref = issued(visitor, draft, agreement)
    words = "Only this shows the risk."
    visitor.send(visitor.get(f"/agreements/{ref}/flows/{flow['id']}/purposes"), necessity=words)
    page = visitor.get(f"/agreements/{ref}/compare")
    (link,) = [link for link in page.links() if f"party={flow['from'][0]}&" in link]
    own = visitor.get(link)
    assert own.h1.startswith("What changed for ") and words[:-1] in own.words and "constabulary" in own.words
    word = visitor.client.get(next(link for link in own.links() if "for.docx" in link))
    assert f"{ref}-version-1-to-draft-changes-" in word.headers["Content-Disposition"]
    assert words in zipfile.ZipFile(BytesIO(word.data)).read("word/document.xml").decode()


def test_a_partner_or_version_that_is_not_there_is_not_found(visitor: Visitor, draft) -> None:  # type: ignore[no-untyped-def]
    ref = draft(small()).ref
    for place in ("compare/for?party=nobody", "compare/for.docx", "compare/redline.docx?before=9", "compare?before=x"):
        visitor.get(f"/agreements/{ref}/{place}", status=404)
