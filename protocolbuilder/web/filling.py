"""What was typed into a table of answers: saved as far as it can be, kept as typed where it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from protocolbuilder.domain.agreement import ABSENT, Agreement, Edit, apply, get, stated
from protocolbuilder.domain.check import check_section
from protocolbuilder.errors import Conflict
from protocolbuilder.store.agreements import Draft, as_of, save
from protocolbuilder.web import cells
from protocolbuilder.web.access import who
from protocolbuilder.web.forms import choices
from protocolbuilder.web.inputs import Choice, Unclear
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.running import now, session


@dataclass(frozen=True, slots=True)
class Row:
    """One item. `group` is a heading over several rows; `made_of` are the answers a new item starts with."""

    id: str
    label: str
    group: str = ""
    made_of: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Filled:
    """`seen` is the draft the page is drawn from. By address: `typed` is what stays in a cell as typed, `faults` why
    it was not saved, `theirs` what somebody else saved there. `saved` counts answers."""

    seen: int
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    saved: int = 0


def choices_of(opened: Opened, section: str, questions: Sequence[str]) -> dict[str, tuple[Choice, ...]]:
    """Question id -> what can be selected."""
    asked = opened.section(section).questions
    return {
        key: choices(opened.schema, opened.agreement, question=asked[key], own_item="", names=opened.names,
                     library=opened.library)
        for key in questions
    }  # fmt: skip


def fill(
    opened: Opened, section: str, questions: Sequence[str], *, form: MultiDict[str, str], setting: bool
) -> Filled:
    """Saves what was typed. With `setting`, also the answers that are set for all selected items."""
    filled = Filled(opened.draft.number)
    seen = form.get("seen", type=whole_number) or 0
    base = opened.agreement if seen == opened.draft.number else as_of(session(), opened.ref, seen)
    answers = _typed(opened, section, questions, form=form, base=base, filled=filled)
    if setting:
        answers |= _set(opened, section, questions, form=form, filled=filled)
        if filled.faults:
            return _kept(filled, answers, form)
    _leave_out_removed(opened, section, answers, base=base, filled=filled)
    _leave_out_wrong(opened, section, answers, form=form, filled=filled)
    changed = {address: value for address, value in answers.items() if value != get(base, address)}
    _save(opened, section, changed, form=form, seen=seen, filled=filled)
    return _kept(filled, answers, form)


def _kept(filled: Filled, answers: Mapping[str, Any], form: Mapping[str, str]) -> Filled:
    """Everything that could not be saved stays as it was typed."""
    for name in (*filled.faults, *(key for key in form if key.startswith("set.") and filled.faults)):
        if name in form:
            filled.typed[name] = cells.clean(form[name])
    return filled


def _typed(
    opened: Opened, section: str, questions: Sequence[str], *, form: Mapping[str, str], base: Agreement, filled: Filled
) -> dict[str, Any]:
    """Address -> value of every cell that was sent and could be read."""
    found: dict[str, Any] = {}
    listed, asked = choices_of(opened, section, questions), opened.section(section).questions
    for item in form.get("rows", "").split():
        for key in questions:
            name = f"{section}.{item}.{key}"
            if name not in form:
                continue
            value = cells.read(asked[key], form[name], get(base, name), names=opened.names, choices=listed[key])
            if isinstance(value, Unclear):
                filled.faults[name] = value.text
            else:
                found[name] = value
    return found


def _set(
    opened: Opened, section: str, questions: Sequence[str], *, form: MultiDict[str, str], filled: Filled
) -> dict[str, Any]:
    """The answers that are set for all selected items; a part left empty leaves the answers as they are."""
    items = [item["id"] for item in opened.agreement.answers.get(section, ())]
    selected = items if form.get("every") else [item for item in items if item in form.getlist("selected")]
    listed, asked = choices_of(opened, section, questions), opened.section(section).questions
    values: dict[str, Any] = {}
    for key in questions:
        text = form.get(f"set.{key}", "").strip()
        value = cells.read(asked[key], text, ABSENT, names=opened.names, choices=listed[key])
        if isinstance(value, Unclear):
            filled.faults[f"set.{key}"] = value.text
        elif value is not ABSENT:
            values[key] = value
    if not selected:
        filled.faults["selected"] = f"Select the {opened.section(section).title.lower()} to set this for"
    elif not values and not filled.faults:
        filled.faults["set"] = "Select what to set"
    return {f"{section}.{item}.{key}": value for item in selected for key, value in values.items()}


def _leave_out_removed(
    opened: Opened, section: str, answers: dict[str, Any], *, base: Agreement, filled: Filled
) -> None:
    """Items that somebody took out meanwhile cannot be answered."""
    for address in list(answers):
        item = address.rsplit(".", 1)[0]
        removed = get(base, item) is not ABSENT and get(opened.agreement, item) is ABSENT
        if removed and answers.pop(address) != get(base, address):
            filled.faults[address] = f"{opened.draft.updated_by} removed this row meanwhile"


def _edits(opened: Opened, section: str, answers: Mapping[str, Any], *, form: Mapping[str, str]) -> list[Edit]:
    """One edit for each answer; one for each new item that says anything."""
    found: list[Edit] = []
    new: dict[str, dict[str, Any]] = {}
    for address, value in answers.items():
        item, _, key = address.rpartition(".")
        if get(opened.agreement, item) is not ABSENT:
            found.append(Edit(address, value))
            if value is not ABSENT and address in opened.agreement.does_not_apply:
                found.append(Edit(address, ABSENT, "does_not_apply"))
        elif value is not ABSENT:
            new.setdefault(item, {})[key] = value
    for item, stated_answers in new.items():
        names = {key: f"{key}.{item.split('.')[1]}" for key in ("of", "function")}
        started = {key: form[name] for key, name in names.items() if name in form}
        found.append(Edit(item, {**started, **stated_answers}))
    return found


def _leave_out_wrong(
    opened: Opened, section: str, answers: dict[str, Any], *, form: Mapping[str, str], filled: Filled
) -> None:
    agreement = opened.agreement
    for edit in _edits(opened, section, answers, form=form):
        agreement = apply(agreement, edit)
    for problem in check_section(opened.schema, agreement, section, opened.library):
        typed = answers.get(problem.address)
        if problem.kind == "wrong" and typed is not None and typed != get(opened.agreement, problem.address):
            filled.faults[problem.address] = problem.fix
            del answers[problem.address]


def _save(
    opened: Opened, section: str, answers: dict[str, Any], *, form: Mapping[str, str], seen: int, filled: Filled
) -> None:
    """Saves all that nobody else has answered meanwhile."""
    edits = _edits(opened, section, answers, form=form)
    draft = opened.draft
    try:
        after = save(session(), opened.ref, edits=edits, seen=seen, by=who(), at=now())
    except Conflict as conflict:
        stored = conflict.stored
        assert isinstance(stored, Draft)
        for address in conflict.addresses:
            _clash(opened, stored, address, filled=filled)
        edits = [edit for edit in edits if edit.address not in conflict.addresses]
        after = save(session(), opened.ref, edits=edits, seen=seen, by=who(), at=now())
    filled.seen = after.number
    filled.saved = sum(_counted(draft.agreement, edit) for edit in edits)


def _clash(opened: Opened, stored: Draft, address: str, *, filled: Filled) -> None:
    section, item, *rest = address.split(".")
    for key in rest or opened.section(section).questions:
        name = f"{section}.{item}.{key}"
        question = opened.section(section).questions[key]
        theirs = cells.words(question, get(stored.agreement, name), opened.names)
        filled.faults[name] = f"{stored.updated_by} changed this after you opened the page"
        filled.theirs[name] = theirs


def _counted(before: Agreement, edit: Edit) -> int:
    """How many answers an edit changes."""
    if edit.what != "answer" or stated(before, edit) == edit.value:
        return 0
    return sum(key not in ("of", "function") for key in edit.value) if edit.address.count(".") == 1 else 1
