"""The flow reference table: every flow in one row, and keys to what it calls by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.controllers import basis_words, relying_words
from protocolbuilder.documents.keeping import KEY, Rule, covering, keyed, numbers, rules
from protocolbuilder.documents.marked import key
from protocolbuilder.documents.numbered import FEW, Numbered, numbered
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.marks import Power
from protocolbuilder.domain.matrix import flow_powers, ids, in_brief, references, rows_of

TEMPLATE: Final = "flow-table-1"
FEW_BASES: Final = 3  # lawful bases of an agreement that each flow calls by name
FIRST: Final = ("label", "senders", "recipients", "information", "needed", "never", "subjects", "purposes", "necessity")
LAST: Final = ("bases", "methods", "frequency", "within", "agreed", "kept")
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    "flows": Shape(element=Shape({**dict.fromkeys((*FIRST, *LAST), TEXT), "powers": rows("words")})),
    "items": rows("number", "name", "category", "about"),
    "bases": rows("number", "name", "who", "articles"),
    "rules": rows(*KEY),
    "marks": rows("mark", "meaning"),
}
"""Every name that `flow-table-1.docx` may say."""
_ASKED: Final = {
    "subjects": "subjects", "purposes": "purposes", "necessity": "necessity", "methods": "methods",
    "frequency": "frequency", "within": "respond_within", "agreed": "agreement_of_person", "senders": "from",
    "recipients": "to",
}  # fmt: skip


def render(source: Source) -> bytes:
    """The table as a Word file, in landscape."""
    order, kept = numbered(source.agreement, source.names), rules(source)
    powers = flow_powers(source.agreement, source.library.vocabularies["gateways"])
    marks = key(one for some in powers.values() for one in some)
    said = {
        "flows": list(_flows(source, order, kept, powers=powers)), "items": list(_items(source, order)),
        "bases": list(_bases(source)), "rules": keyed(kept, kept),
        "marks": [Said(mark=mark, meaning=meaning) for mark, meaning in marks],
    }  # fmt: skip
    return printed(source, TEMPLATE, said, called="flow table")


def _flows(
    source: Source, order: Numbered, kept: tuple[Rule, ...], *, powers: Mapping[str, tuple[Power, ...]]
) -> Iterator[Said]:
    labels, names, bases = references(source.agreement), source.names, _numbers(source)
    for row in rows_of(source.agreement, "flows"):
        carried = (*ids(row, "items"), *ids(row, "optional_items"))
        how_long = numbers(kept, covering(kept, (row["id"], *carried)))
        resting = in_brief(bases[one] for one in bases if one in ids(row, "bases"))
        yield Said(
            **{name: _answer(source, "flows", row, question) for name, question in _ASKED.items()},
            label=Words(labels[row["id"]]), information=Words(order.brief(ids(row, "items"))),
            needed=Words(order.brief(ids(row, "optional_items"))), never=Words(order.brief(ids(row, "withheld_items"))),
            powers=[Said(words=Words(f"{names.item(one.gateway)}: {one.words}")) for one in powers[row["id"]]],
            bases=Words(resting) if resting else _answer(source, "flows", row, "bases"),
            kept=Words(how_long and f"{'rule' if how_long.isdecimal() else 'rules'} {how_long}"),
        )  # fmt: skip


def _numbers(source: Source) -> dict[str, str]:
    """The lawful bases by their numbers; none where the agreement has few."""
    found = rows_of(source.agreement, "bases")
    return {row["id"]: str(number) for number, row in enumerate(found, start=1)} if len(found) > FEW_BASES else {}


def _bases(source: Source) -> Iterator[Said]:
    """The key, where lawful bases go by number."""
    called = _numbers(source)
    for row in rows_of(source.agreement, "bases") if called else ():
        yield Said(
            number=Words(called[row["id"]]), name=Words(source.names.item(row["id"])),
            who=Words(relying_words(source, row)), articles=Words(*basis_words(source, row)),
        )  # fmt: skip


def _items(source: Source, order: Numbered) -> Iterator[Said]:
    """The key, where information goes by number."""
    found = rows_of(source.agreement, "items")
    for row in found if len(found) > FEW else ():
        yield Said(
            number=Words(order.number(row["id"])), name=Words(source.names.item(row["id"])),
            category=_answer(source, "items", row, "category"), about=_answer(source, "items", row, "subjects"),
        )  # fmt: skip


def _answer(source: Source, section: str, row: Mapping[str, Any], name: str) -> Words:
    question = source.schema.sections[section].questions[name]
    return Words(*in_words(question, row[name], source.names), between="; ") if name in row else Words()
