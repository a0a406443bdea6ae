"""The glossary page, and the links that lead to it from the answers."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from markupsafe import Markup, escape

from protocolbuilder import catalogue
from protocolbuilder.law import glossary
from protocolbuilder.law.plain_words import terms_in
from protocolbuilder.law.words import lexicon

blueprint = Blueprint("glossary", __name__)


@blueprint.get("/glossary")
def show() -> str:
    return render_template("glossary.html", entries=glossary.entries(catalogue.library()), place="law")


@blueprint.app_template_filter("with_terms")
def with_terms(text: str) -> Markup:
    """The text with a link to the glossary where a term first stands on the page."""
    seen: set[str] = g.setdefault("terms_seen", set())
    made, done = Markup(), 0
    for use in terms_in(text, "clause", lexicon.shared(catalogue.library(), frozenset())):
        if use.term.compared and use.term.id not in seen and use.start >= done:
            seen.add(use.term.id)
            link = Markup('<a class="govuk-link" href="/glossary#{}">{}</a>').format(use.term.id, use.words)
            made += escape(text[done : use.start]) + link
            done = use.end
    return made + escape(text[done:])
