"""How far the signing of versions has come, in numbers, for lists of agreements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from protocolbuilder.domain.signing import OPEN
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing_tables import sign_completions as completions
from protocolbuilder.store.signing_tables import sign_requests as requests
from protocolbuilder.store.signing_tables import signatures


@dataclass(frozen=True, slots=True)
class Progress:
    """How many partners signed, were asked and did not answer, and declined last; and when all had signed."""

    signed: int
    waiting: int
    declined: int
    whole: datetime | None


def progress(session: Connection, versions: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], Progress]:
    """(Reference, version) -> how far it is; those of which nobody signed and nobody was asked are left out. Three
    statements, however many versions."""
    refs = {ref for ref, _ in versions}
    state: dict[tuple[str, int], dict[str, str]] = {}
    asked = select(requests.c.ref, requests.c.number, requests.c.party, requests.c.state).order_by(requests.c.id)
    for ref, number, party, one in session.execute(asked.where(requests.c.ref.in_(refs))):
        state.setdefault((ref, number), {})[party] = "waiting" if one in OPEN else one
    made = select(signatures.c.ref, signatures.c.number, signatures.c.party)
    for ref, number, party in session.execute(made.where(signatures.c.ref.in_(refs))):
        state.setdefault((ref, number), {})[party] = "signed"
    done = select(completions.c.ref, completions.c.number, completions.c.at).where(completions.c.ref.in_(refs))
    whole = {(row.ref, row.number): row.at for row in session.execute(done)}
    return {one: _progress(state[one].values(), whole.get(one)) for one in versions if one in state}


def _progress(states: Iterable[str], whole: datetime | None) -> Progress:
    of = Counter(states)
    return Progress(of["signed"], of["waiting"], of["declined"], whole)
