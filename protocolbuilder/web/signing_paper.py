"""What is recorded for others: a signature on paper with the scan that shows it, and the approval of a board."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.people import LONGEST
from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.signing import LONGEST_WORDS, NO_DEED, Signatory, calls_it_a_deed
from protocolbuilder.errors import BadFile, Frozen, NotFound
from protocolbuilder.intake import evidence as files
from protocolbuilder.store import signatures, signing_paper, versions
from protocolbuilder.store.signing_paper import STAGES, Scan
from protocolbuilder.web.law_records import day, text
from protocolbuilder.web.making import MEDIA, sent
from protocolbuilder.web.means import actor, means
from protocolbuilder.web.opened import Opened, open_issued
from protocolbuilder.web.organisation_forms import line
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import now, session
from protocolbuilder.web.signatories import document_of, said_in
from protocolbuilder.web.uploads import uploaded

blueprint = Blueprint("signing_paper", __name__, url_prefix="/agreements/<ref>/versions/<int:number>/signatures")

Answer = str | tuple[str, int] | AnyResponse
TAKEN: Final = "Select the scan: a PDF, or a PNG or JPEG picture"
NO_DAY: Final = "Enter the day on which it was {}, for example 30 9 2026"
SIGNED: Final = "This partner has signed this version already."


@dataclass(frozen=True, slots=True)
class Paper:
    """What the form says. `content` is the scan, `name` what it is called."""

    who: Signatory
    signed: date | None
    authority: str
    name: str
    content: bytes
    wrong: Mapping[str, str]


@blueprint.get("/<party>/paper")
def ask_for_paper(ref: str, number: int, party: str) -> str:
    return _paper(open_issued(ref, number), number, party)


@blueprint.post("/<party>/paper")
def record_paper(ref: str, number: int, party: str) -> Answer:
    said = _read(party)
    opened = open_issued(ref, number)
    if said.wrong:
        return _paper(opened, number, party, said=said), 422
    document = document_of(versions.version(session(), ref, number, of=reach())).name
    signing_paper.record_paper(
        session(), ref, number, said.who, document=document, day=cast(date, said.signed), by=actor(), at=now(),
        scan=Scan(said.name, said.content), means=means(), authority=said.authority,
    )  # fmt: skip
    flash(f"The signature of {said.who.signature} on paper is recorded, with its scan.")
    return redirect(url_for("signing_chase.show", ref=ref, number=number), 303)


@blueprint.get("/<receipt>/scan")
def scan(ref: str, number: int, receipt: str) -> Response:
    """The file as it came, to keep: nothing in it runs here."""
    found = signatures.load(session(), receipt)
    if (found.ref, found.number) != (ref, number):
        raise NotFound("There is no such signature.")
    kept = signing_paper.scan_of(session(), found)
    return sent(kept.name, _media(kept.name), kept.content)


@blueprint.get("/<party>/approval")
def ask_for_approval(ref: str, number: int, party: str) -> str:
    return _approval(open_issued(ref, number), number, party, wrong={})


@blueprint.post("/<party>/approval")
def record_approval(ref: str, number: int, party: str) -> Answer:
    """Whether it came before or after the signature follows from whether the partner has signed."""
    opened, on, wrong = open_issued(ref, number), day("day"), dict[str, str]()
    body, minute = line("body"), line("minute")
    if not body or len(body) > LONGEST:
        wrong["body"] = f"Enter which board or committee approved it, in {LONGEST} characters at most"
    elif calls_it_a_deed(body):
        wrong["body"] = NO_DEED
    if on is None or on > day_of(now()):
        wrong["day"] = NO_DAY.format("approved") if on is None else "The day cannot be in the future"
    if not minute or len(minute) > LONGEST:
        wrong["minute"] = f"Enter where its minutes say so, in {LONGEST} characters at most"
    if wrong:
        return _approval(opened, number, party, wrong=wrong), 422
    made = signing_paper.record_approval(
        session(), ref, number, party, body=body, day=cast(date, on), minute=minute, by=actor(), at=now(),
        means=means(),
    )  # fmt: skip
    flash(f"The approval of {body} is recorded: {STAGES[made.stage].lower()}.")
    return redirect(url_for("signing_chase.show", ref=ref, number=number), 303)


def _read(party: str) -> Paper:
    who, signed, wrong = Signatory(party, line("name"), line("post"), ""), day("day"), dict[str, str]()
    for field, words in (("name", "Enter the name of the person who signed"), ("post", "Enter their post")):
        if not getattr(who, field) or len(getattr(who, field)) > LONGEST:
            wrong[field] = f"{words}, in {LONGEST} characters at most"
    if signed is None or signed > day_of(now()):
        wrong["day"] = NO_DAY.format("signed") if signed is None else "The day cannot be in the future"
    authority = text("authority")
    if len(authority) > LONGEST_WORDS or calls_it_a_deed(authority):
        wrong["authority"] = NO_DEED if calls_it_a_deed(authority) else f"Use {LONGEST_WORDS} characters or less"
    content, name = b"", ""
    try:
        content, name = uploaded(most=files.LARGEST, name_field="carried_name")
        name = files.take(content, name).name if content else ""
        if not content or name.endswith(".docx"):
            wrong["file"], content = TAKEN, b""
    except BadFile as error:
        wrong["file"], content = error.text, b""
    return Paper(who, signed, authority, name, content, wrong)


def _paper(opened: Opened, number: int, party: str, *, said: Paper | None = None) -> str:
    if signatures.of_party(session(), opened.ref, number, party) is not None:
        raise Frozen(SIGNED)
    carried = base64.b64encode(said.content).decode() if said and said.content else ""
    return render_template(
        "signing_paper.html", opened=opened, number=number, party=party, organisation=_called(opened, number, party),
        version=versions.version(session(), opened.ref, number, of=reach()),
        wrong=said.wrong if said else {}, typed=request.form, carried=carried,
        carried_name=said.name if said and carried else "", place="agreements",
    )  # fmt: skip


def _approval(opened: Opened, number: int, party: str, *, wrong: Mapping[str, str]) -> str:
    return render_template(
        "signing_approval.html", opened=opened, number=number, party=party, wrong=wrong, typed=request.form,
        organisation=_called(opened, number, party), place="agreements",
        signed=signatures.of_party(session(), opened.ref, number, party),
    )  # fmt: skip


def _called(opened: Opened, number: int, party: str) -> str:
    """The name of the partner. Raises NotFound, and Frozen for a version that is signed no longer."""
    found = next((one for one in rows_of(said_in(opened.ref, number), "parties") if one["id"] == party), None)
    if found is None:
        raise NotFound(f"There is no such partner in version {number} of {opened.ref}.")
    if opened.draft.issued != number:
        raise Frozen(f"Version {opened.draft.issued} was issued since: nothing is recorded for this one any more.")
    return str(found.get("name", party))


def _media(name: str) -> str:
    return {**files.MEDIA, **MEDIA}.get(name.rpartition(".")[2], "application/octet-stream")
