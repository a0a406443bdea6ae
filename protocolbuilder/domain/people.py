"""People, the roles they hold in an organisation, and whom to ask about what. A role is either a named function, which
others look for, or what a person may do here; `schemas/policy.yaml` says what each opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dateutil.relativedelta import relativedelta

FUNCTIONS: Final[Mapping[str, str]] = {
    "dpo": "Data Protection Officer",
    "siro": "Senior Information Risk Owner",
    "caldicott": "Caldicott Guardian",
    "dsl": "Designated Safeguarding Lead",
    "spoc": "Single point of contact",
}
DUTIES: Final[Mapping[str, str]] = {
    "igm": "Information governance manager",
    "signatory": "Signatory",
    "reviewer": "Reviewer",
    "publisher": "Publisher",
    "trainer": "Trainer",
    "admin": "Administrator",
    "auditor": "Auditor",
}
ROLES: Final[Mapping[str, str]] = {**FUNCTIONS, **DUTIES}
TOPICS: Final[Mapping[str, str]] = {
    "sharing": "Requests to share information",
    "safeguarding": "Safeguarding advice",
    "data-protection": "Data protection advice",
    "incident": "Security incidents and breaches",
    "rights": "Requests from people about their own information",
    "agreements": "Agreements and their review",
    "training": "Training",
}
HEALTH: Final = frozenset({"health", "care"})
EDUCATION: Final = frozenset({"education"})
LONGEST: Final = 200
REMOVED: Final = "Person removed"


@dataclass(frozen=True, slots=True)
class Person:
    """`email` and `telephone` are for the person's own organisation: `for_others` leaves them out. `active`: may take
    part. `sample` people go with the sample."""

    id: str
    name: str
    post: str
    email: str = ""
    telephone: str = ""
    active: bool = True
    sample: bool = False

    @property
    def signature(self) -> str:
        """ "Ada Jones, Information governance manager": how what they do is recorded."""
        return f"{self.name}, {self.post}" if self.post else self.name


@dataclass(frozen=True, slots=True)
class Membership:
    """`until` None: now. `person` and `organisation` are ids."""

    person: str
    organisation: str
    roles: frozenset[str]
    department: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about a topic. `person` is the id of somebody of this copy, or "": name, post and reach are then
    theirs as they are now, and `gone` says that they are no longer of the organisation. `email` and `telephone` are for
    the organisation's own people."""

    id: str
    organisation: str
    topic: str
    name: str
    post: str
    person: str
    email: str
    telephone: str
    confirmed_at: datetime
    gone: bool = False


def for_others(person: Person) -> Person:
    """The person as people of another organisation see them."""
    return replace(person, email="", telephone="")


def contact_for_others(contact: Contact) -> Contact:
    return replace(contact, email="", telephone="")


def unconfirmed(contact: Contact, *, at: datetime) -> bool:
    """Nobody said for six months that it still holds."""
    return contact.confirmed_at + relativedelta(months=6) < at


def wanted(sector: str) -> tuple[str, ...]:
    """The named functions that an organisation of a sector is expected to fill. A DPO (UK GDPR Art 37) and a single
    point of contact everywhere, a SIRO outside small voluntary bodies, a Caldicott Guardian in health and care, a
    safeguarding lead in education."""
    found = ["dpo", "spoc"]
    if sector not in ("voluntary", "partnership"):
        found.insert(1, "siro")
    if sector in HEALTH or sector == "local-government":
        found.append("caldicott")
    if sector in EDUCATION:
        found.append("dsl")
    return tuple(found)


def vacant(sector: str, memberships: Iterable[Membership]) -> tuple[str, ...]:
    """The expected functions that nobody holds now."""
    held = frozenset[str]().union(*(one.roles for one in memberships if one.until is None))
    return tuple(role for role in wanted(sector) if role not in held)


def contact_faults(contact: Contact) -> dict[str, str]:
    """Field -> what to put right. Of somebody of this copy only the topic is said here."""
    found = {} if contact.topic in TOPICS else {"topic": "Select what people ask them about"}
    if contact.person:
        return found
    return found | person_faults(Person("", contact.name, contact.post, contact.email, contact.telephone))


def clean_email(text: str) -> str:
    return "".join(text.split()).lower()


def person_faults(person: Person) -> dict[str, str]:
    """Field -> what to put right."""
    found: dict[str, str] = {}
    if not person.name:
        found["name"] = "Enter the person’s name"
    if not person.post:
        found["post"] = "Enter the person’s post, for example Data protection officer"
    for field in ("name", "post", "email", "telephone"):
        if len(getattr(person, field)) > LONGEST:
            found[field] = f"Use {LONGEST} characters or less"
    if person.email and (fault := email_fault(person.email)):
        found["email"] = fault
    if person.telephone and not re.fullmatch(r"\+?[0-9 ()\-]{5,30}( ?(x|ext\.?) ?[0-9]{1,6})?", person.telephone):
        found["telephone"] = "Enter a telephone number, like 01632 960 001 or +44 808 157 0192"
    return found


def email_fault(email: str) -> str:
    shaped = re.fullmatch(r"[^@\s<>,;:\"()\[\]\\]{1,64}@([a-z0-9-]{1,63}\.)+[a-z]{2,63}", email)
    return "" if shaped and ".." not in email else "Enter an e-mail address, like name@example.com"


def role_faults(roles: frozenset[str]) -> dict[str, str]:
    if roles - set(ROLES):
        return {"roles": "Select roles from the list"}
    return {}
