"""`import` of a Word file that came back lists what was done to it, beside the draft that it makes as before."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from protocolbuilder import catalogue
from protocolbuilder.cli import main
from protocolbuilder.documents.redline import redline
from protocolbuilder.domain.agreement import digest, put
from protocolbuilder.domain.reading import from_json
from tests.documents import made
from tests.documents.word_like import WordFile

MASH = catalogue.pattern("mash").agreement


def test_import_lists_changes_and_comments_at_their_questions_and_makes_the_draft_of_the_data(tmp_path: Path) -> None:
    word = WordFile(made.docx(MASH))
    word.replaced("urgent and proportionate", "urgent")
    word.comment("record it afterwards", "Where?")
    file, out = tmp_path / "back.docx", tmp_path / "out.json"
    file.write_bytes(word.bytes())
    result = CliRunner().invoke(main, ["import", str(file), "-o", str(out), "--json"], catch_exceptions=False)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [(item["kind"], item["address"]) for item in told["items"]] == [
        ("change", "principles.safety"), ("comment", "principles.safety"),
    ]  # fmt: skip
    assert (told["items"][0]["author"], told["items"][0]["new"]) == ("Sam Hill", "urgent")
    assert told["differences"] and told["kind"] == "word"
    assert digest(from_json(out.read_bytes())) == digest(MASH)
    said = CliRunner().invoke(main, ["import", str(file), "-o", str(out)], catch_exceptions=False).stdout
    assert "Tracked change, principles.safety, by Sam Hill on 2026-11-20T14:05" in said
    assert "Comment, principles.safety" in said and "Where?" in said


def test_a_redline_of_ours_is_no_source_of_data(tmp_path: Path) -> None:
    file = tmp_path / "redline.docx"
    file.write_bytes(redline(made.docx(MASH), made.docx(put(MASH, "summary.text", "B")), author="A", at=made.AT))
    result = CliRunner().invoke(main, ["import", str(file), "-o", str(tmp_path / "out.json")])
    assert result.exit_code == 2
    assert "is a redline" in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "out.json").exists()
