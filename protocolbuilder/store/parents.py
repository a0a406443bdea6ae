"""What an agreement stands under: the issued versions that it may take its common rules from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select, true

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.permission import Reach
from protocolbuilder.domain.reading import from_json
from protocolbuilder.errors import Damaged
from protocolbuilder.store.comment_tables import version_words
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import agreements, versions
from protocolbuilder.store.tenancy import owner_reads, version_seen


@dataclass(frozen=True, slots=True)
class Step:
    """One version of the chain that a version stands under. `digest` is of what it said in effect."""

    ref: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Above:
    """An agreement of the register as something to stand under. `number` is that of the version read, None when none is
    issued; `latest` that of its latest; `says` is what the version says in effect, `under` what it stood under, and
    `before` what the latest version of the agreement that asks stood under."""

    ref: str
    title: str
    discarded: bool
    latest: int | None
    number: int | None
    schema: str
    digest: str
    says: bytes
    under: tuple[Step, ...]
    before: tuple[Step, ...] = ()

    @property
    def step(self) -> Step:
        """How a version that stands under this one keeps it."""
        return Step(self.ref, self.number or 0, self.digest)

    def agreement(self) -> Agreement:
        """Raises Damaged when it no longer has its digest."""
        if sha256(self.says).hexdigest() != self.digest:
            raise Damaged(f"Version {self.number} of {self.ref} is not what was issued: its digest differs.")
        return from_json(self.says)


@dataclass(frozen=True, slots=True)
class Offered:
    """An issued agreement or protocol that another may stand under."""

    ref: str
    title: str
    schema: str
    number: int


def above(
    session: Connection, ref: str, number: int | None = None, *, asking: str = "", of: Reach | None = None
) -> Above | None:
    """The latest version of an agreement, or that `number`, for the agreement `asking`: one that the owner of that may
    read, so that nobody reads a stranger's protocol by standing under it; and one that `of` reads. None when there is
    no such agreement. One statement."""
    chosen = agreements.c.issued if number is None else number
    joined = agreements.outerjoin(versions, (versions.c.ref == agreements.c.ref) & (versions.c.number == chosen))
    own, lower = agreements.alias(), versions.alias()
    latest = select(own.c.issued).where(own.c.ref == asking).scalar_subquery()
    before = select(lower.c.under).where(lower.c.ref == asking, lower.c.number == latest).scalar_subquery()
    seen = owner_reads(asking) if asking else true()
    row = session.execute(
        select(
            before.label("before"), agreements.c.ref, agreements.c.title, agreements.c.discarded_at,
            agreements.c.issued, versions.c.number,
            versions.c.schema, versions.c.digest, versions.c.content, versions.c.under, versions.c.effective,
            versions.c.effective_digest,
        ).select_from(joined).where(agreements.c.ref == ref, seen, version_seen(of))
    ).one_or_none()  # fmt: skip
    return None if row is None else _above(row)


def _above(row: Any) -> Above:
    there = row.number is not None
    return Above(
        ref=row.ref,
        title=row.title,
        discarded=row.discarded_at is not None,
        latest=row.issued,
        number=row.number,
        schema=row.schema or "",
        digest=(row.effective_digest or row.digest) if there else "",
        says=(row.effective if row.effective is not None else row.content) if there else b"",
        under=steps(row.under or "[]"),
        before=steps(row.before or "[]"),
    )


def offered(session: Connection, *, to: str, of: Reach | None = None) -> tuple[Offered, ...]:
    """Every issued agreement that is not discarded and that `of` reads, but that one, protocols first, by title. One
    statement."""
    latest = (versions.c.ref == agreements.c.ref) & (versions.c.number == agreements.c.issued)
    named = (version_words.c.ref == versions.c.ref) & (version_words.c.number == versions.c.number)
    columns = (agreements.c.ref, version_words.c.title, versions.c.schema, versions.c.number)
    kept = select(*columns).join(versions, latest).join(version_words, named)
    kept = kept.where(agreements.c.discarded_at.is_(None), agreements.c.ref != to, version_seen(of))
    rows = [Offered(*row) for row in session.execute(kept)]
    return tuple(sorted(rows, key=lambda one: (not one.schema.startswith("protocol"), one.title.casefold(), one.ref)))


def steps(text: str) -> tuple[Step, ...]:
    """The chain as it is kept, nearest first."""
    said: Sequence[Mapping[str, Any]] = json.loads(text)
    return tuple(Step(**one) for one in said)


def as_text(under: Sequence[Step]) -> str:
    return json.dumps([asdict(one) for one in under], sort_keys=True)
