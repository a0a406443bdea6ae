"""Many items on one page: naming partners, contacts, flows; and a column pasted from a spreadsheet."""

from collections.abc import Callable
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.store.agreements import Draft
from tests.builders import flow, party, small
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]


def filled(visitor: Visitor, page: Sheet, answers: dict[str, str], *, status: int = 200, **fields: Any) -> Sheet:
    """The table of the page sent with these cells."""
    action = page.tree.xpath("//main//form[@method='post']")[0]
    sent = {
        one.get("name"): one.get("value", "")
        for one in action.xpath(".//input[not(@type='checkbox')]")
        if one.get("name")
    }
    for one in action.xpath(".//select"):
        sent[one.get("name")] = next(iter(one.xpath("./option[@selected]/@value")), "")
    answer = visitor.client.post(action.get("action"), data={**sent, "act": "save", **answers, **fields})
    if answer.status_code == 403:
        answer = visitor.client.post(
            action.get("action"), data={**sent, "act": "save", **answers, **fields}
        )
    return visitor._follow(answer, page.address, status)


def contact_rows(page: Sheet) -> dict[tuple[str, str], str]:
    """(partner, function) -> id of the row, of rows that are new."""
    rows = page.fields_of("rows").split()
    value = {one.get("name"): one.get("value") for one in page.tree.xpath("//input[@type='hidden']")}
    return {(value[f"of.{row}"], value[f"function.{row}"]): row for row in rows if f"of.{row}" in value}


def test_all_partners_of_a_pattern_are_named_on_one_page(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(catalogue.pattern("mash").agreement)
    parties = [row["id"] for row in made.agreement.answers["parties"]]
    page = visitor.get(f"/agreements/{made.ref}/grid/parties")
    names = {f"parties.{item}.name": f"Body {number}" for number, item in enumerate(parties)}
    after = filled(visitor, page, names)
    assert f"Saved: {len(parties)} answers" in after.words
    now = stored(made.ref).agreement.answers["parties"]
    assert [row["name"] for row in now] == list(names.values())
    before = made.agreement.answers["parties"]
    assert [{**row, "name": 0} for row in now] == [{**row, "name": 0} for row in before]


def test_a_table_sent_back_unchanged_changes_nothing(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(catalogue.pattern("mash").agreement)
    for section in ("parties", "contacts", "items", "flows"):
        filled(visitor, visitor.get(f"/agreements/{made.ref}/grid/{section}"), {})
    assert stored(made.ref).number == made.number


def test_contacts_of_all_partners_are_filled_in_at_once(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/contacts")
    rows = contact_rows(page)
    assert set(rows) == {(p, f) for p in ("p1", "p2") for f in ("spoc", "dpo", "signatory")}
    one, two = rows["p1", "dpo"], rows["p2", "signatory"]
    cells = {f"contacts.{one}.name": "Ann Ellis", f"contacts.{one}.post": "Head of records",
             f"contacts.{two}.post": "Chief executive"}  # fmt: skip
    filled(visitor, page, cells)
    assert stored(made.ref).agreement.answers["contacts"] == [
        {"id": one, "of": "p1", "function": "dpo", "name": "Ann Ellis", "post": "Head of records"},
        {"id": two, "of": "p2", "function": "signatory", "post": "Chief executive"},
    ]
    again = visitor.get(f"/agreements/{made.ref}/grid/contacts")
    assert again.tree.xpath(f"//input[@name='contacts.{one}.name']/@value") == ["Ann Ellis"]
    assert len(contact_rows(again)) == 4


def test_a_wrong_cell_is_marked_and_kept_and_the_rest_is_saved(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/contacts")
    row = contact_rows(page)["p1", "spoc"]
    back = filled(visitor, page, {f"contacts.{row}.name": "Ann", f"contacts.{row}.email": "not an address"})
    assert back.title.startswith("Error: ")
    assert [link for _, link in back.errors] == [f"#contacts.{row}.email"]
    assert "1 answer saved" in back.words
    assert back.tree.xpath(f"//input[@name='contacts.{row}.email']/@value") == ["not an address"]
    contact = stored(made.ref).agreement.answers["contacts"][0]
    assert contact["name"] == "Ann" and "email" not in contact
    filled(visitor, back, {f"contacts.{row}.email": "ann@example.org"})
    assert stored(made.ref).agreement.answers["contacts"] == [{**contact, "email": "ann@example.org"}]


def test_the_same_table_sent_twice_adds_nobody_twice(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/contacts")
    row = contact_rows(page)["p1", "spoc"]
    for _ in range(2):
        filled(visitor, page, {f"contacts.{row}.name": "Ann"})
    assert len(stored(made.ref).agreement.answers["contacts"]) == 1


def test_a_table_that_saves_by_itself_keeps_nothing_of_a_page_with_a_fault(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    made = draft(small())
    visitor.send(visitor.get(f"/agreements/{made.ref}/about/title"), title="Named")
    page = visitor.get(f"/agreements/{made.ref}/grid/parties")

    def sent(seen: int, **cells: str) -> Any:
        fields = {"csrf_token": page.fields_of("csrf_token"), "rows": "p1 p2", "seen": str(seen)}
        data = fields | {f"parties.{key.replace('_', '.', 1)}": value for key, value in cells.items()}
        return visitor.client.post(page.address, data=data, headers={"Accept": "application/json"})

    first = sent(2, p1_name="New name")
    assert first.status_code == 200 and first.json["saved"] and first.json["seen"] == 3
    wrong = sent(3, p1_name="Newer", p2_kind="nonsense")
    assert wrong.status_code == 422 and list(wrong.json["wrong"]) == ["parties.p2.kind"]
    assert stored(made.ref).agreement.answers["parties"][0]["name"] == "New name"
    filled(other, other.get(page.address), {"parties.p1.name": "Theirs"})
    assert sent(3, p1_name="Mine").status_code == 409
    assert stored(made.ref).agreement.answers["parties"][0]["name"] == "Theirs"


def test_other_functions_can_be_shown(visitor: Visitor, draft: Make) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/contacts?function=caldicott-guardian&function=dpo")
    assert {function for _, function in contact_rows(page)} == {"caldicott-guardian", "dpo"}


def test_many_flows_are_changed_in_one_save(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/flows")
    cells = {"flows.f1.frequency": "weekly", "flows.f1.respond_within": "2 working days",
             "flows.f2.respond_within": "immediately", "flows.f2.level": "individual"}  # fmt: skip
    filled(visitor, page, cells)
    one, two = stored(made.ref).agreement.answers["flows"]
    assert (one["frequency"], one["respond_within"]) == ("weekly", "2WD")
    assert (two["respond_within"], two["level"], two["methods"]) == ("PT0H", "individual", ["secure-portal"])


@pytest.mark.parametrize("text", ["soon", "4", "four hours", "0 hours", "4 fortnights", "-1 hours"])
def test_a_time_that_is_none_is_told_and_kept(visitor: Visitor, draft: Make, stored: Stored, text: str) -> None:
    made = draft(small())
    back = filled(visitor, visitor.get(f"/agreements/{made.ref}/grid/flows"), {"flows.f1.respond_within": text})
    assert back.tree.xpath("//input[@name='flows.f1.respond_within']/@value") == [text]
    assert "Enter a time" in back.errors[0][0]
    assert stored(made.ref).number == made.number


def test_an_answer_that_a_cell_cannot_make_stays_as_it_is(visitor: Visitor, draft: Make, stored: Stored) -> None:
    methods = ["secure-portal", {"other": "Sealed envelope"}]
    within = {"other": "before the next meeting"}
    made = draft(small(), flows=[flow("f1", "p1", "p2", methods=methods, respond_within=within)])
    page = visitor.get(f"/agreements/{made.ref}/grid/flows")
    assert "Sealed envelope" in page.words
    filled(visitor, page, {"flows.f1.frequency": "daily"})
    now = stored(made.ref).agreement.answers["flows"][0]
    assert (now["methods"], now["respond_within"], now["frequency"]) == (methods, within, "daily")


def test_one_answer_is_set_for_all_selected_flows(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small(), flows=[flow(f"f{n}", "p1", "p2") for n in range(1, 31)])
    page = visitor.get(f"/agreements/{made.ref}/grid/flows")
    assert "page 1 of 2" in page.title
    after = filled(visitor, page, {"set.frequency": "monthly"}, act="set", selected=["f2", "f5"])
    assert "Saved: 2 answers" in after.words and "grid/flows" in after.address
    monthly = [row["id"] for row in stored(made.ref).agreement.answers["flows"] if row["frequency"] == "monthly"]
    assert monthly == ["f2", "f5"]
    filled(visitor, after, {"set.respond_within": "1 hour"}, act="set", every="yes")
    assert {row["respond_within"] for row in stored(made.ref).agreement.answers["flows"]} == {"PT1H"}


def test_setting_nothing_or_for_nobody_is_told(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/flows")
    nobody = filled(visitor, page, {"set.frequency": "monthly"}, act="set")
    assert nobody.errors[0][1] == "#selected"
    assert nobody.tree.xpath("//select[@name='set.frequency']/option[@selected]/@value") == ["monthly"]
    nothing = filled(visitor, page, {}, act="set", selected=["f1"])
    assert nothing.errors[0][1] == "#set"
    assert stored(made.ref).number == made.number


def test_a_cell_that_somebody_else_changed_shows_both_and_the_rest_is_saved(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    made = draft(small())
    mine = visitor.get(f"/agreements/{made.ref}/grid/parties")
    theirs = other.get(f"/agreements/{made.ref}/grid/parties")
    filled(other, theirs, {"parties.p1.name": "Their name", "parties.p2.ico_registration": "Z2"})
    back = filled(visitor, mine, {"parties.p1.name": "My name", "parties.p1.ico_registration": "Z1"})
    assert "Their name" in back.words and other.name in back.words
    assert back.tree.xpath("//input[@name='parties.p1.name']/@value") == ["My name"]
    one, two = stored(made.ref).agreement.answers["parties"]
    assert (one["name"], one["ico_registration"], two["ico_registration"]) == ("Their name", "Z1", "Z2")
    filled(visitor, back, {})
    one, two = stored(made.ref).agreement.answers["parties"]
    assert (one["name"], two["ico_registration"]) == ("My name", "Z2")


def test_a_row_that_somebody_removed_is_told(visitor: Visitor, other: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    mine = visitor.get(f"/agreements/{made.ref}/grid/items")
    other.send(other.get(f"/agreements/{made.ref}/items/i1/remove"))
    back = filled(visitor, mine, {"items.i1.name": "Another name"})
    assert "removed this row" in back.errors[0][0]
    assert stored(made.ref).agreement.answers["items"] == []


def test_a_character_that_cannot_be_kept_is_told(visitor: Visitor, draft: Make, stored: Stored) -> None:
    made = draft(small())
    page = visitor.get(f"/agreements/{made.ref}/grid/parties")
    back = filled(visitor, page, {"parties.p1.name": "A\u202eB"})
    assert "U+202E" in back.errors[0][0]
    assert stored(made.ref).agreement.answers["parties"][0]["name"] == "Northshire Police"


def test_a_table_that_is_not_there_is_not_found(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    visitor.get(f"/agreements/{ref}/grid/about", status=404)
    visitor.get(f"/agreements/{ref}/paste/flows", status=404)


def test_three_hundred_partners_are_named_a_page_at_a_time(visitor: Visitor, draft: Make) -> None:
    made = draft(parties=[party(f"p{n}", f"Body {n}") for n in range(300)])
    page = visitor.get(f"/agreements/{made.ref}/grid/parties?page=12")
    assert "page 12 of 12" in page.title and "Body 299" in page.words
    assert "page 15 of 15" in visitor.get(f"/agreements/{made.ref}/grid/contacts?page=15").title


# --- a pasted column


def pasted(visitor: Visitor, ref: str, text: str, *, section: str = "parties", status: int = 200) -> Sheet:
    return visitor.send(visitor.get(f"/agreements/{ref}/paste/{section}"), text=text, status=status)


def test_a_pasted_column_becomes_partners_in_one_save(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    looked = pasted(visitor, ref, "North Council\n\n  Barking & Dagenham \n<b>Bold</b> {{ 7*7 }}\n")
    assert stored(ref).agreement.answers["parties"] == []
    after = visitor.send(looked, act="add")
    assert "Added: 3." in after.words
    names = [row["name"] for row in stored(ref).agreement.answers["parties"]]
    assert names == ["North Council", "Barking & Dagenham", "<b>Bold</b> {{ 7*7 }}"]


ALIKE = [("Barking & Dagenham", "barking and dagenham"), ("Ynys Môn", "Ynys Mon"), ("North  Council", "NORTH COUNCIL")]


@pytest.mark.parametrize(("there", "typed"), ALIKE)
def test_a_look_alike_is_offered_for_merging(
    visitor: Visitor, draft: Make, stored: Stored, there: str, typed: str
) -> None:
    ref = draft(parties=[party("p1", there)]).ref
    looked = pasted(visitor, ref, f"{typed}\nAnother")
    undecided = visitor.send(looked, act="add", status=422)
    assert undecided.errors == [(f"Select what “{typed}” is", "#line-1")]
    after = visitor.send(undecided, act="add", **{"line-1": "p1"})
    assert "Merged with what was there: 1" in after.words
    assert [row["name"] for row in stored(ref).agreement.answers["parties"]] == [there, "Another"]


def test_a_look_alike_may_be_another_body(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(parties=[party("p1", "St Mary's School")]).ref
    visitor.send(pasted(visitor, ref, "St Marys School"), act="add", **{"line-1": "new"})
    assert len(stored(ref).agreement.answers["parties"]) == 2


def test_two_look_alikes_of_one_paste_can_be_one(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    looked = pasted(visitor, ref, "Hill & Dale Trust\nHill and Dale trust")
    visitor.send(looked, act="add", **{"line-2": "line"})
    assert [row["name"] for row in stored(ref).agreement.answers["parties"]] == ["Hill & Dale Trust"]


def test_more_columns_answer_more_questions_and_fill_what_was_open(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(parties=[party("p1", "North Council")]).ref
    text = "Legal name\tICO registration number\tColour\nNorth council\tZ1\tred\nSouth Council\tZ2\tblue"
    looked = pasted(visitor, ref, text)
    assert "Leave it out" in looked.words
    visitor.send(looked, act="add", **{"line-1": "p1"})
    one, two = stored(ref).agreement.answers["parties"]
    assert (one["name"], one["ico_registration"]) == ("North Council", "Z1")
    assert {key: two[key] for key in two if key != "id"} == {"name": "South Council", "ico_registration": "Z2"}


def test_pasted_information_gets_the_category_that_its_column_names(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    label = catalogue.library().label("data_categories", "risk-assessment")
    looked = pasted(visitor, ref, f"Name\tData category\nConcern\t{label}\nOdd\tOwn words", section="items")
    visitor.send(looked, act="add")
    concern, odd = stored(ref).agreement.answers["items"]
    assert concern["category"] == "risk-assessment"
    assert odd["category"] == {"other": "Own words"}


def test_a_cell_with_a_line_break_is_one_cell_and_other_quotation_marks_stay(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    visitor.send(pasted(visitor, ref, '"The ""Old""\nMill"\n"Quoted" Ltd\n'), act="add")
    assert [row["name"] for row in stored(ref).agreement.answers["parties"]] == ['The "Old" Mill', '"Quoted" Ltd']


def test_a_paste_that_cannot_be_used_is_told_and_kept(visitor: Visitor, draft: Make) -> None:
    ref = draft().ref
    assert pasted(visitor, ref, " \n\t\n", status=422).errors == [("Paste at least one line", "#text")]
    long = "\n".join(f"Body {n}" for n in range(1001))
    back = pasted(visitor, ref, long, status=422)
    assert "Body 1000" in back.text


def test_a_name_that_looks_like_a_person_is_pointed_out(visitor: Visitor, draft: Make) -> None:
    ref = draft().ref
    looked = pasted(visitor, ref, "Record of NHS number 943 476 5919", section="items")
    assert "looks like an NHS number" in looked.words
