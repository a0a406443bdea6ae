"""One draft as a page works with it: the draft, its schema, the law library, and the words behind ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.check import check_effective, check_section
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.schema import Schema, Section
from protocolbuilder.errors import NotFound
from protocolbuilder.law.library import Library
from protocolbuilder.store import versions
from protocolbuilder.store.agreements import Draft, as_of, load
from protocolbuilder.store.hearing import number_at
from protocolbuilder.store.register import title_of
from protocolbuilder.web.library import library as in_use
from protocolbuilder.web.permission import hearing, may, reach, reach_by
from protocolbuilder.web.running import session
from protocolbuilder.web.standing import Stands, standing


@dataclass(frozen=True, slots=True)
class Opened:
    draft: Draft
    schema: Schema
    library: Library
    names: AgreementNames
    stands: Stands

    @property
    def agreement(self) -> Agreement:
        """Its own answers: what is asked, changed and kept."""
        return self.draft.agreement

    @property
    def says(self) -> Agreement:
        """What it says in effect, with what is taken over from its protocol: what is checked, read and printed."""
        return self.stands.effective.agreement

    def problems(self) -> tuple[Problem, ...]:
        """Every problem of the schema. What the protocol answers is not missing."""
        told = (self.stands.problem,) if self.stands.problem else ()
        return (*told, *check_effective(self.schema, self.stands.effective, self.library))

    def problems_at(self, section_id: str) -> tuple[Problem, ...]:
        """Those of one section."""
        if self.stands.parent is None and self.stands.problem is None:
            return check_section(self.schema, self.agreement, section_id, self.library)
        return tuple(one for one in self.problems() if one.address.split(".")[0] == section_id)

    @property
    def ref(self) -> str:
        return self.draft.ref

    @property
    def title(self) -> str:
        return self.draft.title or "Agreement without a title"

    def section(self, section_id: str) -> Section:
        """Raises NotFound."""
        if section_id not in self.schema.sections:
            raise NotFound(f"{self.schema.title} has no section “{section_id[:60]}”.")
        return self.schema.sections[section_id]

    def task_of(self, section_id: str) -> str:
        """The title of the task a section belongs to."""
        return next((task.title for task in self.schema.tasks if section_id in task.sections), "")


def opened(draft: Draft) -> Opened:
    schema, library = catalogue.schema(draft.agreement.schema), in_use()
    stands = standing(draft.ref, schema, draft.agreement, library)
    return Opened(draft, schema, library, AgreementNames(schema, stands.effective.agreement, library), stands)


def open_draft(ref: str, *, by: str = "draft:read") -> Opened:
    """`by`: the rule that opens it. Raises NotFound, also where whoever asks may not read the draft by that."""
    return opened(load(session(), ref, of=reach_by(by)))


def open_issued(ref: str, number: int | None = None) -> Opened:
    """For the pages of a version: the draft as it stands where that is read, else no more than what is issued, in that
    version or the latest that is read. Raises NotFound."""
    if may("draft:read"):
        return open_draft(ref)
    read = versions.versions(session(), ref, of=reach())
    found = next((one for one in read if number in (None, one.number)), None)
    if found is None:
        raise NotFound(f"There is no agreement {ref}.")
    agreement = versions.issued_agreement(session(), ref, found.number, of=reach())
    at, by = found.issued_at, found.issued_by
    issued = Draft(
        ref, id="", number=found.draft, agreement=agreement, title=title_of(agreement), created_at=at, created_by=by,
        updated_at=at, updated_by=by, issued=read[0].number, issued_draft=found.draft, discarded_at=None, owner=None,
        lead=None,
    )  # fmt: skip
    return opened(issued)


def open_heard(ref: str) -> Opened:
    """For what was said about a draft: the draft where that is read; else a version that they read and that was issued
    after it was last open to them; else the draft as it stood then. Raises NotFound."""
    told = hearing()
    if may("draft:read") or told is None:
        return open_draft(ref)
    read = versions.versions(session(), ref, of=reach())
    if told.until and read and read[0].issued_at > told.until:
        return open_issued(ref)
    return opened(replace(last_heard(ref, told.until), issued=read[0].number if read else None))


def last_heard(ref: str, until: datetime | None) -> Draft:
    """The draft as it stood when it was last open to them; as it stands while it is. Raises NotFound."""
    draft = load(session(), ref)
    if until is None:
        return draft
    number = number_at(session(), ref, until)
    agreement = as_of(session(), ref, number)
    return replace(
        draft, number=number, agreement=agreement, title=title_of(agreement), updated_at=until, updated_by=""
    )
