"""Signing an agreement: who is asked, what they say, and what may become of a request. A simple electronic signature:
a person who is known says, of a text by its hash, that they sign it for their organisation. It is never a deed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.people import LONGEST, clean_email, email_fault
from protocolbuilder.domain.trail import Head

State = Literal["waiting", "opened", "signed", "declined", "passed on", "cancelled", "expired", "superseded"]
Level = Literal["standard", "strong", "paper"]
Method = Literal["code", "passkey", "authenticator", "organisation", "sample", "paper"]
Reason = Literal["wording", "authority", "legal", "approval", "not-us", "other"]

OPEN: Final[tuple[State, ...]] = ("waiting", "opened")
"""In which something can still be done about a request. All others are for good."""
STRONG: Final[frozenset[Method]] = frozenset({"passkey", "authenticator", "organisation"})
METHODS: Final[Mapping[Method, str]] = {
    "code": "a code sent by mail",
    "passkey": "a passkey",
    "authenticator": "a password and an authenticator app or recovery code",
    "organisation": "their organisation’s own sign-in",
    "sample": "nothing: a person of the sample",
    "paper": "a signature on paper",
}
"""How a signatory showed that it was them, in words."""
LEVELS: Final[Mapping[Level, str]] = {"standard": "Standard", "strong": "Strong", "paper": "On paper"}
REASONS: Final[Mapping[Reason, str]] = {
    "wording": "The wording has to change",
    "authority": "I do not have authority to sign for the organisation",
    "approval": "A board or committee has to approve it first",
    "legal": "We need legal or data protection advice first",
    "not-us": "The organisation does not take part",
    "other": "Another reason",
}
CONSENT: Final = "2026-1"
"""The version of the words below, kept with each signature."""
INTENT: Final = "I am {name}, {post}, authorised to sign for {organisation}."
STATEMENTS: Final[Mapping[str, str]] = {
    "read": "I have read the agreement, or its summary, and agree to it for the organisation.",
    "signature": "I understand that selecting “Sign” is my signature and has the same effect as signing on paper.",
}
"""Each is ticked by itself."""
UNTICKED: Final = {
    "read": "To sign, select that you have read it and agree",
    "signature": "To sign, select that this is your signature",
}
WEBMAIL: Final = frozenset({
    "aol.com", "btinternet.com", "fastmail.com", "gmail.com", "gmx.co.uk", "gmx.com", "gmx.net", "googlemail.com",
    "hotmail.co.uk", "hotmail.com", "icloud.com", "live.co.uk", "live.com", "mac.com", "mail.com", "me.com", "msn.com",
    "ntlworld.com", "outlook.com", "outlook.co.uk", "pm.me", "proton.me", "protonmail.com", "sky.com", "talktalk.net",
    "tutanota.com", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "ymail.com", "zoho.com",
})  # fmt: skip
"""Whoever has an address there says nothing about where they work."""
LONGEST_WORDS: Final = 2000
NO_DEED: Final = "This is no deed, and cannot be made one here: a deed needs a witness who is there. Leave the word out"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whom an agreement, or somebody by hand, names to sign for a partner. `email` "": not known yet. `party` is the
    id of the partner in the agreement."""

    party: str
    name: str
    post: str
    email: str

    @property
    def signature(self) -> str:
        return f"{self.name}, {self.post}" if self.post else self.name


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody is asked to sign version `number` for a partner. `organisation` is the name of the partner as the
    agreement says it, `member` the id of that organisation in the directory or "". `document` and `sha256` are the file
    that is signed. `due` is the last day. `passed_from` is the number of the request that was passed on, or 0."""

    id: int
    ref: str
    number: int
    party: str
    organisation: str
    member: str
    person: str
    name: str
    post: str
    email: str
    level: Level
    state: State
    document: str
    sha256: str
    due: date | None
    invited_by: str
    invited_at: datetime
    opened_at: datetime | None
    settled_at: datetime | None
    reminded_at: datetime | None
    bounced_at: datetime | None
    away_until: date | None
    passed_from: int
    mail: int
    reason: str
    note: str

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signature. `id` is its public number; `head` the last line of the trail when it was made; `request` is 0 for
    one on paper that nobody was asked for; `scan` is the name of the file that shows one on paper, or ""."""

    id: str
    request: int
    ref: str
    number: int
    party: str
    organisation: str
    signed_by: str
    level: Level
    method: Method
    intent: str
    consent: str
    reservation: str
    authority: str
    document: str
    sha256: str
    content_digest: str
    at: datetime
    head: Head
    scan: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Intention:
    """What a signatory says when they sign. `shown` is the hash of the file that was before them, `ticked` the ids of
    STATEMENTS, `authority` what gives them authority in their own words, `reservation` what they do not agree to."""

    shown: str
    name: str
    post: str
    ticked: frozenset[str]
    method: Method
    authority: str = ""
    reservation: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """On a question or clause by its address, or on the whole with "". `about` calls it by its title, for a mail."""

    address: str
    text: str
    about: str = ""


def signatories(agreement: Agreement) -> tuple[Signatory, ...]:
    """Whom the agreement names to sign, one for each partner: the first of its contacts that is a signatory."""
    found: dict[str, Signatory] = {}
    parties = {row["id"] for row in rows_of(agreement, "parties")}
    for row in rows_of(agreement, "contacts"):
        party = str(row.get("of", ""))
        if row.get("function") == "signatory" and party in parties and party not in found:
            said = (str(row.get(key, "")).strip() for key in ("name", "post", "email"))
            found[party] = Signatory(party, *said)
    return tuple(found[row["id"]] for row in rows_of(agreement, "parties") if row["id"] in found)


def intent(name: str, post: str, organisation: str) -> str:
    return INTENT.format(name=name, post=post, organisation=organisation)


def intention_faults(said: Intention) -> dict[str, str]:
    """Field -> what to put right."""
    found = {**signatory_faults(Signatory("", said.name, said.post, "nobody@example.com"))}
    found |= {id: words for id, words in UNTICKED.items() if id not in said.ticked}
    for field in ("authority", "reservation"):
        found |= _words(field, getattr(said, field))
    return found


def decline_faults(reason: str, note: str, comments: tuple[Comment, ...]) -> dict[str, str]:
    """Field -> what to put right."""
    found = {} if reason in REASONS else {"reason": "Select why you cannot sign"}
    found |= _words("note", note)
    if reason == "other" and not note and not comments:
        found["note"] = "Say why you cannot sign"
    for place, comment in enumerate(comments):
        found |= _words(f"comments.{place}", comment.text)
    return found


def signatory_faults(who: Signatory) -> dict[str, str]:
    """Field -> what to put right."""
    found: dict[str, str] = {}
    if not who.name:
        found["name"] = "Enter the name of the person who signs"
    if not who.post:
        found["post"] = "Enter their post, for example Chief executive"
    for field in ("name", "post"):
        if len(getattr(who, field)) > LONGEST or not getattr(who, field).isprintable():
            found[field] = f"Use {LONGEST} characters or less, on one line"
    if fault := email_fault(clean_email(who.email)):
        found["email"] = fault
    return found


def level_reached(method: Method) -> Level:
    if method == "paper":
        return "paper"
    return "strong" if method in STRONG else "standard"


def suffices(method: Method, level: Level) -> bool:
    return method in STRONG or level != "strong"


def same_organisation(email: str, other: str) -> bool:
    """Do two addresses of mail belong to one organisation? Never where anybody can have such an address."""
    one, two = (clean_email(address).rpartition("@")[2] for address in (email, other))
    return bool(one) and one == two and one not in WEBMAIL


def is_webmail(email: str) -> bool:
    return clean_email(email).rpartition("@")[2] in WEBMAIL


def calls_it_a_deed(text: str) -> bool:
    """Does a title or a statement say that this is a deed? One needs a witness who is there: it is refused here."""
    return re.search(r"^deed\b|\b(as|by|this|a) deed\b", text, re.IGNORECASE) is not None


def _words(field: str, text: str) -> dict[str, str]:
    if len(text) > LONGEST_WORDS:
        return {field: f"Use {LONGEST_WORDS} characters or less"}
    return {field: NO_DEED} if calls_it_a_deed(text) else {}
