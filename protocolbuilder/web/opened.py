"""One draft as a page works with it: the draft, its schema, the law library, and the words behind ids."""

from __future__ import annotations

from dataclasses import dataclass

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import Schema, Section
from protocolbuilder.errors import NotFound
from protocolbuilder.law.library import Library
from protocolbuilder.store.agreements import Draft, load
from protocolbuilder.web.library import library as in_use
from protocolbuilder.web.running import session


@dataclass(frozen=True, slots=True)
class Opened:
    draft: Draft
    schema: Schema
    library: Library
    names: AgreementNames

    @property
    def agreement(self) -> Agreement:
        return self.draft.agreement

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
    return Opened(draft, schema, library, AgreementNames(schema, draft.agreement, library))


def open_draft(ref: str) -> Opened:
    """Raises NotFound."""
    return opened(load(session(), ref))
