"""Where somebody wanted to go when they were asked to sign in, and what they had typed: carried all the way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.web.access import carried_fields, local_path

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Onward:
    """`to` is a path of ours. `kept`: what was posted to it, as JSON, "" when nothing was. `files`: files were among
    it; they cannot be carried."""

    to: str
    kept: str = ""
    files: bool = False

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What every form on the way carries."""
        found = [("next", self.to)] if self.to != "/" else []
        if self.kept:
            found += [("kept", self.kept), ("files", "yes" if self.files else "")]
        return found

    def at(self, endpoint: str) -> str:
        return url_for(endpoint, next=self.to) if self.to != "/" else url_for(endpoint)


def onward() -> Onward:
    """As the form or the address of this request says it."""
    kept, files = request.form.get("kept", ""), bool(request.form.get("files"))
    return Onward(local_path(request.values.get("next", "/")), kept if _posted(kept) else "", files)


def interrupted() -> Onward:
    """This request itself is to be done again after signing in."""
    if request.method != "POST":
        return Onward(request.full_path.rstrip("?"))
    fields = carried_fields()
    return Onward(request.full_path.rstrip("?"), json.dumps(fields, ensure_ascii=False), bool(request.files))


def go_on(way: Onward) -> Page:
    """There; what was typed is shown and sent by one press, because a browser repeats no form by itself."""
    if not way.kept:
        return redirect(way.to, 303)
    return render_template("again.html", to=way.to, carried=_posted(way.kept), files=way.files, signed_in=True)


def _posted(kept: str) -> list[tuple[str, str]]:
    """Of `kept`, what a form could have sent."""
    try:
        found: Any = json.loads(kept) if kept else []
    except ValueError:
        return []
    if not isinstance(found, list):
        return []
    pairs = [pair for pair in found if isinstance(pair, list) and len(pair) == 2]
    return [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]
