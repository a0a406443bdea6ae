"""What came back with a Word file, as its pages show it beside the draft as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from protocolbuilder.documents.returned_items import OWN_WORDS, Item, item_of, text_of
from protocolbuilder.domain.agreement import ABSENT, get
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.merging import merged
from protocolbuilder.domain.naming import place_in_words
from protocolbuilder.domain.schema import Question, question_at
from protocolbuilder.domain.wording import Piece, worded
from protocolbuilder.errors import BadAddress
from protocolbuilder.store.returned import Decision, ReturnedItem
from protocolbuilder.web import places
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.words import day

KINDS: Final = {"change": "Tracked change", "edit": "Edit that was not tracked", "comment": "Comment"}
DECISIONS: Final = {
    "accepted": "Accepted", "by hand": "Done by hand", "refused": "Refused", "answered": "Answered", "": "To decide",
}  # fmt: skip
TAGS: Final = {
    "accepted": "govuk-tag--green", "by hand": "govuk-tag--green", "refused": "govuk-tag--red",
    "answered": "govuk-tag--blue", "": "govuk-tag--yellow",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One entry of a file beside the draft."""

    opened: Opened
    stored: ReturnedItem
    item: Item

    @property
    def kind(self) -> str:
        return KINDS[self.item.kind]

    @property
    def tag(self) -> tuple[str, str]:
        """(words, class) of where it stands."""
        return self.decided_as(self.stored.decision), TAGS[self.stored.decision]

    def decided_as(self, decision: Decision) -> str:
        """A comment is not refused: it is set aside."""
        return "Set aside" if self.item.kind == "comment" and decision == "refused" else DECISIONS[decision]

    @property
    def at(self) -> str:
        return clock_of(self.item.at)

    @cached_property
    def question(self) -> Question | None:
        try:
            return question_at(self.opened.schema, self.item.address) if self.item.address else None
        except BadAddress:
            return None

    @cached_property
    def gone(self) -> bool:
        """The item of the list that it touches is not there any more."""
        section, _, rest = self.item.address.partition(".")
        found = self.opened.schema.sections.get(section)
        item = rest.partition(".")[0]
        return bool(found and found.is_list and item) and get(self.opened.agreement, f"{section}.{item}") is ABSENT

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The question in words: section, entry, question. For wording that no question stands behind, the heading."""
        if not self.item.address:
            return ("Fixed wording" + (f", under “{self.item.place}”" if self.item.place else ""),)
        if self.gone:
            section = self.opened.schema.sections[self.item.address.partition(".")[0]]
            return (section.title, "An entry that has been removed since")
        return place_in_words(self.opened.schema, self.opened.names, self.item.address)

    @property
    def where(self) -> str:
        return ": ".join(self.parts)

    @property
    def link(self) -> str:
        """The page of the question, or ""."""
        if not self.item.address or self.gone:
            return ""
        return places.place(self.opened.ref, self.opened.schema, self.opened.agreement, self.item.address)

    @property
    def place(self) -> str:
        """Its own page."""
        return f"{places.home(self.opened.ref)}/returned/{self.stored.file}/{self.stored.number}"

    @cached_property
    def value(self) -> Any:
        return get(self.opened.agreement, self.item.address) if self.question and not self.gone else ABSENT

    @cached_property
    def now(self) -> str:
        """What the draft answers now, in words; "" for nothing."""
        if self.value is ABSENT or self.question is None:
            return ""
        if self.question.kind in OWN_WORDS:
            return text_of(self.value)
        return shown(self.question, self.value, self.opened.names)

    @property
    def changed(self) -> bool:
        """The draft says something else than what went out."""
        return bool(self.item.proposed) and self.now.strip() != self.item.base.strip()

    @property
    def already(self) -> bool:
        return bool(self.item.proposed) and self.now.strip() == self.item.proposed.strip()

    @cached_property
    def result(self) -> str:
        """The whole answer that accepting would save; "" where that is left to a person."""
        if not self.item.proposed or self.gone or self.already:
            return ""
        return merged(self.item.base.strip(), self.now.strip(), self.item.proposed.strip()) or ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What accepting would change in the draft."""
        return worded(self.now, self.result)


def shown_items(opened: Opened, stored: Iterable[ReturnedItem]) -> tuple[Shown, ...]:
    return tuple(Shown(opened, one, item_of(one.content)) for one in stored)


def clock_of(text: str) -> str:
    """`2026-11-20T14:05` -> 20 November 2026, 14:05; what is no moment as it stands."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{day(at.date())}, {at:%H:%M}"
