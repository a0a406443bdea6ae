"""How dates and lengths of time are typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.domain.kinds import MONTHS
from protocolbuilder.web.inputs import Answer, Typed, Unclear, _text

PERIOD_UNITS: Final = (("D", "days"), ("W", "weeks"), ("M", "months"), ("Y", "years"))
DEADLINE_UNITS: Final = (
    ("minutes", "minutes"), ("hours", "hours"), ("working-days", "working days"), ("D", "days"), ("W", "weeks"),
    ("M", "months"),
)  # fmt: skip
_DEADLINES: Final = {
    "minutes": "PT{}M",
    "hours": "PT{}H",
    "working-days": "{}WD",
    "D": "P{}D",
    "W": "P{}W",
    "M": "P{}M",
}
_MONTHS: Final = {name[:3].casefold(): number for number, name in enumerate(MONTHS, 1)}
KEEP_ONE: Final = "You gave two answers here. Keep one of them and empty the other"


class Day(Answer):
    """A full date, a month or a year: day and month may be left empty."""

    macro = "day"
    free_text: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")

    def show(self, value: Any) -> dict[str, list[str]]:
        if not isinstance(value, str):
            return {}
        year, month, day, *_ = [*value.split("-"), "", ""]
        return {"day": [day.lstrip("0")], "month": [month.lstrip("0")], "year": [year]}

    def read(self, typed: Typed) -> Any:
        """A date that makes no sense is passed on as typed, so that the check can say so."""
        day, month, year = (_text(typed, part) for part in ("day", "month", "year"))
        if not (day or month or year):
            return ABSENT
        if not month.isdecimal() and (number := _MONTHS.get(month[:3].casefold())):
            month = str(number)
        if day:
            return f"{year}-{month.zfill(2)}-{day.zfill(2)}"
        return f"{year}-{month.zfill(2)}" if month else year


class When(Day):
    """A date, or the event it depends on."""

    macro = "when"
    free_text: ClassVar[tuple[str, ...]] = ("event",)
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year", "event")

    def show(self, value: Any) -> dict[str, list[str]]:
        return {"event": [str(value["event"])]} if isinstance(value, Mapping) else super().show(value)

    def read(self, typed: Typed) -> Any:
        event, date = _text(typed, "event"), super().read(typed)
        if event and date is not ABSENT:
            return Unclear("Enter a date or an event, not both")
        return {"event": event} if event else date


class Ways(Answer):
    """An answer that can be given in several ways, each with parts of its own; the radio says which way.

    Where the radio is not used, the way that was filled in counts.
    """

    ways: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def read(self, typed: Typed) -> Any:
        filled = [way for way, parts in self.ways.items() if any(_text(typed, part) for part in parts)]
        way = _text(typed, "") or (filled[0] if len(filled) == 1 else "")
        if (len(filled) > 1 and not _text(typed, "")) or (way and set(filled) - {way}):
            return Unclear(KEEP_ONE)
        if way and self.ways.get(way) and not filled:
            return Unclear("Complete the answer you selected, or select another")
        return self.value(way, typed) if way else ABSENT

    def value(self, way: str, typed: Typed) -> Any:
        raise NotImplementedError


class Period(Ways):
    """`P6Y`, or until an event, or set by a rule, or in other words."""

    macro = "period"
    free_text: ClassVar[tuple[str, ...]] = ("until", "set_by", "other")
    parts: ClassVar[tuple[str, ...]] = ("", "amount", "unit", "until", "set_by", "other")
    ways: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "length": ("amount", "unit"),
        "until": ("until",),
        "set_by": ("set_by",),
        "other": ("other",),
    }
    units = PERIOD_UNITS

    def show(self, value: Any) -> dict[str, list[str]]:
        if isinstance(value, Mapping):
            way, text = next(iter(value.items()))
            return {"": [way], way: [str(text)]}
        found = re.fullmatch(r"P(\d+)([DWMY])", str(value))
        return {"": ["length"], "amount": [found[1]], "unit": [found[2]]} if found else {}

    def value(self, way: str, typed: Typed) -> Any:
        if way == "length":
            return f"P{_text(typed, 'amount')}{_text(typed, 'unit')}"
        return {way: _text(typed, way)}


class Deadline(Ways):
    """Immediately, or within an amount of time (`PT4H`, `2WD`), or in other words."""

    macro = "deadline"
    free_text: ClassVar[tuple[str, ...]] = ("other",)
    parts: ClassVar[tuple[str, ...]] = ("", "amount", "unit", "other")
    ways: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "immediately": (),
        "within": ("amount", "unit"),
        "other": ("other",),
    }
    units = DEADLINE_UNITS

    def show(self, value: Any) -> dict[str, list[str]]:
        if isinstance(value, Mapping):
            return {"": ["other"], "other": [str(value["other"])]}
        if value == "PT0H":
            return {"": ["immediately"]}
        for unit, form in _DEADLINES.items():
            if found := re.fullmatch(form.format(r"(\d+)"), str(value)):
                return {"": ["within"], "amount": [found[1]], "unit": [unit]}
        return {}

    def value(self, way: str, typed: Typed) -> Any:
        if way == "immediately":
            return "PT0H"
        if way == "other":
            return {"other": _text(typed, "other")}
        return _DEADLINES.get(_text(typed, "unit"), "{}").format(_text(typed, "amount"))
