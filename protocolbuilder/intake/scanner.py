"""Whether a file is malware, by ClamAV's clamd: the bytes are sent to it and never stand in a file here. It unpacks
archives, Word files among them, by itself.

Its protocol is that of clamd(8): `zINSTREAM`, then pieces with their length before them (four bytes, the most
significant first) and one of length 0; it answers `stream: OK` or `stream: NAME FOUND`, and closes.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from protocolbuilder.errors import Unchecked

PIECE: Final = 65_536  # bytes
LONGEST_ANSWER: Final = 4096
CLEAN: Final = "stream: OK"
FOUND: Final = " FOUND"
AWAY: Final = (
    "The file was not taken: the malware scanner does not answer, and without it none is. Try again in some minutes"
)
TOO_LARGE: Final = "The malware scanner takes no file of this size. It was not taken. Make it smaller"
UNCLEAR: Final = "The malware scanner could not look at the file. It was not taken. Tell whoever runs this copy"


@dataclass(frozen=True, slots=True)
class Scanner:
    """`place` is `unix:/PATH` or `tcp://HOST:PORT`; it may take `seconds` for all of one file."""

    place: str
    seconds: float

    def found(self, content: bytes) -> str:
        """The name of what is in the file, "" when it is clean. Raises Unchecked when nobody could say."""
        answer = self._ask(b"zINSTREAM\0", _pieces(content))
        if answer == CLEAN:
            return ""
        if answer.startswith("stream: ") and answer.endswith(FOUND):
            return answer.removeprefix("stream: ").removesuffix(FOUND)
        raise Unchecked(TOO_LARGE if "size limit exceeded" in answer else UNCLEAR)

    def answers(self) -> bool:
        """Is it there?"""
        try:
            return self._ask(b"zPING\0", iter(())) == "PONG"
        except Unchecked:
            return False

    def _ask(self, order: bytes, pieces: Iterator[bytes]) -> str:
        """Raises Unchecked when it is away, or not done in time."""
        left = _Left(time.monotonic() + self.seconds)
        try:
            with self._connected(left) as line:
                try:
                    for piece in (order, *pieces):
                        line.settimeout(left.seconds())
                        line.sendall(piece)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it heard enough; what it says of it is read below
                return _answer(line, left)
        except OSError as error:  # a time-out is one
            raise Unchecked(AWAY) from error

    def _connected(self, left: _Left) -> socket.socket:
        scheme, _, path = self.place.partition(":")
        if scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                line.settimeout(left.seconds())
                line.connect(path)
            except OSError:
                line.close()
                raise
            return line
        parts = urlsplit(self.place)
        return socket.create_connection((parts.hostname, parts.port or 0), timeout=left.seconds())


@dataclass(frozen=True, slots=True)
class _Left:
    until: float

    def seconds(self) -> float:
        """Until the time is up. Raises TimeoutError then."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _answer(line: socket.socket, left: _Left) -> str:
    """Up to its NUL, or the end."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        line.settimeout(left.seconds())
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
