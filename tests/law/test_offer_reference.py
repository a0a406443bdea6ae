"""The offer beside a slow and obvious reading of what an offer has to be, on questions drawn by chance.

The reading below is written from the requirement and from the records of the library as they lie in the file. It shares
no line with the code it reads after. Words in “ ” are the requirement's own.
"""

import json
import os
import random
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law.offer import Offer, offer

Record = dict[str, Any]

FOLDER = catalogue.data_dir("schemas") / "library"
PROVISIONS: list[Record] = json.loads((FOLDER / "gateways.json").read_text("utf-8"))
VOCABULARY: dict[str, list[Record]] = json.loads((FOLDER / "vocabulary.json").read_text("utf-8"))
BROADER: dict[str, str | None] = {purpose["id"]: purpose["broader"] for purpose in VOCABULARY["purposes"]}
CATEGORY: dict[str, Record] = {category["id"]: category for category in VOCABULARY["data_categories"]}
SECTOR: dict[str, str] = {agency["id"]: agency["sector"] for agency in VOCABULARY["agency_types"]}
NATIONS = ("england", "wales", "scotland", "northern-ireland")
LIMITED = [provision for provision in PROVISIONS if provision["data_limit"]]
MANY = 3000 if os.environ.get("PB_THOROUGH") else 300


class Question(NamedTuple):
    """One flow, asked about: ids of the library; `on` is the day."""

    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    nation: str
    on: date


class Reading(NamedTuple):
    """What an offer has to hold: ids that apply, in order; ids that nearly do, each with the test it fails."""

    apply: list[str]
    nearly: dict[str, str]


def read(question: Question) -> Reading:
    """“Under `apply` stand only provisions whose relier, recipient, purpose, nation and date all fit. Under `nearly`
    stands what fails exactly one of those tests, with which. A computed carve-out that shuts a provision moves it to
    `nearly`. Kinds restriction and condition never stand under `apply`”: they stand in lists of their own."""
    specific: list[str] = []
    general: list[str] = []
    nearly: dict[str, str] = {}
    for provision in PROVISIONS:
        if provision["kind"] in ("restriction", "condition"):
            continue
        failed = failed_tests(provision, question)
        if not failed and carved_out(provision["id"], question):
            nearly[provision["id"]] = "carve-out"
        elif not failed and provision["id"] in GENERAL_FALLBACK_POWERS:
            general.append(provision["id"])
        elif not failed:
            specific.append(provision["id"])
        elif len(failed) == 1:
            nearly[provision["id"]] = failed[0]
    return Reading(specific + general, nearly)  # “specific before general fallback powers”


GENERAL_FALLBACK_POWERS = (  # the list of R29
    "lga-1972-s111", "localism-2011-s1", "lgewa-2021-s24", "lgsa-2003-s20", "nhsa-2006-s82",
)


def failed_tests(provision: Record, question: Question) -> list[str]:
    """The five tests, one after the other."""
    failed = []
    reliers = provision["who_may_rely_on"]
    if "any" not in reliers and not any(sender in reliers for sender in question.senders):
        failed.append("relier")
    targets = provision["may_disclose_to"]
    if "any" not in targets and not any(recipient in targets for recipient in question.recipients):
        failed.append("recipient")
    if not any(step in provision["purposes"] for purpose in question.purposes for step in chain(purpose)):
        failed.append("purpose")
    if "uk" not in provision["jurisdictions"] and question.nation not in provision["jurisdictions"]:
        failed.append("nation")
    if not fits_the_day(provision, question.on.isoformat()):
        failed.append("date")
    return failed


def chain(purpose: str) -> list[str]:
    """The purpose “or any `broader` one up the whole chain”."""
    above = BROADER[purpose]
    return [purpose, *chain(above)] if above else [purpose]


def fits_the_day(provision: Record, day: str) -> bool:
    """“A null date does not fail; `not_before` does. Repealed and not-yet-commenced fail the date test; `unverified`
    status is allowed there but marked.”"""
    if provision["status"] in ("repealed", "not-yet-commenced"):
        return False
    if provision["in_force_from"] is not None and day < provision["in_force_from"]:
        return False
    if provision["in_force_to"] is not None and day > provision["in_force_to"]:
        return False
    return provision["not_before"] is None or day >= provision["not_before"]


def carved_out(provision: str, question: Question) -> bool:
    """R31 to R36, as far as a bare question can tell."""
    if provision == "hsca-2012-s251b":
        return outside_care(question)
    if provision == "pcsca-2022-s16":
        return patient_information(question) or held_by_health_or_social_care(question)
    if provision == "cda-1998-s17a":
        return names_somebody(question)
    if provision == "msa-2015-s52":
        sent_for_adults = set(question.senders) == {"la-adults"} and tells_of_no_child(question)
        return (about_adults_alone(question) or sent_for_adults) and names_somebody(question)
    if provision == "ca-2004-s16la":
        return about_adults_alone(question)
    return False


def outside_care(question: Question) -> bool:
    """R31: “s.251B on a flow to police, school, housing, children's social care or a charity, or purpose other than
    direct care/adult care”. A council with adult social care is one body: its other departments do not shut it."""
    for purpose in question.purposes:
        if not any(step in ("direct-care", "adult-social-care") for step in chain(purpose)):
            return True
    for recipient in question.recipients:
        council = SECTOR[recipient] == "local-government" and "la-adults" in question.recipients
        named = recipient in next(p for p in PROVISIONS if p["id"] == "hsca-2012-s251b")["may_disclose_to"]
        if not named and not council:
            return True
    return False


def patient_information(question: Question) -> bool:
    """R32: “or any patient information”."""
    return any("health" in (CATEGORY[category]["art9_category"] or "") for category in question.categories)


def held_by_health_or_social_care(question: Question) -> bool:
    """R32: “from-party is a health body or council social care function with personal data”."""
    bodies = [s for s in question.senders if SECTOR[s] == "health" or s in ("la-children", "la-adults")]
    return bool(bodies) and any(CATEGORY[category]["personal"] for category in question.categories)


def names_somebody(question: Question) -> bool:
    """R33, R35: direct identifiers, what by itself says or shows who somebody is."""
    direct = (
        "identity-basic", "contact-details", "safe-address", "nhs-number", "upn-uln", "case-identifiers", "photograph",
        "biometric", "informant-identity", "victim-witness", "cctv-bwv",
    )
    return any(category in direct for category in question.categories)


def about_adults_alone(question: Question) -> bool:
    """R35, R36(b): purposes or data of adults, and nothing that tells of a child."""
    adults = any(step in ("adult-safeguarding", "adult-social-care") for p in question.purposes for step in chain(p))
    return (adults or "adult-safeguarding-concern" in question.categories) and tells_of_no_child(question)


def tells_of_no_child(question: Question) -> bool:
    """Exploitation is a purpose for children and adults alike, so by itself it tells of neither."""
    children = any("safeguarding-children" in chain(p) for p in question.purposes if p != "exploitation")
    of_children = ("cp-plan-status", "lac-status", "upn-uln", "education-attendance", "voice-of-child")
    return not children and not any(category in of_children for category in question.categories)


# --- questions by chance -----------------------------------------------------------------------------------------


def questions(count: int) -> list[Question]:
    """As many questions, always the same ones. Every other one is drawn round a provision, so that some things fit."""
    chance = random.Random(16)
    return [_round_a_provision(chance) if n % 2 else _anything(chance) for n in range(count)]


def _anything(chance: random.Random) -> Question:
    return Question(
        _some(chance, list(SECTOR)), _some(chance, list(SECTOR)), _some(chance, list(BROADER)),
        _some(chance, list(CATEGORY)), chance.choice(NATIONS), _day(chance),
    )


def _round_a_provision(chance: random.Random) -> Question:
    drawn, provision = _anything(chance), chance.choice(PROVISIONS if chance.random() < 0.6 else LIMITED)

    def of(field: str, others: tuple[str, ...]) -> tuple[str, ...]:
        """One that the provision names, alone or beside others; now and then only others."""
        named = [one for one in provision[field] if one != "any"]
        if not named or chance.random() < 0.15:
            return others
        return (chance.choice(named), *(others if chance.random() < 0.3 else ()))

    nation = chance.choice(provision["jurisdictions"])
    return drawn._replace(
        senders=of("who_may_rely_on", drawn.senders), recipients=of("may_disclose_to", drawn.recipients),
        purposes=of("purposes", drawn.purposes), nation=drawn.nation if nation == "uk" else nation,
    )


def _some(chance: random.Random, of: list[str]) -> tuple[str, ...]:
    return tuple(chance.sample(of, chance.choice([1, 1, 1, 2, 3])))


def _day(chance: random.Random) -> date:
    """Today, any day since 1990, or a day on which a provision starts or ends, or one beside it."""
    edges = [
        date.fromisoformat(p[key])
        for p in PROVISIONS for key in ("in_force_from", "in_force_to", "not_before") if p[key]
    ]
    return chance.choice([
        date(2026, 11, 24),
        date(1990, 1, 1) + timedelta(days=chance.randrange(15_000)),
        chance.choice(edges) + timedelta(days=chance.choice([-1, 0, 1])),
    ])


@cache
def answered(question: Question) -> Offer:
    return offer(
        catalogue.library(), senders=question.senders, recipients=question.recipients, purposes=question.purposes,
        categories=question.categories, nation=question.nation, on=question.on,
    )


def given(question: Question) -> Reading:
    """The answer of the code under test, in the shape of the reading."""
    found = answered(question)
    return Reading([entry.id for entry in found.apply], {near.id: near.fails for near in found.nearly})


def test_an_offer_is_what_the_words_of_the_requirement_say_it_is() -> None:
    for question in questions(MANY):
        expected = read(question)
        assert given(question) == expected, question
        # “other nations' provisions are listed apart”
        apart = {near.id for near in answered(question).other_nations}
        assert apart == {one for one, fails in expected.nearly.items() if fails == "nation"}, question


def test_what_is_offered_is_marked_as_the_record_says() -> None:
    records = {provision["id"]: provision for provision in PROVISIONS}
    for question in questions(MANY):
        for entry in answered(question).apply:
            record = records[entry.id]
            assert entry.request_led == (record["trigger"] == "request")  # “request-led ones marked”
            assert entry.data_limit == (record["data_limit"] or "")  # “prose and always shown”
            assert ("Commencement not confirmed" in entry.not_verified) == (record["status"] == "unverified")
            must = record["kind"] == "mandatory"
            assert entry.says.startswith("must ") == must
            assert not must or ("disclose" in entry.says) == (record["effect"] == "disclose")
            assert not must or ("notify" in entry.says) == (record["effect"] == "notify")


# Each limit on data, with a question it shuts and one a step away that it does not. sender > recipient, purposes, data.
LIMITS = [
    ("hsca-2012-s251b", "nhs-trust > gp-practice, direct-care service-planning, health-physical",
     "nhs-trust > gp-practice, direct-care mental-capacity, health-physical"),
    ("hsca-2012-s251b", "nhs-trust > gp-practice la-children, direct-care, health-physical",
     "nhs-trust > la-adults la-children, adult-social-care, health-physical"),
    ("pcsca-2022-s16", "police > probation, serious-violence, health-mental",
     "police > probation, serious-violence, alleged-offence"),
    ("pcsca-2022-s16", "youth-justice la-children > police, serious-violence, conviction",
     "youth-justice la-children > police, serious-violence, deceased-info"),
    ("cda-1998-s17a", "police > nhs-icb, crime-prevention, alleged-offence contact-details",
     "police > nhs-icb, crime-prevention, alleged-offence"),
    ("msa-2015-s52", "la-adults > home-office-immigration, modern-slavery, identity-basic",
     "la-children > home-office-immigration, modern-slavery, identity-basic"),
    ("msa-2015-s52", "police > home-office-immigration, modern-slavery adult-safeguarding, identity-basic",
     "police > home-office-immigration, modern-slavery adult-safeguarding, alleged-offence"),
    ("ca-2004-s16la", "la-adults > police, exploitation, adult-safeguarding-concern",
     "la-adults > police, exploitation child-protection, adult-safeguarding-concern"),
]


@pytest.mark.parametrize(("provision", "shut", "open_"), LIMITS)
def test_a_limit_on_data_moves_a_provision_to_nearly_and_just_does_not(provision: str, shut: str, open_: str) -> None:
    moved, kept = _asked(shut), _asked(open_)
    assert read(moved).nearly[provision] == "carve-out"
    assert provision in read(kept).apply
    assert {near.id: near.fails for near in answered(moved).nearly}[provision] == "carve-out"
    assert provision in [entry.id for entry in answered(kept).apply]


BOUND_BY_DATA = (
    "police > nhs-icb, crime-prevention serious-violence", "la-adults > home-office-immigration, exploitation",
)


def test_every_category_of_data_is_shut_out_or_let_through_as_the_limits_say() -> None:
    for category in CATEGORY:
        for flow in BOUND_BY_DATA:
            question = _asked(f"{flow}, {category}")
            assert given(question) == read(question), category


def _asked(written: str) -> Question:
    ends, purposes, categories = (part.split() for part in written.split(","))
    between = ends.index(">")
    return Question(
        tuple(ends[:between]), tuple(ends[between + 1:]), tuple(purposes), tuple(categories), "england",
        date(2026, 11, 24),
    )


def test_the_questions_reach_every_test_and_every_provision() -> None:
    readings = [read(question) for question in questions(3000)]
    fails = {test for reading in readings for test in reading.nearly.values()}
    assert fails == {"relier", "recipient", "purpose", "nation", "date", "carve-out"}
    powers = {p["id"] for p in PROVISIONS if p["kind"] not in ("restriction", "condition") and p["who_may_rely_on"]}
    law = {p["id"] for p in PROVISIONS if p["status"] in ("in-force", "unverified")}
    assert {one for reading in readings for one in reading.apply} == powers & law
