"""What the code of the product never does, looked for in its syntax."""

import ast
import re
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from protocolbuilder.settings import kept_secret

PACKAGE = Path(__file__).resolve().parent.parent / "protocolbuilder"
MARKUP = {"documents/screen.py", "web/accounts.py", "web/documents.py", "web/glossary.py"}
"""Where HTML is made of parts that are escaped one by one; everything else is escaped by Jinja."""
SAFE = {"matrix.html", "present.html"}
"""They show pictures that are drawn by us, the words in them escaped."""


@cache
def trees() -> list[tuple[str, ast.Module]]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [(path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())) for path in paths]


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{name}:{node.lineno}", node, ast.unparse(node.func)


def imported() -> Iterator[tuple[str, str]]:
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((name, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.asvs("V1.3.2")
def test_no_text_is_run_as_code() -> None:
    assert [place for place, _, what in calls() if what in ("eval", "exec", "compile", "__import__")] == []


@pytest.mark.asvs("V1.2.5")
def test_no_command_goes_through_a_shell() -> None:
    shells = ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")
    assert [place for place, _, what in calls() if what in shells] == []
    assert [place for place, call, _ in calls() if any(word.arg == "shell" for word in call.keywords)] == []


@pytest.mark.asvs("V1.5.2")
def test_nothing_is_read_that_could_be_code() -> None:
    banned = ("pickle", "marshal", "shelve", "jsonpickle", "dill")
    assert [place for place in imported() if place[1].split(".")[0] in banned] == []
    assert [place for place, _, what in calls() if what in ("yaml.load", "yaml.unsafe_load", "yaml.full_load")] == []


@pytest.mark.asvs("V11.2.4")
def test_hashes_are_sound_and_chance_is_the_machine_s() -> None:
    weak = ("hashlib.md5", "hashlib.sha1", "hashlib.new", "uuid.uuid1")
    assert [place for place, _, what in calls() if what in weak] == []
    assert [place for place in imported() if place[1].split(".")[0] == "random"] == []
    assert [place for place in imported() if place[1] in ("hashlib.md5", "hashlib.sha1")] == []


@pytest.mark.asvs("V11.2.4")
def test_no_page_compares_a_secret_but_in_constant_time() -> None:
    """Two hashes of a password that this program read itself are compared as any texts are."""
    found = []
    for name, tree in trees():
        for node in ast.walk(tree) if name.startswith("web/") else ():
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                said = re.sub(r"mail_secrets|len\(code\)|code\.about", "", ast.unparse(node))
                if re.search(r"digest\(|token|secret|password|code\b", said):
                    found.append(f"{name}: {said}")
    assert found == ["web/accounts.py: model.password != account.password"]


@pytest.mark.asvs("V15.3.3")
def test_no_page_takes_whatever_fields_come() -> None:
    """What was sent is read by its names. What goes whole into the next page is stored by nobody: `access` carries it,
    `conflicts` asks about it."""
    whole = [
        f"{name.rpartition('/')[2]}:{ast.unparse(node)}" for name, tree in trees() if name.startswith("web/")
        for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.keyword | ast.Dict)
        if re.match(r"request\.(form|values|args)\.(to_dict|items|lists|values)|\*\*request\.", ast.unparse(node))
    ]  # fmt: skip
    assert {one.partition(":")[0] for one in whole} == {"access.py", "conflicts.py"}, whole


@pytest.mark.asvs("V1.2.4")
def test_no_statement_is_put_together_from_values() -> None:
    """What is put into a statement of text is a name that the code itself holds, never what came in."""
    made = [
        place for place, call, what in calls()
        if what.rpartition(".")[2] in ("text", "exec_driver_sql") and place.startswith("store/")
        for word in call.args[:1]
        if isinstance(word, ast.JoinedStr | ast.BinOp)
        or (isinstance(word, ast.Call) and ast.unparse(word.func).endswith(".format"))
    ]  # fmt: skip
    assert [place for place in made if not place.startswith(("store/migrations/", "store/engine.py"))] == []


@pytest.mark.asvs("V1.1.2")
def test_html_that_is_not_escaped_is_made_in_few_places() -> None:
    assert {place.split(":")[0] for place, _, what in calls() if what == "Markup"} <= MARKUP
    templates = PACKAGE.parent / "templates" / "web"
    assert {path.name for path in templates.glob("*.html") if re.search(r"\|\s*safe\b", path.read_text())} <= SAFE


@pytest.mark.asvs("V13.3.1")
def test_each_copy_makes_a_key_of_its_own_that_only_its_user_reads(tmp_path: Path) -> None:
    one, two = kept_secret(tmp_path / "one"), kept_secret(tmp_path / "two")
    assert one != two and len(bytes.fromhex(one)) == 32
    assert kept_secret(tmp_path / "one") == one
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600
