"""Takes over into an agreement what the protocol above it says.

By `x-inherit` of the section: *replace*: what the agreement states itself stands, question by question, and the
protocol answers what it leaves open (a list is taken over whole, or not at all); *merge*: the items of both lists, and
the agreement's own item of the same id or name in the place of the protocol's; *locked*: the protocol's wording stands
wherever it has one; *own*: nothing is taken over. "Does not apply" is an answer like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protocolbuilder.domain.agreement import ABSENT, Agreement, get, overlap, put
from protocolbuilder.domain.carrying import Carried, carried
from protocolbuilder.domain.effective import Conflict, Effective, Origin, Parent, What, stated
from protocolbuilder.domain.journey import hidden
from protocolbuilder.domain.schema import Schema, Section


def effective(schema: Schema, child: Agreement, parent: Parent | None) -> Effective:
    """What a draft or version says in effect. Without a parent that is what it says itself.

    Nothing of it is lost: what a locked section does not let stand is told as a conflict.
    """
    if parent is None:
        return Effective(child, child)
    shared = tuple(
        section
        for key, section in schema.sections.items()
        if section.inherit != "own"
        and key in parent.schema.sections
        and parent.schema.sections[key].is_list == section.is_list
        and isinstance(child.answers.get(key, [] if section.is_list else {}), list if section.is_list else Mapping)
    )
    merge = _Merge(child, parent, carried(schema, child, parent.schema, parent.agreement), shared)
    for section in shared:
        if section.inherit == "locked":
            merge.locked_section(section)
            continue
        if section.is_list:
            merge.list_section(section)
        else:
            merge.object_section(section)
        merge.statements(section)
    return merge.done()


@dataclass(slots=True)
class _Merge:
    """`answers` and `reasons` begin as the agreement's own and become what is in effect."""

    child: Agreement
    parent: Parent
    carried: Carried
    shared: tuple[Section, ...]
    answers: dict[str, Any] = field(init=False)
    reasons: dict[str, str] = field(init=False)
    origins: dict[str, Origin] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers, self.reasons = dict(self.child.answers), dict(self.child.does_not_apply)

    def locked_section(self, section: Section) -> None:
        """What the parent says there stands. What the agreement says about the same, in other words, does not."""
        theirs, mine = self._all_theirs(section), _all_said(self.child, section.id)
        for (what, at), value in mine.items():
            told = theirs.get((what, at), ABSENT)
            above = (place for kind, place in theirs if kind == "does_not_apply" and (kind, place) not in mine)
            ruled_out = any(f"{at}.".startswith(f"{place}.") for place in above)
            if ruled_out or (told != value and any(overlap(at, place) for _, place in theirs)):
                self.conflicts[at] = Conflict(at, value, told, what)
                self._take_away(what, at)
        for (what, at), value in theirs.items():
            refused = any(overlap(at, place) for place in self.conflicts)
            self.origins[at] = Origin("conflict" if refused else "inherited", self._back(at))
            if what == "answer":
                self.answers = dict(put(Agreement("", "", self.answers), at, value).answers)
            else:
                self.reasons[at] = value

    def _all_theirs(self, section: Section) -> dict[tuple[What, str], Any]:
        found: dict[tuple[What, str], Any] = {}
        if section.is_list:
            found = {("answer", f"{section.id}.{one['id']}"): one for _, one in self.carried.items(section) if one}
        else:
            found = {("answer", f"{section.id}.{key}"): value for key, value in self._offered(section).items()}
        for place, reason in self.parent.agreement.does_not_apply.items():
            if place.split(".")[0] == section.id and (at := self.carried.address(place)):
                found["does_not_apply", at] = reason
        return found

    def _back(self, address: str) -> str:
        """The place in the parent of an address here."""
        key, *rest = address.split(".")
        if rest and isinstance(self.answers.get(key), list):
            rest[0] = next((old for old, new in self.carried.targets.items() if new == rest[0]), rest[0])
        return ".".join((key, *rest))

    def _take_away(self, what: What, at: str) -> None:
        if what == "answer":
            self.answers = dict(put(Agreement("", "", self.answers), at, ABSENT).answers)
        else:
            self.reasons.pop(at)

    def object_section(self, section: Section) -> None:
        """Question by question. A question that the answers together rule out is not taken over."""
        mine = self.child.answers.get(section.id, {})
        offered = self._offered(section)
        fitting = _fitting(section, mine, offered)
        taken: dict[str, Any] = {}
        for key, value in offered.items():
            address = f"{section.id}.{key}"
            silenced = next((at for at in (address, section.id) if at in self.child.does_not_apply), "")
            if key in mine or silenced:
                self.origins[address if key in mine else silenced] = Origin("overrides", address)
            elif key in fitting:
                self.origins[address] = Origin("inherited", address)
                taken[key] = value
        if taken:
            self.answers[section.id] = {**mine, **taken}

    def _offered(self, section: Section) -> dict[str, Any]:
        theirs = self.parent.agreement.answers.get(section.id)
        offered: dict[str, Any] = {}
        for key, question in section.questions.items():
            if not isinstance(theirs, Mapping) or key not in theirs or question.inherit == "own":
                continue
            value = self.carried.value(question, theirs[key])
            if value is ABSENT:
                self.left_out.append(f"{section.id}.{key}")
            else:
                offered[key] = value
        return offered

    def list_section(self, section: Section) -> None:
        """The own items in their order, then those of the parent that none of them stands for."""
        mine = self.child.answers.get(section.id, [])
        own, added = {item["id"] for item in mine}, []
        for old, item in self.carried.items(section):
            place = f"{section.id}.{old}"
            if item is None:
                self._not_taken(section, place)
            elif item["id"] in own:
                self.origins[f"{section.id}.{item['id']}"] = Origin("overrides", place)
            else:
                added.append(self._silenced(section, item, place))
        if added:
            self.answers[section.id] = [*mine, *added]

    def _not_taken(self, section: Section, place: str) -> None:
        """The list is answered here as a whole, or the item names what is not here."""
        if section.id in self.child.does_not_apply or (section.inherit == "replace" and self.child.answers[section.id]):
            self.origins[section.id] = Origin("overrides", section.id)
        else:
            self.left_out.append(place)

    def _silenced(self, section: Section, item: dict[str, Any], place: str) -> dict[str, Any]:
        """An item of the parent, without the questions that are said here not to apply."""
        address, said = f"{section.id}.{item['id']}", self.child.does_not_apply
        self.origins[address] = Origin("overrides" if address in said else "inherited", place)
        silent = [key for key in item if key != "id" and f"{address}.{key}" in said]
        for key in silent:
            self.origins[f"{address}.{key}"] = Origin("overrides", f"{place}.{key}")
        return {key: value for key, value in item.items() if key not in silent}

    def statements(self, section: Section) -> None:
        """What the parent says does not apply, unless something else is said about that here."""
        theirs = self.parent.agreement.does_not_apply
        same = {self.carried.address(place): reason for place, reason in theirs.items()}.items()
        alike = dict(self.child.does_not_apply.items() & same)
        said = [at for at in stated(self.child, section.id) if at not in alike]
        for place, reason in theirs.items():
            key, *rest = place.split(".")
            address = self.carried.address(place)
            question = section.questions.get(rest[-1]) if rest else None
            if key != section.id or not address or (question and question.inherit == "own"):
                continue
            over = [at for at in said if overlap(at, address)]
            if over or address in alike:
                self.origins.setdefault(over[0] if over else address, Origin("overrides", place))
            elif not (section.is_list and rest) or self.origins[".".join(address.split(".")[:2])].kind == "inherited":
                self.origins[address] = Origin("inherited", place)
                self.reasons[address] = reason

    def done(self) -> Effective:
        own, known = self.child, {(row.get("rule"), row.get("address")) for row in self.child.accepted}
        accepted = [
            {**row, "address": place}
            for row in self.parent.agreement.accepted
            if (place := self.carried.address(row.get("address", "")))
            and (row.get("rule"), place) not in known
            and any(overlap(place, at) for at, one in self.origins.items() if one.kind == "inherited")
        ]
        whole = Agreement(
            own.schema, own.library, self.answers, self.reasons, own.flags, (*own.accepted, *accepted)
        )  # fmt: skip
        return Effective(
            own, whole, self.parent, self.origins, tuple(self.conflicts.values()), tuple(self.left_out)
        )


def _all_said(agreement: Agreement, section_id: str) -> dict[tuple[What, str], Any]:
    found: dict[tuple[What, str], Any] = {}
    for at in stated(agreement, section_id):
        if (value := get(agreement, at)) is not ABSENT and at != section_id:
            found["answer", at] = value
        if at in agreement.does_not_apply:
            found["does_not_apply", at] = agreement.does_not_apply[at]
    return found


def _fitting(section: Section, mine: Mapping[str, Any], offered: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of the offered answers goes with the others."""
    kept = dict(offered)
    while out := hidden(section, {**kept, **mine}) & kept.keys():
        kept = {key: value for key, value in kept.items() if key not in out}
    return kept
