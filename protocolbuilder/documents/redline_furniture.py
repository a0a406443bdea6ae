"""Headers and footers compared, section by section, and what changed of the sections themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.redline_carry import Carrier
from protocolbuilder.documents.redline_marks import Marks
from protocolbuilder.documents.redline_plain import R, relations
from protocolbuilder.documents.visible import W

REFERENCES: Final = (f"{W}headerReference", f"{W}footerReference")
_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_ROOTS: Final = {REFERENCES[0]: f"{W}hdr", REFERENCES[1]: f"{W}ftr"}

Place = tuple[str, str]
"""headerReference or footerReference, and default, first or even."""
Compare = Callable[[str, str, str, Any], Any]
"""Old part, new part (each "" for none), the part it will be, an empty root for a missing one -> the compared root, or
None where both say the same."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A w:sectPr with the parts that its pages show."""

    section: Any
    parts: dict[Place, str]


def in_force(root: Any, parts: Mapping[str, bytes]) -> dict[int, Shown]:
    """Every section by the `id` of its element; what a section does not name it takes from the one before."""
    named = relations(parts, package.WORD)
    found: dict[int, Shown] = {}
    shown: dict[Place, str] = {}
    for section in root.iter(f"{W}sectPr"):
        shown = dict(shown)
        for one in section:
            found_part = named.get(one.get(f"{R}id")) if one.tag in REFERENCES else None
            if found_part is not None and found_part.target in parts:
                shown[one.tag, one.get(f"{W}type", "default")] = found_part.target
        found[id(section)] = Shown(section, shown)
    return found


@dataclass(slots=True)
class Furniture:
    """Gathers the sections while the body is compared; `finish` then compares what they show."""

    carrier: Carrier
    marks: Marks
    old: Mapping[int, Shown]
    new: Mapping[int, Shown]
    compare: Compare
    with_looks: bool
    _kept: list[tuple[Any, Any]] = field(default_factory=list)
    _alone: list[tuple[Any, bool]] = field(default_factory=list)
    _made: dict[tuple[str, str], str] = field(default_factory=dict)

    def kept(self, old: Any, new: Any) -> None:
        self._kept.append((old, new))

    def inserted(self, section: Any) -> None:
        self._alone.append((section, True))

    def deleted(self, section: Any) -> None:
        self._alone.append((section, False))

    def finish(self) -> None:
        for old, new in self._kept:
            before, now = self.old[id(old)].parts, self.new[id(new)].parts
            places = {**now, **before}
            self._show(new, {one: self._merged(one, before.get(one, ""), now.get(one, "")) for one in places})
            if self.with_looks and _look(old) != _look(new):
                self.marks.looks(new, old, name="sectPr")
        for section, is_new in self._alone:
            side = (self.new if is_new else self.old)[id(section)].parts
            self._show(section, {place: self._as_made(part, is_new=is_new) for place, part in side.items()})

    def _merged(self, place: Place, old: str, new: str) -> str:
        if (old, new) not in self._made:
            taken = new in self._made.values() or not new
            name = self.carrier.free(new or old) if taken else new
            tag = place[0]
            root = self.compare(old, new, name, etree.Element(_ROOTS[tag], nsmap={"w": W[1:-1], "r": R[1:-1]}))
            if root is None:
                name = new
            elif name == new:
                self.carrier.made[name] = package.serialise(root)
            else:
                kind = "header" if tag == REFERENCES[0] else "footer"
                self.carrier.add(name, package.serialise(root), f"{_TYPE}{kind}+xml")
                self.carrier.same_relations(new, name)
            self._made[old, new] = name
        return self._made[old, new]

    def _as_made(self, part: str, *, is_new: bool) -> str:
        """What became of a part that a section of one side alone shows."""
        found = next((name for pair, name in self._made.items() if pair[int(is_new)] == part), "")
        return found or (part if is_new else self.carrier.bring(part))

    def _show(self, section: Any, shown: dict[Place, str]) -> None:
        for one in [one for one in section if one.tag in REFERENCES]:
            section.remove(one)
        for at, ((tag, kind), part) in enumerate(sorted(shown.items(), key=lambda one: one[0])):
            name = "header" if tag == REFERENCES[0] else "footer"
            reference = self.carrier.relation(package.WORD, f"{_KIND}{name}", part)
            section.insert(at, etree.Element(tag, {f"{W}type": kind, f"{R}id": reference}))


def _look(section: Any) -> Any:
    said = [one for one in section if one.tag not in REFERENCES]
    return [(one.tag, dict(one.attrib), [(inner.tag, dict(inner.attrib)) for inner in one]) for one in said]
