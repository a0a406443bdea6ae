"""Looks after signing each minute: requests whose last day passed end, mails that came back are noted, and on each day
on which a trail grew a checkpoint goes to the administrators of this copy."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from protocolbuilder.domain.signing_letters import checkpoint
from protocolbuilder.errors import Settled
from protocolbuilder.keys import trail_key
from protocolbuilder.settings import Settings
from protocolbuilder.store import checkpoints, memberships, organisations, people, signing, signing_acts, signing_due
from protocolbuilder.store.checkpoints import Checkpoint
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.signing import Means

_log = logging.getLogger(__name__)


def tend(settings: Settings, database: Engine, *, at: datetime) -> int:
    """How much was done. Where nothing is due no key is asked for, and nothing is written."""
    with reading(database) as session:
        ended, back = signing_due.ended(session, at=at), signing_due.came_back(session)
        due = checkpoints.due(session, at=at)
    if not (ended or back or due):
        return 0
    means = means_of(settings)
    for id in ended:
        with suppress(Settled), writing(database) as session:  # somebody signed or declined it a moment ago
            signing_acts.expire(session, id, at=at, means=means)
    for id in back:
        with writing(database) as session:
            signing_due.note_bounce(session, id, at=at, means=means)
    if due:
        with writing(database) as session:
            _mail_checkpoint(session, at=at, means=means)
    _log.info("signing: %d ended, %d came back, %d checkpoint", len(ended), len(back), due)
    return len(ended) + len(back) + due


def means_of(settings: Settings, *, site: str = "", new_id: Callable[[], str] = lambda: secrets.token_hex(16)) -> Means:
    """`site`: the address people reach this copy at, where a request knows it and no setting says it."""
    address = settings.address or site or f"http://{settings.host}:{settings.port}"
    return Means(trail_key(settings), address, settings.mail.sender.partition("@")[2] or "localhost", new_id)


def _mail_checkpoint(session: Connection, *, at: datetime, means: Means) -> None:
    """The checkpoint and the mails that tell it: both or neither."""
    made = checkpoints.make(session, at=at)
    if made is None:
        return
    for address in _administrators(session):
        letter = checkpoint(address, made.day, made.root, _lines(made), site=means.site)
        signing.post(session, letter, means=means, at=at)


def _lines(made: Checkpoint) -> list[str]:
    return [f"{ref} line {head.seq} {head.digest}" for ref, head in sorted(made.heads.items())]


def _administrators(session: Connection) -> tuple[str, ...]:
    """The addresses of those of the organisation that runs this copy."""
    first = organisations.first(session)
    staff = memberships.of_organisation(session, first.id) if first else ()
    ids = [one.person for one in staff if "admin" in one.roles]
    return tuple(one.email for one in people.by_id(session, ids).values() if one.active and one.email)
