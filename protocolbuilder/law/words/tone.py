"""Words that put a reader off or a person down: legalese (R99), blame (R100), data protection as a barrier (R103)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from protocolbuilder.law.words.found import Found, Reading, lowered

PLAIN: Final = MappingProxyType(
    {
        "hereinafter": "from here on",
        "hereinbefore": "above",
        "hereafter": "from here on",
        "herein": "in this agreement",
        "hereby": "(leave it out)",
        "hereto": "to this agreement",
        "hereunder": "under this agreement",
        "heretofore": "until now",
        "hereof": "of this agreement",
        "thereof": "of it",
        "therein": "in it",
        "thereto": "to it",
        "thereafter": "after that",
        "thereunder": "under it",
        "whereof": "of which",
        "whereby": "by which",
        "wherein": "in which",
        "notwithstanding": "despite",
        "inter alia": "among other things",
        "pursuant to": "under",
        "aforesaid": "(name it again)",
        "aforementioned": "(name it again)",
        "forthwith": "at once",
        "for the avoidance of doubt": "(leave it out)",
        "mutatis mutandis": "with the needed changes",
        "save as": "except as",
        "save where": "except where",
        "save that": "except that",
        "in lieu of": "instead of",
        "prior to": "before",
        "subsequent to": "after",
        "in respect of": "about",
        "with respect to": "about",
        "in the event that": "if",
        "in the event of": "if there is",
        "ab initio": "from the start",
        "prima facie": "at first sight",
        "ultra vires": "beyond its powers",
        "intra vires": "within its powers",
        "bona fide": "genuine",
        "per se": "by itself",
        "viz": "namely",
        "henceforth": "from now on",
        "insofar as": "as far as",
        "in accordance with the provisions of": "under",
        "without prejudice to": "this does not affect",
        "shall be deemed": "counts as",
        "the said": "the",
    }
)
LEGALESE: Final = re.compile(
    r"\b(?:" + "|".join(r"\s+".join(words.split()) for words in sorted(PLAIN, key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)

PERSON: Final = re.compile(
    r"\b(?:child|children|girls?|boys?|young (?:person|people)|victims?|survivors?|adults?|person|people"
    r"|teenagers?|youths?|she|he|they|who|pupils?|mother|father|parents?|famil(?:y|ies)|women|woman|individuals?"
    r"|clients?|service users?)\b"
)
BODY: Final = re.compile(
    r"\b(?:council|police|service|services|agency|agencies|partners?|professionals?|staff|practitioners?"
    r"|trust|board|school|organisations?|hub|workers?|officers?|we)\b"
)
BLAME: Final = re.compile(
    r"\b(?:(?P<label>promiscuous|promiscuity|child prostitut(?:e|es|ion)|attention[- ]seeking|lifestyle choices?"
    r"|(?:difficult|hard|refus\w+) to engage|streetwise"
    r"|hard[- ]to[- ]reach (?:famil\w+|groups?|communit\w+|people|child\w*))"
    r"|(?P<choice>(?:chose|chooses|choosing|choose|makes? a choice|made a choice) to)"
    r"|(?P<engage>fail(?:s|ed|ing|ure)? to engage|non-engagement)"
    r"|(?P<risk>(?:puts?|placed?|placing|putting) (?:themselves|herself|himself) at risk))\b",
    re.IGNORECASE,
)
NEUTRAL: Final = MappingProxyType(
    {
        "label": "Say what was seen or said, and by whom. For example: “a child who is sexually exploited”.",
        "choice": "Describe what happened, and any pressure on the person, without calling it a choice.",
        "engage": "Say what was offered, when, and what happened. For example: “was not able to attend on 3 May”.",
        "risk": "Say who causes the risk. For example: “is at risk from adults who…”.",
    }
)
HARMLESS: Final = re.compile(
    r"\b(?:(?:not|never) (?:use|write|say|describe|call)|avoid\w*|instead of|rather than|words such as)\b[^.;]*$"
)
DOUBTED: Final = re.compile(r"\balleged (?:victims?|survivors?|abuse|assaults?|rapes?|exploitation)\b", re.IGNORECASE)
ACCUSED: Final = re.compile(
    r"\balleged (?:\w+ ){0,2}?(?:perpetrators?|offenders?|abusers?|suspects?|offen[cs]es?|harmers?|persons?|people)\b",
    re.IGNORECASE,
)

LAW: Final = (
    r"(?:data protection(?: law| legislation| act)?(?: \d{4})?|(?:uk )?gdpr|dpa(?: \d{4})?|privacy law|confidentiality)"
)
BARRIER: Final = re.compile(
    rf"\b{LAW}\W+(?:(?:may|can|will|often|also|sometimes|law|rules?|legislation)\W+){{0,2}}"
    r"(?:prevents?|stops?|prohibits?|forbids?|bars?|blocks?|does not (?:allow|permit)"
    r"|do not (?:allow|permit)|(?:is|are) an? (?:barrier|obstacle|bar))\b"
    r"|\b(?:cannot|can not|unable to|not (?:able|allowed|permitted) to|must not) (?:share|disclose|tell|pass on)\b"
    r"[^.;]{0,80}?"
    rf"\b(?:because of|due to|owing to|for reasons of|on grounds of) {LAW}\b",
    re.IGNORECASE,
)
DENIED: Final = re.compile(
    r"\b(?:not|never|no|nor|myth|wrong|wrongly|mistaken|mistakenly|believ\w+|fear\w*|think\w*|thought|excuse|whether|misunderst\w+)\b"
)
SHARING: Final = re.compile(r"\b(?:shar\w+|disclos\w+|tell\w*|pass\w* on|inform\w*|safeguard\w*|protect(?!ion\b)\w*)\b")


def legalese(reading: Reading) -> Iterator[Found]:
    """R99: a lawyer's word for which there is a plain one."""
    if not reading.holds(*PLAIN):
        return
    for hit in LEGALESE.finditer(reading.text):
        plain = PLAIN[lowered(hit[0])]
        better = "Leave it out." if plain.startswith("(leave") else f"Write “{plain.strip('()')}”."
        yield Found("R99", hit.start(), hit.end(), hit[0], "There is a plain word for this.", better)


def blame(reading: Reading) -> Iterator[Found]:
    """R100: words that blame a person for harm done to them. A sentence that tells staff not to use them is none."""
    for hit in BLAME.finditer(reading.text):
        before = reading.before(hit.start())
        near = " ".join(before.split()[-6:])
        kind = str(hit.lastgroup)
        of_a_body = kind in ("choice", "engage") and BODY.search(near)
        of_nobody = kind == "choice" and not PERSON.search(near)
        if HARMLESS.search(before) or of_a_body or of_nobody:
            continue
        yield Found("R100", hit.start(), hit.end(), hit[0], "This puts the blame on the person.", NEUTRAL[kind])


def doubted(reading: Reading) -> Iterator[Found]:
    """R100, if nobody is called an alleged perpetrator anywhere: `alleged` for the victim only."""
    for hit in DOUBTED.finditer(reading.text):
        why = "“Alleged” stands only beside the victim, which reads as doubt of the victim alone."
        yield Found(
            "R100",
            hit.start(),
            hit.end(),
            hit[0],
            why,
            "Write “victim” or “person who reported”, or use the word for both.",
        )


def barrier(reading: Reading) -> Iterator[Found]:
    """R103: says that data protection stops sharing that protects people. A sentence that denies it is none."""
    if not reading.holds("data protection", "gdpr", "dpa", "privacy law", "confidentiality"):
        return
    for hit in BARRIER.finditer(reading.text):
        sentence = reading.sentence(hit.start()).text.casefold()
        outside = sentence.replace(hit[0].casefold(), " ")
        if not DENIED.search(outside) and SHARING.search(sentence):
            why = "Data protection law does not stop sharing that protects people: it says how to share lawfully."
            better = "Leave it out, or name the provision and its limit."
            yield Found("R103", hit.start(), hit.end(), hit[0], why, better)
