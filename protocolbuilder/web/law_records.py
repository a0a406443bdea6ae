"""Recording on top of the law library: a verification, a change of the law, a local entry, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.reading import FORBIDDEN
from protocolbuilder.errors import NotFound
from protocolbuilder.law import local_entries, shelf
from protocolbuilder.law.offer_words import NATIONS
from protocolbuilder.law.overlay import CHANGES, Change, LocalEntry, about, proposal, same_person, standing
from protocolbuilder.store import overlay as store
from protocolbuilder.web.access import visitor, who
from protocolbuilder.web.law import alone, entry_of
from protocolbuilder.web.library import library, recorded, today
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("law_records", __name__)

Answer = str | tuple[str, int] | Response
LONGEST: Final = 2000
POST: Final = "Enter your post and organisation"
PARTS: Final = ("day", "month", "year")


def text(name: str) -> str:
    """What was typed in a field, without characters that no document may hold."""
    return FORBIDDEN.sub("", request.form.get(name, "").replace("\r\n", "\n")).strip()


def day(name: str) -> date | None:
    """The day of three fields, or None when they make none."""
    try:
        parts = [int(text(f"{name}--{part}")) for part in reversed(PARTS)]
        return date(*parts) if parts[0] > 999 else None
    except ValueError:
        return None


def blank(name: str) -> bool:
    return not any(text(f"{name}--{part}") for part in PARTS)


def _missing(**needed: str) -> dict[str, str]:
    """Field -> its message, for those left empty or far too long."""
    found = {name: words for name, words in needed.items() if not text(name)}
    long = (name for name in request.form if len(text(name)) > LONGEST)
    return found | dict.fromkeys(long, f"Enter {LONGEST} characters at most")


def _page(template: str, *, wrong: Mapping[str, str], **values: Any) -> Answer:
    page = render_template(
        template, wrong=wrong, typed=request.form, library=library(), today=today(), place="law", **values
    )
    return (page, 422) if wrong else page


def _said() -> dict[str, Any]:
    signed = visitor()
    person = signed.person.id if signed else ""
    return {"by": who(), "post": text("post"), "person": person, "at": now(), "new_id": running().new_id}


@blueprint.route("/law/<entry>/verify", methods=["GET", "POST"])
def verify(entry: str) -> Answer:
    """Somebody looked at the source: when, what they saw, and for a provision what brought it into force.

    A local entry is verified by somebody else than its proposer; names are what people type until they have accounts.
    """
    vocabulary, record = entry_of(entry)
    proposed = proposal(recorded(), entry)
    wrong = _wrong_verification(proposed) if request.method == "POST" else {}
    if request.method != "POST" or wrong:
        name = library().label(vocabulary, entry)
        return _page(
            "law_verify.html", wrong=wrong, record=record, name=name, provision=vocabulary == "gateways",
            proposer=proposed.by if proposed else "", own=_is_own(proposed),
        )
    instrument, commenced = (text("instrument"), day("commenced")) if vocabulary == "gateways" else ("", None)
    looked = day("on") or today()
    store.record_verification(
        session(), entry, on=looked, seen=text("seen"), instrument=instrument, commenced=commenced, **_said()
    )
    flash("The verification is recorded. The law library has a new version.")
    started = instrument and record["status"] == "unverified"
    return redirect(f"/law/{entry}/impact" if started else f"/law/{entry}", 303)


def _is_own(proposed: LocalEntry | None) -> bool:
    signed = visitor()
    return proposed is not None and (
        same_person(proposed.by, who()) or (signed is not None and signed.person.id == proposed.person)
    )


def _wrong_verification(proposed: LocalEntry | None) -> dict[str, str]:
    """A local entry is not verified by whoever proposed it."""
    if _is_own(proposed):
        return {"proposer": "You proposed this entry, so somebody else has to verify it. Nothing was recorded"}
    found = _missing(post=POST, seen="Enter what you looked at and what you saw")
    looked = day("on")
    if looked is None:
        found["on"] = "Enter the day on which you looked, for example 24 11 2026"
    elif looked > today():
        found["on"] = "The day on which you looked cannot be in the future"
    if not blank("commenced") and day("commenced") is None:
        found["commenced"] = "Enter a real day, for example 30 9 2026"
    elif text("instrument") and blank("commenced"):
        found["commenced"] = "Enter the day on which it came, or comes, into force"
    elif not text("instrument") and not blank("commenced"):
        found["instrument"] = "Enter the instrument that brought it into force"
    return found


@blueprint.route("/law/<entry>/status", methods=["GET", "POST"])
def status(entry: str) -> Answer:
    """The law changed: a provision was brought into force, amended or repealed from a day on."""
    vocabulary, record = entry_of(entry)
    if vocabulary != "gateways":
        raise NotFound("Changes are recorded for provisions. Verify the lawful basis instead.")
    wrong = _wrong_change(entry) if request.method == "POST" else {}
    if request.method != "POST" or wrong:
        others = [(key, label) for key, label in library().choices("gateways") if key != entry]
        name = library().label(vocabulary, entry)
        return _page("law_status.html", wrong=wrong, record=record, name=name, changes=CHANGES, others=others)
    store.record_status_change(
        session(), entry, status=cast(Change, text("change")), since=cast(date, day("since")),
        instrument=text("instrument"), replaced_by=text("replaced_by"), note=text("note"), **_said(),
    )
    flash("The change of the law is recorded. The law library has a new version.")
    return redirect(f"/law/{entry}/impact", 303)


def _wrong_change(entry: str) -> dict[str, str]:
    found = _missing(post=POST, instrument="Enter the instrument that made the change")
    if text("change") not in CHANGES:
        found["change"] = "Select what happened"
    if day("since") is None:
        found["since"] = "Enter the first day on which it counts, for example 30 9 2026"
    if text("change") == "amended" and not text("note"):
        found["note"] = "Enter what changed"
    after = text("replaced_by")
    if after and (after == entry or not library().has("gateways", after)):
        found["replaced_by"] = "Select a provision of the library"
    return found


@blueprint.route("/law/local", methods=["GET", "POST"])
def local() -> Answer:
    """A provision that the shipped library lacks, for this copy alone."""
    values: dict[str, Any] = {name: text(name) for name in request.form}
    values |= {name: request.form.getlist(name) for name in local_entries.LISTS}
    wrong = {}
    if request.method == "POST":
        wrong = {**local_entries.wrong(library(), values), **_missing(post=POST)}
        if not blank("in_force_from") and day("in_force_from") is None:
            wrong["in_force_from"] = "Enter a real day, for example 30 9 2026"
    if request.method != "POST" or wrong:
        return _page("law_local.html", wrong=wrong, chosen=values, choices=_choices(), alone=alone())
    starts = day("in_force_from")
    values["in_force_from"] = starts.isoformat() if starts else ""
    signed = visitor()
    agency = signed.organisation if signed else None
    made = store.propose_entry(session(), local_entries.record(values), agency=agency, **_said())
    flash(
        "The local entry is proposed. A person of a second agency has to approve it before it is offered to flows."
        if agency else "The local entry is recorded. It is marked “local” wherever it is named."
    )  # fmt: skip
    return redirect(f"/law/{made.entry}", 303)


def _choices() -> dict[str, list[tuple[str, str]]]:
    known, anyone = library(), ("any", "Any body")
    agencies = [anyone, *known.choices("agency_types")]
    return {
        "who_may_rely_on": agencies,
        "may_disclose_to": agencies,
        "purposes": list(known.choices("purposes")),
        "jurisdictions": [(key, NATIONS[key]) for key in local_entries.NATIONS],
        "kind": list(shelf.KINDS.items()),
        "in_force": [(key, shelf.STATUSES[key]) for key in local_entries.STATUSES],
    }


@blueprint.route("/law/<entry>/withdraw/<record_id>", methods=["GET", "POST"])
def withdraw(entry: str, record_id: str) -> Answer:
    """A record was made in error: another one says so. Both stay readable."""
    vocabulary, _ = entry_of(entry)
    counting = {record.id for record in standing(about(recorded(), entry)[::-1])}
    if record_id not in counting:
        raise NotFound("There is no such record, or it was withdrawn already.")
    wrong = _missing(post=POST, reason="Enter why it counts no longer") if request.method == "POST" else {}
    if request.method != "POST" or wrong:
        record = next(one for one in about(recorded(), entry) if one.id == record_id)
        name = library().label(vocabulary, entry)
        return _page("law_withdraw.html", wrong=wrong, record=record, entry=entry, name=name)
    store.withdraw(session(), record_id, reason=text("reason"), **_said())
    flash("Withdrawn. The record stays readable, and counts no longer.")
    return redirect(f"/law/{entry}", 303)
