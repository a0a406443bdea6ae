"""What each partner has done so far is read from the agreement, and what is not stated stays so."""

from protocolbuilder import catalogue
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.participation import standings
from tests.builders import party, with_answers

SCHEMA = catalogue.schema("agreement-1")


def test_each_partner_has_a_row_with_its_acts_in_the_order_recorded() -> None:
    agreement = with_answers(
        parties=[party("p1", "Police"), party("p2", "Council", role="joint"), {"id": "p3", "name": "School"}],
        participation=[
            {"id": "a1", "party": "p2", "act": "approved", "date": "2026-04", "route": "by its board"},
            {"id": "a2", "party": "p2", "act": "signed", "date": "2026-04-14"},
        ],
    )
    found = standings(SCHEMA, agreement, AgreementNames(SCHEMA, agreement, catalogue.library()))
    assert [(one.party, one.role, one.acts) for one in found] == [
        ("p1", "Controller", ()),
        ("p2", "Joint controller", ("Was approved by a board, April 2026, by its board", "Signed, 14 April 2026")),
        ("p3", "", ()),
    ]


def test_a_record_that_says_nothing_of_what_was_done_is_no_act() -> None:
    silent = with_answers(parties=[party("p1", "Police")], participation=[{"id": "a1", "party": "p1", "evidence": "x"}])
    (found,) = standings(SCHEMA, silent, AgreementNames(SCHEMA, silent, catalogue.library()))
    assert found.acts == ()
