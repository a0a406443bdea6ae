"""How each kind of answer is typed: its parts on the form, and the value they make. Nothing is judged here.

`show` and `read` of a class undo each other: what is shown and sent back unchanged is the same value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import Field

from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.domain.reading import FORBIDDEN, forbidden_character
from protocolbuilder.domain.schema import Question

OTHER = "--other"
"""The choice that stands for an answer of one's own. No id of a choice starts with a hyphen."""

Typed = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """`also` holds more words it can be found by; `group` a heading above it."""

    value: str
    label: str
    also: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as asked at one place: `needed` when it must be answered, `reason` when it was said not to apply.

    `lists` are the pages (address, title) of the lists its choices come from.
    """

    question: Question
    address: str
    needed: bool
    choices: tuple[Choice, ...] = ()
    reason: str = ""
    flags: tuple[str, ...] = ()
    lists: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was typed says two things, or half a thing. `text` says how to put it right."""

    text: str


class Answer(Field):
    """One question. `typed` holds each part as typed; `data` the value, ABSENT or Unclear; `held` the value before.

    `removed` names characters taken out of what was typed because no file may hold them.
    """

    parts: ClassVar[tuple[str, ...]] = ("",)
    macro: ClassVar[str] = "text"
    free_text: ClassVar[tuple[str, ...]] = ("",)
    validation_attrs: ClassVar[list[str]] = []

    def __init__(self, *, ask: Ask, **wtforms: Any) -> None:
        super().__init__(label=ask.question.title, description=ask.question.description, **wtforms)
        self.ask = ask
        self.typed: dict[str, list[str]] = {}
        self.held: Any = ABSENT
        self.removed: tuple[str, ...] = ()

    def part_name(self, part: str) -> str:
        return f"{self.name}--{part}" if part else str(self.name)

    def process(self, formdata: Any, data: Any = ABSENT, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.held = self.ask_value(data)
        if formdata is None:
            self.typed, self.data = {**self.nothing(), **self.show(self.held)}, self.held
        else:
            sent = {part: formdata.getlist(self.part_name(part)) for part in self.parts}
            self.removed = tuple(name for texts in sent.values() for text in texts if (name := _bad(text)))
            self.typed = {part: [_clean(text) for text in texts] for part, texts in sent.items()}
            self.data = self.read(self.typed)

    def ask_value(self, data: Any) -> Any:
        return data if data is not None and not callable(data) and type(data).__name__ != "UnsetValue" else ABSENT

    def nothing(self) -> dict[str, list[str]]:
        return {part: [] for part in self.parts}

    def one(self, part: str = "") -> str:
        """The text of one part, as typed."""
        texts = self.typed.get(part) or [""]
        return texts[-1]

    def _value(self) -> str:
        return self.one()

    def show(self, value: Any) -> dict[str, list[str]]:
        return {"": [] if value is ABSENT else [str(value)]}

    def read(self, typed: Typed) -> Any:
        return _text(typed, "") or ABSENT

    @property
    def unchanged(self) -> bool:
        """Sent as it was drawn. So an answer in a form that cannot be shown is not lost by saving the page."""
        return bool(self.data == self.read({**self.nothing(), **self.show(self.held)}))

    def free_texts(self) -> list[str]:
        """What was typed in words of one's own."""
        return [text for part in self.free_text for text in self.typed.get(part, ()) if text]


def _bad(text: str) -> str:
    return forbidden_character(text.replace("\r\n", "\n"))


def _clean(text: str) -> str:
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _text(typed: Typed, part: str) -> str:
    texts = typed.get(part) or [""]
    return texts[-1].strip()


def _lines(typed: Typed, part: str) -> list[str]:
    return [line for text in typed.get(part, ()) for raw in text.split("\n") if (line := " ".join(raw.split()))]


class Prose(Answer):
    macro = "prose"


class Lines(Answer):
    """A list of lines, one a line."""

    macro = "lines"

    def show(self, value: Any) -> dict[str, list[str]]:
        return {"": [] if value is ABSENT else ["\n".join(value)]}

    def read(self, typed: Typed) -> Any:
        lines = [line for text in typed.get("", ()) for raw in text.split("\n") if (line := raw.strip())]
        return lines or ABSENT


class YesNo(Answer):
    macro = "yes_no"
    free_text: ClassVar[tuple[str, ...]] = ()

    def show(self, value: Any) -> dict[str, list[str]]:
        return {"": [] if value is ABSENT else ["yes" if value is True else "no"]}

    def read(self, typed: Typed) -> Any:
        return {"yes": True, "no": False, "": ABSENT}.get(_text(typed, ""), _text(typed, ""))


class OneChoice(Answer):
    """One of the choices, or an answer of one's own. `typed` is what stands in a search box and fits no choice."""

    macro = "one_choice"
    free_text: ClassVar[tuple[str, ...]] = ("other",)
    parts: ClassVar[tuple[str, ...]] = ("", "other", "typed")

    def show(self, value: Any) -> dict[str, list[str]]:
        if isinstance(value, Mapping):
            return {"": [OTHER], "other": [str(value["other"])]}
        return super().show(value)

    def read(self, typed: Typed) -> Any:
        chosen, own, search = (_text(typed, part) for part in self.parts)
        label = {choice.value: choice.label for choice in self.ask.choices}.get(chosen, chosen)
        if search and not chosen and not own:
            fits = [choice.value for choice in self.ask.choices if choice.label.casefold() == search.casefold()]
            return fits[0] if fits else Unclear(f"“{search}” is not in the list. Select from it, or write it as other")
        if chosen == OTHER:
            return {"other": own} if own else Unclear("Write what the other is, or select another answer")
        if chosen and own:
            return Unclear(f"You selected “{label}” and wrote “{own}” as other. Keep one of them")
        return {"other": own} if own else chosen or ABSENT


class ManyChoices(Answer):
    """Several of the choices in the order they stand in the agreement, then answers of one's own, one a line."""

    macro = "many_choices"
    free_text: ClassVar[tuple[str, ...]] = ("other",)
    parts: ClassVar[tuple[str, ...]] = ("", "other")

    def show(self, value: Any) -> dict[str, list[str]]:
        several: Sequence[Any] = () if value is ABSENT else value
        own = [part["other"] for part in several if isinstance(part, Mapping)]
        return {"": [part for part in several if isinstance(part, str)], "other": ["\n".join(own)] if own else []}

    def read(self, typed: Typed) -> Any:
        sent = [*filter(None, typed.get("", ())), *({"other": line} for line in _lines(typed, "other"))]
        before = [part for part in (self.held or ()) if part in sent]
        return [*before, *(part for part in sent if part not in before)] or ABSENT


class OneAgreement(Answer):
    """An agreement or protocol of the register. What is kept is its reference, with its title as it was chosen."""

    macro = "one_choice"
    free_text: ClassVar[tuple[str, ...]] = ()

    def show(self, value: Any) -> dict[str, list[str]]:
        return {"": [value["ref"]]} if isinstance(value, Mapping) else super().show(value)

    def read(self, typed: Typed) -> Any:
        ref = _text(typed, "")
        if isinstance(self.held, Mapping) and self.held.get("ref") == ref:
            return self.held
        title = next((choice.also for choice in self.ask.choices if choice.value == ref), "")
        return ({"ref": ref, "title": title} if title else {"ref": ref}) if ref else ABSENT


class OneItem(Answer):
    """One item of another list."""

    macro = "one_item"
    free_text: ClassVar[tuple[str, ...]] = ()


class ManyItems(ManyChoices):
    """Items of other lists."""

    macro = "many_items"
    free_text: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[tuple[str, ...]] = ("",)
