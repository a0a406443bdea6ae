"""What this copy's Word documents are made from: an operator's templates and the house style, today and at an issue."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import current_app

from protocolbuilder.documents.family import shape_of
from protocolbuilder.documents.house_style import HouseStyle, take
from protocolbuilder.documents.stock import FOLDER, Stock, overridden
from protocolbuilder.errors import BadFile, BadSchema
from protocolbuilder.store import house_styles
from protocolbuilder.store.house_styles import Chosen
from protocolbuilder.store.versions import Version
from protocolbuilder.web.running import running, session

HOUSE: Final = "house style"
"""Under this name, beside the names of templates, a version records the SHA-256 of the file its look was taken from."""
_KEPT: Final = "protocolbuilder.house_styles"


def folder() -> Path:
    """Where an operator puts Word templates."""
    return running().settings.instance / FOLDER


def stock() -> Stock:
    """As documents are made today."""
    return with_style(house_styles.current(session()))


def stock_of(version: Version) -> Stock:
    """As documents of an issued version are made: in the look that it was issued with."""
    return with_style(_chosen_for(version))


def name_of(version: Version) -> str:
    """The organisation whose look an issued version has, or "" for the plain one."""
    chosen = _chosen_for(version)
    return chosen.name if chosen else ""


def number_of(version: Version | None) -> int:
    """The number of the house style in which a version was issued, or of today's; 0 for the plain look."""
    chosen = _chosen_for(version) if version else house_styles.current(session())
    return chosen.file if chosen else 0


def own_templates() -> tuple[tuple[str, str], ...]:
    """The operator's templates by name, each with its SHA-256."""
    names = overridden(folder())
    return tuple((name, sha256((folder() / f"{name}.docx").read_bytes()).hexdigest()) for name in names)


def _chosen_for(version: Version) -> Chosen | None:
    digest = version.templates.get(HOUSE, "")
    found = house_styles.by_digest(session(), digest) if digest else ()
    before = [one for one in found if one.at <= version.issued_at] or list(found)
    return before[-1] if before else None


def with_style(chosen: Chosen | None) -> Stock:
    """The templates of this copy in one house style, or in the plain look."""
    return Stock(folder(), style_of(chosen) if chosen and chosen.file else None, shape_of)


def style_of(chosen: Chosen) -> HouseStyle:
    """The house style of a choice, read once while this program runs. Raises BadSchema."""
    kept: dict[tuple[str, str], HouseStyle] = current_app.extensions.setdefault(_KEPT, {})
    key = (chosen.sha256, chosen.name)
    if key not in kept:
        try:
            kept[key] = take(house_styles.content(session(), chosen.file), chosen.name)
        except BadFile as error:
            words = f"The house style of {chosen.name} cannot be used: {error.text} Choose another under Settings."
            raise BadSchema(words) from error
    return kept[key]
