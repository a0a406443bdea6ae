"""All agreements at once: drafts, and the versions in force that differ from them."""

import pytest

from protocolbuilder.domain.agreement import digest
from protocolbuilder.errors import NotFound
from protocolbuilder.store import holdings
from protocolbuilder.store.agreements import discard
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.events import latest
from protocolbuilder.store.holdings import Mark, held, live, naming, sections_of
from tests.store.builders import NOON, an_agreement, created, issued, loaded, saved

POWER = [{"id": "g1", "provision": "ca-2004-s11"}]


def test_a_version_is_listed_only_while_its_draft_has_moved_on(database: Engine) -> None:
    draft = created(database, an_agreement(gateways=POWER))
    issued(database, draft)
    with reading(database) as session:
        assert live(session) == (Mark(draft.ref, "MASH sharing", "draft", 1),)
    saved(database, draft.ref, {"gateways": []}, seen=1)
    with reading(database) as session:
        found = live(session)
        assert [(one.what, one.number) for one in found] == [("draft", 2), ("version", 1)]
        assert [held(session, one).agreement.answers["gateways"] for one in found] == [[], POWER]
        assert held(session, found[1]).library == "2026.11"


def test_what_names_an_entry_is_found_in_drafts_and_in_every_version(database: Engine) -> None:
    draft = created(database, an_agreement(gateways=POWER))
    issued(database, draft)
    saved(database, draft.ref, {"gateways": []}, seen=1)
    issued(database, loaded(database, draft.ref))
    created(database, an_agreement("ca-2004-s11 in a title only"))
    with reading(database) as session:
        assert naming(session, "ca-2004-s11") == (Mark(draft.ref, "MASH sharing", "version", 1),)
        assert naming(session, "ca-2004-s1_") == ()


def test_what_was_discarded_is_left_out(database: Engine) -> None:
    draft = created(database, an_agreement(gateways=POWER))
    with writing(database) as session:
        discard(session, draft.ref, by="Ada Jones", at=NOON)
    with reading(database) as session:
        assert live(session) == () and naming(session, "ca-2004-s11") == ()


@pytest.mark.parametrize("what", ["draft", "version"])
def test_what_is_no_longer_there_is_told(database: Engine, what: str) -> None:
    draft = created(database)
    with reading(database) as session, pytest.raises(NotFound):
        held(session, Mark(draft.ref, "", what, 7))  # type: ignore[arg-type]


def test_the_latest_versions_of_what_was_issued_are_listed_with_their_digests(database: Engine) -> None:
    created(database, an_agreement("Never issued"))
    draft, gone = created(database, an_agreement(gateways=POWER)), created(database)
    issued(database, draft)
    issued(database, gone)
    saved(database, draft.ref, {"gateways": []}, seen=1)
    issued(database, loaded(database, draft.ref))
    saved(database, draft.ref, {"gateways": POWER}, seen=2)
    with writing(database) as session:
        discard(session, gone.ref, by="Ada Jones", at=NOON)
    with reading(database) as session:
        mark = Mark(draft.ref, "MASH sharing", "version", 2)
        assert holdings.issued(session) == {mark: digest(an_agreement(gateways=[]))}


def test_some_sections_of_a_version_are_read_alone(database: Engine) -> None:
    draft = created(database, an_agreement(gateways=POWER))
    issued(database, draft)
    with reading(database) as session:
        (mark,) = holdings.issued(session)
        assert sections_of(session, mark, {"gateways", "nowhere"}).answers == {"gateways": POWER}
        with pytest.raises(NotFound):
            sections_of(session, Mark(draft.ref, "", "version", 7), {"gateways"})


def test_the_mark_of_the_register_changes_when_something_is_issued_or_discarded_and_not_with_a_save(
    database: Engine
) -> None:
    def now() -> object:
        with reading(database) as session:
            return latest(session)

    marks = [now()]
    draft = created(database)
    marks.append(now())
    saved(database, draft.ref, {"gateways": POWER}, seen=1)
    assert now() == marks[-1]
    issued(database, loaded(database, draft.ref))
    marks.append(now())
    with writing(database) as session:
        discard(session, draft.ref, by="Ada Jones", at=NOON)
    marks.append(now())
    assert marks[0] is None and len(set(marks)) == 4
