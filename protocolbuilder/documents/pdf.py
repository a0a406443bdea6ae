"""PDF of a Word file or of slides, made by LibreOffice where this machine has one. Without it all else works.

Tagged, PDF/UA-1 and PDF/A-2b: with headings, table headings, language, title and texts in place of pictures, for
screen readers and for archives. LibreOffice runs once at a time, whichever process asks for it, with a profile of its
own that is thrown away. It ends with the process that started it, and what that one left on the disk goes at the next.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal

from protocolbuilder.documents import package
from protocolbuilder.documents.contents import without_field
from protocolbuilder.documents.unsigned import unsigned
from protocolbuilder.errors import Busy, NotFound, ProtocolBuilderError

From = Literal["docx", "pptx"]

FILTERS: Final[Mapping[From, str]] = {"docx": "writer_pdf_Export", "pptx": "impress_pdf_Export"}
COMMANDS: Final = ("soffice", "libreoffice")
LIMIT: Final = 180.0  # seconds that one PDF may take
PATIENCE: Final = 30.0  # seconds that one waits for its turn
LACKING: Final = "A PDF is made by LibreOffice, and this machine has none. The Word files hold the same."
PROFILE: Final = "profile"
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>en-GB</value></prop></item>
</oor:items>
"""
NO_SUCH: Final = (126, 127)
"""What a shell ends with that could not run a command."""
_NAMED: Final = f"protocolbuilder-office-{os.getuid()}-"
_WITH_US: Final = 'exec 3<&0 </dev/null; (read _ <&3; kill -9 0) & exec 3<&-; exec "$@"'
"""Shell: runs a command, and ends its whole process group when nobody holds the other end of standard input."""
_LOOKS: Final = 0.05  # seconds from one look whether it is our turn to the next


def office(setting: str = "") -> str:
    """The command that starts LibreOffice, or "". `setting`: where an operator says it is; else it is looked for."""
    found = (shutil.which(name) for name in ((setting,) if setting else COMMANDS))
    return next(filter(None, found), "")


def converted(
    content: bytes, form: From, *, setting: str = "", limit: float = LIMIT, patience: float = PATIENCE
) -> bytes:
    """The PDF of a document that this program has made, without its seal: LibreOffice would judge that.

    Raises NotFound where there is no LibreOffice, Busy when others are made for `patience` seconds, and
    ProtocolBuilderError when it made nothing within `limit` seconds.
    """
    command = office(setting)
    if not command:
        raise NotFound(LACKING)
    with _turn(patience), tempfile.TemporaryDirectory(prefix=_NAMED, ignore_cleanup_errors=True) as folder:
        given, made = Path(folder, f"document.{form}"), Path(folder, "document.pdf")
        _profile(Path(folder, PROFILE))
        given.write_bytes(_numbered(unsigned(content)) if form == "docx" else content)
        said = _run(_words(command, given, form=form), Path(folder), limit=limit)
        if not made.is_file():
            raise ProtocolBuilderError(f"LibreOffice made no PDF of this document. {said}".strip())
        return made.read_bytes()


@contextmanager
def _turn(patience: float) -> Iterator[None]:
    """One at a time on this machine, for all processes of its user. A process that is killed holds nothing up. Raises
    Busy."""
    file = os.open(_turns(), os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + patience
        while not _taken(file):
            if time.monotonic() > until:
                raise Busy("Other PDFs are being made on this machine. Try again in a minute.")
            time.sleep(_LOOKS)
        for left in _turns().parent.glob(f"{_NAMED}*"):  # by one that was killed: no other has its turn
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(file)


def _turns() -> Path:
    return Path(tempfile.gettempdir(), f"protocolbuilder-office-{os.getuid()}.lock")


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _numbered(docx: bytes) -> bytes:
    """LibreOffice works out the pages of a list of contents only where no field for contents is around it."""
    parts = package.read_own(docx)
    body = without_field(parts[package.WORD].decode())
    return package.write({**parts, package.WORD: body.encode()})


def _profile(folder: Path) -> None:
    """LibreOffice says of slides that they are in the language of its user."""
    settings = folder / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")


def _words(command: str, given: Path, *, form: From) -> list[str]:
    export = {
        "PDFUACompliance": ("boolean", "true"),
        "UseTaggedPDF": ("boolean", "true"),
        "SelectPdfVersion": ("long", "2"),  # PDF/A-2b
        "ExportBookmarks": ("boolean", "true"),
    }
    told = json.dumps({name: {"type": kind, "value": value} for name, (kind, value) in export.items()})
    profile = (given.parent / PROFILE).as_uri()
    return [
        command, f"-env:UserInstallation={profile}", "--headless", "--invisible", "--norestore", "--nologo",
        "--nodefault", "--nofirststartwizard", "--convert-to", f"pdf:{FILTERS[form]}:{told}",
        "--outdir", str(given.parent), str(given),
    ]  # fmt: skip


def _run(words: list[str], folder: Path, *, limit: float) -> str:
    """Runs it, and ends it with all that it started when time is up, or when this process ends in whatever way. Returns
    why there may be no PDF, or ""."""
    path = os.environ.get("PATH", "")
    surroundings = {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    quiet: Any = subprocess.DEVNULL
    theirs, ours = os.pipe()
    try:
        process = subprocess.Popen(
            ["/bin/sh", "-c", _WITH_US, "office", *words], stdin=theirs, stdout=quiet, stderr=quiet, cwd=folder,
            env=surroundings, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        os.close(ours)
        return f"{words[0]} cannot be started: {error.strerror or error}."
    finally:
        os.close(theirs)
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        return f"It was not done after {limit:.0f} seconds."
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)
    if code in NO_SUCH:
        return f"{words[0]} cannot be started."
    return f"It ended with {code}." if code else ""
