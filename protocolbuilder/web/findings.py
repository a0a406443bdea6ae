"""What the review finds in a draft, as its pages show it. One review serves every page of the same draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from protocolbuilder.domain.agreement import ABSENT, Agreement, acceptance_address, accepted_at, digest, get
from protocolbuilder.domain.check import check
from protocolbuilder.domain.naming import place_in_words
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.findings import Finding
from protocolbuilder.law.library import Library
from protocolbuilder.law.parts import Issued
from protocolbuilder.law.restrictions import Restriction, restrictions
from protocolbuilder.law.review import is_accepted, may_be_accepted, review_draft, standing
from protocolbuilder.store.holdings import Mark
from protocolbuilder.web import places
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.others import compared, issued_as, same_sharing
from protocolbuilder.web.running import now
from protocolbuilder.web.words import LONDON

TAGS: Final = {"error": "govuk-tag--red", "warning": "govuk-tag--yellow", "advice": "govuk-tag--blue"}
SHOWN_AFTER_SAVING: Final = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """The agreement has the digest, and `others` those of `beside`: they need not be compared again."""

    digest: str
    schema: Schema
    library: Library
    on: date
    issued: Issued | None
    beside: tuple[str, ...]
    agreement: Agreement = field(compare=False)
    others: tuple[Mark, ...] = field(compare=False)


@lru_cache(maxsize=32)
def _reviewed(asked: _Asked) -> tuple[Finding, ...]:
    problems = check(asked.schema, asked.agreement, asked.library)
    return review_draft(
        asked.schema, asked.agreement, asked.library, on=asked.on, problems=problems,
        others=tuple(map(compared, asked.others)), issued=asked.issued,
    )  # fmt: skip


def findings_of(opened: Opened) -> tuple[Finding, ...]:
    """Every finding of the draft as it stands today, accepted or not, gravest first, what is taken over from its
    protocol included."""
    others = same_sharing(opened)
    return _reviewed(_Asked(
        digest(opened.says), opened.schema, opened.library, _today(), issued_as(opened),
        tuple(others.values()), opened.says, tuple(others),
    ))  # fmt: skip


def standing_of(opened: Opened, address: str = "") -> tuple[Finding, ...]:
    """What nobody has accepted; at an address and under it, or anywhere."""
    found = standing(opened.says, findings_of(opened))
    return tuple(one for one in found if not address or f"{one.address}.".startswith(f"{address}."))


def counts(findings: Iterable[Finding]) -> Mapping[str, int]:
    """How many of each severity, gravest first."""
    found = list(findings)
    return {severity: sum(one.severity == severity for one in found) for severity in TAGS}


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with where it is in words, the page where it is put right, and the page where it is accepted, or "".

    `accepted` is the row of the acceptance, if somebody accepted it as it stands. `stale` says that they accepted it
    while it said something else.
    """

    finding: Finding
    where: str
    link: str
    accept: str
    accepted: Mapping[str, str] | None
    stale: bool

    @property
    def tag(self) -> str:
        return TAGS[self.finding.severity]


def shown(opened: Opened, findings: Iterable[Finding], *, back: str = "") -> tuple[Shown, ...]:
    return tuple(_shown(opened, finding, back) for finding in findings)


def shown_at(opened: Opened, address: str, *, back: str = "") -> tuple[Shown, ...]:
    """What stands at an address and under it, for the page of a section or an item."""
    return shown(opened, standing_of(opened, address), back=back)


def _shown(opened: Opened, finding: Finding, back: str) -> Shown:
    row = accepted_at(opened.says, acceptance_address(finding.rule, finding.address))
    accepted = row if is_accepted(opened.says, finding) else None
    theirs = opened.stands.where(finding.address)
    return Shown(
        finding, ". ".join(filter(None, (where(opened, finding.address), theirs))),
        opened.stands.link
        if theirs
        else places.place(opened.ref, opened.schema, opened.agreement, finding.address, back=back),
        acceptance_place(opened.ref, finding.rule, finding.address) if may_be_accepted(finding) else "",
        accepted, row is not ABSENT and accepted is None,
    )


def where(opened: Opened, address: str) -> str:
    """`Lawful bases: Public task: Article 6` in the words of the pages."""
    return ": ".join(place_in_words(opened.schema, opened.names, address))


def acceptance_place(ref: str, rule: str, address: str) -> str:
    return f"{places.home(ref)}/findings/{rule}/{address}"


def restrictions_of(opened: Opened) -> Mapping[str, tuple[Restriction, ...]]:
    """What the law restricts, by item of information."""
    return restrictions(opened.says, opened.library, on=_today())


def new_restrictions(before: Opened, after: Opened, item: str) -> list[dict[str, str]]:
    """What restricts an item since its page was saved, to be told on the next page."""
    known = {one.id for one in restrictions_of(before).get(item, ())}
    address = f"items.{item}.restriction_acknowledged"
    link = places.place(after.ref, after.schema, after.agreement, address)
    return [
        {
            "text": f"The law restricts this information: {one.name}.", "fix": one.text,
            "where": where(after, address), "link": link, "action": "Say how this is kept",
        }
        for one in restrictions_of(after).get(item, ()) if one.id not in known
    ]


def _today() -> date:
    return now().astimezone(LONDON).date()


def news(before: Opened, after: Opened, addresses: Iterable[str], *, kept: str = "") -> list[dict[str, str]]:
    """What a save brought at answers of its page, the gravest of each, to be told on the next page. What was found
    before is not news, nor is a question that was left empty."""
    known = {(one.rule, one.address, one.text) for one in findings_of(before)}
    here = {address for address in addresses if get(after.agreement, address) is not ABSENT}
    gravest: dict[str, Finding] = {}
    for one in standing_of(after):
        if one.address in here and one.severity != "advice" and (one.rule, one.address, one.text) not in known:
            gravest.setdefault(one.address, one)
    found = list(gravest.values())
    return [
        {"text": row.finding.text, "fix": row.finding.fix, "where": row.where, "link": row.link}
        for row in shown(after, found[:SHOWN_AFTER_SAVING], back=kept)
    ]
