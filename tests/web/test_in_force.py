"""The page that says between which partners an agreement is in force on a day."""

from pathlib import Path

from sqlalchemy import event

from tests.web.signing_in import Clock
from tests.web.test_chasing import Copy

MOST = 12
"""Statements for a page."""


def test_each_pair_stands_in_words_with_who_is_awaited_on_any_day(
    tmp_path: Path, migrated: Path, clock: Clock
) -> None:
    made = Copy(tmp_path, migrated, clock)
    home = f"/agreements/{made.ref}/standing"
    made.ask("police", "council", "schools", email="safeguarding@academies.example")
    made.sign("police")
    made.sign("council", reservation="Not the third flow, until our panel has met")
    made.decline("schools")
    page = made.jo.get(home)
    assert "Not begun 1" in page.words, "it starts on 1 December"
    page = made.jo.get(f"{home}?on=2026-12-01")
    assert page.h1 == "Who is in force with whom" and "of 10 pairs of partners" in page.words
    for said in ("In force 1", "Declined 4", "Awaiting 5", "Not signed:", "never stops urgent"):
        assert said in page.words, said
    assert f"{home}?on=2026-12-01&partner=council" in page.links()
    alone = made.jo.get(f"{home}?on=2026-12-01&partner=council")
    assert "Not the third flow, until our panel has met" in alone.words
    before = made.jo.get(f"{home}?on=2001-01-01")
    assert "Not begun 10" in before.words and "In force" not in before.h1
    for edge in ("0001-01-01", "9999-12-31"):
        made.jo.get(f"{home}?on={edge}")
    wrong = made.jo.get(f"{home}?on=soon")
    assert wrong.errors == [("Enter a day as a year, month and day, for example 2026-07-01", "#on")]
    assert wrong.fields()["on"] == ["soon"]
    assert home in made.jo.get(f"/agreements/{made.ref}/versions/1").links()
    asked: list[str] = []
    event.listen(made.running.database, "before_cursor_execute", lambda *told: asked.append(told[2]))
    made.jo.get(home)
    reads = [one for one in asked if one.startswith("SELECT")]
    assert len(reads) <= MOST, "\n".join(reads)
