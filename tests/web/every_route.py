"""One address for every route of the application, in a register that holds something for each."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import digest
from protocolbuilder.domain.organisations import Assurance, Evidence, Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import agreements, assurances, invitations, made, organisations, versions
from protocolbuilder.store.engine import writing
from protocolbuilder.store.made import Asked
from protocolbuilder.store.versions import NewDocument
from tests.law.filled import filled
from tests.store.builders import ISSUING
from tests.web.conftest import START

ARGUMENT = re.compile(r"<(int:)?(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    endpoint: str
    method: str
    address: str


def furnished(app: Flask) -> dict[str, Any]:
    """An agreement with a version of it and a document that was made of it, for the arguments of routes."""
    copy = app.extensions["protocolbuilder"]
    agreement = filled("mash")
    with writing(copy.database) as session:
        ref = agreements.create(session, agreement, by="Ada Jones", at=START, new_id=copy.new_id).ref
        document = NewDocument("a.docx", "text/plain; charset=utf-8", b"Words")
        versions.issue(
            session, ref, number=1, seen=1, documents=[document], by="Ada Jones",
            content_digest=digest(agreement), schema=agreement.schema, library="2026.11", templates={}, at=START,
            note="", issuing=ISSUING,
        )  # fmt: skip
        asked = Asked("k" * 64, ref, 1, None, "summary.pdf", "", "Summary (PDF)", "a.pdf", "application/pdf", 2)
        made_later = made.ask(session, asked, frozen="{}", at=START)
        made.keep(session, made_later, b"%PDF-1.6", at=START)
        body = organisations.first(session) or organisations.add(
            session, Organisation("", "Northshire"), by="", at=START, new_id=copy.new_id
        )
        shown = Evidence("a.pdf", "application/pdf", sha256(b"%PDF-1.6").hexdigest())
        assurance = assurances.add(
            session, body.id, Assurance("dspt", "met", "", None, None, shown), content=b"%PDF-1.6",
            by=Person("", "Ada Jones", ""), at=START, new_id=copy.new_id,
        )  # fmt: skip
        asked_to_join = Person("", "Sam Hill", "Records officer", "asked@northshire.example")
        invitation = invitations.invite(
            session, asked_to_join, body.id, roles=["auditor"], department="", by="", at=START, new_id=copy.new_id
        )
    flow = agreement.answers["flows"][0]["id"]
    gateway = catalogue.library().choices("gateways")[0][0]
    return {
        "ref": ref, "section": "flows", "item": flow, "page": "from", "kind": "agreement.docx", "number": 1,
        "document": made_later, "person": invitation.person,
        "name": "a.docx", "entry": gateway, "filename": "pages.css", "rule": "R01", "address": f"flows.{flow}",
        "record_id": "none", "token": "none", "organisation": body.id, "assurance": assurance.id, "part": "about",
        "party": agreement.answers["parties"][0]["id"],
    }  # fmt: skip


def routes(app: Flask, given: dict[str, Any]) -> list[Route]:
    """Every route and method; what is not given stands as 1."""
    found = []
    for rule in app.url_map.iter_rules():
        address = ARGUMENT.sub(lambda hit: "1" if hit[1] else quote(str(given.get(hit[2], 1))), rule.rule)
        methods = sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        found += [Route(rule.endpoint, method, address) for method in methods]
    return found
