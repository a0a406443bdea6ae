"""Where an address of the agreement stands among the pages, and back."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.domain.journey import Page, pages, relevant
from protocolbuilder.domain.schema import Schema, Section

LISTS = {"problems": "problems", "review": "findings", "issue": "issue"}
RETURNS = ("check", "all", *LISTS)
"""Where a change link may come from: the answers of the section, of the whole agreement, the list of problems or of
findings, or the page that issues a version."""


def home(ref: str) -> str:
    return f"/agreements/{quote(ref)}"


def section_place(ref: str, section: str) -> str:
    return f"{home(ref)}/{section}"


def page_place(ref: str, page: Page, *, question: str = "", back: str = "") -> str:
    """The address of a page, at one of its questions; `back` is one of RETURNS or ""."""
    path = "/".join(part for part in (section_place(ref, page.section), page.item, page.name) if part)
    return path + _query(back) + (f"#{question}" if question else "")


def place(ref: str, schema: Schema, agreement: Agreement, address: str, *, back: str = "") -> str:
    """Where an address is answered: its page, else its section. A question not asked now leads to its section."""
    section_id, *rest = address.split(".")
    section = schema.sections.get(section_id)
    if section is None:
        return home(ref)
    item = rest[0] if section.is_list and rest else ""
    question = rest[-1] if len(rest) == (2 if section.is_list else 1) else ""
    if item and get(agreement, f"{section_id}.{item}") is ABSENT:
        return section_place(ref, section_id)
    found = page_of(pages(schema, agreement, section_id, item), question) if question else None
    if found:
        return page_place(ref, found, question=question, back=back)
    return "/".join(part for part in (section_place(ref, section_id), item) if part)


def page_of(found: tuple[Page, ...], question: str) -> Page | None:
    return next((page for page in found if any(q.id == question for q in page.questions)), None)


def return_place(ref: str, section: str, item: str, back: str, *, question: str = "") -> str:
    """Where a change link goes back to, at the row it came from."""
    anchor = "#" + "-".join(part for part in (section, item, question) if part)
    if back == "all":
        return f"{home(ref)}/check{anchor}"
    if back in LISTS:
        return f"{home(ref)}/{LISTS[back]}"
    return (f"{section_place(ref, section)}/{item}" if item else f"{section_place(ref, section)}/check") + anchor


def _query(back: str) -> str:
    return f"?{urlencode({'return': back})}" if back in RETURNS else ""


def following(schema: Schema, agreement: Agreement, section: str) -> Section | None:
    """The next section that is shown, in the order of the task list."""
    shown = relevant(schema, agreement) | {section}
    order = [key for task in schema.tasks for key in task.sections if key in shown]
    place = order.index(section) + 1 if section in order else len(order)
    return schema.sections[order[place]] if place < len(order) else None
