"""One tree of exceptions. A person's mistakes are values (`Problem`); these are the world's and the programmer's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class ProtocolBuilderError(Exception):
    """Root. `text` is one plain sentence that a person can act on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadFile(ProtocolBuilderError):
    """A file that came in cannot be read. Nothing was taken from it."""


class Unchecked(BadFile):
    """A file that came in could not be looked at for malware, so it was not taken."""


class Full(ProtocolBuilderError):
    """An organisation has used its share of space. Nothing was kept; what is there can be read."""


class BadKey(ProtocolBuilderError):
    """A key or certificate of this copy is missing, open to others, or of a kind that cannot be used."""


class BadAddress(ProtocolBuilderError):
    """No question, item or section of the schema stands at this address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"There is no question at the address “{address}”.")
        self.address = address


class BadSchema(ProtocolBuilderError):
    """A schema, template or library that the product ships or an operator supplied is wrong."""


class NotFound(ProtocolBuilderError):
    """What was asked for does not exist, or is not visible."""


class Conflict(ProtocolBuilderError):
    """Someone else changed the same answers since the form was opened. `stored` is the draft as it stands now."""

    def __init__(self, addresses: Sequence[str], stored: object) -> None:
        super().__init__(
            "Someone else changed this answer after you opened the page. Nothing was overwritten."
        )
        self.addresses = tuple(addresses)
        self.stored = stored


class Busy(ProtocolBuilderError):
    """What was asked for takes long, and others wait for the same already. Nothing was begun."""


class TooMany(ProtocolBuilderError):
    """It was done too often of late, and was not begun. `again` is when it can be."""

    def __init__(self, text: str, *, again: datetime) -> None:
        super().__init__(text)
        self.again = again


class CannotKeep(ProtocolBuilderError):
    """The database takes nothing now: its disk is full or may not be written to. What it holds can be read."""


class Frozen(ProtocolBuilderError):
    """It is there, but as it stands it may not be changed (a discarded draft)."""


class WrongState(Frozen):
    """It could be done, but not in the state in which the agreement is."""


class Settled(Frozen):
    """A request to sign is open no longer: `state` is what became of it."""

    def __init__(self, text: str, *, state: str) -> None:
        super().__init__(text)
        self.state = state


class Superseded(Frozen):
    """What was to be signed is no longer what is issued, or is not what was shown. `number` is the version now."""

    def __init__(self, text: str, *, number: int) -> None:
        super().__init__(text)
        self.number = number


class Forbidden(ProtocolBuilderError):
    """It is there for whoever asks, and what they ask to do is not theirs to do."""


class Damaged(ProtocolBuilderError):
    """What is kept no longer has the hash it was kept with. It is not served."""


class WrongDatabase(ProtocolBuilderError):
    """The tables of this database are of another program or another version."""
