"""Whoever asks finds what they may read: every reading of the store that takes a reach, and what it finds without one.

Each guard is also taken out once: then the reading it guards must give something away, or the test could not fail.
"""

from collections.abc import Callable
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import true

from protocolbuilder import catalogue
from protocolbuilder.domain.consultation import Hearing
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.permission import Reach, reach
from protocolbuilder.errors import NotFound
from protocolbuilder.store import (
    agreements,
    comments,
    consultations,
    holdings,
    organisations,
    parents,
    register,
    relations,
    tenancy,
    versions,
)
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from tests.store.builders import a_document, an_agreement, created, issued, minutes, new_id, saved

Probe = Callable[[Connection, Reach], bool]
"""Does the reading find anything for this reach?"""


@pytest.fixture
def ids(database: Engine) -> dict[str, str]:
    """Northshire owns, Eastford is a partner, Westley left after version 1, Southmoor is a stranger."""
    with writing(database) as session:
        names = ("northshire", "eastford", "westley", "southmoor")
        return {
            name: organisations.add(session, Organisation("", name), by="", at=minutes(n), new_id=new_id).id
            for n, name in enumerate(names)
        }


def of(ids: dict[str, str], name: str, role: str = "igm") -> Reach:
    return reach(catalogue.policy(), ids[name], roles={role})


def shared(database: Engine, ids: dict[str, str]) -> str:
    """With versions 1 and 2, which Westley left between, and a draft after them."""
    draft = created(database, an_agreement("First title"))
    tie(database, draft.ref, council=ids["eastford"], police=ids["westley"], at=minutes(0))
    issued(database, draft, a_document("one.docx"), at=minutes(1))
    with writing(database) as session:
        relations.untie(session, draft.ref, "police", by="", at=minutes(2))
    second = saved(database, draft.ref, {"about.title": "Second title"}, seen=1, at=minutes(3))
    issued(database, second, a_document("two.docx"), at=minutes(4))
    return saved(database, draft.ref, {"about.title": "Third title"}, seen=2, at=minutes(5)).ref


def tie(database: Engine, ref: str, *, at: datetime, **parties: str) -> None:
    with writing(database) as session:
        for party, organisation in parties.items():
            relations.tie(session, ref, party, organisation=organisation, by="", at=at)


def titles(database: Engine, who: Reach | None, search: str = "") -> list[tuple[str, str, int | None]]:
    with reading(database) as session:
        found = register.register(session, of=who, search=search)
    assert found.count == len(found.rows)
    return [(row.title, row.shows, row.issued) for row in found.rows]


def test_the_register_shows_each_what_they_may_read(database: Engine, ids: dict[str, str]) -> None:
    shared(database, ids)
    assert titles(database, None) == titles(database, of(ids, "northshire")) == [("Third title", "draft", 2)]
    assert titles(database, of(ids, "eastford")) == [("Second title", "version", 2)]
    assert titles(database, of(ids, "westley")) == [("First title", "version", 1)]
    assert titles(database, of(ids, "southmoor")) == []
    assert titles(database, of(ids, "northshire", "admin")) == [("Second title", "title", 2)]
    assert titles(database, of(ids, "northshire", "siro")) == []


def test_who_takes_part_in_one_agreement_finds_no_other_by_that(database: Engine, ids: dict[str, str]) -> None:
    """Southmoor is a partner of another one, and Westley left that later than the first."""
    shared(database, ids)
    other = created(database, an_agreement("Another title"))
    tie(database, other.ref, council=ids["southmoor"], police=ids["westley"], at=minutes(0))
    issued(database, other, a_document("other.docx"), at=minutes(9))
    with writing(database) as session:
        relations.untie(session, other.ref, "police", by="", at=minutes(10))
    assert titles(database, of(ids, "southmoor")) == [("Another title", "version", 1)]
    assert sorted(titles(database, of(ids, "westley"))) == [
        ("Another title", "version", 1), ("First title", "version", 1),
    ]  # fmt: skip
    with reading(database) as session:
        assert [one.ref for one in holdings.live(session, of=of(ids, "southmoor"))] == [other.ref]
        assert [one.number for one in versions.versions(session, "ISA-2026-0001", of=of(ids, "westley"))] == [1]
        assert versions.versions(session, "ISA-2026-0001", of=of(ids, "southmoor")) == ()


def test_a_search_finds_by_no_word_that_may_not_be_read(database: Engine, ids: dict[str, str]) -> None:
    shared(database, ids)
    assert titles(database, of(ids, "eastford"), "third") == titles(database, of(ids, "westley"), "second") == []
    assert titles(database, of(ids, "eastford"), "second") and titles(database, of(ids, "westley"), "first")


def test_partners_read_a_draft_while_it_is_open_to_them(database: Engine, ids: dict[str, str]) -> None:
    ref = shared(database, ids)
    with writing(database) as session:
        consultations.open_to_partners(session, ref, note="", until=None, by="Ada", at=minutes(6))
    assert titles(database, of(ids, "eastford")) == [("Third title", "draft", 2)]
    assert titles(database, of(ids, "westley")) == [("First title", "version", 1)]
    with writing(database) as session:
        consultations.close(session, ref, outcome="", by="Ada", at=minutes(7))
    assert titles(database, of(ids, "eastford")) == [("Second title", "version", 2)]


def test_what_its_owner_discards_stays_issued_to_its_partners(database: Engine, ids: dict[str, str]) -> None:
    ref = shared(database, ids)
    with writing(database) as session:
        agreements.discard(session, ref, by="Ada", at=minutes(6))
    assert titles(database, of(ids, "northshire")) == []
    assert titles(database, of(ids, "eastford")) == [("Second title", "version", 2)]


def test_what_nobody_owns_is_of_the_organisation_that_runs_this_copy(database: Engine, ids: dict[str, str]) -> None:
    ref = created(database).ref
    with reading(database) as session:
        for name, relation in {"northshire": "owner", "southmoor": "stranger"}.items():
            stand = tenancy.stand(session, ref, organisation=ids[name])
            assert stand and (stand.relation, stand.state) == (relation, "draft")
            assert relations.relation(session, ref, ids[name]) == relation


def test_nobody_reads_a_strangers_protocol_by_standing_under_it(database: Engine, ids: dict[str, str]) -> None:
    theirs = shared(database, ids)
    with writing(database) as session:
        own = {
            name: agreements.create(session, an_agreement(), by="", at=minutes(8), new_id=new_id, owner=owner).ref
            for name, owner in ids.items()
        }
    with reading(database) as session:
        assert parents.above(session, theirs, asking=own["southmoor"]) is None
        assert parents.above(session, theirs, asking=own["eastford"]) is not None
        assert parents.above(session, theirs, of=of(ids, "southmoor")) is None
        told = parents.above(session, theirs, of=of(ids, "eastford"))
        assert told and "Second title" in told.says.decode()  # as issued, whatever its draft is called now
        assert [one.ref for one in parents.offered(session, to=own["southmoor"], of=of(ids, "southmoor"))] == []
        assert [one.ref for one in parents.offered(session, to=own["eastford"], of=of(ids, "eastford"))] == [theirs]


def found(read: Callable[[], Any]) -> bool:
    try:
        return bool(read())
    except NotFound:
        return False


PROBES: dict[str, tuple[ModuleType, str, Callable[[str], Probe]]] = {
    "load": (agreements, "draft_seen", lambda ref: lambda s, r: found(lambda: agreements.load(s, ref, of=r))),
    "register": (register, "draft_seen", lambda ref: lambda s, r: bool(register.register(s, of=r).rows)),
    "register, issued": (register, "version_listed", lambda ref: lambda s, r: bool(register.register(s, of=r).rows)),
    "versions": (versions, "version_seen", lambda ref: lambda s, r: bool(versions.versions(s, ref, of=r))),
    "version": (versions, "version_seen", lambda ref: lambda s, r: found(lambda: versions.version(s, ref, 2, of=r))),
    "content": (
        versions, "version_seen", lambda ref: lambda s, r: found(lambda: versions.issued_agreement(s, ref, 2, of=r)),
    ),
    "document": (
        versions, "version_seen",
        lambda ref: lambda s, r: found(lambda: versions.document(s, ref, 2, "two.docx", of=r)),
    ),
    "live drafts": (holdings, "draft_seen", lambda ref: lambda s, r: bool(holdings.live(s, of=r))),
    "live versions": (holdings, "version_seen", lambda ref: lambda s, r: bool(holdings.live(s, of=r))),
    "issued": (holdings, "version_seen", lambda ref: lambda s, r: bool(holdings.issued(s, of=r))),
    "naming": (holdings, "version_seen", lambda ref: lambda s, r: bool(holdings.naming(s, "council", of=r))),
    "naming, drafts": (holdings, "draft_seen", lambda ref: lambda s, r: bool(holdings.naming(s, "council", of=r))),
    "seen": (
        holdings, "version_seen",
        lambda ref: lambda s, r: bool(holdings.seen(s, [holdings.Mark(ref, "", "version", 2)], of=r)),
    ),
    "offered": (parents, "version_seen", lambda ref: lambda s, r: bool(parents.offered(s, to="", of=r))),
}  # fmt: skip


@pytest.mark.parametrize("probe", PROBES)
def test_a_stranger_finds_nothing_until_the_guard_is_taken_out(
    database: Engine, ids: dict[str, str], probe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, guard, ask = PROBES[probe]
    asked = ask(shared(database, ids))
    with reading(database) as session:
        assert asked(session, of(ids, "northshire"))
        assert not asked(session, of(ids, "southmoor"))
        monkeypatch.setattr(module, guard, lambda *_: true())
        assert asked(session, of(ids, "southmoor"))


def test_an_internal_comment_is_its_organisations_alone(
    database: Engine, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = shared(database, ids)
    said = {"kind": "comment", "address": "about.title", "draft": 1, "person": "p", "by": "Ada", "at": minutes(6)}
    with writing(database) as session:
        for audience in ("internal", "shared"):
            comments.say(session, ref, audience=audience, text=audience, organisation=ids["eastford"], **said)
    with reading(database) as session:

        def read(name: str) -> list[str]:
            return [one.text for one in comments.comments(session, ref, of=Hearing(ids[name]))]

        assert read("eastford") == ["internal", "shared"]
        assert read("northshire") == ["shared"]  # nor does its owner read it
        with pytest.raises(NotFound):
            comments.comment(session, ref, 1, of=Hearing(ids["northshire"]))
        monkeypatch.setattr(comments, "_for", lambda _: true())
        assert read("northshire") == ["internal", "shared"]
