"""Reads texts for plain words: `read` one text, `read_agreement` all of an agreement.

Pure: a text and a lexicon in, what was found out, each with its place, why, and a better wording. Families of wording
stand in `law/words`; the review rules R92 to R103 in `law/rules/language` turn what is found into findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library
from protocolbuilder.law.words import acronyms, duties, lexicon, promises, sentences, stale, terms, tone
from protocolbuilder.law.words.found import Found, Manner, Reading
from protocolbuilder.law.words.lexicon import Lexicon, Term
from protocolbuilder.law.words.passages import Passage, passages


@dataclass(frozen=True, slots=True)
class Read:
    """One passage of an agreement with everything found in it, in the order of its words."""

    passage: Passage
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An agreement as read: its passages, the lexicon, and the terms of which it uses two names, by term."""

    passages: tuple[Read, ...]
    lexicon: Lexicon
    mixed: tuple[tuple[str, tuple[Term, ...], str], ...]


def read(text: str, words: Lexicon, *, manner: Manner = "clause", explained: Collection[str] = ()) -> tuple[Found, ...]:
    """What is found in one text. `explained` are abbreviations that were written out before it."""
    reading = Reading(text, manner)
    found = [*_alone(text, manner, words, frozenset(explained)), *_undecided(reading)]
    if manner != "name":
        found += acronyms.undefined(reading, words, expanded_before=explained)
        if not tone.ACCUSED.search(reading.text):
            found += tone.doubted(reading)
    return _in_order(found)


def read_agreement(schema: Schema, agreement: Agreement, library: Library) -> Document:
    """Every text of the agreement, read once each. What one text explains or states counts for those that follow."""
    words = lexicon.of_agreement(library, agreement)
    texts = passages(schema, agreement)
    readings = {(one.text, one.manner): Reading(one.text, one.manner) for one in texts}
    written_out = frozenset(short for one in texts for short, _ in acronyms.expanded(one.text))
    alone = {(text, manner): _alone(text, manner, words, written_out) for text, manner in readings}
    accused = any(tone.ACCUSED.search(one.text) for one in texts)
    conflicts = _conflicts(readings)
    explained: set[str] = set()
    found = []
    for one in texts:
        key = (one.text, one.manner)
        here = [*alone[key], *conflicts.get(key, ())]
        if one.manner != "name":
            new = tuple(acronyms.undefined(readings[key], words, expanded_before=explained))
            here += [*new, *(() if accused else tone.doubted(readings[key]))]
            explained |= {hit.words for hit in new}
        explained |= {short for short, _ in acronyms.expanded(one.text)}
        found.append(Read(one, _in_order(here)))
    return Document(tuple(found), words, tuple(_mixed(texts, words)))


@lru_cache(maxsize=8192)
def _alone(text: str, manner: Manner, words: Lexicon, written_out: frozenset[str]) -> tuple[Found, ...]:
    """Kept, because a person at work changes one text of hundreds between two readings."""
    return tuple(_always(Reading(text, manner), words, written_out))


@lru_cache(maxsize=8192)
def terms_in(text: str, manner: Manner, words: Lexicon) -> tuple[terms.Used, ...]:
    """The names of glossary terms in a text, in order."""
    return terms.used(Reading(text, manner), words)


def _always(reading: Reading, words: Lexicon, written_out: Collection[str]) -> Iterator[Found]:
    """What can be told from the text alone. A name or a citation is only looked at for law that is past."""
    past = list(stale.stale(reading, words))
    yield from past
    if reading.manner == "name":
        return
    for hit in terms.misleading(terms_in(reading.original, reading.manner, words), words, expanded=written_out):
        if not any(hit.start < other.end and other.start < hit.end for other in past):
            yield hit
    yield from tone.legalese(reading)
    yield from tone.blame(reading)
    yield from tone.barrier(reading)
    yield from promises.which_consent(reading, words)
    yield from promises.secrecy(reading)
    yield from sentences.hard(reading)
    if reading.manner == "clause":
        yield from duties.ambiguous(reading)
        yield from duties.unmeasured(reading)
        yield from duties.undecided(reading)
    if reading.manner == "public":
        yield from sentences.too_hard_for_the_public(reading)


def _undecided(reading: Reading) -> list[Found]:
    return list(_conflicts({(reading.text, reading.manner): reading}).get((reading.text, reading.manner), ()))


def _conflicts(readings: dict[tuple[str, Manner], Reading]) -> dict[tuple[str, Manner], list[Found]]:
    """R96: the same act as a must and as a may, anywhere in the clauses; every place of it."""
    stated: dict[object, list[tuple[tuple[str, Manner], duties.Duty]]] = {}
    for key, reading in readings.items():
        if reading.manner == "clause":
            for duty in duties.duties(reading):
                stated.setdefault(duty.act, []).append((key, duty))
    found: dict[tuple[str, Manner], list[Found]] = {}
    for places in stated.values():
        if duties.conflict(duty.strength for _, duty in places):
            for key, duty in places:
                found.setdefault(key, []).append(duties.conflicting(duty))
    return found


def _mixed(texts: tuple[Passage, ...], words: Lexicon) -> Iterator[tuple[str, tuple[Term, ...], str]]:
    """The terms with two names, and the address where the second of them first stands."""
    names: dict[str, dict[Term, str]] = {}
    for one in texts:
        if one.manner != "name":
            for use in terms_in(one.text, one.manner, words):
                names.setdefault(use.term.id, {}).setdefault(use.term, one.address)
    for key, pair in terms.mixed(names, words):
        yield key, pair, names[key][pair[1]]


def _in_order(found: list[Found]) -> tuple[Found, ...]:
    return tuple(sorted(found, key=lambda hit: (hit.start, hit.rule)))
