"""One try to save a page: what was typed, what it would change, and what stands in the way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from protocolbuilder.domain.agreement import ABSENT, Agreement, Edit, apply, get
from protocolbuilder.domain.check import check_section
from protocolbuilder.domain.journey import hidden
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.domain.schema import Section
from protocolbuilder.web.forms import PageForm
from protocolbuilder.web.inputs import Unclear
from protocolbuilder.web.opened import Opened


@dataclass(frozen=True, slots=True)
class Attempt:
    """`base` holds the answers of the section or item as the form was drawn; `seen` the draft's number then.

    `adding` when the form makes a new item.
    """

    opened: Opened
    section: Section
    item: str
    adding: bool
    seen: int
    base: Mapping[str, Any]
    form: PageForm

    @property
    def address(self) -> str:
        return f"{self.section.id}.{self.item}" if self.item else self.section.id

    @property
    def gone(self) -> bool:
        """The item was removed after the form was drawn."""
        return bool(self.item) and not self.adding and get(self.opened.agreement, self.address) is ABSENT

    def edits(self) -> tuple[Edit, ...]:
        """What the form changes against what it was drawn with; a new item is one edit."""
        typed = {field.name: field.data for field in self.form.answers if not isinstance(field.data, Unclear)}
        if self.adding and get(self.opened.agreement, self.address) is ABSENT:
            whole = {**self.base, **typed}
            stated = {key: value for key, value in whole.items() if value is not ABSENT and key != "id"}
            return (Edit(self.address, stated),) if stated else ()
        changed = (key for key in typed if not self.form.answer(key).unchanged)
        return tuple(Edit(f"{self.address}.{key}", typed[key]) for key in changed)

    def after(self) -> Agreement:
        """The agreement as it would be."""
        agreement = self.opened.agreement
        for edit in self.edits():
            agreement = apply(agreement, edit)
        return agreement


def faults(attempt: Attempt) -> dict[str, str]:
    """Question id -> what is wrong with what was typed, in form order. A missing answer is no fault here."""
    found: dict[str, str] = {}
    for field in attempt.form.answers:
        if isinstance(field.data, Unclear):
            found[field.name] = field.data.text
        elif field.removed:
            found[field.name] = (
                f"We took out characters that cannot be kept, for example {field.removed[0]}. Check the text, then save"
            )
    out = {edit.address for edit in going(attempt)}
    opened = attempt.opened
    for problem in check_section(opened.schema, attempt.after(), attempt.section.id, opened.library):
        base, _, question = problem.address.rpartition(".")
        here = base == attempt.address and question in attempt.form and problem.address not in out
        if here and problem.kind == "wrong":
            found.setdefault(question, problem.fix)
    if not attempt.edits() and attempt.adding and not found and not get(attempt.opened.agreement, attempt.address):
        first = attempt.form.answers[0]
        found[first.name] = first.ask.question.messages.get("missing", "Answer at least one question")
    return {field.name: found[field.name] for field in attempt.form.answers if field.name in found}


def going(attempt: Attempt) -> tuple[Edit, ...]:
    """Answers that would no longer be asked for once the form is saved. They are taken away, but only when said so."""
    answers = get(attempt.after(), attempt.address) or {}
    out = hidden(attempt.section, answers)
    gone = (key for key in attempt.section.questions if key in out and key in answers)
    return tuple(Edit(f"{attempt.address}.{key}", ABSENT) for key in gone)


def warnings(attempt: Attempt) -> tuple[str, ...]:
    """What the person should look at before this is saved."""
    answers = get(attempt.after(), attempt.address) or {}
    found = []
    for edit in going(attempt):
        question = attempt.section.questions[edit.address.rsplit(".", 1)[-1]]
        words = shown(question, answers[question.id], attempt.opened.names)
        found.append(f"Your answer to “{question.title}” is taken away, because it is not asked any more: {words}")
    for field in attempt.form.answers:
        if not field.unchanged:
            for text in field.free_texts():
                found.extend(
                    f"In “{field.ask.question.title}” this looks like {detail}. "
                    "Describe kinds of information, never a person."
                    for detail in looks_personal(text)
                )
    return tuple(dict.fromkeys(found))


def mark_of(found: tuple[str, ...]) -> str:
    """Stands for exactly these warnings: who has looked at them has not looked at others."""
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16] if found else ""


def edits_with_consent(attempt: Attempt) -> tuple[Edit, ...]:
    """The edits of the form and the answers it takes away. Only after the person has seen the warnings.

    An answer to what was said not to apply takes that statement back.
    """
    out = going(attempt)
    gone = {edit.address for edit in out}
    edits = attempt.edits()
    if attempt.adding and edits and edits[0].address == attempt.address:
        stays = {k: v for k, v in edits[0].value.items() if f"{attempt.address}.{k}" not in gone}
        return (Edit(attempt.address, stays),)
    kept = [edit for edit in edits if edit.address not in gone]
    unsaid = [edit for edit in kept if edit.value is not ABSENT]
    unsaid = [edit for edit in unsaid if edit.address in attempt.opened.agreement.does_not_apply]
    return (*kept, *out, *(Edit(edit.address, ABSENT, "does_not_apply") for edit in unsaid))
