"""Kind of answer -> how it is asked: the third row of each kind. WTForms carries and shows; the schema decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from wtforms import Form
from wtforms.form import BaseForm

from protocolbuilder.domain.agreement import Agreement, get, reason_not_applying
from protocolbuilder.domain.journey import required
from protocolbuilder.domain.kinds import Names
from protocolbuilder.domain.schema import Question, Schema, Section
from protocolbuilder.law.library import Library
from protocolbuilder.web.inputs import (
    Answer,
    Ask,
    Choice,
    Lines,
    ManyChoices,
    ManyItems,
    OneAgreement,
    OneChoice,
    OneItem,
    Prose,
    YesNo,
)
from protocolbuilder.web.times import Day, Deadline, Period, When

INPUTS: Final[Mapping[str, type[Answer]]] = {
    "line": Answer,
    "prose": Prose,
    "lines": Lines,
    "yes_no": YesNo,
    "choice": OneChoice,
    "choices": ManyChoices,
    "day": Day,
    "when": When,
    "period": Period,
    "deadline": Deadline,
    "email": Answer,
    "phone": Answer,
    "url": Answer,
    "agreement": OneAgreement,
    "reference": OneItem,
    "references": ManyItems,
}


class PageForm(BaseForm):
    """A form whose fields are all answers."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(self.answer(name) for name in self._fields)

    def answer(self, question: str) -> Answer:
        field: Answer = self._fields[question]  # type: ignore[assignment]
        return field


def form_for(asks: Iterable[Ask], values: Mapping[str, Any], *, sent: Any = None) -> PageForm:
    """A form of these questions that shows `values` (question id -> answer), or what was `sent` (a MultiDict)."""
    fields: Any = {ask.question.id: _Unbound(INPUTS[ask.question.kind], ask) for ask in asks}
    form = PageForm(fields, meta=Form.Meta())
    form.process(sent, data=dict(values))
    return form


class _Unbound:
    """What BaseForm binds: a field class with its question."""

    def __init__(self, kind: type[Answer], ask: Ask) -> None:
        self.kind, self.ask, self.name = kind, ask, ask.question.id

    def bind(self, form: BaseForm, name: str, prefix: str = "", translations: Any = None) -> Answer:
        return self.kind(
            ask=self.ask, name=name, _form=form, _meta=form.meta, _prefix=prefix, _translations=translations
        )


def asks(
    schema: Schema, agreement: Agreement, *, section: Section, item: str, questions: Sequence[Question],
    names: Names, library: Library, home: str, above: tuple[Choice, ...] = (),
) -> tuple[Ask, ...]:  # fmt: skip
    """The questions as asked at one place of one agreement. `home` is the address of its pages, `above` what it may
    stand under."""
    base = f"{section.id}.{item}" if item else section.id
    answers = get(agreement, base) or {}
    needed = required(section, answers)
    return tuple(
        Ask(
            question,
            f"{base}.{question.id}",
            question.id in needed,
            _with_odd_ones(
                above
                if question.kind == "agreement"
                else choices(schema, agreement, question=question, own_item=item, names=names, library=library),
                answers.get(question.id),
            ),
            reason_not_applying(agreement, f"{base}.{question.id}"),
            tuple(agreement.flags.get(f"{base}.{question.id}", ())),
            tuple((f"{home}/{key}", schema.sections[key].title) for key in question.refers),
        )
        for question in questions
    )


def choices(
    schema: Schema, agreement: Agreement, *, question: Question, own_item: str, names: Names, library: Library
) -> tuple[Choice, ...]:
    """What can be chosen: written in the schema, entries of the law library, or items of other lists."""
    if question.vocabulary:
        return _entries(question.vocabulary, library)
    if question.refers:
        several = len(question.refers) > 1
        return tuple(
            Choice(item["id"], names.item(item["id"]), group=schema.sections[key].title if several else "")
            for key in question.refers
            for item in agreement.answers.get(key, ())
            if item["id"] != own_item
        )
    return tuple(Choice(value, label) for value, label in question.choices)


def _with_odd_ones(known: tuple[Choice, ...], answer: Any) -> tuple[Choice, ...]:
    """What an imported answer holds beside the choices stays selectable: saving the page must not lose it."""
    if isinstance(answer, Mapping) and "ref" in answer:
        there = any(choice.value == answer["ref"] for choice in known)
        label = f"{answer.get('title', 'Agreement')} ({answer['ref']}, not in the list)"
        return known if there else (*known, Choice(answer["ref"], label))
    parts = answer if isinstance(answer, list) else [answer]
    values = {choice.value for choice in known}
    odd = [part for part in parts if isinstance(part, str) and part and part not in values]
    return (*known, *(Choice(part, f"{part} (not in the list)") for part in odd)) if known or odd else ()


def _entries(vocabulary: str, library: Library) -> tuple[Choice, ...]:
    return tuple(
        Choice(key, label, also=library.words(vocabulary, key)) for key, label in library.choices(vocabulary)
    )
