"""What `schemas check` and `templates check` look at, beside what the rooms that use it say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from protocolbuilder import catalogue
from protocolbuilder.domain.dialect import faults as mistakes
from protocolbuilder.domain.kinds import SHOW
from protocolbuilder.errors import BadFile, BadSchema

PUBLIC: Final = ("family-guide", "young-guide")
"""Templates that speak to the public begin with one of these."""

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
    """Each mistake in a Word template of a folder (the shipped ones), as a line with its place: of its names, and of
    what makes its documents hard to read for somebody who sees badly, or not at all."""
    return [_line(problem) for problem in (*_template_problems(folder), *_hard_to_read(folder))]


def wording_advice(folder: Path | None = None) -> list[str]:
    """What the rules for plain words find in the own wording of a folder's templates (the shipped ones), as lines."""
    from protocolbuilder.documents import templates
    from protocolbuilder.law.offer_words import NATIONS
    from protocolbuilder.law.plain_words import read
    from protocolbuilder.law.words.lexicon import shared

    words = shared(catalogue.library(), frozenset(NATIONS))
    found = (
        f"advice: {path.name}: {text[:160]}: “{one.words}”. {one.why} {one.better}"
        for path in sorted((folder or templates.folder()).glob("*.docx"))
        for text in _wording(path)
        for one in read(text, words, manner="public" if path.stem.startswith(PUBLIC) else "clause")
    )
    return list(dict.fromkeys(found))


def _wording(path: Path) -> tuple[str, ...]:
    from protocolbuilder.documents import templates

    try:
        return templates.wording(path.read_bytes())
    except BadSchema:  # it is a fault, and told as one
        return ()


def _hard_to_read(folder: Path | None) -> Iterator[TemplateProblem]:
    from protocolbuilder.documents import templates
    from protocolbuilder.documents.accessible_template import template_faults

    for path in sorted((folder or templates.folder()).glob("*.docx")):
        try:
            found = template_faults(path.read_bytes())
        except BadFile:  # it is a fault, and told as one
            continue
        yield from (templates.TemplateProblem(path.name, fault.place, fault.text) for fault in found)


def _template_problems(folder: Path | None = None) -> tuple[TemplateProblem, ...]:
    from protocolbuilder.documents import family, templates

    schemas = [catalogue.schema(name) for name in catalogue.SCHEMAS]
    return templates.check(schemas, family.shapes(catalogue.schema("agreement-1")), where=folder)


def _line(problem: TemplateProblem) -> str:
    return ": ".join(filter(None, (problem.template, problem.place, problem.text)))
