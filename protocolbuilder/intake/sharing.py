"""The rest of a facts file that becomes items: partners, purposes, people, information, flows, rules for keeping."""

from __future__ import annotations

import re
from typing import Any, Final

from protocolbuilder.domain import printed
from protocolbuilder.domain.matching import plain
from protocolbuilder.intake.draft import Draft
from protocolbuilder.intake.ledger import Ledger, Path

FILED: Final = re.compile(r"\[filed by the authors as ([^\]]+)\]\s*(\S.*)")
JOINS: Final = re.compile(r"\s*(?:[,;/]|\band\b|&)\s*")
NOTHING: Final = frozenset({
    "not seen", "not stated", "not recorded", "not known", "unknown", "not shown", "not given", "not specified",
})
"""Words by which the reader of a document says that there was nothing to read."""

RULE: Final = {"what": "as_printed", "period": "period", "trigger": "trigger", "inherited_from": "source"}
"""Fields of a retention rule, and the questions they answer."""


def partners(ledger: Ledger, draft: Draft) -> None:
    """One partner for each name, also when a name stands twice; look-alikes are not merged."""
    for path, name in ledger.texts("partners"):
        if draft.fits("parties", "name", name):
            agency = draft.choice("parties", "agency_types", name)
            item = draft.add("parties", {"name": name, **({"agency_types": [agency]} if agency else {})})
            ledger.place(*path)
            if agency:
                draft.matched(f"parties.{item}.agency_types", name, agency)


def purposes(ledger: Ledger, draft: Draft) -> None:
    """One purpose for each text."""
    for path, text in ledger.texts("purposes"):
        if draft.fits("purposes", "statement", text):
            _purpose(draft, text)
            ledger.place(*path)


def _purpose(draft: Draft, text: str) -> str:
    category = draft.choice("purposes", "categories", text)
    item = draft.add("purposes", {"statement": text, **({"categories": [category]} if category else {})})
    if category:
        draft.matched(f"purposes.{item}.categories", text, category)
    return item


def subjects(ledger: Ledger, draft: Draft) -> None:
    """One kind of person for each text; a plural is read as its singular. Words the library has not stay beside."""
    for path, text in ledger.texts("data_subjects"):
        if not draft.fits("subjects", "kind", text):
            continue
        found = next((key for form in (text, *_singular(text)) if (key := draft.choice("subjects", "kind", form))), "")
        answers: dict[str, Any] = {"kind": found or {"other": text}}
        if found and plain(draft.library.label("data_subjects", found)) != plain(text):
            answers["notes"] = text
        item = draft.add("subjects", answers)
        ledger.place(*path)
        if found:
            draft.matched(f"subjects.{item}.kind", text, found)


def _singular(text: str) -> tuple[str, ...]:
    irregular = {"children": "child", "children and young people": "child"}.get(text.casefold(), "")
    return tuple(form for form in (irregular, text.removesuffix("s"), text.removesuffix("es")) if form and form != text)


def items(ledger: Ledger, draft: Draft) -> None:
    """One item for each text. `[filed by the authors as personal] ethnicity` gives the name, the class as filed, and
    the whole text as a note."""
    for path, text in ledger.texts("data_categories"):
        filed = FILED.fullmatch(text)
        if draft.fits("items", "name", text):
            _item(draft, filed.group(2) if filed else text, filed=filed.group(1) if filed else "", whole=text)
            ledger.place(*path)


def _item(draft: Draft, name: str, *, filed: str = "", whole: str = "") -> str:
    answers: dict[str, Any] = {"name": name}
    category = draft.category(name)
    if category:
        answers["category"] = category
    if filed:
        answers.update(class_filed=draft.filed_class(filed), notes=whole)
    item = draft.add("items", answers)
    if category:
        draft.matched(f"items.{item}.category", name, category)
        _flag_misfiled(draft, item, answers)
    if name.casefold() in NOTHING:
        draft.flag(f"items.{item}.name", name)
    return item


def _flag_misfiled(draft: Draft, item: str, answers: dict[str, Any]) -> None:
    """Flag a class as filed that the library's category of the item does not bear out."""
    filed, entry = answers.get("class_filed"), draft.library.entry("data_categories", answers["category"])
    if not isinstance(filed, str) or entry is None or filed not in ("personal", "special", "criminal", "non-personal"):
        return
    named = {"special": "special category data", "criminal": "criminal offence data", "personal": "personal data"}
    counted = next((key for key in ("special", "criminal", "personal") if entry[key]), "")
    if counted and counted != filed:
        draft.flag(f"items.{item}.class_filed",
                   f"The law library counts “{entry['label']}” as {named[counted]}; the authors filed it otherwise.")


def flows(ledger: Ledger, draft: Draft) -> None:
    """One flow for each object, with its ends, information, purpose, method, frequency and reference as printed."""
    for number in ledger.rows("flows"):
        at = ("flows", number)
        answers: dict[str, Any] = {}
        _ref(ledger, draft, at, answers)
        for end in ("from", "to"):
            _add(answers, end, _ends(ledger, draft, (*at, end)))
        _add(answers, "items", _named(ledger, draft, (*at, "items"), "items"))
        _add(answers, "purposes", _named(ledger, draft, (*at, "purpose"), "purposes"))
        _add(answers, "methods", _chosen(ledger, draft, (*at, "method"), "methods"))
        _add(answers, "frequency", next(iter(_chosen(ledger, draft, (*at, "frequency"), "frequency")), None))
        item = draft.add("flows", answers)
        for end in ("from", "to"):
            _role(ledger, draft, (*at, f"role_{end}"), item, answers.get(end, []))


def _ref(ledger: Ledger, draft: Draft, at: Path, answers: dict[str, Any]) -> None:
    """The number as printed, and the documents the flow is taken from (several joined by semicolons)."""
    for question in ("ref", "inherited_from"):
        found = ledger.texts(*at, question)
        words = "; ".join(text for _, text in found)
        if found and draft.fits("flows", question, words):
            answers[question] = words
            for path, _ in found:
                ledger.place(*path)


def _add(answers: dict[str, Any], question: str, value: Any) -> None:
    if value:
        answers[question] = value


def _ends(ledger: Ledger, draft: Draft, path: Path) -> list[str]:
    """The partner of exactly this name, else an other of this name. Words for nothing leave the end not stated."""
    found = []
    for place, text in ledger.texts(*path):
        if text.casefold() not in NOTHING and draft.fits("others", "name", text):
            found.append(_body(draft, text))
            ledger.place(*place)
    return list(dict.fromkeys(found))


def _body(draft: Draft, name: str) -> str:
    there = draft.named("parties", name) or draft.named("others", name)
    if there:
        return there
    means = _partners_meant(draft, name)
    return draft.add("others", {"name": name, **({"stands_for": means} if means else {})})


def _partners_meant(draft: Draft, name: str) -> list[str]:
    """The partners a printed end plainly means: one whose name looks alike, or a list of names that all do."""
    one = draft.partners_like(name)
    if len(one) == 1:
        return one
    parts = [draft.partners_like(part) for part in JOINS.split(name)]
    sure = len(parts) > 1 and all(len(part) == 1 for part in parts)
    return list(dict.fromkeys(part[0] for part in parts)) if sure else []


def _named(ledger: Ledger, draft: Draft, path: Path, section: str) -> list[str]:
    """Items or purposes of exactly these words, added where there are none yet."""
    question = "name" if section == "items" else "statement"
    found = []
    for place, text in ledger.texts(*path):
        if draft.fits(section, question, text):
            there = draft.named(section, text)
            found.append(there or (_item(draft, text) if section == "items" else _purpose(draft, text)))
            ledger.place(*place)
    return list(dict.fromkeys(found))


def _chosen(ledger: Ledger, draft: Draft, path: Path, question: str) -> list[Any]:
    found: list[Any] = []
    for place, text in ledger.texts(*path):
        if draft.fits("flows", question, text) and not (question == "frequency" and found):
            found.append(draft.chosen("flows", question, text))
            ledger.place(*place)
    return found


def _role(ledger: Ledger, draft: Draft, path: Path, flow: str, bodies: list[str]) -> None:
    """The role that an end of one flow has in it. Without a body at this end there is nothing to give it to."""
    role = ledger.text(*path)
    if role and bodies and draft.fits("flow_roles", "role", role):
        for body in bodies:
            draft.add("flow_roles", {"flow": flow, "party": body, "role": draft.chosen("flow_roles", "role", role)})
        ledger.place(*path)


def retention(ledger: Ledger, draft: Draft) -> None:
    """One rule for each object: what it covers as printed (and the item of that name), how long, counted from when."""
    for number in ledger.rows("retention"):
        at = ("retention", number)
        answers: dict[str, Any] = {}
        for field, question in RULE.items():
            text = ledger.text(*at, field)
            if text and draft.fits("retention", question, text):
                answers[question] = {"period": printed.period(text), "source": {"other": text}}.get(question, text)
                ledger.place(*at, field)
        named = draft.named("items", answers.get("as_printed", ""))
        draft.add("retention", {**({"what": [named]} if named else {}), **answers})


def signatories(ledger: Ledger, draft: Draft) -> None:
    """One contact that signs for each object; an organisation that is no partner is kept among the others."""
    for path, _ in ledger.texts("signatories"):
        for body in _ends(ledger, draft, path):
            draft.add("contacts", {"function": "signatory", "of": body})
    for number in ledger.rows("signatories"):
        at = ("signatories", number)
        answers: dict[str, Any] = {"function": "signatory"}
        bodies = _ends(ledger, draft, (*at, "organisation"))
        role = ledger.text(*at, "role")
        if bodies:
            answers["of"] = bodies[0]
        if role and draft.fits("contacts", "post", role):
            answers["post"] = role
            ledger.place(*at, "role")
        if len(answers) > 1:
            draft.add("contacts", answers)
