"""A version that twelve were asked to sign, from the draft to the last of them: two declined, one passed it on, one
signed on paper and one with a reservation."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.documents import word
from protocolbuilder.documents.issued import issued as sealed
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.signing import STATEMENTS, Comment, Intention, Receipt, Request, Signatory
from protocolbuilder.domain.trail import Actor
from protocolbuilder.keys import seal_key, trail_key
from protocolbuilder.settings import Settings
from protocolbuilder.store import (
    signing_acts,
    signing_asking,
    signing_leaving,
    signing_paper,
    signing_passing,
)
from protocolbuilder.store.engine import Engine, writing
from protocolbuilder.store.issuing import Issuing
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_paper import Scan
from protocolbuilder.store.versions import NewDocument
from tests.store.builders import NOON, WORD, created, issued, minutes, new_id
from tests.store.signing import ASKER, agreement, person
from tests.trail_key import KEY

NAMES = (
    "Northshire Council", "Cyngor Sir Ynys Môn", "St John’s “Cathedral” Trust & Co", "NHS <Northshire> ICB",
    "Comhairle nan Eilean Siar", "The Chief Constable of Northshire Police, by a name that is long enough for lines",
    "Fire", "Probation", "Schools", "Hospital", "Hospice", "Landlords",
)  # fmt: skip
RESERVATION = "We do not agree to flow 7 until our own review has ended."
SCAN = Scan("signed-page.pdf", b"%PDF-1.7 a signed page")


def said() -> Agreement:
    """Twelve partners with names that are hard to write."""
    made = agreement(12)
    rows = [{**row, "name": name} for row, name in zip(made.answers["parties"], NAMES, strict=True)]
    return replace(made, answers={**made.answers, "parties": rows})


@dataclass(slots=True)
class Signing:
    database: Engine
    settings: Settings
    ref: str
    document: str
    shown: str
    requests: dict[str, Request] = field(default_factory=dict)
    clock: Any = field(default_factory=lambda: count(1))

    @property
    def means(self) -> Means:
        return Means(trail_key(self.settings), "https://isa.example", "isa.example", new_id)

    def at(self) -> datetime:
        """A minute later at each call."""
        return minutes(next(self.clock))

    def sign(self, party: str, **changed: Any) -> Receipt:
        who = self.requests[party]
        whole = {"shown": self.shown, "name": who.name, "post": who.post, "method": "code", **changed}
        with writing(self.database) as session:
            return signing_acts.sign(
                session, who.id, Intention(ticked=frozenset(STATEMENTS), **whole), at=self.at(), means=self.means,
                details={"address": "192.0.2.1", "browser": "Phone"},
            )  # fmt: skip

    def decline(self, party: str, *comments: Comment) -> None:
        with writing(self.database) as session:
            signing_acts.decline(
                session, self.requests[party].id, "approval", note="Our board meets in January.", comments=comments,
                at=self.at(), means=self.means,
            )  # fmt: skip

    def go_on_without(self, party: str) -> None:
        with writing(self.database) as session:
            signing_leaving.leave_out(
                session, self.ref, 1, party, why="Its board decides in January; the others do not wait.", by=ASKER,
                at=self.at(), means=self.means,
            )  # fmt: skip


def asked(database: Engine, settings: Settings) -> Signing:
    """Version 1 is issued, sealed, and all twelve are asked."""
    agreed = said()
    draft = created(database, agreed)
    named = f"{draft.ref}-version-1.docx"
    stamp = Stamp(draft.ref, "1", digest(agreed), agreed.library, NOON)
    printed = word.render("agreement", catalogue.schema(agreed.schema), agreed, catalogue.library(), stamp)
    key = seal_key(settings, at=NOON)
    content = sealed(printed, key, agreed, ref=draft.ref, number=1, at=NOON)
    data = NewDocument(f"{draft.ref}-version-1-data.json", "application/json", b"{}")
    how = Issuing(KEY, Actor("", "Ada Jones"), seal=key.fingerprint)
    issued(database, draft, NewDocument(named, WORD, content), data, issuing=how)
    made = Signing(database, settings, draft.ref, named, sha256(content).hexdigest())
    for number in range(1, 13):
        with writing(database) as session:
            who = signing_asking.invite(
                session, draft.ref, 1, person(number), document=named, by=ASKER, at=made.at(), means=made.means
            )
        made.requests[who.party] = who
    return made


def all_but_the_last(made: Signing) -> None:
    """Everybody answers, and the last one to sign is not there yet."""
    made.sign("p1", authority="Scheme of delegation, 4.2")
    made.sign("p2", reservation=RESERVATION)
    with writing(made.database) as session:
        signing_paper.record_paper(
            session, made.ref, 1, person(3), document=made.document, day=date(2026, 6, 30), scan=SCAN, by=ASKER,
            at=made.at(), means=made.means,
        )  # fmt: skip
        signing_paper.record_approval(
            session, made.ref, 1, "p1", body="Northshire Cabinet", day=date(2026, 6, 12), minute="14/26", by=ASKER,
            at=made.at(), means=made.means,
        )  # fmt: skip
    made.decline("p4", Comment("about.title", "The title should name the hub."), Comment("", "Our solicitor reads it."))
    made.decline("p5")
    with writing(made.database) as session:
        deputy = Signatory("p6", "Siân O’Neill-Ó Briain", "Dirprwy Brif Weithredwr", "sian@p6.example")
        made.requests["p6"] = signing_passing.pass_on(
            session, made.requests["p6"].id, deputy, at=made.at(), means=made.means
        )
    for number in range(6, 12):
        made.sign(f"p{number}")
    made.go_on_without("p4")
    made.go_on_without("p5")


def signed(database: Engine, settings: Settings) -> Signing:
    made = asked(database, settings)
    all_but_the_last(made)
    made.sign("p12")
    return made


