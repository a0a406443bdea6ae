"""The log of a process: one record one line, whatever is in it, and nothing that was typed or belongs to a person."""

import io
import json
import logging
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.cli.logs import logging_to
from protocolbuilder.errors import BadFile

CANARY = "kestrel-canary@council.example"
BREAKERS = ["two\nlines", 'a "quote"} {', "\r\n2026 forged", "\x1b[31mred", "next\x85line\u2028end\u2029", "\x00"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def logged(name: str, *words: Any, to: io.StringIO | None = None, **how: Any) -> str:
    with closing(to or io.StringIO()) as stream, logging_to(stream):
        logging.getLogger(name).warning(*words, **how)
        return stream.getvalue()


@given(st.text() | st.sampled_from(BREAKERS))
@pytest.mark.asvs("V16.4.1")
def test_a_record_is_one_line_of_json_whatever_it_says(said: str) -> None:
    (line,) = logged("protocolbuilder.work.queue", "%s", said, extra={"kind": said}).splitlines()
    record = json.loads(line)
    assert line.isascii() and line.isprintable()
    assert (record["event"], record["kind"], record["level"]) == (said, said, "warning")
    assert record["at"].endswith("+00:00")


@given(st.text() | st.sampled_from(BREAKERS))
@pytest.mark.asvs("V16.4.1")
def test_a_record_is_one_line_of_words_at_a_terminal(said: str) -> None:
    line = logged("protocolbuilder.work.queue", "%s", said, extra={"kind": said}, to=Terminal())
    assert line.endswith("\n") and line.removesuffix("\n").isprintable()


@pytest.mark.asvs("V16.2.5")
def test_an_error_is_told_by_its_kinds_and_places_and_never_by_its_words() -> None:
    def read() -> None:
        try:
            int(CANARY)
        except ValueError as error:
            raise BadFile(CANARY) from error

    for stream in (None, Terminal()):
        try:
            read()
        except BadFile:
            said = logged("protocolbuilder.web", "job %d", 4, exc_info=True, to=stream)
        assert CANARY not in said and len(said.splitlines()) == 1
        assert "BadFile at test_logs.py:" in said and "ValueError at test_logs.py:" in said and " read" in said


@pytest.mark.parametrize("name", ["waitress", "protocolbuilder", "sqlalchemy.engine", "huey.consumer"])
@pytest.mark.asvs("V16.2.5")
def test_what_other_libraries_say_loses_its_values(name: str) -> None:
    said = json.loads(logged(name, "Exception while serving %s", f"/agreements/{CANARY}"))
    assert said["event"] == "Exception while serving %s"


def test_nothing_is_said_once_the_process_is_done() -> None:
    stream = io.StringIO()
    with logging_to(stream):
        pass
    logging.getLogger("protocolbuilder.work").error("late")
    assert stream.getvalue() == ""
