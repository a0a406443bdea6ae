"""Every way in which a file is sent to this copy: through the malware scanner first, and within the share of space."""

import ast
import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import protocolbuilder
from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import new, put
from protocolbuilder.domain.schema import list_sections
from protocolbuilder.settings import Settings
from protocolbuilder.store import agreements, organisations, security_events
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.people_tables import evidence_files
from protocolbuilder.store.tables import house_styles, returned_files
from protocolbuilder.web.app import create_app
from tests.documents.word_like import WordFile
from tests.intake.clamd import EICAR, NAME, scanning
from tests.intake.test_evidence import pdf
from tests.web.conftest import START
from tests.web.signing_in import named
from tests.web.visitor import Sheet, Visitor

SAID = "Share at once what keeps a child safe."
KEPT = (evidence_files, house_styles, returned_files)
ROOT = Path(protocolbuilder.__file__).parent


@dataclass
class Copy:
    """One copy of the program, somebody who may do everything at it, and an agreement of it."""

    visitor: Visitor
    ref: str
    organisation: str

    def ways(self, content: bytes) -> dict[str, Callable[[], Sheet]]:
        """Each way to send a file."""
        new = f"/organisations/{self.organisation}/assurances/new?kind=dspt"
        return {
            "import": lambda: self.send("/agreements/import", content),
            "house style": lambda: self.send("/settings/house-style", content, name="Northshire <b>"),
            "came back": lambda: self.send(f"/agreements/{self.ref}/returned", content),
            "came back, carried": lambda: self.send(f"/agreements/{self.ref}/returned", content, carries=True),
            "evidence": lambda: self.send(new, content, status="met", reference="QX-7"),
            "evidence, carried": lambda: self.send(new, content, status="met", reference="QX-7", carries=True),
        }

    def send(self, address: str, content: bytes, *, carries: bool = False, **fields: str) -> Sheet:
        page = self.visitor.get(address.partition("?")[0] if "returned" in address else address)
        sent: dict[str, Any] = {"csrf_token": page.fields_of("csrf_token"), **fields}
        if carries:
            sent |= {"carried": base64.b64encode(content).decode(), "carried_name": "a.docx", "name": "a.docx"}
        else:
            sent["file"] = (io.BytesIO(content), "a.docx")
        answer = self.visitor.client.post(address, data=sent, content_type="multipart/form-data")
        return self.visitor._follow(answer, address, answer.status_code if answer.status_code >= 400 else 200)

    def kept(self) -> list[int]:
        with reading(self.visitor.client.application.extensions["protocolbuilder"].database) as session:
            return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in KEPT]

    def refusals(self) -> list[dict[str, str]]:
        with reading(self.visitor.client.application.extensions["protocolbuilder"].database) as session:
            return [dict(one.about) for one in security_events.events(session) if one.what == "file:refused"]


def at(instance: Path, migrated: Path, **settings: Any) -> Copy:
    (instance / "protocolbuilder.sqlite3").write_bytes(migrated.read_bytes())
    numbers = iter(range(1, 10_000))
    app = create_app(
        Settings(instance=instance, limits_times=1000, **settings), clock=lambda: START,
        new_id=lambda: f"r{next(numbers)}",
    )  # fmt: skip
    app.testing = True
    visitor, database = Visitor(app.test_client()), app.extensions["protocolbuilder"].database
    assert named(app, visitor.name)
    with writing(database) as session:
        sections = list_sections(catalogue.schema("agreement-1"))
        empty = new("agreement-1", library=catalogue.LIBRARY_VERSION, sections=sections)
        said = put(put(empty, "about.title", "Sharing"), "summary.text", SAID)
        draft = agreements.create(session, said, by="Jo", at=START, new_id=lambda: "a1")
        body = organisations.first(session)
        assert body
    return Copy(visitor, draft.ref, body.id)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Copy:
    """Where each organisation may keep one file, and there is no scanner."""
    return at(tmp_path_factory.mktemp("small"), migrated, space_files=1)


@pytest.mark.asvs("V5.4.3")
def test_malware_is_refused_with_its_name_whichever_way_it_comes_and_nothing_of_it_is_kept(
    tmp_path: Path, migrated: Path
) -> None:
    with scanning() as clamd:
        copy = at(tmp_path, migrated, scanner=clamd.place)
        infected = pdf() + EICAR + b"%%EOF"
        for way, sends in copy.ways(infected).items():
            page = sends()
            assert page.status == 422 and NAME in page.words and "It was not taken" in page.words, way
            assert ("Northshire <b>" if way == "house style" else "QX-7" if way[0] == "e" else "") in page.text or (
                "Northshire &lt;b&gt;" in page.text
            ), way
        assert clamd.got == [infected] * 6
        assert copy.kept() == [0, 0, 0]
        told = [one["way"] for one in copy.refusals()]
        assert sorted(set(told)) == ["assurances.add", "house_style.upload", "imports.read", "returned.take_in"]
        assert {one["found"] for one in copy.refusals()} == {NAME} and len(told) == 6
        assert copy.ways(pdf())["evidence"]().status == 200
        assert copy.kept() == [1, 0, 0]


@pytest.mark.asvs("V5.4.3")
def test_while_the_scanner_is_away_no_file_is_taken_and_the_page_says_why(tmp_path: Path, migrated: Path) -> None:
    copy = at(tmp_path, migrated, scanner=f"unix:{tmp_path}/none")
    for way in ("import", "evidence, carried"):
        page = copy.ways(pdf())[way]()
        assert page.status == 422 and "the malware scanner does not answer" in page.words, way
    assert copy.kept() == [0, 0, 0]
    assert "looked at for malware before" in copy.visitor.get("/agreements/import").words


def test_a_copy_without_a_scanner_says_so_where_a_file_is_sent(small: Copy) -> None:
    form = f"/organisations/{small.organisation}/assurances/new?kind=dspt"
    for address in ("/agreements/import", "/settings/house-style", f"/agreements/{small.ref}/returned", form):
        assert "This copy does not look at files for malware" in small.visitor.get(address).words, address


@pytest.mark.asvs("V5.4.3")
def test_files_of_requests_are_read_in_one_module() -> None:
    reads = []
    for file in (ROOT / "web").rglob("*.py"):
        text = file.read_text()
        for node in ast.walk(ast.parse(text)) if "request.files" in text or "b64decode" in text else ():
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "request.files":
                reads.append(file.name)
            if isinstance(node, ast.Call) and "b64decode" in ast.unparse(node.func):
                reads.append(file.name)
    assert set(reads) == {"uploads.py"}


@pytest.mark.asvs("V5.2.4")
def test_who_has_used_their_share_is_told_what_is_used_and_nothing_typed_is_lost(small: Copy) -> None:
    draft = small.visitor.client.get(f"/agreements/{small.ref}/files/document.docx").data
    assert small.ways(pdf())["evidence"]().status == 200
    came_back = WordFile(draft)
    came_back.replaced(SAID, "Share now.")
    sent = {**small.ways(came_back.bytes()), "evidence": small.ways(pdf() + b" %%EOF")["evidence"]}
    for way in ("house style", "came back", "evidence"):
        page = sent[way]()
        assert page.status == 413 and "1 file, of 2,000 MB in 1 file that it may" in page.words, (way, page.words)
    assert page.fields_of("reference") == "QX-7"
    assert base64.b64decode(page.fields_of("carried")) == pdf() + b" %%EOF"
    assert small.kept() == [1, 0, 0]
    fields = {"csrf_token": page.fields_of("csrf_token"), "wanted": "pack.zip"}
    answer = small.visitor.client.post(f"/agreements/{small.ref}/making", data=fields)
    assert answer.status_code == 413 and "There is no space for another file" in answer.text
    own = small.visitor.get(f"/organisations/{small.organisation}").words
    assert "0.1 MB in 1 file, of 2,000 MB in 1 file that it may keep" in own
