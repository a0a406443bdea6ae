"""The legal annex: each provision an agreement rests on, what it does and does not do, for whom, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.controllers import basis_words, relying_words
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.kinds import day_in_words
from protocolbuilder.domain.marks import MEANINGS, nature
from protocolbuilder.domain.matrix import flows_in_brief, ids, in_brief, references, rows_of
from protocolbuilder.law.library import GROUPS, in_force
from protocolbuilder.law.restrictions import restricted_flows, restrictions

TEMPLATE: Final = "legal-annex-1"
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    "provisions": Shape(element=Shape({"name": TEXT, "rows": rows("label", "words")})),
    "bases": rows("name", "who", "articles", "flows"),
    "articles": rows("name", "summary", "warnings", "source"),
    "restricted": rows("name", "text", "information", "flows"),
}
"""Every name that `legal-annex-1.docx` may say."""
OWN: Final = (("Source", "A citation of the partners’ own. The law library does not hold it, and it was not checked."),)
"""What is said of a provision that the library does not know."""
STATUS: Final[Mapping[str, str]] = {
    "in-force": "In force",
    "repealed": "Repealed",
    "not-yet-commenced": "Enacted, not yet in force",
    "unverified": "Not confirmed in force: read it at its source before anyone relies on it",
    "withdrawn": "Taken back: it gives no power",
    "proposed": "Proposed, and not approved by a second agency: it gives no power",
}
LABELS: Final[Mapping[str, str]] = {"stated_as": "The agreement says"}
"""What a question of the agreement is called where its title is too long beside an answer."""
LIMITS: Final[Mapping[str, str]] = {
    "permissive": "It makes nobody share.",
    "implied": "It makes nobody disclose, and allows only what the function needs.",
    "co-operate": "It does not in itself make anyone disclose.",
    "restriction": MEANINGS["restriction"],
    "condition": MEANINGS["condition"],
    "request": "It does not apply unless somebody who may ask has asked.",
    "event": "It does not apply unless the event it names has happened.",
    "personal": MEANINGS["of-person"],
    "standing": "It binds only those it names.",
}
"""What a provision does not do, by its kind, or where it is a duty by its effect or trigger."""


def render(source: Source) -> bytes:
    """The annex as a Word file. The law is that of the library on the day of the source."""
    said = {
        "provisions": list(_provisions(source)), "bases": list(_bases(source)), "articles": list(_articles(source)),
        "restricted": _restricted(source),
    }  # fmt: skip
    return printed(source, TEMPLATE, said, called="legal annex")


def _provisions(source: Source) -> Iterator[Said]:
    used = _flows_by(source, "gateways")
    for row in rows_of(source.agreement, "gateways"):
        chosen = row.get("provision")
        entry = source.library.entry("gateways", chosen) if isinstance(chosen, str) else None
        labels = [*(_of_law(source, entry) if entry else OWN), *_of_agreement(source, row, used.get(row["id"], ()))]
        found = [Said(label=label, words=Words(*said)) for label, *said in labels if any(said)]
        yield Said(name=Words(source.names.item(row["id"])), rows=found)


def _of_law(source: Source, entry: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """What the library knows of a provision: a label and the lines that stand beside it."""
    yield "Must or may", nature(entry)
    yield "What it does", entry["what_it_does"]
    yield "What it does not do", does_not(entry)
    yield "Who may rely on it", _types(source, entry["who_may_rely_on"])
    yield "Towards whom", _types(source, entry["may_disclose_to"])
    yield "Limit on the information", entry["data_limit"] or ""
    nations = [str(one).replace("-", " ").title() for one in entry["jurisdictions"]]
    where = ", ".join("United Kingdom" if one == "Uk" else one for one in nations)
    yield "Where it applies", f"{where}. {_standing(entry, on=source.on)}"
    verified = "Verified: the record was checked against its source."
    checked = verified if entry["verified"] else "Not verified: no one has checked the record at its source."
    yield "Source", entry["source_url"] or "No source is recorded", checked
    yield "Local entry", entry.get("approval", "")


def does_not(entry: Mapping[str, Any]) -> str:
    """What a provision must not be taken for."""
    if entry["kind"] != "mandatory":
        return LIMITS[entry["kind"]]
    if entry["effect"] not in ("disclose", "notify"):
        return LIMITS["co-operate"]
    return LIMITS.get(str(entry["trigger"]), LIMITS["standing"])


def _types(source: Source, types: list[str]) -> str:
    return "Anyone" if "any" in types else "; ".join(source.names.choice("agency_types", one) for one in types)


def _standing(entry: Mapping[str, Any], *, on: date) -> str:
    """`In force from 14 October 1991`, and whether its dates allow the day the annex is made."""
    said = STATUS.get(entry["status"], str(entry["status"]))
    said += f", from {day_in_words(entry['in_force_from'])}" if entry["in_force_from"] else ""
    said += f", until {day_in_words(entry['in_force_to'])}" if entry["in_force_to"] else ""
    dated = entry["status"] != "in-force" or in_force(entry, on=on)
    return said if dated else f"{said}. Not in force on {day_in_words(on.isoformat())}"


def _of_agreement(source: Source, row: Mapping[str, Any], flows: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What the agreement says of the provision."""
    questions = source.schema.sections["gateways"].questions
    for key, question in questions.items():
        if key != "provision" and key in row:
            yield LABELS.get(key, question.title), "; ".join(in_words(question, row[key], source.names))
    yield "Flows", in_brief(flows) or "None"


def _flows_by(source: Source, question: str) -> dict[str, tuple[str, ...]]:
    """The labels of the flows that name each item."""
    labels = references(source.agreement)
    found: dict[str, tuple[str, ...]] = {}
    for flow in rows_of(source.agreement, "flows"):
        for one in ids(flow, question):
            found[one] = (*found.get(one, ()), labels[flow["id"]])
    return found


def _bases(source: Source) -> Iterator[Said]:
    """Each lawful basis of the agreement: who relies on it, on what it rests, and in which flows."""
    used = _flows_by(source, "bases")
    for row in rows_of(source.agreement, "bases"):
        whole = {"all-flows": "All flows"}.get(str(row.get("covers")), "")
        yield Said(
            name=Words(source.names.item(row["id"])), who=Words(relying_words(source, row)),
            articles=Words(*basis_words(source, row)), flows=Words(whole or in_brief(used.get(row["id"], ()))),
        )  # fmt: skip


def _articles(source: Source) -> Iterator[Said]:
    """What the library says of each article, condition or ground that a basis rests on, each once."""
    chosen = {vocabulary: [ids(row, vocabulary) for row in rows_of(source.agreement, "bases")] for vocabulary in GROUPS}
    for vocabulary, groups in chosen.items():
        for key in dict.fromkeys(one for group in groups for one in group):
            entry = source.library.entry(vocabulary, key)
            if entry is not None:
                yield Said(
                    name=Words(source.library.label(vocabulary, key)), summary=Words(entry["summary"]),
                    warnings=Words(*entry["warnings"], between=" "), source=Words(entry["source"]),
                )  # fmt: skip


def _restricted(source: Source) -> list[Said]:
    """What the law restricts of the information that travels."""
    labels, names = references(source.agreement), source.names
    bearing = restrictions(source.agreement, source.library, on=source.on)
    return [
        Said(
            name=Words(law.name), text=Words(law.text), information=Words(*map(names.item, items), between="; "),
            flows=Words(flows_in_brief(labels, flows)),
        )
        for law, items, flows in restricted_flows(source.agreement, bearing)
    ]  # fmt: skip
