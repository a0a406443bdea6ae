"""What changed between two versions, or a version and the draft: on screen, as a redline, and for one partner."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from protocolbuilder.documents import changed_for
from protocolbuilder.documents.redline import redline
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stamp import file_name
from protocolbuilder.documents.unsigned import unsigned
from protocolbuilder.domain.changes import Change, changes
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.wording import Piece, worded
from protocolbuilder.errors import BadFile, NotFound
from protocolbuilder.store import versions
from protocolbuilder.web import making
from protocolbuilder.web.opened import Opened, open_issued
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import session

blueprint = Blueprint("comparing", __name__)

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Marked:
    """A change with its words: `pieces` is empty where there is nothing to compare, one side not being stated."""

    change: Change | changed_for.Row
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """What `?before=` and `?after=` name: a version's number, or `draft`. Without them, the latest version and the
    draft."""

    opened: Opened
    names: tuple[str, str]
    before: Source
    after: Source

    @property
    def choices(self) -> list[str]:
        issued = [str(number) for number in range(self.opened.draft.issued or 0, 0, -1)]
        return [DRAFT, *issued] if may("draft:read") else issued

    @property
    def parties(self) -> dict[str, str]:
        """Every partner of either side, by id, as it is called now."""
        sides = (self.before, self.after)
        return {row["id"]: side.names.item(row["id"]) for side in sides for row in side.agreement.answers["parties"]}

    @property
    def query(self) -> str:
        return f"before={self.names[0]}&after={self.names[1]}"


@blueprint.get("/agreements/<ref>/compare")
def compare(ref: str) -> str:
    sides = _sides(ref)
    schema, library = sides.opened.schema, sides.opened.library
    names = tuple(AgreementNames(schema, side.agreement, library) for side in (sides.before, sides.after))
    found = changes(schema, sides.before.agreement, sides.after.agreement, (names[0], names[1]))
    return render_template(
        "compare.html", opened=sides.opened, sides=sides, changes=_marked(found), place="agreements"
    )


@blueprint.get("/agreements/<ref>/compare/redline.docx")
def tracked(ref: str) -> Response:
    """The two as tracked changes. Each is marked as made by the later version, on the day that was made."""
    sides = _sides(ref)
    author = f"{ref} {called(sides.names[1])}"
    try:
        made = redline(_word(sides, sides.before), _word(sides, sides.after), author=author, at=sides.after.stamp.at)
    except BadFile as error:
        raise NotFound(error.text) from error
    return making.sent(_file(sides, "redline"), making.MEDIA["docx"], made)


@blueprint.get("/agreements/<ref>/compare/for")
def for_party(ref: str) -> str:
    """`?party=`: the id of a partner."""
    sides = _sides(ref)
    party = _party(sides)
    found = changed_for.changed_for(dataclasses.replace(sides.after, party=party), sides.before.agreement)
    return render_template(
        "compare_for.html", opened=sides.opened, sides=sides, party=party, found=found, place="agreements",
        sharing=[Marked(row, ()) for row in found.sharing], own=_marked(found.own), everyone=_marked(found.everyone),
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/compare/for.docx")
def for_party_in_word(ref: str) -> Response:
    sides = _sides(ref)
    party = _party(sides)
    source = dataclasses.replace(sides.after, party=party)
    before, after = map(called, sides.names)
    made = changed_for.render(source, sides.before.agreement, called=(before, after))
    whose = file_name(sides.parties[party]) or party
    return making.sent(_file(sides, f"changes-{whose}"), making.MEDIA["docx"], made)


def called(side: str) -> str:
    """`the draft`, `version 2`."""
    return "the draft" if side == DRAFT else f"version {side}"


def _marked(found: Sequence[Change | changed_for.Row]) -> list[Marked]:
    return [Marked(one, worded(one.before, one.after) if one.before and one.after else ()) for one in found]


def _sides(ref: str) -> Sides:
    """Raises NotFound."""
    opened = open_issued(ref)
    latest = str(opened.draft.issued or DRAFT)
    names = (request.args.get("before", latest), request.args.get("after", DRAFT if may("draft:read") else latest))
    before, after = (_source(opened, name) for name in names)
    if before.schema.id != after.schema.id:
        raise NotFound("These two are different kinds of document, so they cannot be compared.")
    return Sides(opened, names, before, after)


def _source(opened: Opened, side: str) -> Source:
    """Raises NotFound."""
    if side == DRAFT:
        if not may("draft:read"):
            raise NotFound(f"There is no agreement {opened.ref}.")
        return making.source_of(opened, making.draft_stamp(opened))
    if not (side.isascii() and side.isdigit() and len(side) < 9):
        raise NotFound(f"There is no version “{side[:20]}” of {opened.ref}.")
    return making.source_of_version(opened, versions.version(session(), opened.ref, int(side), of=reach()))


def _word(sides: Sides, source: Source) -> bytes:
    """The Word file of a side: of a version the one that was kept with it, without its seal."""
    if source.stamp.version.isdigit():
        try:
            name = f"{source.stamp.named}.docx"
            number = int(source.stamp.version)
            return unsigned(versions.document(session(), sides.opened.ref, number, name, of=reach()).content)
        except NotFound:
            pass  # a version that was kept without one
    return making.made_from(source, "document.docx").content


def _party(sides: Sides) -> str:
    """Raises NotFound."""
    party = request.args.get("party", "")
    if party not in sides.parties:
        raise NotFound(f"There is no partner “{party[:40]}” in either of the two.")
    return party


def _file(sides: Sides, what: str) -> str:
    """`ISA-2026-0001-version-1-to-draft-redline.docx`."""
    before, after = (called(name).removeprefix("the ").replace(" ", "-") for name in sides.names)
    return f"{sides.opened.ref}-{before}-to-{after}-{what}.docx"
