"""What changed between two agreements of one schema, address by address, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from protocolbuilder.domain.agreement import ABSENT, Agreement, acceptance_address, accepted_at
from protocolbuilder.domain.kinds import Names, day_in_words, shown
from protocolbuilder.domain.naming import place_in_words
from protocolbuilder.domain.schema import Schema, Section

What = Literal["answer", "does not apply", "accepted", "taken back", "accepted again"]
ACCEPTED: Final[tuple[What, ...]] = ("accepted", "taken back", "accepted again")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` is "" when it was added, `after` is "" when it was taken away; both are words.

    The address of an accepted point of the review is where its acceptance stands: `R72@retention.r1.source`.
    """

    address: str
    title: str
    before: str
    after: str
    what: What = "answer"

    @property
    def of_review(self) -> bool:
        """Whether it is about a point of the review that was accepted, taken back or accepted again."""
        return self.what in ACCEPTED


def changes(schema: Schema, before: Agreement, after: Agreement, names: tuple[Names, Names]) -> tuple[Change, ...]:
    """Every question whose answer differs, in schema order, then what does not apply, then accepted points of the
    review. `names` are those of `before` and of `after`."""
    found: list[Change] = []
    for key, section in schema.sections.items():
        old, new = before.answers.get(key), after.answers.get(key)
        if old == new:
            continue
        if section.is_list:
            found.extend(_in_list(section, old or [], new or [], names))
        else:
            found.extend(_in_object(section, key, section.title, old or {}, new or {}, names))
    found.extend(_statements(before, after))
    found.extend(_acceptances(schema, before, after, names))
    return tuple(found)


def _in_list(section: Section, old: list[Any], new: list[Any], names: tuple[Names, Names]) -> Iterator[Change]:
    earlier, later = ({item["id"]: item for item in items} for items in (old, new))
    for item_id in [*earlier, *(key for key in later if key not in earlier)]:
        side = names[1] if item_id in later else names[0]
        title = f"{section.one}: {side.item(item_id)}"
        yield from _in_object(
            section, f"{section.id}.{item_id}", title, earlier.get(item_id, {}), later.get(item_id, {}), names
        )


def _in_object(
    section: Section,
    address: str,
    title: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    names: tuple[Names, Names],
) -> Iterator[Change]:
    for key, question in section.questions.items():
        if old.get(key) != new.get(key):
            words = [
                shown(question, side[key], name) if key in side else ""
                for side, name in zip((old, new), names, strict=True)
            ]
            yield Change(f"{address}.{key}", f"{title}: {question.title}", words[0], words[1])


def _statements(before: Agreement, after: Agreement) -> Iterator[Change]:
    for address in sorted({*before.does_not_apply, *after.does_not_apply}):
        old, new = before.does_not_apply.get(address, ""), after.does_not_apply.get(address, "")
        if old != new:
            yield Change(address, "Does not apply, because", old, new, "does not apply")


def _acceptances(schema: Schema, before: Agreement, after: Agreement, names: tuple[Names, Names]) -> Iterator[Change]:
    rows = {
        acceptance_address(row.get("rule", ""), row.get("address", "")): row
        for row in (*before.accepted, *after.accepted)
    }
    for address, row in rows.items():
        old, new = accepted_at(before, address), accepted_at(after, address)
        if old == new:
            continue
        what: What = "accepted" if old is ABSENT else "taken back" if new is ABSENT else "accepted again"
        place = place_in_words(schema, names[0] if new is ABSENT else names[1], row.get("address", ""))
        title = f"Accepted point {row.get('rule', '')}: {': '.join(place)}"
        words = ["" if side is ABSENT else _said(side) for side in (old, new)]
        yield Change(address, title, words[0], words[1], what)


def _said(row: Mapping[str, str]) -> str:
    """What was accepted, then who accepted it, when and why, on a line of its own."""
    accepted = f"Accepted by {row.get('by', '')} on {_day(row.get('at', ''))}: {row.get('reason', '')}"
    return "\n".join(filter(None, (row.get("text", ""), accepted)))


def _day(moment: str) -> str:
    """The day of a moment in words; a moment in another form as it stands."""
    try:
        return day_in_words(moment[:10])
    except (ValueError, IndexError):
        return moment
