"""Four organisations at one copy, each with a person for every role, and an agreement in every state.

Northshire owns them, Eastford is a partner, Westley was one until after version 1, Southmoor is a stranger. Every name
of an organisation's own holds its canary, a word that stands nowhere else.
"""

import hashlib
import itertools
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.settings import Settings
from protocolbuilder.store import (
    agreements,
    comments,
    consultations,
    memberships,
    organisations,
    people,
    relations,
    sessions,
    versions,
)
from protocolbuilder.store.engine import Connection, writing
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.web import accounts
from protocolbuilder.web.app import create_app
from tests.law.filled import filled
from tests.store.builders import ISSUING
from tests.web.conftest import START

ROLES = ("igm", "signatory", "reviewer", "publisher", "trainer", "admin", "auditor", "dpo", "siro")
EVERY_ROLE = (*ROLES, "caldicott", "spoc", "dsl")
RELATIONS = {"owner": "northshire", "party": "eastford", "former": "westley", "stranger": "southmoor"}
STATES = ("draft", "consultation", "issued", "discarded")
LEFT = START + timedelta(hours=1)
LATER = START + timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Partnership:
    """`organisations` and `people` are ids: by short name, by (short name, role). `refs` is by state."""

    app: Flask
    organisations: Mapping[str, str]
    people: Mapping[tuple[str, str], str]
    refs: Mapping[str, str]

    def browser(self, organisation: str, role: str) -> FlaskClient:
        """Of somebody who is signed in."""
        return signed_in(self.app, self.people[organisation, role])


def copied(made: Partnership, instance: Path) -> Partnership:
    """The same in a copy of its own, at a later hour, which costs less than another furnishing."""
    instance.mkdir(parents=True, exist_ok=True)
    file = instance / "protocolbuilder.sqlite3"
    source = made.app.extensions["protocolbuilder"].settings.instance / file.name
    with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(file)) as another:
        kept.backup(another)
    numbers = itertools.count(1)
    app = create_app(Settings(instance=instance), clock=lambda: LATER, new_id=lambda: f"k{next(numbers)}")
    app.testing = True
    return replace(made, app=app)


def signed_in(app: Flask, person: str) -> FlaskClient:
    """A browser with a whole session, begun in the store."""
    copy, client = app.extensions["protocolbuilder"], app.test_client()
    at, token = copy.clock(), hashlib.sha256(person.encode()).hexdigest()
    with app.app_context(), writing(copy.database) as session:
        mark = accounts.digest("session", token)
        if sessions.find(session, mark) is None:
            sessions.begin(session, mark, person=person, stage="whole", device="A browser", at=at, proved=at)
    with client.session_transaction() as kept:
        kept["sign_in"] = token
    return client


def canary(short: str) -> str:
    """A word of that organisation's own."""
    return f"kanarie{short}"


def furnish(app: Flask, roles: Sequence[str] = ROLES) -> Partnership:
    made, copy = staffed(app, roles), app.extensions["protocolbuilder"]
    with writing(copy.database) as session:
        refs = {state: _agreement(session, copy.new_id, state, made.organisations) for state in STATES}
    return replace(made, refs=refs)


def staffed(app: Flask, roles: Sequence[str] = ROLES) -> Partnership:
    """The organisations and their people, without an agreement: quickly made."""
    copy = app.extensions["protocolbuilder"]
    with writing(copy.database) as session:
        made = {}
        for minute, short in enumerate(RELATIONS.values()):
            body, at = Organisation("", short.title(), short=short), START + timedelta(minutes=minute)
            made[short] = organisations.add(session, body, by="", at=at, new_id=copy.new_id).id
        staff = {}
        for short, organisation in made.items():
            for role in roles:
                person = Person("", f"{role} of {short}", role, email=f"{role}@{short}.example")
                staff[short, role] = people.add(session, person, by="", at=START, new_id=copy.new_id).id
                memberships.begin(session, staff[short, role], organisation, roles=[role], by="", at=START)
    return Partnership(app, made, staff, {})


def _agreement(session: Connection, new_id: Any, state: str, made: Mapping[str, str]) -> str:
    """Versions 1 and 2 of what is issued: Westley left between them."""
    words = canary(f"northshire{state}")
    said = titled(filled("mash"), f"Sharing {words}one")
    ref = agreements.create(session, said, by=f"igm {words}", at=START, new_id=new_id, owner=made["northshire"]).ref
    parties = [party["id"] for party in said.answers["parties"]]
    relations.tie(session, ref, parties[0], organisation=made["eastford"], by="", at=START)
    relations.tie(session, ref, parties[1], organisation=made["westley"], by="", at=START)
    if state == "issued":
        _consulted(session, ref, f"{words}one", made=made, at=START)
        _issue(session, ref, 1, said)
    relations.untie(session, ref, parties[1], by="", at=LEFT)
    if state == "issued":
        after = titled(said, f"Sharing {words}two")
        agreements.replace(session, ref, after, seen=1, by=f"igm {words}", at=LEFT + timedelta(hours=1))
        _consulted(session, ref, f"{words}two", made=made, at=LEFT + timedelta(minutes=30))
        _issue(session, ref, 2, after, at=LEFT + timedelta(hours=1))
        _say(session, ref, f"Said {words}three", made=made, at=LEFT + timedelta(hours=2))
        last = titled(said, f"Sharing {words}three")
        agreements.replace(session, ref, last, seen=2, by=f"igm {words}", at=LEFT + timedelta(hours=2))
    if state == "consultation":
        consultations.open_to_partners(session, ref, note="", until=None, by=f"igm {words}", at=LEFT)
    if state == "discarded":
        agreements.discard(session, ref, by=f"igm {words}", at=LEFT)
    return ref


def _consulted(session: Connection, ref: str, words: str, *, made: Mapping[str, str], at: datetime) -> None:
    """Opened, commented on by the organisation that keeps it, and closed."""
    consultations.open_to_partners(session, ref, note=f"Asked {words}", until=None, by="igm", at=at)
    _say(session, ref, f"Said {words}", made=made, at=at)
    consultations.close(session, ref, outcome=f"Came {words}", by="igm", at=at)


def _say(session: Connection, ref: str, text: str, *, made: Mapping[str, str], at: datetime) -> None:
    comments.say(
        session, ref, kind="comment", audience="shared", address="about.title", text=text, draft=1,
        organisation=made["northshire"], person="p", by="igm", at=at,
    )  # fmt: skip


def titled(agreement: Agreement, title: str) -> Agreement:
    about = {**agreement.answers["about"], "title": title}
    return replace(agreement, answers={**agreement.answers, "about": about})


def _issue(session: Connection, ref: str, number: int, said: Agreement, *, at: datetime = START) -> None:
    words = f"Version {number} {said.answers['about']['title']}".encode()
    kept = [NewDocument("a.docx", "text/plain; charset=utf-8", words)]
    versions.issue(
        session, ref, number=number, seen=number, documents=kept, content_digest=digest(said), schema=said.schema,
        library="2026.11", templates={}, by="igm", at=at, note="", issuing=ISSUING,
    )  # fmt: skip
