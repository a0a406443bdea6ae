"""A bundle of evidence checks itself where this program is not, and every kind of tampering is found and named."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from cryptography import x509

from protocolbuilder.cli import main
from protocolbuilder.documents import timestamps
from protocolbuilder.documents.evidence import bundle, opened
from protocolbuilder.documents.evidence_checker import faults, stamped_with_openssl, with_openssl
from protocolbuilder.documents.sealing import sealed
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.domain.trail import Head
from protocolbuilder.keys import own_certificates, trail_key
from protocolbuilder.settings import Settings
from protocolbuilder.store import evidence, executed, jobs, signing
from protocolbuilder.store.engine import engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.trail import verifier
from protocolbuilder.work import executing
from protocolbuilder.work.queue import Held
from tests.documents.signers import NOW, PEM, seal, stamper, tsa_authority
from tests.store.builders import minutes
from tests.store.signed import SCAN, Signing, signed

LATER = minutes(90)
Files = dict[str, bytes]
Tamper = Callable[[list[bytes]], list[bytes]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Signing:
    """A version that was signed by ten of twelve, with its executed copy and certificate."""
    settings = Settings(instance=tmp_path_factory.mktemp("evidence"))
    database = engine(settings.database())
    migrate(database)
    whole = signed(database, settings)
    with writing(database) as session:
        claimed = iter(lambda: jobs.claim(session, at=LATER, until=minutes(200)), None)
        found = next(one for one in claimed if one.kind == executed.KIND)
    executing.handler(settings)(Held(found, database, lambda: LATER))
    return whole


@pytest.fixture(scope="module")
def files(made: Signing) -> Files:
    with reading(made.database) as session:
        said = evidence.evidence(session, made.ref, 1, details="with details")
    return opened(bundle(said, key=trail_key(made.settings), certificates=own_certificates(made.settings), at=LATER))


def quick(public: bytes, message: bytes, signature: bytes) -> bool:
    return verifier({"": public})("", message, signature)


def judged(files: Files, **known: object) -> list[str]:
    return faults(files, verify=quick, stamped=stamped_with_openssl, **known)  # type: ignore[arg-type]


def altered(files: Files, tamper: Tamper) -> Files:
    """The bundle with another trail, and a manifest whose hashes say so; nobody but this copy can sign that."""
    lines = tamper(files["trail.jsonl"].splitlines())
    return {**files, "trail.jsonl": b"".join(line + b"\n" for line in lines)}


def test_a_bundle_holds_where_the_program_is_not_installed(made: Signing, files: Files, tmp_path: Path) -> None:
    """Python alone, with openssl: no variable of the environment, no package, another folder."""
    out, place = tmp_path / "evidence.zip", tmp_path / "bare"
    asked = ["evidence", made.ref, "-o", str(out), "--instance", str(made.settings.instance)]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    with ZipFile(out) as archive:
        archive.extractall(place)
        assert "details.json" not in archive.namelist()
        assert SCAN.content not in [archive.read(one) for one in archive.namelist()]
    python = str(Path(sys.executable).resolve())
    bare = ["env", "-i", "PATH=/usr/bin:/bin", python, "-I", "-S", str(place / "verify.py")]
    key, line = trail_key(made.settings).public.hex(), files["trail.jsonl"].splitlines()[4]
    known = ["--key", key, "--line", f"5:{sha256(line).hexdigest()}"]
    ran = subprocess.run([*bare, *known], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    assert ran.stdout == f"All of it holds. Key of the trail: {key}\n"
    (place / "issued" / made.document).write_bytes(b"another text")
    ran = subprocess.run(bare, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ran.returncode == 1 and f"issued/{made.document}: it is not what the bundle was made with" in ran.stdout
    assert "(signatory.signed) names" in ran.stdout
    accepted = CliRunner().invoke(main, ["verify", str(out)])
    assert accepted.exit_code == 0 and accepted.output.startswith("Accepted") and key in accepted.output


@pytest.mark.parametrize(("kind", "tamper"), [
    ("altered", lambda lines: [*lines[:5], lines[5].replace(b"Ada", b"Eve"), *lines[6:]]),
    ("deleted", lambda lines: [*lines[:5], *lines[6:]]),
    ("cut", lambda lines: lines[:-3]),
    ("inserted", lambda lines: [*lines[:5], lines[2], *lines[5:]]),
    ("reordered", lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]]),
])  # fmt: skip
def test_tampering_with_the_trail_is_named(files: Files, kind: str, tamper: Tamper) -> None:
    assert judged(files) == []
    found = judged(altered(files, tamper))
    assert "trail.jsonl: it is not what the bundle was made with" in found
    assert any(one.startswith(f"trail.jsonl, {kind}: ") for one in found), found


def test_an_older_bundle_does_not_hold_against_a_line_that_somebody_knows(files: Files) -> None:
    lines = files["trail.jsonl"].splitlines()
    later = Head(len(lines) + 1, "0" * 64)
    assert any(one.startswith("trail.jsonl, replayed: ") for one in judged(files, lines=(later,)))
    assert any("another one than you were told" in one for one in judged(files, key="0" * 64))


@pytest.mark.parametrize(("name", "said"), [
    ("agreement.json", "it is not what line"), ("keys.json", "does not vouch"), ("manifest.json", "it is not signed"),
    ("details.json", "is not what was recorded"), ("scans.json", "it is not what the bundle was made with"),
    ("verify.py", "it is not what the bundle was made with"),
])  # fmt: skip
def test_each_other_part_is_held_to_what_was_signed(files: Files, name: str, said: str) -> None:
    content = files[name].replace(b"192.0.2.1", b"192.0.2.9") if name == "details.json" else files[name]
    if content == files[name]:
        old, new = (b'"made":"2', b'"made":"1') if name == "manifest.json" else (b"e", b"f")
        content = content.replace(old, new, 1) if name != "keys.json" else _other_key(content)
    found = judged({**files, name: content})
    assert any(said in one for one in found), found
    less = {key: value for key, value in files.items() if key != "README.txt"}
    assert judged(less) == ["README.txt: it is missing"]
    assert any(one == "more.txt: it was put in" for one in judged({**files, "more.txt": b""}))


def _other_key(content: bytes) -> bytes:
    read = json.loads(content)
    read[-1]["signed"] = read[0]["signed"]
    return json.dumps(read).encode()


def test_what_is_no_bundle_is_told_in_a_line(tmp_path: Path, files: Files) -> None:
    assert judged({**files, "keys.json": b"[]"}) and judged({}) and judged({**files, "manifest.json": b"[1]"})
    broken = tmp_path / "broken.zip"
    with ZipFile(broken, "w") as archive:
        for name in ("manifest.json", "trail.jsonl"):
            archive.writestr(name, "{")
    result = CliRunner().invoke(main, ["verify", str(broken)])
    assert result.exit_code == 1 and "cannot be read" in result.output


def test_a_person_is_erased_and_the_bundle_still_holds(made: Signing, files: Files, tmp_path: Path) -> None:
    """What stood aside of the lines is gone; the lines, and what they promise, stay."""
    who = made.requests["p1"].person
    before = json.loads(files["details.json"])
    with writing(made.database) as session:
        signing.forget(session, [who])
    with reading(made.database) as session:
        said = evidence.evidence(session, made.ref, 1, details="with details")
    after = opened(bundle(said, key=trail_key(made.settings), certificates=(), at=LATER))
    assert len(json.loads(after["details.json"])) < len(before)
    assert after["trail.jsonl"] == files["trail.jsonl"] and judged(after) == []


def test_openssl_says_the_same(made: Signing) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl here")
    key = trail_key(made.settings)
    assert with_openssl(key.public, b"said", key.sign(b"said"))
    assert not with_openssl(key.public, b"Said", key.sign(b"said"))


def test_time_stamps_of_seals_are_checked_by_openssl_too(made: Signing, tmp_path: Path) -> None:
    if not timestamps.available():
        pytest.skip("what reads time-stamps is not installed")
    with reading(made.database) as session:
        said = evidence.evidence(session, made.ref, 1)
    stamped = sealed(said.files[made.document], seal(), said=Statement(NOW), token=stamper(tmp_path))
    authorities = x509.load_der_x509_certificate(tsa_authority()[1]).public_bytes(PEM)
    whole = replace(said, executed={**said.executed, "stamped.docx": stamped})
    pack = bundle(whole, key=trail_key(made.settings), certificates=(), at=LATER, authorities=authorities)
    files = opened(pack)
    (name,) = (one for one in files if one.endswith(".tst"))
    assert judged(files) == []
    assert f"{name}: the time-stamp does not hold" in judged({**files, f"{name[:-4]}.signed": b"another"})
    assert any("does not hold" in one for one in judged({**files, "certificates/authorities.pem": b""}))
