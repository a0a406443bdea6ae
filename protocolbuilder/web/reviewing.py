"""The review of a draft: what it finds, by section and severity, what was accepted, and what is ticked to accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from protocolbuilder.domain.agreement import acceptance_address
from protocolbuilder.domain.schema import Section
from protocolbuilder.law.findings import Finding
from protocolbuilder.web import findings, places
from protocolbuilder.web.accepting import open_to
from protocolbuilder.web.findings import Shown
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.paging import page_asked, paging

blueprint = Blueprint("reviewing", __name__)

PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for, "" for all. `ticked` is `all` to tick every box of the page, `none` when a person went
    on without a tick."""

    severity: str
    section: str
    ticked: str

    def passes(self, finding: Finding) -> bool:
        fits = not self.section or finding.address.split(".")[0] == self.section
        return fits and self.severity in ("", finding.severity)


@dataclass(frozen=True, slots=True)
class Kept:
    """An acceptance as the page lists it. `now` is what the rule finds there now."""

    row: Mapping[str, str]
    where: str
    place: str
    now: tuple[Shown, ...]


@blueprint.get("/agreements/<ref>/findings")
def show(ref: str) -> str:
    """`?severity=` and `?section=` narrow it; `?page=` leads through a long list; `?ticked=all` ticks all of a page."""
    opened = open_draft(ref)
    wanted = Filter(*(request.args.get(name, "") for name in ("severity", "section", "ticked")))
    every = findings.findings_of(opened)
    rows = findings.shown(opened, every, back="review")
    waiting = tuple(row for row in rows if not row.accepted)
    kept = tuple(row for part in _by_section(opened, waiting) for row in part[1] if wanted.passes(row.finding))
    page = page_asked(request.args)
    shown = kept[(page - 1) * PER_PAGE : page * PER_PAGE]
    narrowed = {"severity": wanted.severity, "section": wanted.section}
    home = f"{places.home(ref)}/findings"
    return render_template(
        "findings.html", opened=opened, filter=wanted, parts=_by_section(opened, shown), count=len(kept),
        total=len(waiting), counts=findings.counts(row.finding for row in waiting), accepted=_accepted(opened, rows),
        sections=[section for section, _ in _by_section(opened, waiting)], address=_address(ref, wanted),
        paging=paging(home, narrowed, page=page, count=len(kept), per_page=PER_PAGE),
        library=opened.library.version, place="agreements", ticks=_ticks(opened, shown),
        tick_all=_with(home, {**narrowed, "page": str(page), "ticked": "" if wanted.ticked == "all" else "all"}),
    )  # fmt: skip


def _ticks(opened: Opened, rows: tuple[Shown, ...]) -> Mapping[str, str]:
    """Acceptance address -> the id of its box, of what may be accepted on this page."""
    waiting = open_to(opened)
    places_of = dict.fromkeys(acceptance_address(row.finding.rule, row.finding.address) for row in rows)
    return {place: f"warning-{number}" for number, place in enumerate((p for p in places_of if p in waiting), 1)}


def _address(ref: str, wanted: Filter) -> Mapping[str, str]:
    """The address of the page for each severity, keeping the section."""
    home = f"{places.home(ref)}/findings"
    return {
        severity: _with(home, {"section": wanted.section, "severity": severity}) for severity in ("", *findings.TAGS)
    }


def _with(home: str, wanted: Mapping[str, str]) -> str:
    """The address with what is asked of it; what is empty is left out."""
    kept = {key: value for key, value in wanted.items() if value}
    return f"{home}?{urlencode(kept)}" if kept else home


def _by_section(opened: Opened, rows: tuple[Shown, ...]) -> list[tuple[Section, list[Shown]]]:
    """In the order of the questions; within a section the gravest first."""
    found: dict[str, list[Shown]] = {}
    for row in rows:
        found.setdefault(row.finding.address.split(".")[0], []).append(row)
    return [(section, found[key]) for key, section in opened.schema.sections.items() if key in found]


def _accepted(opened: Opened, rows: tuple[Shown, ...]) -> list[Kept]:
    by_address: dict[str, list[Shown]] = {}
    for shown in rows:
        by_address.setdefault(acceptance_address(shown.finding.rule, shown.finding.address), []).append(shown)
    return [
        Kept(
            row, findings.where(opened, row.get("address", "")),
            findings.acceptance_place(opened.ref, row.get("rule", ""), row.get("address", "")),
            tuple(by_address.get(acceptance_address(row.get("rule", ""), row.get("address", "")), ())),
        )
        for row in opened.agreement.accepted
    ]
