"""PDF of any document: tagged, for screen readers and for archives; one at a time; and all else without LibreOffice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from protocolbuilder.documents import pdf
from protocolbuilder.documents.family import FAMILY, made_of, make
from protocolbuilder.documents.source import Source
from protocolbuilder.errors import BadFile, Busy, NotFound, ProtocolBuilderError
from tests.documents.test_family import of

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
SOURCE = "shared-care-record"  # has every document but a policy document
FEW = ("agreement", "summary", "slides")
PRINTED = [row.what for row in FAMILY.values() if row.printed]


@pytest.fixture(scope="module")
def office() -> None:
    """LibreOffice and poppler. Where there are none, skips; under CI=true, fails instead."""
    lacking = [name for name, found in (("LibreOffice", pdf.office()), ("pdfinfo", _found("pdfinfo"))) if not found]
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(f"missing: {lacking}")
    if lacking:
        pytest.skip(f"missing: {lacking}")


def _found(name: str) -> str:
    return pdf.office(name)


def told(file: Path, *words: str) -> str:
    return subprocess.run(["pdfinfo", *words, str(file)], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("what", PRINTED if THOROUGH else FEW)
def test_a_pdf_is_tagged_and_says_its_title_language_and_standards(office: None, tmp_path: Path, what: str) -> None:
    found = of(SOURCE)
    if FAMILY[what].lacking(found):
        pytest.skip(FAMILY[what].lacking(found))
    file = tmp_path / "document.pdf"
    file.write_bytes(make(what, found, "pdf"))
    about, metadata = told(file), told(file, "-meta")
    assert re.search(r"Tagged: +yes", about)
    assert re.search(rf"Title: +{re.escape(found.title)}", about)
    assert "<pdfuaid:part>1<" in metadata
    assert "<pdfaid:part>2<" in metadata and "<pdfaid:conformance>B<" in metadata
    assert b"/Lang(en-GB)" in file.read_bytes()


def test_headings_tables_and_pages_of_the_contents_are_in_the_pdf(office: None, tmp_path: Path) -> None:
    file = tmp_path / "document.pdf"
    file.write_bytes(make("legal-annex", of(SOURCE), "pdf"))
    structure = told(file, "-struct")
    assert re.search(r"^ *H1", structure, re.MULTILINE) and re.search(r"^ *H2", structure, re.MULTILINE)
    assert re.search(r"^ *TH:", structure, re.MULTILINE) and "/Scope /Column" in structure
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, timeout=60).stdout
    assert re.search(r"^ *1 Legal powers[ .]+\d+$", text, re.MULTILINE)
    assert re.search(r"^ *2 Lawful bases and conditions[ .]+\d+$", text, re.MULTILINE)


# --- where there is no LibreOffice


def test_without_it_a_pdf_is_refused_and_everything_else_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = of(SOURCE)
    assert pdf.office() == ""
    for row in made_of(found):
        if row.printed:
            with pytest.raises(NotFound, match="this machine has none"):
                make(row.what, found, "pdf")
        for form in row.forms:
            assert make(row.what, found, form), (row.what, form)


def test_data_and_packs_have_no_pdf() -> None:
    for what in ("data", "pack"):
        with pytest.raises(BadFile, match="not as pdf"):
            make(what, of(SOURCE), "pdf")


# --- a program in its place, to see how it is run


def program(folder: Path, *lines: str) -> str:
    """A command that does these lines of shell. The last word it is given is the document, `$made` the PDF."""
    file = folder / "program"
    file.write_text("\n".join(("#!/bin/sh", 'for given do :; done; made="${given%.*}.pdf"', *lines)) + "\n")
    file.chmod(0o755)
    return str(file)


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    command = program(tmp_path, f"sleep 600 & echo $! > {mark}; wait")
    with pytest.raises(ProtocolBuilderError, match="not done after 2 seconds"):
        pdf.converted(summary(), "docx", setting=command, limit=2)
    if mark.exists():  # a busy machine may not have come so far
        assert gone(int(mark.read_text()))


def gone(process: int) -> bool:
    """Whether a process has ended; nobody may have asked yet how."""
    try:
        return ") Z " in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True


def test_one_that_makes_nothing_or_cannot_start_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ProtocolBuilderError, match="It ended with 7"):
        pdf.converted(summary(), "docx", setting=program(tmp_path, "exit 7"))
    file = tmp_path / "broken"
    file.write_bytes(b"\x7fELF nothing")
    file.chmod(0o755)
    with pytest.raises(ProtocolBuilderError, match="cannot be started"):
        pdf.converted(summary(), "docx", setting=str(file))


def test_each_has_a_profile_of_its_own_and_leaves_nothing_behind(tmp_path: Path) -> None:
    said = tmp_path / "said"
    command = program(tmp_path, f'echo "$1 $HOME" >> {said}', 'echo pdf > "$made"')
    for _ in range(2):
        assert pdf.converted(summary(), "docx", setting=command) == b"pdf\n"
    first, second = said.read_text().splitlines()
    assert first != second and first.startswith("-env:UserInstallation=file:///")
    assert not Path(first.split(" ")[1]).exists()


def test_one_is_made_at_a_time_and_who_waits_too_long_is_told_to_come_back(tmp_path: Path) -> None:
    gate, running = tmp_path / "gate", tmp_path / "running"
    command = program(
        tmp_path, f'mkdir {running} || echo two > "$made"', f"while [ ! -e {gate} ]; do sleep 0.05; done",
        f'rmdir {running}; [ -e "$made" ] || echo pdf > "$made"',
    )  # fmt: skip
    document, found = summary(), list[bytes]()
    threads = [
        threading.Thread(target=lambda: found.append(pdf.converted(document, "docx", setting=command)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    while not running.exists():
        time.sleep(0.01)
    with pytest.raises(Busy, match="Try again in a minute"):
        pdf.converted(document, "docx", setting=command, patience=0)
    gate.touch()
    for thread in threads:
        thread.join()
    assert found == [b"pdf\n"] * 3


def test_another_process_waits_for_its_turn_too_and_one_that_is_killed_holds_nobody_up(tmp_path: Path) -> None:
    said = "import time\nfrom protocolbuilder.documents import pdf\n"
    said += "with pdf._turn(60):\n    print(1, flush=True)\n    time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", said], stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"1\n"
        with pytest.raises(Busy):
            pdf.converted(summary(), "docx", setting="true", patience=0)
        other.kill()
    assert pdf.converted(summary(), "docx", setting=program(tmp_path, 'echo pdf > "$made"')) == b"pdf\n"


def test_libreoffice_ends_with_a_process_that_is_killed_and_what_that_left_goes_at_the_next(
    office: None, tmp_path: Path
) -> None:
    document = tmp_path / "document.docx"
    document.write_bytes(make("agreement", of(SOURCE), "docx"))
    said = "import sys, pathlib\nfrom protocolbuilder.documents import pdf\n"
    said += "pdf.converted(pathlib.Path(sys.argv[1]).read_bytes(), 'docx')"
    here = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", said, str(document)], env=here) as it:
        while not (at_work := working_in(tmp_path)) and it.poll() is None:
            time.sleep(0.02)
        it.kill()
    assert any("soffice.bin" in command for command in at_work.values()), "it was done before it was killed"
    for _ in range(500):
        if all(gone(process) for process in at_work):
            break
        time.sleep(0.02)
    assert [command for process, command in at_work.items() if not gone(process)] == []
    assert list(tmp_path.glob("protocolbuilder-office-*/"))
    said = "from protocolbuilder.documents import pdf\nwith pdf._turn(60): pass"
    subprocess.run([sys.executable, "-c", said], env=here, check=True)
    assert not list(tmp_path.glob("protocolbuilder-office-*/"))


def working_in(folder: Path) -> dict[int, str]:
    """LibreOffice at work with a profile in this folder: process number -> command. Empty until all of it runs."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
        except OSError:
            continue
        if str(folder) in command and "UserInstallation" in command:
            found[int(process.name)] = command.replace("\0", " ")
    return found if any("soffice.bin" in command for command in found.values()) else {}


def summary() -> bytes:
    return make("summary", source(), "docx")


def source() -> Source:
    return of("nothing")
