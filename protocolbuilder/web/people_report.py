"""Who administers the organisation here, and how everybody proves who they are: what Cyber Essentials and the Data
Security and Protection Toolkit ask for about administrators and multi-factor authentication."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from protocolbuilder.documents.sheet import safe
from protocolbuilder.store import accounts, invitations, memberships, people, sessions
from protocolbuilder.store.accounts import Ways
from protocolbuilder.web.people import mine, role_names
from protocolbuilder.web.running import now, session
from protocolbuilder.web.words import moment

blueprint = Blueprint("people_report", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody of the organisation. `seen`: when they were last here, as far as sessions are still kept."""

    name: str
    post: str
    roles: frozenset[str]
    ways: Ways
    seen: datetime | None
    sample: bool

    @property
    def admin(self) -> bool:
        return "admin" in self.roles

    @property
    def by(self) -> list[str]:
        keys = f"{self.ways.passkeys} passkey{'s' if self.ways.passkeys > 1 else ''}"
        said = {
            "password": self.ways.password, "authenticator app": self.ways.app, keys: self.ways.passkeys,
            "sign-in of the organisation": self.ways.own,
        }  # fmt: skip
        return [words for words, there in said.items() if there]

    @property
    def proves(self) -> str:
        """Do they give a second factor? The organisation's own sign-in asks for its own: it answers for that."""
        if self.ways.second_factor:
            return "Yes"
        return "Asked for by the organisation’s own sign-in" if self.ways.own else "No"


def lines(own: str) -> list[Line]:
    """Administrators first, then by name. People who are asked to join are not here yet."""
    asked = {one.person for one in invitations.waiting(session(), own)}
    held = {one.person: one.roles for one in memberships.of_organisation(session(), own) if one.person not in asked}
    known = {id: one for id, one in people.by_id(session(), held).items() if one.active}
    ways, seen = accounts.ways(session(), known), sessions.latest(session(), known)
    found = [
        Line(one.name, one.post, held[id], ways.get(id, Ways()), seen.get(id), one.sample) for id, one in known.items()
    ]
    return sorted(found, key=lambda line: (not line.admin, line.name.casefold()))


@blueprint.get("/people/sign-in-report")
def show() -> str:
    _, own = mine()
    found = lines(own.id)
    return render_template("people_report.html", own=own, lines=found, names=role_names, at=now(), place="people")


@blueprint.get("/people/sign-in-report.csv")
def file() -> Response:
    _, own = mine()
    answer = Response(_csv(lines(own.id)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="sign-in-report.csv"'
    return answer


def _csv(found: Sequence[Line]) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads accents."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(("Name", "Post", "Administrator", "Roles", "Signs in by", "Second factor", "Last here"))
    for one in found:
        seen = moment(one.seen) if one.seen else "Not known"
        said = (one.name, one.post, "Yes" if one.admin else "No", ", ".join(role_names(one.roles)), ", ".join(one.by))
        writer.writerow([safe(text) for text in (*said, one.proves, seen)])
    return out.getvalue().encode("utf-8-sig")
