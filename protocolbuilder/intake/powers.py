"""The legal part of a facts file: powers, lawful bases and conditions, as printed and as far as the library is sure."""

from __future__ import annotations

from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.intake.draft import Draft
from protocolbuilder.intake.ledger import Ledger, Path
from protocolbuilder.law.citations import conditions, gateway, stated_as

BASES: Final = {"article6": "art6", "article9": "art9", "dpa_sch1": "sch1"}
"""Fields of a facts file, and the vocabulary that each of them quotes."""


def gateways(ledger: Ledger, draft: Draft) -> None:
    """One item for each citation; a bare text in place of an object is a citation."""
    for path, _ in ledger.texts("legal_gateways"):
        _gateway(ledger, draft, path, path)
    for number in ledger.rows("legal_gateways"):
        _gateway(ledger, draft, ("legal_gateways", number, "citation"), ("legal_gateways", number))


def _gateway(ledger: Ledger, draft: Draft, path: Path, at: Path) -> None:
    citation = ledger.text(*path)
    if not citation or not draft.fits("gateways", "as_printed", citation):
        return
    found = gateway(draft.library, citation)
    answers: dict[str, Any] = {"provision": found or {"other": citation}}
    if found:
        answers["as_printed"] = citation
    ledger.place(*path)
    _stated(ledger, draft, at, answers)
    _inherited(ledger, draft, at, answers)
    item = draft.add("gateways", answers)
    if found:
        draft.matched(f"gateways.{item}.provision", citation, found)
        _flag_elsewhere(draft, item, found)


def _stated(ledger: Ledger, draft: Draft, at: Path, answers: dict[str, Any]) -> None:
    """Must or may, when the words say so plainly; they are kept either way."""
    words = ledger.text(*at, "power_or_duty_if_stated")
    if not words:
        return
    sure = stated_as(words)
    if sure and draft.fits("gateways", "explanation", words):
        answers.update(stated_as=sure, explanation=words)
    elif draft.fits("gateways", "stated_as", words):
        answers["stated_as"] = {"other": words}
    else:
        return
    ledger.place(*at, "power_or_duty_if_stated")


def _inherited(ledger: Ledger, draft: Draft, at: Path, answers: dict[str, Any]) -> None:
    """A text, or a list of texts (joined by semicolons)."""
    found = ledger.texts(*at, "inherited_from")
    words = "; ".join(text for _, text in found)
    if found and draft.fits("gateways", "inherited_from", words):
        answers["inherited_from"] = words
        for path, _ in found:
            ledger.place(*path)


def _flag_elsewhere(draft: Draft, item: str, found: str) -> None:
    """Flag a provision that the library knows for other nations only. Where a nation is not known nothing is said."""
    entry = draft.library.entry("gateways", found) or {}
    extent, nations = set(entry.get("jurisdictions", ())), draft.stated("about", "nations")
    if nations is ABSENT or not extent:
        return
    unsure = "uk" in extent or any(not isinstance(each, str) or each in extent for each in nations)
    if unsure and not draft.outside_uk:
        return
    titles = {"uk": "the United Kingdom", **dict(draft.question("about", "nations").choices)}
    there = ", ".join(titles.get(name, name) for name in sorted(extent))
    here = ", ".join(each["other"] if isinstance(each, dict) else titles[each] for each in nations)
    draft.flag(
        f"gateways.{item}.provision",
        f"The law library gives this provision for {there}; the agreement is for {here}.",
    )


def bases(ledger: Ledger, draft: Draft) -> None:
    """One item for each printed basis or condition; the regime only where the library's entry settles it.

    The library's entries are of UK law: for an agreement of another country none is meant.
    """
    for field, vocabulary in BASES.items():
        for path, text in ledger.texts(field):
            if not draft.fits("bases", "as_printed", text):
                continue
            found = {} if draft.outside_uk else conditions(draft.library, text, vocabulary=vocabulary)
            answers: dict[str, Any] = {"regime": "uk-gdpr"} if found else {}
            answers.update({name: list(keys) for name, keys in found.items()}, as_printed=[text])
            item = draft.add("bases", answers)
            ledger.place(*path)
            for name, keys in found.items():
                for key in keys:
                    draft.matched(f"bases.{item}.{name}", text, key)
    _part3(ledger, draft)


def _part3(ledger: Ledger, draft: Draft) -> None:
    """True says that Part 3 applies to some; a text is kept as printed; false is kept as residue."""
    value = ledger.value("part3")
    if value is True:
        draft.add("bases", {"regime": "part3"})
        ledger.place("part3")
    elif isinstance(value, str) and draft.fits("bases", "as_printed", value):
        draft.add("bases", {"as_printed": [value]})
        ledger.place("part3")
