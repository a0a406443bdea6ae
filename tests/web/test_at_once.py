"""Sixty-four forms of one draft sent at once, by two managers and by eight, to two copies of the application over one
database. Whoever answers another question is never refused; whoever answers the same one is told; nothing is lost.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import get, new
from protocolbuilder.domain.schema import list_sections
from protocolbuilder.settings import Settings
from protocolbuilder.store import journal
from protocolbuilder.store.agreements import Draft, create, load
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.verify import faults
from protocolbuilder.web.app import create_app
from tests.store.at_once import at_once
from tests.web.conftest import START
from tests.web.signing_in import named, sign_in

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
FORMS, ROUNDS = 64, 8 if THOROUGH else 1
SAME = (0, FORMS // 2, FORMS) if THOROUGH else (FORMS // 2,)
EVERY = [(kind, managers) for kind in ("sqlite", "postgresql") for managers in (2, 8)]
AT_ONCE = EVERY if THOROUGH else [("sqlite", 8), ("postgresql", 2)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was drawn at draft `seen`, and its answer: `number` is the draft it made, 0 when it was told of a
    conflict."""

    text: str
    seen: int
    number: int


@dataclass(frozen=True, slots=True)
class Room:
    """Both copies of the application, and the browser of each form: its manager's, at one copy or the other."""

    apps: tuple[Flask, Flask]
    browsers: Sequence[FlaskClient]
    form_token: str
    ref: str

    def stored(self) -> Draft:
        with reading(self.apps[0].extensions["protocolbuilder"].database) as session:
            assert faults(session) == ()
            return load(session, self.ref)

    def at_once(self, words: str, *, same: int, seen: int) -> list[Sent]:
        """All forms, drawn at the same draft; the first so many at the same question. Any answer but saved and conflict
        fails."""

        def send(number: int) -> Sent:
            page, question = ("summary/text", "text") if number < same else (f"parties/p{number}/name", "name")
            text, address = f"{words} {number}", f"/agreements/{self.ref}/{page}"
            fields = {"csrf_token": self.form_token, "seen": str(seen), "asked": question, question: text}
            answer = self.browsers[number].post(address, data=fields, headers={"Accept": "application/json"})
            said = answer.get_json()
            assert (answer.status_code, said["saved"]) in ((200, True), (409, False)), answer.text
            return Sent(text, seen, said.get("seen", 0))

        return at_once([lambda number=number: send(number) for number in range(FORMS)])  # type: ignore[misc]


@contextmanager
def _room(folder: Path, url: str, *, managers: int) -> Iterator[Room]:
    settings = Settings(instance=folder, database_url=url, secret_key="k" * 64)  # type: ignore[arg-type]
    apps = (create_app(settings, clock=lambda: START), create_app(settings, clock=lambda: START))
    tokens = []
    for manager in range(managers):
        browser = apps[0].test_client()
        sign_in(apps[0], browser, named(apps[0], f"Manager {manager}, information governance manager"))
        with browser.session_transaction() as kept:
            tokens.append(kept["sign_in"])
    with apps[0].test_request_context() as context:
        form_token, csrf = str(generate_csrf()), context.session["csrf_token"]
    browsers = [apps[number % 2].test_client() for number in range(FORMS)]
    for number, browser in enumerate(browsers):
        with browser.session_transaction() as kept:
            kept["sign_in"], kept["csrf_token"] = tokens[number // 2 % managers], csrf
    sections = list_sections(catalogue.schema("agreement-1"))
    empty = new("agreement-1", library=catalogue.LIBRARY_VERSION, sections=sections)
    parties = [{"id": f"p{number}", "name": f"Partner {number}"} for number in range(FORMS)]
    agreement = replace(empty, answers={**empty.answers, "parties": parties})
    with writing(apps[0].extensions["protocolbuilder"].database) as session:
        owner = named(apps[0], "Manager 0, information governance manager")
        ref = create(session, agreement, by=owner.signature, at=START, new_id=lambda: "draft").ref
    yield Room(apps, browsers, form_token, ref)
    for app in apps:
        app.extensions["protocolbuilder"].database.dispose()


def _judged(room: Room, words: str, *, same: int) -> None:
    """So many of the forms are at the same question, of which one is saved and every other one is told. Each of the
    others is at a question of its own and is saved, however many saves came in between."""
    before = room.stored()
    sent = room.at_once(words, same=same, seen=before.number)
    after, shared, own = room.stored(), sent[:same], sent[same:]
    saved = sorted((one for one in shared if one.number), key=lambda one: one.number)
    unseen = [one for one, later in pairwise(saved) if later.seen < one.number]
    assert unseen == [], f"{len(unseen)} saved answers were overwritten by somebody who had not seen them"
    assert [one.text for one in saved] == [get(after.agreement, "summary.text")][: len(saved)]
    assert len(saved) == min(same, 1)
    assert [one for one in own if one.number == 0] == [], "a form at a question of its own was refused"
    kept = [get(after.agreement, f"parties.p{number}.name") for number in range(same, FORMS)]
    assert kept == [one.text for one in own], "a saved answer is lost"
    numbers = sorted(one.number for one in (*saved, *own))
    assert numbers == list(range(before.number + 1, after.number + 1))


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), tmp_path / 'at-once.db')}"


@pytest.mark.parametrize(("url", "managers"), AT_ONCE, indirect=["url"])
def test_sixty_four_forms_at_once_conflict_where_they_are_the_same_and_only_there(
    url: str, managers: int, tmp_path: Path
) -> None:
    with _room(tmp_path, url, managers=managers) as room:
        for round_ in range(ROUNDS):
            for same in SAME:
                _judged(room, f"In round {round_} of {same}:", same=same)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_with_the_version_check_taken_out_lost_answers_are_found(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proof that the test above can see them."""
    monkeypatch.setattr(journal, "overlap", lambda _one, _other: False)
    found = pytest.raises(AssertionError, match=f"^{FORMS // 2 - 1} saved answers were overwritten")
    with _room(tmp_path, url, managers=2) as room, found:
        _judged(room, "We share", same=FORMS // 2)
