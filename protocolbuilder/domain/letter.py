"""A short plain mail, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 10_000
LONGEST_ADDRESS: Final = 254  # RFC 5321 4.5.3.1.3
PLACE: Final = "[only in the mail that is sent]"
"""Where in a text the link or code stands that is made when the mail is sent, and is kept nowhere."""
SecretKind = Literal["invitation", "reset", "lost factor", "address", "asked address", "signing", "signing code"]

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}"
)
_ANY_ADDRESS: Final = re.compile(r"<?[^\s<>\"'()]+@[^\s<>\"'()]+>?")


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's address, one line of subject, and text without any document. Raises ValueError for what is none:
    so nobody can add a header, another receiver or a file to it."""

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        if not is_address(self.to):
            raise ValueError("this is not the address of one mailbox")
        if not self.subject.strip() or len(self.subject) > LONGEST_SUBJECT or not self.subject.isprintable():
            raise ValueError(f"the subject of a mail is one line of {LONGEST_SUBJECT} characters at most")
        lines = self.text.split("\n")
        if len(self.text) > LONGEST_TEXT or not all(line.isprintable() for line in lines):
            raise ValueError(f"the text of a mail is plain, and {LONGEST_TEXT} characters at most")


@dataclass(frozen=True, slots=True)
class Secret:
    """What a mail tells one person and nobody else: a link that begins with `address`, or a code where that is "".
    `person` is an id, `about` what the purpose needs besides."""

    kind: SecretKind
    person: str
    address: str = ""
    about: str = ""


def telling(letter: Letter, secret: str) -> Letter:
    """The letter as it is sent."""
    return replace(letter, text=letter.text.replace(PLACE, secret))


def is_address(text: str) -> bool:
    """One mailbox as HTML's input of type email takes it: no name, no comment, no quotes, ASCII only."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def without_addresses(text: str) -> str:
    """What a mail server said, on one line and without whom it said it of."""
    return _ANY_ADDRESS.sub("(address)", " ".join(text.split()))[:500]
