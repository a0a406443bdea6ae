"""Organisations' own sign-in (OpenID Connect), and who their providers say somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from protocolbuilder.store.account_tables import identities, providers
from protocolbuilder.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Provider:
    """`issuer` is the https address that names the provider and holds its discovery. `secret` is encrypted. `acr`: the
    level of authentication that it must have asked for, "" when any of its sign-ins is one with two factors."""

    organisation: str
    issuer: str
    client: str
    secret: str
    acr: str


@dataclass(frozen=True, slots=True)
class Identity:
    issuer: str
    subject: str
    person: str
    made_at: datetime


def keep(session: Connection, provider: Provider, *, at: datetime) -> None:
    """Instead of the one the organisation had. Those known by another issuer are unknown from now on."""
    before = of_organisation(session, provider.organisation)
    if before is not None and before.issuer != provider.issuer:
        session.execute(delete(identities).where(identities.c.issuer == before.issuer))
    drop(session, provider.organisation)
    values = {"organisation": provider.organisation, "issuer": provider.issuer, "client": provider.client}
    session.execute(
        insert(providers).values(**values, secret=provider.secret, acr=provider.acr, changed_at=at)
    )


def drop(session: Connection, organisation: str) -> bool:
    """Was there one?"""
    return bool(session.execute(delete(providers).where(providers.c.organisation == organisation)).rowcount)


def of_organisation(session: Connection, organisation: str) -> Provider | None:
    row = session.execute(select(providers).where(providers.c.organisation == organisation)).one_or_none()
    return None if row is None else _provider(row)


def every(session: Connection) -> tuple[Provider, ...]:
    return tuple(map(_provider, session.execute(select(providers).order_by(providers.c.organisation))))


def tie(session: Connection, issuer: str, subject: str, *, person: str, at: datetime) -> bool:
    """Who is signed in says that this is who they are at their provider. False: it is somebody else already."""
    found = person_of(session, issuer, subject)
    if found is not None:
        return found == person
    session.execute(insert(identities).values(issuer=issuer, subject=subject, person=person, made_at=at))
    return True


def untie(session: Connection, issuer: str, *, person: str) -> bool:
    mine = (identities.c.issuer == issuer) & (identities.c.person == person)
    return bool(session.execute(delete(identities).where(mine)).rowcount)


def person_of(session: Connection, issuer: str, subject: str) -> str | None:
    mine = (identities.c.issuer == issuer) & (identities.c.subject == subject)
    found: str | None = session.execute(select(identities.c.person).where(mine)).scalar_one_or_none()
    return found


def of_person(session: Connection, person: str) -> tuple[Identity, ...]:
    rows = session.execute(select(identities).where(identities.c.person == person).order_by(identities.c.made_at))
    return tuple(Identity(row.issuer, row.subject, row.person, row.made_at) for row in rows)


def _provider(row: Row[Any]) -> Provider:
    return Provider(row.organisation, row.issuer, row.client, row.secret, row.acr)
