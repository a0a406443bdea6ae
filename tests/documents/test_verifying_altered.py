"""Whatever is altered at random in a signed Word file: nothing breaks, and what is accepted says what was signed."""

import os
import random
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from protocolbuilder.documents import package, sealing
from protocolbuilder.documents.counterparts import unlike
from protocolbuilder.documents.sealed_package import read
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.verifying import Report, verify
from protocolbuilder.errors import BadFile
from tests.documents.signers import NOW, cosigned, seal, stamper, trust, unsigned

TIMES = 3_000 if os.environ.get("PB_THOROUGH") else 60
LEADING = ("_rels/.rels", package.TYPES, "word/_rels/document.xml.rels")
BLOB = re.compile(rb">([A-Za-z0-9+/=]{40,})<")
QUOTED = re.compile(rb'"[^"]*"')


def other_bytes(part: bytes, chance: random.Random) -> bytes:
    made = bytearray(part)
    for _ in range(chance.randrange(1, 4)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def less(part: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + part[at + chance.randrange(1, 200) :]


def twice(part: bytes, chance: random.Random) -> bytes:
    begin, end = sorted((chance.randrange(len(part)), chance.randrange(len(part))))
    return part[:end] + part[begin:end] + part[end:]


def inside(part: bytes, chance: random.Random) -> bytes:
    """A byte within a digest, a signature, a certificate or a time-stamp."""
    blobs = list(BLOB.finditer(part))
    if not blobs:
        return less(part, chance)
    one = chance.choice(blobs)
    return part[: one.start(1)] + b64encode(other_bytes(b64decode(one[1]), chance)) + part[one.end(1) :]


def other_value(part: bytes, chance: random.Random) -> bytes:
    """An attribute with the value of another."""
    values = list(QUOTED.finditer(part))
    one, other = chance.choice(values), chance.choice(values)
    return part[: one.start()] + other[0] + part[one.end() :]


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (other_bytes, less, twice, inside, other_value)


@cache
def stated(content: bytes) -> set[tuple[str, str, datetime | None, datetime | None]]:
    return claims(verify(content, trust=trust(), at=NOW))


def claims(report: Report) -> set[tuple[str, str, datetime | None, datetime | None]]:
    return {(one.by, one.comment, one.claimed, one.trusted_at) for one in report.signatures}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder: Path = tmp_path_factory.mktemp("tsa")
    stamped = sealing.sealed(unsigned(), seal(), said=Statement(NOW), token=stamper(folder))
    return [cosigned(), stamped]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_accepted_is_what_was_signed(signed: list[bytes], way: Callable[[bytes, random.Random], bytes]) -> None:
    chance = random.Random(way.__name__)
    for _ in range(TIMES // len(WAYS)):
        whole = chance.choice(signed)
        parts = package.read_own(whole)
        name = chance.choice([*LEADING, *(one for one in parts if one.startswith("_xml") and parts[one])])
        made = package.write({**parts, name: way(parts[name], chance)})
        try:
            report = verify(made, trust=trust(), at=NOW)
        except BadFile as error:
            assert "\n" not in error.text
            continue
        if report.accepted:
            assert unlike(read(whole), read(made)) == ()
            assert claims(report) <= stated(whole)
