"""The flow reference table: every flow in one row, and a key to the kinds of information it names by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.keeping import KEY, Rule, covering, keyed, rules
from protocolbuilder.documents.numbered import FEW, Numbered, numbered
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import flow_powers, ids, references, rows_of

TEMPLATE: Final = "flow-table-1"
FIRST: Final = ("label", "senders", "recipients", "information", "needed", "never", "subjects", "purposes", "necessity")
LAST: Final = ("bases", "methods", "frequency", "within", "agreed", "kept")
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    "flows": Shape(element=Shape({**dict.fromkeys((*FIRST, *LAST), TEXT), "powers": rows("words")})),
    "items": rows("number", "name", "category", "about"),
    "rules": rows(*KEY),
}
"""Every name that `flow-table-1.docx` may say."""
_ASKED: Final = {
    "subjects": "subjects", "purposes": "purposes", "necessity": "necessity", "bases": "bases", "methods": "methods",
    "frequency": "frequency", "within": "respond_within", "agreed": "agreement_of_person", "senders": "from",
    "recipients": "to",
}  # fmt: skip


def render(source: Source) -> bytes:
    """The table as a Word file, in landscape."""
    order = numbered(source.agreement, source.names)
    kept = rules(source)
    flows, items = list(_flows(source, order, kept)), list(_items(source, order))
    said = {"flows": flows, "items": items, "rules": keyed(kept, kept)}
    return printed(source, TEMPLATE, said, called="flow table")


def _flows(source: Source, order: Numbered, kept: tuple[Rule, ...]) -> Iterator[Said]:
    labels, names = references(source.agreement), source.names
    powers = flow_powers(source.agreement, source.library.vocabularies["gateways"])
    for row in rows_of(source.agreement, "flows"):
        carried = (*ids(row, "items"), *ids(row, "optional_items"))
        how_long = (str(kept.index(rule) + 1) for rule in covering(kept, (row["id"], *carried)))
        yield Said(
            **{name: _answer(source, "flows", row, question) for name, question in _ASKED.items()},
            label=Words(labels[row["id"]]), information=Words(order.brief(ids(row, "items"))),
            needed=Words(order.brief(ids(row, "optional_items"))), never=Words(order.brief(ids(row, "withheld_items"))),
            powers=[Said(words=Words(f"{names.item(one.gateway)}: {one.words}")) for one in powers[row["id"]]],
            kept=Words(*how_long, between=", "),
        )  # fmt: skip


def _items(source: Source, order: Numbered) -> Iterator[Said]:
    """The key, where information goes by number."""
    found = rows_of(source.agreement, "items")
    for row in found if len(found) > FEW else ():
        yield Said(
            number=Words(order.number(row["id"])), name=Words(source.names.item(row["id"])),
            category=_answer(source, "items", row, "category"), about=_answer(source, "items", row, "subjects"),
        )  # fmt: skip


def _answer(source: Source, section: str, row: Mapping[str, Any], key: str) -> Words:
    question = source.schema.sections[section].questions[key]
    return Words(*in_words(question, row[key], source.names), between="; ") if key in row else Words()
