"""Time-stamps over HTTP: from an authority that answers, from one that does not, and from one that lies."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from protocolbuilder.documents import sealing
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.verifying import verify
from protocolbuilder.errors import BadKey
from protocolbuilder.settings import Settings
from protocolbuilder.work.timestamping import stamper
from tests.documents.signers import NOW, seal, trust, unsigned
from tests.documents.signers import stamper as by_openssl

Answer = Callable[[bytes], tuple[int, bytes]]


@pytest.fixture
def served() -> Iterator[Callable[[Answer], str]]:
    """The address of a server that answers a post so."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/timestamp-query"
                status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/tsa"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def authority(tmp_path: Path) -> Answer:
    """A time-stamp authority by `openssl ts`."""
    by_openssl(tmp_path)

    def answer(query: bytes) -> tuple[int, bytes]:
        (tmp_path / "query").write_bytes(query)
        words = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)
        return 200, (tmp_path / "reply").read_bytes()

    return answer


def settings(tmp_path: Path, url: str) -> Settings:
    (tmp_path / "tsa-ca.pem").write_bytes(trust()[1])
    return Settings(instance=tmp_path, tsa_url=url, tsa_ca=tmp_path / "tsa-ca.pem")


def sealed(given: Settings) -> bytes:
    return sealing.sealed(unsigned(), seal(), said=Statement(NOW), token=stamper(given))


def test_an_authority_that_answers_gives_a_trusted_time(
    tmp_path: Path, served: Callable[[Answer], str], authority: Answer
) -> None:
    report = verify(sealed(settings(tmp_path, served(authority))), trust=trust(), at=NOW)
    assert report.accepted and report.signatures[0].time_by == "Northshire clock"


OTHERS = [(500, b""), (302, b""), (200, b""), (200, b"<html>"), (200, b"0" * 200_000)]


@pytest.mark.parametrize("answer", OTHERS, ids=lambda one: str(one)[:20])
def test_one_that_answers_something_else_leaves_the_signature_without_a_trusted_time(
    tmp_path: Path, served: Callable[[Answer], str], answer: tuple[int, bytes]
) -> None:
    report = verify(sealed(settings(tmp_path, served(lambda _: answer))), trust=trust(), at=NOW)
    assert report.accepted and report.signatures[0].trusted_at is None


def test_an_answer_to_another_question_is_not_taken(
    tmp_path: Path, served: Callable[[Answer], str], authority: Answer
) -> None:
    kept: list[tuple[int, bytes]] = []

    def again(query: bytes) -> tuple[int, bytes]:
        kept.append(authority(query))
        return kept[0]

    given = settings(tmp_path, served(again))
    first = stamper(given)
    assert first and first(b"one thing") and first(b"one thing") is None and first(b"another") is None


def test_one_that_cannot_be_reached_and_none_at_all(tmp_path: Path) -> None:
    away = stamper(settings(tmp_path, "http://127.0.0.1:9/tsa"))
    assert away and away(b"words") is None
    assert stamper(Settings(instance=tmp_path)) is None


def test_certificates_that_cannot_be_read_are_told_at_once(tmp_path: Path) -> None:
    for place in (tmp_path / "none.pem", Path(__file__)):
        with pytest.raises(BadKey, match="PB_TSA_CA"):
            stamper(Settings(instance=tmp_path, tsa_url="https://tsa.example/", tsa_ca=place))


@pytest.mark.parametrize("url", ["http://tsa.example/", "ftp://tsa.example", "https://tsa.example/\n"])
def test_an_authority_is_asked_over_https_only(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="tsa_url"):
        Settings(instance=tmp_path, tsa_url=url)
