"""A small agreement from nothing, by keyboard only: two partners, three flows, to an issued version in Word."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Browser

from protocolbuilder.documents import embed
from tests.browser import Server, window
from tests.journeys.keyboard import Answers, Person
from tests.journeys.test_main_job import begin, issue, kept, put_right, told

POLICE, SCHOOL = "Northshire Police", "Eastmere High School"
ITEMS: dict[str, tuple[Answers, ...]] = {
    "Purposes": (
        {"title": "Keep pupils safe", "statement": "Decide together what help a pupil at risk needs.",
         "categories": {"Multi-agency front door decision"}, "outcome": "Help comes sooner.",
         "necessity": "Neither partner sees the whole risk alone."},
    ),
    "People the information is about": ({"kind": ("Child or young person under 18",)},),
    "Information shared": (
        {"name": "Concern about a pupil", "category": ("Risk score or assessment",)},
        {"name": "Attendance of a pupil", "category": ("Attainment, attendance, exclusions",)},
    ),
    "Legal powers": ({"provision": ("CA 2004 s.11",), "stated_as": ("Has a function that needs sharing",)},),
    "Lawful bases": (
        {"title": "Public task", "applies_to": ("Every partner",), "covers": ("All flows of these partners",),
         "regime": ("UK GDPR",), "art6": {"UK GDPR Art 6(1)(e); DPA 2018 s.8: Public task"}},
    ),
}  # fmt: skip


def flow(sender: str, recipient: str, item: str, necessity: str) -> Answers:
    return {
        "from": {sender}, "to": {recipient}, "items": {item}, "subjects": {"Child or young person under 18"},
        "purposes": {"Keep pupils safe"}, "gateways": {"CA 2004 s.11: Arrangements to safeguard and promote welfare"},
        "bases": {"Public task"}, "necessity": necessity, "methods": {"Secure web portal / referral form"},
        "frequency": ("When something happens",), "respond_within": {"": ("Immediately",)},
    }  # fmt: skip


FLOWS = (
    flow(POLICE, SCHOOL, "Concern about a pupil", "The school cannot act on a risk it has not heard of."),
    flow(SCHOOL, POLICE, "Concern about a pupil", "Only the school sees the pupil each day."),
    flow(SCHOOL, POLICE, "Attendance of a pupil", "Absence shows where a missing pupil may be at risk."),
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
    "exceptional": {"emergency": "By telephone at once, then on the portal."},
    "transparency": {"how": "By the privacy notice of each partner.", "recipient_tells": "The partner that sends."},
    "rights": {"lead": "The partner that was asked.", "contact": "records@northshire.example"},
    "complaints": {"procedure": "To the partner concerned, which answers within a month."},
    "security": {"access": "Named staff with their own passwords."},
    "accuracy": {"standards": "The sender checks the name.", "corrections": "By a message on the portal."},
    "breaches": {"report_to": "The data protection officers", "report_within": {"": ("Immediately",)}},
    "review": {"next": {"day": "30", "month": "11", "year": "2027"}, "owner": "Head of safeguarding",
               "cycle": {"": ("A length of time",), "amount": "2", "unit": ("years",)}},
    "term": {"start": {"day": "5", "month": "1", "year": "2028"}, "withdrawal": "With three months’ notice."},
    "signing": {"route": ("Each partner signs for itself",), "in_force": ("When all have signed",)},
    "dpia": {"status": ("Done",)},
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


def make(person: Person, server: Server) -> None:
    begin(person, server, "Information sharing agreement")
    partners(person)
    for section, items in {**ITEMS, "Flows": FLOWS, "Keeping and deleting": (RETENTION,)}.items():
        person.follow("Tasks", within="nav.pb-ways")
        person.follow(section, within=".govuk-task-list")
        for answers in items:
            add(person, answers)
    put_right(person, REST)
    issue(person)


def test_a_small_agreement_is_made_from_nothing_by_keyboard(browser: Browser, server: Server) -> None:
    with window(browser) as page:
        person = Person(page, checks_access=True)
        make(person, server)
        made = embed.take(kept(page, "agreement (Word)"))
        told(person, "two partners and three flows from nothing")
        assert [row["name"] for row in made.answers["parties"]] == [POLICE, SCHOOL]
        assert len(made.answers["flows"]) == 3 and len(made.answers["contacts"]) == 6
        ids = {row["name"]: row["id"] for row in made.answers["parties"]}
        ends = [(row["from"], row["to"]) for row in made.answers["flows"]]
        assert ends == [([ids[POLICE]], [ids[SCHOOL]])] + 2 * [([ids[SCHOOL]], [ids[POLICE]])]
        assert [text for text, times in Counter(person.typed).items() if times > 1] == []
