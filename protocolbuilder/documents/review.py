"""The reviewer’s report as a Word file: what the review finds, section by section, and what was accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents import templates
from protocolbuilder.documents.context import Numbers
from protocolbuilder.documents.shape import NUMBER, STAMP, TEXT, Shape, rows
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.word import host_of, printed, title_of
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.consultation import CONSULTED, NOTHING, RESPONSES, Comment, Consulted, Views
from protocolbuilder.domain.kinds import day_in_words
from protocolbuilder.domain.naming import AgreementNames, place_in_words
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.findings import ORDER, Finding
from protocolbuilder.law.library import Library

TEMPLATE: Final = "review-1"
SHAPE: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("title", "day", "not_stated"), TEXT),
    "stamp": STAMP,
    "number": NUMBER,
    "counts": rows("severity", "number"),
    "parts": Shape(element=Shape({"title": TEXT, "rows": rows("severity", "where", "text", "fix", "source", "rule")})),
    "accepted": rows("rule", "place", "text", "by", "at", "reason"),
    "advice": rows("number", "place", "text", "by", "at", "response", "reason"),
    "views": rows("number", "whom", "how", "said", "changed", "by", "at"),
}
"""Every name that `review-1.docx` may say."""
NAMES: Final = {"error": "Error", "warning": "Warning", "advice": "Advice"}
COUNTED: Final = {"error": "Errors", "warning": "Warnings", "advice": "Advice"}


def render(
    schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, findings: Sequence[Finding], on: date,
    template: bytes = b"", consulted: Consulted = NOTHING,
) -> bytes:
    """The report on `findings`, which nobody has accepted, made on a day, with the advice that was given. The same
    input gives the same bytes."""
    names = AgreementNames(schema, agreement, library)
    said = {
        "title": Words(title_of(agreement)),
        "stamp": stamp,
        "day": Words(day_in_words(on.isoformat())),
        "number": Numbers(),
        "not_stated": "Not stated",
        "counts": [
            Said(severity=COUNTED[severity], number=Words(str(sum(one.severity == severity for one in findings))))
            for severity in ORDER
        ],
        "parts": _parts(schema, names, findings),
        "accepted": [_accepted(schema, names, row) for row in agreement.accepted],
        "advice": [_advice(schema, names, one, whose=consulted.name(one.organisation)) for one in consulted.advice],
        "views": [_views(one) for one in consulted.views],
    }
    title = f"{title_of(agreement)}: reviewer’s report".removeprefix(": ")
    author = host_of(schema, agreement, library)
    return printed(template or templates.load(TEMPLATE), said, title=title, author=author, stamp=stamp)


def _parts(schema: Schema, names: AgreementNames, findings: Sequence[Finding]) -> list[Said]:
    """A part for each section with findings, in the order of the questions."""
    found: dict[str, list[Said]] = {}
    for one in findings:
        place = place_in_words(schema, names, one.address)
        row = Said(
            severity=NAMES[one.severity], where=Words(", ".join(place[1:] or place)), text=Words(one.text),
            fix=Words(one.fix), source=Words(one.source), rule=one.rule,
        )
        found.setdefault(one.address.split(".")[0], []).append(row)
    return [Said(title=Words(schema.sections[key].title), rows=found[key]) for key in schema.sections if key in found]


def _advice(schema: Schema, names: AgreementNames, one: Comment, *, whose: str) -> Said:
    """Advice with the response that stands, or none yet."""
    response = one.response
    place = ", ".join(place_in_words(schema, names, one.address)) if one.address else "The agreement as a whole"
    return Said(
        number=Words(str(one.number)), place=Words(place), text=Words(one.text),
        by=Words(", ".join(filter(None, (one.by, whose)))), at=Words(day_in_words(one.at.date().isoformat())),
        response=Words(RESPONSES[response.what] if response else ""), reason=Words(response.text if response else ""),
    )  # fmt: skip


def _views(one: Views) -> Said:
    told = {key: Words(getattr(one, key)) for key in ("how", "said", "changed", "by")}
    when = Words(day_in_words(one.at.date().isoformat()))
    return Said(number=Words(str(one.number)), whom=Words(CONSULTED[one.whom]), at=when, **told)


def _accepted(schema: Schema, names: AgreementNames, row: Mapping[str, str]) -> Said:
    made = {key: Words(row.get(key, "")) for key in ("rule", "text", "by", "reason")}
    when = row.get("at", "")[:10]
    try:
        at = day_in_words(when)
    except ValueError:
        at = when
    return Said(**made, at=Words(at), place=Words(", ".join(place_in_words(schema, names, row.get("address", "")))))
