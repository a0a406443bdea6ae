"""What a disk holds after a power cut, worked out from the system calls of a process (strace).

A write is certain to be on the disk once the file was synced after it, and a name of a file once its folder was. Until
then a cut may leave any part of it, in any order, sector by sector.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

SECTOR = 512
CALLS = "openat,close,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename"
Order = Literal["none", "all", "some", "last"]
ORDERS: tuple[Order, ...] = ("none", "all", "some", "last")
"""What a cut leaves of what was not synced: nothing; all; a sector here and there; the latest without the earlier."""

_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+)")
_HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(frozen=True, slots=True)
class Write:
    """`content` is put at `offset`; with None the file is cut off there."""

    offset: int
    content: bytes | None


@dataclass(slots=True)
class File:
    """`kept` is certain, `pending` is not; nor is the file's name while it is not `named`."""

    kept: bytearray
    named: bool
    pending: list[Write] = field(default_factory=list)

    def sync(self) -> None:
        for write in self.pending:
            _put(self.kept, write)
        self.pending.clear()

    def after_cut(self, order: Order, chance: Random) -> bytes:
        left = bytearray(self.kept)
        for write in _left(self.pending, order, chance):
            _put(left, write)
        return bytes(left)


def _put(content: bytearray, write: Write) -> None:
    if write.content is None:
        del content[write.offset :]
        return
    if len(content) < write.offset:
        content.extend(bytes(write.offset - len(content)))
    content[write.offset : write.offset + len(write.content)] = write.content


def _left(pending: list[Write], order: Order, chance: Random) -> list[Write]:
    if order == "all":
        return pending
    if order == "none" or not pending:
        return []
    sectors = [sector for write in pending for sector in _sectors(write)]
    if order == "last":
        return sectors[chance.randrange(len(sectors)) :]
    return [sector for sector in sectors if chance.random() < 0.5]


def _sectors(write: Write) -> Iterator[Write]:
    """The write, cut at the borders of the disk's sectors."""
    if write.content is None:
        yield write
        return
    begin = 0
    while begin < len(write.content):
        end = begin + SECTOR - (write.offset + begin) % SECTOR
        yield Write(write.offset + begin, write.content[begin:end])
        begin = end


@dataclass(slots=True)
class Disk:
    """A folder as a disk keeps it. `said` holds what the process wrote to its standard output so far."""

    folder: Path
    files: dict[str, File]
    said: bytes = b""
    _open: dict[int, str] = field(default_factory=dict)

    def after(self, call: str) -> None:
        """The state after one line of strace. A call that failed changed nothing."""
        found = _CALL.match(call)
        if not found:
            return
        name, words, result = found.group(2), found.group(3), int(found.group(4))
        if result >= 0:
            act: Callable[[str, int], None] = getattr(self, f"_{name}")
            act(words, result)

    def cut(self, into: Path, *, order: Order, chance: Random) -> None:
        """Lays the files in `into` as the cut leaves them."""
        for name, file in self.files.items():
            if file.named or chance.random() < 0.5:
                (into / name).write_bytes(file.after_cut(order, chance))

    def _openat(self, words: str, number: int) -> None:
        path = Path(_text(words).decode())
        if path != self.folder and path.parent != self.folder:
            self._open.pop(number, None)
            return
        self._open[number] = "" if path == self.folder else path.name
        if path != self.folder and not path.name.endswith("-shm"):  # shared memory of the living
            self.files.setdefault(path.name, File(bytearray(), named=False))

    def _close(self, words: str, _result: int) -> None:
        self._open.pop(int(words), None)

    def _write(self, words: str, result: int) -> None:
        number = int(words.split(",")[0])
        if number == 1:
            self.said += _text(words)[:result]
        assert number not in self._open, "SQLite says where it writes"

    def _pwrite64(self, words: str, result: int) -> None:
        if file := self._file(words):
            file.pending.append(Write(int(words.rsplit(", ", 1)[1]), _text(words)[:result]))

    def _ftruncate(self, words: str, _result: int) -> None:
        if file := self._file(words):
            file.pending.append(Write(int(words.rsplit(", ", 1)[1]), None))

    def _fsync(self, words: str, _result: int) -> None:
        if file := self._file(words):
            file.sync()
        elif self._open.get(int(words)) == "":
            for one in self.files.values():
                one.named = True

    _fdatasync = _fsync

    def _unlink(self, words: str, _result: int) -> None:
        assert Path(_text(words).decode()).parent != self.folder, "in WAL mode no file goes while the process lives"

    _rename = _unlink

    def _file(self, words: str) -> File | None:
        return self.files.get(self._open.get(int(words.split(",")[0]), ""))


def _text(words: str) -> bytes:
    found = _HEX.search(words)
    assert found and not found.group(2), f"strace left something out: {words[:80]}"
    return bytes.fromhex(found.group(1).replace("\\x", ""))
