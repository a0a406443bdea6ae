"""Where an agreement stands: the task list, the sections that are hidden until called for, and every problem."""

from __future__ import annotations

from flask import Blueprint, render_template

from protocolbuilder.domain.journey import TaskStatus, relevant, statuses
from protocolbuilder.domain.problems import Problem
from protocolbuilder.web import findings, partners, places
from protocolbuilder.web.opened import Opened, open_draft

blueprint = Blueprint("tasks", __name__)

Row = tuple[Problem, str, str]
"""(problem, name of the section and item it is in, the page where it is put right)"""


@blueprint.get("/agreements/<ref>")
def task_list(ref: str) -> str:
    opened = open_draft(ref)
    problems = opened.problems()
    tasks = statuses(opened.schema, opened.says, problems)
    done = sum(task.status == "completed" for task in tasks)
    return render_template(
        "tasks.html", opened=opened, tasks=tasks, done=done, words=_words_of(opened, tasks), problems=problems,
        missing=sum(problem.kind == "missing" for problem in problems), place="agreements",
        found=findings.counts(findings.standing_of(opened)),
        partners=partners.told(opened),
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/sections")
def more(ref: str) -> str:
    """Sections that no answer has called for. Opening one and answering shows it on the task list."""
    opened = open_draft(ref)
    shown = relevant(opened.schema, opened.says)
    hidden = [section for key, section in opened.schema.sections.items() if key not in shown]
    return render_template("more_sections.html", opened=opened, hidden=hidden, place="agreements")


@blueprint.get("/agreements/<ref>/problems")
def problem_list(ref: str) -> str:
    opened = open_draft(ref)
    rows = problem_rows(opened, opened.problems(), back="problems")
    return render_template("problems.html", opened=opened, rows=rows, place="agreements")


def problem_rows(opened: Opened, problems: tuple[Problem, ...], *, back: str = "") -> list[Row]:
    """Each problem with where it is and a link to the place. Wrong answers come first."""
    rows = []
    for problem in sorted(problems, key=lambda found: found.kind != "wrong"):
        key, *rest = problem.address.split(".")
        section = opened.schema.sections.get(key)
        name = section.title if section else key
        if section and section.is_list and rest:
            name = f"{name}: {opened.names.item(rest[0])}"
        link = places.place(opened.ref, opened.schema, opened.agreement, problem.address, back=back)
        rows.append((problem, name, link))
    return rows


def _words_of(opened: Opened, tasks: tuple[TaskStatus, ...]) -> dict[str, str]:
    """Section id -> what stands under its title: how many items, how many answers missing or wrong, what is taken over
    from the protocol."""
    said = {row.section.id: _words(row.items, row.problems) for task in tasks for row in task.sections}
    return {key: ". ".join(filter(None, (words, opened.stands.mark(key)))) for key, words in said.items()}


def _words(items: int, problems: tuple[Problem, ...]) -> str:
    wrong = sum(problem.kind == "wrong" for problem in problems)
    missing = len(problems) - wrong
    parts = [f"{items} in the list"] if items else []
    parts += [f"{wrong} wrong"] if wrong else []
    parts += [f"{missing} missing"] if missing else []
    return ", ".join(parts)
