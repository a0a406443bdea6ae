"""The bell of the workers."""

import logging
from pathlib import Path

import pytest

from protocolbuilder.settings import Settings
from protocolbuilder.work.wake import listening


def test_threads_that_end_at_once_close_the_bell_in_peace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    for _ in range(5):
        with listening(Settings(instance=tmp_path, workers=8), look=lambda: None, sweep=lambda: None):
            pass
    assert [record.getMessage() for record in caplog.records] == []
