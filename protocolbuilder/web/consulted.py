"""The mails of a consultation: who is asked to comment, that their comment was answered, and that it is closed. Short
and plain: none holds a document, or a word of what anybody said. Each is kept with what this request keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from protocolbuilder import catalogue
from protocolbuilder.domain import permission
from protocolbuilder.domain.consultation import SAFETY, TO_ADVICE, Act, Comment, Consultation
from protocolbuilder.domain.consultation import Response as Decision
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import NotFound
from protocolbuilder.store import comments, consultees, memberships, organisations, people, tenancy
from protocolbuilder.store.hearing import hearing as hearing_of
from protocolbuilder.web.accounts import tell
from protocolbuilder.web.accounts_sessions import Signed
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.opened import Opened, last_heard
from protocolbuilder.web.permission import COMMENTS
from protocolbuilder.web.places import home
from protocolbuilder.web.running import now, session

LONGEST_TITLE: Final = 120
SETTLED: Final = frozenset({"resolved", *TO_ADVICE})
"""After these nothing of the comment waits any more."""


def asked_of(ref: str) -> Mapping[str, int]:
    """Organisation that is a partner -> how many of its people are asked by mail."""
    return {key: len(some) for key, some in consultees.of_partners(session(), ref).items()}


def untold(ref: str) -> tuple[Organisation, ...]:
    """The partners of which nobody can be told."""
    known = organisations.by_id(session())
    return tuple(known[key] for key, count in asked_of(ref).items() if not count)


def tell_opened(opened: Opened, made: Consultation, *, by: Signed) -> str:
    """Asks the people of the partners to comment. What was done, in words."""
    known, of = organisations.by_id(session()), consultees.of_partners(session(), opened.ref)
    asked: dict[str, tuple[Person, str]] = {}
    for key, some in of.items():
        for person in some:
            asked.setdefault(person.id, (person, known[key].name))
    told = _tell(
        opened, asked.values(), "opened", made.number, by=by, subject="Please comment", title=opened.title,
        until=made.until,
    )  # fmt: skip
    return _in_words(told, of=len(asked), nobody="No partner has anybody here who can be told.")


def tell_closed(opened: Opened, closed: Consultation, *, by: Signed) -> str:
    """Tells who was asked, and still takes part. What was done, in words."""
    asked = consultees.asked(session(), opened.ref, closed.number)
    of = [(person, "") for some in consultees.of_partners(session(), opened.ref).values() for person in some]
    still = {person.id: (person, whose) for person, whose in of if person.id in asked}
    told = _tell(
        opened, still.values(), "closed", closed.number, by=by, subject="No longer open for comments",
        title=opened.title,
    )  # fmt: skip
    return _in_words(told, of=len(still), nobody="")


def tell_writer(opened: Opened, comment: Comment, *, what: Decision, by: Signed) -> None:
    """Tells whoever wrote a comment that it was answered or settled, if they can still read the answer."""
    id, organisation = comments.writer(session(), opened.ref, comment.number)
    person = people.by_id(session(), [id]).get(id)
    if person is None or not _reads(opened.ref, person, organisation):
        return
    heard = hearing_of(session(), opened.ref, organisation=organisation)
    if heard is None:
        return
    title = last_heard(opened.ref, heard.until).title or opened.title
    act: Act = "settled" if what in SETTLED else "answered"
    words = "settled" if act == "settled" else "answered"
    _tell(
        opened, [(person, "")], act, comment.number, by=by, subject=f"Your {comment.kind} was {words}", title=title,
        comment=comment,
    )  # fmt: skip


def _reads(ref: str, person: Person, organisation: str) -> bool:
    """Is the person still of the organisation, which takes part, with a role that reads comments?"""
    stand = tenancy.stand(session(), ref, organisation=organisation)
    if stand is None or stand.relation not in ("owner", "party") or not person.active:
        return False
    try:
        roles = memberships.current(session(), person.id, organisation).roles
    except NotFound:
        return False
    policy = catalogue.policy()
    return permission.decide(policy, COMMENTS, roles=roles, relation=stand.relation, state=stand.state) == "allowed"


def _tell(
    opened: Opened, to: Iterable[tuple[Person, str]], act: Act, about: int, *, by: Signed, subject: str, title: str,
    **words: Any,
) -> int:  # fmt: skip
    """How many are mailed. `to`: people, each with the name of the organisation that they are asked for."""
    told = 0
    for person, whose in to:
        if person.id == by.person.id or not person.email:
            continue
        if consultees.to_tell(session(), opened.ref, act, about, person=person.id, at=now()):
            tell(
                person.email, f"{subject}: {title[:LONGEST_TITLE]} ({opened.ref})", f"consultation_{act}",
                person=person, by=by.person, own=by.organisation, whose=whose, title=title, ref=opened.ref,
                link=f"{site()}{home(opened.ref)}", safety=SAFETY, **words,
            )  # fmt: skip
            told += 1
    return told


def _in_words(told: int, *, of: int, nobody: str) -> str:
    if not of:
        return nobody
    if not told:
        return "Nobody is mailed again: they were told within the last day."
    return f"{told} {'person is' if told == 1 else 'people are'} told by mail."
