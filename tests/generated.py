"""Valid agreements at random, from the schema: every kind of answer, extreme lengths, hard writing, many or no rows.

A seed gives the same agreement every time. Answers that the schema does not want beside each other are taken out until
the check finds none wrong; what is missing stays missing, as in a draft.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, put, say_does_not_apply
from protocolbuilder.domain.check import check
from protocolbuilder.domain.schema import Question, Schema, Section

WORDS: Final = (
    "the", "a", "of", "and", "police", "school", "record", "child", "adult", "must", "may", "within", "six", "days",
    "Cyngor", "Sir", "Gâr", "gwybodaeth", "rhannu", "Ŵŷ", "Siân", "O’Neill", "Łódź", "naïve", "façade", "Ynys", "Môn",
    "&", "<child>", "&amp;", "]]>", "“may”", "'must'", '"shall"', "–", "…", "½", "£5", "50%", "{{ 7*7 }}", "{% raw %}",
    "{#", "#}", "=1+1", "@here", "C:\\share", "منظمة", "שלום", "保护", "😀", "a\u00a0b", "co\u00adoperate", "x²",
)  # fmt: skip
LONG_WORD: Final = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
SIZES: Final = ((0, 1, 1), (2, 4, 6), (6, 12, 20), (14, 30, 60), (30, 60, 120))  # parties, other items, flows, at most
LARGEST: Final = (60, 60, 500)
SLOTS: Final = ("keep", "keep", "make", "make", "drop")


def agreement(seed: int, *, size: tuple[int, int, int] | None = None) -> Agreement:
    """One of them. `size`: at most so many partners, items of any other list, and flows."""
    random = Random(seed)
    pattern = random.choice([one.agreement for one in catalogue.patterns()])
    schema = catalogue.schema(pattern.schema)
    made = _Made(random, schema, size or random.choice(SIZES))
    answers = {key: made.section(section, pattern.answers.get(key)) for key, section in schema.sections.items()}
    whole = Agreement(schema.id, catalogue.LIBRARY_VERSION, made.referring(answers))
    return _without_wrong(schema, _with_reasons(random, schema, whole))


def _with_reasons(random: Random, schema: Schema, made: Agreement) -> Agreement:
    for key in schema.sections:
        if not made.answers[key] and random.random() < 0.5:
            made = say_does_not_apply(made, key, line(random))
    return made


def _without_wrong(schema: Schema, made: Agreement) -> Agreement:
    """Raises AssertionError where taking out does not help."""
    for _ in range(12):
        wrong = [one.address for one in check(schema, made, catalogue.library()) if one.kind == "wrong"]
        if not wrong:
            return made
        for address in wrong:
            made = say_does_not_apply(made, address, ABSENT) if address in made.does_not_apply else made
            made = put(made, address, ABSENT)
    raise AssertionError(f"still wrong: {wrong}")


class _Made:
    """Answers of one agreement. References are filled in last, when all items are there."""

    def __init__(self, random: Random, schema: Schema, size: tuple[int, int, int]) -> None:
        self.random, self.schema, self.count = random, schema, 0
        self.most = {"parties": size[0], "flows": size[2]}
        self.usual = size[1]

    def section(self, section: Section, pattern: Any) -> Any:
        if not section.is_list:
            return self.answers(section, pattern or {}) if self.random.random() < 0.9 else {}
        rows = copy.deepcopy(list(pattern or ()))
        most = self.most.get(section.id, self.usual)
        wanted = self.random.choice((0, most, self.random.randint(0, most)))
        self.random.shuffle(rows)
        while len(rows) < wanted:
            rows.append(dict(self.random.choice(rows)) if rows else {})
            rows[-1]["id"] = self.new_id(section.id)
        return [{"id": row["id"], **self.answers(section, row)} for row in rows[:wanted]]

    def new_id(self, section: str) -> str:
        self.count += 1
        return f"{section.replace('_', '-')[:20]}-g{self.count}"

    def answers(self, section: Section, given: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for key, question in section.questions.items():
            slot = self.random.choice(SLOTS)
            if slot == "keep" and key in given:
                found[key] = given[key]
            elif slot == "make" and (not question.refers) and (value := self.value(question)) is not None:
                found[key] = value
            elif slot == "make" and question.refers:
                found[key] = ABSENT
        return found

    def value(self, question: Question) -> Any:
        return KINDS[question.kind](self.random) if question.kind in KINDS else self.chosen(question)

    def chosen(self, question: Question) -> Any:
        found: list[Any] = [value for value, _ in question.choices]
        if question.vocabulary:
            found += [value for value, _ in catalogue.library().choices(question.vocabulary)]
        if question.other_allowed:
            found.append({"other": line(self.random)})
        if question.kind == "choice":
            return self.random.choice(found) if found else None
        some = self.random.sample(found, min(len(found), self.random.choice((1, 2, 3, 12))))
        return some or None

    def referring(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The answers with items of other lists where some are wanted, and none that are not there."""
        ids = {key: [row["id"] for row in rows] for key, rows in answers.items() if isinstance(rows, list)}
        for key, section in self.schema.sections.items():
            for row in answers[key] if section.is_list else [answers[key]]:
                for name in [name for name in row if name != "id" and section.questions[name].refers]:
                    question = section.questions[name]
                    there = [one for target in question.refers for one in ids.get(target, ())]
                    value = self.referred(question, row[name], there)
                    if value:
                        row[name] = value
                    else:
                        del row[name]
        return answers

    def referred(self, question: Question, value: Any, there: list[str]) -> Any:
        one = question.kind == "reference"
        if value is ABSENT:
            if not there:
                return None
            return self.random.choice(there) if one else self.random.sample(there, min(len(there), self.some()))
        kept = [each for each in ([value] if one else value) if each in there]
        return (kept[0] if one else kept) if kept else None

    def some(self) -> int:
        return self.random.choice((1, 1, 2, 5))


def line(random: Random, *, most: int = 2000) -> str:
    """One line of text: mostly short, now and then as long as it may be, or one long word."""
    if random.random() < 0.03:
        return LONG_WORD
    wanted = random.choice((1, 2, 4, 8, 15, 15, 30)) if random.random() < 0.99 else 400
    return " ".join(random.choices(WORDS, k=wanted))[:most].strip()


def prose(random: Random) -> str:
    paragraphs = random.choice((1, 1, 2, 4)) if random.random() < 0.99 else 60
    return "\n".join(line(random) + random.choice(("", "\n")) for _ in range(paragraphs)).strip()[:20_000]


def day(random: Random) -> str:
    return f"{random.randint(1990, 2040)}{random.choice(('', '-02', '-12', '-07-31', '-01-01'))}"


def period(random: Random) -> Any:
    return random.choice(
        (f"P{random.randint(1, 99)}{random.choice('DWMY')}", {"until": line(random)}, {"set_by": line(random)},
         {"other": line(random)})
    )  # fmt: skip


def deadline(random: Random) -> Any:
    return random.choice(("PT0H", "PT90M", "PT4H", "P10D", "P1M", "2WD", {"other": line(random)}))


KINDS: Final[Mapping[str, Callable[[Random], Any]]] = {
    "line": line,
    "prose": prose,
    "lines": lambda random: [line(random) for _ in range(random.choice((1, 2, 7, 30)))],
    "yes_no": lambda random: random.random() < 0.5,
    "day": day,
    "when": lambda random: random.choice((day(random), {"event": line(random)})),
    "period": period,
    "deadline": deadline,
    "email": lambda random: f"a{random.randint(0, 99)}.o’neill&co+x@gwasanaeth.example.org",
    "phone": lambda random: f"(01632) {random.randint(0, 999999):06} ext 12",
    "url": lambda random: f"https://example.org/{'a' * random.choice((3, 200))}?a=1&b=<{random.randint(0, 9)}>",
}
