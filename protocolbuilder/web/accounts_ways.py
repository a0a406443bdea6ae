"""Which ways of signing in there are here: passkeys, organisations' own sign-in, sample people."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import ROLES, Person
from protocolbuilder.settings import is_this_machine
from protocolbuilder.store import memberships, organisations, people, providers
from protocolbuilder.web.running import running, session


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody of the sample, who needs no password. `roles` are in words."""

    person: Person
    organisation: Organisation
    roles: tuple[str, ...]


def site() -> str:
    """The address people reach this copy at, without a slash at its end. A passkey is made for it alone."""
    return running().settings.address or f"{request.scheme}://{request.host}"


def passkeys_work_here() -> bool:
    """They belong to a name, not to a number such as 127.0.0.1."""
    try:
        ip_address(urlsplit(site()).hostname or "")
    except ValueError:
        return True
    return False


def providers_here() -> tuple[Organisation, ...]:
    """Organisations whose people may sign in at their own organisation."""
    return tuple(organisations.load(session(), one.organisation) for one in providers.every(session()))


def sample_people() -> tuple[Sample, ...]:
    """By organisation, in the order they were added. Nobody once the sample is removed, or where others than this
    machine come by."""
    settings = running().settings
    if settings.address or not is_this_machine(settings.host):
        return ()
    bodies = organisations.by_id(session())
    return tuple(
        Sample(person, bodies[held[0].organisation], tuple(word for id, word in ROLES.items() if id in held[0].roles))
        for person in people.samples(session())
        if (held := memberships.now_of(session(), person.id))
    )
