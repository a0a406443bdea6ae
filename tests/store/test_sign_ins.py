"""Sessions, one-time codes, accounts and providers, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import accounts, organisations, people, providers, sessions, sign_in_codes
from protocolbuilder.store.accounts import Passkey
from protocolbuilder.store.engine import Connection, Engine, writing
from protocolbuilder.store.providers import Provider
from tests.store.at_once import at_once

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def session(database: Engine, at: datetime) -> Iterator[Connection]:
    """With two people, each with an account, and two organisations."""
    with writing(database) as session:
        _people(session, at)
        yield session


def _people(session: Connection, at: datetime) -> None:
    for id, name in (("ada", "Ada Jones"), ("sam", "Sam Hill")):
        person = Person("", name, "Officer", f"{id}@northshire.example")
        people.add(session, person, by="", at=at, new_id=lambda id=id: id)
        accounts.open_for(session, id, uniquifier=f"u-{id}", handle=f"h-{id}")
    for id in ("council", "trust"):
        body = Organisation("", id.title(), agency_types=("la",), sector="health", nation="england")
        organisations.add(session, body, by="", at=at, new_id=lambda id=id: id)


def begun(
    session: Connection, digest: str, *, at: datetime, stage: sessions.Stage = "whole", person: str = "ada"
) -> int:
    proved = at if stage == "whole" else None
    return sessions.begin(session, digest, person=person, stage=stage, device="Firefox", at=at, proved=proved)


@pytest.mark.asvs("V7.1.1")
def test_a_session_is_over_after_an_hour_idle_and_after_twelve_hours(session: Connection, at: datetime) -> None:
    begun(session, "d1", at=at)
    found = sessions.find(session, "d1")
    assert found is not None
    assert not found.is_over(at + 59 * MINUTE, idle=HOUR)
    assert found.is_over(at + HOUR, idle=HOUR)
    sessions.seen(session, found.number, at=at + 11.9 * HOUR)
    later = sessions.find(session, "d1")
    assert later is not None and not later.is_over(at + 11.95 * HOUR, idle=HOUR)
    assert later.is_over(at + 12 * HOUR, idle=HOUR)


@pytest.mark.asvs("V7.2.1")
def test_a_rise_changes_the_token_and_the_old_one_is_dead(session: Connection, at: datetime) -> None:
    number = begun(session, "old", at=at, stage="half")
    sessions.rise(session, number, "new", at=at + MINUTE)
    assert sessions.find(session, "old") is None
    found = sessions.find(session, "new")
    assert found is not None and (found.stage, found.number) == ("whole", number)
    assert found.is_fresh(at + 10 * MINUTE) and not found.is_fresh(at + 11 * MINUTE)


def test_a_half_session_lasts_a_quarter_of_an_hour_and_is_never_fresh(session: Connection, at: datetime) -> None:
    begun(session, "half", at=at, stage="half")
    found = sessions.find(session, "half")
    assert found is not None and not found.is_fresh(at)
    assert found.is_over(at + 15 * MINUTE, idle=HOUR)


@pytest.mark.asvs("V7.4.1", "V7.4.3")
def test_a_session_that_ended_is_found_no_more_and_nobody_ends_anothers(session: Connection, at: datetime) -> None:
    mine, other = begun(session, "a", at=at), begun(session, "b", at=at, person="sam")
    assert not sessions.end(session, other, person="ada", why="x", at=at)
    assert sessions.end(session, mine, person="ada", why="signed out", at=at)
    assert sessions.find(session, "a") is None and sessions.find(session, "b") is not None


def test_all_sessions_but_one_end_together(session: Connection, at: datetime) -> None:
    first, _, _ = (begun(session, digest, at=at) for digest in ("a", "b", "c"))
    assert sessions.end_all(session, "ada", why="password changed", at=at, but=first) == 2
    assert [one.number for one in sessions.of_person(session, "ada", at=at, idle=HOUR)] == [first]


@pytest.mark.asvs("V6.5.1", "V9.1.1")
def test_a_code_works_once_for_its_purpose_and_until_it_runs_out(session: Connection, at: datetime) -> None:
    sign_in_codes.make(session, "reset", "c1", at=at, lasts=HOUR, person="ada")
    assert sign_in_codes.look(session, "reset", "c1", at=at) is not None
    assert sign_in_codes.spend(session, "invitation", "c1", at=at) is None
    assert sign_in_codes.spend(session, "reset", "c1", at=at + HOUR) is None
    code = sign_in_codes.spend(session, "reset", "c1", at=at)
    assert code is not None and code.person == "ada"
    assert sign_in_codes.spend(session, "reset", "c1", at=at) is None


@pytest.mark.asvs("V6.6.2")
def test_after_five_wrong_guesses_the_right_code_works_no_more(session: Connection, at: datetime) -> None:
    sign_in_codes.make(session, "first administrator", "right", at=at, lasts=HOUR)
    for _ in range(4):
        sign_in_codes.guessed(session, "first administrator", person=None, at=at)
    assert sign_in_codes.look(session, "first administrator", "right", at=at) is not None
    sign_in_codes.guessed(session, "first administrator", person=None, at=at)
    assert sign_in_codes.spend(session, "first administrator", "right", at=at) is None


def test_a_new_link_makes_the_ones_before_it_worthless(session: Connection, at: datetime) -> None:
    sign_in_codes.make(session, "reset", "old", at=at, lasts=HOUR, person="ada")
    sign_in_codes.make(session, "reset", "hers", at=at, lasts=HOUR, person="sam")
    sign_in_codes.void(session, "reset", person="ada", at=at)
    assert sign_in_codes.spend(session, "reset", "old", at=at) is None
    assert sign_in_codes.spend(session, "reset", "hers", at=at) is not None


@pytest.mark.asvs("V6.5.1")
def test_a_step_of_an_app_and_a_recovery_code_count_once(session: Connection, at: datetime) -> None:
    accounts.set_totp(session, "ada", secret="{}", counter=7)
    assert not accounts.use_totp(session, "ada", counter=7)
    assert accounts.use_totp(session, "ada", counter=8)
    assert not accounts.use_totp(session, "ada", counter=8)
    accounts.set_recovery_codes(session, "ada", ["r1", "r2"])
    assert accounts.spend_recovery_code(session, "ada", "r1", at=at)
    assert not accounts.spend_recovery_code(session, "ada", "r1", at=at)
    assert not accounts.spend_recovery_code(session, "sam", "r2", at=at)
    found = accounts.of_person(session, "ada")
    assert found is not None and found.recovery_codes_left == 1


def test_of_many_at_once_one_spends_a_code(database: Engine, at: datetime) -> None:
    with writing(database) as session:
        _people(session, at)
        sign_in_codes.make(session, "reset", "c1", at=at, lasts=HOUR, person="ada")
        accounts.set_recovery_codes(session, "ada", ["r1"])

    def spend() -> tuple[bool, bool]:
        with writing(database) as session:
            code = sign_in_codes.spend(session, "reset", "c1", at=at)
            return code is not None, accounts.spend_recovery_code(session, "ada", "r1", at=at)

    done = at_once([spend] * 6)
    assert [sum(one[0] for one in done), sum(one[1] for one in done)] == [1, 1]


def test_a_passkey_is_kept_and_is_dropped_by_its_holder_alone(session: Connection, at: datetime) -> None:
    key = Passkey("k1", "ada", "Work phone", b"\x01\x02", 0, ("internal", "hybrid"), at, None)
    accounts.add_passkey(session, key)
    accounts.used_passkey(session, "k1", sign_count=3, at=at + HOUR)
    found = accounts.of_person(session, "ada")
    assert found is not None and found.has_second_factor
    assert (found.passkeys[0].sign_count, found.passkeys[0].used_at) == (3, at + HOUR)
    assert found.passkeys[0].transports == key.transports
    assert not accounts.drop_passkey(session, "k1", person="sam")
    assert accounts.drop_passkey(session, "k1", person="ada")


def test_who_lost_every_second_factor_sets_up_a_new_one(session: Connection, at: datetime) -> None:
    accounts.set_totp(session, "ada", secret="{}", counter=1)
    accounts.add_passkey(session, Passkey("k1", "ada", "Key", b"1", 0, (), at, None))
    accounts.set_recovery_codes(session, "ada", ["r1"])
    accounts.drop_second_factors(session, "ada")
    found = accounts.of_person(session, "ada")
    assert found is not None and not found.has_second_factor and not found.recovery_codes_left


@pytest.mark.asvs("V6.8.1")
def test_somebody_is_issuer_and_subject_together(session: Connection, at: datetime) -> None:
    one, two = "https://id.council.example", "https://id.trust.example"
    providers.keep(session, Provider("council", one, "c", "s", ""), at=at)
    assert providers.tie(session, one, "4711", person="ada", at=at)
    assert providers.tie(session, two, "4711", person="sam", at=at)
    assert not providers.tie(session, one, "4711", person="sam", at=at)
    assert providers.person_of(session, one, "4711") == "ada"
    assert providers.person_of(session, two, "4711") == "sam"
    providers.keep(session, Provider("council", "https://new.council.example", "c", "s", ""), at=at)
    assert providers.person_of(session, one, "4711") is None
