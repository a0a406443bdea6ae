"""Files that come in and go out by the pages: their sizes, their names, and fields that no form has."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from protocolbuilder.domain.agreement import put
from protocolbuilder.settings import Settings
from protocolbuilder.store import organisations, people
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import reading
from protocolbuilder.web.app import MEGABYTE, create_app
from tests.law.filled import filled
from tests.web.conftest import START
from tests.web.signing_in import named
from tests.web.visitor import Visitor

Make = Callable[..., Draft]
HOSTILE_NAMES = [
    "../../etc/passwd", "..\\..\\boot.ini", "C:\\x.docx", "a\x00.docx", "a\r\nSet-Cookie: b=c.docx",
    '"; rm -rf "', "<script>alert(1)</script>.docx", "con", "nul.docx", ".", "", " ", "a" * 3000, "\u202excod.exe",
    "✓🙂.docx", "%2e%2e%2fx", "$(id).docx", "`id`", "|id", "a;b", "~/x", "a/b/c.docx", "{{7*7}}.docx", "%s%n",
]  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """A copy that takes a megabyte at most, and any number of files."""
    instance = tmp_path_factory.mktemp("small") / "instance"
    app = create_app(Settings(instance=instance, max_upload_mb=1, limits_times=1000), clock=lambda: START)
    app.testing = True
    return Visitor(app.test_client())


@pytest.mark.asvs("V5.2.1")
def test_a_file_of_one_byte_too_many_is_refused_with_or_without_its_length(small: Visitor) -> None:
    token = small.get("/agreements/import").fields_of("csrf_token")

    def sent(size: int, **environ: object) -> int:
        file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n' + b"z" * size
        form = f'\r\n--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--x--\r\n'.encode()
        body: dict[str, Any] = {"input_stream": io.BytesIO(file + form)} if environ else {"data": file + form}
        how = {"content_type": "multipart/form-data; boundary=x", "environ_overrides": environ}
        answer = small.client.post("/agreements/import", **body, **how)
        assert answer.status_code != 413 or "too large" in answer.text
        return answer.status_code

    chunked = {"wsgi.input_terminated": True}
    assert sent(MEGABYTE // 2) == 422  # no Word file, but read
    assert sent(MEGABYTE) == 413
    assert sent(5 * MEGABYTE) == 413
    assert (sent(1000, **chunked), sent(5 * MEGABYTE, **chunked)) == (422, 413)


@pytest.mark.asvs("V5.3.1", "V5.2.2")
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_name_of_a_file_that_comes_in_makes_no_file_and_no_trouble(small: Visitor, name: str) -> None:
    instance: Path = small.client.application.extensions["protocolbuilder"].settings.instance
    before = {path.name for path in instance.parent.rglob("*")}
    token = small.get("/agreements/import").fields_of("csrf_token")
    sent = {"csrf_token": token, "file": (io.BytesIO(b"no Word file"), name)}
    answer = small.client.post("/agreements/import", data=sent)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text and "Set-Cookie: b" not in str(answer.headers)
    assert {path.name for path in instance.parent.rglob("*")} - before <= {"protocolbuilder.sqlite3-wal"}


@pytest.mark.asvs("V5.4.1")
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_name_of_a_file_that_goes_out_is_clean_whatever_the_title(
    visitor: Visitor, draft: Make, name: str
) -> None:
    title = "".join(mark if mark.isprintable() else " " for mark in name).strip() or "x"
    ref = draft(put(put(filled("mash"), "about.title", title), "parties.la.name", title)).ref
    for address in (f"/agreements/{ref}/files/matrix.csv", f"/agreements/{ref}/files/brief.docx?party=la"):
        answer = visitor.client.get(address)
        if answer.status_code == 200:
            said = answer.headers["Content-Disposition"]
            assert re.fullmatch(r"attachment; filename=[A-Za-z0-9.-]{1,200}", said), said


@pytest.mark.asvs("V15.3.3")
def test_a_field_that_the_form_does_not_have_is_never_stored(visitor: Visitor, draft: Make, stored: Make) -> None:
    ref = draft().ref
    more = {"number": "99", "ref": "ISA-1", "issued": "1", "created_by": "Eve", "owner": "x", "state": "issued",
            "role": "admin", "summary.text": "Eve", "summary__text": "Eve", "id": "eve"}  # fmt: skip
    before = stored(ref)
    visitor.send(visitor.get(f"/agreements/{ref}/summary/text"), text="Words", **more)
    after = stored(ref)
    assert after.agreement.answers["summary"] == {"text": "Words"}
    assert (after.ref, after.number, after.issued) == (ref, before.number + 1, None)
    assert after.created_by == before.created_by
    assert "Eve" not in visitor.get(f"/agreements/{ref}/history").text


@pytest.mark.asvs("V15.3.3")
def test_the_form_of_one_part_of_an_entry_changes_no_other(own: Flask) -> None:
    """An organisation and a person, by somebody who may change all of either on other pages."""
    visitor, database = Visitor(own.test_client()), own.extensions["protocolbuilder"].database
    person = named(own, visitor.name)
    with reading(database) as session:
        before = organisations.first(session)
    assert before
    more = {"id": "eve", "name": "Eve", "short": "Eve", "sample": "1", "sponsor": before.id, "removed_at": "2026-01-01",
            "organisation": "eve", "owner": "eve", "state": "issued", "signed_at": "2026-01-01"}  # fmt: skip
    visitor.send(visitor.get(f"/organisations/{before.id}/change/contact"), contact="0100 1", **more)
    form = visitor.get(f"/people/{person.id}/change")
    visitor.send(form, **{key: more[key] for key in ("id", "sample", "removed_at", "organisation", "owner")},
                 active="0", password="x", erased_at="2026-01-01", email_verified="1")  # fmt: skip
    with reading(database) as session:
        assert organisations.first(session) == replace(before, contact="0100 1")
        after = people.load(session, person.id)
        assert (after.id, after.active, after.sample, after.email) == (person.id, True, False, person.email)
