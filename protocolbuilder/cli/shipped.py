"""What `schemas check` and `templates check` look at, beside what the rooms that use it say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocolbuilder import catalogue
from protocolbuilder.domain.dialect import faults as mistakes
from protocolbuilder.domain.kinds import SHOW

if TYPE_CHECKING:
    from protocolbuilder.documents.templates import TemplateProblem


def files() -> dict[str, Mapping[str, Any]]:
    """The JSON of every schema file, by its name under `schemas/`. Raises BadSchema."""
    folder = catalogue.data_dir("schemas")
    found = [*sorted(folder.glob("*.json")), *sorted((folder / "sections").glob("*.json"))]
    return {path.relative_to(folder).as_posix(): catalogue.load(path.relative_to(folder).as_posix()) for path in found}


def schema_faults() -> list[str]:
    """Each mistake in a schema, and each question that no Word template prints, as a line."""
    from protocolbuilder.web.forms import INPUTS

    library = catalogue.library()
    found = mistakes(files(), vocabularies=library.vocabularies, shown=SHOW, asked=INPUTS)
    return [str(fault) for fault in found] or [_line(problem) for problem in _template_problems() if not problem.place]


def template_faults(folder: Path | None = None) -> list[str]:
    """Each mistake in a Word template of a folder (the shipped ones), as a line with its place."""
    return [_line(problem) for problem in _template_problems(folder)]


def _template_problems(folder: Path | None = None) -> tuple[TemplateProblem, ...]:
    from protocolbuilder.documents import family, templates

    schemas = [catalogue.schema(name) for name in catalogue.SCHEMAS]
    return templates.check(schemas, family.shapes(catalogue.schema("agreement-1")), where=folder)


def _line(problem: TemplateProblem) -> str:
    return ": ".join(filter(None, (problem.template, problem.place, problem.text)))
