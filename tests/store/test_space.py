"""The share of space that each organisation has, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from protocolbuilder.domain.organisations import Assurance, Evidence, Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Full
from protocolbuilder.store import agreements, assurances, house_styles, made, organisations, returned, space
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.made import Asked
from protocolbuilder.store.space import Share
from tests.store.builders import NOON, an_agreement, minutes, new_id

ADA = Person("p1", "Ada Jones", "Manager")


@pytest.fixture
def two(database: Engine) -> tuple[str, str]:
    """The one that runs the copy, and another."""
    with writing(database) as session:
        made_of = [
            organisations.add(session, Organisation("", name), by="", at=minutes(n), new_id=new_id).id
            for n, name in enumerate(("Host", "Eastford"))
        ]
    return made_of[0], made_of[1]


def shown(database: Engine, organisation: str, content: bytes, *, share: Share | None) -> None:
    evidence = Evidence("a.pdf", "application/pdf", sha256(content).hexdigest())
    said = Assurance("dspt", "met", "", None, None, evidence)
    with writing(database) as session:
        assurances.add(
            session, organisation, said, content=content, by=ADA, at=NOON, new_id=new_id, share=share
        )


def kept(database: Engine, organisation: str) -> Share:
    with reading(database) as session:
        return space.used(session, organisation)


@pytest.mark.asvs("V5.2.4")
def test_every_file_counts_for_the_organisation_that_it_is_of(database: Engine, two: tuple[str, str]) -> None:
    host, eastford = two
    with writing(database) as session:
        ref = agreements.create(session, an_agreement(), by="Ada", at=NOON, new_id=new_id, owner=eastford).ref
        returned.keep(
            session, ref, name="a.docx", version="draft 1", content=b"1234567", about={}, items=[], by="Ada", at=NOON
        )
        house_styles.upload(session, b"12345678901", name="Host", by="Ada", at=NOON)
        asked = Asked("k" * 64, ref, 1, None, "summary.pdf", "", "Summary", "a.pdf", "application/pdf", 2)
        number = made.ask(session, asked, frozen="{}", at=NOON)
        made.keep_part(session, number, "summary.docx", content=b"12")
    assert kept(database, eastford) == Share(9, 2)
    with writing(database) as session:
        made.keep(session, number, b"123", at=NOON)
    shown(database, eastford, b"12345", share=None)
    shown(database, host, b"12345", share=None)
    assert (kept(database, eastford), kept(database, host)) == (Share(15, 3), Share(16, 2))
    with writing(database) as session:
        made.remove(session, [number])
    assert kept(database, eastford) == Share(12, 2)


@pytest.mark.asvs("V5.2.4")
def test_what_is_more_than_the_share_is_refused_whole_with_what_is_used(
    database: Engine, two: tuple[str, str]
) -> None:
    host, eastford = two
    shown(database, eastford, b"a" * 600_000, share=Share(1_000_000, 2))
    with pytest.raises(Full, match=r"keeps 0\.6 MB in 1 file, of 1 MB in 2 files that it may"):
        shown(database, eastford, b"b" * 400_001, share=Share(1_000_000, 2))
    shown(database, eastford, b"b" * 400_000, share=Share(1_000_000, 2))
    with pytest.raises(Full, match="of 5 MB in 2 files"):
        shown(database, eastford, b"c", share=Share(5_000_000, 2))
    shown(database, host, b"c", share=Share(1_000_000, 2))
    assert kept(database, eastford) == Share(1_000_000, 2)


@pytest.mark.asvs("V5.2.4")
def test_each_way_to_keep_a_file_asks_for_space_and_what_is_kept_already_needs_none(
    database: Engine, two: tuple[str, str]
) -> None:
    host, none = two[0], Share(10, 1)
    back = {"name": "a.docx", "version": "draft 1", "about": {}, "items": [], "by": "Ada", "at": NOON}
    asked = Asked("k" * 64, "", 1, None, "summary.pdf", "", "Summary", "a.pdf", "application/pdf", 2)
    with writing(database) as session:
        ref = agreements.create(session, an_agreement(), by="Ada", at=NOON, new_id=new_id, owner=host).ref
        one = returned.keep(session, ref, content=b"1", share=none, **back)
        assert returned.keep(session, ref, content=b"1", share=none, **back) == one
        for refused in (
            lambda: returned.keep(session, ref, content=b"2", share=none, **back),
            lambda: house_styles.upload(session, b"2", name="Host", by="Ada", at=NOON, share=none),
            lambda: made.ask(session, Asked("k" * 64, ref, *_rest(asked)), frozen="{}", at=NOON, share=none),
        ):
            with pytest.raises(Full):
                refused()
    assert kept(database, host) == Share(1, 1)


def _rest(asked: Asked) -> tuple[object, ...]:
    return tuple(getattr(asked, name) for name in Asked.__slots__[2:])


@pytest.mark.asvs("V5.2.4", "V15.4.1")
def test_of_two_who_send_the_last_file_at_once_one_is_refused(database: Engine, two: tuple[str, str]) -> None:
    def send(content: bytes) -> bool:
        try:
            shown(database, two[1], content, share=Share(10, 1))
        except Full:
            return False
        return True

    with ThreadPoolExecutor(4) as several:
        assert sum(several.map(send, (b"1", b"2", b"3", b"4"))) == 1
    assert kept(database, two[1]).files == 1
