"""Eighty texts that would do something if anything read them as more than text, and places of a Word file for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from protocolbuilder.documents import package
from protocolbuilder.documents.house_pictures import OPENING
from tests.documents.branded import council, file

RESULT: Final = "1787569"  # what 1337*1337 comes to: in no document unless something was worked out
CANARY: Final = "pb-canary"  # a folder that would be made where the tests run
_OS: Final = f"os.mkdir('{CANARY}')"

JINJA: Final = (
    "{{1337*1337}}", "{{ 1337 * 1337 }}", "{{'x'*1337*1337}}", "{{-1337*1337-}}", "{%- if 1 %}{{1337*1337}}{% endif %}",
    "{% for a in range(3) %}{{1337*1337}}{% endfor %}", "{% set a = 1337*1337 %}{{ a }}", "{% raw %}{{1337*1337}}",
    "{% raw %}x{% endraw %}{{1337*1337}}", "{# gone #}{{1337*1337}}", "{# a comment",
    "{% include 'agreement-1.docx' %}", "{% extends 'layout.html' %}", "{% import 'os' as os %}",
    "{% macro a() %}{{1337*1337}}{% endmacro %}{{ a() }}",
    "{% block a %}{{1337*1337}}{% endblock %}", "{% autoescape false %}<b>{{1337*1337}}</b>{% endautoescape %}",
    f"{{{{ cycler.__init__.__globals__.{_OS} }}}}", f"{{{{ joiner.__init__.__globals__.{_OS} }}}}",
    f"{{{{ namespace.__init__.__globals__.{_OS} }}}}", f"{{{{ lipsum.__globals__['os'].mkdir('{CANARY}') }}}}",
    f"{{{{ self.__init__.__globals__.__builtins__.__import__('os').mkdir('{CANARY}') }}}}",
    f"{{{{ request.application.__globals__.__builtins__.__import__('os').mkdir('{CANARY}') }}}}",
    f"{{{{ config.__class__.__init__.__globals__['os'].mkdir('{CANARY}') }}}}", "{{ config.items() }}", "{{ config }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ ()|attr('__class__')|attr('__base__') }}", "{{ ''['__cla'+'ss__'] }}",
    "{{ stamp.__class__.__init__.__globals__ }}", "{{ stamp.digest }}", "{{ about.title }}",
    "{{ number.section.__func__.__globals__ }}", "{{ not_stated }}",
    "{{ '%s' % (1337*1337) }}", "{{ '{0.__class__}'.format(1337*1337) }}", "{{ 'a'|map('upper')|list }}",
    "{{ dict(a=1337*1337) }}", "{{ loop.index }}", "{{ undefined_name }}", "{%p if 1 %}", "{%tr for a in flows %}",
    "{%r endfor %}", "{{r 1337*1337 }}", "{{p 1337*1337 }}", "{%tc endfor %}", "{%- raw -%}", "}}{{1337*1337}}{{",
    "%}{{1337*1337}}{%", "{_{1337*1337}_}{{1337*1337}}", "{{\u20281337*1337}}", "{{1337*1337",
)  # fmt: skip
OTHERS: Final = (
    "${1337*1337}", "#{1337*1337}", "*{1337*1337}", "~{1337*1337}", "@{1337*1337}", "@(1337*1337)", "<%= 1337*1337 %>",
    "<% system('id') %>", "<?php echo 1337*1337; ?>", "[[${1337*1337}]]", "[=1337*1337]", "$(expr 1337 \\* 1337)",
    "`expr 1337 '*' 1337`", "=1337*1337", "+1337*1337", "-1337*1337", "@SUM(1337*1337)",
    "=HYPERLINK(\"https://example.org\",\"x\")", "=cmd|' /C calc'!A0", "＝1337*1337",
    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "&lol; &#123;&#123;1337*1337&#125;&#125;",
    "<script>document.title=1337*1337</script>", "<w:p><w:r><w:t>1337*1337</w:t></w:r></w:p>",
)  # fmt: skip
FIELDS: Final = (
    "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\"", "INCLUDETEXT \"file:///etc/passwd\"",
    "INCLUDEPICTURE \"https://example.org/x.png\" \\d",
)  # fmt: skip
PAYLOADS: Final = (*JINJA, *OTHERS, *FIELDS)

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPLIT: Final = "</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:t>"

Parts = dict[str, bytes]


def base() -> Parts:
    return package.read_own(file(council(first=False)))


def _paragraph(text: str) -> str:
    return f'<w:p {OPENING}><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def _into(parts: Parts, name: str, xml: str, *, end: str) -> None:
    whole = parts[name].decode()
    at = whole.rindex(end)
    parts[name] = f"{whole[:at]}{xml}{whole[at:]}".encode()


def _header(parts: Parts) -> str:
    return next(name for name in sorted(parts) if name.startswith("word/header"))


def _footer(parts: Parts) -> str:
    return next(name for name in sorted(parts) if name.startswith("word/footer"))


def in_body(parts: Parts, text: str) -> None:
    _into(parts, package.WORD, _paragraph(escape(text)), end="<w:sectPr")


def in_header(parts: Parts, text: str) -> None:
    _into(parts, _header(parts), _paragraph(escape(text)), end="</w:hdr>")


def in_footer(parts: Parts, text: str) -> None:
    _into(parts, _footer(parts), _paragraph(escape(text)), end="</w:ftr>")


def split_over_runs(parts: Parts, text: str) -> None:
    _into(parts, _header(parts), _paragraph(_SPLIT.join(map(escape, text))), end="</w:hdr>")


def split_over_paragraphs(parts: Parts, text: str) -> None:
    _into(parts, _footer(parts), "".join(_paragraph(escape(sign)) for sign in text), end="</w:ftr>")


def as_references(parts: Parts, text: str) -> None:
    _into(parts, _header(parts), _paragraph("".join(f"&#{ord(sign)};" for sign in text)), end="</w:hdr>")


def in_another_encoding(parts: Parts, text: str) -> None:
    in_header(parts, text)
    whole = parts[_header(parts)].decode()
    whole = whole[whole.index("?>") + 2 :]
    parts[_header(parts)] = f'<?xml version="1.0" encoding="UTF-16"?>{whole}'.encode("utf-16")


def in_an_xml_comment(parts: Parts, text: str) -> None:
    _into(parts, _header(parts), f"<!-- {text.replace('--', '- -')} -->", end="</w:hdr>")


def _part(parts: Parts, name: str, xml: str, *, kind: str) -> None:
    parts[f"word/{name}"] = f"<?xml version='1.0' encoding='UTF-8'?>{xml}".encode()
    row = f'<Relationship Id="rIdX" Type="{_OFFICE}/{kind}" Target="{name}"/>'
    _into(parts, "word/_rels/document.xml.rels", row, end="</Relationships>")


def in_a_comment(parts: Parts, text: str) -> None:
    said = f'<w:comment w:id="0" w:author="Jo">{_paragraph(escape(text))}</w:comment>'
    _part(parts, "comments.xml", f"<w:comments {OPENING}>{said}</w:comments>", kind="comments")


def in_a_footnote(parts: Parts, text: str) -> None:
    said = f'<w:footnote w:id="3">{_paragraph(escape(text))}</w:footnote>'
    _part(parts, "footnotes.xml", f"<w:footnotes {OPENING}>{said}</w:footnotes>", kind="footnotes")


def in_core_properties(parts: Parts, text: str) -> None:
    xml = f"<x:y xmlns:x=\"urn:x\">{escape(text)}</x:y>"
    _into(parts, "docProps/core.xml", xml, end="</cp:coreProperties>")


def in_app_properties(parts: Parts, text: str) -> None:
    parts["docProps/app.xml"] = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Company>{escape(text)}</Company></Properties>"
    ).encode()


def in_custom_properties(parts: Parts, text: str) -> None:
    parts["docProps/custom.xml"] = f'<Properties xmlns="urn:c"><p name="{escape(text)}">x</p></Properties>'.encode()


def in_custom_xml(parts: Parts, text: str) -> None:
    parts["customXml/item9.xml"] = f"<a>{escape(text)}</a>".encode()


def in_a_text_box(parts: Parts, text: str) -> None:
    box = f"<w:p {OPENING}><w:r><w:pict><w:txbxContent>{_paragraph(escape(text))}</w:txbxContent></w:pict></w:r></w:p>"
    _into(parts, _header(parts), box, end="</w:hdr>")


def in_alternative_text(parts: Parts, text: str) -> None:
    whole = parts[_header(parts)].decode()
    parts[_header(parts)] = whole.replace("<wp:docPr ", f'<wp:docPr descr="{escape(text)}" ', 1).encode()


def in_a_link(parts: Parts, text: str) -> None:
    row = (
        f'<Relationship Id="rIdL" Type="{_OFFICE}/hyperlink" TargetMode="External" '
        f'Target="https://example.org/{escape(text)}"/>'
    )
    _into(parts, "word/_rels/document.xml.rels", row, end="</Relationships>")


def in_a_field(parts: Parts, text: str) -> None:
    field = (
        f'<w:p {OPENING}><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + "".join(f"<w:r><w:instrText>{escape(sign)}</w:instrText></w:r>" for sign in text)
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    _into(parts, _footer(parts), field, end="</w:ftr>")


def in_a_simple_field(parts: Parts, text: str) -> None:
    field = f'<w:p {OPENING}><w:fldSimple w:instr="{escape(text)}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
    _into(parts, package.WORD, field, end="<w:sectPr")


def in_a_style_name(parts: Parts, text: str) -> None:
    made = f'<w:style w:type="paragraph" w:styleId="x"><w:name w:val="{escape(text)}"/></w:style>'
    _into(parts, "word/styles.xml", made, end="</w:styles>")


def in_a_text_part(parts: Parts, text: str) -> None:
    parts["word/notes.txt"] = text.encode()


def in_a_member_name(parts: Parts, text: str) -> None:
    parts[f"word/{text.replace('/', '-').replace(chr(92), '-')}.xml"] = b"<a/>"


PLACES: Final[Mapping[str, Callable[[Parts, str], None]]] = {
    made.__name__.replace("_", " "): made
    for made in (
        in_body, in_header, in_footer, split_over_runs, split_over_paragraphs, as_references, in_another_encoding,
        in_an_xml_comment, in_a_comment, in_a_footnote, in_core_properties, in_app_properties, in_custom_properties,
        in_custom_xml, in_a_text_box, in_alternative_text, in_a_link, in_a_field, in_a_simple_field, in_a_style_name,
        in_a_text_part, in_a_member_name,
    )
}  # fmt: skip


def hostile(place: str, text: str) -> bytes:
    """A council's file for branding with a text in one place."""
    parts = base()
    PLACES[place](parts, text)
    return package.write(parts)
