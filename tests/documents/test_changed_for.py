"""What changed for one partner: the page in Word says what the same values say on screen, and only what touches it."""

from __future__ import annotations

from datetime import date

from protocolbuilder import catalogue
from protocolbuilder.documents import changed_for
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.agreement import Agreement, put
from tests.documents import made
from tests.law.filled import filled

BEFORE = filled("mash")
FLOW = BEFORE.answers["flows"][0]
PARTY = FLOW["from"][0]


def source(after: Agreement) -> Source:
    stamp = made.stamp(after, version="2")
    return Source(catalogue.schema(after.schema), after, catalogue.library(), stamp, date(2026, 11, 25), party=PARTY)


def test_the_page_says_with_whom_what_is_no_longer_shared_and_under_which_power() -> None:
    fewer = put(BEFORE, f"flows.{FLOW['id']}.items", FLOW["items"][1:])
    found = changed_for.changed_for(source(fewer), BEFORE)
    assert found.own and not found.everyone
    gone = source(BEFORE).names.item(FLOW["items"][0])
    told = [row for row in found.sharing if gone in row.before]
    assert all(gone not in row.after and "Not changed:" in row.after for row in told)


def test_the_word_page_holds_every_row_and_what_never_stops_sharing() -> None:
    after = put(put(BEFORE, f"flows.{FLOW['id']}.necessity", "Other words & <more>."), "review.next", "2029-01-31")
    found = changed_for.changed_for(source(after), BEFORE)
    text = made.text(changed_for.render(source(after), BEFORE, called=("version 1", "version 2")))
    for row in (*found.sharing, *found.own, *found.everyone):
        assert row.where in text and row.before in text and row.after in text
    assert f"What changed for {found.party}" in text and "from version 1 to version 2" in text
    assert "never stops urgent and proportionate sharing" in text


def test_where_nothing_changed_the_page_says_so() -> None:
    text = made.text(changed_for.render(source(BEFORE), BEFORE, called=("version 1", "the draft")))
    assert "Nothing changed for every partner." in text and "Not listed" not in text


def test_an_item_that_was_taken_out_or_added_is_one_row() -> None:
    gone = put(BEFORE, "flows", [row for row in BEFORE.answers["flows"] if row["id"] != FLOW["id"]])
    rows = [row for row in changed_for.changed_for(source(gone), BEFORE).own if row.after == changed_for.TAKEN_OUT]
    assert len(rows) == 1 and rows[0].where == "Flow 1" and FLOW["necessity"] in rows[0].before
    back = [row for row in changed_for.changed_for(source(BEFORE), gone).own if row.before == changed_for.NOTHING]
    assert [row.after for row in back] == [row.before for row in rows]


def test_an_item_that_was_taken_out_is_told_in_one_wide_row_and_a_question_keeps_its_mark() -> None:
    flow = {**FLOW, "identifiable": "yes", "items": FLOW["items"]}
    gone = put(BEFORE, "flows", [])
    before = put(BEFORE, "flows", [flow])
    page = made.text(changed_for.render(source(gone), before, called=("version 1", "the draft")))
    row = page.split("Added or taken out\n\n")[1]
    assert "Taken out" in row.split("\n\n")[3] and FLOW["necessity"] in row
    assert "?:" not in page


def test_one_change_that_is_not_listed_is_told_as_one() -> None:
    assert changed_for._not_listed(1) == "1 more changed answer, which touches other partners only"
    assert changed_for._not_listed(2).startswith("2 more changed answers, which touch ")
    assert changed_for._not_listed(0) == ""
