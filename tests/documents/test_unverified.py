"""Every document that shows law says what nobody has checked of it: Word, matrix in each form, preview, report."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import matrix, package, review, word
from protocolbuilder.documents.family import FAMILY, applies, make
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.law.library import Library, effective
from protocolbuilder.law.overlay import Verification
from protocolbuilder.law.review import review_draft
from tests.documents import made
from tests.unverified import DUTY, NOT_CHECKED, resting_on_doubts, unmarked

SHIPPED = catalogue.library()
ON = date(2026, 11, 24)
Print = Callable[[Agreement, Library], str]


def agreement_in_word(agreement: Agreement, library: Library) -> str:
    return made.text(word.render("agreement", _schema(agreement), agreement, library, made.stamp(agreement)))


def preview(agreement: Agreement, library: Library) -> str:
    return _untagged(word.preview("agreement", _schema(agreement), agreement, library, made.stamp(agreement)))


def report(agreement: Agreement, library: Library) -> str:
    schema = _schema(agreement)
    found = review_draft(schema, agreement, library, on=ON, problems=())
    return made.text(review.render(schema, agreement, library, made.stamp(agreement), findings=found, on=ON))


def matrix_in_word(agreement: Agreement, library: Library) -> str:
    return made.text(_matrix(agreement, library, "docx"))


def matrix_as_page(agreement: Agreement, library: Library) -> str:
    return _untagged(_matrix(agreement, library, "html").decode())


def matrix_as_csv(agreement: Agreement, library: Library) -> str:
    rows = csv.reader(io.StringIO(_matrix(agreement, library, "csv").decode("utf-8-sig")))
    return "\n".join(" ".join(row) for row in rows)


def workbook(agreement: Agreement, library: Library) -> str:
    book: Any = openpyxl.load_workbook(io.BytesIO(_matrix(agreement, library, "xlsx")))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def _matrix(agreement: Agreement, library: Library, as_: Any) -> bytes:
    return matrix.render(_schema(agreement), agreement, library, made.stamp(agreement), as_=as_)


def _schema(agreement: Agreement) -> Any:
    return catalogue.schema(agreement.schema)


def _untagged(text: str) -> str:
    return re.sub(r"<[^>]+>", " ", text)


EVERY: tuple[Print, ...] = (
    agreement_in_word, preview, report, matrix_in_word, matrix_as_page, matrix_as_csv, workbook,
)


def checked() -> Library:
    """The library after somebody looked at the two provisions."""
    seen = [
        Verification(f"v-{entry}", entry, "Jo Green", "Solicitor", ON, "The section.", "S.I. 2026/1000", ON, made.AT)
        for entry in (DUTY, NOT_CHECKED)
    ]
    return effective(SHIPPED, tuple(seen), on=ON)


@pytest.mark.parametrize("printed", EVERY)
def test_a_document_says_beside_each_provision_what_nobody_has_checked(printed: Print) -> None:
    words = " ".join(printed(resting_on_doubts(), SHIPPED).split())
    assert "CA 2004 s.16LA" in words and "CA 1989 s.47(9)-(11)" in words
    assert not unmarked(words, SHIPPED)


@pytest.mark.parametrize("printed", EVERY)
def test_a_recorded_verification_takes_the_mark_out_of_a_document(printed: Print) -> None:
    words = " ".join(printed(resting_on_doubts(), checked()).split())
    for entry in (DUTY, NOT_CHECKED):
        record = SHIPPED.vocabularies["gateways"][entry]
        assert f"{record['citation']}: {record['title']} (not" not in words
        assert f"{record['citation']} is not" not in words


@pytest.mark.parametrize("printed", [one for one in EVERY if one is not report])
def test_a_document_says_which_information_the_law_restricts(printed: Print) -> None:
    words = " ".join(printed(resting_on_doubts(), SHIPPED).split())
    assert "ACA 2002 ss.56-65: Adoption information (not verified)" in words and "Adoption history" in words


WHOLE = Source(catalogue.schema("agreement-1"), resting_on_doubts(), SHIPPED, made.stamp(resting_on_doubts()), ON)


FORMS = ("docx", "pptx", "xlsx", "csv", "html")


@pytest.mark.parametrize(
    ("what", "form"), [(row.what, form) for row in FAMILY.values() for form in row.forms if form in FORMS]
)
def test_no_document_of_the_family_leaves_it_unsaid(what: str, form: str) -> None:
    row = FAMILY[what]
    parties = row.per_party(WHOLE)
    found = dataclasses.replace(WHOLE, party=parties[0]) if parties else WHOLE
    if not applies(row, found):
        return
    printed = make(what, found, form)
    if form == "docx":
        words = made.text(printed)
    elif form in ("pptx", "xlsx"):
        parts = package.read_own(printed)
        words = " ".join(_untagged(part.decode()) for name, part in parts.items() if name.endswith(".xml"))
    else:
        words = _untagged(printed.decode())
    assert not unmarked(words, SHIPPED)
