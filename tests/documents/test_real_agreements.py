"""The facts of 24 published agreements print whole, as agreement and as matrix, and a second reader sees it all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import cells
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.intake import door
from tests.documents import made
from tests.second_reader import SecondReader
from tests.usual import some

FOLDER = Path(__file__).resolve().parent.parent / "agreements"
FILES = sorted(path.name for path in FOLDER.glob("*.json"))


def imported(name: str) -> Agreement:
    return door.take((FOLDER / name).read_bytes()).agreement


def test_there_are_24() -> None:
    assert len(FILES) == 24


@pytest.mark.parametrize("name", some(FILES, of=2))
def test_every_imported_value_is_printed_and_the_second_reader_sees_it(second_reader: SecondReader, name: str) -> None:
    agreement = imported(name)
    seen = "\n\n".join(text for text in second_reader.text(made.docx(agreement)) if text.strip())
    assert made.lost(agreement, seen) == []


@pytest.mark.parametrize("name", FILES)
def test_the_matrix_holds_every_flow_and_says_where_an_end_is_not_stated(
    second_reader: SecondReader, name: str
) -> None:
    agreement = imported(name)
    found = cells.compute(catalogue.schema(agreement.schema), agreement, catalogue.library())
    flows = {flow["id"]: flow for flow in agreement.answers["flows"]}
    assert len(flows) == len(json.loads((FOLDER / name).read_text("utf-8"))["flows"])
    for view in found.views.values():
        assert {flow for cell in view.cells.values() for flow in cell.flows} == set(flows)
    for (sender, recipient), cell in found.views["agencies"].cells.items():
        assert all(bool(flows[flow].get("from")) == bool(sender) for flow in cell.flows)
        assert all(bool(flows[flow].get("to")) == bool(recipient) for flow in cell.flows)
    seen = second_reader.text(made.as_matrix(agreement, "docx"))
    assert set(found.labels.values()) <= set(seen)
    assert bool(flows) != ("The agreement has no flows yet." in seen)
