"""The glossary's terms in a text: which stand there, which mislead, and which of them are two names for one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from protocolbuilder.law.words.found import Found, Reading, lowered
from protocolbuilder.law.words.lexicon import Lexicon, Term


@dataclass(frozen=True, slots=True)
class Used:
    """A name of a glossary term where it stands in a text."""

    start: int
    end: int
    words: str
    term: Term


def used(reading: Reading, lexicon: Lexicon) -> tuple[Used, ...]:
    """Every name of a glossary term, in order. The longest name at a place counts."""
    if not reading.holds(*lexicon.needles):
        return ()
    found = []
    for hit in lexicon.names.finditer(reading.text):
        name = hit[0] if hit[0] in lexicon.terms else lowered(hit[0])
        term = lexicon.terms.get(name) or lexicon.terms.get(name.removesuffix("s"))
        if term:
            found.append(Used(hit.start(), hit.end(), hit[0], term))
    return tuple(found)


def misleading(uses: Iterable[Used], lexicon: Lexicon, *, expanded: Iterable[str] = ()) -> Iterator[Found]:
    """R92: a name that the glossary warns of. A name that the agreement defines or writes out is clear."""
    clear = {*lexicon.own, *(lowered(name) for name in expanded)}
    for one in uses:
        if one.term.warning and lowered(one.term.name) not in clear:
            better = f"Write “{one.term.canonical}”."
            yield Found("R92", one.start, one.end, one.words, one.term.warning, better, one.term.id)


def mixed(names: Mapping[str, Iterable[Term]], lexicon: Lexicon) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """R92: the terms of which a document uses two names, with those names. `names` is what it uses, by term.

    An abbreviation and the words it stands for are no two names; names the agreement's own glossary defines are meant;
    a name that misleads is found as such.
    """
    for key, terms in names.items():
        kept = [term for term in terms if term.compared and not term.warning and lowered(term.name) not in lexicon.own]
        for short in (True, False):
            alike = {term.name if term.synonym else term.canonical: term for term in kept if term.short is short}
            if len(alike) > 1:
                yield key, tuple(alike.values())
