"""Every role of every organisation at every route of an agreement in every state, through the whole program.

The expectation is read from the policy in another way than the program decides. A request that is let through ends just
before its page is drawn, so that nothing changes between two cells.
"""

import os
from dataclasses import replace

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.web import permission
from tests.domain.test_permission import FILE, as_the_file_says
from tests.web.every_route import Route, routes
from tests.web.partnership import RELATIONS, ROLES, STATES, Partnership, furnish

TO_EASTFORD = {"owner": "eastford", "party": "northshire", "stranger": "southmoor"}
"""What other organisations are to it: Northshire runs the copy and shares agreements with it."""
FIRST, LATER = "/versions/1", "/versions/2"
LET_THROUGH, NOT_FOUND, REFUSED, OTHER_STATE = 418, 404, 403, 409
EVERY = 1 if os.environ.get("PB_THOROUGH") else 24


@pytest.fixture
def partnership(own: Flask) -> Partnership:
    own.config["WTF_CSRF_ENABLED"] = False
    return furnish(own)


def stop(app: Flask) -> None:
    """After all that decides, before the page itself."""
    app.before_request_funcs.setdefault(None, []).append(lambda: ("", LET_THROUGH))


def agreement_routes(made: Partnership, state: str) -> list[Route]:
    given = {"ref": made.refs[state], "number": 2, "section": "flows", "kind": "agreement.docx", "name": "a.docx"}
    known = catalogue.policy()
    found = routes(made.app, given)
    found += [replace(one, address=one.address.replace(FIRST, LATER)) for one in found if FIRST in one.address]
    return [one for one in found if known.rules[known.routes[one.endpoint, one.method][0]].of == "agreement"]


def organisation_routes(made: Partnership) -> list[Route]:
    known = catalogue.policy()
    found = routes(made.app, {"organisation": made.organisations["eastford"], "part": "about"})
    return [one for one in found if known.rules[known.routes[one.endpoint, one.method][0]].of == "organisation"]


def expected(relation: str, role: str, state: str, route: Route) -> int:
    key = catalogue.policy().routes[route.endpoint, route.method][0]
    name = key.split(":")[0]
    seen_by = FILE["objects"][name].get("seen by", [f"{name}:{verb}" for verb in FILE["objects"][name]["verbs"]])
    told = "comment:read" in (key, *seen_by) and relation in ("party", "former")
    if told and state != "issued" and (relation, state) != ("party", "consultation"):
        return NOT_FOUND  # it was never open to them
    if as_the_file_says(key, role, relation, state):
        of_version = "/versions/" in route.address
        late, unissued = relation == "former" and LATER in route.address, state != "issued"
        return NOT_FOUND if of_version and (late or unissued) else LET_THROUGH
    if not any(as_the_file_says(seen, role, relation, state) for seen in seen_by):
        return NOT_FOUND
    return OTHER_STATE if as_the_file_says(key, role, relation, "") else REFUSED


def wrong_cells(made: Partnership, *, every: int) -> tuple[int, list[str]]:
    """(how many were tried, those that were answered otherwise than the policy says)."""
    tried, wrong = 0, []
    for state in STATES:
        places = agreement_routes(made, state)
        for relation, organisation in RELATIONS.items():
            for offset, role in enumerate(ROLES):
                browser = made.browser(organisation, role)
                for route in places[(offset + STATES.index(state)) % every :: every]:
                    tried += 1
                    found = browser.open(route.address, method=route.method).status_code
                    if found != (wanted := expected(relation, role, state, route)):
                        who = f"{role} of {relation}, {state}"
                        wrong.append(f"{who}: {route.method} {route.address} {found} not {wanted}")
    return tried, wrong


def test_every_cell_is_answered_as_the_policy_says(partnership: Partnership) -> None:
    stop(partnership.app)
    tried, wrong = wrong_cells(partnership, every=EVERY)
    assert wrong == []
    assert tried > 9_000 // EVERY


def test_every_cell_of_an_organisation_is_answered_as_the_policy_says(partnership: Partnership) -> None:
    stop(partnership.app)
    places, wrong, every = organisation_routes(partnership), [], 1 if EVERY == 1 else 3
    for relation, organisation in TO_EASTFORD.items():
        for offset, role in enumerate(ROLES):
            browser = partnership.browser(organisation, role)
            for route in places[offset % every :: every]:
                found = browser.open(route.address, method=route.method).status_code
                if found != (wanted := expected(relation, role, "", route)):
                    wrong.append(f"{role} of {relation}: {route.method} {route.address} {found} not {wanted}")
    assert wrong == [] and len(places) == 17


def test_a_guard_that_is_taken_out_is_missed(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    stop(partnership.app)
    later = f"/agreements/{partnership.refs['issued']}{LATER}"
    assert partnership.browser("westley", "igm").get(later).status_code == NOT_FOUND
    with monkeypatch.context() as without:
        without.setattr(permission, "_reads_this_version", lambda: True)
        assert partnership.browser("westley", "igm").get(later).status_code == LET_THROUGH
    monkeypatch.setattr(permission, "_refuse", lambda _: None)
    _, wrong = wrong_cells(partnership, every=EVERY * 5)
    assert wrong
