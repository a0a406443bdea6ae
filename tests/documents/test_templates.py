"""A Word template that a person edited is checked before it is used, and the fault is named with its place."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.xmlchemy import BaseOxmlElement

from protocolbuilder import catalogue
from protocolbuilder.documents import family, templates
from protocolbuilder.documents.visible import W
from tests import builders
from tests.documents import made

SCHEMAS = (catalogue.schema("agreement-1"), catalogue.schema("protocol-1"))
SHAPES = family.shapes(SCHEMAS[0])


def edited(name: str, old: str, new: str) -> bytes:
    """A template with a text changed, as in Word."""
    document = Document(BytesIO(templates.load(name)))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    found = [p for holder in (document, *cells) for p in holder.paragraphs if old in p.text]
    assert found
    found[0].runs[0].text = found[0].text.replace(old, new)
    for run in found[0].runs[1:]:
        run.text = ""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def problems(folder: Path, name: str, content: bytes) -> list[tuple[str, str, str]]:
    (folder / f"{name}.docx").write_bytes(content)
    return [(one.template, one.place, one.text) for one in templates.check(SCHEMAS, SHAPES, where=folder)]


def test_the_shipped_templates_have_no_problem() -> None:
    assert templates.check(SCHEMAS, SHAPES) == ()


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("summary.text", "summary.txet", "There is nothing called “txet” in “summary”."),
        ("summary.text", "sumary.text", "There is nothing called “sumary”."),
        ("summary.text or", "summary.text | upper or", "“filter” may not be used in a template."),
        ("summary.text or not_stated", "summary.text[0]", "“getitem” may not be used in a template."),
        ("summary.text or not_stated", "summary.__class__", "There is nothing called “__class__” in “summary”."),
        (
            "summary.text or not_stated",
            "stamp.reference()",
            "Only number.section(), number.part() and number.appendix() may be called.",
        ),
        ("{{ summary.text or not_stated }}", "{% include 'x' %}", "“include” may not be used in a template."),
        (
            "{{ summary.text or not_stated }}",
            "{% for x in summary.text %}{% endfor %}",
            "This is no list, so nothing can be repeated for it.",
        ),
    ],
)
def test_a_misspelt_variable_is_refused_with_its_place(tmp_path: Path, old: str, new: str, text: str) -> None:
    (found,) = problems(tmp_path, "agreement-1", edited("agreement-1", old, new))
    assert found[0] == "agreement-1.docx"
    assert new.removesuffix(" or") in found[1]
    assert found[2] == text


def test_a_tag_that_is_not_closed_is_refused(tmp_path: Path) -> None:
    content = edited("agreement-1", "{{ summary.text or not_stated }}", "{% if summary.text %}x")
    assert "cannot be understood" in problems(tmp_path, "agreement-1", content)[0][2]


def test_an_answer_that_is_printed_nowhere_is_named(tmp_path: Path) -> None:
    content = edited("protocol-1", "row in governance.rest", "row in assurance.rest")
    content = edited_bytes(content, "{{ governance.board or not_stated }}", "")
    found = problems(tmp_path, "protocol-1", content)
    assert [text for _, _, text in found] == ["The answer to governance.board is printed nowhere."]


def edited_bytes(content: bytes, old: str, new: str) -> bytes:
    document = Document(BytesIO(content))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            paragraph.text = paragraph.text.replace(old, new)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_template_of_no_schema_and_a_file_that_is_none_are_named(tmp_path: Path) -> None:
    assert problems(tmp_path, "agreement-9", b"x") == [("agreement-9.docx", "", "No schema is called “agreement-9”.")]
    (tmp_path / "agreement-9.docx").unlink()
    assert problems(tmp_path, "agreement-1", b"x") == [
        ("agreement-1.docx", "", "The file is not a Word file (.docx), or it is damaged.")
    ]


def test_what_a_template_names_leaves_the_rest() -> None:
    agreement = builders.with_answers(builders.small(), training={"who": "Everyone new"})
    content = edited_bytes(templates.load("agreement-1"), "{{ training.who }}", "{{ training.who }} – every year")
    assert "Everyone new – every year" in made.text(made.docx(agreement, template=content))
    unnamed = edited_bytes(templates.load("agreement-1"), "{{ training.who }}", "")
    assert made.text(made.docx(agreement, template=unnamed)).count("Everyone new") == 1


def words(element: BaseOxmlElement) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t")).strip()


@pytest.mark.parametrize("path", sorted(templates.folder().glob("*.docx")), ids=lambda path: path.stem)
def test_the_words_before_a_table_stay_with_it(path: Path) -> None:
    document = Document(str(path))
    keeping = {style.style_id for style in document.styles if style.element.find(f"{W}pPr/{W}keepNext") is not None}
    apart = []
    for table in document.element.body.iterchildren(f"{W}tbl"):
        before = table.getprevious()
        while before is not None and words(before).startswith("{%p"):
            before = before.getprevious()
        said = "" if before is None or before.tag != f"{W}p" else words(before)
        leads = said and not said.startswith(("☐", "Out of date"))  # what can be ticked ends a list
        if leads and before.find(f"{W}pPr/{W}keepNext") is None and before.style not in keeping:
            apart.append(said)
    assert apart == []
