"""The same Word template in the tags of docxtpl, of carbone, and of docxtemplater and easy-template-x.

An agreement: a title and 40 clauses; a table of the partners; a table of the flows in 8 columns; and for each flow a
heading and a table of 10 questions with their answers. Styles, header and footer are those of `agreement-1.docx`.
A grid: a heading row and a row for each partner with a cell for each other. docxtpl repeats the cells too; the others
are given them spelt out.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document

from protocolbuilder.documents import templates
from protocolbuilder.documents.visible import W

PARTY = ("name", "kind", "role", "contact")
FLOW = ("ref", "from", "to", "information", "purpose", "power", "method", "often")
QUESTIONS = ("what", "why", "necessity", "power_used", "who_decides", "how", "how_often", "how_fast", "never", "notes")
DIALECTS = ("jinja", "mustache", "carbone")
CLAUSE = "The partners share only what is needed for the purpose, record each decision, and keep to the periods below. "
Row = dict[str, Any]


def agreement(dialect: str) -> bytes:
    """The agreement in the tags of a dialect."""
    document = _shell()
    document.add_paragraph(_value(dialect, "", "title"), style="Title")
    for number in range(1, 41):
        document.add_paragraph(f"{number}. {CLAUSE * 2}")
    _rows(document, dialect, "parties", PARTY)
    _rows(document, dialect, "flows", FLOW)
    _before(document, dialect, "flows")
    document.add_paragraph(f"Flow {_value(dialect, 'flows', 'ref')}", style="heading 2")
    table = document.add_table(rows=len(QUESTIONS), cols=2)
    for row, question in zip(table.rows, QUESTIONS, strict=True):
        row.cells[0].text = question.replace("_", " ").capitalize()
        row.cells[1].text = _value(dialect, "flows", question)
    document.add_paragraph("")
    _after(document, dialect, "flows", "ref")
    return _saved(document)


def grid(dialect: str, size: int) -> bytes:
    """The grid in the tags of a dialect."""
    document = _shell()
    if dialect == "jinja":
        table = document.add_table(rows=4, cols=4)
        lines = (
            ("Name", "{%tc for column in columns %}", "{{ column }}", "{%tc endfor %}"),
            ("{%tr for row in rows %}", "", "", ""),
            ("{{ row.name }}", "{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}"),
            ("{%tr endfor %}", "", "", ""),
        )
        for row, texts in zip(table.rows, lines, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    else:
        _rows(document, dialect, "rows", ("name", *(f"c{number}" for number in range(size))))
    return _saved(document)


def _shell() -> Any:
    """`agreement-1.docx` without its text."""
    document = Document(BytesIO(templates.load("agreement-1")))
    body = document.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")):
            for text in relation.target_part.element.iter(f"{W}t"):
                text.text = "Sharing in Northshire"
    return document


def _value(dialect: str, list_: str, key: str) -> str:
    if dialect == "carbone":
        return f"{{d.{list_}[i].{key}}}" if list_ else f"{{d.{key}}}"
    if dialect == "mustache":
        return f"{{{key}}}"
    return f"{{{{ row.{key} }}}}" if list_ else f"{{{{ {key} }}}}"


def _rows(document: Any, dialect: str, list_: str, keys: tuple[str, ...]) -> None:
    """A table with a heading row and a row for each entry of a list."""
    extra = {"jinja": 2, "mustache": 0, "carbone": 1}[dialect]
    table = document.add_table(rows=2 + extra, cols=len(keys))
    rows = table.rows
    for cell, key in zip(rows[0].cells, keys, strict=True):
        cell.text = key.capitalize()
    texts = [_value(dialect, list_, key) for key in keys]
    if dialect == "mustache":
        texts[0], texts[-1] = f"{{#{list_}}}{texts[0]}", f"{texts[-1]}{{/{list_}}}"
    for cell, text in zip(rows[2 if dialect == "jinja" else 1].cells, texts, strict=True):
        cell.text = text
    if dialect == "jinja":
        rows[1].cells[0].text, rows[3].cells[0].text = f"{{%tr for row in {list_} %}}", "{%tr endfor %}"
    if dialect == "carbone":
        rows[2].cells[0].text = f"{{d.{list_}[i+1].{keys[0]}}}"
    document.add_paragraph("")


def _before(document: Any, dialect: str, list_: str) -> None:
    if dialect != "carbone":
        document.add_paragraph(f"{{#{list_}}}" if dialect == "mustache" else f"{{%p for row in {list_} %}}")


def _after(document: Any, dialect: str, list_: str, key: str) -> None:
    if dialect == "carbone":
        document.add_paragraph(f"Flow {{d.{list_}[i+1].{key}}}", style="heading 2")
    else:
        document.add_paragraph(f"{{/{list_}}}" if dialect == "mustache" else "{%p endfor %}")


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
