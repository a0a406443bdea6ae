"""The malware scanner, over real sockets: what it is sent, what it says, and that without it nothing is clean."""

import io
import zipfile
from pathlib import Path

import pytest
from pydantic import ValidationError

from protocolbuilder.errors import Unchecked
from protocolbuilder.intake.scanner import Scanner
from protocolbuilder.settings import Settings
from tests.intake.clamd import EICAR, NAME, Clamd, scanning


def word(*, inside: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("word/media/image1.png", inside)
    return packed.getvalue()


def asked(clamd: Clamd, content: bytes, *, seconds: float = 20.0) -> str:
    return Scanner(clamd.place, seconds).found(content)


@pytest.mark.asvs("V5.4.3")
def test_every_byte_is_sent_by_either_socket_and_malware_inside_a_word_file_is_named(tmp_path: Path) -> None:
    large = bytes(range(256)) * 1000
    for folder in (tmp_path, None):
        with scanning(folder) as clamd:
            assert EICAR not in word(inside=EICAR)
            assert asked(clamd, word(inside=EICAR)) == asked(clamd, EICAR) == NAME
            assert asked(clamd, large) == asked(clamd, b"") == asked(clamd, word(inside=b"picture")) == ""
            assert clamd.got[2:4] == [large, b""]
            assert Scanner(clamd.place, 5).answers()


@pytest.mark.asvs("V5.4.3")
@pytest.mark.parametrize(
    "says", ["slow", "dead", "stream: Can't allocate memory ERROR", "OK", "stream: OK stream: X FOUND no", "\x00"]
)
def test_what_the_scanner_does_not_say_to_be_clean_is_not(says: str) -> None:
    with scanning(says=says) as clamd, pytest.raises(Unchecked, match="not taken"):
        asked(clamd, b"file", seconds=0.1 if says == "slow" else 20.0)


@pytest.mark.asvs("V5.4.3")
def test_a_scanner_that_is_away_or_takes_no_file_so_large_lets_nothing_through(tmp_path: Path) -> None:
    with scanning(most=1000) as clamd, pytest.raises(Unchecked, match="no file of this size"):
        asked(clamd, bytes(2_000_000))
    for place in (f"unix:{tmp_path}/none", clamd.place):
        with pytest.raises(Unchecked, match="does not answer"):
            Scanner(place, 5).found(b"file")
        assert not Scanner(place, 5).answers()


@pytest.mark.parametrize("place", ["clamd", "unix:clamd.ctl", "tcp://host", "http://host:1", "unix:/a\nb"])
def test_a_place_that_is_none_is_refused_at_the_start(place: str) -> None:
    with pytest.raises(ValidationError, match="scanner"):
        Settings(scanner=place)
