"""Family H: one agreement that trips each rule on language, and one that just does not."""

from collections.abc import Callable

import pytest

from protocolbuilder.domain.agreement import put, say_does_not_apply
from protocolbuilder.law.findings import RULES
from tests.law.filled import Pair, case, changed, filled, plus, trips

WARNED = (("requests.how", "warning"),)
CITED = {"id": "x-g", "provision": {"other": "Data Protection Act 1998 Schedule 2"}, "stated_as": "may"}


def adds(text: str) -> Callable[[str], str]:
    """The answer with more words after it."""
    return lambda old: f"{old} {text}"


def pair(rule: str, trip: str, spare: str, severity: str, why: str = "") -> Pair:
    """Words added to how partners ask: some that trip the rule, some that just do not."""
    place = "requests.how"
    return Pair(rule, ((place, adds(trip)),), ((place, severity),), ((place, adds(spare)),), why=why)


PAIRS = (
    pair("R92", "The SAR names the adult.", "The safeguarding adults review (SAR) names the adult.", "warning"),
    Pair(
        "R92",
        (("requests.how", adds("It names the service user.")), ("rights.lead", adds("It tells the data subject."))),
        (("rights.lead", "warning"),),
        (("requests.how", adds("It names the data subject.")), ("rights.lead", adds("It tells the data subjects."))),
        why="two names",
    ),
    pair("R92", "The legal basis is named.", "The lawful basis is named.", "warning", "a name with two meanings"),
    Pair(
        "R93", (("gateways", plus(CITED)),), (("gateways.x-g.provision", "error"),),
        (("gateways", plus({**CITED, "provision": {"other": "Data Protection Act 2018 Schedule 2"}})),),
    ),
    pair("R93", "The LSCB sees the request.", "Safeguarding partners replaced the LSCB.", "warning", "in other text"),
    Pair(
        "R93", (("requests.how", adds("The LSCB sees the request.")),), WARNED,
        (("about.nations", ["northern-ireland"]), ("requests.how", adds("The LSCB sees the request."))),
        why="by nation",
    ),
    pair(
        "R94", "The CAMHS team answers.", "The child and adolescent mental health service (CAMHS) answers.", "warning"
    ),
    pair("R95", "The council should answer.", "The council decides who should answer.", "warning"),
    pair("R95", "Staff phone where appropriate.", "Staff phone if the mail fails.", "warning", "a loose condition"),
    pair(
        "R96", "The school must name its lead. The school may name its lead.",
        "The school must name its lead. The school may name its deputy.", "error",
    ),
    pair("R97", "The council answers promptly.", "The council answers promptly, within 2 hours.", "warning"),
    pair("R98", "One " + "two " * 29 + "three.", "One " + "two " * 28 + "three.", "advice"),
    pair("R98", "Each request must be logged.", "Each request must be logged by the council.", "advice", "the passive"),
    pair("R98", "Asking is not unreasonable.", "Asking is reasonable.", "advice", "two negatives"),
    pair("R99", "It answers pursuant to the request.", "It answers under the request.", "advice"),
    pair(
        "R100", "The child chose to stay with them.", "The council chose to stay with the form.", "warning"
    ),
    pair("R100", "It names the alleged victim.", "It names the alleged victim and the alleged abuser.", "warning",
         "alleged"),
    pair("R101", "It says that consent was asked for.", "It says that UK GDPR consent was asked for.", "warning"),
    pair(
        "R102", "Answers are never disclosed to anyone.",
        "Answers are never disclosed to anyone, unless the law says so.", "error",
    ),
    pair("R103", "Data protection prevents sharing.", "Data protection does not prevent sharing.", "advice"),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_language_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_language_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(92, 104)}


def test_a_hit_shows_the_words_why_and_a_better_wording() -> None:
    words = adds("The parties act pursuant to it forthwith.")
    reading = case(changed(filled("early-help"), (("requests.how", words),)))
    (hit,) = RULES["R99"].find(reading)
    assert hit.text == "“pursuant to”, “forthwith”: There is a plain word for this."
    assert hit.fix == "Write “under”. Write “at once”."


def test_an_abbreviation_is_found_once_where_it_first_stands() -> None:
    words = adds("CAMHS answers.")
    reading = case(changed(filled("early-help"), (("requests.how", words), ("requests.advice", words))))
    assert [hit.address for hit in RULES["R94"].find(reading)] == ["requests.how"]


def test_a_must_and_a_may_conflict_across_sections() -> None:
    agreement = changed(filled("early-help"), (
        ("requests.how", adds("Partners must log the request.")),
        ("rights.lead", adds("Partners may log the request.")),
    ))
    assert {hit.address for hit in RULES["R96"].find(case(agreement))} == {"requests.how", "rights.lead"}


def test_a_conditional_may_beside_a_must_on_another_condition_is_no_conflict() -> None:
    agreement = put(filled("early-help"), "requests.text", (
        "Partners must share the plan if a child is in danger. Partners may share the plan if the family agrees."
    ))
    assert list(RULES["R96"].find(case(agreement))) == []


def test_a_public_summary_above_reading_age_12_is_advised_against() -> None:
    hard = (
        "Multidisciplinary organisations collaboratively administer proportionate information governance arrangements. "
        "Representatives coordinate interdepartmental communication regarding vulnerable individuals' circumstances. "
        "Administrative accountability necessitates documentation of professional determinations. "
        "Organisations acknowledge corresponding responsibilities regarding professional confidentiality."
        " Accountability continues."
    )
    (hit,) = RULES["R98"].find(case(put(filled("early-help"), "summary.text", hard)))
    assert hit.address == "summary.text" and "reading age" in hit.text


def test_a_time_in_words_of_ones_own_is_read() -> None:
    agreement = put(filled("early-help"), "breaches.report_within", {"other": "As soon as possible"})
    assert [hit.address for hit in RULES["R97"].find(case(agreement))] == ["breaches.report_within"]


def test_a_reason_why_something_does_not_apply_is_read() -> None:
    reason = "Notwithstanding clause 3, it stays in the UK."
    agreement = say_does_not_apply(filled("early-help"), "international", reason)
    assert [hit.address for hit in RULES["R99"].find(case(agreement))] == ["international"]
