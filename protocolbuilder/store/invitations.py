"""Who was asked to join an organisation. Whoever is new here is of it at once and cannot sign in before they accept;
somebody who has an account is of it when they accept. The link is made when its mail is sent (`mail_secrets`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import accounts, mail_secrets, memberships, people, sign_in_codes
from protocolbuilder.store.account_tables import invitations as table
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.security_events import record

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Invitation:
    """`name` and `post` are what was typed for it, `roles` and `department` what the person is to have. `by` is the id
    of whoever asks."""

    number: int
    person: str
    organisation: str
    name: str
    post: str
    roles: frozenset[str]
    department: str
    by: str
    at: datetime

    @property
    def secret(self) -> Secret:
        """Of which kind, for whom and about what its links are."""
        return Secret("invitation", self.person, about=str(self.number))


@dataclass(frozen=True, slots=True)
class Standing:
    """How the last mail of an invitation stands. `until`: how long its link works, None when none does."""

    how: Literal["not sent", "did not arrive", "works", "ran out"]
    until: datetime | None


def invite(
    session: Connection, person: Person, organisation: str, *, roles: Iterable[str], department: str, by: str,
    at: datetime, new_id: NewId,
) -> Invitation:  # fmt: skip
    """`person` as typed, without an id. Raises Frozen for who is of the organisation, or asked to be, already. Nobody
    learns from it whether there is an account with that address."""
    wanted = frozenset(roles)
    known = people.by_email(session, person.email)
    if known is not None:
        _refuse_known(session, known, organisation)
    if known is None:
        known = _added(session, person, by=by, at=at, new_id=new_id)
        memberships.begin(session, known.id, organisation, roles=wanted, department=department, by=by, at=at)
    elif not _takes_part(session, known):
        said = replace(known, name=person.name, post=person.post, telephone=person.telephone, sample=False)
        people.change(session, said, by=by, at=at)
        people.begin_again(session, known.id, by=by, at=at)
        memberships.begin(session, known.id, organisation, roles=wanted, department=department, by=by, at=at)
    row = insert(table).values(
        person=known.id, organisation=organisation, name=person.name, post=person.post,
        roles=json.dumps(sorted(wanted)), department=department, made_by=by, made_at=at, outcome="",
    )  # fmt: skip
    number = session.execute(row.returning(table.c.number)).scalar_one()
    made = load(session, number, organisation=organisation)
    _record(session, "invitation:made", made, by=by, at=at)
    return made


def accept(session: Connection, number: int, *, at: datetime) -> Invitation:
    """By the person themselves. Raises NotFound when it does not wait."""
    found = load(session, number)
    _end(session, found, outcome="accepted", by=found.person, at=at)
    if not people.load(session, found.person).active:
        people.begin_again(session, found.person, by=found.person, at=at)
    if not _is_member(session, found.person, found.organisation):
        memberships.begin(
            session, found.person, found.organisation, roles=found.roles, department=found.department, by=found.person,
            at=at,
        )  # fmt: skip
    return found


def cancel(session: Connection, number: int, *, organisation: str, by: str, at: datetime) -> Invitation:
    """It is as if the person had not been asked. Raises NotFound when it does not wait."""
    found = load(session, number, organisation=organisation)
    if _is_member(session, found.person, organisation):  # since they were asked, and never signed in
        memberships.end(session, found.person, organisation, by=by, at=at)
        if not memberships.now_of(session, found.person):
            people.end(session, found.person, by=by, at=at)
    _end(session, found, outcome="cancelled", by=by, at=at)
    return found


def correct(
    session: Connection, found: Invitation, *, email: str, by: str, at: datetime, new_id: NewId
) -> Invitation:
    """To another address; every link before works no longer. Whoever never signed in and was asked by nobody else has
    that address from now on; else somebody else was meant, who is asked instead. Raises Frozen as `invite`."""
    known = people.by_email(session, email)
    if known is not None:
        _refuse_known(session, known, found.organisation)
    person = people.load(session, found.person)
    if known is None and is_only_asked(session, found):
        mail_secrets.withdraw(session, found.secret, at=at)
        try:
            with session.begin_nested():
                people.change(session, replace(person, email=email), by=by, at=at)
        except IntegrityError as error:
            raise Frozen("Somebody else asked a person with this address just now.") from error
        _record(session, "invitation:corrected", found, by=by, at=at)
        return load(session, found.number)
    cancel(session, found.number, organisation=found.organisation, by=by, at=at)
    return invite(
        session, Person("", found.name, found.post, email), found.organisation, roles=found.roles,
        department=found.department, by=by, at=at, new_id=new_id,
    )  # fmt: skip


def run_out(session: Connection, *, before: datetime, at: datetime) -> int:
    """Cancels those that nobody took up and whose last mail is of before a moment. How many."""
    waits = select(table).where(table.c.ended_at.is_(None), table.c.made_at < before).order_by(table.c.number)
    found = [_invitation(row) for row in session.execute(waits)]
    late = mail_secrets.posted_since(session, "invitation", [str(one.number) for one in found], since=before)
    old = [one for one in found if str(one.number) not in late]
    for one in old:
        cancel(session, one.number, organisation=one.organisation, by="", at=at)
    return len(old)


def forget(session: Connection, *, before: datetime) -> int:
    """Those that ended before a moment, with the mails that told of them. How many; the events of each are kept."""
    ended = table.c.ended_at < before
    numbers = [str(number) for number in session.execute(select(table.c.number).where(ended)).scalars()]
    mail_secrets.forget(session, "invitation", numbers)
    return session.execute(delete(table).where(ended)).rowcount


def end_for(session: Connection, person: str, organisation: str, *, by: str, at: datetime) -> None:
    """Whoever leaves an organisation waits for nothing there."""
    for found in of_person(session, person):
        if found.organisation == organisation:
            _end(session, found, outcome="cancelled", by=by, at=at)


def load(session: Connection, number: int, *, organisation: str = "") -> Invitation:
    """One that waits; of one organisation, where it is named. Raises NotFound."""
    kept = select(table).where(table.c.number == number, table.c.ended_at.is_(None))
    row = session.execute(kept.where(table.c.organisation == organisation) if organisation else kept).one_or_none()
    if row is None:
        raise NotFound("There is no such invitation, or it was accepted or cancelled.")
    return _invitation(row)


def waiting(session: Connection, organisation: str) -> tuple[Invitation, ...]:
    """Oldest first."""
    kept = select(table).where(table.c.organisation == organisation, table.c.ended_at.is_(None))
    return tuple(_invitation(row) for row in session.execute(kept.order_by(table.c.number)))


def standings(session: Connection, found: Iterable[Invitation], *, at: datetime) -> Mapping[int, Standing]:
    """By number: whether the person has a link that works."""
    about = [str(one.number) for one in found]
    ends = sign_in_codes.works_until(session, "invitation", about=about, at=at)
    mails = mail_secrets.mails_of(session, "invitation", about)
    return {int(one): Standing(_how(mails.get(one, ""), one in ends), ends.get(one)) for one in about}


def of_person(session: Connection, person: str) -> tuple[Invitation, ...]:
    """Those that wait, of whatever organisation."""
    kept = select(table).where(table.c.person == person, table.c.ended_at.is_(None))
    return tuple(_invitation(row) for row in session.execute(kept.order_by(table.c.number)))


def is_only_asked(session: Connection, found: Invitation) -> bool:
    """Is this invitation all that there is of the person?"""
    asked = [one.number for one in of_person(session, found.person)]
    of = {one.organisation for one in memberships.of_person(session, found.person)}
    return asked == [found.number] and of <= {found.organisation} and not accounts.able(session, [found.person])


def _how(mail: str, works: bool) -> Literal["not sent", "did not arrive", "works", "ran out"]:
    if mail in ("failed", "bounced", "cancelled"):
        return "did not arrive"
    if works:
        return "works"
    return "not sent" if mail == "queued" else "ran out"


def _refuse_known(session: Connection, known: Person, organisation: str) -> None:
    if known.sample and known.active:
        raise Frozen("This is the address of a sample person.")
    if any(one.organisation == organisation for one in of_person(session, known.id)):
        raise Frozen("Somebody with this address was asked already. Send them the invitation again.")
    if _is_member(session, known.id, organisation):
        raise Frozen("Somebody with this address is in your organisation already.")


def _added(session: Connection, person: Person, *, by: str, at: datetime, new_id: NewId) -> Person:
    try:
        with session.begin_nested():
            return people.add(session, person, by=by, at=at, new_id=new_id)
    except IntegrityError as error:
        raise Frozen("Somebody else asked a person with this address just now.") from error


def _takes_part(session: Connection, known: Person) -> bool:
    """Has the person ever signed in, or are they of an organisation now?"""
    return bool(accounts.able(session, [known.id]) or memberships.now_of(session, known.id))


def _is_member(session: Connection, person: str, organisation: str) -> bool:
    return any(one.organisation == organisation for one in memberships.now_of(session, person))


def _end(
    session: Connection, found: Invitation, *, outcome: Literal["accepted", "cancelled"], by: str, at: datetime
) -> None:
    mine = (table.c.number == found.number) & table.c.ended_at.is_(None)
    ended = session.execute(update(table).where(mine).values(ended_at=at, outcome=outcome, name="", post=""))
    if not ended.rowcount:
        raise NotFound("There is no such invitation, or it was accepted or cancelled.")
    mail_secrets.withdraw(session, found.secret, at=at)
    _record(session, f"invitation:{outcome}", found, by=by, at=at)


def _record(session: Connection, what: str, found: Invitation, *, by: str, at: datetime) -> None:
    record(session, what, {"person": found.person, "organisation": found.organisation}, by=by, at=at)


def _invitation(row: Row[Any]) -> Invitation:
    roles = frozenset(json.loads(row.roles))
    return Invitation(
        row.number, row.person, row.organisation, row.name, row.post, roles, row.department, row.made_by, row.made_at
    )
