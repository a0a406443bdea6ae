"""Makes the documents that take a while, part by part. Each part is kept, so that a stop costs no more than one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from protocolbuilder import catalogue
from protocolbuilder.documents import slow
from protocolbuilder.documents.family import shape_of
from protocolbuilder.documents.frozen import Frozen, thawed
from protocolbuilder.documents.house_style import HouseStyle, take
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stock import FOLDER, Stock
from protocolbuilder.errors import Busy
from protocolbuilder.law.library import effective
from protocolbuilder.settings import Settings
from protocolbuilder.store import house_styles, made, overlay, versions
from protocolbuilder.store.engine import Connection, reading
from protocolbuilder.store.made import Made
from protocolbuilder.work.queue import Handler, Held, NotYet

TURN: Final = timedelta(seconds=20)
"""After so long others that wait come first."""
SOON: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Begun:
    """`parts`: what is made so far, by name; `kept`: the files of the issued version, by name."""

    source: Source
    parts: dict[str, bytes]
    kept: Mapping[str, bytes]


def handler(settings: Settings) -> Handler:
    """Goes on with a document where it stopped. What was cancelled, removed or made meanwhile is left as it is."""

    def make(held: Held) -> None:
        number = int(held.job.payload["document"])
        with reading(held.database) as session:
            wanted = _wanted(session, number)
            begun = _begun(session, wanted, settings) if wanted else None
        if wanted is None or begun is None:
            _stop(held, number)
        elif _made_all(held, wanted, begun, office=settings.office):
            content = slow.whole(begun.source, wanted.asked.kind, begun.parts)
            with held.finishing() as session:
                made.keep(session, number, content, at=held.clock())

    return make


def _made_all(held: Held, wanted: Made, begun: _Begun, *, office: str) -> bool:
    """Makes the parts that are not there yet. False when it was cancelled in between; then the job is done."""
    since, parts = held.clock(), begun.parts
    for piece in slow.plan(begun.source, wanted.asked.kind):
        if piece.name in parts:
            continue
        with reading(held.database) as session:
            if _wanted(session, wanted.id) is None:
                break
        if held.stopping.is_set() or held.clock() - since > TURN:
            raise NotYet("It goes on when others had their turn.", wait=timedelta())
        try:
            content = slow.make(begun.source, piece, so_far=parts, kept=begun.kept, office=office)
        except Busy as error:
            raise NotYet(error.text, wait=SOON) from error
        with held.keeping() as session:
            if _wanted(session, wanted.id) is None:
                break
            made.keep_part(session, wanted.id, piece.name, content=content)
        parts[piece.name] = content
    else:
        return True
    _stop(held, wanted.id)
    return False


def _stop(held: Held, number: int) -> None:
    """Whoever asked again while the worker was on its way out finds the job still there."""
    with held.finishing() as session:
        if _wanted(session, number) is not None:
            raise NotYet("It was asked for again.", wait=timedelta())


def _wanted(session: Connection, number: int) -> Made | None:
    """The document, unless it is cancelled, removed or made."""
    found = made.there(session, number)
    return found if found and found.made_at is None and found.cancelled_at is None else None


def _begun(session: Connection, wanted: Made, settings: Settings) -> _Begun:
    parts = made.parts(session, wanted.id)
    return _Begun(_source(session, wanted, settings), parts, _kept(session, wanted))


def _source(session: Connection, wanted: Made, settings: Settings) -> Source:
    """As it was when it was asked for."""
    said = thawed(made.frozen(session, wanted.id))
    records = tuple(one for one in overlay.overlay(session) if one.id in said.records)
    library = effective(catalogue.library(), records, on=said.on)
    stock = Stock(settings.instance / FOLDER, _style(session, said), shape_of)
    return said.source(catalogue.schema, library, stock)


def _style(session: Connection, said: Frozen) -> HouseStyle | None:
    """Read anew for each job: it costs little beside what is made in it."""
    if not said.style:
        return None
    return take(house_styles.content(session, said.style), house_styles.chosen(session, said.style).name)


def _kept(session: Connection, wanted: Made) -> dict[str, bytes]:
    """What was kept with the version, by name; nothing of a draft."""
    ref, number = wanted.asked.ref, wanted.asked.version
    if number is None:
        return {}
    names = [mark.name for mark in versions.version(session, ref, number).documents]
    return {name: versions.document(session, ref, number, name).content for name in names}
