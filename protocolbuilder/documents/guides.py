"""The guides for the people whom the information is about: one for families or adults, one for children and young
people. Both say, from the flows of the version, who may know what, why, whether one can say no, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.guides_asked import ASKED, Asked, asked, by_ends, by_purpose
from protocolbuilder.documents.guides_asking import people_contacts
from protocolbuilder.documents.guides_plain import (
    CHILDREN,
    YOUNG,
    Held,
    Plain,
    Row,
    all_ends,
    held,
    listed,
    once,
    people,
    reasons,
    sentence,
)
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import rows_of

FAMILY: Final = "family-guide-1"
YOUNG_PEOPLE: Final = "young-guide-1"
PARENTS: Final = "A guide for parents and carers"
ALL: Final = "All of them"
ADULTS: Final = "A guide for the people it is about"
LONG: Final = 25_000  # characters of what a guide for young people says; a longer one begins with its contents

_LINES: Final = Shape(element=TEXT)
_HELD: Final = Shape(element=Shape({"what": _LINES, "who": TEXT, "needed": TEXT}))
_PARTNERS: Final = Shape(element=Shape({"partner": TEXT, "contacts": rows("function", "who", "reach")}))
_SHARED: Final[Mapping[str, Shape]] = {
    **USUAL,
    **dict.fromkeys(("message", "may_refuse", "may_not_refuse", "not_told", "complaints"), TEXT),
    "who": _LINES,
    "partners": _PARTNERS,
}
FAMILY_SHAPE: Final[Mapping[str, Shape]] = {
    **_SHARED,
    **dict.fromkeys(("audience", "objection", "rights"), TEXT),
    "people": _LINES,
    "reasons": Shape(
        element=Shape(
            {
                **dict.fromkeys(("why", "givers", "told", "mixed", "answer"), TEXT),
                "held": _HELD,
                "asked": Shape(element=Shape({"answer": TEXT, "ways": _LINES})),
            }
        )
    ),
}
"""Every name that `family-guide-1.docx` may say."""
YOUNG_SHAPE: Final[Mapping[str, Shape]] = {
    **_SHARED,
    **dict.fromkeys(("mixed", "answer", "competence", "long"), TEXT),
    "held": _HELD,
    "why": _LINES,
    "asked": _LINES,
}
"""Every name that `young-guide-1.docx` may say."""


def family(source: Source) -> bytes:
    """The guide for parents and carers, or for adults where no child is among the people, as a Word file."""
    return printed(source, FAMILY, family_words(source), called=audience(source).lower())


def young(source: Source) -> bytes:
    """The guide for children and young people as a Word file."""
    return printed(source, YOUNG_PEOPLE, young_words(source), called="a guide for children and young people")


def audience(source: Source) -> str:
    return PARENTS if for_children(source) else ADULTS


def no_children(source: Source) -> str:
    """Why there is no guide for children and young people, or ""."""
    return "" if for_children(source) else "The agreement shares nothing about children or young people."


def for_children(source: Source) -> bool:
    """Whether children or young people are among the people that the agreement shares information about."""
    kinds = [row.get("kind") for row in rows_of(source.agreement, "subjects")]
    return any(isinstance(kind, str) and kind in CHILDREN for kind in kinds)


def family_words(source: Source) -> dict[str, Any]:
    """What the family guide says, beside the usual."""
    plain = Plain(source)
    flows = plain.flows()
    return {
        **_shared(source, plain, flows),
        "audience": audience(source),
        "people": [Words(sentence(one)) for one in people(plain, flows)],
        "objection": _stated(source, "rights", "objection"),
        "rights": Words(_text(source, "rights", "contact")),
        "reasons": [
            Said(
                why=Words(one.why), givers=Words(listed(one.givers)), told=Words(listed(one.told)),
                held=_held(one.held, one.told), **_told_by(plain, one.flows),
            )
            for one in reasons(plain, flows)
        ],
    }  # fmt: skip


def young_words(source: Source) -> dict[str, Any]:
    """What the young people's guide says, beside the usual: the flows about children, in the plainest words."""
    plain = Plain(source, named=False)
    flows = plain.flows(YOUNG)
    said = {
        **_shared(source, plain, flows),
        **_told_why(plain, flows),
        "competence": _stated(source, "confidentiality", "competence"),
        "held": _held(held(plain, flows), all_ends(plain, flows, "to")),
        "why": _each(once(why for flow in flows for why in plain.why(flow))),
    }
    return {**said, "long": _length(said) > LONG}


def _shared(source: Source, plain: Plain, flows: tuple[Row, ...]) -> dict[str, Any]:
    said = {one.answer for one in asked(flows)}
    return {
        "message": source.message,
        "who": _each(all_ends(plain, flows, "to")),
        "may_refuse": ASKED["asked"] in said,
        "may_not_refuse": bool(said - {ASKED["asked"]}),
        "not_told": _told(source, "transparency", "exceptions_used"),
        "complaints": Words(_text(source, "complaints", "contact")),
        "partners": people_contacts(source),
    }


def _told_by(plain: Plain, flows: tuple[Row, ...]) -> dict[str, Any]:
    """Whether people are asked: one answer, or several, each with who tells whom."""
    said = asked(flows)
    told = by_ends(plain, said) if len(said) > 1 else ()
    ways = [Said(answer=Words(one.answer), ways=[Words(way) for way in one.ways]) for one in told]
    return {"mixed": bool(ways), "answer": _single(said), "asked": ways}


def _told_why(plain: Plain, flows: tuple[Row, ...]) -> dict[str, Any]:
    """The same, each answer with the purposes that it is given for."""
    said = asked(flows)
    mixed = by_purpose(plain, said) if len(said) > 1 else ()
    return {"mixed": bool(mixed), "answer": _single(said), "asked": [Words(one) for one in mixed]}


def _single(said: tuple[Asked, ...]) -> Words:
    """The one answer; "" where there are several."""
    return Words(said[0].answer if len(said) == 1 else "")


def _held(found: tuple[Held, ...], every: tuple[str, ...]) -> list[Said]:
    """Who may know what, what all may know first. `every`: all whom this is about."""
    made = [
        Said(what=_each(one.what), who=_who(one.always, every), needed=_who(one.when_needed, every)) for one in found
    ]
    return sorted(made, key=lambda one: one.who != ALL)


def _who(ends: tuple[str, ...], every: tuple[str, ...]) -> Words:
    return Words(ALL if len(ends) == len(every) > 1 else sentence(listed(ends)))


def _length(said: Any) -> int:
    """The characters of all texts in it."""
    if isinstance(said, str):
        return len(said)
    parts = said.values() if isinstance(said, Mapping) else vars(said).values() if isinstance(said, Said) else said
    return sum(map(_length, parts)) if isinstance(parts, Iterable) else 0


def _each(entries: tuple[str, ...]) -> list[Words]:
    return [Words(sentence(one)) for one in entries]


def _section(source: Source, section: str) -> Mapping[str, Any]:
    found = source.agreement.answers.get(section)
    return found if isinstance(found, Mapping) else {}


def _text(source: Source, section: str, key: str) -> str:
    found = _section(source, section).get(key)
    return found if isinstance(found, str) else ""


def _stated(source: Source, section: str, key: str) -> bool:
    return bool(_text(source, section, key))


def _told(source: Source, section: str, key: str) -> bool:
    return _section(source, section).get(key) is True
