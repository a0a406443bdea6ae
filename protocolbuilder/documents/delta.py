"""What an agreement adds to its protocol, or says otherwise: every other section by its number there."""

from __future__ import annotations

from protocolbuilder.documents import word
from protocolbuilder.documents.source import Source
from protocolbuilder.errors import BadFile


def lacking(source: Source) -> str:
    """Why there is no such document, or ""."""
    if source.parent is None:
        return "Nothing is known here of a protocol that it stands under, so there is nothing to set it against."
    return ""


def render(source: Source) -> bytes:
    """The Word file. Raises BadFile for an agreement that stands under nothing."""
    if source.parent is None:
        raise BadFile(lacking(source))
    return word.delta(
        source.schema, source.answers, source.library, source.stamp, parent=source.parent,
        template=source.template(source.schema.id),
    )  # fmt: skip
