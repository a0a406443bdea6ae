"""The mails of signing: plain and short. An invitation says which copy sent it, and that urgent sharing does not wait.
None holds an address of mail, a document, or a link that was made before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from protocolbuilder.domain.letter import LONGEST_SUBJECT, LONGEST_TEXT, PLACE, Letter
from protocolbuilder.domain.signing import REASONS, Comment, Receipt, Request

URGENT: Final = (
    "The absence of a signature never stops urgent, proportionate sharing to protect someone from harm."
)
NEVER_ASKED: Final = "We never ask for a password by mail. If you did not expect this mail, do not use the link."
"""What whoever gets one is told."""


@dataclass(frozen=True, slots=True)
class About:
    """`title` of the agreement, `asker` the name and organisation of whoever asks, `site` the address of this copy."""

    title: str
    asker: str
    site: str

    def subject(self, words: str, ref: str) -> str:
        return _line(f"{words}: {self.title} ({ref})")[:LONGEST_SUBJECT]


def invitation(request: Request, about: About) -> Letter:
    return _to(request, about.subject("Please sign", request.ref), [
        f"{about.asker} asks you, {request.name}, {request.post}, to sign for {request.organisation}:",
        f"{about.title} ({request.ref}, version {request.number})",
        *_by(request.due),
        f"Read it and sign, decline or pass it on here:\n{PLACE}",
        "The link is for you alone. When you open it we send a code to this mailbox. If somebody else signs for "
        f"{request.organisation}, pass it on there; do not forward this mail.",
        *_end(about),
    ])  # fmt: skip


def reminder(request: Request, about: About) -> Letter:
    return _to(request, about.subject("Reminder: please sign", request.ref), [
        f"{about.asker} asked you, {request.name}, to sign for {request.organisation}:",
        f"{about.title} ({request.ref}, version {request.number})",
        *_by(request.due),
        f"This link replaces the one before:\n{PLACE}",
        "If you cannot sign, say so there: it helps whoever asks.",
        *_end(about),
    ])  # fmt: skip


def passed(request: Request, about: About, *, by: str) -> Letter:
    """To the colleague."""
    return _to(request, about.subject("Passed to you to sign", request.ref), [
        f"{by} passed this on to you, {request.name}, {request.post}, to sign for {request.organisation}:",
        f"{about.title} ({request.ref}, version {request.number})",
        *_by(request.due),
        f"Read it and sign, decline or pass it on here:\n{PLACE}",
        *_end(about),
    ])  # fmt: skip


def code(request: Request, about: About) -> Letter:
    return _to(request, about.subject("Your code to sign", request.ref), [
        f"Your code to read and sign {about.title}: {PLACE}",
        "It works for 30 minutes. Nobody else needs it: do not tell it to anyone.",
        about.site,
    ])  # fmt: skip


def receipt(request: Request, made: Receipt, about: About) -> Letter:
    reserved = [f"With this reservation: {made.reservation}"] if made.reservation else []
    return _to(request, about.subject("You signed", request.ref), [
        f"{made.intent}",
        f"You signed {about.title} ({made.ref}, version {made.number}) at {made.at:%H:%M:%S} UTC on "
        f"{made.at.day} {made.at:%B %Y}.",
        *reserved,
        f"What you signed: {made.document}\nSHA-256 {made.sha256}\nAgreement data SHA-256 {made.content_digest}",
        f"Receipt {made.id}\nLine {made.head.seq} of the trail, SHA-256 {made.head.digest}",
        "Keep this mail: with it you can show later what you signed, and that the record was not changed.",
        about.site,
    ])  # fmt: skip


def told_signed(to: str, made: Receipt, about: About, *, waiting: int) -> Letter:
    """To the owner."""
    reserved = [f"With this reservation: {made.reservation}"] if made.reservation else []
    return Letter(to, about.subject(f"{_line(made.organisation)[:80]} signed", made.ref), _text([
        f"{made.signed_by} signed for {made.organisation}:",
        f"{about.title} ({made.ref}, version {made.number})",
        *reserved,
        f"{waiting} still to sign." if waiting else "All have signed.",
        f"Receipt {made.id}\nLine {made.head.seq} of the trail, SHA-256 {made.head.digest}",
        about.site,
    ]))  # fmt: skip


def told_declined(to: str, request: Request, comments: Iterable[Comment], about: About) -> Letter:
    """To the owner."""
    reason = next((words for key, words in REASONS.items() if key == request.reason), "")
    return Letter(to, about.subject(f"{_line(request.organisation)[:80]} declined", request.ref), _text([
        f"{request.name}, {request.post}, cannot sign for {request.organisation}:",
        f"{about.title} ({request.ref}, version {request.number})",
        f"{reason}.", *([request.note] if request.note else []),
        *(f"On {comment.about or comment.address or 'the whole'}: {comment.text}" for comment in comments),
        f"You see each comment against its clause here: {about.site}/agreements/{request.ref}/signatures",
    ]))  # fmt: skip


def told_passed(to: str, before: Request, after: Request, about: About) -> Letter:
    """To the owner."""
    return Letter(to, about.subject(f"{_line(before.organisation)[:80]} passed it on", before.ref), _text([
        f"{before.name}, {before.post}, passed the request to sign for {before.organisation} on to {after.name}, "
        f"{after.post}.",
        f"{about.title} ({before.ref}, version {before.number})",
        "The link that was sent before works no longer.",
        f"{about.site}/agreements/{before.ref}/signatures",
    ]))  # fmt: skip


def told_expired(to: str, request: Request, about: About) -> Letter:
    """To the owner."""
    return Letter(to, about.subject(f"{_line(request.organisation)[:80]} did not sign in time", request.ref), _text([
        f"{request.name}, {request.post}, did not sign for {request.organisation} in time.",
        f"{about.title} ({request.ref}, version {request.number})",
        f"You can ask again here: {about.site}/agreements/{request.ref}/signatures",
        URGENT,
    ]))  # fmt: skip


def completed(to: str, ref: str, number: int, about: About, *, signed: int) -> Letter:
    return Letter(to, about.subject("All have signed", ref), _text([
        f"All {signed} organisations that were to sign have signed:",
        f"{about.title} ({ref}, version {number})",
        "It comes into force between partners as the agreement itself says.",
        "The signed copy and a certificate of how it was signed are kept here in a few minutes:\n"
        f"{about.site}/agreements/{ref}/versions/{number}/signed",
        "Whoever cannot sign in there asks whoever asked them to sign.",
    ]))  # fmt: skip


def checkpoint(to: str, day: date, root: str, lines: Iterable[str], *, site: str) -> Letter:
    """`lines`: what stands last in each trail that grew."""
    told = list(lines)
    more = f"… and {len(told) - 60} more" if len(told) > 60 else ""
    return Letter(to, f"Checkpoint of {day.isoformat()}: {root[:16]}", _text([
        "Keep this mail. It shows later that no record of signing was cut off, changed or put back from an older copy.",
        f"Checkpoint of {day.isoformat()}\n{root}",
        "\n".join([*told[:60], *([more] if more else [])]),
        f"To check it: protocolbuilder audit verify --checkpoint {root}",
        site,
    ]))  # fmt: skip


def _by(due: date | None) -> list[str]:
    return [f"Please do so by {due.day} {due:%B %Y}."] if due else []


def _end(about: About) -> list[str]:
    return [URGENT, NEVER_ASKED, f"Sent by {about.site}"]


def _to(request: Request, subject: str, parts: list[str]) -> Letter:
    return Letter(request.email, subject, _text(parts))


def _text(parts: list[str]) -> str:
    """Paragraphs. What cannot be printed in a mail is left out; what is too long is cut, for it stands elsewhere."""
    lines = "\n\n".join(part for part in parts if part).split("\n")
    text = "\n".join("".join(one for one in line if one.isprintable()) for line in lines) + "\n"
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 2] + "…\n"


def _line(text: str) -> str:
    return "".join(one for one in " ".join(text.split()) if one.isprintable())
