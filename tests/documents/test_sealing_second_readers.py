"""Signed Word files as others judge them: LibreOffice and the XML signatures of the JDK, which share no code."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from protocolbuilder.documents import package, sealing, signature_lines
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.verifying import verify
from tests.documents.signers import JO, NOW, SAM, cosigned, seal, sealed, signer, stamper, trust
from tests.documents.tampering import CASES
from tests.second_reader import SecondReader

CHECK = Path(__file__).with_name("Check.java")
KNOWN_TO_BOTH = ("a byte of the document", "a byte of the styles", "a byte of a picture", "a link changed")


@cache
def four() -> bytes:
    """A seal and three signatures, two of them on their lines, by RSA and by ECDSA."""
    valid, invalid = signature_lines.pictures(SAM, typed=SAM.name, day="25 November 2026")
    said = Statement(NOW, setup_id=SAM.setup_id, text=SAM.name, valid=valid, invalid=invalid)
    third = sealing.sealed(cosigned(), signer(SAM.name, kind="rsa"), said=said)
    return sealing.sealed(third, signer("Alex Trustee"), said=Statement(NOW, comment="For the trustees & friends"))


def alone(file: bytes, number: int) -> bytes:
    """The file with one of its signatures only."""
    parts = dict(package.read_own(file))
    names = {name for name in parts if name.startswith("_xmlsignatures/sig")} - {f"_xmlsignatures/sig{number}.xml"}
    rels = "_xmlsignatures/_rels/origin.sigs.rels"
    for place, key in ((rels, "Target"), (package.TYPES, "PartName")):
        root = package.parse(parts, place)
        for row in list(root):
            if any(row.get(key, "").endswith(name.rpartition("/")[2]) for name in names):
                root.remove(row)
        parts[place] = package.serialise(root)
    return package.write({name: part for name, part in parts.items() if name not in names})


def test_libreoffice_accepts_each_signature_alone_and_knows_its_line(second_reader: SecondReader) -> None:
    assert verify(four(), trust=trust(), at=NOW, expected=4).accepted
    said = [second_reader.signatures(alone(four(), number)) for number in (1, 2, 3, 4)]
    assert [len(one) for one in said] == [1, 1, 1, 1]
    assert [one[0]["right"] for one in said] == [True] * 4
    assert [one[0]["by"] for one in said] == ["CN=Northshire seal", f"CN={JO.name}", "CN=Sam Hill", "CN=Alex Trustee"]
    assert [one[0]["line"] for one in said] == ["", JO.setup_id, SAM.setup_id, ""]


def test_libreoffice_accepts_a_seal_with_one_signature_beside_it(second_reader: SecondReader) -> None:
    assert [one["right"] for one in second_reader.signatures(cosigned())] == [True, True]


@pytest.mark.parametrize("what", KNOWN_TO_BOTH[:2])
def test_libreoffice_refuses_what_we_refuse(second_reader: SecondReader, what: str) -> None:
    assert [one["right"] for one in second_reader.signatures(CASES[what][0]())] == [False, False]


@pytest.mark.slow
def test_the_jdk_accepts_every_signature_and_refuses_what_was_tampered_with(tmp_path: Path) -> None:
    """One run of Java for all files: it costs two seconds to start."""
    assert shutil.which("java"), "Java is missing (Debian: openjdk-17-jdk-headless)"
    stamped = sealing.sealed(sealed(), seal(), said=Statement(NOW), token=stamper(tmp_path))
    files = [four(), stamped, *(CASES[what][0]() for what in KNOWN_TO_BOTH), CASES["the comment of the signer"][0]()]
    names = []
    for number, file in enumerate(files):
        names.append(str(tmp_path / f"{number}.docx"))
        Path(names[-1]).write_bytes(file)
    done = subprocess.run(["java", str(CHECK), *names], capture_output=True, text=True, timeout=120)
    assert not done.stderr
    rels = "altered:/word/_rels/document.xml.rels"
    assert done.stdout.splitlines() == [
        "right right right right",
        "right right",
        "altered:/word/document.xml altered:/word/document.xml",
        "altered:/word/styles.xml altered:/word/styles.xml",
        "altered:/word/media/line1.png altered:/word/media/line1.png",
        f"{rels} {rels}",
        "wrong right",
    ]
