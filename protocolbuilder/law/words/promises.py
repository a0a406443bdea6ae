"""Consent of which kind (R101), and promises of secrecy that the law will break (R102)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.words.found import Found, Reading
from protocolbuilder.law.words.lexicon import Lexicon

CONSENT: Final = re.compile(r"\bconsent(?:s|ed|ing|ual)?\b", re.IGNORECASE)
WHICH: Final = re.compile(
    r"\bgdpr\b|\barticles? [679]\b|\bart\.? ?[679]\b|\bexplicit consent|\blawful bas[ie]s|\bconfiden\w+|\bcommon law\b"
    r"|\b(?:take|taking|takes) part\b|\bparticipat\w+|\bconsent(?:s|ed|ing)? (?:to|for) (?:[\w']+ ){0,4}?"
    r"(?:services?|support|help|assessments?|programmes?|interventions?|referrals?|treatment|examinations?|medical|surgery"
    r"|operations?|vaccinations?|adoption|interviews?|research)\b|\bdirect care\b|\bbiometric\b"
)
OF_A_BODY: Final = re.compile(
    r"\b(?:originator|owner|supplier|partner|controller|police|sender|author|agency|organisation|council|source"
    r"|board|court|commissioner|secretary of state)(?:'s|’s|s'|s’)?(?: \w+){0,2} consent"
    r"|\bconsent (?:of|from|by) (?:the |any |each |every |another |all )?(?:\w+ ){0,2}?"
    r"(?:originators?|owners?|suppliers?|partners?|part(?:y|ies)|controllers?|police|senders?|authors?|agenc(?:y|ies)"
    r"|organisations?|council|source|board|court|commissioner|secretary of state)\b"
)
NO_PERSON: Final = re.compile(
    r"\bage of consent|\bconsent orders?|\bby consent of the court|(?:called|word|term) [“\"']?consent"
)

GONE: Final = r"(?:disclosed?|shared?|passed? on|revealed?|released?"
ANYONE: Final = r"(?:anyone|anybody|any other|any third part(?:y|ies)|third parties|other agencies)"
SECRET: Final = re.compile(
    r"\b(?:(?P<never>(?:never|not ever|not under any circumstances|under no circumstances)\s+(?:be\s+)?"
    rf"{GONE}|given out))"
    rf"|(?P<anyone>(?:will|shall|does|do|is|are) (?:not|never) (?:be )?{GONE}|tell|given)(?: \w+){{0,3}}?"
    rf" (?:(?:with|to|by) )?{ANYONE})"
    r"|(?P<total>(?:completely|totally|strictly|fully|absolutely|entirely|always) confidential"
    r"|(?:in|total|complete|absolute|strict(?:est)?) (?:complete |total |absolute |strict(?:est)? )?"
    r"confiden(?:ce|tiality)(?<!in confidence)"
    r"|guarantees?d? (?:\w+ ){0,2}?(?:confidentiality|secrecy|anonymity)))\b",
    re.IGNORECASE,
)
LIMITED: Final = re.compile(
    r"\b(?:unless|except|but|however|limits?|cannot|(?:not|never) promise|no one can|nobody can|without|marked?|if"
    r"|where the law|subject to|only|no(?:t be)? guarantee|not guarantee)\b|\blimited\b"
)
TO_SOME: Final = re.compile(
    r"^\s*(?:with|to|by|in|on|over|through|under|for|from|at|between|outside|beyond|as|alongside|together)\s+"
    r"(?!any(?:one|body)?\b|other\b|third\b|others\b)"
)
THINGS: Final = re.compile(
    r"\b(?:passwords?|accounts?|log-?ins?|cards?|devices?|keys?|passes|computers?|screens?|printers?|codes?|minutes"
    r"|papers|agendas?|refuge address|notes? of counselling|source (?:code|material))\b"
)


def which_consent(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """R101: consent of a person without saying which. What the text said before counts; so does the own glossary."""
    if "consent" in lexicon.own or not reading.holds("consent"):
        return
    said = WHICH.search(reading.low)
    for hit in CONSENT.finditer(reading.text):
        sentence = reading.sentence(hit.start())
        words = sentence.text.casefold()
        before = said is not None and said.end() <= sentence.start + len(sentence.text)
        if not (before or OF_A_BODY.search(words) or NO_PERSON.search(words)):
            why = "Consent has three meanings, and this does not say which."
            better = (
                "Write “UK GDPR consent”, “agreement that lifts confidence” or “agreement to take part in the service”."
            )
            yield Found("R101", hit.start(), hit.end(), hit[0], why, better)


def secrecy(reading: Reading) -> Iterator[Found]:
    """R102: a promise that information is never disclosed to anyone. A named recipient or a stated limit is none."""
    for hit in SECRET.finditer(reading.text):
        sentence = reading.sentence(hit.start()).text.casefold()
        before, after = reading.before(hit.start()), reading.after(hit.end())
        if LIMITED.search(sentence) or (hit["never"] and (TO_SOME.match(after) or THINGS.search(before))):
            continue
        why = "Nobody can promise this: courts, the law and the safety of others can require disclosure."
        better = "Say that information is kept in confidence within limits, and what the limits are."
        yield Found("R102", hit.start(), hit.end(), hit[0].strip(), why, better)
