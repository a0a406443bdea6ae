"""What `schemas check` looks at: the shipped schemas, beside the rows that each kind has in the other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.domain.dialect import faults as mistakes
from protocolbuilder.domain.kinds import SHOW


def files() -> dict[str, Mapping[str, Any]]:
    """The JSON of every schema file, by its name under `schemas/`. Raises BadSchema."""
    folder = catalogue.data_dir("schemas")
    found = [*sorted(folder.glob("*.json")), *sorted((folder / "sections").glob("*.json"))]
    return {path.relative_to(folder).as_posix(): catalogue.load(path.relative_to(folder).as_posix()) for path in found}


def faults() -> list[str]:
    """Each mistake as a line."""
    from protocolbuilder.web.forms import INPUTS

    library = catalogue.library()
    return [str(fault) for fault in mistakes(files(), vocabularies=library.vocabularies, shown=SHOW, asked=INPUTS)]
