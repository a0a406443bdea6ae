"""A server on this machine that speaks the protocol of ClamAV's clamd and knows one virus: EICAR's test file. It looks
inside archives, and so inside Word files, as clamd does."""

import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

EICAR: Final = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*")).encode()
NAME: Final = "Eicar-Test-Signature"


@dataclass
class Clamd:
    """`got`: every file it was sent. `most`: its StreamMaxLength. `says` is answered instead of what it would say;
    "slow" hears and says nothing, "dead" closes at once."""

    place: str = ""
    most: int = 25_000_000
    says: str = ""
    got: list[bytes] = field(default_factory=list)

    def answer(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            order = b""
            while not order.endswith(b"\0"):
                order += stream.read(1)
            if order == b"zPING\0":
                line.sendall(b"PONG\0")
                return
            assert order == b"zINSTREAM\0", order
            if self.says == "dead":
                return
            content = self._heard(stream)
            if self.says == "slow":
                time.sleep(0.5)
                return
            line.sendall((self.says or self._said(content)).encode() + b"\0")

    def _heard(self, stream: io.BufferedReader) -> bytes:
        content = b""
        while length := int.from_bytes(stream.read(4), "big"):
            content += stream.read(length)
            if len(content) > self.most:
                return content
        self.got.append(content)
        return content

    def _said(self, content: bytes) -> str:
        if len(content) > self.most:
            return "INSTREAM size limit exceeded. ERROR"
        return f"stream: {NAME} FOUND" if EICAR in unpacked(content) else "stream: OK"


def unpacked(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(archive.read(name) for name in archive.namelist())
    except zipfile.BadZipFile:
        return content


@contextmanager
def scanning(folder: Path | None = None, **how: object) -> Iterator[Clamd]:
    """At a socket in `folder`, or at a port of this machine."""
    clamd = Clamd(**how)  # type: ignore[arg-type]
    if folder:
        server, where = socket.socket(socket.AF_UNIX), str(folder / "clamd.ctl")
        server.bind(where)
        clamd.place = f"unix:{where}"
    else:
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        clamd.place = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    server.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=clamd.answer, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield clamd
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
