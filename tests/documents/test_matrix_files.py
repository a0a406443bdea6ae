"""The matrix as files: every flow is in each of them, texts stay texts, and the screen says what the sheet says."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import cells, matrix, screen, sheet
from protocolbuilder.domain.agreement import Agreement
from tests import builders
from tests.documents import made
from tests.documents.test_word import many_parties

FORMATS: tuple[matrix.As, ...] = ("docx", "xlsx", "csv", "html")
MASH = made.renamed(catalogue.pattern("mash").agreement)


def computed(agreement: Agreement) -> cells.Matrix:
    return cells.compute(catalogue.schema(agreement.schema), agreement, catalogue.library())


def lines(agreement: Agreement) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.as_matrix(agreement, "csv").decode("utf-8-sig"))))


@pytest.mark.parametrize("as_", FORMATS)
def test_the_same_flows_give_the_same_bytes(as_: matrix.As) -> None:
    assert made.as_matrix(MASH, as_) == made.as_matrix(MASH, as_)


@pytest.mark.parametrize("as_", FORMATS)
def test_an_agreement_without_flows_has_a_matrix_that_says_so(as_: matrix.As) -> None:
    assert made.as_matrix(builders.empty(), as_)


def test_every_flow_stands_in_every_view_of_the_csv() -> None:
    every = set(computed(MASH).labels.values())
    for title in (*cells.TITLES.values(), "Flows"):
        seen = {label for line in lines(MASH) if line["View"] == title for label in line["Flows"].split(", ")}
        assert seen == every


def test_word_names_every_exchange_with_its_powers() -> None:
    seen = made.text(made.as_matrix(MASH, "docx"))
    found = computed(MASH)
    for cell in found.views["agencies"].cells.values():
        assert found.brief(cell) in seen
        assert all(power in seen for power in found.powers(cell))
    for item in MASH.answers["items"]:
        assert f"\n\n{found.order.number(item['id'])}\n\n{item['name']}\n\n" in seen
    for flow in MASH.answers["flows"]:
        assert f"\n\n{found.labels[flow['id']]}\n\n" in seen


@pytest.mark.asvs("V1.2.10")
def test_the_workbook_has_a_sheet_a_view_and_no_formula() -> None:
    hard = builders.with_answers(
        builders.small(),
        parties=[builders.party("p1", "=1+1"), builders.party("p2", "@SUM(A1)")],
        items=[{"id": "i1", "name": '+44 =HYPERLINK("http://x")', "category": "risk-assessment"}],
    )
    book: Any = openpyxl.load_workbook(io.BytesIO(made.as_matrix(hard, "xlsx")))
    assert book.sheetnames == [*sheet.SHEETS.values(), "Flows", "Standing of each partner", "Marks and version"]
    every = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in every} == {"s"}
    assert not any(cell.hyperlink for cell in every)
    assert book["Who shares with whom"]["A2"].value == "=1+1"
    assert "Flows: F1" in book["Who shares with whom"]["C2"].value


@pytest.mark.asvs("V1.2.10")
def test_a_csv_cell_that_would_be_a_formula_gets_an_apostrophe() -> None:
    hard = builders.with_answers(
        builders.small(),
        parties=[builders.party("p1", "=1+1"), builders.party("p2", "-2")],
    )
    assert {line["Row"] for line in lines(hard) if line["View"] == "Who shares with whom"} == {"'=1+1", "'-2"}
    for text in ("+1", "@x", "\tx", "=x", "-x"):
        assert sheet.safe(text) == f"'{text}"
    assert sheet.safe("plain = text") == "plain = text"


def test_a_flow_with_an_end_that_is_not_stated_stands_under_not_stated() -> None:
    flows = [{k: v for k, v in builders.flow("f1", "p1", "p2").items() if k != "to"}]
    agreement = builders.with_answers(builders.small(), flows=flows)
    (line,) = [line for line in lines(agreement) if line["View"] == "Who shares with whom"]
    assert (line["Row"], line["Column"]) == ("Northshire Police", "Not stated")
    assert "To\n\n" in made.text(made.as_matrix(agreement, "docx"))


def test_a_power_that_no_one_has_checked_is_marked_in_every_form() -> None:
    gateways = catalogue.library().vocabularies["gateways"]
    unchecked = next(key for key, entry in gateways.items() if not entry["verified"])
    agreement = builders.with_answers(builders.small(), gateways=[{"id": "g1", "provision": unchecked}])
    assert "not verified" in made.text(made.as_matrix(agreement, "docx")).replace("marked “not verified”", "")
    assert any("(not verified)" in line["Legal powers"] for line in lines(agreement))
    assert b"(not verified)" in made.as_matrix(agreement, "html")


def test_cells_on_screen_lead_to_flows_and_powers_and_can_be_narrowed() -> None:
    found = computed(MASH)
    whole = screen.table(found, "agencies", link=lambda address: f"/x/{address}")
    assert all(f'href="/x/flows.{flow["id"]}"' in whole for flow in MASH.answers["flows"])
    assert "<caption" in whole and 'scope="row"' in whole and 'scope="col"' in whole
    one = MASH.answers["parties"][0]["id"]
    assert screen.table(found, "agencies", rows=[one]).count('scope="row"') == 1


def test_markup_in_a_name_stays_text_on_screen() -> None:
    agreement = builders.with_answers(builders.small(), parties=[builders.party("p1", "<script>x</script>")])
    html = made.as_matrix(agreement, "html").decode()
    assert "<script>" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize("count", [40, 300])
@pytest.mark.parametrize("as_", FORMATS)
def test_many_partners_are_all_in_the_matrix(as_: matrix.As, count: int) -> None:
    agreement = many_parties(count)
    content = made.as_matrix(agreement, as_)
    if as_ == "docx":
        seen = made.text(content)
        assert all(party["name"] in seen for party in agreement.answers["parties"])


def test_a_grid_is_never_wider_than_a_page() -> None:
    for count in (2, 8, 9, 40):
        parts = cells.bands(computed(many_parties(count)).views["agencies"], matrix.ACROSS)
        assert max(len(columns) for _, columns in parts) <= matrix.ACROSS
        assert sum(len(columns) for _, columns in parts) == count
    assert cells.bands(computed(builders.empty()).views["agencies"], 8) == []


def test_every_format_says_what_each_partner_has_done_so_far() -> None:
    agreement = builders.with_answers(
        builders.small(),
        participation=[{"id": "a1", "party": "p2", "act": "signed", "date": "2026-04-14", "route": "on paper"}],
    )
    said = "Signed, 14 April 2026, on paper"
    book: Any = openpyxl.load_workbook(io.BytesIO(made.as_matrix(agreement, "xlsx")))
    rows = [tuple(cell.value for cell in row) for row in book["Standing of each partner"].iter_rows()]
    assert rows[1:] == [("Northshire Police", "Controller", "Not stated"), ("Northshire Council", "Controller", said)]
    assert said in made.as_matrix(agreement, "csv").decode("utf-8-sig")
    assert said in made.text(made.as_matrix(agreement, "docx"))
