"""A small agreement from nothing, by keyboard only: two partners, three flows, to an issued version in Word."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Browser

from protocolbuilder.documents import embed
from tests.browser import Server, window
from tests.journeys.keyboard import Answers, Person
from tests.journeys.test_main_job import accept_the_rest, begin, issue, kept, put_right, told

POLICE, SCHOOL = "Northshire Police", "Eastmere High School"
ITEMS: dict[str, tuple[Answers, ...]] = {
    "Purposes": (
        {"title": "Keep pupils safe",
         "statement": "The school and the police decide together what help a pupil at risk of harm needs.",
         "categories": {"Safeguarding and promoting children's welfare"}, "outcome": "Help comes sooner.",
         "necessity": "Neither partner sees the whole risk alone."},
    ),
    "People the information is about": ({"kind": ("Child or young person under 18",)},),
    "Information shared": (
        {"name": "Concern about a pupil", "category": ("First-hand observation",)},
        {"name": "Attendance of a pupil", "category": ("Attainment, attendance, exclusions",)},
    ),
    "Legal powers": (
        {"provision": ("CA 2004 s.11",), "stated_as": ("Has a function that needs sharing",)},
        {"provision": ("EA 2002 s.175",), "stated_as": ("Has a function that needs sharing",)},
    ),
    "Lawful bases": (
        {"title": "Public task", "applies_to": ("Every partner",), "covers": ("All flows of these partners",),
         "regime": ("UK GDPR",), "art6": {"UK GDPR Art 6(1)(e); DPA 2018 s.8: Public task"}},
        {"title": "From law enforcement to the pupil's welfare", "applies_to": ("The partners named here",),
         "who": {POLICE}, "covers": ("Only flows that choose it",), "regime": ("DPA 2018 Part 3 (law enforcement)",),
         "part3": {"DPA 2018 s.36(4): From law enforcement to another purpose"}},
    ),
}  # fmt: skip


def flow(sender: str, recipient: str, item: str, necessity: str) -> Answers:
    powers = {
        POLICE: "CA 2004 s.11: Arrangements to safeguard and promote welfare",
        SCHOOL: "EA 2002 s.175: Maintained schools, FE and council education functions",
    }
    bases = {"Public task"} | ({"From law enforcement to the pupil's welfare"} if sender == POLICE else set())
    return {
        "from": {sender}, "to": {recipient}, "items": {item}, "subjects": {"Child or young person under 18"},
        "purposes": {"Keep pupils safe"}, "gateways": {powers[sender]}, "bases": bases, "necessity": necessity,
        "methods": {"Secure web portal / referral form"}, "frequency": ("When something happens",),
        "respond_within": {"": ("Immediately",)},
    }  # fmt: skip


FLOWS = (
    flow(POLICE, SCHOOL, "Concern about a pupil", "The school cannot act on a risk it has not heard of."),
    flow(SCHOOL, POLICE, "Concern about a pupil", "Only the school sees the pupil each day."),
    flow(SCHOOL, POLICE, "Attendance of a pupil", "Nothing else shows that a missing pupil may be at risk."),
)
RETENTION: Answers = {
    "what": {"Concern about a pupil", "Attendance of a pupil"}, "keeper": {SCHOOL},
    "period": {"": ("A length of time",), "amount": "6", "unit": ("years",)}, "trigger": "the pupil leaves",
    "disposal": ("Destroyed",),
}  # fmt: skip
REST: dict[str, Answers] = {
    "about": {"title": "Police and school agreement", "kind": ("Information sharing agreement (ISA)",),
              "tier": ("Agreement: one purpose",), "nations": {"England"}},
    "summary": {"text": "The police and the school tell each other about pupils at risk."},
    "principles": {"safety": "Safety comes first. Information is never held back when a pupil is in danger."},
    "confidentiality": {"position": "What is told in confidence is shared when a pupil would else be harmed."},
    "requests": {"how": "By the form on the portal.", "respond_within": {"": ("Within a time",), "amount": "4",
                 "unit": ("hours",)}, "decision_record": "What was shared, with whom and why."},
    "exceptional": {"emergency": "By telephone at once, then on the portal. The absence of an agreement or a signature "
                    "never stops urgent and proportionate sharing to protect someone."},
    "transparency": {"how": "By the privacy notice of each partner.",
                     "recipient_tells": "The partner that sends, within one month."},
    "rights": {"lead": "The partner that was asked.", "contact": "records@northshire.example",
               "objection": "The partner that was asked decides within a month, and shares no more meanwhile."},
    "complaints": {"procedure": "To the partner concerned, which answers within a month."},
    "security": {"access": "Named staff with their own passwords.", "encryption": "The portal encrypts all it holds.",
                 "audit": "The portal logs each look; the lead reads the log each term.",
                 "people": "Staff are vetted, trained each year and bound to confidence."},
    "accuracy": {"standards": "The sender checks the name.", "corrections": "By a message on the portal."},
    "breaches": {"report_to": "The data protection officers", "report_within": {"": ("Immediately",)},
                 "steps": "They find out what happened, tell the other partner and mend it."},
    "review": {"next": {"day": "30", "month": "11", "year": "2027"}, "owner": "Head of safeguarding",
               "cycle": {"": ("A length of time",), "amount": "2", "unit": ("years",)},
               "triggers": "A change in the law, a breach, a new partner or a new system."},
    "term": {"start": {"day": "5", "month": "1", "year": "2028"}, "withdrawal": "With three months’ notice."},
    "signing": {"route": ("Each partner signs for itself",), "in_force": ("When all have signed",)},
    "dpia": {"status": ("Done",)},
    "documents": {"title": "What we tell pupils and parents", "kind": ("Privacy notice",), "party": {POLICE, SCHOOL}},
}  # fmt: skip


def partners(person: Person) -> None:
    """Pasted, described in one table, with a contact and a signatory each."""
    page = person.page
    person.follow("Partners", within="main")
    person.follow("Paste a column of partners")
    person.write_in("text", f"{POLICE}\n{SCHOOL}")
    person.follow("Continue")
    person.follow("Add them")
    person.follow("Name and describe all partners")
    agencies = {POLICE: "Territorial police force", SCHOOL: "Maintained school"}
    rows = page.locator(".pb-grid tbody tr")
    for place, agency in enumerate(agencies.values()):
        for question, label in (("kind", "Organisation"), ("agency_types", agency), ("role", "Controller")):
            name = str(rows.nth(place).locator(f"select[name$='.{question}']").get_attribute("name"))
            person.pick(name, label)
        person.write(rows.nth(place).locator("input[name$='.ico_registration']"), f"ZB{200000 + place}")
    person.follow("Save and continue")
    person.follow("Contacts and signatories of all partners")
    for number, cell in enumerate(page.locator("input[name$='.name']").all(), 1):
        person.write(cell, f"Ada {number}")
    for number, cell in enumerate(page.locator("input[name$='.post']").all(), 1):
        person.write(cell, f"Post {number}")
    person.follow("Save and continue")


def add(person: Person, answers: Answers) -> None:
    """One item on its own pages, until its list is shown again."""
    person.follow("Add", within="main .govuk-button-group")
    for _ in range(9):
        person.answer(answers)
        person.follow("Save and continue")
        if person.page.locator("main form[data-autosave]").count() == 0:
            return
    raise AssertionError("the pages of the item do not end")


def meet_the_errors(person: Person) -> None:
    """From the page that issues a version to each error of the review and back, until there is none."""
    for _ in range(6):
        person.follow("Issue a version", within="nav.pb-ways")
        errors = person.page.locator("#errors ~ ul").first.locator("a")
        if not person.page.locator("#errors").count():
            return
        person.follow(errors.first.inner_text(), within="main")
        section = person.page.url.split("/agreements/")[1].split("/")[1].split("?")[0]
        if person.page.locator("main form[data-autosave]").count():
            person.answer(REST[section])
            person.follow("Save and continue")
        else:
            add(person, REST[section])
    raise AssertionError("the errors of the review do not end")


def make(person: Person, server: Server) -> None:
    begin(person, server, "Information sharing agreement")
    partners(person)
    for section, items in {**ITEMS, "Flows": FLOWS, "Keeping and deleting": (RETENTION,)}.items():
        person.follow("Tasks", within="nav.pb-ways")
        person.follow(section, within=".govuk-task-list")
        for answers in items:
            add(person, answers)
    put_right(person, REST)
    meet_the_errors(person)
    accept_the_rest(person, "Two partners who meet each week settle this between them.")
    issue(person)


@pytest.mark.slow  # the same pages and keys as the larger one of test_main_job
def test_a_small_agreement_is_made_from_nothing_by_keyboard(browser: Browser, server: Server) -> None:
    with window(browser) as page:
        person = Person(page, checks_access=True)
        make(person, server)
        made = embed.take(kept(page, "agreement (Word)"))
        told(person, "two partners and three flows from nothing")
        assert [row["name"] for row in made.answers["parties"]] == [POLICE, SCHOOL]
        assert [row["rule"] for row in made.accepted] == ["R77", "R90"]
        assert len(made.answers["flows"]) == 3 and len(made.answers["contacts"]) == 6
        ids = {row["name"]: row["id"] for row in made.answers["parties"]}
        ends = [(row["from"], row["to"]) for row in made.answers["flows"]]
        assert ends == [([ids[POLICE]], [ids[SCHOOL]])] + 2 * [([ids[SCHOOL]], [ids[POLICE]])]
        assert [text for text, times in Counter(person.typed).items() if times > 1] == []
