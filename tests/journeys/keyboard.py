"""A person who has only a keyboard: Tab, arrows, Space, Enter and letters. Counts pages and what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser import assert_accessible

FAR = 900  # presses of Tab before a control counts as out of reach
IDS = re.compile(r"ISA-\d+-\d+|(?<=/)[0-9a-f]{10}(?=/|$)")

FOCUSED = """wanted => {
  const at = document.activeElement;
  return wanted === at || (wanted.type === "radio" && at.type === "radio" && at.name === wanted.name);
}"""
AHEAD = """wanted => {
  // A guess how many presses of Tab lead there; the person looks where they are after them.
  const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const all = [...document.querySelectorAll(kinds)];
  const group = e => all.filter(o => o.type === "radio" && o.name === e.name);
  const stop = e => e.type !== "radio" ? e : group(e).find(o => o.checked) || group(e)[0];
  const [from, to] = [all.indexOf(document.activeElement), all.indexOf(stop(wanted))];
  return all.slice(from + 1, to + 1).filter(
    e => e.tabIndex >= 0 && !e.disabled && stop(e) === e && e.checkVisibility({visibilityProperty: true})
  ).length;
}"""

Answers = Mapping[str, Any]
"""Question -> a text to type, a set of labels to tick, ("label",) to select, or {part: one of these}."""


@dataclass
class Person:
    """`pages` counts the pages loaded, `typed` holds each text typed, `presses` the keys that were no letters.

    `checks_access` runs axe once on each kind of page.
    """

    page: Page
    checks_access: bool
    pages: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    presses: int = 0
    looked_at: set[str] = field(default_factory=set)

    def open(self, address: str) -> None:
        """Typing an address, which a person does once."""
        self.page.goto(address)
        self._arrived()

    def _arrived(self) -> None:
        path = self.page.url.split("/", 3)[-1].split("#")[0]
        self.pages.append(path)
        kind = IDS.sub("…", path.split("?")[0])
        if self.checks_access and kind not in self.looked_at:
            self.looked_at.add(kind)
            assert_accessible(self.page)

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def reach(self, control: Locator) -> None:
        """Tab until the control, or another radio of its group, has the focus."""
        found = control.element_handle()
        for ahead in (self.page.evaluate(AHEAD, found), FAR):
            for _ in range(ahead):
                if ahead == FAR and self.page.evaluate(FOCUSED, found):
                    return
                self.press("Tab")
            if self.page.evaluate(FOCUSED, found):
                return
        raise AssertionError(f"{control} on {self.page.url} cannot be reached with Tab")

    def follow(self, words: str, *, within: str = "body") -> None:
        """A link or a button by what it says."""
        scope = self.page.locator(within)
        name = re.compile(rf"^\s*{re.escape(words)}")
        found = scope.get_by_role("link", name=name).or_(scope.get_by_role("button", name=name)).first
        self.reach(found)
        with self.page.expect_navigation():
            self.press("Enter")
        self._arrived()

    def write(self, control: Locator, text: str) -> None:
        self.reach(control)
        self.press("Control+A")
        self.page.keyboard.type(text[:3])  # letter by letter where a page may answer to letters
        self.page.keyboard.insert_text(text[3:])
        self.typed.append(text)

    def write_in(self, name: str, text: str) -> None:
        self.write(self.page.locator(f'[name="{name}"]:not([type=hidden])'), text)

    def pick(self, name: str, label: str) -> None:
        """An entry of a list, plain or with search."""
        control = self.page.locator(f'[id="{name}"]')
        self.reach(control)
        if control.evaluate("e => e.tagName") == "SELECT":
            self.page.keyboard.type(label[:40])
            chosen = control.evaluate("e => e.selectedOptions[0].text")
            assert chosen.startswith(label), (chosen, label)
        else:
            self.page.keyboard.type(label[:30])
            self.press("ArrowDown")
            self.press("Enter")
            assert control.input_value().startswith(label), (control.input_value(), label)

    def tick(self, name: str, label: str) -> None:
        """A radio or a checkbox by its label."""
        group = self.page.locator(f'[data-question="{name}"]') if name else self.page.locator("main")
        words = group.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")).first
        control = self.page.locator(f'[id="{words.get_attribute("for")}"]')
        self.reach(control)
        for _ in range(40):
            if control.evaluate("e => e === document.activeElement"):
                break
            self.press("ArrowDown")
        self.press("Space")
        if control.get_attribute("type") == "radio":
            assert control.is_checked(), label

    def answer(self, answers: Answers) -> None:
        """Every question of the page that there is an answer to, in the order of the page."""
        asked = self.page.locator("[data-question]").evaluate_all("list => list.map(e => e.dataset.question)")
        for name in asked:
            if name in answers:
                self._answer(name, answers[name])

    def _answer(self, name: str, value: Any) -> None:
        if isinstance(value, str):
            self.write_in(name, value)
        elif isinstance(value, tuple):
            control = self.page.locator(f'[data-question="{name}"] [id="{name}"]')
            searched = control.evaluate("e => e.tagName === 'SELECT' || e.role === 'combobox'")
            self.pick(name, value[0]) if searched else self.tick(name, value[0])
        elif isinstance(value, set | frozenset):
            for label in sorted(value):
                self.tick(name, label)
        else:
            for part, one in value.items():
                self._part(name, part, one)

    def _part(self, name: str, part: str, value: Any) -> None:
        if part == "":
            self.tick(name, value[0])
        elif isinstance(value, tuple):
            self.pick(f"{name}-{part}", value[0])
        else:
            self.write_in(f"{name}--{part}", value)
