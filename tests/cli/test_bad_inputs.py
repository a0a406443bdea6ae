"""Bad usage and bad input: exit status 2, one clear line on standard error, nothing written, never a traceback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from protocolbuilder.cli import main

FACTS = Path(__file__).resolve().parent.parent / "agreements" / "38-southwark-mash.json"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>{more}</Types>'
)
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'


def agreement(**envelope: Any) -> str:
    """An agreement file with a part of its envelope replaced."""
    return json.dumps({"schema": "agreement-1", "library": "2026.11", "answers": {}, **envelope})


def titled(title: str) -> str:
    """An agreement file in which the JSON of the title is written by hand."""
    return '{"schema": "agreement-1", "library": "2026.11", "answers": {"about": {"title": ' + title + "}}}"


def word(parts: dict[str, bytes | str], *, more_types: str = "") -> bytes:
    """A zip archive with the least that a Word file has, and these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": CONTENT_TYPES.format(more=more_types),
            "word/document.xml": BODY,
            **parts,
        }.items():
            archive.writestr(name, content)
    return made.getvalue()


def data(text: str, *, digest: str = "0" * 64) -> str:
    """A custom XML part that says that it holds an agreement of ours."""
    return f'<a:agreement xmlns:a="urn:protocolbuilder:agreement" digest="{digest}">{text}</a:agreement>'


ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

# what it is: the bytes of the file that `check` is given, and a word of the line that answers
FILES: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", "empty"),
    "blanks only": (" \n\t ", "empty"),
    "no JSON": ("Dear colleagues,", "not JSON"),
    "JSON cut short": ('{"schema": "agreement-1", "answers"', "not JSON"),
    "JSON with a comma too many": ('{"schema": "agreement-1",}', "not JSON"),
    "two JSON values": ("{} {}", "not JSON"),
    "a comment in JSON": ("{/* draft */}", "not JSON"),
    "a list": ("[]", "neither"),
    "a number": ("7", "neither"),
    "null": ("null", "neither"),
    "an object of something else": ('{"name": "A", "version": "1"}', "neither"),
    "a schema that does not exist": (agreement(schema="agreement-9"), "agreement-9"),
    "a schema that is a path": (agreement(schema="../../etc/passwd"), "no schema"),
    "a schema that is no text": (agreement(schema=1), "schema"),
    "no answers": ('{"schema": "agreement-1"}', "answers"),
    "answers that are a list": (agreement(answers=[]), "answers"),
    "an unknown field of the envelope": (agreement(colour="red"), "colour"),
    "an unknown section": (agreement(answers={"costs": {}}), "costs"),
    "an unknown question": (agreement(answers={"about": {"colour": "red"}}), "colour"),
    "an unknown question of an item": (agreement(answers={"parties": [{"id": "p1", "colour": "red"}]}), "colour"),
    "a list section that is an object": (agreement(answers={"flows": {"f1": {}}}), "array"),
    "a section that is a list": (agreement(answers={"about": [{"id": "a"}]}), "object"),
    "a section that is a text": (agreement(answers={"about": "A"}), "wrong form"),
    "an item that is a text": (agreement(answers={"parties": ["Police"]}), "wrong form"),
    "an item without an id": (agreement(answers={"parties": [{"name": "Police"}]}), "id"),
    "an id that is a number": (agreement(answers={"parties": [{"id": 1}]}), "id"),
    "reasons that are no texts": (agreement(does_not_apply={"about": 1}), "does_not_apply"),
    "flags that are no lists": (agreement(flags={"about": "odd"}), "flags"),
    "accepted that is an object": (agreement(accepted={}), "accepted"),
    "a key that stands twice": ('{"schema": "agreement-1", "schema": "agreement-1", "answers": {}}', "twice"),
    "NaN": (titled("NaN"), "NaN"),
    "Infinity": (titled("-Infinity"), "Infinity"),
    "a fraction": (titled("1.5"), "whole numbers"),
    "a number of 5,000 digits": (titled("9" * 5000), "too long"),
    "a lone surrogate": (titled('"\\ud800"'), "U+D800"),
    "a control character": (titled('"a\\u0007b"'), "U+0007"),
    "a control character in a key": (agreement(does_not_apply={"a\x01": "x"}), "U+0001"),
    "a zero character": (titled('"a\\u0000b"'), "U+0000"),
    "a right-to-left override": (titled('"a\\u202eb"'), "U+202E"),
    "nested 100,000 deep": ("[" * 100_000 + "]" * 100_000, "nested"),
    "nested 50 deep": (titled("[" * 50 + "]" * 50), "nested"),
    "11 MB of text": (titled('"' + "a" * 11_000_000 + '"'), "larger than"),
    "UTF-16": ('{"schema": "agreement-1"}'.encode("utf-16"), "UTF-8"),
    "Latin-1": (titled('"Ynys Môn"').encode("latin-1"), "UTF-8"),
    "facts without a title": (json.dumps({**json.loads(FACTS.read_text()), "title": None}), "title"),
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or encrypted"),
    "a web page": ("<!DOCTYPE html><html></html>", "web page"),
    "a zip archive cut short": (word({})[:200], "damaged"),
    "a zip archive of something else": (b"PK\x03\x04" + bytes(40), "damaged"),
    "a spreadsheet": (word({"xl/workbook.xml": "<workbook/>"}), "spreadsheet"),
    "a Word file of somebody else": (word({}), "no agreement"),
    "a Word file with a zip bomb": (word({"word/media.xml": bytes(60_000_000)}), "Word file"),
    "a Word file with an external entity": (word({"customXml/item1.xml": ENTITY + "<a>&x;</a>"}), "Word file"),
    "a Word file with an entity bomb": (word({"customXml/item1.xml": BOMB + "<a>&b;</a>"}), "Word file"),
    "a Word file with macros": (word({"word/vbaProject.bin": b"x"}), "macro"),
    "a Word file with a part outside itself": (word({"../../evil.xml": "<a/>"}), "outside"),
    "a Word file with broken data": (word({"customXml/item1.xml": data("{")}), "not JSON"),
    "a Word file whose data was changed": (word({"customXml/item1.xml": data(agreement())}), "changed"),
}


def run(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(each) for each in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def is_refused(outcome: tuple[int, str, str], *, saying: str) -> None:
    status, said, complaint = outcome
    assert (status, said) == (2, "")
    assert complaint.startswith("protocolbuilder: ") and complaint.count("\n") == 1 and complaint.endswith("\n")
    assert saying.casefold() in complaint.casefold()
    assert len(complaint) < 700 and "Traceback" not in complaint


@pytest.mark.asvs("V1.5.3")
@pytest.mark.parametrize("what", FILES)
def test_a_bad_file_is_refused_in_one_line(what: str, tmp_path: Path) -> None:
    content, saying = FILES[what]
    file, out = tmp_path / "file.json", tmp_path / "out.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    is_refused(run("check", file), saying=saying)
    is_refused(run("import", file, "-o", out), saying=saying)
    assert not out.exists()


USAGE: dict[str, tuple[Callable[[Path], list[str | Path]], str]] = {
    "a file that is not there": (lambda here: ["check", here / "none.json"], "no such file"),
    "a folder in place of a file": (lambda here: ["check", here], "folder"),
    "a name longer than a file can have": (lambda here: ["check", "a" * 300], "too long"),
    "a file that cannot be read": (lambda here: ["check", "/proc/self/mem"], "error"),
    "a name with a line break": (lambda here: ["check", here / "a\nb.json"], "no such file"),
    "an unknown command": (lambda here: ["publish"], "publish"),
    "an unknown option": (lambda here: ["check", FACTS, "--fast"], "--fast"),
    "no file named": (lambda here: ["check"], "FILE"),
    "a file too many": (lambda here: ["check", FACTS, FACTS], "extra argument"),
    "an unknown pattern": (lambda here: ["new", "--pattern", "nothing", "-o", here / "o"], "no pattern"),
    "no pattern named": (lambda here: ["new", "-o", here / "o"], "--pattern"),
    "an unknown schema": (lambda here: ["questions", "--schema", "agreement-9"], "agreement-9"),
    "nowhere to write": (lambda here: ["new", "--pattern", "mash"], "-o"),
    "a folder to write over": (lambda here: ["import", FACTS, "-o", here], "cannot be written"),
    "a place to write that is not there": (
        lambda here: ["import", FACTS, "-o", here / "none" / "o.json"],
        "cannot be written",
    ),
    "a document nobody prints": (lambda here: ["render", FACTS, "--what", "poster", "-o", here / "o"], "poster"),
    "a format nobody writes": (lambda here: ["render", FACTS, "--as", "odt", "-o", here / "o"], "odt"),
    "an agreement as a spreadsheet": (
        lambda here: ["render", FACTS, "--what", "agreement", "--as", "xlsx", "-o", here / "o"],
        "is made as docx or pdf, not as xlsx",
    ),
    "a protocol as CSV": (
        lambda here: ["render", FACTS, "--what", "protocol", "--as", "csv", "-o", here / "o"],
        "is made as docx or pdf, not as csv",
    ),
    "a protocol of an agreement": (
        lambda here: ["render", FACTS, "--what", "protocol", "-o", here / "o"],
        "made of a protocol only",
    ),
    "data as PDF": (
        lambda here: ["render", FACTS, "--what", "data", "--as", "pdf", "-o", here / "o"],
        "is made as json, not as pdf",
    ),
    "a pack as PDF": (
        lambda here: ["render", FACTS, "--what", "pack", "--as", "pdf", "-o", here / "o"],
        "is made as zip, not as pdf",
    ),
    "a port that is no number": (lambda here: ["serve", "--port", "http"], "http"),
    "a port that is too large": (lambda here: ["serve", "--port", "70000"], "70000"),
    "an instance that is a file": (lambda here: ["serve", "--instance", FACTS, "--port", "0"], "exists"),
    "a reference that is not there": (
        lambda here: ["export", "ISA-1999-0001", "-o", here / "o", "--instance", here / "i"],
        "ISA-1999-0001",
    ),
}


@pytest.mark.parametrize("what", USAGE)
def test_bad_usage_is_refused_in_one_line(what: str, tmp_path: Path) -> None:
    words, saying = USAGE[what]
    is_refused(run(*words(tmp_path)), saying=saying)
    assert not (tmp_path / "o").exists()


def test_at_least_sixty_bad_inputs_are_listed() -> None:
    assert len(FILES) + len(USAGE) >= 60


def test_a_database_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "protocolbuilder.sqlite3").write_text("This is no database, but a letter of some length." * 40)
    is_refused(run("import", FACTS, "--instance", tmp_path), saying="database")
    is_refused(run("serve", "--port", "0", "--instance", tmp_path), saying="database")


def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PB_PORT", "eighty")
    is_refused(run("serve", "--instance", tmp_path), saying="PB_PORT")


def test_a_pdf_without_libreoffice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    agreement = tmp_path / "a.json"
    assert run("new", "--pattern", "police-schools", "-o", agreement)[0] == 0
    monkeypatch.setenv("PATH", "")
    is_refused(run("render", agreement, "--as", "pdf", "-o", tmp_path / "o.pdf"), saying="this machine has none")
    monkeypatch.setenv("PB_OFFICE", str(tmp_path / "none"))
    is_refused(run("render", agreement, "--as", "pdf", "-o", tmp_path / "o.pdf"), saying="this machine has none")
    assert not (tmp_path / "o.pdf").exists()


def test_another_address_than_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PB_HOST", "0.0.0.0")
    is_refused(run("serve", "--instance", tmp_path), saying="only this machine")


def test_answers_that_are_wrong_are_not_printed(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(agreement(answers={"about": {"title": 7}}))
    is_refused(run("render", file, "-o", tmp_path / "o.docx"), saying="about.title")


@pytest.mark.parametrize(
    "words", [["check", "none.json"], ["import", "none.json"], ["serve", "--port", "x"], ["nothing"]]
)
def test_the_command_itself_ends_with_two_and_one_line(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "protocolbuilder", *words], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    is_refused((done.returncode, done.stdout, done.stderr), saying="protocolbuilder")


# --- input that looks bad and is fine


@pytest.mark.parametrize(
    "title",
    [
        "{{ 7*7 }}",
        "{% raw %}",
        "<script>alert(1)</script>",
        "Barking & Dagenham",
        "=1+1",
        "مجلس المدينة",
        "a\u200fb",
        "\U0001f600",
    ],
)
def test_markup_and_foreign_writing_are_text_like_any_other(title: str, tmp_path: Path) -> None:
    file, out = tmp_path / "file.json", tmp_path / "out.json"
    file.write_text(titled(json.dumps(title)))
    status, _, complaint = run("import", file, "-o", out)
    assert (status, complaint) == (0, "")
    assert json.loads(out.read_text("utf-8"))["answers"]["about"]["title"] == title


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(b"\xef\xbb\xbf" + titled('"A"').encode())
    assert run("import", file, "-o", tmp_path / "out.json")[0] == 0


@pytest.mark.asvs("V5.2.2")
def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "agreement.docx"
    file.write_text(titled('"A"'))
    assert run("import", file, "-o", tmp_path / "out.json")[0] == 0


def test_three_hundred_partners_are_fine(tmp_path: Path) -> None:
    file, out = tmp_path / "file.json", tmp_path / "out.json"
    file.write_text(json.dumps({**json.loads(FACTS.read_text()), "partners": [f"Partner {n}" for n in range(300)]}))
    assert run("import", file, "-o", out)[0] == 0
    assert len(json.loads(out.read_text())["answers"]["parties"]) == 300


def test_a_file_name_that_is_no_text_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "na\udcefve.json"
    file.write_text(titled('"A"'))
    words = [sys.executable, "-m", "protocolbuilder", "import", str(file), "--json"]
    for more in (["-o", str(tmp_path / "out\udcef.json")], ["--instance", str(tmp_path / "i"), "--by", "Jos\udce9"]):
        done = subprocess.run([*words, *more], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    is_refused(run("check", tmp_path / "no\udcefne.json"), saying="no such file")
