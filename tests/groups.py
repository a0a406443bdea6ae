"""Runs the checks in groups, each with its share of ten minutes, and says what each cost. Called by ./check.

Standard library only. Exits 1 when anything failed, 0 otherwise.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TESTS = ROOT / "tests"

STYLE = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary", "protocolbuilder"],
    "arrows": ["lint-imports", "--no-logo"],
    "schemas": ["protocolbuilder", "schemas", "check"],
    "templates": ["protocolbuilder", "templates", "check"],
}

# Folders that need a database, a browser, LibreOffice or a process to kill. All else is the unit group.
# More than one worker only where nothing heavy is started once for each of them.
FOLDERS = {
    "store": (80, ["-n", "2"], ["tests/store", "tests/work"]),
    "documents": (160, ["-n", "2"], ["tests/documents"]),
    "journeys": (200, ["-n", "2"], ["tests/journeys"]),
    "faults": (60, ["-n", "2"], ["tests/faults"]),
}


@dataclass(slots=True)
class Result:
    """What one group came to. Seconds are wall clock; `cases` are (seconds, test)."""

    name: str
    budget: int
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    cases: list[tuple[float, str]] = field(default_factory=list)


def unit_paths() -> list[str]:
    taken = {path for _, _, paths in FOLDERS.values() for path in paths}
    found = [p for p in sorted(TESTS.iterdir()) if p.is_dir() or p.name.startswith("test_")]
    holding = [p for p in found if p.is_file() or any(p.rglob("test_*.py"))]
    return [name for p in holding if (name := p.relative_to(ROOT).as_posix()) not in taken]


def style() -> Result:
    """Runs the style tools side by side; each counts as one check."""
    result, begun = Result("style and types", 20), time.monotonic()
    running = {
        name: subprocess.Popen(
            [str(BIN / words[0]), *words[1:]],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, words in STYLE.items()
        if (BIN / words[0]).exists() or print(f"{words[0]} is not installed")
    }
    for name, process in running.items():
        said, _ = process.communicate()
        if process.returncode:
            print(f"--- {name}: failed\n{said}", flush=True)
        else:
            result.passed += 1
    result.failed = len(STYLE) - result.passed
    result.seconds = time.monotonic() - begun
    return result


def read_report(report: Path, result: Result) -> None:
    for case in ET.parse(report).iter("testcase"):
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            result.failed += 1
        elif "skipped" in outcomes:
            result.skipped += 1
        else:
            result.passed += 1
        result.cases.append((float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}"))


def in_memory() -> Path | None:
    """A folder whose files never reach a disk, if it has room for all that a group writes."""
    memory = Path("/dev/shm")  # the system's own
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 8 * 2**30 else None


def pytest(name: str, budget: int, words: list[str], *, limit: float) -> Result:
    """One run of pytest. `limit` is in seconds: a run that hangs is ended and counted as failed."""
    print(f"\n=== {name}", flush=True)
    result, begun = Result(name, budget), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pb-", dir=in_memory()) as folder:
        report = Path(folder) / "report.xml"
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *words],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": folder},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
            print(f"{name}: not done after {limit:.0f} seconds, ended", flush=True)
        if report.is_file():
            read_report(report, result)
    if code not in (0, 5) and not result.failed:  # 5: nothing to run under these words
        result.failed = 1
    result.seconds = time.monotonic() - begun
    return result


def everything(words: list[str], *, slower: int) -> list[Result]:
    results = [style()]
    plan = {"unit and property": (190, ["-n", "2", "--dist", "loadfile"], unit_paths()), **FOLDERS}
    for name, (budget, workers, paths) in plan.items():
        missing = [path for path in paths if not (ROOT / path).exists()]
        if missing or not paths:
            print(f"\n=== {name}\nno such folder: {', '.join(missing)}", flush=True)
            results.append(Result(name, budget, failed=1))
            continue
        result = pytest(name, budget, [*workers, *words, *paths], limit=budget * slower)
        if not result.cases and not words:
            print(f"{name}: holds no tests", flush=True)
            result.failed = 1
        results.append(result)
    return results


def table(results: list[Result]) -> None:
    cases = sorted((case for result in results for case in result.cases), reverse=True)
    print("\nSlowest ten tests")
    for seconds, name in cases[:10]:
        print(f"{seconds:8.1f} s  {name}")
    print(f"\n{'group':<20}{'seconds':>9}{'budget':>8}{'passed':>8}{'failed':>8}{'skipped':>9}")
    for r in results:
        over = "  over budget" if r.seconds > r.budget else ""
        print(f"{r.name:<20}{r.seconds:>9.1f}{r.budget:>8}{r.passed:>8}{r.failed:>8}{r.skipped:>9}{over}")
    print(f"{'all':<20}{sum(r.seconds for r in results):>9.1f}{sum(r.budget for r in results):>8}\n")


def main(words: list[str]) -> int:
    thorough = "--thorough" in words
    words = [word for word in words if word != "--thorough"]
    if thorough:
        os.environ["PB_THOROUGH"] = "1"
        words += ["-m", ""]
    if any(not word.startswith("-") and (ROOT / word.split("::")[0]).exists() for word in words if word):
        results = [pytest("chosen tests", 600, words, limit=5400)]
    else:
        results = everything(words, slower=30 if thorough else 5)
    table(results)
    failed = sum(r.failed for r in results)
    print(f"{sum(r.passed for r in results)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
