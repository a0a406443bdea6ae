"""Documents that take a while: the PDF of one, and the pack. Each is made in parts, so that it can be gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from protocolbuilder.documents import family, pack, pdf
from protocolbuilder.documents.pack import Piece
from protocolbuilder.documents.source import Source
from protocolbuilder.errors import NotFound

PACK: Final = "pack.zip"
PACK_WITH_PDF: Final = "pack-with-pdf.zip"
PACKS: Final = (PACK, PACK_WITH_PDF)


def title(kind: str) -> str:
    """How people call it: `Toolkit pack`, `Summary (PDF)`. Raises NotFound for what is made at once, or not at all."""
    row = family.FAMILY.get(what(kind))
    if row is not None and kind in PACKS:
        return f"{row.title}{' with PDF' if kind == PACK_WITH_PDF else ''}"
    if row is not None and row.printed and kind.endswith(".pdf"):
        return f"{row.title} (PDF)"
    raise NotFound(f"There is no document “{kind[:60]}” that is made by a job.")


def what(kind: str) -> str:
    """The document of the family that it is: `pack`, `summary`."""
    return "pack" if kind in PACKS else kind.rpartition(".")[0]


def is_slow(kind: str) -> bool:
    """Whether it is made by a job."""
    return kind in PACKS or kind.endswith(".pdf")


def needs_office(kind: str) -> bool:
    """Whether LibreOffice must make a part of it."""
    return kind != PACK


def plan(source: Source, kind: str) -> tuple[Piece, ...]:
    """The parts of it, in the order in which they are made. A PDF follows what it is made of.

    Raises NotFound for what is made at once, is not made of this agreement, or not for that partner (`source.party`).
    """
    title(kind)
    row = family.FAMILY[what(kind)]
    if reason := row.lacking(source):
        raise NotFound(reason)
    if source.party and source.party not in row.per_party(source):
        raise NotFound(f"The document “{row.what}” is not made for “{source.party[:60]}”.")
    if kind in PACKS:
        return family.pieces(source, lambda one: one.forms if kind == PACK else one.all_forms)
    return tuple(Piece(row.what, row.title, row.use, str(as_), source.party) for as_ in (row.printed, "pdf"))


def make(
    source: Source, piece: Piece, *, so_far: Mapping[str, bytes], kept: Mapping[str, bytes], office: str
) -> bytes:
    """One part. `so_far`: the parts made before it, by name; `kept`: files of an issued version, by name, taken as they
    are; `office`: the setting of that name. Raises as `pdf.converted`."""
    printed = family.FAMILY[piece.what].printed
    if piece.as_ == "pdf" and printed:
        first = replace(piece, as_=printed)
        document = so_far.get(first.name) or make(source, first, so_far=so_far, kept=kept, office=office)
        return pdf.converted(document, printed, setting=office)
    name = f"{source.stamp.named}{pack.ending(piece.what)}.{piece.as_}"
    if not piece.party and name in kept:
        return kept[name]
    return family.make(piece.what, replace(source, party=piece.party), piece.as_)


def whole(source: Source, kind: str, parts: Mapping[str, bytes]) -> bytes:
    """The document, from all the parts of its plan by name. Raises KeyError when one is not there."""
    pieces = plan(source, kind)
    if kind in PACKS:
        return pack.render(source, [(one, parts[one.name]) for one in pieces])
    return parts[pieces[-1].name]
