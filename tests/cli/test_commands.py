"""What each command does when it is asked rightly: 0 when all is fine, 1 when it found problems."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from protocolbuilder import catalogue
from protocolbuilder.cli import main
from protocolbuilder.cli.sample import show_samples
from protocolbuilder.cli.terminal import settings_of, stored
from protocolbuilder.domain.agreement import Edit, apply, digest, put, to_json
from protocolbuilder.domain.reading import from_json
from protocolbuilder.intake.door import take
from protocolbuilder.store.engine import reading
from protocolbuilder.store.register import register, title_of
from tests.builders import small
from tests.usual import some

FACTS = Path(__file__).resolve().parent.parent / "agreements" / "01-peterborough-mash-tier2.json"
PROTOCOL = next(sample.agreement for sample in catalogue.samples() if sample.name == "northshire-protocol")
PATTERNS = [pattern.name for pattern in catalogue.patterns()]


def run(*words: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(main, [str(each) for each in words], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (status, "")
    return result.stdout


def answer(*words: str | Path, status: int = 0) -> Any:
    return json.loads(run(*words, "--json", status=status))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small agreement, some standards sections of which are not stated."""
    place = tmp_path / "small.json"
    place.write_text(to_json(small()), "utf-8")
    return place


def test_check_lists_each_problem_with_address_and_remedy(file: Path) -> None:
    said = answer("check", file, status=1)
    assert said["missing"] == len(said["problems"]) > 0 and said["wrong"] == 0
    assert {"address", "kind", "text", "fix"} == set(said["problems"][0])
    lines = run("check", file, status=1).splitlines()
    assert [line.split(":")[0] for line in lines[: said["missing"]]] == [one["address"] for one in said["problems"]]
    assert lines[-1] == f"{said['missing']} missing, 0 wrong"
    assert lines[0].startswith(f"{said['problems'][0]['address']}: missing: ")


def test_check_prints_what_the_review_finds_and_an_error_exits_1(file: Path) -> None:
    said = answer("check", file, status=1)
    keys = {"rule", "name", "severity", "address", "text", "fix", "source", "library"}
    assert said["findings"] and all(set(finding) == keys for finding in said["findings"])
    errors = [finding for finding in said["findings"] if finding["severity"] == "error"]
    lines = run("check", file, status=1).splitlines()
    start = lines.index("Errors") + 1
    assert [line.split(": ")[:2] for line in lines[start : start + len(errors)]] == [
        [finding["address"], finding["rule"]] for finding in errors
    ]
    assert lines.index("Errors") < lines.index("Warnings")
    assert any(line.startswith("Reviewed with law library 2026.11") for line in lines)


def test_check_exits_0_with_warnings_alone(tmp_path: Path) -> None:
    place = tmp_path / "filled.json"
    place.write_text(to_json(PROTOCOL), "utf-8")
    said = answer("check", place)
    assert said["problems"] == [] and {finding["severity"] for finding in said["findings"]} == {"warning", "advice"}


def test_check_does_not_repeat_a_warning_that_was_accepted(tmp_path: Path) -> None:
    place, agreement = tmp_path / "filled.json", PROTOCOL
    place.write_text(to_json(agreement), "utf-8")
    first = next(found for found in answer("check", place)["findings"] if found["severity"] == "warning")
    row = {"rule": first["rule"], "address": first["address"], "by": "Sam", "at": "2026-11-24", "reason": "Known."}
    place.write_text(to_json(replace(agreement, accepted=(row,))), "utf-8")
    assert first not in answer("check", place)["findings"]


def test_check_reviews_what_is_well_formed_when_an_answer_is_wrong(file: Path) -> None:
    file.write_text(to_json(put(small(), "flows", [{"id": "f1", "from": 7, "bases": "b1"}, {"id": "f1"}])), "utf-8")
    said = answer("check", file, status=1)
    assert said["wrong"] and said["findings"]


def test_import_of_facts_tells_what_was_placed_kept_matched_and_not_stated(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    said = answer("import", FACTS, "-o", out)
    assert (said["kind"], said["placed"], said["residue"]) == ("facts", 32, 23)
    assert said["not_stated"][:3] == ["article6", "article9", "dpa_sch1"] and said["problems"]["wrong"] == 0
    assert {
        "address": "gateways.g1.provision",
        "printed": "Children Act 2004 s10 (inherited from Tier 1)",
        "entry": "ca-2004-s10",
        "words": "CA 2004 s.10: Co-operation to improve wellbeing",
    } in said["matched"]
    assert from_json(out.read_bytes()) == take(FACTS.read_bytes()).agreement
    assert "32 texts placed, 23 kept as residue" in run("import", FACTS, "-o", out)


def test_import_without_an_output_keeps_a_draft_that_export_gives_out(tmp_path: Path) -> None:
    said = answer("import", FACTS, "--instance", tmp_path / "i", "--by", "Sam Ahmed")
    assert re.fullmatch(r"ISA-\d{4}-0001", said["draft"])
    run("export", said["draft"], "-o", tmp_path / "out.json", "--instance", tmp_path / "i")
    assert digest(from_json((tmp_path / "out.json").read_bytes())) == digest(take(FACTS.read_bytes()).agreement)


def test_import_of_wrong_answers_says_so_and_still_gives_the_draft(file: Path, tmp_path: Path) -> None:
    file.write_text(to_json(put(small(), "about.kind", "treaty")), "utf-8")
    said = answer("import", file, "-o", tmp_path / "out.json", status=1)
    assert said["problems"]["wrong"] == 1 and (tmp_path / "out.json").is_file()


@pytest.mark.parametrize("name", some(PATTERNS))
def test_a_pattern_starts_an_agreement_with_nothing_wrong_in_it(name: str, tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    run("new", "--pattern", name, "-o", out)
    assert digest(from_json(out.read_bytes())) == digest(catalogue.pattern(name).agreement)
    assert answer("check", out, status=1)["wrong"] == 0


def test_patterns_are_listed_by_name() -> None:
    assert [row["name"] for row in answer("patterns")] == PATTERNS
    assert [line.split(":")[0] for line in run("patterns").splitlines()] == PATTERNS


def kind_of(name: str) -> str:
    return catalogue.pattern(name).agreement.schema.split("-")[0]


@pytest.mark.parametrize("name", some(PATTERNS, first=1))
def test_a_pattern_printed_twice_is_the_same_file_and_comes_back(name: str, tmp_path: Path) -> None:
    new, one, two = tmp_path / "new.json", tmp_path / "one.docx", tmp_path / "two.docx"
    run("new", "--pattern", name, "-o", new)
    for out in (one, two):
        run("render", new, "--what", kind_of(name), "-o", out)
    assert one.read_bytes() == two.read_bytes() and one.stat().st_size > 10_000
    said = answer("import", one, "-o", tmp_path / "back.json")
    assert (said["kind"], said["differences"]) == ("word", [])
    assert run("compare", new, tmp_path / "back.json") == ""


@pytest.mark.parametrize("form", ["docx", "xlsx", "csv", "html"])
def test_the_matrix_is_printed_in_four_forms_each_the_same_twice(form: str, file: Path, tmp_path: Path) -> None:
    one, two = tmp_path / f"one.{form}", tmp_path / f"two.{form}"
    for out in (one, two):
        run("render", file, "--what", "matrix", "--as", form, "-o", out)
    assert one.read_bytes() == two.read_bytes()
    start = {"docx": b"PK", "xlsx": b"PK", "html": b"<!DOCTYPE html>"}.get(form, b"")
    assert one.read_bytes().startswith(start)
    assert form in ("docx", "xlsx") or "Northshire Police" in one.read_text("utf-8")


def test_the_reviewers_report_is_printed_as_word(file: Path, tmp_path: Path) -> None:
    run("render", file, "--what", "review", "-o", tmp_path / "review.docx")
    assert (tmp_path / "review.docx").read_bytes().startswith(b"PK")


def test_every_document_is_listed_and_made_under_its_name(file: Path, tmp_path: Path) -> None:
    listed = {row["name"]: row["forms"] for row in answer("documents")}
    assert "pack (zip): All of these in one file" in run("documents")
    for name in ("summary", "legal-annex", "flow-table", "what-to-record", "request-form", "decision-form"):
        assert listed[name][:1] == ["docx"]
        run("render", file, "--what", name, "-o", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(b"PK")
    run("render", file, "--what", "pack", "-o", tmp_path / "pack.zip")
    with ZipFile(tmp_path / "pack.zip") as archive:
        assert {"index.html", "contents.txt"} < set(archive.namelist())
    refused = CliRunner().invoke(main, ["render", str(file), "--what", "memoir", "-o", str(tmp_path / "x")])
    assert refused.exit_code == 2 and not (tmp_path / "x").exists()
    assert refused.stderr.startswith("protocolbuilder: There is no document called “memoir”. There are: agreement, ")


def test_a_document_is_made_for_one_partner_alone(file: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "one.docx")
    words = ["render", str(file), "--what", "privacy-wording", "-o", out, "--party"]
    assert CliRunner().invoke(main, [*words, "p1"]).exit_code == 0
    assert Path(out).read_bytes().startswith(b"PK")
    assert "is not made for “p9”" in CliRunner().invoke(main, [*words, "p9"]).stderr


def test_the_rules_are_listed_with_a_count() -> None:
    assert len(answer("law", "rules")) == 114
    assert run("law", "rules").splitlines()[-1].startswith("114 rules: ")


def test_compare_names_the_question_and_both_answers(file: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.json"
    later.write_text(to_json(put(small(), "parties.p1.name", "Northshire Constabulary")), "utf-8")
    (change,) = [row for row in answer("compare", file, later) if row["address"] == "parties.p1.name"]
    assert (change["before"], change["after"]) == ("Northshire Police", "Northshire Constabulary")
    assert "- Northshire Police\n  + Northshire Constabulary" in run("compare", file, later)


def test_compare_lists_accepted_points_of_the_review(tmp_path: Path) -> None:
    row = {"rule": "R97", "address": "parties.p1.name", "by": "Sam Hill", "at": "2026-11-24T10:30:00Z", "reason": "Why"}
    with_row = apply(small(), Edit("R97@parties.p1.name", row, "accepted"))
    files = [tmp_path / name for name in ("bare.json", "accepted.json")]
    for path, agreement in zip(files, (small(), with_row), strict=True):
        path.write_text(to_json(agreement), "utf-8")
    (change,) = answer("compare", *files)
    assert change["what"] == "accepted" and change["after"] == "Accepted by Sam Hill on 24 November 2026: Why"
    (change,) = answer("compare", *reversed(files))
    assert change["what"] == "taken back" and change["after"] == ""
    assert "Legal name (taken back)" in run("compare", *reversed(files))


@pytest.mark.parametrize("schema", catalogue.SCHEMAS)
def test_questions_lists_every_question_with_its_address_hint_and_source(schema: str) -> None:
    rows = answer("questions", "--schema", schema)
    sections = catalogue.schema(schema).sections.values()
    assert len(rows) == sum(len(section.questions) for section in sections)
    title = next(row for row in rows if row["address"] == "parties.*.name")
    assert (title["title"], title["source"]) == ("Legal name", "UK GDPR Art 4(7)")
    assert "parties.*.name: Legal name" in run("questions", "--schema", schema)


def test_the_shipped_schemas_and_templates_are_sound() -> None:
    assert run("schemas", "check") == "0 mistakes\n"
    *advice, last = run("templates", "check").splitlines()
    assert last == "0 mistakes" and all(line.startswith("advice: ") for line in advice)


def test_a_template_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "agreement-1.docx").write_bytes(b"not a Word file")
    assert run("templates", "check", tmp_path, status=1).splitlines()[0].startswith("agreement-1.docx: ")


def test_the_doctor_finds_an_installation_that_works(tmp_path: Path) -> None:
    found = answer("doctor", "--instance", tmp_path / "i")
    assert {row["state"] for row in found} <= {"fine", "note"}
    assert {"python", "libraries", "schemas", "templates", "instance", "database", "sqlite"} <= {
        row["what"] for row in found
    }
    assert {row["state"] for row in found if row["what"] == "malware scanner"} == {"note"}
    run("import", FACTS, "--instance", tmp_path / "i")
    assert "database: sqlite:" in run("doctor", "--instance", tmp_path / "i")


def test_the_doctor_finds_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    assert "wrong  instance" in run("doctor", "--instance", tmp_path / "file", status=1)
    monkeypatch.setenv("PB_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("PB_SCANNER", f"unix:{tmp_path}/none")
    said = run("doctor", "--instance", tmp_path, status=1)
    assert "wrong  database: It cannot be reached" in said
    assert f"wrong  malware scanner: unix:{tmp_path}/none does not answer" in said


def test_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys; from protocolbuilder.cli import main\n"
        "try: main(['--help'])\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"flask", "sqlalchemy", "docx", "lxml", "jsonschema", "jinja2", "pydantic", "wtforms", "alembic"}
    assert "Commands:" in done.stdout and not heavy & set(done.stderr.split())


def test_serve_prints_its_address_and_answers_there(tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "protocolbuilder",
        "serve",
        "--sample",
        "--port",
        "0",
        "--instance",
        str(tmp_path / "i"),
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            said = [process.stdout.readline() for _ in range(4)]
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", said[0])
            assert found and int(found.group(1)) > 0
            assert str(tmp_path / "i") in said[1]
            assert "Nobody has an account yet" in said[2] and "this machine only" in said[3]
            with urllib.request.urlopen(found.group(0), timeout=30) as page:
                assert page.status == 200
        finally:
            process.terminate()


@pytest.mark.slow
def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ["serve", "--port", str(taken.getsockname()[1]), "--instance", str(tmp_path / "i")]
        done = subprocess.run([sys.executable, "-m", "protocolbuilder", *words], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"protocolbuilder: Port {words[2]} cannot be listened on")


def test_samples_are_shown_only_where_there_is_no_agreement_yet(tmp_path: Path) -> None:
    settings = settings_of(instance=tmp_path / "i")
    with stored(settings) as database:
        for _ in range(2):
            show_samples(settings)
        with reading(database) as session:
            rows = register(session).rows
    assert sorted(row.title for row in rows) == sorted(title_of(sample.agreement) for sample in catalogue.samples())


def under(tmp_path: Path) -> tuple[Path, Path]:
    """An agreement that leaves its rules on security to a protocol, and that protocol."""
    child, protocol = tmp_path / "child.json", tmp_path / "protocol.json"
    run("new", "--pattern", "early-help", "-o", child)
    run("new", "--pattern", "protocol", "-o", protocol)
    said = json.loads(child.read_text("utf-8"))
    said["answers"] |= {"security": {}, "principles": {}}
    said["answers"]["about"]["parent_here"] = {"ref": "ISA-2026-0001", "title": "Northshire protocol"}
    child.write_text(json.dumps(said), "utf-8")
    return child, protocol


def test_an_agreement_is_printed_under_its_protocol_and_its_data_come_back(tmp_path: Path) -> None:
    child, protocol = under(tmp_path)
    for what in ("agreement", "delta"):
        run("render", child, "--what", what, "--as", "docx", "-o", tmp_path / f"{what}.docx", "--under", protocol)
    whole, delta = (text(tmp_path / f"{what}.docx") for what in ("agreement", "delta"))
    measure = json.loads(protocol.read_text("utf-8"))["answers"]["security"]["measures"][0]
    assert "As the protocol, section 11." in whole and "As the protocol, section 11." in delta
    assert measure in whole and measure not in delta
    said = answer("import", tmp_path / "agreement.docx", "-o", tmp_path / "back.json")
    assert said["differences"] == []
    assert run("compare", child, tmp_path / "back.json") == ""


def test_without_its_protocol_an_agreement_prints_its_own_answers_and_names_it(tmp_path: Path) -> None:
    child, _ = under(tmp_path)
    run("render", child, "--what", "agreement", "-o", tmp_path / "alone.docx")
    said = text(tmp_path / "alone.docx")
    assert "Northshire protocol (ISA-2026-0001)" in said and "As the protocol" not in said
    refused = CliRunner().invoke(main, ["render", str(child), "--what", "delta", "-o", str(tmp_path / "x")])
    assert refused.exit_code == 2 and "Nothing is known here of a protocol" in refused.stderr


def test_what_the_protocol_answers_is_not_missing_in_a_check(tmp_path: Path) -> None:
    child, protocol = under(tmp_path)
    alone, whole = (
        json.loads(CliRunner().invoke(main, ["check", str(child), "--json", *more]).stdout)
        for more in ([], ["--under", str(protocol)])
    )
    missing = [{one["address"] for one in said["problems"]} for said in (alone, whole)]
    assert "security.access" in missing[0] - missing[1] and missing[1] < missing[0]


def text(file: Path) -> str:
    from protocolbuilder.documents import package, visible

    return "\n".join(visible.texts(package.read(file.read_bytes())))
