"""How each partner stands in the signing of a version, in words: rows of the executed copy and of the certificate.

Every partner reads both. Why somebody declined was told to whoever asked alone, and so stands in neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from protocolbuilder.documents.stamp import LONDON
from protocolbuilder.domain.kinds import day_in_words
from protocolbuilder.domain.signing import LEVELS, METHODS, Level, Receipt
from protocolbuilder.domain.signing_record import SigningRecord

SIMPLE: Final = (
    "These are simple electronic signatures, and the seal is that of the organisation that runs this copy; neither is "
    "a qualified one. No witness is needed, and none was there."
)
URGENT: Final = (
    "The absence of an agreement or of a signature never stops urgent, proportionate sharing to protect someone."
)
ENDS: Final = {
    "waiting": "Not signed yet", "opened": "Not signed yet: opened", "declined": "Declined",
    "expired": "Not signed in time", "superseded": "Not signed: a newer version was issued",
    "cancelled": "No longer asked", "passed on": "Passed on",
}  # fmt: skip
_LEVELS: Final[dict[Level, str]] = {
    "standard": "Signed electronically, standard level", "strong": "Signed electronically, strong level",
    "paper": "Signed on paper",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One partner: who signed or was asked (`name`, `post`), what was done, in lines, and when."""

    partner: str
    name: str
    post: str
    done: tuple[str, ...]
    when: tuple[str, ...]


def standings(record: SigningRecord) -> tuple[Standing, ...]:
    """In the order of the agreement: those that have a part in the signing."""
    return tuple(_standing(record, party) for party in record.signing_parties)


def moment(at: datetime) -> str:
    """`14:02 on 25 November 2026`, as clocks in the United Kingdom show it."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"


def day(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


def person(name: str, post: str) -> str:
    return ", ".join(filter(None, (name or "Person removed", post)))


def how(receipt: Receipt) -> str:
    """The level and the method in words."""
    if receipt.level == "paper":
        return f"On paper; recorded by {receipt.recorded_by}"
    return f"{LEVELS[receipt.level]}: {METHODS[receipt.method]}"


def split(signed_by: str) -> tuple[str, str]:
    """Name and post of “Jo Green, Chief executive”."""
    name, _, post = signed_by.partition(", ")
    return name, post


def _standing(record: SigningRecord, party: str) -> Standing:
    partner, receipt, left, last = (
        record.parties[party], record.receipt_of(party), record.left_out(party), record.last_of(party),
    )  # fmt: skip
    if receipt is not None:
        return Standing(partner, *split(receipt.signed_by), _signed(receipt), when_of(record, receipt))
    name, post = (last.name or "Person removed", last.post) if last else ("", "")
    lines, when = [], []
    if last is not None:
        lines.append(ENDS[last.state])
        when = [day(last.settled_at)] if last.settled_at else []
    if left is not None:
        lines.append(f"The others go on without this partner: {left.why}")
        when.append(f"Left out on {day(left.at)}")
    return Standing(partner, name, post, tuple(filter(None, lines)) or ("Not signed yet",), tuple(when))


def _signed(receipt: Receipt) -> tuple[str, ...]:
    reserved = [f"With a reservation: {receipt.reservation}"] if receipt.reservation else []
    recorded = [f"Recorded by {receipt.recorded_by}"] if receipt.recorded_by else []
    return (_LEVELS[receipt.level], *reserved, *recorded, f"Receipt {receipt.id}")


def when_of(record: SigningRecord, receipt: Receipt) -> tuple[str, ...]:
    """The day, and the time; of one on paper when it was recorded."""
    if receipt.id in record.paper_days:
        return day_in_words(record.paper_days[receipt.id]), f"recorded on {day(receipt.at)}"
    return day(receipt.at), f"{receipt.at.astimezone(LONDON):%H:%M}"
