"""What `schemas check` and `templates check` look at, beside what the rooms that use it say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.domain.dialect import faults as mistakes
from protocolbuilder.domain.kinds import SHOW


def files() -> dict[str, Mapping[str, Any]]:
    """The JSON of every schema file, by its name under `schemas/`. Raises BadSchema."""
    folder = catalogue.data_dir("schemas")
    found = [*sorted(folder.glob("*.json")), *sorted((folder / "sections").glob("*.json"))]
    return {path.relative_to(folder).as_posix(): catalogue.load(path.relative_to(folder).as_posix()) for path in found}


def schema_faults() -> list[str]:
    """Each mistake in a schema, as a line."""
    from protocolbuilder.web.forms import INPUTS

    library = catalogue.library()
    return [str(fault) for fault in mistakes(files(), vocabularies=library.vocabularies, shown=SHOW, asked=INPUTS)]


def template_faults(folder: Path | None = None) -> list[str]:
    """Each mistake in a Word template of a folder (the shipped ones), as a line with its place."""
    from protocolbuilder.documents import matrix, templates

    schemas = [catalogue.schema(name) for name in catalogue.SCHEMAS]
    found = templates.check(schemas, matrix.shape(catalogue.schema("agreement-1")), where=folder)
    return [": ".join(filter(None, (problem.template, problem.place, problem.text))) for problem in found]
