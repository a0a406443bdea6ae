"""Fixtures for every room's tests. Time and ids are handed in, so tests may fix them."""

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from tests.browser import browser, page, quiet_page, serve, server  # noqa: F401
from tests.postgres import migrated_template, postgres, postgres_url  # noqa: F401
from tests.second_reader import second_reader  # noqa: F401

# Nothing is timed: a busy machine is no defect. Ordinary runs try the same examples every time.
_usual = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("check", _usual, derandomize=True, max_examples=30)
settings.register_profile("thorough", _usual, max_examples=1000, print_blob=True)
settings.load_profile("thorough" if os.environ.get("PB_THOROUGH") else "check")

SURROUNDINGS = {"PB_SEAL_ALGORITHM": "ecdsa-p256"}  # making an RSA key takes half a second
os.environ.update(SURROUNDINGS)

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def serial() -> Callable[[], int]:
    """A number not given before in this session."""
    return lambda: next(_numbers)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids i1, i2, … in order, anew for each test."""
    numbers = itertools.count(1)
    return lambda: f"i{next(numbers)}"


@pytest.fixture
def at() -> datetime:
    """The moment of every test that needs one."""
    return datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_setting_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A person's own PB_ variables must not decide a test. PB_THOROUGH belongs to ./check."""
    ours = {"PB_THOROUGH", *SURROUNDINGS}
    for name in [name for name in os.environ if name.startswith("PB_") and name not in ours]:
        monkeypatch.delenv(name)
    yield
