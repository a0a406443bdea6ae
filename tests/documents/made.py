"""Agreements that are hard to print, and how to look for their texts again."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.documents import matrix, package, visible, word
from protocolbuilder.documents.context import PrintedNames
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.kinds import shown_each
from protocolbuilder.domain.schema import Question, Schema, question_at

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
HARD_NAMES = (
    "Barking & Dagenham",
    "Example <Homes> Ltd.",
    "Cyngor Sir Gâr – Ŵŷ",
    "منظمة المثال الخيرية",
    "Łódź Żółć “quoted” 'single' \"double\"",
    "{{ 7*7 }} {_{ not a tag }_} {% raw %}",
    "=1+1 @here -minus +plus",
    "&amp; &lt;b&gt; ]]> <!-- no comment -->",
)


def stamp(agreement: Agreement, *, version: str = "1") -> Stamp:
    return Stamp("PB-2026-0001", version, digest(agreement), catalogue.library().version, AT)


def what(agreement: Agreement) -> Any:
    return agreement.schema.split("-")[0]


def docx(agreement: Agreement, **more: Any) -> bytes:
    schema = catalogue.schema(agreement.schema)
    return word.render(what(agreement), schema, agreement, catalogue.library(), stamp(agreement), **more)


def parts(agreement: Agreement) -> dict[str, bytes]:
    """What the data of an agreement prints."""
    schema = catalogue.schema(agreement.schema)
    return word.visible_parts(schema, agreement, catalogue.library(), stamp=stamp(agreement))


def as_matrix(agreement: Agreement, as_: matrix.As, **more: Any) -> bytes:
    schema = catalogue.schema(agreement.schema)
    return matrix.render(schema, agreement, catalogue.library(), stamp(agreement), as_=as_, **more)


def text(file: bytes) -> str:
    """All that a reader sees. An empty line stands between paragraphs, so that texts of several are found as typed."""
    return "\n\n".join(visible.texts(package.read(file)))


def all_text(file: bytes) -> str:
    """The text of the body, empty paragraphs too."""
    found = [block for block in visible.blocks(package.read(file)) if isinstance(block, visible.Paragraph)]
    return "\n\n".join(paragraph.text for paragraph in found)


def filled(schema: Schema) -> Agreement:
    """Every question of every section answered, each text with its address and something hard in it.

    Questions that rule each other out are all answered: that is wrong as an agreement and must still be printed.
    """
    numbers = iter(range(10_000))
    sections = schema.sections.items()
    item_ids = {key: f"{key.replace('_', '')[:24]}-1" for key, section in sections if section.is_list}
    answers: dict[str, Any] = {}
    for key, section in sections:
        made = {
            name: _answer(question, f"{key}.{name}", item_ids, next(numbers))
            for name, question in section.questions.items()
        }
        answers[key] = [{"id": item_ids[key], **made}] if section.is_list else made
    return Agreement(schema.id, catalogue.library().version, answers)


def _answer(question: Question, address: str, item_ids: dict[str, str], number: int) -> Any:
    words = f"{address} {number} {HARD_NAMES[number % len(HARD_NAMES)]}"
    reference = item_ids.get(question.refers[0], "") if question.refers else ""
    kinds: dict[str, Any] = {
        "line": words,
        "prose": f"{words}\nsecond line\n\nsecond paragraph & <more>",
        "lines": [f"{words} one", f"{words} two"],
        "yes_no": True,
        "choice": {"other": words},
        "choices": [{"other": f"{words} a"}, {"other": f"{words} b"}],
        "day": f"19{number % 90 + 10}-07",
        "when": {"event": words},
        "period": {"set_by": words},
        "deadline": {"other": words},
        "email": f"a{number}.b&c@example.org",
        "phone": f"01632 {number:06d}",
        "url": f"https://example.org/{number}?a=1&b=<2>",
        "agreement": {"ref": f"ISA-2026-{number:04d}", "title": words},
        "reference": reference,
        "references": [reference],
    }
    return kinds[question.kind]


def renamed(agreement: Agreement) -> Agreement:
    """The agreement with hard names for its partners and a contact of each."""
    answers = copy.deepcopy(dict(agreement.answers))
    for number, party in enumerate(answers["parties"]):
        party["name"] = f"{HARD_NAMES[number % len(HARD_NAMES)]} {number}"
    answers["contacts"] = [
        {
            "id": f"c-{number}",
            "of": party["id"],
            "function": "signatory",
            "name": f"Siân O’Neill {number}",
            "post": "Director & Head",
            "email": f"n{number}@example.org",
            "telephone": "01632 960123",
        }
        for number, party in enumerate(answers["parties"])
    ]
    answers["about"] = {
        **answers["about"],
        "title": "Sharing & <keeping> in Sir Gâr",
        "host": answers["parties"][0]["id"],
    }
    return dataclasses.replace(agreement, answers=answers)


def shown(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Every captured value as (address, words), entry by entry. Flows are called by their number in a document."""
    schema = catalogue.schema(agreement.schema)
    names = PrintedNames(schema, agreement, catalogue.library())
    for key, section in schema.sections.items():
        found: Any = agreement.answers.get(key) or ()
        for item in found if section.is_list else [found]:
            where = f"{key}.{item['id']}" if section.is_list else key
            for name in item:
                if name != "id":
                    question = question_at(schema, f"{where}.{name}")
                    yield from ((f"{where}.{name}", words) for words in shown_each(question, item[name], names))


def lost(agreement: Agreement, seen: str) -> list[tuple[str, str]]:
    """The captured values that are not found in a text."""
    return [(address, words) for address, words in shown(agreement) if words not in seen]
