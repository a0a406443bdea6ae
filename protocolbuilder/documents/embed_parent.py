"""What an agreement stands under, beside its data in its Word file: so that what it takes over can be printed again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from protocolbuilder.domain.agreement import Agreement, canonical, digest
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.reading import agreement_from, json_values
from protocolbuilder.errors import BadFile


@dataclass(frozen=True, slots=True)
class Above:
    """What the agreement stood under when the file was made: as `Parent`, with the id of the schema."""

    ref: str
    number: int
    agreement: Agreement
    places: Mapping[str, str]


def written(parent: Parent) -> bytes:
    """The element that holds it."""
    content = canonical(parent.agreement)
    said = {"id": parent.ref, "version": str(parent.number), "digest": sha256(content).hexdigest()}
    said |= {"places": json.dumps(dict(parent.places), sort_keys=True)}
    return f"<parent{attributes(said)}>{escape(content.decode(), quote=False)}</parent>".encode()


def attributes(said: Mapping[str, str]) -> str:
    """The attributes of an element, as XML."""
    return "".join(f' {key}="{escape(value)}"' for key, value in said.items())


def taken(root: Any, namespace: str) -> Above | None:
    """What it stood under, taken out of the element: what is left there are its own answers. Raises BadFile."""
    found = root.findall(f"{{{namespace}}}parent")
    for element in found:
        root.remove(element)
    if not found:
        return None
    element = found[0]
    agreement = agreement_from(json_values("".join(element.itertext())))
    if len(found) > 1 or digest(agreement) != element.get("digest"):
        raise BadFile("What the agreement stands under was changed inside the Word file: its digest no longer fits.")
    number, places = element.get("version", ""), json_values(element.get("places") or "{}")
    if not (number.isascii() and number.isdigit() and len(number) < 9) or not isinstance(places, dict):
        raise BadFile("The Word file does not say what the agreement in it stands under.")
    return Above(element.get("id", ""), int(number), agreement, {key: str(said) for key, said in places.items()})
