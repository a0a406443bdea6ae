"""LibreOffice as the second reader of our Word files and spreadsheets: one warm process for a test session.

Starting LibreOffice for each file costs seconds; asking the one that runs costs tenths. What it reads is
independent of the libraries that wrote the file.
"""

import json
import os
import selectors
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
DRIVER = Path(__file__).with_name("office_driver.py")


class SecondReaderError(Exception):
    """LibreOffice refused the file, died, or did not answer in time."""


@dataclass(slots=True)
class SecondReader:
    """Bytes in, bytes or texts out. `limit`: seconds to wait for one answer; after that LibreOffice is ended
    and the next question starts it anew."""

    folder: Path
    limit: float = 120.0
    _process: subprocess.Popen[str] | None = None
    _count: int = field(default=0)

    def to_pdf(self, content: bytes, *, suffix: str = ".docx") -> bytes:
        """As LibreOffice would print it. `suffix` says what `content` is: .docx, .xlsx or .pptx."""
        return self._converted(content, suffix, ".pdf")

    def resave(self, content: bytes, *, suffix: str = ".docx") -> bytes:
        """Opened and saved again in the same format, as a partner would without changing a word."""
        return self._converted(content, suffix, suffix)

    def replace(self, docx: bytes, *, old: str, new: str) -> bytes:
        """The Word file with `old` replaced in the body text, and saved. Raises if not found."""
        given, out = self._paths(docx, ".docx", ".docx")
        if not self._ask(do="replace", file=str(given), out=str(out), old=old, new=new):
            raise SecondReaderError(f"not found in the file: {old}")
        return out.read_bytes()

    def review(self, docx: bytes, *steps: dict[str, Any]) -> bytes:
        """The Word file as a partner sends it back. A step: {"at": words, "new": words} replaces them with changes
        recorded ("tracked": False: without), {"at", "paragraph"} puts a paragraph after theirs."""
        given, out = self._paths(docx, ".docx", ".docx")
        self._ask(do="review", file=str(given), out=str(out), steps=list(steps))
        return out.read_bytes()

    def text(self, docx: bytes) -> list[str]:
        """Every paragraph of the body in reading order, table cells included, empty ones too."""
        given, out = self._paths(docx, ".docx", ".fodt")
        return list(self._ask(do="text", file=str(given), out=str(out))["body"])

    def furniture(self, docx: bytes) -> list[str]:
        """What headers and footers say."""
        given, out = self._paths(docx, ".docx", ".fodt")
        return list(self._ask(do="text", file=str(given), out=str(out))["furniture"])

    def settled(self, docx: bytes, *, way: str = "") -> dict[str, Any]:
        """Paragraphs ("body"), headers and footers ("furniture") and table rows ("rows"), once every tracked change
        is taken (`way`: "take") or refused ("refuse")."""
        command = {"": "", "take": "AcceptAllTrackedChanges", "refuse": "RejectAllTrackedChanges"}[way]
        given, out = self._paths(docx, ".docx", ".fodt")
        return dict(self._ask(do="settle", file=str(given), out=str(out), command=command))

    def cells(self, xlsx: bytes) -> dict[str, list[list[str | float]]]:
        """Rows of each sheet by its name. Raises SecondReaderError if any is a formula: we write none."""
        given, _ = self._paths(xlsx, ".xlsx", ".xlsx")
        said = self._ask(do="cells", file=str(given))
        if said["formulas"]:
            raise SecondReaderError(f"formulas in {said['formulas']}")
        return dict(said["sheets"])

    def slides(self, pptx: bytes) -> list[tuple[list[str], str, float]]:
        """Each slide: what stands on it, text by text and cell by cell; its notes; what part of its height is used."""
        given, _ = self._paths(pptx, ".pptx", ".pptx")
        found = self._ask(do="slides", file=str(given))
        return [(list(one["said"]), str(one["notes"]), float(one["low"])) for one in found]

    def signatures(self, docx: bytes) -> list[dict[str, Any]]:
        """Each signature: "right" or not (whoever trusts its certificate), "by" whom, on which signature "line"."""
        given, _ = self._paths(docx, ".docx", ".docx")
        return list(self._ask(do="signatures", file=str(given)))

    def close(self) -> None:
        """Ends LibreOffice, kindly first."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        self._end()

    def _converted(self, content: bytes, suffix: str, wanted: str) -> bytes:
        given, out = self._paths(content, suffix, wanted)
        self._ask(do="save", file=str(given), out=str(out))
        return out.read_bytes()

    def _paths(self, content: bytes, suffix: str, wanted: str) -> tuple[Path, Path]:
        self._count += 1
        given = self.folder / f"{self._count}{suffix}"
        given.write_bytes(content)
        return given, self.folder / f"{self._count}-out{wanted}"

    def _ask(self, **request: Any) -> Any:
        process = self._process or self._start()
        assert process.stdin
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        said = self._line(process)
        if "error" in said:
            raise SecondReaderError(said["error"])
        return said["answer"]

    def _start(self) -> subprocess.Popen[str]:
        home = tempfile.mkdtemp(dir=self.folder)
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(DRIVER), home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={"PATH": "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"},
        )
        self._line(self._process)
        return self._process

    def _line(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """One line of the driver. It speaks only when asked, so nothing waits unread in the buffer."""
        assert process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if selector.select(self.limit) else ""
        if not line:
            self._end()
            raise SecondReaderError(f"no answer within {self.limit:.0f} seconds, or LibreOffice died")
        return dict(json.loads(line))

    def _end(self) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process = None


def _absent() -> str:
    if not Path(SYSTEM_PYTHON).exists():
        return "no python3 of the system to drive LibreOffice with"
    done = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True)
    needed = "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui python3-uno"
    return f"LibreOffice is missing (Debian: {needed})" if done.returncode else ""


@pytest.fixture(scope="session")
def second_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecondReader]:
    """One LibreOffice for the session. Where there is none, skips; under CI=true, fails instead."""
    if reason := _absent():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    reader = SecondReader(tmp_path_factory.mktemp("office"))
    yield reader
    reader.close()
