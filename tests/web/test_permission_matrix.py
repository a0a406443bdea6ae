"""Every role of every organisation at every route of the program, in every state of an agreement, through all of it.

The expectation is read from the policy in another way than the program decides. A request that is let through ends just
before its page is drawn, so that nothing changes between two cells. Beside each denial stands a positive control: who
is let through at the very same address.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from protocolbuilder import catalogue
from protocolbuilder.domain import partnership as partnerships
from protocolbuilder.domain.people import Person
from protocolbuilder.settings import Settings
from protocolbuilder.store import partnership as partnership_store
from protocolbuilder.store.engine import writing
from protocolbuilder.web import permission
from protocolbuilder.web.app import create_app
from tests.domain.test_permission import FILE, as_the_file_says
from tests.domain.test_permission import RELATIONS as EVERY_RELATION
from tests.web.conftest import START
from tests.web.every_route import Route, routes
from tests.web.partnership import EVERY_ROLE, RELATIONS, STATES, Partnership, furnish

TO_EASTFORD = {"northshire": "party", "eastford": "owner", "westley": "stranger", "southmoor": "stranger"}
"""What each is to it: Northshire runs the copy and shares agreements with it."""
TO_COPY = {"northshire": "owner", "eastford": "stranger", "westley": "stranger", "southmoor": "stranger"}
TO_PARTNERSHIP = {"northshire": "party", "eastford": "owner", "westley": "stranger", "southmoor": "stranger"}
FIRST, LATER = "/versions/1", "/versions/2"
LET_THROUGH, NOT_FOUND, REFUSED, OTHER_STATE = 418, 404, 403, 409
THOROUGH = bool(os.environ.get("PB_THOROUGH"))
EVERY = 1 if THOROUGH else 120


@dataclass
class Tally:
    """What was tried. `denied` and `let` are (rule, state) of cells that were answered as the policy says."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)
    denied: set[tuple[str, str]] = field(default_factory=set)
    let: set[tuple[str, str]] = field(default_factory=set)

    def take(self, other: "Tally") -> None:
        self.cells += other.cells
        self.wrong += other.wrong
        self.denied |= other.denied
        self.let |= other.let


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    """One for all."""
    return stopped(tmp_path_factory.mktemp("matrix"))


def stopped(folder: Path) -> Partnership:
    """Stopped after all that decides and before the pages: nothing in it changes."""
    numbers = itertools.count(1)
    settings = Settings(instance=folder, limits_times=1000)  # all ask from one address
    app = create_app(settings, clock=lambda: START, new_id=lambda: f"m{next(numbers)}")
    app.testing, app.config["WTF_CSRF_ENABLED"] = True, False
    made = furnish(app, EVERY_ROLE)
    members = (made.organisations["northshire"], made.organisations["eastford"])
    said = partnerships.Partnership("Northshire", made.organisations["eastford"], members)
    with writing(app.extensions["protocolbuilder"].database) as session:
        partnership_store.state(session, said, seen=0, by=Person("", "Ada Jones", ""), at=START)
    stop(app)
    return made


def stop(app: Flask) -> None:
    """After all that decides, before the page itself."""
    app.before_request_funcs.setdefault(None, []).append(lambda: ("", LET_THROUGH))


def of_route(route: Route) -> str:
    known = catalogue.policy()
    return known.rules[known.routes[route.endpoint, route.method][0]].of


def agreement_routes(made: Partnership, state: str) -> list[Route]:
    given = {"ref": made.refs[state], "number": 2, "section": "flows", "kind": "agreement.docx", "name": "a.docx"}
    found = routes(made.app, given)
    found += [replace(one, address=one.address.replace(FIRST, LATER)) for one in found if FIRST in one.address]
    return [one for one in found if of_route(one) == "agreement"]


def other_routes(made: Partnership) -> list[Route]:
    """Those that are about no agreement."""
    given = {"organisation": made.organisations["eastford"], "part": "about", "filename": "pages.css", "token": "none"}
    return [one for one in routes(made.app, given) if of_route(one) != "agreement"]


def expected(relation: str, role: str, state: str, route: Route) -> int:
    key = catalogue.policy().routes[route.endpoint, route.method][0]
    name = key.split(":")[0]
    seen_by = FILE["objects"][name].get("seen by", [f"{name}:{verb}" for verb in FILE["objects"][name]["verbs"]])
    told = "comment:read" in (key, *seen_by) and relation in ("party", "former")
    if told and state != "issued" and (relation, state) != ("party", "consultation"):
        return NOT_FOUND  # it was never open to them
    if _says(key, role, relation, state):
        of_version = "/versions/" in route.address
        late, unissued = relation == "former" and LATER in route.address, state != "issued"
        return NOT_FOUND if of_version and (late or unissued) else LET_THROUGH
    if not any(_says(seen, role, relation, state) for seen in seen_by):
        return NOT_FOUND
    return OTHER_STATE if _says(key, role, relation, "") else REFUSED


def _says(key: str, role: str, relation: str, state: str) -> bool:
    """Where the thing is nobody's yet (relation ""), that of whoever may in any relation."""
    return any(as_the_file_says(key, role, one, state) for one in ([relation] if relation else EVERY_RELATION))


def relation_to(route: Route, organisation: str) -> str:
    """Of an organisation to what a route is about, that is about no agreement."""
    to = {"organisation": TO_EASTFORD, "copy": TO_COPY, "partnership": TO_PARTNERSHIP}
    return to.get(of_route(route), {}).get(organisation, "")


def browser_of(made: Partnership, organisation: str, role: str) -> FlaskClient:
    """The same one each time: nobody is signed out here."""
    known = made.app.extensions.setdefault("tests.browsers", {})
    if (organisation, role) not in known:
        known[organisation, role] = made.browser(organisation, role)
    found: FlaskClient = known[organisation, role]
    return found


def tried(made: Partnership, organisation: str, role: str, cells: Iterator[tuple[str, str, Route]]) -> Tally:
    """`cells`: (relation, state, route) of one person."""
    found = Tally()
    for relation, state, route in cells:
        browser = browser_of(made, organisation, role)
        found.cells += 1
        answered = browser.open(route.address, method=route.method).status_code
        wanted = expected(relation, role, state, route)
        key = catalogue.policy().routes[route.endpoint, route.method][0]
        if answered != wanted:
            who = f"{role} of {organisation}, {state or 'no state'}"
            found.wrong.append(f"{who}: {route.method} {route.address} {answered} not {wanted}")
        (found.let if answered == LET_THROUGH else found.denied).add((key, state))
    return found


def of_agreements(made: Partnership, *, every: int) -> Tally:
    total = Tally()
    for number, state in enumerate(STATES):
        places = agreement_routes(made, state)
        for relation, organisation in RELATIONS.items():
            for offset, role in enumerate(EVERY_ROLE):
                some = places[(offset + number) % every :: every]
                total.take(tried(made, organisation, role, ((relation, state, route) for route in some)))
    return total


def of_others(made: Partnership, *, every: int) -> Tally:
    total, places = Tally(), other_routes(made)
    for number, organisation in enumerate(RELATIONS.values()):
        for offset, role in enumerate(EVERY_ROLE):
            some = places[(offset + 7 * number) % every :: every]
            total.take(
                tried(made, organisation, role, ((relation_to(route, organisation), "", route) for route in some))
            )
    return total


def controls(made: Partnership, found: Tally) -> list[str]:
    """Of each (rule, state) that was denied to somebody and let nobody through: whoever the policy lets through there,
    tried now. Those that do not get through."""
    wrong = []
    places = {state: agreement_routes(made, state) for state in STATES} | {"": other_routes(made)}
    for key, state in sorted(found.denied - found.let):
        under = [one for one in places[state] if catalogue.policy().routes[one.endpoint, one.method][0] == key]
        for route, organisation, role in itertools.product(under, RELATIONS.values(), EVERY_ROLE):
            relation = {short: name for name, short in RELATIONS.items()}[organisation]
            relation = relation if state else relation_to(route, organisation)
            if expected(relation, role, state, route) == LET_THROUGH:
                answered = browser_of(made, organisation, role).open(route.address, method=route.method).status_code
                found.cells += 1
                if answered == LET_THROUGH:
                    found.let.add((key, state))
                else:
                    wrong.append(f"{role} of {organisation}, {state}: {route.method} {route.address} {answered}")
                break
    return wrong


@pytest.mark.asvs("V8.2.1")
def test_every_cell_is_answered_as_the_policy_says(partnership: Partnership) -> None:
    """Of an agreement, in each state and relation."""
    found = of_agreements(partnership, every=EVERY)
    print(f"{found.cells} cells, {len(found.wrong)} wrong")
    assert found.wrong == []
    assert controls(partnership, found) == []
    assert found.cells > 18_000 // EVERY and found.denied and found.let


@pytest.mark.asvs("V8.2.1")
def test_every_cell_that_is_about_no_agreement_is_answered_as_the_policy_says(
    partnership: Partnership,
) -> None:
    """Of the copy, the partnership, an organisation, what is one's own, and what is everyone's."""
    found = of_others(partnership, every=1 if EVERY == 1 else 20)
    print(f"{found.cells} cells, {len(found.wrong)} wrong")
    assert found.wrong == []
    assert controls(partnership, found) == []
    assert found.cells > 4_000 // (1 if EVERY == 1 else 20) and found.denied and found.let
    of = {catalogue.policy().rules[key].of for key, _ in found.let}
    assert of == {"everyone", "own", "copy", "organisation", "partnership"}


def test_a_guard_that_is_taken_out_is_missed(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    later = f"/agreements/{partnership.refs['issued']}{LATER}"
    assert partnership.browser("westley", "igm").get(later).status_code == NOT_FOUND
    with monkeypatch.context() as without:
        without.setattr(permission, "_reads_this_version", lambda: True)
        assert partnership.browser("westley", "igm").get(later).status_code == LET_THROUGH
    monkeypatch.setattr(permission, "_refuse", lambda _: None)
    assert of_agreements(partnership, every=200).wrong
