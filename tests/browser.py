"""A real Chromium in front of the real `protocolbuilder serve`, for the journeys of a person."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("protocolbuilder")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass(slots=True)
class Server:
    """A `serve` of its own process. `address` has no slash at the end; `instance` outlives the process."""

    address: str
    instance: Path
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As a power cut would: no warning, nothing tidied up."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(instance: Path, *words: str, port: int = 0, limit: float = 60) -> Iterator[Server]:
    """Starts `protocolbuilder serve` on a free port and waits until it has said its address.

    Start it again with the same instance (and port) to see what a kill left. Raises RuntimeError with what
    the process said when it ends or says nothing for `limit` seconds.
    """
    instance.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix="serve-", suffix=".log")
    env = {key: value for key, value in os.environ.items() if not key.startswith("PB_")}
    command = [str(COMMAND), "serve", "--port", str(port), "--instance", str(instance), *words]
    process = subprocess.Popen(
        command,
        cwd="/",
        env={**env, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=number,
        stderr=number,
    )
    os.close(number)
    try:
        yield Server(_address(process, Path(name), limit), instance, process, Path(name))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        Path(name).unlink(missing_ok=True)


def _address(process: subprocess.Popen[bytes], log: Path, limit: float) -> str:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        said = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"http://127\.0\.0\.1:\d+", said):
            return found.group()
        if process.poll() is not None:
            raise RuntimeError(f"serve ended with {process.returncode}:\n{said}")
        time.sleep(0.05)
    raise RuntimeError(f"serve said no address within {limit:.0f} seconds:\n{said}")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers for one test: serve("--sample"); serve(instance=FOLDER) comes back after a kill."""
    with ExitStack() as running:

        def begin(*words: str, instance: Path = tmp_path / "instance", port: int = 0) -> Server:
            return running.enter_context(serving(instance, *words, port=port))

        yield begin


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the session, with the sample agreements. A test makes its own agreement in it."""
    with serving(tmp_path_factory.mktemp("served") / "instance", "--sample") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Where there is none, skips; under CI=true, fails instead."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed (Debian: chromium)")
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page with cookies of its own. Fails if a script raised, a security policy was broken, or any
    address but 127.0.0.1 was asked for. `java_script_enabled=False` is a person without JavaScript."""
    wrong: list[str] = []

    def refuse(route: Route) -> None:
        wrong.append(f"asked for {route.request.url}")
        route.abort()

    def heard(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrong.append(message.text)

    usual = {"viewport": DESK, "locale": "en-GB", "accept_downloads": True}
    context = browser.new_context(**{**usual, **options})
    context.set_default_timeout(15_000)
    context.route(re.compile(r"^(?!http://127\.0\.0\.1[:/]|data:|blob:)"), refuse)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", heard)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not wrong, wrong


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window at 1280 by 900."""
    with window(browser) as opened:
        yield opened


@pytest.fixture
def quiet_page(browser: Browser) -> Iterator[Page]:
    """The same for a person whose browser runs no JavaScript."""
    with window(browser, java_script_enabled=False) as opened:
        yield opened


AXE = Axe()
ASKED = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


def assert_accessible(page: Page) -> None:
    """axe finds nothing serious or critical on the page as it stands (WCAG 2.0 to 2.2, A and AA)."""
    found = AXE.run(page, options=ASKED).response["violations"]
    grave = [
        f"{rule['impact']} {rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']][:5]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert not grave, f"{page.url}\n" + "\n".join(grave)


def look(page: Page, name: str) -> list[Path]:
    """Pictures of the whole page at 1280 and at 390 pixels wide, for a person to look at; returns where.

    Nothing may stick out sideways at either width. Kept in the folder LOOK_AT, or else among temporary files.
    """
    folder = Path(os.environ.get("LOOK_AT") or Path(tempfile.gettempdir()) / "protocolbuilder-looks")
    folder.mkdir(parents=True, exist_ok=True)
    before, places = page.viewport_size, []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        place = folder / f"{name}-{size['width']}.png"
        page.screenshot(path=place, full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{page.url} is {wide} pixels wide on a screen of {size['width']}"
        places.append(place)
    if before:
        page.set_viewport_size(before)
    return places
