"""One page on what staff record: about a request, a decision to share, and a decision not to share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents.brief import enough, passage
from protocolbuilder.documents.controllers import single
from protocolbuilder.documents.keeping import rules
from protocolbuilder.documents.shape import Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import rows_of

TEMPLATE: Final = "what-to-record-1"
ROOM: Final = 160  # characters of an answer that the page has room for
SHAPE: Final[Mapping[str, Shape]] = {**USUAL, "local": rows("label", "words")}
"""Every name that `what-to-record-1.docx` may say."""
ASKED: Final[Mapping[str, str]] = {
    "requests.decision_record": "What this agreement asks for",
    "accuracy.labels": "Fact, observation and opinion",
    "requests.child_views": "Views of the child or adult",
    "requests.advice": "Who to ask when unsure",
}


def render(source: Source) -> bytes:
    """The page as a Word file."""
    local = [Said(label=label, words=Words(words)) for label, words in _local(source)]
    return printed(source, TEMPLATE, {"local": local}, called="what to record")


def _local(source: Source) -> Iterator[tuple[str, str]]:
    """What the agreement itself says; a long answer by where it stands."""
    for address, label in ASKED.items():
        section = address.split(".")[0]
        if section in source.schema.sections:
            yield label, passage(single(source, address), ROOM, place=source.schema.sections[section].title)
    yield "Feedback", enough((rule.feedback.rstrip(".") for rule in rules(source)), ROOM)
    first = next(iter(rows_of(source.agreement, "escalation_steps")), None)
    if first is not None:
        place = source.schema.sections["escalation_steps"].title
        yield "If nobody answers", passage(str(first.get("step", "")), ROOM, place=place)
