"""What was said while a draft was open stays readable to whom it was open, and to nobody else. Both databases."""

from __future__ import annotations

from datetime import datetime

import pytest

from protocolbuilder import catalogue
from protocolbuilder.domain.consultation import Hearing
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.permission import Reach, reach
from protocolbuilder.errors import NotFound
from protocolbuilder.store import comments, consultations, organisations, relations
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.hearing import heard_only, hearing, number_at
from tests.store.builders import an_agreement, created, minutes, new_id, saved

NAMES = ("northshire", "eastford", "westley", "late", "early", "southmoor")
"""The owner; a partner; one that left while it was open; one that came after; one that left before; a stranger."""


@pytest.fixture
def ids(database: Engine) -> dict[str, str]:
    with writing(database) as session:
        return {
            name: organisations.add(session, Organisation("", name), by="", at=minutes(n), new_id=new_id).id
            for n, name in enumerate(NAMES)
        }


def of(ids: dict[str, str], name: str, role: str = "igm") -> Reach:
    return reach(catalogue.policy(), ids[name], roles={role})


def said(session: Connection, ref: str, text: str, *, organisation: str, at: datetime) -> None:
    comments.say(
        session, ref, kind="comment", audience="shared", address="", text=text, draft=1, organisation=organisation,
        person="p", by="Ada", at=at,
    )  # fmt: skip


def consulted(database: Engine, ids: dict[str, str]) -> str:
    """Open from minute 10 to 20; Westley leaves at 15. A comment at 12, 17 and 25, an answer to the first at 26."""
    ref = created(database, an_agreement("Before")).ref
    with writing(database) as session:
        for name in ("eastford", "westley", "early"):
            relations.tie(session, ref, name, organisation=ids[name], by="", at=minutes(1))
        relations.untie(session, ref, "early", by="", at=minutes(9))
        consultations.open_to_partners(session, ref, note="", until=None, by="Ada", at=minutes(10))
        said(session, ref, "first", organisation=ids["eastford"], at=minutes(12))
        relations.untie(session, ref, "westley", by="", at=minutes(15))
        said(session, ref, "second", organisation=ids["eastford"], at=minutes(17))
    saved(database, ref, {"about.title": "While it was open"}, seen=1, at=minutes(18))
    with writing(database) as session:
        consultations.close(session, ref, outcome="Done", by="Ada", at=minutes(20))
        relations.tie(session, ref, "late", organisation=ids["late"], by="", at=minutes(21))
        said(session, ref, "after", organisation=ids["northshire"], at=minutes(25))
        comments.reply(
            session, ref, 1, what="answer", text="Yes", organisation=ids["northshire"], person="p", by="Ada",
            at=minutes(26),
        )  # fmt: skip
    saved(database, ref, {"about.title": "After it"}, seen=2, at=minutes(27))
    return ref


def test_each_hears_what_was_said_while_it_was_a_partner(database: Engine, ids: dict[str, str]) -> None:
    ref = consulted(database, ids)
    with reading(database) as session:
        heard = {name: hearing(session, ref, organisation=ids[name]) for name in NAMES}
        texts = {
            name: [(one.text, len(one.replies)) for one in comments.comments(session, ref, of=found)]
            for name, found in heard.items()
            if found
        }
        times = {name: consultations.consultations(session, ref, of=found) for name, found in heard.items() if found}
        assert heard["late"] is heard["early"] is heard["southmoor"] is None
        assert heard["eastford"] == Hearing(ids["eastford"], minutes(20))
        assert number_at(session, ref, minutes(20)) == 2 and number_at(session, ref, minutes(15)) == 1
        with pytest.raises(NotFound):
            hearing(session, "ISA-1999-0001", organisation=ids["eastford"])
    assert texts == {
        "northshire": [("first", 1), ("second", 0), ("after", 0)],
        "eastford": [("first", 1), ("second", 0)],  # the answer too, which came after it was closed
        "westley": [("first", 0)],
    }
    assert (times["eastford"][0].outcome, times["eastford"][0].closed_at) == ("Done", minutes(20))
    assert (times["westley"][0].outcome, times["westley"][0].closed_at) == ("", minutes(15))


def test_what_is_heard_and_not_otherwise_read_is_listed(database: Engine, ids: dict[str, str]) -> None:
    ref = consulted(database, ids)
    with reading(database) as session:
        listed = {name: heard_only(session, of=of(ids, name)) for name in NAMES}
        assert listed == {name: (ref,) if name in ("eastford", "westley") else () for name in NAMES}
        assert heard_only(session, of=of(ids, "eastford", "trainer")) == ()
    with writing(database) as session:
        consultations.open_to_partners(session, ref, note="", until=None, by="Ada", at=minutes(30))
    with reading(database) as session:
        assert heard_only(session, of=of(ids, "eastford")) == ()  # its draft is read now
        assert hearing(session, ref, organisation=ids["late"]) == Hearing(ids["late"])
