"""What is taken over from the protocol, as the pages show it, and making an item of it one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, Edit, get
from protocolbuilder.domain.kinds import shown_each
from protocolbuilder.domain.schema import Section
from protocolbuilder.errors import NotFound
from protocolbuilder.store.agreements import save
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, session

blueprint = Blueprint("taken", __name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What the page says of an answer: `origin` where it is taken over, `locked` why it cannot be changed here, `note`
    what it stands instead of, or which own answer does not stand. Each is "" where it does not apply. `words` are the
    answer of the protocol."""

    origin: str = ""
    locked: str = ""
    note: str = ""
    words: tuple[str, ...] = ()


OWN_TEXT: Final = Taken()


def taken_at(opened: Opened, section: Section, address: str) -> Taken:
    """Of a question of a section, or of an item."""
    stands, origin = opened.stands, opened.stands.effective.origin(address)
    if stands.parent is None or origin.kind == "own":
        return OWN_TEXT
    place = f"{stands.name}, {stands.parent.place(section.id)}"
    locked = f"It is fixed by {stands.short} and cannot be changed here." if section.inherit == "locked" else ""
    words = _words(opened, section, address)
    if origin.kind == "overrides":
        return Taken(note=f"This stands instead of {place}.", words=_theirs(opened, section, address, origin.address))
    if origin.kind == "conflict":
        return Taken(f"As {place}", locked, _refused(opened, section, address), words)
    return Taken(f"As {place}", locked, "", words)


def _words(opened: Opened, section: Section, address: str) -> tuple[str, ...]:
    question, value = section.questions.get(address.split(".")[-1]), get(opened.says, address)
    return shown_each(question, value, opened.names) if question and value is not ABSENT else ()


def _theirs(opened: Opened, section: Section, address: str, place: str) -> tuple[str, ...]:
    """What the protocol says where the agreement says something itself."""
    parent, question = opened.stands.parent, section.questions.get(address.split(".")[-1])
    at = place if place.split(".")[-1] == address.split(".")[-1] else f"{place}.{address.split('.')[-1]}"
    value = get(parent.agreement, at) if parent and question and not question.refers else ABSENT
    return shown_each(question, value, opened.names) if question and value is not ABSENT else ()


def _refused(opened: Opened, section: Section, address: str) -> str:
    """The own answer that does not stand."""
    for conflict in opened.stands.effective.conflicts:
        if f"{address}.".startswith(f"{conflict.address}."):
            question = section.questions.get(conflict.address.split(".")[-1])
            said = conflict.own
            if conflict.what == "answer" and question:
                said = "; ".join(shown_each(question, conflict.own, opened.names))
            return f"This agreement says: “{said}”. That does not stand. Take it away."
    return ""


@blueprint.post("/agreements/<ref>/<section>/<item>/own")
def make_own(ref: str, section: str, item: str) -> Response:
    """An item of the protocol becomes one of the agreement, to be changed here. Raises NotFound."""
    opened = open_draft(ref)
    found, address = opened.section(section), f"{section}.{item}"
    answers = get(opened.says, address) if found.is_list else ABSENT
    if not isinstance(answers, dict) or not opened.stands.effective.inherited(address) or found.inherit == "locked":
        raise NotFound(f"“{item[:60]}” is not taken over from a protocol, or cannot be changed here.")
    edit = Edit(address, {key: value for key, value in answers.items() if key != "id"})
    save(session(), ref, edits=[edit], seen=opened.draft.number, by=who(), at=now())
    flash("It is now this agreement’s own. Change what is different.")
    return redirect(f"{places.section_place(ref, section)}/{item}", 303)
