"""Comparing two agreements from the command line: for one partner, and as tracked changes in Word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from protocolbuilder.cli import main
from protocolbuilder.domain.agreement import Agreement, put, to_json
from tests.builders import small
from tests.documents import made
from tests.documents.settled import settled


def run(*words: str | Path, status: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(main, [str(each) for each in words], catch_exceptions=False)
    assert result.exit_code == status, result.stderr
    return result.stdout, result.stderr


def kept(folder: Path, name: str, agreement: Agreement) -> Path:
    (folder / name).write_text(to_json(agreement), "utf-8")
    return folder / name


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    later = put(put(small(), "flows.f1.necessity", "Only this shows the risk."), "security.access", "Named staff only.")
    return kept(tmp_path, "old.json", small()), kept(tmp_path, "new.json", later)


def test_a_partner_is_told_what_touches_it_and_what_is_everyones(sides: tuple[Path, Path]) -> None:
    said, _ = run("compare", *sides, "--party", "northshire police")
    assert (
        "flows.f1.necessity" in said
        and "security.access" in said
        and said.endswith("0 more touch other partners only.\n")
    )
    rows = json.loads(run("compare", *sides, "--party", "p2", "--json")[0])
    assert [row["address"] for row in rows] == ["flows.f1.necessity", "security.access"]
    assert run("compare", *sides, "--party", "Nobody", status=2)[1].count("\n") == 1


def test_two_agreements_become_tracked_changes(sides: tuple[Path, Path], tmp_path: Path) -> None:
    out, printed = tmp_path / "redline.docx", [tmp_path / "old.docx", tmp_path / "new.docx"]
    run("redline", *sides, "-o", out, "--author", "Jo Green")
    for side, docx in zip(sides, printed, strict=True):
        run("render", side, "-o", docx)
    old, new = (docx.read_bytes() for docx in printed)
    assert settled(out.read_bytes()) == settled(new) and settled(out.read_bytes(), way="refuse") == settled(old)
    run("redline", *printed, "-o", tmp_path / "again.docx")
    assert settled((tmp_path / "again.docx").read_bytes()) == settled(new)
    _, wrong = run("import", out, "-o", tmp_path / "taken.json", status=2)
    assert "is a redline" in wrong and not (tmp_path / "taken.json").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"{}", b"not json"])
def test_what_is_no_agreement_and_no_word_file_is_refused_in_one_line(
    content: bytes, sides: tuple[Path, Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(content)
    for pair in ((bad, sides[1]), (sides[0], bad)):
        _, said = run("redline", *pair, "-o", tmp_path / "out.docx", status=2)
        assert said.count("\n") == 1 and said.startswith(f"protocolbuilder: {bad}: ")
    assert not (tmp_path / "out.docx").exists()


def test_a_redline_is_not_compared_again(sides: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "redline.docx"
    run("redline", *sides, "-o", out)
    assert "tracked changes" in run("redline", sides[0], out, "-o", tmp_path / "out.docx", status=2)[1]
    word = tmp_path / "word.docx"
    word.write_bytes(made.docx(small()))
    run("redline", word, sides[1], "-o", out)
