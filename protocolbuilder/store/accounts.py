"""How people prove who they are. Values in, values out; what is secret never stands in a Person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, case, delete, func, insert, select, union, update

from protocolbuilder.store.account_tables import accounts, identities, passkeys, recovery_codes
from protocolbuilder.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Passkey:
    """`id` is the credential's, base64url. `transports` are the words of WebAuthn."""

    id: str
    person: str
    name: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """`password` is a hash, "" when there is none. `totp` is an encrypted secret, "" when there is none, and
    `totp_counter` the step of the last code that was used. `handle` is what passkeys know the person by."""

    person: str
    uniquifier: str
    handle: str
    password: str
    password_at: datetime | None
    totp: str
    totp_counter: int
    passkeys: tuple[Passkey, ...]
    recovery_codes_left: int

    @property
    def has_second_factor(self) -> bool:
        return bool(self.totp or self.passkeys)


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can sign in. `own`: by the sign-in of their organisation, which asks for its own second factor."""

    password: bool = False
    app: bool = False
    passkeys: int = 0
    own: bool = False

    @property
    def second_factor(self) -> bool:
        return self.app or self.passkeys > 0


def open_for(session: Connection, person: str, *, uniquifier: str, handle: str) -> Account:
    """The person's account; an empty one is made when there was none. Both words were never used before."""
    found = of_person(session, person)
    if found is not None:
        return found
    values = {"person": person, "uniquifier": uniquifier, "handle": handle, "password": "", "totp": ""}
    session.execute(insert(accounts).values(**values, totp_counter=-1))
    return Account(person, uniquifier, handle, "", None, "", -1, (), 0)


def of_person(session: Connection, person: str) -> Account | None:
    return _account(session, session.execute(select(accounts).where(accounts.c.person == person)).one_or_none())


def with_password(session: Connection, person: str) -> str:
    """The id of this person if they have a password, else of somebody who has ("" where nobody does): the same can be
    done for an address that nobody has as for theirs."""
    theirs = case((accounts.c.person == person, 0), else_=1)
    found = select(accounts.c.person).where(accounts.c.password != "").order_by(theirs, accounts.c.person).limit(1)
    return session.execute(found).scalar() or ""


def of_uniquifier(session: Connection, uniquifier: str) -> Account | None:
    return _account(session, session.execute(select(accounts).where(accounts.c.uniquifier == uniquifier)).one_or_none())


def able(session: Connection, people: Iterable[str]) -> frozenset[str]:
    """Which of these people have a way of their own to sign in."""
    ids = set(people)
    ways = union(
        select(accounts.c.person).where(accounts.c.password != ""), select(passkeys.c.person),
        select(identities.c.person),
    ).subquery()  # fmt: skip
    return frozenset(session.execute(select(ways.c.person).where(ways.c.person.in_(ids))).scalars())


def ways(session: Connection, people: Iterable[str]) -> dict[str, Ways]:
    """Of each of these people who has an account. Three statements."""
    ids = set(people)

    def counted(table: Table) -> dict[str, int]:
        found = select(table.c.person, func.count()).where(table.c.person.in_(ids)).group_by(table.c.person)
        return {row[0]: row[1] for row in session.execute(found)}

    keys, own = counted(passkeys), counted(identities)
    said = select(accounts.c.person, accounts.c.password, accounts.c.totp).where(accounts.c.person.in_(ids))
    rows = session.execute(said)
    return {
        row.person: Ways(bool(row.password), bool(row.totp), keys.get(row.person, 0), row.person in own) for row in rows
    }


def set_password(session: Connection, person: str, *, password: str, uniquifier: str, at: datetime) -> None:
    """`password` is a hash. A new `uniquifier` makes whatever was signed with the old one worthless."""
    values = {"password": password, "password_at": at, "uniquifier": uniquifier}
    session.execute(update(accounts).where(accounts.c.person == person).values(**values))


def hash_anew(session: Connection, person: str, *, before: str, after: str) -> None:
    """The same password under a better hash, unless it was changed meanwhile."""
    same = (accounts.c.person == person) & (accounts.c.password == before)
    session.execute(update(accounts).where(same).values(password=after))


def set_totp(session: Connection, person: str, *, secret: str, counter: int) -> None:
    """`secret` is encrypted; "" takes it away. `counter` is the step of the code that proved it."""
    session.execute(update(accounts).where(accounts.c.person == person).values(totp=secret, totp_counter=counter))


def use_totp(session: Connection, person: str, *, counter: int) -> bool:
    """A code of this step was given. False when it or a later one was used before: of two at once one gets it."""
    later = (accounts.c.person == person) & (accounts.c.totp_counter < counter) & (accounts.c.totp != "")
    return bool(session.execute(update(accounts).where(later).values(totp_counter=counter)).rowcount)


def set_recovery_codes(session: Connection, person: str, digests: Iterable[str]) -> None:
    """These instead of all there were."""
    session.execute(delete(recovery_codes).where(recovery_codes.c.person == person))
    rows = [{"person": person, "digest": digest} for digest in digests]
    if rows:
        session.execute(insert(recovery_codes), rows)


def spend_recovery_code(session: Connection, person: str, digest: str, *, at: datetime) -> bool:
    """Did it work? It does once."""
    codes = recovery_codes.c
    mine = (codes.person == person) & (codes.digest == digest) & codes.spent_at.is_(None)
    return bool(session.execute(update(recovery_codes).where(mine).values(spent_at=at)).rowcount)


def add_passkey(session: Connection, passkey: Passkey) -> None:
    session.execute(
        insert(passkeys).values(
            id=passkey.id, person=passkey.person, name=passkey.name, public_key=passkey.public_key,
            sign_count=passkey.sign_count, transports=" ".join(passkey.transports), made_at=passkey.made_at,
        )
    )  # fmt: skip


def passkey(session: Connection, id: str) -> Passkey | None:
    row = session.execute(select(passkeys).where(passkeys.c.id == id)).one_or_none()
    return None if row is None else _passkey(row)


def used_passkey(session: Connection, id: str, *, sign_count: int, at: datetime) -> None:
    session.execute(update(passkeys).where(passkeys.c.id == id).values(sign_count=sign_count, used_at=at))


def drop_passkey(session: Connection, id: str, *, person: str) -> bool:
    """Was it theirs?"""
    mine = (passkeys.c.id == id) & (passkeys.c.person == person)
    return bool(session.execute(delete(passkeys).where(mine)).rowcount)


def drop_second_factors(session: Connection, person: str) -> None:
    """Whoever lost all of them: they set up new ones at their next sign-in."""
    set_totp(session, person, secret="", counter=-1)
    session.execute(delete(passkeys).where(passkeys.c.person == person))
    set_recovery_codes(session, person, ())


def _account(session: Connection, row: Row[Any] | None) -> Account | None:
    if row is None:
        return None
    keys = session.execute(select(passkeys).where(passkeys.c.person == row.person).order_by(passkeys.c.made_at))
    codes = recovery_codes.c
    left = select(func.count()).where(codes.person == row.person, codes.spent_at.is_(None))
    return Account(
        row.person, row.uniquifier, row.handle, row.password, row.password_at, row.totp, row.totp_counter,
        tuple(map(_passkey, keys)), session.execute(left).scalar_one(),
    )  # fmt: skip


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        row.id, row.person, row.name, row.public_key, row.sign_count, tuple(row.transports.split()), row.made_at,
        row.used_at,
    )  # fmt: skip
