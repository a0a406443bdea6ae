"""What a version says of who is to sign, and from when it is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.domain.days import NOT_STATED, Window, stated
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.standing_history import Event, Rule, Terms

RULES: Final[Mapping[object, Rule]] = {
    "each-as-it-signs": "each-as-it-signs", "all-signed": "all-signed", "on-date": "on-date",
    "core-signed": "core-signed",
}  # fmt: skip


def terms(agreement: Agreement, number: int, *, issued: date, recorded: Iterable[Event] = ()) -> Terms:
    """`recorded`: what it records of the time before it was issued here. By that it counts from the first of them on.
    Who it records as having joined later is no signatory that others wait for."""
    parties = tuple(str(row["id"]) for row in rows_of(agreement, "parties"))
    found = tuple(recorded)
    joined = {one.party for one in found if one.what == "acceded"} - {
        one.party for one in found if one.what == "signed"
    }
    rule, core, start = (get(agreement, one) for one in ("signing.in_force", "signing.core", "term.start"))
    return Terms(
        number,
        Window(min([issued, *(one.day.first for one in found)]), min([issued, *(one.day.last for one in found)])),
        parties,
        rule=RULES.get(rule, "not stated") if isinstance(rule, str) else "not stated",
        signatories=tuple(party for party in parties if party not in joined),
        core=tuple(str(one) for one in core) if isinstance(core, list | tuple) else (),
        start=None if start is ABSENT else stated(start) or NOT_STATED,
        end=stated(get(agreement, "term.end")),
        by_board=get(agreement, "signing.route") == "board",
    )
