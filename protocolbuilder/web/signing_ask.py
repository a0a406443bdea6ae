"""Asking for signatures: of everybody whom a version names to sign, in one act, or of one person by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain import mailboxes
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.signing import Level, Signatory, signatories, signatory_faults
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import signing, signing_asking, versions
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.law_records import blank, day
from protocolbuilder.web.means import actor, means
from protocolbuilder.web.opened import Opened, open_issued
from protocolbuilder.web.organisation_forms import line
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import now, session
from protocolbuilder.web.signatories import document_of, said_in

blueprint = Blueprint("signing_ask", __name__, url_prefix="/agreements/<ref>/versions/<int:number>/signatures")

Answer = str | tuple[str, int] | Response
LEVELS: Final[tuple[tuple[Level, str], ...]] = (
    ("standard", "Standard: a code is sent to their mailbox each time. No account is needed"),
    ("strong", "Strong: they sign in here with a second factor, so they need an account"),
)
NOT_STRONG: Final = "Several people read this mailbox. For strong signing, enter the address of the person"


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed: whom to ask, until when, how surely. `wrong`: field -> what to put right; `doubts`: what to look
    at before it is sent."""

    who: tuple[Signatory, ...]
    due: date | None
    level: Level
    wrong: Mapping[str, str]
    doubts: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not self.wrong and (not self.doubts or request.form.get("looked") == mark_of(self.doubts))


@blueprint.get("/ask")
def ask_all(ref: str, number: int) -> str:
    return _page(open_issued(ref, number), number)


@blueprint.post("/ask")
def invite_all(ref: str, number: int) -> Answer:
    """Whoever is ticked, in one act: all of them are asked, or nobody is."""
    opened, chosen = open_issued(ref, number), request.form.getlist("party")
    named = signing_asking.to_invite(session(), ref, number)
    who = tuple(replace(one, email=line(f"email.{one.party}")) for one in named if one.party in chosen)
    form = _read(who, many=True)
    if not form.ready:
        return _page(opened, number, form=form), 422
    _invite(ref, number, form)
    flash(f"{len(who)} {'person is' if len(who) == 1 else 'people are'} asked to sign. Each gets a mail of their own.")
    return redirect(url_for("signing_chase.show", ref=ref, number=number), 303)


@blueprint.get("/<party>/ask")
def ask_one(ref: str, number: int, party: str) -> str:
    return _one(open_issued(ref, number), number, party)


@blueprint.post("/<party>/ask")
def invite_one(ref: str, number: int, party: str) -> Answer:
    opened = open_issued(ref, number)
    form = _read((Signatory(party, line("name"), line("post"), line("email")),), many=False)
    if not form.ready:
        return _one(opened, number, party, form=form), 422
    _invite(ref, number, form)
    flash(f"{form.who[0].name} is asked to sign, by a mail of their own.")
    return redirect(url_for("signing_chase.show", ref=ref, number=number), 303)


def _invite(ref: str, number: int, form: Form) -> None:
    """Raises Frozen or Superseded, when somebody else was faster: then nobody of these is asked."""
    document = document_of(versions.version(session(), ref, number, of=reach())).name
    for who in form.who:
        signing_asking.invite(
            session(), ref, number, who, document=document, by=actor(), at=now(), means=means(), level=form.level,
            due=form.due,
        )  # fmt: skip


def _read(who: tuple[Signatory, ...], *, many: bool) -> Form:
    """The form with these people. The fields of one of `many` are named with the partner."""
    level: Level = "strong" if request.form.get("level") == "strong" else "standard"
    due, wrong = day("due"), dict[str, str]()
    if not who:
        wrong["party"] = "Select at least one person to ask"
    for one in who:
        faults = signatory_faults(one)
        if "email" not in faults and level == "strong" and mailboxes.is_shared(one.email):
            faults["email"] = NOT_STRONG
        wrong |= {f"email.{one.party}": " ".join(faults.values())} if many and faults else faults
    if not blank("due") and due is None:
        wrong["due"] = "Enter a real day, for example 30 9 2026"
    elif due is not None and due <= day_of(now()):
        wrong["due"] = "The last day must be in the future"
    doubts = () if wrong else tuple(words for one in who if (words := mailboxes.doubt(one.email)))
    return Form(who, due, level, wrong, doubts)


def _page(opened: Opened, number: int, *, form: Form | None = None) -> str:
    _refuse_older(opened, number)
    named = signing_asking.to_invite(session(), opened.ref, number)
    says = said_in(opened.ref, number)
    parties = {row["id"]: str(row.get("name", row["id"])) for row in rows_of(says, "parties")}
    asked = {one.party for one in signing.of_version(session(), opened.ref, number)}
    unnamed = [id for id in parties if id not in asked and id not in {one.party for one in signatories(says)}]
    return render_template(
        "signing_ask.html", opened=opened, number=number, named=named, parties=parties, unnamed=unnamed, form=form,
        wrong=form.wrong if form else {}, typed=request.form, levels=LEVELS, place="agreements",
        looked=mark_of(form.doubts) if form else "",
    )  # fmt: skip


def _one(opened: Opened, number: int, party: str, *, form: Form | None = None) -> str:
    _refuse_older(opened, number)
    says = said_in(opened.ref, number)
    row = next((one for one in rows_of(says, "parties") if one["id"] == party), None)
    if row is None:
        raise NotFound(f"There is no such partner in version {number} of {opened.ref}.")
    named = next((one for one in signatories(says) if one.party == party), Signatory(party, "", "", ""))
    usual = {"name": named.name, "post": named.post, "email": named.email, "level": "standard"}
    return render_template(
        "signing_ask_one.html", opened=opened, number=number, party=party, organisation=str(row.get("name", party)),
        form=form, wrong=form.wrong if form else {}, typed=request.form if form else usual, levels=LEVELS,
        looked=mark_of(form.doubts) if form else "", place="agreements",
    )  # fmt: skip


def _refuse_older(opened: Opened, number: int) -> None:
    if opened.draft.issued != number:
        raise Frozen(f"Version {opened.draft.issued} was issued since: nobody is asked to sign this one any more.")
