"""An operator's own Word templates in the instance folder, and a house style from the command line."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from protocolbuilder import catalogue
from protocolbuilder.cli import main
from protocolbuilder.cli.printing import stocked
from protocolbuilder.documents import package, templates
from protocolbuilder.domain.agreement import to_json
from tests.documents.branded import GREEN, council, file
from tests.law.filled import filled


def run(*words: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(main, [str(each) for each in words], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance whose operator replaced the summary."""
    monkeypatch.setenv("PB_INSTANCE", str(tmp_path / "instance"))
    own(tmp_path / "instance", "Staff must share it where possible.")
    return tmp_path / "instance"


def own(instance: Path, words: str) -> None:
    folder = instance / "templates" / "word"
    folder.mkdir(parents=True, exist_ok=True)
    document = Document(BytesIO(templates.load("summary-1")))
    document.paragraphs[1].insert_paragraph_before(words)
    document.save(str(folder / "summary-1.docx"))


@pytest.fixture
def agreement(tmp_path: Path) -> Path:
    place = tmp_path / "mash.json"
    place.write_text(to_json(filled("mash")), "utf-8")
    return place


def test_wording_that_is_not_plain_is_advice_and_no_mistake(instance: Path) -> None:
    said = run("templates", "check").splitlines()
    assert said[-1] == "0 mistakes"
    assert any(line.startswith("advice: summary-1.docx: Staff must share it where possible.: “where") for line in said)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{{ titel }}", "There is nothing called “titel”."),
        ("{{ cycler.__init__.__globals__.os }}", "There is nothing called “cycler”."),
        ("{% for x in range(9) %}x{% endfor %}", "There is nothing called “range”."),
        ("{% include '/etc/passwd' %}", "“include” may not be used in a template."),
        ("{{ title | attr('__class__') }}", "“filter” may not be used in a template."),
        ("{% set x = title %}", "“assign” may not be used in a template."),
    ],
)
def test_a_mistake_in_an_own_template_is_found_and_that_document_is_not_made(
    instance: Path, agreement: Path, tmp_path: Path, words: str, told: str
) -> None:
    own(instance, words)
    said = run("templates", "check", status=1)
    assert told in said and "summary-1.docx" in said and said.endswith("1 mistake\n")
    assert told in run("render", agreement, "--what", "summary", "-o", tmp_path / "x.docx", status=2)
    assert not (tmp_path / "x.docx").exists()
    run("render", agreement, "--what", "what-to-record", "-o", tmp_path / "y.docx")


def test_a_template_whose_documents_are_hard_to_read_is_named_with_its_place(instance: Path) -> None:
    parts = package.read(templates.load("summary-1"))
    table = parts[package.WORD].replace(b"<w:tblHeader/>", b"")
    (instance / "templates" / "word" / "summary-1.docx").write_bytes(package.write({**parts, package.WORD: table}))
    said = run("templates", "check", status=1).splitlines()
    told = "summary-1.docx: the table “Who shares what, and why”: Neither its first row nor its first column is marked"
    assert any(line.startswith(told) for line in said), said


def test_a_template_that_replaces_none_of_ours_is_a_mistake(instance: Path) -> None:
    (instance / "templates" / "word" / "letter-1.docx").write_bytes(templates.load("summary-1"))
    assert "letter-1.docx: No schema is called “letter-1”." in run("templates", "check", status=1)


def test_an_own_template_is_printed_and_the_doctor_says_so(instance: Path, agreement: Path, tmp_path: Path) -> None:
    run("render", agreement, "--what", "summary", "-o", tmp_path / "x.docx")
    assert b"where possible" in package.read((tmp_path / "x.docx").read_bytes())[package.WORD]
    said = run("doctor", "--instance", instance)
    assert f"fine   own templates: {instance / 'templates' / 'word'} overrides summary-1." in said
    own(instance, "{{ titel }}")
    assert "There is nothing called “titel”." in run("doctor", "--instance", instance, status=1)


def test_a_document_is_printed_in_the_look_of_a_word_file(agreement: Path, tmp_path: Path) -> None:
    (tmp_path / "brand.docx").write_bytes(file(council()))
    words = ("--what", "what-to-record", "--style", tmp_path / "brand.docx", "-o", tmp_path / "x.docx")
    run("render", agreement, *words)
    parts = package.read((tmp_path / "x.docx").read_bytes())
    assert GREEN.encode() in parts["word/styles.xml"] and "word/header-house.xml" in parts
    (tmp_path / "brand.docx").write_bytes(b"PK nonsense")
    assert "not a Word file" in run("render", agreement, *words, status=2)


def test_a_file_that_an_own_template_printed_shows_no_difference_when_it_comes_back(
    instance: Path, agreement: Path, tmp_path: Path
) -> None:
    document = Document(BytesIO(templates.load("agreement-1")))
    document.paragraphs[1].insert_paragraph_before("The council keeps this agreement.")
    document.save(str(instance / "templates" / "word" / "agreement-1.docx"))
    run("render", agreement, "-o", tmp_path / "x.docx")
    assert "The council keeps this" not in run("import", tmp_path / "x.docx", "-o", tmp_path / "back.json")
    (instance / "templates" / "word" / "agreement-1.docx").unlink()
    assert "The council keeps this" in run("import", tmp_path / "x.docx", "-o", tmp_path / "back.json", status=1)


def test_every_shipped_template_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "templates" / "word").mkdir(parents=True)
    stock = stocked(instance=tmp_path)
    for path in templates.folder().glob("*.docx"):
        (tmp_path / "templates" / "word" / path.name).write_bytes(path.read_bytes())
        schema = catalogue.schema("protocol-1" if path.stem.startswith("protocol") else "agreement-1")
        assert stock.load(path.stem, schema) == path.read_bytes()
