"""The glossary page, and the links that lead to it from whatever a page explains or repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from flask import Blueprint, g, render_template
from markupsafe import Markup, escape

from protocolbuilder import catalogue
from protocolbuilder.law import glossary
from protocolbuilder.law.plain_words import terms_in
from protocolbuilder.law.words import lexicon

blueprint = Blueprint("glossary", __name__)

TEXT: Final = re.compile(r"(?P<kept><(?P<tag>h[1-6]|a)\b.*?</(?P=tag)>|<[^>]*>)|(?P<text>[^<]+)", re.DOTALL)
"""A text of a page, or what is kept as it is: a tag, a whole heading, a whole link."""


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


@blueprint.app_template_filter("linked_terms")
def linked_terms(page: Markup) -> Markup:
    """A page in HTML with such links in its texts; headings and links stay as they are."""
    return Markup("").join(_linked(hit) for hit in TEXT.finditer(page))


def _linked(hit: re.Match[str]) -> Markup:
    kept = hit["kept"]
    return Markup(kept) if kept else with_terms(Markup(hit["text"]).unescape())  # noqa: S704 # a part of the page


@blueprint.app_template_filter("terms")
def terms(texts: Iterable[str]) -> list[tuple[str, str]]:
    """(id, words) of each term in texts that can hold no link, such as the hint of a question."""
    words = lexicon.shared(catalogue.library(), frozenset())
    used = (use for text in texts for use in terms_in(text, "clause", words) if use.term.compared)
    return [*{use.term.id: (use.term.id, use.words) for use in used}.values()]
