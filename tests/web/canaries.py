"""Words that belong to one organisation each, in every row that four organisations have at a copy, and who may read
them: the crawl of `test_canary` looks for them in every answer to somebody else."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from protocolbuilder.documents.returned_items import Item
from protocolbuilder.domain.agreement import digest
from protocolbuilder.domain.consultation import Audience
from protocolbuilder.domain.organisations import Assurance, Evidence
from protocolbuilder.domain.people import Contact, Person
from protocolbuilder.store import (
    agreements,
    assurances,
    comments,
    contacts,
    house_styles,
    invitations,
    jobs,
    made,
    organisations,
    people,
    returned,
    versions,
)
from protocolbuilder.store.engine import Connection, writing
from protocolbuilder.store.made import Asked
from protocolbuilder.store.returned import NewItem
from protocolbuilder.store.versions import NewDocument
from tests.documents.branded import council, file
from tests.law.filled import filled
from tests.store.builders import ISSUING
from tests.web.conftest import START
from tests.web.partnership import LEFT, RELATIONS, Partnership, titled

SHORTS = tuple(RELATIONS.values())
TOGETHER = ("northshire", "eastford")
DAY = timedelta(days=1)
WORD = re.compile(rf"kanarie({'|'.join(SHORTS)})(open|shown|shared|secret)x[a-z0-9]+", re.IGNORECASE)
READERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    **{("open", one): SHORTS for one in SHORTS},
    **{("shown", one): (one, "northshire") for one in SHORTS},
    ("shown", "northshire"): ("northshire", "eastford"),
    **{("shared", one): TOGETHER for one in TOGETHER},
    **{("secret", one): (one,) for one in SHORTS},
}
"""(Kind of word, whose it is) -> the organisations that may be told it. `open` is the directory. `shown` is for those
who take part in an agreement with it now, and for whoever runs the copy. `shared` was said for all in a consultation.
`secret` is for its own people alone: drafts, versions and files that nobody else takes part in, internal comments,
e-mail and telephone, who was asked to join."""


def word(short: str, kind: str, of: str) -> str:
    """One that stands in one place and nowhere else."""
    return f"kanarie{short}{kind}x{of}"


@dataclass(frozen=True, slots=True)
class Planted:
    """`given`: short name of an organisation -> what routes are asked with, so that they are about its own things: each
    in turn."""

    made: Partnership
    given: Mapping[str, tuple[Mapping[str, Any], ...]]


def plant(partnership: Partnership) -> Planted:
    """Gives each organisation rows of every kind, each with words of its own."""
    copy = partnership.app.extensions["protocolbuilder"]
    with writing(copy.database) as session:
        own = {short: _rows(session, partnership, short, copy.new_id) for short in SHORTS}
        _consulted(session, partnership)
        _run(session, partnership)
    both = {"ref": partnership.refs["consultation"]}  # what Northshire and Eastford have together
    given = {one: (own[one], {**own[one], **both}) if one in TOGETHER else (own[one],) for one in SHORTS}
    return Planted(partnership, given)


def _rows(session: Connection, partnership: Partnership, short: str, new_id: Callable[[], str]) -> dict[str, Any]:
    own = partnership.organisations[short]
    person = _known(session, partnership, short)
    evidence = word(short, "shown", "evidence").encode()
    name, mark = f"{word(short, 'shown', 'file')}.pdf", sha256(b"%PDF-1.6 " + evidence).hexdigest()
    shown = Evidence(name, "application/pdf", mark)
    assurance = assurances.add(
        session, own, Assurance("dspt", "met", word(short, "shown", "reference"), None, None, shown),
        content=b"%PDF-1.6 " + evidence, by=person, at=START, new_id=new_id,
    )  # fmt: skip
    contact = contacts.add(
        session, Contact(
            "", own, "sharing", word(short, "open", "contact"), word(short, "open", "post"), "",
            f"{word(short, 'secret', 'mail')}@{short}.example", word(short, "secret", "telephone"), START,
        ), by=person, at=START, new_id=new_id,
    )  # fmt: skip
    asked = Person("", word(short, "secret", "asked"), "Clerk", f"{word(short, 'secret', 'askedmail')}@{short}.example")
    invitation = invitations.invite(
        session, asked, own, roles=["auditor"], department="", by=person.id, at=START, new_id=new_id
    )
    agreed = _agreement(session, short, own, person, new_id)
    return {
        **agreed, "organisation": own, "assurance": assurance.id, "contact": contact.id, "person": invitation.person,
        "part": "about", "section": "flows", "kind": "review.docx", "rule": "R01", "page": "from", "token": "none",
        "filename": "pages.css", "record_id": "none", "invitations": invitation.number,
    }  # fmt: skip


def _known(session: Connection, partnership: Partnership, short: str) -> Person:
    """The organisation and its manager, under words of their own."""
    body = organisations.load(session, partnership.organisations[short])
    organisations.change(
        session, replace(
            body, name=f"{body.name} {word(short, 'open', 'name')}", departments=(word(short, "open", "department"),),
            contact=f"{word(short, 'secret', 'reach')}@{short}.example",
        ), seen=1, by="", at=START,
    )  # fmt: skip
    manager = people.load(session, partnership.people[short, "igm"])
    return people.change(
        session, replace(
            manager, name=f"Sam {word(short, 'open', 'person')}", telephone=word(short, "secret", "phone"),
            email=f"{word(short, 'secret', 'own')}@{short}.example",
        ), by="", at=START,
    )  # fmt: skip


def _agreement(
    session: Connection, short: str, own: str, person: Person, new_id: Callable[[], str]
) -> dict[str, Any]:
    """One that nobody else takes part in, with a version, a document made of it, a file that came back and comments."""

    def secret(of: str) -> str:
        return word(short, "secret", of)

    said = titled(filled("police-schools"), secret("issued"))
    ref = agreements.create(session, said, by=secret("by"), at=START, new_id=new_id, owner=own).ref
    document = NewDocument("a.docx", "text/plain; charset=utf-8", secret("document").encode())
    versions.issue(
        session, ref, number=1, seen=1, documents=[document], content_digest=digest(said), schema=said.schema,
        library="2026.11", templates={}, by=secret("issuer"), at=START, note=secret("note"), issuing=ISSUING,
    )  # fmt: skip
    agreements.replace(session, ref, titled(said, secret("draft")), seen=1, by=secret("by"), at=LEFT)
    asked = Asked(
        sha256(short.encode()).hexdigest(), ref, 1, None, "review.pdf", "", word(short, "shown", "made"),
        f"{secret('madefile')}.pdf", "application/pdf", 2,
    )  # fmt: skip
    waiting = replace(
        asked, key=sha256(f"{short} waits".encode()).hexdigest(), kind="pack.zip", draft=None, version=1,
        party=said.answers["parties"][0]["id"], title=secret("waiting"),
    )  # fmt: skip
    made.ask(session, waiting, frozen=secret("frozen"), at=START)
    number = made.ask(session, asked, frozen="{}", at=START)
    made.keep(session, number, b"%PDF-1.6 " + secret("content").encode(), at=START)
    _returned(session, ref, secret)
    for audience in ("internal", "shared"):
        _comment(session, ref, secret(audience), audience=audience, own=own, person=person.id, reply=secret("reply"))
    comments.record_views(
        session, ref, whom="staff", how=secret("how"), said=secret("said"), changed=secret("changed"),
        organisation=own, person=person.id, by=secret("by"), at=LEFT,
    )  # fmt: skip
    return {
        "ref": ref, "number": 1, "document": number, "making": number, "name": "a.docx", "address": "about.title",
        "item": said.answers["flows"][0]["id"], "party": said.answers["parties"][0]["id"],
    }  # fmt: skip


def _returned(session: Connection, ref: str, secret: Callable[[str], str]) -> None:
    """A file with two entries, one of which was answered."""
    entries = [
        Item("comment", "about.title", "", secret("author"), "", secret("hung"), "", "", "", text=secret("remark")),
        Item("change", "about.title", "", secret("author"), "", secret("old"), secret("new"), "", ""),
    ]
    kept = returned.keep(
        session, ref, name=f"{secret('returned')}.docx", version="1", content=secret("bytes").encode(), about={},
        items=[NewItem(one.address, asdict(one)) for one in entries], by=secret("returner"), at=START,
    )  # fmt: skip
    first = returned.item(session, ref, kept.number, 1)
    returned.decide(
        session, first, "answered", reply=secret("decided"), note=secret("decision"), by=secret("decider"), at=START
    )


def _comment(
    session: Connection, ref: str, text: str, *, audience: Audience, own: str, person: str, reply: str
) -> None:
    """With a reply of the same organisation."""
    said = comments.say(
        session, ref, kind="comment", audience=audience, address="about.title", text=text, draft=2, organisation=own,
        person=person, by=reply, at=LEFT,
    )  # fmt: skip
    comments.reply(
        session, ref, said.number, what="answer", text=reply, organisation=own, person=person, by=reply, at=LEFT
    )


def _consulted(session: Connection, partnership: Partnership) -> None:
    """In the draft of Northshire that is open to Eastford each says something to the other, something to itself, and
    answers."""
    ref = partnership.refs["consultation"]
    for short in TOGETHER:
        own, person = partnership.organisations[short], partnership.people[short, "igm"]
        for audience, kind in (("internal", "secret"), ("shared", "shared")):
            said, reply = word(short, kind, "consulted"), word(short, kind, "answered")
            _comment(session, ref, said, audience=audience, own=own, person=person, reply=reply)


def _run(session: Connection, partnership: Partnership) -> None:
    """What Northshire has as the one that runs the copy: its look for every document, and a job that went wrong."""
    look, by = file(council(first=False)), word("northshire", "secret", "styler")
    house_styles.upload(session, look, name=word("northshire", "open", "style"), by=by, at=START)
    jobs.put(session, "work", subject=word("northshire", "secret", "job"), key="canary", at=START - DAY)
    job = jobs.claim(session, at=START, until=LEFT)
    assert job and job.key == "canary"
    jobs.fail(session, job, until=LEFT, error=word("northshire", "secret", "error"))


def told(content: bytes) -> str:
    """The words of an answer, those of a packed file (Word, a spreadsheet, a pack) too."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return " ".join(told(packed.read(name)) for name in packed.namelist())


def leaked(text: str, to: str, *, asked: str = "") -> list[str]:
    """The words in a text that are not for that organisation. What was `asked` for may be repeated: it says
    nothing."""
    found = {hit[0].casefold(): (hit[2].casefold(), hit[1].casefold()) for hit in WORD.finditer(text)}
    return sorted(one for one, whose in found.items() if to not in READERS.get(whose, ()) and one != asked.casefold())
