"""The staff guide: what the law allows first, whom to ask, each flow by its purpose, what to record, what to do when
nobody answers. For practitioners of every partner; nothing in it is about a case."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.guides_asking import staff_contacts
from protocolbuilder.documents.guides_plain import listed
from protocolbuilder.documents.picture_heat import heat_table
from protocolbuilder.documents.picture_map import flow_map
from protocolbuilder.documents.picture_sharing import OTHER, by_strength, sharing
from protocolbuilder.documents.picture_word import placed
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import put
from protocolbuilder.domain.marks import MAY, MEANINGS, MUST, ORDER, WORDS
from protocolbuilder.domain.matrix import View, agencies, flows_in_brief, ids, references, rows_of
from protocolbuilder.law.restrictions import restricted_flows, restrictions

TEMPLATE: Final = "staff-guide-1"
LIMITS: Final = ("restriction", "condition")
FEW: Final = 3  # senders that a table names however many there are
SAID: Final[Mapping[str, str]] = {MUST: "Must", MAY: "May", OTHER: "No duty or power is stated to fit"}
NO_PURPOSE: Final = "Purpose not stated"
EVERY: Final = "Every sender of these flows"
_FLOW: Final = (
    *("label", "senders", "recipients", "what", "needed", "never"),
    *("marks", "fast", "how", "decides", "conditions"),
)
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    **dict.fromkeys(("own", "message"), TEXT),
    **dict.fromkeys(("map", "heat"), Shape({"alt": TEXT})),
    "powers": Shape(element=Shape({"mark": TEXT, "meaning": TEXT, "rows": rows("law", "who", "flows")})),
    "limits": rows("law", "items", "flows"),
    "partners": Shape(element=Shape({"partner": TEXT, "contacts": rows("function", "who", "reach")})),
    "purposes": Shape(
        element=Shape(
            {
                **dict.fromkeys(("title", "threshold", "agreement", "bypass", "also"), TEXT),
                "flows": rows(*_FLOW),
            }
        )
    ),
    "steps": rows("step", "to", "within"),
    "culture": TEXT,
    "competence": TEXT,
}
"""Every name that `staff-guide-1.docx` may say."""


def render(source: Source) -> bytes:
    """The guide as a Word file; with `source.party` its own flows only, without the map of all."""
    if source.party:
        said = {**staff(narrowed(source)), "map": Said(alt=Words()), "heat": Said(alt=Words())}
        return printed(source, TEMPLATE, said, called=f"staff guide for {said['own']}")
    found = sharing(source.agreement, source.library, source.names)
    pictures = flow_map(found), heat_table(found)
    said = staff(source) | {key: Said(alt=Words(one.alt)) for key, one in zip(("map", "heat"), pictures, strict=True)}
    return placed(printed(source, TEMPLATE, said, called="staff guide"), pictures)


def parties(source: Source) -> tuple[str, ...]:
    """The partners that send or receive anything, by id: each can have a guide of its own."""
    found = {one for flow in rows_of(source.agreement, "flows") for one in _ends(source, flow)}
    return tuple(row["id"] for row in rows_of(source.agreement, "parties") if row["id"] in found)


def narrowed(source: Source) -> Source:
    """The source with the flows of its party only, each under the number that it has in the whole agreement."""
    labels = references(source.agreement)
    mine = [flow for flow in rows_of(source.agreement, "flows") if source.party in _ends(source, flow)]
    flows = [{**flow, "ref": labels[flow["id"]]} for flow in mine]
    return replace(source, agreement=put(source.agreement, "flows", flows))


def _ends(source: Source, flow: Mapping[str, Any]) -> frozenset[str]:
    """Who sends or receives a flow, with the partners that a meeting stands for."""
    others = {row["id"]: row for row in rows_of(source.agreement, "others")}
    ends = (*ids(flow, "from"), *ids(flow, "to"))
    return frozenset(one for end in ends for one in (end, *ids(others.get(end, {}), "stands_for")))


def staff(source: Source) -> dict[str, Any]:
    """What the guide says, beside the usual and the map."""
    answers = source.agreement.answers
    return {
        "own": Words(source.names.item(source.party) if source.party else ""),
        "message": source.message,
        "powers": powers(source),
        "limits": limits(source),
        "partners": staff_contacts(source),
        "purposes": list(_purposes(source)),
        "steps": steps(source),
        "culture": _answer(source, "confidentiality", "culture", answers.get("confidentiality", {})),
        "competence": _answer(source, "confidentiality", "competence", answers.get("confidentiality", {})),
    }


def powers(source: Source) -> list[Said]:
    """What the law says to whom, musts first: `{mark, meaning, rows: {law, who, flows}}`. Limits are left out."""
    view = agencies(source.agreement, source.library.vocabularies["gateways"])
    labels, names = references(source.agreement), source.names
    resting = {flow["id"]: frozenset(ids(flow, "gateways")) for flow in rows_of(source.agreement, "flows")}
    found: dict[str, dict[str, tuple[dict[str, None], dict[str, None]]]] = {}
    for (sender, _), cell in view.cells.items():
        for power in cell.powers:
            who, flows = found.setdefault(power.mark, {}).setdefault(power.gateway, ({}, {}))
            who[sender] = None
            flows |= dict.fromkeys(one for one in cell.flows if power.gateway in resting[one])
    return [
        Said(
            mark=WORDS[mark], meaning=MEANINGS[mark],
            rows=[
                Said(
                    law=Words(names.item(gateway)),
                    who=_who(source, view, who, flows),
                    flows=Words(flows_in_brief(labels, flows)),
                )
                for gateway, (who, flows) in found[mark].items()
            ],
        )
        for mark in ORDER
        if mark in found and mark not in LIMITS
    ]  # fmt: skip


def _who(source: Source, view: View, who: Iterable[str], flows: Container[str]) -> Words:
    """Senders by name; all of them, where they are many, in one word."""
    named = tuple(who)
    sending = {sender for (sender, _), cell in view.cells.items() if any(one in flows for one in cell.flows)}
    if len(named) > FEW and set(named) == sending:
        return Words(EVERY)
    return Words(*(source.names.item(one) if one else NOT_STATED for one in named), between="; ")


def limits(source: Source) -> list[Said]:
    """What the law restricts of the information that travels: `{law, items, flows}`."""
    labels, names = references(source.agreement), source.names
    bearing = restrictions(source.agreement, source.library, on=source.on)
    return [
        Said(
            law=Words(law.name), items=Words(*map(names.item, items), between="; "),
            flows=Words(flows_in_brief(labels, flows)),
        )
        for law, items, flows in restricted_flows(source.agreement, bearing)
    ]  # fmt: skip


def steps(source: Source) -> list[Said]:
    """The steps of escalation, in the agreement's own words."""
    return [
        Said(**{key: _answer(source, "escalation_steps", key, row) for key in ("step", "to", "within")})
        for row in rows_of(source.agreement, "escalation_steps")
    ]


def _purposes(source: Source) -> Iterator[Said]:
    """Each purpose with the flows that serve it. A flow is told once, under its first purpose, and named elsewhere."""
    labels = references(source.agreement)
    made = _flows(source)
    flows = rows_of(source.agreement, "flows")
    known = {row["id"]: row for row in rows_of(source.agreement, "purposes")}
    for purpose, row in known.items():
        serving = [flow for flow in flows if purpose in ids(flow, "purposes")]
        first = [flow["id"] for flow in serving if _first(flow, known) == purpose]
        also = flows_in_brief(labels, [flow["id"] for flow in serving if flow["id"] not in first])
        if serving:
            yield _purpose(source, row, [made[one] for one in first], also)
    rest = [made[flow["id"]] for flow in flows if not _first(flow, known)]
    if rest:
        empty = dict.fromkeys(("threshold", "agreement", "bypass", "also"), Words())
        yield Said(title=Words(NO_PURPOSE), flows=rest, **empty)


def _first(flow: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    return next((one for one in ids(flow, "purposes") if one in known), "")


def _purpose(source: Source, row: Mapping[str, Any], flows: list[Said], also: str) -> Said:
    return Said(
        title=Words(source.names.item(row["id"])), flows=flows, also=Words(also),
        threshold=_answer(source, "purposes", "threshold", row),
        agreement=_answer(source, "purposes", "consent", row), bypass=_answer(source, "purposes", "bypass", row),
    )  # fmt: skip


def _flows(source: Source) -> dict[str, Said]:
    labels, names = references(source.agreement), source.names

    def named(flow: Mapping[str, Any], question: str) -> Words:
        return Words(*map(names.item, ids(flow, question)), between="; ")

    return {
        flow["id"]: Said(
            label=Words(labels[flow["id"]]), senders=named(flow, "from"), recipients=named(flow, "to"),
            what=named(flow, "items"), needed=named(flow, "optional_items"), never=named(flow, "withheld_items"),
            marks=Words(_strengths(source, flow)), fast=_answer(source, "flows", "respond_within", flow),
            how=_methods(source, flow), decides=_answer(source, "flows", "relevance", flow),
            conditions=_answer(source, "flows", "conditions", flow),
        )
        for flow in rows_of(source.agreement, "flows")
    }  # fmt: skip


def _strengths(source: Source, flow: Mapping[str, Any]) -> str:
    """`Must`; `Must: Trust. May: Council` where the law says different things to the senders."""
    found = by_strength(source.agreement, source.library, flow)
    if len(found) == 1:
        return SAID[next(iter(found))]
    named = {key: listed([source.names.item(one) for one in senders]) for key, senders in found.items()}
    return " ".join(f"{SAID[key]}: {who}." for key, who in named.items())


def _methods(source: Source, flow: Mapping[str, Any]) -> Words:
    """How it is sent, in plain words."""
    stated = flow.get("methods")
    if not isinstance(stated, list):
        return Words()
    entries = [source.library.entry("transfer_methods", one) if isinstance(one, str) else None for one in stated]
    said = in_words(source.schema.sections["flows"].questions["methods"], stated, source.names)
    words = [str(entry["plain"]) if entry else label for entry, label in zip(entries, said, strict=False)]
    return Words(*words, between="; ")


def _answer(source: Source, section: str, key: str, row: Mapping[str, Any]) -> Words:
    """One answer as it is printed; empty where not stated."""
    if not isinstance(row, Mapping) or key not in row:
        return Words()
    question = source.schema.sections[section].questions[key]
    return Words(*in_words(question, row[key], source.names), between="; ")


