"""A provision that people add to their own copy: what is asked for it, and the record it becomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from protocolbuilder.law.library import Library

LONGEST: Final = 2000
LINES: Final[Mapping[str, str]] = {
    "citation": "Enter the citation, for example “Northshire Act 2020 s.1”",
    "title": "Enter what the provision is called",
    "act": "Enter the Act or instrument",
    "what_it_does": "Enter what it lets or makes somebody do, in the provision's own words as far as they are short",
}
NATIONS: Final = ("england", "wales", "scotland", "northern-ireland", "uk")
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "jurisdictions": ("", "Select where it is law"),
    "who_may_rely_on": ("agency_types", "Select who may rely on it"),
    "may_disclose_to": ("agency_types", ""),
    "purposes": ("purposes", "Select the purposes it serves"),
}
KINDS: Final = ("mandatory", "permissive", "implied", "restriction", "condition")
EFFECTS: Final = ("disclose", "notify", "co-operate", "consider", "arrange")
TRIGGERS: Final = ("standing", "request", "event", "personal")
STATUSES: Final = ("in-force", "unverified", "not-yet-commenced")
ONE_OF: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "kind": (KINDS, "Select what kind of provision it is"),
    "in_force": (STATUSES, "Select whether it is in force"),
}


def wrong(library: Library, values: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what to do about it. Empty when the values make a record. Lists are lists of ids, the rest is text."""
    found = {name: text for name, text in LINES.items() if not values.get(name)}
    found |= {name: text for name, (allowed, text) in ONE_OF.items() if values.get(name) not in allowed}
    for name, (vocabulary, text) in LISTS.items():
        chosen = values.get(name) or ()
        if (text and not chosen) or not _known(library, vocabulary, chosen):
            found[name] = text or "Select from the list"
    if values.get("kind") == "mandatory":
        if values.get("effect") not in EFFECTS:
            found["effect"] = "Select what the duty makes somebody do"
        if values.get("trigger") not in TRIGGERS:
            found["trigger"] = "Select what sets the duty off"
    source = values.get("source_url") or ""
    if source and not source.startswith(("https://", "http://")):
        found["source_url"] = "Enter an address that starts with https://"
    too_long = (name for name, text in values.items() if isinstance(text, str) and len(text) > LONGEST)
    return found | dict.fromkeys(too_long, f"Enter {LONGEST} characters at most")


def _known(library: Library, vocabulary: str, chosen: Collection[str]) -> bool:
    allowed = {*library.vocabularies[vocabulary], "any"} if vocabulary else set(NATIONS)
    return set(chosen) <= allowed


def record(values: Mapping[str, Any]) -> dict[str, Any]:
    """The record, in the shape of the shipped ones; `in_force_from` is an ISO day or "". It is not verified."""
    duty = values["kind"] == "mandatory"
    return {
        **{name: values[name] for name in LINES},
        **{name: list(values.get(name) or ()) for name in LISTS},
        "section": values.get("section") or "",
        "kind": values["kind"],
        "effect": values["effect"] if duty else None,
        "trigger": values["trigger"] if duty else None,
        "status": values["in_force"],
        "in_force_from": values.get("in_force_from") or None,
        "in_force_to": None,
        "not_before": None,
        "replaced_by": None,
        "data_limit": values.get("data_limit") or None,
        "notes": values.get("notes") or "",
        "source_url": values.get("source_url") or "",
        "verified": False,
    }
