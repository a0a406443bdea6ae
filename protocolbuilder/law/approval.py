"""A local entry of the law library counts when two agencies stand behind it.

The organisation of whoever proposes it is the first; a person of another one approves it as the second. Only then is
the entry offered to flows. An entry from before approval was kept names no proposing organisation: it goes on as it
was, says that no second agency approved it, and needs two of them to be approved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from protocolbuilder.law.overlay import LocalEntry

NEEDED: Final = 2
PROPOSED: Final = "proposed"
"""The status of a local entry that waits for its second agency: it is readable, and gives no power."""
WITHDRAWN: Final = "withdrawn"
"""The status of a local entry that was taken back."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A person approved a local entry for their organisation. `person` and `organisation` are ids, `post` is the
    organisation's name as it was."""

    id: str
    entry: str
    by: str
    post: str
    person: str
    organisation: str
    at: datetime


def agencies(proposal: LocalEntry, approvals: Sequence[Approval]) -> frozenset[str]:
    """Ids of the organisations that stand behind it."""
    return frozenset({proposal.organisation, *(one.organisation for one in approvals)}) - {""}


def approved(proposal: LocalEntry, approvals: Sequence[Approval]) -> bool:
    return len(agencies(proposal, approvals)) >= NEEDED


def refused(
    proposal: LocalEntry, approvals: Sequence[Approval], *, person: str, organisation: str, organisations: int
) -> str:
    """Why this person cannot approve it for their organisation, "" when they can. `organisations` is how many the
    directory holds."""
    if approved(proposal, approvals):
        return "Two agencies stand behind this entry already"
    if organisations < NEEDED:
        return (
            "The directory of this copy holds one organisation only. Add a second agency to it: a person of that"
            " agency can then approve this entry"
        )
    if any(one.person == person for one in approvals):
        return "You approved this entry already. Nobody approves it twice"
    if organisation == proposal.organisation:
        return "Your organisation proposed this entry. A person of another agency has to approve it"
    if organisation in agencies(proposal, approvals):
        return "Your organisation approved this entry already. A person of another agency has to approve it"
    return ""


def fields(proposal: LocalEntry, approvals: Sequence[Approval], *, stands: bool) -> dict[str, Any]:
    """What an entry of the library says of its approval. `approved` is None for one that was withdrawn."""
    done = approved(proposal, approvals)
    said: dict[str, Any] = {
        "local": True,
        "proposed_by": proposal.by,
        "proposed_for": proposal.agency,
        "proposed_on": proposal.at.date().isoformat(),
        "approved": done if stands else None,
        "approved_by": [{"by": one.by, "for": one.post, "on": one.at.date().isoformat()} for one in approvals],
        "approval": in_words(proposal, approvals),
    }
    if not stands:
        said["status"] = WITHDRAWN
    elif proposal.organisation and not done:
        said["status"] = PROPOSED
    return said


def in_words(proposal: LocalEntry, approvals: Sequence[Approval]) -> str:
    """Who stands behind it, with when, and what is still wanted."""
    said = [f"Proposed by {_who(proposal.by, proposal.agency)} on {_day(proposal.at.date())}."]
    said += [f"Approved by {_who(one.by, one.post)} on {_day(one.at.date())}." for one in approvals]
    if not approved(proposal, approvals):
        said.append(
            "It waits for approval by a second agency, and is offered to no flow until then."
            if proposal.organisation
            else "No second agency approved it: it was recorded before that was asked for."
        )
    return " ".join(said)


def _who(by: str, agency: str) -> str:
    return f"{by}, for {agency}" if agency else by


def _day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"
