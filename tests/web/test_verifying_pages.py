"""The page that judges a signed Word file: what it says, what it refuses, and that it keeps nothing."""

import io
from pathlib import Path
from typing import Any

import pytest

from protocolbuilder import keys
from protocolbuilder.documents import sealing
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.settings import Settings
from protocolbuilder.web.app import create_app
from tests.documents.signers import NOW, cosigned, trust, unsigned
from tests.documents.tampering import CASES
from tests.web.visitor import Sheet, Visitor

TRUST = b"".join(trust()).decode()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """Somebody signed in, on the day on which the files are signed."""
    instance = tmp_path_factory.mktemp("verify") / "instance"
    app = create_app(Settings(instance=instance, limits_times=1000), clock=lambda: NOW)
    app.testing = True
    return Visitor(app.test_client())


def judged(reader: Visitor, content: bytes, *, status: int = 200, **more: str) -> Sheet:
    page = reader.get("/verify")
    given: dict[str, Any] = {"certificates": TRUST, "expected": "", **more, "file": (io.BytesIO(content), "a.docx")}
    return reader.send(page, status=status, **given)


def test_an_accepted_file_says_who_signed_it_and_that_its_time_is_their_word(reader: Visitor) -> None:
    page = judged(reader, cosigned(), expected="2")
    assert page.status == 200 and page.h1 == "Accepted"
    for words in (
        "All 2 signatures are right", "As many signed as you expected.", "Signed by Northshire seal",
        "Vouched for by Northshire CA", "No trusted time", "Signature line Jo O’Neill & Co",
        "The signature line of Sam Hill is not signed.",
    ):  # fmt: skip
        assert words in page.words


@pytest.mark.parametrize(
    ("what", "status"), [("a byte of the document", 200), ("comments added", 200), ("a second main document", 422)]
)
def test_what_was_tampered_with_is_said_in_its_own_words(reader: Visitor, what: str, status: int) -> None:
    page = judged(reader, CASES[what][0](), status=status)
    assert CASES[what][1] in page.words and page.h1 != "Accepted"


def test_too_few_signatures_and_strangers_are_not_accepted(reader: Visitor) -> None:
    page = judged(reader, cosigned(), expected="3")
    assert page.h1 == "Not accepted" and "3 signatures were expected" in page.words
    page = judged(reader, cosigned(), certificates="")
    assert page.h1 == "Not accepted" and "Nobody you trust vouches" in page.words


def test_the_seal_of_this_copy_needs_no_certificate(reader: Visitor) -> None:
    given: Settings = reader.client.application.extensions["protocolbuilder"].settings
    seal = keys.seal_key(given.model_copy(update={"seal_algorithm": "ecdsa-p256"}), at=NOW, organisation="Northshire")
    page = judged(reader, sealing.sealed(unsigned(), seal, said=Statement(NOW)), certificates="")
    assert page.h1 == "Accepted" and "Nobody: the certificate is its own" in page.words


@pytest.mark.parametrize(
    ("content", "more", "error"),
    [
        (b"", {}, ("Select a Word file", "#file")),
        (b"no Word file", {}, ("The file is not a Word file (.docx), or it is damaged", "#file")),
        (b"PK", {"expected": "many"}, ("How many must have signed is a whole number, such as 4", "#expected")),
        (b"PK", {"certificates": "x"}, ("These certificates cannot be read", "#certificates")),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    reader: Visitor, content: bytes, more: dict[str, str], error: tuple[str, str]
) -> None:
    page = judged(reader, content, status=422, **more)
    assert (page.status, page.errors) == (422, [error])
    for name, typed in more.items():
        assert page.fields()[name] == [typed]


def test_neither_asking_nor_judging_keeps_anything(reader: Visitor) -> None:
    folder: Path = reader.client.application.extensions["protocolbuilder"].settings.instance
    reader.get("/verify")
    before = {path.name: path.stat().st_size for path in folder.rglob("*") if "sqlite" not in path.name}
    judged(reader, cosigned())
    assert {path.name: path.stat().st_size for path in folder.rglob("*") if "sqlite" not in path.name} == before
