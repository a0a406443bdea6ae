"""A change of one provision, recorded or only asked about, with the library before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from protocolbuilder.law.approval import Approval
from protocolbuilder.law.overlay import (
    ASKED,
    Change,
    LocalEntry,
    Overlay,
    StatusChange,
    Verification,
    Withdrawal,
    standing,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of one provision to be followed through: the overlays before and after it, and the day to look at.

    `record` is the record that makes the change; `recorded` says whether anybody has made it, or it is only asked.
    """

    record: Verification | StatusChange
    before: Overlay
    after: Overlay
    on: date
    recorded: bool


def followed(overlay: Overlay, entry: str, *, live: Literal["live", "not live"], today: date, at: datetime) -> Asked:
    """The latest change recorded for a provision; where there is none, what would follow if it came into force today,
    or if it was repealed today when it is live. A change of the future is looked at on its day."""
    for record in reversed(standing(overlay)):
        starts = isinstance(record, StatusChange) or (isinstance(record, Verification) and bool(record.instrument))
        if record.entry == entry and starts and not isinstance(record, LocalEntry | Approval | Withdrawal):
            since = record.since if isinstance(record, StatusChange) else record.commenced or today
            before = tuple(one for one in overlay if one.id != record.id)
            return Asked(record, before, overlay, max(since, today), True)
    what: Change = "repealed" if live == "live" else "commenced"
    made = StatusChange(ASKED, entry, "", "", what, today, "", "", "", at)
    return Asked(made, overlay, (*overlay, made), today, False)
