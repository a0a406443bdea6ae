"""Family H: language (R92 to R103), over every text a person wrote. What counts as plain stands in `law/words`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, Severity, rule
from protocolbuilder.law.words.found import Found

SHOWN: Final = 3
LEGAL_BASIS: Final = frozenset(
    {"gateways.provision", "gateways.as_printed", "bases.as_printed", "bases.other_law", "exceptions.provision"}
)
LAWFUL_BASIS_CHOICES: Final = frozenset(
    {"art6", "annex1", "art9", "art10", "sch1", "part3", "sch8", "confidentiality"}
)


def _at(case: Case, rule_id: str) -> Iterator[tuple[str, tuple[Found, ...]]]:
    """What a rule found, by address: a text of several lines is one place."""
    places: dict[str, list[Found]] = {}
    for read in case.language.passages:
        for found in read.found:
            if found.rule == rule_id:
                places.setdefault(read.passage.address, []).append(found)
    yield from ((address, tuple(found)) for address, found in places.items())


def _hit(address: str, found: tuple[Found, ...], severity: Severity | None = None) -> Hit:
    """One hit for a place: the words found there, the first few, with why and what to write instead of the first."""
    words = tuple(dict.fromkeys(one.words for one in found))
    more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    quoted = ", ".join(f"“{one}”" for one in words[:SHOWN])
    fixes = dict.fromkeys(one.better for one in found)
    return Hit(address, f"{quoted}{more}: {found[0].why}", " ".join(list(fixes)[:SHOWN]), severity)


def _hits(case: Case, rule_id: str) -> Iterator[Hit]:
    yield from (_hit(address, found) for address, found in _at(case, rule_id))


@rule(
    "R92", "synonym-inconsistency", "warning", source="The glossary of the library; practice reviews",
    narrowed="Of the glossary's synonyms, ordinary words (client, minor, youth, gateway) and things of their own "
    "(team around the family) are not compared, nor an abbreviation with the words it stands for. A synonym counts as "
    "having a warning when the warning names it.",
)
def synonym_inconsistency(case: Case) -> Iterator[Hit]:
    """Reviews name inconsistent language as a barrier: one thing has one name, and none that misleads."""
    yield from _hits(case, "R92")
    for _, terms, address in case.language.mixed:
        names = " and ".join(f"“{term.name}”" for term in terms)
        fix = f"Write “{terms[0].canonical}” throughout, or say in the glossary how they differ."
        yield Hit(address, f"{names} are two names for one thing.", fix)


@rule(
    "R93", "stale-citation", "error", source="The stale citations of the library",
    narrowed="A sentence that says itself that the law or the body is past is left alone, as are look-alikes: "
    "section 29(3) of a living Act, a port health authority, notifying the ICO of a breach, fax that is not used.",
)
def stale_citation(case: Case) -> Iterator[Hit]:
    """Law that has gone authorises nothing: an error where it stands as a legal basis, else a warning."""
    abroad = bool(case.get("international")) or any(flow.row.get("outside_uk") for flow in case.flows)
    for address, found in _at(case, "R93"):
        kept = tuple(one for one in found if not (abroad and one.term == "stale-eu-gdpr"))
        if kept and not address.endswith(".former_names"):
            yield _hit(address, kept, None if _is_legal_basis(address) else "warning")


def _is_legal_basis(address: str) -> bool:
    parts = address.split(".")
    question = f"{parts[0]}.{parts[-1]}"
    return question in LEGAL_BASIS or (parts[0] == "bases" and parts[-1] in LAWFUL_BASIS_CHOICES)


@rule(
    "R94", "undefined-acronym", "warning", source="The glossary and roles of the library",
    narrowed="Abbreviations that everyone knows (NHS, GP, GDPR), names of partners and numbered standards pass.",
)
def undefined_acronym(case: Case) -> Iterator[Hit]:
    """Plain language: an abbreviation is written out where it first stands. Each is found once, there."""
    yield from _hits(case, "R94")


@rule(
    "R95", "ambiguous-modal", "warning", source="UK GDPR Art 5(2), accountability",
    narrowed="An operative clause is a text that says who does what; accounts, reasons, notes and names are not read.",
)
def ambiguous_modal(case: Case) -> Iterator[Hit]:
    """An unclear obligation cannot be audited: must, may or will, with a named actor."""
    yield from _hits(case, "R95")


@rule(
    "R96", "must-may-conflict", "error", source="The must and may of each provision",
    narrowed="Two statements are one obligation when actor, act and condition have the same words, times apart.",
)
def must_may_conflict(case: Case) -> Iterator[Hit]:
    """Mandatory and permissive are not blurred: one act is not a must in one clause and a may in another."""
    yield from _hits(case, "R96")


@rule(
    "R97", "unmeasured-time", "warning", source="UK GDPR Art 5(2), accountability",
    narrowed="Read in operative clauses and in times given in words of one's own.",
)
def unmeasured_time(case: Case) -> Iterator[Hit]:
    """Partners read vague times in different ways; a sentence that also gives a measure is clear."""
    yield from _hits(case, "R97")


@rule(
    "R98", "hard-to-read", "advice", source="UK GDPR Art 12(1)",
    narrowed="Passive without an actor is found only where it states a duty (“must be deleted”); each entry of a list "
    "with semicolons counts as a sentence; reading age is the Flesch-Kincaid grade plus five.",
)
def hard_to_read(case: Case) -> Iterator[Hit]:
    """Art 12(1) UK GDPR wants public text concise and easy to understand; long sentences hide duties."""
    yield from _hits(case, "R98")


@rule("R99", "legalese", "advice", source="UK GDPR Art 12(1)")
def legalese(case: Case) -> Iterator[Hit]:
    """Plain and unambiguous language: a lawyer's word has a plain one."""
    yield from _hits(case, "R99")


@rule(
    "R100", "blaming-language", "warning", source="UK GDPR Art 5(1)(d); practice reviews",
    narrowed="“Chose to” and “failed to engage” only of a person, not of a body; “alleged” only where nobody is called "
    "an alleged perpetrator.",
)
def blaming_language(case: Case) -> Iterator[Hit]:
    """Accuracy and dignity (UK GDPR Art 5(1)(d)): describe the behaviour and the source, and blame nobody for harm."""
    yield from _hits(case, "R100")


@rule(
    "R101", "consent-unqualified", "warning", source="UK GDPR Arts 4(11) and 7; the common law of confidence",
    narrowed="Consent of a body (an originator, a court), to treatment, and consent that the text before it qualifies "
    "or the agreement's glossary defines are clear.",
)
def consent_unqualified(case: Case) -> Iterator[Hit]:
    """UK GDPR consent, agreement that lifts confidence and agreement to take part in a service are three things."""
    yield from _hits(case, "R101")


@rule(
    "R102", "absolute-confidentiality-promise", "error",
    source="Criminal Procedure and Investigations Act 1996; court orders; the duty to safeguard",
)
def absolute_confidentiality_promise(case: Case) -> Iterator[Hit]:
    """Nobody can promise that information is never disclosed: disclosure in criminal cases, court orders, safety."""
    yield from _hits(case, "R102")


@rule(
    "R103", "overclaiming-barrier", "advice",
    source="DfE information sharing advice 2024, golden rule 1; ICO 10-step guide to sharing to safeguard children",
)
def overclaiming_barrier(case: Case) -> Iterator[Hit]:
    """Golden rule 1: data protection law is no barrier to sharing that keeps people safe."""
    yield from _hits(case, "R103")
