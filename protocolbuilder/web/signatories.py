"""Where the signing of a version stands, a row for each partner: who signed, who is asked, who said no, and who was
asked by nobody yet. Partners are told names, posts and days; whoever asks is told all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.signing import REASONS, Comment, Receipt, Request, Signatory, signatories
from protocolbuilder.domain.signing_record import Left
from protocolbuilder.errors import NotFound
from protocolbuilder.store import sign_in_codes, signatures, signing, signing_leaving, signing_paper, versions
from protocolbuilder.store.signing_paper import Approval
from protocolbuilder.store.signing_standing import Progress
from protocolbuilder.store.versions import DocumentMark, Version
from protocolbuilder.web import places
from protocolbuilder.web.consulting import where
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import now, session

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "declined": ("Declined", "red"),
    "bounced": ("Not reached", "red"),
    "expired": ("Did not sign in time", "red"),
    "away": ("Away", "yellow"),
    "opened": ("Opened", "light-blue"),
    "waiting": ("Waiting", "yellow"),
    "superseded": ("Asked no longer", "grey"),
    "cancelled": ("Cancelled", "grey"),
    "not asked": ("Not asked yet", "grey"),
    "nobody": ("Nobody is named", "grey"),
    "left": ("Gone on without", "grey"),
    "paper": ("Signed on paper", "green"),
    "not signed": ("Not signed yet", "grey"),
    "signed": ("Signed", "green"),
}
"""State of a row -> what it is called, and the colour of its tag; those that need somebody stand first."""
COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "declined": ("declined",),
    "not reached": ("bounced",),
    "too late": ("expired",),
    "signed": ("signed", "paper"),
    "waiting": ("waiting", "opened", "away"),
    "not asked": ("not asked", "nobody", "superseded", "cancelled"),
    "gone on without": ("left",),
    "not signed yet": ("not signed",),
}
OPEN: Final = frozenset({"bounced", "away", "opened", "waiting"})


@dataclass(frozen=True, slots=True)
class Said:
    """A comment of somebody who declined: on what, and where that stands among the pages ("": of the whole)."""

    where: str
    link: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """`named`: whom the version names to sign. `asked`: who was asked last; `mail` what became of the mail to them.
    `before`: who passed it on, first to last. `left`: the others go on without this partner."""

    party: str
    organisation: str
    state: str
    named: Signatory | None
    receipt: Receipt | None
    asked: Request | None
    mail: str
    before: tuple[Request, ...]
    said: tuple[Said, ...]
    left: Left | None
    approvals: tuple[Approval, ...]

    @property
    def reason(self) -> str:
        """Why they declined, in words."""
        return next((words for key, words in REASONS.items() if self.asked and key == self.asked.reason), "")


def document_of(version: Version) -> DocumentMark:
    """The file that is signed: the agreement itself in Word. Raises NotFound."""
    ends = (f"-{version.number}.docx", ".docx", "")
    found = (one for end in ends for one in version.documents if one.name.endswith(end))
    if (mark := next(found, None)) is None:
        raise NotFound(f"Version {version.number} of {version.ref} has no document that could be signed.")
    return mark


def said_in(ref: str, number: int) -> Agreement:
    """What the version says, to whoever reads it. Raises NotFound."""
    return versions.issued_agreement(session(), ref, number, of=reach())


def rows(opened: Opened, number: int) -> tuple[Row, ...]:
    """Those that need somebody first, else in the order of the version. Partners are told who signed and when, and of
    the others no more than whom the version or a request names."""
    says = said_in(opened.ref, number)
    asked = signing.of_version(session(), opened.ref, number)
    last = {one.party: one for one in asked}
    made = {one.party: one for one in signatures.of_version(session(), opened.ref, number)}
    named = {one.party: one for one in signatories(says)}
    mails = _mails(last.values())
    approvals = signing_paper.approvals_of(session(), opened.ref, number)
    known = {one.id: one for one in asked}
    left = {one.party: one for one in signing_leaving.of_version(session(), opened.ref, number)}
    found = [
        Row(
            party["id"], str(party.get("name", party["id"])),
            _state(
                made.get(party["id"]), last.get(party["id"]), named=party["id"] in named, left=party["id"] in left
            ),
            named.get(party["id"]), made.get(party["id"]), last.get(party["id"]),
            mails.get(last[party["id"]].id, "") if party["id"] in last else "",
            _before(last.get(party["id"]), known), _said(opened, last.get(party["id"])),
            left.get(party["id"]), tuple(one for one in approvals if one.party == party["id"]),
        )
        for party in rows_of(says, "parties")
    ]  # fmt: skip
    order = list(STATES)
    told = found if may("signature:follow") else [_for_partners(row) for row in found]
    return tuple(sorted(told, key=lambda row: order.index(row.state)))


def _mails(asked: Collection[Request]) -> Mapping[int, str]:
    """What became of the mail to each; "ran out" when it was sent, and the link in it works no longer."""
    found = signing.mails(session(), asked)
    works = sign_in_codes.works_until(session(), "signing", about=[str(id) for id in found], at=now())
    return {id: "ran out" if state == "sent" and str(id) not in works else state for id, state in found.items()}


def _for_partners(row: Row) -> Row:
    state = row.state if row.receipt or row.state == "left" else "not signed"
    asked = row.asked and replace(row.asked, email="", reason="", note="")
    return replace(row, state=state, asked=asked if asked and asked.open else None, mail="", before=(), approvals=())


def counted(found: tuple[Row, ...]) -> tuple[tuple[int, str], ...]:
    """(1, "declined"), (8, "signed"), (3, "waiting"): those there are."""
    of = Counter(row.state for row in found)
    sums = ((sum(of[state] for state in states), words) for words, states in COUNTED.items())
    return tuple(one for one in sums if one[0])


def in_short(found: Progress | None, *, of: Literal["owner", "partner"]) -> str:
    """How far the signing of a version is, for lists: "All signed", "8 signed, 3 waiting"; "" before anybody is
    asked. A partner is told of signatures alone."""
    if found is None:
        return ""
    if found.whole is not None:
        return "All signed"
    parts = [(found.declined, "declined"), (found.signed, "signed"), (found.waiting, "waiting")]
    parts = parts if of == "owner" else parts[1:2]
    return ", ".join(f"{count} {words}" for count, words in parts if count)


def _state(made: Receipt | None, asked: Request | None, *, named: bool, left: bool) -> str:
    if made:
        return "paper" if made.level == "paper" else "signed"
    if left and not (asked and asked.open):
        return "left"
    if asked is None:
        return "not asked" if named else "nobody"
    if not asked.open:
        return asked.state
    if asked.bounced_at is not None:
        return "bounced"
    away = asked.away_until is not None and day_of(now()) <= asked.away_until
    return "away" if away else asked.state


def _before(asked: Request | None, known: Mapping[int, Request]) -> tuple[Request, ...]:
    found: list[Request] = []
    while asked and asked.passed_from in known:
        asked = known[asked.passed_from]
        found.insert(0, asked)
    return tuple(found)


def _said(opened: Opened, asked: Request | None) -> tuple[Said, ...]:
    """What was said is for whoever asks."""
    if asked is None or asked.state != "declined" or not may("signature:follow"):
        return ()
    return tuple(_comment(opened, one) for one in signing.comments(session(), asked.id))


def _comment(opened: Opened, one: Comment) -> Said:
    there = one.address and may("draft:read") and get(opened.agreement, one.address) is not ABSENT
    link = places.place(opened.ref, opened.schema, opened.agreement, one.address) if there else ""
    return Said(where(opened, one.address), link, one.text)
