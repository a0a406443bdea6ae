"""Choosing a partner from the directory, and saying which organisation one is. None of it needs a script."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.organisations import Identifier, Organisation
from protocolbuilder.store import agreements, organisations, relations
from protocolbuilder.store.engine import reading, writing
from tests.store.builders import an_agreement
from tests.web.conftest import START
from tests.web.signing_in import Browser, Clock, cheap, sign_in, somebody

TYPED = {"id": "p1", "name": "Northshire and Fenmoor NHS Trust", "agency_types": ["nhs-trust"], "role": "controller"}
NUMBERS = (Identifier("ico", "ZZ000015"), Identifier("ods", "RX1"))


@dataclass
class Desk:
    """A manager at an agreement of their organisation; `trust` stands in the directory."""

    app: Flask
    clock: Clock
    at: Browser
    ref: str
    trust: Organisation

    @property
    def here(self) -> str:
        return f"/agreements/{self.ref}/partners-here"

    def agreement(self) -> Agreement:
        with reading(self.app.extensions["protocolbuilder"].database) as session:
            return agreements.load(session, self.ref).agreement

    def partner(self, party: str = "p1") -> dict[str, Any]:
        return next(one for one in self.agreement().answers["parties"] if one["id"] == party)

    def tied(self) -> dict[str, str]:
        with reading(self.app.extensions["protocolbuilder"].database) as session:
            return {party: tie.organisation for party, tie in relations.tied(session, self.ref).items()}

    def change_entry(self, **words: Any) -> None:
        with writing(self.app.extensions["protocolbuilder"].database) as session:
            number = organisations.number_of(session, self.trust.id)
            self.trust = organisations.change(session, replace(self.trust, **words), seen=number, by="", at=START)

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.at.text)
        assert found
        return found[1]

    def press(self, **fields: str) -> Browser:
        """The button of the page that compares, with what it carries."""
        kept = {name: self.hidden(name) for name in ("organisation", "entry", "seen")}
        return self.at.post(f"{self.here}/p1", **{**kept, **fields})


@pytest.fixture
def desk(tmp_path: Path, migrated: Path) -> Desk:
    clock = Clock(START)
    app = cheap(tmp_path, migrated, clock)
    client, copy = app.test_client(), app.extensions["protocolbuilder"]
    sign_in(app, client, somebody(app))
    with writing(copy.database) as session:
        entry = Organisation(
            "", "Northshire & Fenmoor NHS Trust", agency_types=("nhs-trust", "ambulance-trust"), identifiers=NUMBERS,
            sector="health", nation="england", contact="01632 960410",
        )  # fmt: skip
        trust = organisations.add(session, entry, by="", at=START, new_id=copy.new_id)
        said = an_agreement(parties=[TYPED], contacts=[])
        ref = agreements.create(session, said, by="Jo Green", at=START, new_id=copy.new_id).ref
    return Desk(app, clock, Browser(client), ref, trust)


def test_choosing_an_organisation_makes_a_partner_with_its_answers_tied_to_it(desk: Desk) -> None:
    assert f"{desk.here}/add" in desk.at.get(f"/agreements/{desk.ref}/parties").text
    page = desk.at.get(f"{desk.here}/add")
    assert page.h1 == "Add a partner from the directory" and "01632 960410" not in page.text
    assert desk.at.post(f"{desk.here}/add", organisation=desk.trust.id).status == 303
    party = desk.at.to.split("/")[-2]
    assert desk.tied() == {party: desk.trust.id}
    assert desk.partner(party) == {
        "id": party, "name": desk.trust.name, "agency_types": ["nhs-trust", "ambulance-trust"],
        "ico_registration": "ZZ000015", "identifiers": ["ODS code (NHS): RX1"],
    }  # fmt: skip
    assert desk.trust.name.replace("&", "&amp;") in desk.at.follow().text
    assert desk.trust.id not in desk.at.get(f"{desk.here}/add").text, "offered a second time"
    assert desk.at.post(f"{desk.here}/add", organisation=desk.trust.id).status == 422
    assert desk.at.post(f"{desk.here}/add", organisation="").status == 422
    assert "Select an organisation from the list" in desk.at.text
    assert len(desk.agreement().answers["parties"]) == 2


def test_a_partner_that_was_typed_is_tied_when_somebody_says_so_and_keeps_what_was_typed(desk: Desk) -> None:
    assert "may be an organisation of the directory" in desk.at.get(f"/agreements/{desk.ref}").text
    for page in ("parties", "grid/parties"):
        assert "may be an organisation of the directory" in desk.at.get(f"/agreements/{desk.ref}/{page}").text
    assert "The same legal name as Northshire &amp; Fenmoor NHS Trust" in desk.at.get(desk.here).text
    assert desk.tied() == {}
    assert desk.at.get(f"{desk.here}/p1").h1 == "Which organisation is Northshire and Fenmoor NHS Trust?"
    assert desk.at.get(f"{desk.here}/p1?organisation=&typed=North").status == 422
    page = desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}")
    assert page.h1 == "Is it Northshire &amp; Fenmoor NHS Trust?" and desk.tied() == {}
    desk.press(take="agency_types")
    assert (desk.at.status, desk.at.to, desk.tied()) == (303, desk.here, {"p1": desk.trust.id})
    assert desk.partner() == {
        **TYPED, "agency_types": ["nhs-trust", "ambulance-trust"], "ico_registration": "ZZ000015",
        "identifiers": ["ODS code (NHS): RX1"],
    }  # fmt: skip
    assert "may be an organisation" not in desk.at.get(f"/agreements/{desk.ref}").text


def test_a_later_change_of_the_entry_is_told_and_taken_over_or_left(desk: Desk) -> None:
    desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}")
    desk.press(take="name")
    home = f"/agreements/{desk.ref}"
    assert "The directory now says something else" not in desk.at.get(home).text
    desk.change_entry(name="Northshire Merged NHS Trust")
    assert "The directory now says something else of" in desk.at.get(home).text
    assert "Compare, and take it over" in desk.at.get(desk.here).text
    before = desk.agreement()
    assert desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}").h1 == "What the directory says now"
    desk.press()
    assert desk.agreement() == before
    assert "The directory now says something else" not in desk.at.get(home).text, "told again of what was left"
    desk.change_entry(name="Northshire NHS Trust")
    desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}")
    desk.press(take="name")
    assert desk.partner()["name"] == "Northshire NHS Trust"


def test_what_moved_on_meanwhile_is_shown_before_anything_is_saved(desk: Desk) -> None:
    desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}")
    desk.change_entry(name="Renamed while the page was open")
    assert desk.press(take="name").status == 409
    assert "Renamed while the page was open" in desk.at.text and "after you opened the page" in desk.at.text
    assert desk.partner() == TYPED and desk.tied() == {}
    with writing(desk.app.extensions["protocolbuilder"].database) as session:
        mine = agreements.Edit("parties.p1.name", "Somebody else’s words")
        agreements.save(session, desk.ref, edits=[mine], seen=1, by="Sam", at=START)
    assert desk.press(take="name").status == 409
    assert "Somebody else’s words" in desk.at.text and desk.tied() == {}
    assert desk.press(take="name").status == 303
    assert desk.partner()["name"] == "Renamed while the page was open"


def test_a_tie_is_ended_by_hand_after_a_page_that_asks_or_with_the_partner(desk: Desk) -> None:
    for end in (f"{desk.here}/p1/untie", f"/agreements/{desk.ref}/parties/p1/remove"):
        desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}")
        desk.press()
        assert desk.tied() == {"p1": desk.trust.id}
        desk.clock.forward(minutes=1)
        assert desk.at.get(end).status == 200 and desk.tied()
        assert desk.at.post(end).status == 303 and desk.tied() == {}
    assert desk.agreement().answers["parties"] == []
    assert desk.at.get(f"{desk.here}/p1").status == 404


def test_whoever_opens_a_consultation_is_told_who_can_be_let_in(desk: Desk) -> None:
    opening = f"/agreements/{desk.ref}/consultation/open"
    assert "Nobody yet" in desk.at.get(opening).text and "1 partner of the agreement cannot" in desk.at.text
    desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}")
    desk.press()
    assert "<li>Northshire &amp; Fenmoor NHS Trust</li>" in desk.at.get(opening).text
    assert "of the agreement cannot" not in desk.at.text


def test_a_question_that_does_not_apply_is_neither_offered_nor_filled_in(desk: Desk) -> None:
    with writing(desk.app.extensions["protocolbuilder"].database) as session:
        off = agreements.Edit("parties.p1.ico_registration", "Not registered", "does_not_apply")
        agreements.save(session, desk.ref, edits=[off], seen=1, by="Sam", at=START)
    assert "ZZ000015" not in desk.at.get(f"{desk.here}/p1?organisation={desk.trust.id}").text
    desk.press()
    assert "ico_registration" not in desk.partner() and desk.tied()


def test_pasted_names_of_the_directory_are_tied_where_somebody_ticks_them(desk: Desk) -> None:
    with writing(desk.app.extensions["protocolbuilder"].database) as session:
        twin = Organisation("", "Eastmere School", sector="education", nation="england")
        twins = [organisations.add(session, twin, by="", at=START, new_id=lambda n=n: f"twin{n}") for n in (1, 2)]
    before, page = desk.agreement().answers["parties"], f"/agreements/{desk.ref}/paste/parties"
    typed = {"text": "Name\tICO\nThe Trust\tZZ000015\nEastmere school\nSomebody else", "looked": "yes", "heads": "yes"}
    typed |= {"column-0": "name", "column-1": "ico_registration"}
    desk.at.post(page, **typed)
    assert "“The Trust” is Northshire &amp; Fenmoor NHS Trust" in desk.at.text and desk.tied() == {}
    assert desk.at.text.count("“Eastmere school” is Eastmere School") == 2 and "“Somebody else” is" not in desk.at.text
    both = {"tie-2": [body.id for body in twins]}
    assert desk.at.post(page, **typed, act="add", **both).status == 422  # type: ignore[arg-type]
    assert "Select one organisation for “Eastmere school”" in desk.at.text
    assert desk.agreement().answers["parties"] == before
    assert desk.at.post(page, **typed, act="add", **{"tie-1": desk.trust.id}).status == 303
    trust, school, other = desk.agreement().answers["parties"][-3:]
    assert desk.tied() == {trust["id"]: desk.trust.id}
    assert trust == {
        "id": trust["id"], "name": "The Trust", "agency_types": ["nhs-trust", "ambulance-trust"],
        "ico_registration": "ZZ000015", "identifiers": ["ODS code (NHS): RX1"],
    }  # fmt: skip
    assert (school.keys(), other.keys()) == ({"id", "name"}, {"id", "name"})
