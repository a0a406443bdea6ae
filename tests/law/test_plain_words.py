"""Plain words: what is found in one text, and what a sensible reader would not want found."""

from typing import Any, Final

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law import plain_words
from protocolbuilder.law.words import acronyms, lexicon, passages, sentences, terms
from protocolbuilder.law.words.found import Reading

ENGLAND: Final = lexicon.shared(catalogue.library(), frozenset({"england"}))
EVERY_NATION: Final = lexicon.shared(
    catalogue.library(), frozenset({"england", "wales", "scotland", "northern-ireland"})
)

FOUND: Final = (
    ("R92", "ISA", "The ISA is signed by each partner."),
    ("R92", "legal basis", "Each flow has a legal basis."),
    ("R92", "privacy impact assessment", "A privacy impact assessment is made each year."),
    ("R92", "PCT", "The PCT keeps the record."),
    ("R93", "LSCB", "The LSCB owns the protocol."),
    ("R93", "Data Protection Act 1998", "Under the Data Protection Act 1998 Schedule 2 the police may ask."),
    ("R93", "section 29(3)", "The police ask under section 29(3)."),
    ("R93", "sensitive personal data", "This is sensitive personal data."),
    ("R93", "CAF", "The CAF is sent with the form."),
    ("R93", "fax", "Urgent papers are sent by fax."),
    ("R94", "CAMHS", "The form goes to CAMHS."),
    ("R94", "EHC", "The EHC plan is sent."),
    ("R95", "should", "Partners should log each request."),
    ("R95", "will endeavour", "The trust will endeavour to reply in 2 days."),
    ("R95", "where appropriate", "The school tells the parent where appropriate."),
    ("R95", "as required", "Copies are made as required."),
    ("R97", "as soon as possible", "The police reply as soon as possible."),
    ("R97", "in a timely manner", "The police reply in a timely manner."),
    ("R97", "regularly", "The list is checked regularly."),
    ("R99", "inter alia", "The form holds, inter alia, the address."),
    ("R99", "aforesaid", "The aforesaid partner signs."),
    ("R100", "promiscuous", "The girl was promiscuous."),
    ("R100", "child prostitute", "He met a child prostitute."),
    ("R100", "failed to engage", "The mother failed to engage with the plan."),
    ("R100", "chose to", "The boy chose to go back."),
    ("R101", "consent", "Staff share with consent."),
    ("R101", "consented", "The parent has consented."),
    ("R102", "never be disclosed", "What you tell us will never be disclosed."),
    ("R102", "strictly confidential", "Everything said here is strictly confidential."),
    ("R102", "guarantees confidentiality", "The helpline guarantees confidentiality."),
    ("R102", "will not tell anyone", "The worker will not tell anyone."),
    ("R103", "GDPR does not allow", "GDPR does not allow us to share a concern."),
    ("R103", "cannot share because of data protection", "Schools cannot share because of data protection."),
)

LEFT_ALONE: Final = (
    ("R92", "The partners sign the agreement, and each has a lawful basis."),
    ("R92", "The front door team and the MASH take part in early help and the team around the family."),
    ("R93", "The Data Protection Act 1998 was replaced in 2018."),
    ("R93", "Information sharing under the Data Protection Act 2018 is lawful."),
    ("R93", "The council acts under section 29(3) of the Care Act 2014."),
    ("R93", "Nothing is sent by fax, and fax is not read."),
    ("R93", "The port health authority is told."),
    ("R93", "The ICO notification of the breach is made within 72 hours."),
    ("R93", "There are no secrets between partners."),
    ("R94", "The multi-agency public protection panel (MAPPP) is told. The MAPPP answers."),
    ("R94", "CAMHS (child and adolescent mental health service) is told."),
    ("R94", "The GP, the NHS trust, the DPO and the MARAC are told in the UK."),
    ("R94", "Files use AES-256 and TLS 1.2, and BS 10008 applies."),
    ("R94", "Staff MUST NOT send it. PART II OF THE FORM is kept."),
    ("R94", "KEY SKILLS\nWhat staff learn.\nSKILLS\nHow they use it."),
    ("R94", "See www.example.org/ABC or write to ABC.DEF@example.org."),
    ("R95", "Should a partner leave, it tells the others."),
    ("R95", "The lead decides what should be shared, and whether a parent should be told."),
    ("R95", "Who should be told?"),
    ("R95", "As far as possible the words of the child are kept, and sent as soon as possible."),
    ("R95", "The record is kept as required by law."),
    ("R96", "A child may be at risk. Staff must be at the meeting."),
    ("R96", "Partners explain when they must or may share."),
    ("R96", "The police must tell the school. The police may tell the parents."),
    ("R97", "The list is checked regularly, at least every 3 months."),
    ("R97", "Staff call at once and promptly."),
    ("R98", "The council must tell the school what must be kept."),
    ("R100", "The council chose to keep the form."),
    ("R100", "The service failed to engage the family."),
    ("R100", "Staff never write that a child is promiscuous."),
    ("R100", "The alleged victim and the alleged perpetrator are heard."),
    ("R101", "UK GDPR consent is not relied on."),
    ("R101", "The originator's consent is needed, and so is the consent of the supplying partner."),
    ("R101", "Agreement that lifts confidence is asked for. If consent is refused, the worker says so."),
    ("R101", "Consent to medical treatment is recorded."),
    ("R102", "What you tell us will never be disclosed, unless someone is at risk."),
    ("R102", "A safe address is never shared with the person who causes harm."),
    ("R102", "Passwords are never shared."),
    ("R102", "Staff never promise that anything is strictly confidential."),
    ("R102", "What was given in confidence stays in confidence."),
    ("R103", "Data protection law does not prevent sharing."),
    ("R103", "Staff wrongly believe that data protection prevents sharing."),
)


def rules(text: str, **how: Any) -> set[str]:
    return {hit.rule for hit in plain_words.read(text, ENGLAND, **how)}


@pytest.mark.parametrize(("rule", "words", "text"), FOUND, ids=str)
def test_words_are_found_where_they_stand_with_why_and_a_better_wording(rule: str, words: str, text: str) -> None:
    (hit,) = (hit for hit in plain_words.read(text, ENGLAND) if hit.rule == rule)
    assert hit.words == words == text[hit.start : hit.end].strip()
    assert hit.why.endswith(".") and hit.better.endswith((".", ".”"))


@pytest.mark.parametrize(("rule", "text"), LEFT_ALONE, ids=str)
def test_a_look_alike_is_left_alone(rule: str, text: str) -> None:
    assert rule not in rules(text)


@pytest.mark.parametrize(("text", "nation", "stale"), [
    ("The LSCB meets.", "england", True), ("The LSCB meets.", "northern-ireland", False),
    ("Children (Scotland) Act 1995 s.53 applies.", "scotland", True),
    ("Children (Scotland) Act 1995 s.53 applies.", "england", False),
    ("The DPA 1998 applies.", "scotland", True),
])
def test_a_citation_is_stale_in_the_nations_that_left_it_behind(text: str, nation: str, stale: bool) -> None:
    words = lexicon.shared(catalogue.library(), frozenset({nation}))
    assert any(hit.rule == "R93" for hit in plain_words.read(text, words)) is stale


def test_no_stale_citation_is_missed_by_the_quick_look_before_the_search() -> None:
    samples = {
        "stale-lga-2000-s2": "Local Government Act 2000 section 2", "stale-ca04-13-14b": "Children Act 2004 section 13",
        "stale-named-person": "Children and Young People (Scotland) Act 2014 Part 4", "stale-dpa98-s29": "s.29(3)",
        "stale-csa95-s53": "Children (Scotland) Act 1995 section 53",
        "stale-hsa-health-authority": "Health Authorities",
        "stale-wt-2023": "Working Together to Safeguard Children 2018", "stale-eu-gdpr": "Regulation (EU) 2016/679",
        "stale-is-advice-2018": "Information sharing advice 2018", "stale-ecm": "Every Child Matters",
        "stale-mopi-2005": "Management of Police Information 2005", "stale-no-secrets": "No Secrets",
        "stale-caf": "the CAF", "stale-lscb": "Local Safeguarding Children's Board",
    }
    for entry in EVERY_NATION.stale:
        text = samples.get(entry.id, entry.pattern.pattern.split("|")[0].replace("\\b", ""))
        assert entry.id in {hit.term for hit in plain_words.read(f"See {text}.", EVERY_NATION)}


def test_a_name_or_citation_is_only_looked_at_for_law_that_is_past() -> None:
    assert rules("LSCB should promptly XYZ consent", manner="name") == {"R93"}


def test_an_account_is_not_read_as_a_duty_and_only_public_text_is_graded() -> None:
    assert rules("Partners should reply promptly.", manner="account") == set()
    hard = "Interdepartmental organisational accountability necessitates multidisciplinary collaboration. " * 6
    assert "R98" in rules(hard, manner="public")
    assert "R98" not in rules(hard, manner="account")


def test_the_reading_age_rises_with_longer_words_and_sentences() -> None:
    easy = "The nurse sees the child. She tells the team. They plan what to do. " * 4
    middle = "The health visitor informs the safeguarding team, which considers the appropriate response. " * 4
    assert 0 < sentences.reading_age(Reading(easy, "public")) < 8 < sentences.reading_age(Reading(middle, "public"))
    assert sentences.reading_age(Reading("Too short to grade.", "public")) == 0


def test_a_sentence_ends_at_no_shortened_word() -> None:
    reading = Reading("Under s. 11 and Art. 6, e.g. Part 3, it acts. It stops.\nA list\nof lines", "clause")
    assert [one.text for one in reading.sentences] == [
        "Under s. 11 and Art. 6, e.g. Part 3, it acts.", "It stops.", "A list", "of lines",
    ]


def test_each_place_of_a_hit_lies_in_the_text_for_any_text() -> None:
    odd = ["", " ", "\n\n", "ß" * 40 + " should ", "İ consent", "(" * 500, "must/may", "“should”", "A. B. C. should 1."]
    for text in odd:
        for hit in plain_words.read(text, ENGLAND):
            assert 0 <= hit.start < hit.end <= len(text)


def test_an_abbreviation_is_written_out_before_or_after_it() -> None:
    text = "child sexual exploitation (“CSE”) and FGM (female genital mutilation)"
    assert [short for short, _ in acronyms.expanded(text)] == ["CSE", "FGM"]
    assert list(acronyms.expanded("The team meets (XYZ).")) == []


def test_the_terms_of_the_glossary_are_found_for_links_and_the_annex() -> None:
    reading = Reading("The controller asks the MASH about personal data.", "clause")
    assert [one.term.id for one in terms.used(reading, ENGLAND)] == [
        "term-controller", "term-mash", "term-personal-data",
    ]


def test_every_question_that_a_manner_names_is_in_a_schema() -> None:
    questions = {
        f"{section.id}.{question}"
        for name in catalogue.SCHEMAS
        for section in catalogue.schema(name).sections.values()
        for question in section.questions
    }
    assert questions >= passages.NAMES | passages.ACCOUNTS | passages.PUBLIC


def test_every_text_of_an_agreement_is_read_once_with_its_address() -> None:
    agreement = catalogue.pattern("mash").agreement
    found = passages.passages(catalogue.schema("agreement-1"), agreement)
    texts = [one for one in found if one.address == "security.measures"]
    assert [one.text for one in texts] == agreement.answers["security"]["measures"]
    assert len(found) == len({(one.address, one.text) for one in found})


def test_a_sentence_of_twenty_thousand_words_is_read() -> None:
    long = "Partners must share the record of the child with the hub, " * 2000 + "and should reply."
    assert {"R95", "R98"} <= rules(long)


@pytest.mark.parametrize("part", [
    "consent to a ", "AB-", "should. ", "will not share ", "regularly ", "cannot share ", "(ABC ", "ABC DEF ", "a@",
    "a. ", "not not unless ", "alleged a b ", "police a b consent ", "must x unless not ",
    "guarantees a ", "DPA 1998 fax ",
])
def test_the_longest_text_a_question_takes_is_read_whatever_it_repeats(part: str) -> None:
    text = (part * 20_000)[:20_000]
    assert all(hit.end <= len(text) for hit in plain_words.read(text, ENGLAND))
