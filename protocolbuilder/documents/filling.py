"""Fills a Word template through docxtpl: always escaped, strict about names, sandboxed, compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from protocolbuilder.errors import BadSchema

ENVIRONMENT: Final = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


@lru_cache(maxsize=32)
def patched(xml: str) -> str:
    """The XML with its tags joined where Word split them over runs, and whole rows and paragraphs made statements.

    Each paragraph starts a line, so that the line of an error says which.
    """
    joined: str = DocxTemplate.patch_xml(None, xml)
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", joined)


@lru_cache(maxsize=32)
def _compiled(xml: str) -> Template:
    return ENVIRONMENT.from_string(xml)


class _Filled(DocxTemplate):  # type: ignore[misc]
    """docxtpl, without what would change a text silently: `{_{` stays as typed, broken XML is not repaired."""

    def patch_xml(self, xml: str) -> str:
        return patched(xml)

    def render_xml_part(self, xml: str, part: Any, context: Mapping[str, Any], jinja_env: Any = None) -> str:
        made = _compiled(xml).render(context)
        resolved: str = self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", made))
        return resolved

    def fix_tables(self, xml: str) -> Any:
        etree.fromstring(xml)
        return super().fix_tables(xml)

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """Title and author are written by `properties`, not by the template."""


def fill(template: bytes, context: Mapping[str, Any]) -> bytes:
    """The filled Word file. Raises BadSchema with the template's own fault, which `templates.check` finds before."""
    document = _Filled(BytesIO(template))
    try:
        document.render(dict(context), ENVIRONMENT, autoescape=True)
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise BadSchema(f"The Word template cannot be filled: {error}") from error
    out = BytesIO()
    document.save(out)
    return out.getvalue()
