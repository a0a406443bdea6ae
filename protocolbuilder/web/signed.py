"""What shows how a version was signed: the executed copy, the certificate and the bundle of evidence; and going on
without a partner that does not sign."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.documents import certificate, executed
from protocolbuilder.documents.evidence import bundle
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.errors import BadFile, BadKey, NotFound
from protocolbuilder.keys import SealKey, own_certificates, seal_key
from protocolbuilder.store import evidence as kept_evidence
from protocolbuilder.store import executed as kept
from protocolbuilder.store import organisations, signatures, signing_leaving, signing_record, versions
from protocolbuilder.web import looks
from protocolbuilder.web.making import MEDIA, sent
from protocolbuilder.web.means import actor, means
from protocolbuilder.web.opened import open_issued
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("signed", __name__, url_prefix="/agreements/<ref>/versions/<int:number>")

LONGEST: Final = 500
NAMED: Final = {"executed.docx": "Signed copy (Word)", "certificate.docx": "Certificate of signing (Word)"}
"""How the name of a file ends -> what it is."""
SO_FAR: Final = ("copy", "certificate")


@blueprint.get("/signed")
def show(ref: str, number: int) -> str:
    opened = open_issued(ref, number)
    version = versions.version(session(), ref, number, of=reach())
    return render_template(
        "signed.html", opened=opened, version=version, named=NAMED, files=kept.of_version(session(), ref, number),
        whole=signatures.completed_at(session(), ref, number), follows=may("signature:follow"),
        signed=len(signatures.of_version(session(), ref, number)), place="agreements",
        missing=len(signatures.missing(session(), ref, number)),
    )  # fmt: skip


@blueprint.get("/signed/<name>")
def file(ref: str, number: int, name: str) -> Response:
    """The bytes that were kept when all had signed."""
    versions.version(session(), ref, number, of=reach())
    found = kept.document(session(), ref, number, name)
    return sent(found.name, found.media_type, found.content)


@blueprint.get("/signed/so-far/<what>")
def so_far(ref: str, number: int, what: str) -> Response:
    """The same as it stands now, which says so; kept nowhere."""
    if what not in SO_FAR:
        raise NotFound("There is no such document.")
    opened = open_issued(ref, number)
    record, at, key = signing_record.record(session(), ref, number), now(), _key()
    named = f"{ref}-version-{number}-{what}-so-far.docx"
    try:
        if what == "certificate":
            template = looks.stock().load(certificate.TEMPLATE, opened.schema)
            made = certificate.certificate(record, key=key, at=at, template=template)
        else:
            if record.document is None:
                raise NotFound(f"Version {number} of {ref} has no document that could be signed.")
            issued = versions.document(session(), ref, number, record.document.name, of=reach()).content
            made = executed.executed(issued, record, key=key, at=at)
    except BadFile as error:
        raise NotFound(error.text) from error
    return sent(named, MEDIA["docx"], made)


@blueprint.get("/signed/evidence")
def evidence(ref: str, number: int) -> Response:
    """Never with what stands aside of the lines: addresses and browsers of others."""
    versions.version(session(), ref, number, of=reach())
    said = kept_evidence.evidence(session(), ref, number)
    settings = running().settings
    authorities = settings.tsa_ca.read_bytes() if settings.tsa_ca else b""
    certificates = own_certificates(settings)
    made = bundle(said, key=means().key, certificates=certificates, at=now(), authorities=authorities)
    return sent(f"{ref}-version-{number}-evidence.zip", MEDIA["zip"], made)


@blueprint.get("/signatures/<party>/without")
def ask_to_go_on(ref: str, number: int, party: str) -> str:
    return _without(ref, number, party)


@blueprint.post("/signatures/<party>/without")
def go_on(ref: str, number: int, party: str) -> str | tuple[str, int] | Response:
    why = " ".join(request.form.get("why", "").split())
    if not why or len(why) > LONGEST:
        wrong = {"why": f"Enter why the others go on without them, in {LONGEST} characters at most"}
        return _without(ref, number, party, wrong=wrong), 422
    called = _called(ref, number, party)
    signing_leaving.leave_out(session(), ref, number, party, why=why, by=actor(), at=now(), means=means())
    flash(f"{called} is waited for no longer. The others go on.")
    return redirect(url_for("signing_chase.show", ref=ref, number=number), 303)


def _without(ref: str, number: int, party: str, *, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "signing_without.html", opened=open_issued(ref, number), number=number, called=_called(ref, number, party),
        last=signatures.missing(session(), ref, number) == (party,), wrong=wrong or {}, typed=request.form,
        place="agreements",
    )  # fmt: skip


def _called(ref: str, number: int, party: str) -> str:
    """The name of the partner. Raises NotFound."""
    rows = rows_of(versions.issued_agreement(session(), ref, number, of=reach()), "parties")
    found = next((row for row in rows if row["id"] == party), None)
    if found is None:
        raise NotFound(f"There is no such partner in version {number} of {ref}.")
    return str(found.get("name", party))


def _key() -> SealKey:
    """Raises NotFound, in words, for a key that cannot be used."""
    first = organisations.first(session())
    try:
        return seal_key(running().settings, at=now(), organisation=first.name if first else "")
    except BadKey as error:
        raise NotFound(f"It cannot be sealed: {error.text}") from error
