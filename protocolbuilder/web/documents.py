"""An agreement as people read it: the preview, and the draft's files."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape

from protocolbuilder.documents import word
from protocolbuilder.domain.matrix import references
from protocolbuilder.web import looks, making
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.permission import refuse_closed

blueprint = Blueprint("documents", __name__)

_HEADING: Final = re.compile(r'<(h[2-5]) class="([^"]*)">([^<]*)</\1>')


@blueprint.get("/agreements/<ref>/preview")
def preview(ref: str) -> str:
    """The text of the Word file, word for word."""
    opened = open_draft(ref)
    fragment = word.preview(
        making.what(opened), opened.schema, opened.agreement, opened.library, making.draft_stamp(opened),
        template=looks.stock().plain(opened.schema.id, opened.schema), parent=opened.stands.parent,
    )  # fmt: skip
    return render_template("preview.html", opened=opened, text=shown(opened, fragment), place="agreements")


def shown(opened: Opened, fragment: str) -> Markup:
    """The fragment with a place to jump to at each flow, and wide tables that scroll by themselves."""
    flows = {str(escape(f"Flow {label}")): item for item, label in references(opened.says).items()}

    def marked(hit: re.Match[str]) -> str:
        tag, css, text = hit.groups()
        return f'<{tag} class="{css}" id="flow-{flows[text]}">{text}</{tag}>' if text in flows else hit.group()

    return scrolling(_HEADING.sub(marked, fragment))


def scrolling(fragment: str) -> Markup:
    """The fragment with wide tables that scroll by themselves."""
    count = iter(range(1, 100_000))
    fragment = re.sub(r"<table\b", lambda _: f'{SCROLLS.format(next(count))}<table', fragment)
    return Markup(fragment.replace("</table>", "</table></div>"))  # noqa: S704 # every text in it is escaped there


SCROLLS: Final = '<div class="pb-scroll-x" tabindex="0" role="group" aria-label="Table {}">'


@blueprint.get("/agreements/<ref>/files/<kind>")
def file(ref: str, kind: str) -> Response:
    """A document of the draft as it stands. `?party=`: the id of the partner it is made for."""
    opened = open_draft(ref)
    refuse_closed(making.named(opened.schema, kind), of="draft")
    made = making.make(opened, making.draft_stamp(opened), kind, party=request.args.get("party", ""))
    return making.sent(made.name, made.media_type, made.content)
