"""Everything that is kept about a person: they take it along themselves, or the administrator of their organisation
does for them, also when they have left. What an administrator took along is recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Forbidden, NotFound
from protocolbuilder.store import erasing, memberships, organisations, people, person_data
from protocolbuilder.store.security_events import record
from protocolbuilder.web.access import Signed, visitor
from protocolbuilder.web.running import now, session
from protocolbuilder.web.words import moment

blueprint = Blueprint("person_record", __name__)
Answer = str | Response
SHOWN: Final = 200
"""Rows of one table on the readable page; the file holds all."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_ACT: Final = re.compile(r"[a-z-]+:[a-z-]+")
_ID: Final = re.compile(r"[0-9a-f]{10}")
_YES_OR_NO: Final = frozenset({"sample", "active"})


@blueprint.get("/account/record")
def own() -> Answer:
    signed = visitor()
    if signed is None:
        return redirect(url_for("accounts_sign_in.ask", next="/account/record"), 303)
    return render_template("person_record_own.html", shown=SHOWN, **_said(signed.person))


@blueprint.get("/account/record.json")
def own_file() -> Answer:
    signed = visitor()
    if signed is None:
        return redirect(url_for("accounts_sign_in.ask", next="/account/record"), 303)
    return _file(signed.person)


@blueprint.get("/people/left")
def left() -> str:
    """Who was in the organisation and is in none now."""
    _, body = of_own_organisation()
    return render_template("people_left.html", own=body, left=erasing.who_left(session(), body.id), place="people")


@blueprint.get("/people/<person>/record")
def ask(person: str) -> str:
    _, body, found = somebody_of_own(person)
    return render_template(
        "person_record.html", own=body, person=found, counts=person_data.counts(session(), person), place="people",
        elsewhere=elsewhere(found, body), now_here=is_here(found),
    )  # fmt: skip


@blueprint.post("/people/<person>/record")
def take(person: str) -> Answer:
    """`as` json or page. Raises NotFound for somebody who is, or was, of another organisation too."""
    signed, body, found = somebody_of_own(person)
    if elsewhere(found, body):
        raise NotFound("This person is, or was, of another organisation too, and takes their record along themselves.")
    about = {"person": found.id, "organisation": body.id}
    record(session(), "person:taken-along", about, by=signed.person.id, at=now())
    if request.form.get("as") == "json":
        return _file(found)
    page = render_template("person_record_page.html", shown=SHOWN, **_said(found))
    return _attached(page.encode(), "record.html", "text/html; charset=utf-8")


def of_own_organisation() -> tuple[Signed, Organisation]:
    """Raises Forbidden for somebody of none."""
    signed = visitor()
    if signed is None or signed.organisation is None:
        raise Forbidden("The administrator of an organisation does this.")
    return signed, signed.organisation


def somebody_of_own(person: str) -> tuple[Signed, Organisation, Person]:
    """Somebody who is or was of one's own organisation. Raises NotFound for anybody else."""
    signed, body = of_own_organisation()
    if body.id not in {one.organisation for one in memberships.of_person(session(), person)}:
        raise NotFound("There is no such person here.")
    return signed, body, people.load(session(), person)


def elsewhere(person: Person, body: Organisation) -> bool:
    """Are they, or were they, of another organisation, whose things its administrator alone may take along?"""
    return any(one.organisation != body.id for one in memberships.of_person(session(), person.id))


def is_here(person: Person) -> bool:
    return bool(memberships.now_of(session(), person.id))


def _read_out(row: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a person reads of a row: moments as a clock shows them, whom and what the `names` name. Ids are left out."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield key, "; ".join(f"{part} {words}" for part, words in _read_out(value, names))
            continue
        words = names.get(str(value), str("" if value is None else value))
        if key in _YES_OR_NO:
            words = "yes" if value else "no"
        elif _MOMENT.fullmatch(words):
            words = moment(datetime.fromisoformat(words))
        elif _ACT.fullmatch(words):
            words = words.replace(":", " ").replace("-", " ")
        if words and key != "id" and not _ID.fullmatch(words):
            yield key, words


def _said(person: Person) -> dict[str, Any]:
    known = person_data.names(session(), person.id)
    names = {one.id: one.name for one in organisations.all_of_them(session())}
    return {
        "person": person, "kept": person_data.everything(session(), person.id), "shared": known.shared, "at": now(),
        "organisations": names, "read_out": lambda row: list(_read_out(row, {**names, person.id: person.name})),
    }  # fmt: skip


def _file(person: Person) -> Response:
    said = _said(person)
    whole = {
        "what": "Everything that this copy of protocolbuilder keeps about a person. Other people are left out, and so"
        " are passwords, tokens and their hashes, and the words of agreements and files.",
        "person": person.id,
        "made_at": said["at"].isoformat(),
        "organisations": said["organisations"],
        "not_looked_for": list(said["shared"]),
        "tables": [{"table": one.table, "what": one.about, "rows": list(one.rows)} for one in said["kept"]],
    }
    content = json.dumps(whole, ensure_ascii=False, indent=1).encode()
    return _attached(content, "record.json", "application/json")


def _attached(content: bytes, name: str, media_type: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
