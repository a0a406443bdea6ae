"""A version that waits for signatures, and the people of it; a test states only what matters to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.signing import STATEMENTS, Intention, Receipt, Request, Signatory
from protocolbuilder.domain.trail import Actor
from protocolbuilder.store import organisations, people, signing_acts, signing_asking
from protocolbuilder.store.engine import Engine, writing
from protocolbuilder.store.signing import Means
from tests.store.builders import NOON, a_document, an_agreement, created, issued, minutes, new_id
from tests.trail_key import KEY
from tests.usual import some

WORD = a_document().content
ONE = pytest.mark.parametrize("url", some(["sqlite", "postgresql"], of=2), indirect=True)
"""Of a test that says nothing about databases: both in --thorough."""
SHOWN = sha256(WORD).hexdigest()
MEANS = Means(KEY, "https://isa.example", "isa.example", new_id)
OWNER = "ada@northshire.example"
ASKER = Actor("", "Ada Jones, Information governance manager", "Northshire Council")


def person(number: int) -> Signatory:
    return Signatory(f"p{number}", f"Person {number}", "Chief executive", f"person{number}@p{number}.example")


def agreement(parties: int = 3, **sections: Any) -> Agreement:
    """Each partner names its signatory."""
    said = [person(number) for number in range(1, parties + 1)]
    return an_agreement(
        parties=[{"id": one.party, "name": f"Partner {one.party}"} for one in said],
        contacts=[
            {
                "id": f"c{one.party}", "of": one.party, "function": "signatory", "name": one.name, "post": one.post,
                "email": one.email,
            }
            for one in said
        ],
        **sections,
    )  # fmt: skip


def intention(number: int = 1, **changed: Any) -> Intention:
    who = person(number)
    said: dict[str, Any] = {"shown": SHOWN, "name": who.name, "post": who.post, "method": "code"}
    return Intention(**{**said, "ticked": frozenset(STATEMENTS), **changed})


@dataclass(slots=True)
class Waiting:
    """Version 1 of an agreement, on a database; nobody was asked yet."""

    database: Engine
    ref: str
    number: int = 1
    clock: Iterator[int] = field(default_factory=lambda: count(1))

    def at(self) -> datetime:
        """A minute later at each call."""
        return minutes(next(self.clock))

    def invite(self, number: int = 1, **changed: Any) -> Request:
        said = {"document": "agreement.docx", "by": ASKER, "at": self.at(), "means": MEANS, **changed}
        with writing(self.database) as session:
            return signing_asking.invite(session, self.ref, self.number, said.pop("who", person(number)), **said)

    def sign(self, request: Request, **changed: Any) -> Receipt:
        number = int(request.party.removeprefix("p"))
        with writing(self.database) as session:
            return signing_acts.sign(
                session, request.id, intention(number, **changed), at=self.at(), means=MEANS,
                details={"address": "192.0.2.1", "browser": "Phone"},
            )  # fmt: skip


def waiting(database: Engine, parties: int = 3, *, lead: str = OWNER) -> Waiting:
    """Ada, who looks after the agreement, can be told what becomes of requests; without a lead nobody is."""
    draft = created(database, agreement(parties))
    issued(database, draft)
    if not lead:
        return Waiting(database, draft.ref)
    with writing(database) as session:
        ada = people.by_email(session, lead) or people.add(
            session, Person("", "Ada Jones", "Information governance manager", lead), by="", at=NOON, new_id=new_id
        )
        words = {"lead": ada.id, "ref": draft.ref}
        session.execute(text("UPDATE agreements SET lead = :lead WHERE ref = :ref"), words)
    return Waiting(database, draft.ref)


def council(database: Engine, *, nation: str = "england") -> Organisation:
    with writing(database) as session:
        body = Organisation("", "Northshire Council", sector="local-government", nation=nation)
        return organisations.add(session, body, by="", at=NOON, new_id=new_id)

