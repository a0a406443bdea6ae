"""Which partner is which organisation of the directory, on both databases."""

from dataclasses import replace

import pytest

from protocolbuilder.domain.agreement import ABSENT, Edit
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.errors import NotFound
from protocolbuilder.store import agreements, organisations, relations, security_events
from protocolbuilder.store.engine import Connection, Engine, writing
from tests.store.builders import NOON, an_agreement, created, minutes, new_id

PARTIES = [{"id": "council", "name": "Council"}, {"id": "trust", "name": "Trust"}]


def tied(session: Connection, ref: str) -> str:
    """The council of the agreement is that organisation, whose id is answered."""
    body = organisations.add(session, Organisation("", "Council"), by="", at=NOON, new_id=new_id)
    relations.tie(session, ref, "council", organisation=body.id, by="p1", at=NOON)
    return body.id


def test_a_partner_that_is_taken_out_is_tied_no_longer_in_the_same_transaction(database: Engine) -> None:
    for edits in ([Edit("parties.council", ABSENT)], [Edit("parties", PARTIES[1:])]):
        draft = created(database, an_agreement(parties=PARTIES))
        with writing(database) as session:
            tied(session, draft.ref)
            agreements.save(session, draft.ref, edits=edits, seen=1, by="Ada Jones", at=minutes(1))
            assert relations.tied(session, draft.ref) == {}
            assert [tie.until for tie in relations.ties(session, draft.ref)] == [minutes(1)]
            assert security_events.events(session, limit=1)[0].what == "agreement:party-untied"


def test_an_agreement_that_is_replaced_whole_keeps_the_ties_of_partners_that_stay(database: Engine) -> None:
    draft = created(database, an_agreement(parties=PARTIES))
    with writing(database) as session:
        tied(session, draft.ref)
        other = organisations.add(session, Organisation("", "Trust"), by="", at=NOON, new_id=new_id)
        relations.tie(session, draft.ref, "trust", organisation=other.id, by="", at=NOON)
        after = an_agreement(parties=[{"id": "council", "name": "Renamed"}])
        agreements.replace(session, draft.ref, after, seen=1, by="Ada Jones", at=minutes(1))
        assert relations.tied(session, draft.ref).keys() == {"council"}


def test_a_changed_entry_is_told_until_somebody_has_seen_it(database: Engine) -> None:
    draft = created(database, an_agreement(parties=PARTIES))

    def newer() -> list[bool]:
        return [tie.newer for tie in relations.ties(session, draft.ref)]

    with writing(database) as session:
        body = organisations.load(session, tied(session, draft.ref))
        assert newer() == [False]
        organisations.change(session, replace(body, short="C"), seen=1, by="", at=minutes(1))
        assert newer() == [True]
        relations.tie(session, draft.ref, "council", organisation=body.id, by="", at=minutes(2))
        assert newer() == [False], "the same tie, seen again, is not another one"


def test_no_partner_is_tied_to_what_is_not_in_the_directory(database: Engine) -> None:
    draft = created(database)
    with pytest.raises(NotFound), writing(database) as session:
        relations.tie(session, draft.ref, "council", organisation="nobody", by="", at=NOON)
