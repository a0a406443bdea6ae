"""The partnership itself: who hosts it, who is in it, the law it rests on, its single message and its shared vision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

LONGEST_NAME: Final = 200
LONGEST_MESSAGE: Final = 500
LONGEST_VISION: Final = 4000
MOST_REFERENCES: Final = 50


@dataclass(frozen=True, slots=True)
class Partnership:
    """`host` and `members` are ids of organisations; the host is a member too. `law` are ids of provisions of the law
    library, `other_law` references in a person's own words, which nobody has verified. `message` is one paragraph. A
    `sample` one goes with the sample."""

    name: str
    host: str
    members: tuple[str, ...]
    law: tuple[str, ...] = ()
    other_law: tuple[str, ...] = ()
    message: str = ""
    vision: str = ""
    sample: bool = False


def vision_digest(vision: str) -> str:
    """What a sign-off is of: these words and no others (SHA-256, hex)."""
    return sha256(vision.encode()).hexdigest()


def partnership_faults(
    partnership: Partnership, *, organisations: Collection[str], provisions: Collection[str]
) -> dict[str, str]:
    """Field -> what to put right. `organisations`: ids of the directory; `provisions`: those of the library."""
    found: dict[str, str] = {}
    if not partnership.name:
        found["name"] = "Enter what the partnership is called"
    elif len(partnership.name) > LONGEST_NAME:
        found["name"] = f"Use {LONGEST_NAME} characters or less"
    if partnership.host not in organisations:
        found["host"] = "Select the organisation that hosts the partnership"
    if not partnership.members or set(partnership.members) - set(organisations):
        found["members"] = "Select the members from the directory"
    if set(partnership.law) - set(provisions):
        found["law"] = "Select provisions of the law library"
    if len(partnership.other_law) > MOST_REFERENCES or any(len(one) > LONGEST_NAME for one in partnership.other_law):
        found["other_law"] = f"Enter {MOST_REFERENCES} references at most, each of {LONGEST_NAME} characters or less"
    if len(partnership.message) > LONGEST_MESSAGE:
        found["message"] = f"The message must be {LONGEST_MESSAGE} characters or less"
    if len(partnership.vision) > LONGEST_VISION:
        found["vision"] = f"The vision must be {LONGEST_VISION} characters or less"
    return found
