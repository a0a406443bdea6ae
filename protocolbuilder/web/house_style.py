"""Settings: the look of Word documents, and the Word templates that an operator put in the place of ours."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from protocolbuilder import catalogue
from protocolbuilder.documents import family, templates
from protocolbuilder.documents.house_style import take
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.stock import overridden
from protocolbuilder.domain.agreement import digest
from protocolbuilder.domain.reading import FORBIDDEN
from protocolbuilder.errors import BadFile, Full, NotFound, ProtocolBuilderError
from protocolbuilder.store import house_styles, sample_removal
from protocolbuilder.web import looks, making
from protocolbuilder.web.access import who
from protocolbuilder.web.library import library, today
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.running import now, session
from protocolbuilder.web.uploads import share, uploaded

blueprint = Blueprint("house_style", __name__)

LONGEST: Final = 120
SAMPLE: Final = "sample"


@blueprint.get("/settings")
def settings() -> str:
    """What is set for this copy, and mistakes in an operator's templates."""
    folder = looks.folder()
    schemas = [catalogue.schema(name) for name in catalogue.SCHEMAS]
    problems = templates.check(schemas, family.shapes(schemas[0]), where=folder)
    return render_template(
        "settings.html", current=house_styles.current(session()), folder=folder, overridden=overridden(folder),
        problems=problems, sample=sample_removal.is_here(session()), place="settings",
    )  # fmt: skip


@blueprint.get("/settings/house-style")
def house_style() -> str:
    return _page()


@blueprint.post("/settings/house-style")
def upload() -> str | tuple[str, int] | Redirect:
    """A plain Word file becomes the look of every document from now on. A file that is refused changes nothing."""
    name = " ".join(FORBIDDEN.sub("", request.form.get("name", "")).split())
    wrong = {} if name else {"name": "Enter the name of the organisation"}
    if len(name) > LONGEST:
        wrong["name"] = f"The name of the organisation must be {LONGEST} characters or less"
    try:
        content, _ = uploaded()
        if content:
            take(content, name)
        else:
            wrong["file"] = "Select a Word file"
    except BadFile as error:
        wrong["file"] = error.text
    if wrong:
        return _page(wrong=wrong, name=name), 422
    try:
        house_styles.upload(session(), content, name=name, by=who(), at=now(), share=share())
    except Full as error:
        return _page(wrong={"file": error.text}, name=name), 413
    flash(f"Word documents now have the look of {name}. Versions that were issued stay as they are.")
    return redirect("/settings/house-style", 303)


@blueprint.post("/settings/house-style/choose")
def choose() -> Redirect:
    """Back to the plain look (0), or to a file that was uploaded before. Raises NotFound."""
    chosen = request.form.get("file", type=whole_number)
    if chosen is None:
        raise NotFound("Choose one of the looks on the page.")
    made = house_styles.choose(session(), chosen, by=who(), at=now())
    flash(f"Word documents now have {f'the look of {made.name}' if made.file else 'the plain look'}.")
    return redirect("/settings/house-style", 303)


@blueprint.get("/settings/house-style/<int:number>/sample.docx")
def sample(number: int) -> Response:
    """An agreement made of a starting pattern, in one look (0: the plain one). Raises NotFound."""
    chosen = house_styles.chosen(session(), number) if number else None
    agreement = catalogue.patterns()[0].agreement
    stamp = Stamp("SAMPLE", SAMPLE, digest(agreement), library().version, now())
    source = Source(
        catalogue.schema(agreement.schema), agreement, library(), stamp, on=today(), stock=looks.with_style(chosen)
    )
    name = f"{SAMPLE}-house-style-{number}.docx" if number else f"{SAMPLE}-plain.docx"
    return making.sent(name, making.MEDIA["docx"], family.make("agreement", source))


def _page(*, wrong: dict[str, str] | None = None, name: str = "") -> str:
    current, style, broken = house_styles.current(session()), None, ""
    try:
        style = looks.style_of(current) if current and current.file else None
    except ProtocolBuilderError as error:
        broken = error.text
    return render_template(
        "house_style.html", current=current, style=style, broken=broken, wrong=wrong or {}, name=name,
        history=house_styles.history(session()), place="settings",
    )  # fmt: skip
