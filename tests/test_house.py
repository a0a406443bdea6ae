"""What must hold of the tree as a whole: sizes, what is vendored, what may not be committed, the wheel."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "protocolbuilder"
STATIC = PACKAGE / "static"
LONG_FILE, LONG_FUNCTION = 250, 45

# Longer than the rule, each with its reason. What no longer is must leave the list.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def tracked() -> list[Path]:
    """Files git keeps or would keep; without git, those a fresh copy would hold."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        said = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        return [ROOT / name for name in said.split("\0") if name and (ROOT / name).is_file()]
    away = {".venv", "instance", "__pycache__", ".git", "dist"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not away & set(p.relative_to(ROOT).parts)]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_no_file_is_longer_than_250_lines_without_a_reason() -> None:
    long = {named(p) for p in modules() if len(p.read_text().splitlines()) > LONG_FILE}
    assert long == set(LONG_FILES)


def test_no_function_is_longer_than_45_lines_without_a_reason() -> None:
    long = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONG_FUNCTION:
                    long.add(f"{named(path)}:{node.name}")
    assert long == set(LONG_FUNCTIONS)


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"helpers", "helper", "utils", "util", "common", "services", "service", "manager", "base", "misc"}
    assert not [named(p) for p in modules() if empty & set(p.relative_to(ROOT).with_suffix("").parts)]


def test_the_vendored_front_end_is_the_one_the_macros_were_written_for() -> None:
    css = (STATIC / "govuk" / "govuk-frontend.min.css").read_text()
    found = re.search(r'--govuk-frontend-version: ?"([^"]+)"', css)
    assert found and found.group(1).startswith("6.3.")
    assert (STATIC / "govuk" / "LICENSE.txt").is_file()
    assert (STATIC / "autocomplete" / "LICENSE.txt").is_file()


def test_neither_the_crown_nor_the_transport_font_is_carried() -> None:
    for path in STATIC.rglob("*"):
        if path.is_file() and path.name != "LICENSE.txt":
            assert not re.search("crest|crown", path.name, re.IGNORECASE)
            assert path.suffix not in {".woff", ".woff2", ".ttf"}
            text = path.read_text()
            assert "GDS Transport" not in text
            assert not re.search(r"url\([^)]*(crest|crown)", text)


# An address a browser would fetch from; xmlns and links for people to follow are none.
FETCHED = re.compile(
    r"""(?:url\(\s*["']?|@import\s+["']|<(?:script|img|iframe|source)\b[^>]*?\bsrc\s*=\s*["']|<link\b[^>]*?\bhref\s*=\s*["'])"""
    r"""\s*(?:https?:)?//""",
    re.IGNORECASE,
)


@pytest.mark.asvs("V14.2.3")
def test_pages_fetch_nothing_from_another_origin() -> None:
    shown = [*STATIC.rglob("*"), *(ROOT / "templates" / "web").rglob("*")]
    assert not [named(p) for p in shown if p.is_file() and FETCHED.search(p.read_text(errors="replace"))]


def test_nothing_kept_names_a_place_of_one_machine_or_a_registry() -> None:
    # Put together here so that this file does not hold what it looks for.
    places = ["/wo" + "rk/main", "/wo" + "rk/shared", "/wo" + "rk/[.]", "/tmp/" + "w/", "py" + "pi[.]org"]
    places += ["python" + "hosted", "registry[.]" + "npmjs", "--index" + "-url http", "--find" + "-links"]
    found = re.compile("|".join([*places, rf"(?<!\w){Path.home()}/"]).encode())
    wrong = []
    for path in tracked():
        wrong += [f"{named(path)}: {place.decode()}" for place in found.findall(path.read_bytes())]
    assert not wrong


def test_every_requirement_is_locked_with_its_hash() -> None:
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        assert lines and not [line for line in lines if "==" not in line or "--hash=sha256:" not in line]


def test_the_package_asks_for_the_same_as_its_lock() -> None:
    asked = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    assert asked == set((ROOT / "requirements" / "run.in").read_text().split())


def built_wheel(folder: Path) -> Path:
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_carries_schemas_templates_and_the_front_end(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, prefix in (("schemas", "_data/schemas"), ("templates", "_data/templates")):
        wanted = {p.relative_to(ROOT / folder).as_posix() for p in tracked() if ROOT / folder in p.parents}
        assert wanted
        assert {f"protocolbuilder/{prefix}/{name}" for name in wanted} <= names
    kept = {named(p) for p in tracked() if PACKAGE in p.parents}
    assert kept <= names
    assert not [name for name in names if "instance/" in name or name.endswith((".pyc", ".sqlite3"))]


def test_the_wheel_starts_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed in an empty environment and run from /, it finds its own schemas and patterns."""
    place = tmp_path / "installed"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([*uv, "--python", str(place / "bin" / "python"), str(wheel)], check=True)
    # The libraries come from here; a folder named in a .pth has its own .pth files left unread, so the
    # checkout stays out of sight.
    libraries = next(p for p in sys.path if p.endswith("site-packages"))
    (next(place.glob("lib/python3*/site-packages")) / "libraries.pth").write_text(libraries)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PB_INSTANCE": str(tmp_path / "instance")}
    command = str(place / "bin" / "protocolbuilder")
    done = subprocess.run([command, "patterns"], cwd="/", env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "mash" in done.stdout
    asked = [str(place / "bin" / "python"), "-c", "import protocolbuilder; print(protocolbuilder.__file__)"]
    where = subprocess.run(asked, cwd="/", capture_output=True, text=True, check=True).stdout
    assert where.startswith(str(place))
