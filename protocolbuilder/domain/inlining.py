"""A schema with what it refers to written in its place, so that a validator looks nothing up while it judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import dirname, join, normpath
from typing import Any

Load = Callable[[str], Mapping[str, Any]]


def inlined(reference: str, load: Load) -> Any:
    """What `sections/flows.json#/items` refers to, with every `$ref` in it replaced, from the folder of `load`.

    A sibling of a `$ref` holds too, as JSON Schema 2020-12 says. A schema that refers to itself is no schema of ours.
    """
    name, _, pointer = reference.partition("#")
    found: Any = load(name)
    for step in filter(None, pointer.split("/")):
        found = found[int(step) if isinstance(found, list) else step]
    return _written_out(found, name, load)


def _written_out(part: Any, name: str, load: Load) -> Any:
    if isinstance(part, list):
        return [_written_out(one, name, load) for one in part]
    if not isinstance(part, Mapping):
        return part
    own = {key: _written_out(value, name, load) for key, value in part.items() if key not in ("$ref", "$defs")}
    if "$ref" not in part:
        return own
    file, _, pointer = str(part["$ref"]).partition("#")
    target = inlined(f"{normpath(join(dirname(name), file)) if file else name}#{pointer}", load)
    if isinstance(target, dict) and not set(target) & set(own):
        return {**target, **own}
    return {**own, "allOf": [*own.get("allOf", ()), target]}
