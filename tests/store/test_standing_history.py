"""What holds between partners, from what is kept: versions, signatures, papers, refusals, and what they record."""

from datetime import date

from protocolbuilder.domain.standing import Standing, standings
from protocolbuilder.domain.trail import Actor
from protocolbuilder.store import signing_acts, signing_paper
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.signing_paper import Scan
from protocolbuilder.store.standing import Recorded, history
from tests.store.builders import NOON, created, issued
from tests.store.signing import MEANS, ONE, Waiting, agreement, person

TODAY = NOON.date()


def kept(waiting: Waiting) -> Recorded:
    with reading(waiting.database) as session:
        return history(session, waiting.ref)


def between(waiting: Waiting, one: str, other: str, day: date = TODAY) -> Standing:
    return standings(kept(waiting).history).pair(one, other, day)


def made(database: Engine, **sections: object) -> Waiting:
    draft = created(database, agreement(3, **sections))
    issued(database, draft)
    return Waiting(database, draft.ref)


@ONE
def test_who_signed_is_in_force_with_who_signed_and_waits_for_the_rest(database: Engine) -> None:
    waiting = made(database, signing={"route": "each", "in_force": "each-as-it-signs"})
    waiting.sign(waiting.invite(1), reservation="Not the third flow")
    second = waiting.invite(2)
    assert (between(waiting, "p1", "p2").kind, between(waiting, "p1", "p2").who) == ("awaiting", ("p2",))
    with writing(database) as session:
        signing_acts.decline(
            session, second.id, "wording", note="Not yet", at=waiting.at(), means=MEANS, comments=()
        )
    assert between(waiting, "p1", "p2").kind == "declined"
    waiting.sign(waiting.invite(2))
    found = between(waiting, "p2", "p1")
    assert (found.kind, found.since, found.number) == ("in force", TODAY, 1)
    assert [(one.party, one.text, one.on) for one in found.reserved] == [("p1", "Not the third flow", ())]
    assert between(waiting, "p1", "p3").who == ("p3",) and kept(waiting).name("p3") == "Partner p3"


@ONE
def test_a_paper_counts_from_the_day_it_says(database: Engine) -> None:
    waiting = made(database, signing={"route": "each", "in_force": "each-as-it-signs"})
    day = date(2027, 3, 1)
    for number in (1, 2):
        with writing(database) as session:
            signing_paper.record_paper(
                session, waiting.ref, 1, person(number), document="agreement.docx", day=day,
                scan=Scan("scan.pdf", b"%PDF-1.7 " + bytes([number])), by=Actor("", "Ada Jones"), at=waiting.at(),
                means=MEANS,
            )  # fmt: skip
    assert between(waiting, "p1", "p2", day).since == day
    assert between(waiting, "p1", "p2", date(2027, 2, 28)).kind == "awaiting"


@ONE
def test_what_an_agreement_records_of_its_past_counts_and_what_it_does_not_say_is_not_stated(database: Engine) -> None:
    acts = [
        {"id": "a1", "party": "p1", "act": "signed", "date": "2024-04-14"},
        {"id": "a2", "party": "p2", "act": "signed", "date": "2024-05"},
        {"id": "a3", "party": "p3", "act": "carried-over", "date": "2024"},
        {"id": "a4", "party": "p1", "act": {"other": "Wrote a letter"}, "date": "2024-04-01"},
    ]
    waiting = made(database, signing={"route": "each", "in_force": "each-as-it-signs"}, participation=acts)
    assert between(waiting, "p1", "p2", date(2024, 4, 30)).who == ("p2",)
    assert between(waiting, "p1", "p2", date(2024, 5, 15)).kind == "not stated"
    found = between(waiting, "p1", "p2")
    assert (found.kind, found.since, found.began) == ("in force", date(2024, 5, 31), "by")
    assert between(waiting, "p1", "p3").kind == "not stated", "the act that was carried over is recorded nowhere"
