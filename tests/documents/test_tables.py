"""Tables stay short without losing an answer: what is usual is said once, information goes by number, rows break."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import package
from protocolbuilder.documents.breaking import WHOLE
from protocolbuilder.documents.context import PrintedNames
from protocolbuilder.documents.family import make
from protocolbuilder.documents.numbered import Numbered, numbered
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.marks import MEANINGS, WORDS
from protocolbuilder.law.library import effective
from tests import builders
from tests.documents import made
from tests.documents.test_family import ON, source
from tests.law.test_overlay import approved, proposed


def with_levels(*levels: str) -> Agreement:
    """A flow for each level of sharing; "" for one that does not say."""
    flows: list[dict[str, Any]] = []
    for place, level in enumerate(levels):
        flow = builders.flow(f"f{place}", "p1", "p2")
        flows.append({**flow, "level": level} if level else {k: v for k, v in flow.items() if k != "level"})
    return builders.with_answers(builders.small(), flows=flows)


def card(agreement: Agreement, flow: str) -> str:
    """The text of a flow's card in the appendix."""
    appendix = made.text(made.docx(agreement)).split("flows, one by one")[-1]
    return appendix.split(f"\n\nFlow {flow}\n\n")[1].split("\n\nFlow ")[0]


def test_an_answer_that_nearly_all_flows_give_is_said_once_and_each_exception_in_its_card() -> None:
    agreement = with_levels(*["individual"] * 6, "organisational", "")
    once = made.text(made.docx(agreement)).split("In every flow, unless its card in the appendix says otherwise. ")[1]
    assert "Level of sharing: About an individual" in once.split("\n\n")[0]
    mash = catalogue.pattern("mash").agreement
    assert "Can people be recognised? Yes" in made.text(made.docx(mash))
    assert "Level of sharing" not in card(agreement, "F1")
    assert "Level of sharing: " in card(agreement, "F7")
    assert "Level of sharing: Not stated" not in card(agreement, "F7")
    assert "Level of sharing: Not stated" in card(agreement, "F8")


@pytest.mark.parametrize("levels", [("individual",) * 3, ("individual",) * 4 + ("organisational",) * 2])
def test_an_answer_of_few_flows_or_too_few_of_them_stands_in_each_card(levels: tuple[str, ...]) -> None:
    agreement = with_levels(*levels)
    assert all("Level of sharing" in card(agreement, f"F{place + 1}") for place in range(len(levels)))


def order(count: int) -> Numbered:
    items = [{"id": f"i{place}", "name": f"Kind {place}"} for place in range(count)]
    agreement = builders.with_answers(builders.small(), items=items)
    return numbered(agreement, PrintedNames(catalogue.schema("agreement-1"), agreement, catalogue.library()))


def test_much_information_goes_by_number_and_little_by_name() -> None:
    assert order(12).brief(["i0", "i1", "i2", "i4", "i6", "i7"]) == "1 to 3, 5, 7, 8"
    assert order(12).brief([]) == ""
    assert order(12).brief(["i11", "gone"]) == "12; gone"
    assert order(3).brief(["i0", "i2"]) == "Kind 0; Kind 2"
    assert (order(3).number("i2"), order(3).number("gone")) == ("3", "")


def test_only_a_long_row_may_break_over_pages() -> None:
    risks = [{"id": "k1", "risk": "Short"}, {"id": "k2", "risk": "Long words. " * (12 * WHOLE)}]
    agreement = builders.with_answers(builders.small(), risks=risks)
    root = package.parse(package.read(made.docx(agreement)), package.WORD)
    rows = {"".join(t.text or "" for t in row.iter(f"{W}t"))[:5]: row for row in root.iter(f"{W}tr")}
    assert rows["Short"].find(f"{W}trPr/{W}cantSplit") is not None
    assert rows["Long "].find(f"{W}trPr/{W}cantSplit") is None


def test_many_ends_of_a_flow_are_named_in_its_card_and_counted_in_the_table() -> None:
    parties = [builders.party(f"p{place}", f"Partner {place}") for place in range(6)]
    flow = {**builders.flow("f1", "p0", "p1"), "to": [f"p{place}" for place in range(1, 6)]}
    agreement = builders.with_answers(builders.small(), parties=parties, flows=[flow])
    assert "5 recipients, named in the card of this flow" in made.text(made.docx(agreement))
    assert "to Partner 1; Partner 2; Partner 3; Partner 4; Partner 5." in card(agreement, "F1")


def test_the_matrix_names_one_flow_as_a_flow_and_three_that_follow_each_other_as_first_to_last() -> None:
    flows = [{**builders.flow(f"f{place}", "p1", "p2"), "ref": f"{place}"} for place in range(1, 4)]
    flows.append({**builders.flow("f4", "p2", "p1"), "ref": "4"})
    said = made.text(made.as_matrix(builders.with_answers(builders.small(), flows=flows), "docx"))
    assert "(flows 1 to 3)" in said and "(flow 4)" in said
    assert "flows: " not in said


def test_lawful_bases_of_a_flow_go_by_number_where_there_are_many_and_by_name_where_there_are_few() -> None:
    flow = builders.flow("f1", "p1", "p2")
    for count, shown in ((2, "Basis: Basis 1; Basis 2"), (5, "Basis: 1 to 5")):
        bases = [{"id": f"b{one}", "title": f"Basis {one}", "applies_to": "all"} for one in range(1, count + 1)]
        flows = [{**flow, "bases": [one["id"] for one in bases]}]
        table = made.text(make("flow-table", source(builders.with_answers(builders.small(), bases=bases, flows=flows))))
        assert shown in table
        assert ("The lawful bases, by number" in table) == (count > 3)


def test_the_flow_table_says_what_the_marks_mean_that_it_prints() -> None:
    table = made.text(make("flow-table", source(catalogue.pattern("mash").agreement)))
    assert all(f"{WORDS[mark]}. {MEANINGS[mark]}" in table for mark in ("must", "may", "co-operate", "function"))
    assert "Kept: rules 1, 3" in table and "Kept: rule " in table and "Kept: rules 1\n" not in table
    assert MEANINGS["restriction"] not in table


def test_the_legal_annex_says_beside_the_source_whether_it_was_checked_and_flows_first_to_last() -> None:
    flows = [{**builders.flow(f"f{place}", "p1", "p2"), "ref": f"{place}"} for place in range(1, 6)]
    annex = made.text(make("legal-annex", source(builders.with_answers(builders.small(), flows=flows))))
    said = annex.split("Source\n\n")[1].split("\n\n")[0]
    assert said.startswith("https://") and "erified: " in said.splitlines()[1]
    assert "Flows\n\n1 to 5" in annex


def test_the_last_row_of_a_table_never_stands_alone_under_heads_that_are_repeated() -> None:
    seen = 0
    for what in ("agreement", "matrix", "flow-table", "legal-annex"):
        docx = make(what, source(catalogue.pattern("mash").agreement))
        for table in package.parse(package.read(docx), "word/document.xml").iter(f"{W}tbl"):
            rows = [row for row in table.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is None]
            if len(rows) > 2 and rows[-2].find(f"{W}trPr/{W}cantSplit") is not None:
                kept = [paragraph.find(f"{W}pPr/{W}keepNext") is not None for paragraph in rows[-2].iter(f"{W}p")]
                assert all(kept), what
                seen += 1
    assert seen > 60


def test_the_legal_annex_says_of_a_citation_of_the_partners_own_that_nobody_checked_it() -> None:
    gateways = [{"id": "g1", "provision": {"other": "Local custom"}, "stated_as": "may"}]
    annex = made.text(make("legal-annex", source(builders.with_answers(builders.small(), gateways=gateways))))
    said = annex.split("Local custom\n\n")[1]
    assert "The law library does not hold it, and it was not checked." in said.split("The agreement says")[0]


def test_the_legal_annex_says_who_stands_behind_a_local_entry() -> None:
    named = builders.with_answers(builders.small(), gateways=[{"id": "own", "provision": "local-1"}])
    for records, said in (
        ((proposed(),), "It waits for approval by a second agency"),
        ((proposed(), approved()), "Approved by Sam Hill, for Northshire Police on 24 November 2026."),
    ):
        library = effective(catalogue.library(), records, on=ON)
        annex = made.text(make("legal-annex", replace(source(named), library=library)))
        assert "Local entry\n\nProposed by Jo Green, for Northshire Council on 24 November 2026. " in annex
        assert said in annex
