"""How much each organisation keeps in files, and that none keeps more than its share.

What counts: the evidence of its assurances, the Word files that came back for its agreements and the documents that
were made of them by a job, and house styles for whoever runs this copy. Versions are counted nowhere: an agreement is
never refused for space. A file that two organisations show is kept once and counts for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, literal, not_, select, union_all

from protocolbuilder.errors import Full
from protocolbuilder.store import relations, tenancy
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import assurances, evidence_files
from protocolbuilder.store.tables import agreements, house_styles, returned_files
from protocolbuilder.store.work_tables import made_documents, made_parts

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """What an organisation may keep, or keeps. `size` in bytes."""

    size: int
    files: int

    def __str__(self) -> str:
        """`4.9 MB in 12 files`."""
        return f"{_megabytes(self.size)} in {self.files:,} file{'' if self.files == 1 else 's'}"


def used(session: Connection, organisation: str) -> Share:
    """One statement, which reads no file."""
    kept = union_all(*_kept(organisation, hosts=tenancy.hosts(session, organisation))).subquery()
    total = select(func.coalesce(func.sum(kept.c.size), 0), func.coalesce(func.sum(kept.c.files), 0))
    size, files = session.execute(total).one()
    return Share(int(size), int(files))


def take(session: Connection, organisation: str, size: int, *, share: Share | None) -> None:
    """One file more, of so many bytes; nobody else takes of the same share until the transaction ends. Without a
    `share` it is the operator's own act, which is not refused. Raises Full, with what is used."""
    if share is None:
        return
    if session.dialect.name == "postgresql":  # on SQLite whoever writes is alone already
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"space {organisation}", 0))))
    before = used(session, organisation)
    if before.size + size > share.size or before.files + 1 > share.files:
        raise Full(
            f"There is no space for another file: the organisation keeps {before}, of {share} that it may. Documents "
            "that a job made are removed after seven days. Whoever runs this copy can give more space"
        )


def take_of(session: Connection, ref: str, size: int, *, share: Share | None) -> None:
    """The same of the organisation whose agreement it is. Raises Full."""
    if share is not None:
        take(session, relations.owner_of(session, ref), size, share=share)


def _kept(organisation: str, *, hosts: bool) -> list[Any]:
    """Statements of (size, files)."""
    own = select(agreements.c.ref).where(not_(tenancy.not_of(organisation)))
    shown = select(assurances.c.sha256).where(assurances.c.organisation == organisation)
    ways = [
        _counted(evidence_files).where(evidence_files.c.sha256.in_(shown)),
        _counted(returned_files).where(returned_files.c.ref.in_(own)),
        _counted(made_documents).where(made_documents.c.ref.in_(own)),
        select(func.sum(func.length(made_parts.c.content)).label("size"), literal(0).label("files"))
        .join_from(made_parts, made_documents).where(made_documents.c.ref.in_(own)),
    ]  # fmt: skip
    if hosts:
        ways.append(_counted(house_styles).where(house_styles.c.content.is_not(None)))
    return ways


def _counted(table: Any) -> Any:
    return select(func.sum(func.length(table.c.content)).label("size"), func.count().label("files")).select_from(table)


def _megabytes(size: int) -> str:
    """To the tenth, never less than it is."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths / 10:,.1f} MB" if tenths % 10 else f"{tenths // 10:,} MB"
