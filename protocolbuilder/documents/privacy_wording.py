"""Words for each controller's privacy notice, from the flows it takes part in: information and people are called by the
`plain` words of the library, and what all partners say alike is said once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents.controllers import (
    Activity,
    Controller,
    basis_words,
    controllers,
    named,
    posts,
    single,
)
from protocolbuilder.documents.guides_plain import Plain, people, sentence
from protocolbuilder.documents.keeping import covering, rules
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import get
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.law.parts import Flow

TEMPLATE: Final = "privacy-wording-1"
COMMON: Final[Mapping[str, str]] = {
    "how_told": "transparency.how", "recipient_tells": "transparency.recipient_tells", "contact": "rights.contact",
    "objection": "rights.objection", "complaints": "complaints.procedure", "complaints_to": "complaints.contact",
    "countries": "international.where", "safeguard": "international.safeguard",
}  # fmt: skip
_WHAT: Final = ("name", "with_parts", "dpo", "shares", "receives", "sources", "people", "outside_uk", "automated")
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    **dict.fromkeys((*COMMON, "not_told", "many"), TEXT),
    "controllers": Shape(
        element=Shape({
            **dict.fromkeys(_WHAT, TEXT),
            "purposes": rows("purpose", "statement", "others"), "bases": rows("words"), "kept": rows("words"),
        })
    ),
}  # fmt: skip
"""Every name that `privacy-wording-1.docx` may say."""


def render(source: Source) -> bytes:
    """The words for every controller, or for the one of the source, as a Word file."""
    said = {name: Words(single(source, address)) for name, address in COMMON.items()}
    used = "yes" if get(source.agreement, "transparency.exceptions_used") is True else ""
    plain = Plain(source)
    found = [_said(source, one, plain) for one in controllers(source)]
    more = {"not_told": Words(used), "many": Words("yes" if len(found) > 1 else ""), "controllers": found}
    return printed(source, TEMPLATE, said | more, called="privacy notice wording")


def _said(source: Source, one: Controller, plain: Plain) -> Said:
    flows, names = [standing.flow for standing in one.standings], source.names
    sends = [flow for act in one.activities for flow in act.sends]
    receives = [flow for act in one.activities for flow in act.receives]
    senders = [end for flow in receives for end in flow.senders]
    rested = dict.fromkeys(words for row in one.bases for words in basis_words(source, row))
    return Said(
        name=Words(names.item(one.id)), dpo=Words(posts(source, one.members, "dpo")),
        with_parts=Words(*map(names.item, sorted(one.members - {one.id})), between="; "),
        purposes=[_purpose(source, one, act) for act in one.activities],
        shares=_informed(plain, sends), receives=_informed(plain, receives),
        sources=Words(*named(source, senders, without=one.members), between="; "),
        people=_listed(people(plain, [flow.row for flow in flows], without="")),
        bases=[Said(words=Words(words)) for words in rested],
        kept=[Said(words=Words(words)) for words in _kept(source, one)],
        outside_uk=_said_of_all(flow.row.get("outside_uk") for flow in flows),
        automated=_said_of_all(flow.row.get("automated") for flow in flows),
    )  # fmt: skip


def _informed(plain: Plain, flows: Iterable[Flow]) -> Words:
    """The kinds of information that flows carry, in plain words."""
    return _listed(dict.fromkeys(plain.information(item) for flow in flows for item in flow.items))


def _listed(entries: Iterable[str]) -> Words:
    """`Name; address; health`, as one sentence."""
    return Words(sentence("; ".join(dict.fromkeys(entries))))


def _purpose(source: Source, one: Controller, act: Activity) -> Said:
    """Why it shares or receives, and with whom it shares for that."""
    row = next((row for row in rows_of(source.agreement, "purposes") if row["id"] == act.purpose), {})
    recipients = [end for flow in act.sends for end in flow.recipients]
    return Said(
        purpose=Words(source.names.item(act.purpose) if act.purpose else ""),
        statement=Words(str(row.get("statement", ""))),
        others=Words(*named(source, recipients, without=one.members), between="; "),
    )  # fmt: skip


def _kept(source: Source, one: Controller) -> Iterator[str]:
    """How long it keeps what it holds, each period once."""
    what = [key for standing in one.standings for key in _covered(standing.flow)]
    found = (rule for member in sorted(one.members) for rule in covering(rules(source), what, keeper=member))
    yield from dict.fromkeys(rule.how_long for rule in found if rule.how_long)


def _covered(flow: Flow) -> tuple[str, ...]:
    return (flow.id, *(item["id"] for item in flow.items))


def _said_of_all(answers: Iterable[object]) -> Words:
    """`yes` where any flow says so, `no` where each says no, "" where that is not stated."""
    found = list(answers)
    return Words("yes") if True in found else Words("no") if found and all(one is False for one in found) else Words()
