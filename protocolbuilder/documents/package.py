"""A Word file as the parts inside it. What comes in is read as hostile; what goes out is the same bytes each time."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from isal import isal_zlib
from lxml import etree

from protocolbuilder.errors import BadFile

PACKED: Final = 10_000_000  # bytes of the file
UNPACKED: Final = 100_000_000  # bytes of all parts together
MEMBERS: Final = 2_000
RATIO: Final = 150  # how many times larger a part may be than its packed form, when it is larger than FREE
FREE: Final = 100 * 1024
DEPTH: Final = 100  # elements within elements
WORD: Final = "word/document.xml"
TYPES: Final = "[Content_Types].xml"
OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"
CHUNK: Final = 65_536
_HYPERLINK: Final = "/hyperlink"
LEVEL: Final = 2  # of ISA-L, which has 0 to 3: files a third larger than zlib's level 6 makes them, 14 times as fast
_DAY: Final = 0b0000000_0001_00001  # 1 January 1980, the first day that a zip file knows
_UTF_8: Final = 1 << 11
_NOTHING: Final = bytes(1 << 16)
_ABOUT: Final = struct.Struct("<5H3L2H")
_PLACE: Final = struct.Struct("<3H2L")
_END: Final = struct.Struct("<4s4H2LH")


def read(content: bytes) -> dict[str, bytes]:
    """Part name to bytes, in the order of the file. Raises BadFile, one clear line, for anything unsafe."""
    if len(content) > PACKED:
        raise BadFile(f"The Word file is larger than {PACKED // 1_000_000} MB.")
    if content.startswith(OLD_FORMAT):
        raise BadFile("The file has a password or is in Word’s old format. Save it as .docx without a password.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = _members(archive)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        OverflowError,
    ) as error:
        raise BadFile("The file is not a Word file (.docx), or it is damaged.") from error
    except Exception as error:
        if isinstance(error, BadFile) or type(error).__module__ not in ("zlib", "lzma"):
            raise
        raise BadFile("The file is not a Word file (.docx), or it is damaged.") from error
    if WORD not in parts or TYPES not in parts:
        raise BadFile("The file is not a Word file (.docx).")
    _refuse_macros_and_links(parts)
    return parts


def read_own(content: bytes) -> dict[str, bytes]:
    """The parts of a file that this program has just made: no limits."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MEMBERS:
        raise BadFile(f"The Word file holds more than {MEMBERS} parts.")
    parts: dict[str, bytes] = {}
    left, names = UNPACKED, set()
    for info in infos:
        if info.filename.casefold() in names:
            raise BadFile("The Word file holds two parts of the same name.")
        names.add(info.filename.casefold())
        if info.flag_bits & 1:
            raise BadFile("The file has a password. Save it without one.")
        if info.filename.startswith(("/", "\\")) or ".." in info.filename.replace("\\", "/").split("/"):
            raise BadFile("The Word file holds a part with a name that leads outside it.")
        if not info.is_dir():
            parts[info.filename] = _unpacked(archive, info, left)
            left -= len(parts[info.filename])
    return parts


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of one member, counted while unpacking: what the file says of its size is not believed."""
    limit = min(left, max(FREE, info.compress_size * RATIO))
    found = bytearray()
    with archive.open(info) as member:
        while chunk := member.read(CHUNK):
            found += chunk
            if len(found) > limit:
                raise BadFile("The Word file unpacks to far more than it should. It was not read.")
    return bytes(found)


def _refuse_macros_and_links(parts: Mapping[str, bytes]) -> None:
    kinds = parse(parts, TYPES)
    stated = " ".join(str(value) for element in kinds for value in element.attrib.values()).casefold()
    if "macroenabled" in stated or "vbaproject" in stated or any("vbaproject" in name.casefold() for name in parts):
        raise BadFile("The Word file holds macros. Save it as .docx without macros.")
    for name in parts:
        if not name.endswith(".rels"):
            continue
        for relation in parse(parts, name):
            outside = relation.get("TargetMode", "").casefold() == "external"
            if outside and not relation.get("Type", "").endswith(_HYPERLINK):
                raise BadFile("The Word file fetches something from elsewhere. It was not read.")


def parse(parts: Mapping[str, bytes], name: str) -> Any:
    """The root element of one part, parsed without entities, DTD or network. Raises BadFile."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(parts[name], parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFile(f"The part {name} of the Word file is not sound XML.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadFile(f"The part {name} of the Word file defines entities. It was not read.")
    return root


@dataclass(frozen=True, slots=True)
class Packed:
    """The bytes of one part as they stand in a zip file. `size` is that of the part, `check` its CRC-32."""

    data: bytes
    size: int
    check: int


def packed(content: bytes) -> Packed:
    """A part, deflated."""
    packing = Packing()
    packing.add(content)
    return packing.done()


class Packing:
    """Deflates a part while it is made, so that it is never held whole. One gap may be left and filled at the end."""

    def __init__(self) -> None:
        self._before: tuple[list[bytes], int, int] | None = None
        self._start()

    def _start(self) -> None:
        self._deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        self._made: list[bytes] = []
        self._size = self._check = 0

    def add(self, content: bytes) -> None:
        self._made.append(self._deflate.compress(content))
        self._size += len(content)
        self._check = isal_zlib.crc32(content, self._check)

    def gap(self) -> None:
        """Here is something missing. What follows is deflated on its own."""
        self._made.append(self._deflate.flush(isal_zlib.Z_FULL_FLUSH))
        self._before = self._made, self._size, self._check
        self._start()

    def done(self, missing: bytes = b"") -> Packed:
        """The part, with what was missing in its gap."""
        self._made.append(self._deflate.flush())
        if self._before is None:
            return Packed(b"".join(self._made), self._size, self._check)
        made, size, check = self._made, self._size, self._check
        before, ahead, check_before = self._before
        self._start()
        self.add(missing)
        self._made.append(self._deflate.flush(isal_zlib.Z_FULL_FLUSH))
        check = check ^ _past(size, isal_zlib.crc32(missing, check_before)) ^ _past(size, 0)
        return Packed(b"".join((*before, *self._made, *made)), ahead + len(missing) + size, check)


def _past(size: int, check: int) -> int:
    """The CRC-32 after as many bytes of nothing: how that of a text counts in the whole, past what follows it."""
    for start in range(0, size, len(_NOTHING)):
        check = isal_zlib.crc32(_NOTHING[: size - start], check)
    return check


def write(parts: Mapping[str, bytes | Packed]) -> bytes:
    """The file. The same parts give the same bytes: times are fixed, the content types come first."""
    out, index, at = [], [], 0
    for name in sorted(parts, key=lambda each: (each != TYPES, not each.startswith("_rels"), each)):
        part, said = parts[name], name.encode()
        one = part if isinstance(part, Packed) else packed(part)
        about = _ABOUT.pack(
            20, 0 if said.isascii() else _UTF_8, zipfile.ZIP_DEFLATED, 0, _DAY,
            one.check, len(one.data), one.size, len(said), 0,
        )
        out += [b"PK\x03\x04", about, said, one.data]
        index += [b"PK\x01\x02\x14\x03", about, _PLACE.pack(0, 0, 0, 0o100644 << 16, at), said]
        at += 4 + len(about) + len(said) + len(one.data)
    listed = b"".join(index)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(listed), at, 0)
    return b"".join((*out, listed, end))


def serialise(root: Any) -> bytes:
    """An element as the bytes of a part."""
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return made
