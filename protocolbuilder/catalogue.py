"""Loads what the product ships beside its code: schemas, the law library, starting patterns, samples, templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

from protocolbuilder.domain import permission, sample
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.reading import agreement_from
from protocolbuilder.domain.sample import Sample
from protocolbuilder.domain.schema import Schema, read
from protocolbuilder.errors import BadSchema, NotFound
from protocolbuilder.law import library as law

LIBRARY_VERSION: Final = "2026.11"
SCHEMAS: Final = ("agreement-1", "protocol-1")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A starting point: a draft with everything but the local facts."""

    name: str
    title: str
    description: str
    agreement: Agreement


def data_dir(name: str) -> Path:
    """The folder `schemas` or `templates`: inside an installed wheel, else beside the package in a checkout."""
    package = Path(str(files("protocolbuilder")))
    for folder in (package / "_data" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise BadSchema(f"The folder “{name}” that belongs to the product is missing.")


@cache
def load(name: str) -> Mapping[str, Any]:
    """The JSON of one file under `schemas/`, read once. Raises BadSchema."""
    try:
        values: Mapping[str, Any] = json.loads((data_dir("schemas") / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadSchema(f"schemas/{name} cannot be read: {error}") from error
    return values


@cache
def schema(name: str) -> Schema:
    """The schema of that name. Raises NotFound for a name the product does not know."""
    if name not in SCHEMAS:
        raise NotFound(f"There is no schema “{name[:60]}”. There are: {', '.join(SCHEMAS)}.")
    return read(name, load)


@cache
def library() -> law.Library:
    """The shipped law library."""
    gateways: Any = load("library/gateways.json")
    return law.read(LIBRARY_VERSION, gateways, load("library/lawful-bases.json"), load("library/vocabulary.json"))


@cache
def policy() -> permission.Policy:
    """Who may do what. Raises BadSchema."""
    return permission.read(_yaml("policy.yaml"))


@cache
def sample_partnership() -> Sample:
    """The organisations and people that `serve --sample` shows. Raises BadSchema."""
    name = "samples/northshire-partnership.yaml"
    try:
        return sample.read(_yaml(name))
    except (KeyError, TypeError) as error:
        raise BadSchema(f"schemas/{name} is wrong: {error}") from error


def _yaml(name: str) -> Any:
    try:
        return yaml.safe_load((data_dir("schemas") / name).read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadSchema(f"schemas/{name} cannot be read: {error}") from error


@cache
def patterns() -> tuple[Pattern, ...]:
    """Every starting pattern, by title."""
    return _drafts("patterns")


@cache
def samples() -> tuple[Pattern, ...]:
    """The sample agreements that `serve --sample` shows, by title."""
    return _drafts("samples")


def _drafts(folder: str) -> tuple[Pattern, ...]:
    found = []
    for path in sorted((data_dir("schemas") / folder).glob("*.json")):
        values = load(f"{folder}/{path.name}")
        found.append(
            Pattern(
                path.stem,
                values["pattern"]["title"],
                values["pattern"]["description"],
                agreement_from(dict(values)),
            )
        )
    return tuple(sorted(found, key=lambda pattern: pattern.title))


def pattern(name: str) -> Pattern:
    """One starting pattern. Raises NotFound and names those there are."""
    for found in patterns():
        if found.name == name:
            return found
    raise NotFound(f"There is no pattern “{name[:60]}”. There are: {', '.join(p.name for p in patterns())}.")
