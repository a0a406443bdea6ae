"""What the law restricts of the information is known as soon as a data category is chosen."""

from datetime import date

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law.restrictions import restricted_flows, restrictions
from tests.builders import flow, small, with_answers

ON = date(2026, 11, 24)
LIBRARY = catalogue.library()


def found(category: object, nation: str = "england") -> set[str]:
    agreement = with_answers(small(), items=[{"id": "i1", "category": category}], about={"nations": [nation]})
    return {one.id for one in restrictions(agreement, LIBRARY, on=ON).get("i1", ())}


@pytest.mark.parametrize(
    ("category", "law"),
    [
        ("adoption-information", {"aca-2002-s57"}),
        ("gender-history", {"gra-2004-s22"}),
        ("financial-benefits", {"crca-2005-s18", "ssaa-1992-s123"}),
        ("counselling-notes", {"pcsca-2022-s44a"}),
        ("court-documents", {"aja-1960-s12"}),
        ("sexual-health", {"hfea-1990-s33a"}),
        ("conviction", {"roa-1974-s9"}),
        ("identity-basic", set()),
        ({"other": "Shoe size"}, set()),
    ],
)
def test_a_category_brings_its_restrictions(category: object, law: set[str]) -> None:
    assert found(category) == law


def test_the_law_of_another_nation_restricts_nothing() -> None:
    assert found("adoption-information", "scotland") == set()
    assert found("gender-history", "scotland") == {"gra-2004-s22"}


def test_a_record_that_nobody_checked_says_so() -> None:
    agreement = with_answers(small(), items=[{"id": "i1", "category": "adoption-information"}])
    (one,) = restrictions(agreement, LIBRARY, on=ON)["i1"]
    assert one.name.startswith("ACA 2002") and one.name.endswith("(not verified)")


def test_the_matrix_names_the_flows_that_carry_restricted_information() -> None:
    agreement = with_answers(
        small(),
        items=[{"id": "i1", "category": "gender-history"}, {"id": "i2", "category": "identity-basic"}],
        flows=[flow("f1", "p1", "p2", items=["i2"]), flow("f2", "p2", "p1", items=["i2"], optional_items=["i1"])],
    )
    ((law, items, flows),) = restricted_flows(agreement, restrictions(agreement, LIBRARY, on=ON))
    assert (law.id, items, flows) == ("gra-2004-s22", ("i1",), ("f2",))
