"""Family D, first part: Article 6 and consent (R40 to R46)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Party, Row, Standing, ids

CONSENT: Final = (("art6", "art6-1-a"), ("art9", "art9-2-a"))
ANY_CONSENT: Final = (*CONSENT, ("part3", "p3-s35-consent"), ("sch1", "sch1-p29"))
NO_CHOICE: Final = frozenset({
    "child-protection", "mash", "marac", "mappa", "adult-safeguarding", "crime-prevention",
})
NOT_ASKED: Final = ("not-sought", "told")
NOT_ASKED_IN_FLOW: Final = ("not-asked", "told", "not-safe")
CHILDREN: Final = frozenset({"child", "sibling"})
BALANCE: Final = re.compile(r"balanc|legitimate interests? assessment|\bLIA\b", re.IGNORECASE)
CLOSED_TO_PUBLIC: Final = {
    "art6-1-f": "legitimate interests",
    "art6-1-ea": "a recognised legitimate interest",
}


def _public(standings: tuple[Standing, ...]) -> tuple[Party, ...]:
    return tuple(one.party for one in standings if one.party.public_authority)


def _no_basis(one: Standing) -> bool:
    return not one.bases or bool(one.under("uk-gdpr") and not one.ids("art6"))


@rule(
    "R40", "no-art6", "error", source="UK GDPR Art 6(1)",
    narrowed="A partner that relies only on Part 3 or other law in a flow is left to R56 and R57. Figures that "
    "identify nobody, processors and bodies outside the agreement need no basis here.",
)
def no_article_6(case: Case) -> Iterator[Hit]:
    """Each controller needs a basis of its own (UK GDPR Art 6(1)), whether it sends or receives."""
    for flow, parties in case.reliance.lacking(_no_basis):
        yield Hit(
            flow.at("bases"), f"No Article 6 basis covers {case.called(parties)} in this flow.",
            "Choose a lawful basis for each partner at both ends, or add one in lawful bases.",
        )


def _goes_ahead(one: Standing) -> bool:
    refused = any(row.get("consent") in NOT_ASKED or row.get("bypass") for row in one.flow.purposes)
    return refused or one.flow.row.get("agreement_of_person") in NOT_ASKED_IN_FLOW


@rule(
    "R41", "consent-by-public-authority", "error", source="UK GDPR Arts 4(11), 7(4); DfE advice 2024, golden rule 3",
    narrowed="Whether a flow goes ahead on refusal is read from the consent position and the bypass of its purposes, "
    "and from its agreement of the person.",
)
def consent_by_public_authority(case: Case) -> Iterator[Hit]:
    """Consent is not freely given to a public authority that would share anyway (UK GDPR Arts 4(11) and 7(4))."""
    for row in case.rows("bases"):
        for question, consent in CONSENT:
            if consent not in ids(row, question):
                continue
            found = tuple(
                one for one in case.reliance.of[row["id"]]
                if one.flow.purpose_chain & NO_CHOICE or _goes_ahead(one)
            )
            if public := _public(found):
                yield Hit(
                    f"bases.{row['id']}.{question}",
                    f"{case.called(public)} would share even if a person refused, so consent is not a real choice.",
                    "Rely on public task, Article 6(1)(e), or on a legal obligation, Article 6(1)(c).",
                )


def _consent_rows(case: Case) -> tuple[Row, ...]:
    return tuple(row for row in case.rows("bases") if any(key in ids(row, group) for group, key in ANY_CONSENT))


@rule(
    "R42", "consent-mechanics", "error", source="UK GDPR Art 7; Gillick v West Norfolk AHA [1986] AC 112",
    narrowed="A child's competence is asked for only where a flow on that basis is about children.",
)
def consent_mechanics(case: Case) -> Iterator[Hit]:
    """Consent is recorded and can be withdrawn (UK GDPR Art 7); a child must be competent to give it."""
    rows = _consent_rows(case)
    children = any(one.flow.subjects & CHILDREN for row in rows for one in case.reliance.of[row["id"]])
    steps = {
        "consent_how": "how consent is asked for and recorded",
        "consent_refused": "what happens when consent is refused or withdrawn",
        **({"competence": "how a child's competence to consent is judged"} if children else {}),
    }
    for question, words in steps.items() if rows else ():
        if case.empty(f"confidentiality.{question}"):
            text = f"Consent is relied on, and nothing says {words}."
            yield Hit(f"confidentiality.{question}", text, f"Say {words}.")


@rule(
    "R43", "legitimate-interests-by-public-authority", "error", source="UK GDPR Art 6(1); DUAA 2025 s.70",
    narrowed="All that a public authority shares under the agreement is read as part of its tasks.",
)
def legitimate_interests_by_public_authority(case: Case) -> Iterator[Hit]:
    """Points (ea) and (f) are closed to public authorities in their tasks (Art 6(1) as amended by DUAA 2025 s.70)."""
    for row in case.rows("bases"):
        for key in sorted(ids(row, "art6") & set(CLOSED_TO_PUBLIC)):
            if public := _public(case.reliance.of[row["id"]]):
                yield Hit(
                    f"bases.{row['id']}.art6",
                    f"{case.called(public)} cannot rely on {CLOSED_TO_PUBLIC[key]} for a public task.",
                    "Give public authorities a basis of their own: public task, Article 6(1)(e).",
                )


@rule(
    "R44", "rli-no-annex1", "error", source="UK GDPR Art 6(5) and Annex 1",
    narrowed="A request on file is read from the flow: it is on request, or it answers another flow.",
)
def recognised_interest_without_condition(case: Case) -> Iterator[Hit]:
    """A recognised legitimate interest is one listed in Annex 1 (Art 6(5)); its paragraph 1 answers a request."""
    for row in case.rows("bases"):
        if "art6-1-ea" in ids(row, "art6") and not all(case.reliance.beside(row, "annex1")):
            yield Hit(
                f"bases.{row['id']}.annex1", "Nothing says which recognised legitimate interest this is.",
                "Choose the condition of Annex 1, for example safeguarding a vulnerable individual.",
            )
        unasked = [one.flow for one in case.reliance.of[row["id"]] if not one.flow.on_request]
        if ids(row, "annex1") == {"annex1-p1"} and unasked:
            yield Hit(
                f"bases.{row['id']}.annex1",
                f"This basis answers a request, and no request starts the flow {case.names.item(unasked[0].id)}.",
                "Say which request the flow answers, or choose another condition of Annex 1.",
            )


@rule(
    "R45", "li-without-lia", "error", source="UK GDPR Art 6(1)(f)",
    narrowed="The assessment is a document of that kind that covers the basis, or an explanation that states the "
    "balance.",
)
def legitimate_interests_without_assessment(case: Case) -> Iterator[Hit]:
    """Legitimate interests are weighed against those of the person (UK GDPR Art 6(1)(f)), and the balance is kept."""
    assessed = {key for row in case.rows("documents") if row.get("kind") == "lia" for key in row.get("covers", ())}
    for row in case.rows("bases"):
        balanced = row["id"] in assessed or BALANCE.search(str(row.get("explanation", "")))
        if "art6-1-f" in ids(row, "art6") and not balanced:
            yield Hit(
                f"bases.{row['id']}.explanation", "No legitimate interests assessment stands behind this basis.",
                "Weigh purpose, need and balance, and add the assessment in documents.",
            )


def _obliged(case: Case, one: Standing) -> bool:
    return any(
        case.live(power) and case.usable(power, one.party) and case.compels(power, one.flow)
        and (not power.row.get("on_whom") or one.party.id in {party.id for party in case.resolve(power.row["on_whom"])})
        for power in one.flow.powers
    )


@rule("R46", "legal-obligation-without-duty", "error", source="UK GDPR Art 6(3)")
def legal_obligation_without_duty(case: Case) -> Iterator[Hit]:
    """A legal obligation is laid down in law (Art 6(3)): a duty on this partner to disclose or notify in this flow."""
    for flow, parties in case.reliance.lacking(lambda one: "art6-1-c" in one.ids("art6") and not _obliged(case, one)):
        yield Hit(
            flow.at("bases"),
            f"{case.called(parties)} relies on a legal obligation, and no legal power of this flow makes it share.",
            "Add the duty that makes the partner share, or rely on public task, Article 6(1)(e).",
        )
