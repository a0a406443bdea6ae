"""A trail of twelve lines, and six ways to tamper with it: each is found, and called by its name."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.domain.tampering import Fault, faults, said
from protocolbuilder.domain.trail import Actor, Document, Entry, Head, canonical, commitment, head_after, line
from protocolbuilder.store.trail import verifier
from tests.trail_key import KEY, OTHER, Signer

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
REF = "ISA-2026-0001"
ADA = Actor("p1", "Ada Jones, Information governance manager", "council")
VERIFY = verifier({KEY.id: KEY.public})


def entry(number: int, *, ref: str = REF) -> Entry:
    return Entry(
        ref, "document.opened", NOON + timedelta(minutes=number), ADA, Document("a.docx", "d" * 64), {"step": number},
        {"address": f"192.0.2.{number}"},
    )  # fmt: skip


def made(count: int, *, key: Signer = KEY, ref: str = REF, after: Head | None = None) -> list[bytes]:
    found: list[bytes] = []
    head = after or Head()
    for number in range(head.seq + 1, head.seq + count + 1):
        found.append(line(entry(number, ref=ref), after=head, key=key, salts={"address": f"{number:064x}"}))
        head = head_after(found[-1], seq=number)
    return found


LINES = made(12)
LAST = head_after(LINES[-1], seq=12)


def altered(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], lines[7].replace(b"Ada Jones", b"Eve Jones"), *lines[8:]]


def deleted(lines: list[bytes]) -> list[bytes]:
    return lines[:4] + lines[6:]


def cut(lines: list[bytes]) -> list[bytes]:
    return lines[:9]


def inserted_by_another_key(lines: list[bytes]) -> list[bytes]:
    more = made(1, key=OTHER, after=head_after(lines[4], seq=5))
    return lines[:5] + more + lines[5:]


def inserted_once_more(lines: list[bytes]) -> list[bytes]:
    return [*lines[:8], lines[2], *lines[8:]]


def inserted_at_the_end(lines: list[bytes]) -> list[bytes]:
    return lines + made(1, key=OTHER, after=LAST)


def reordered(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def check(lines: list[bytes], **known: Head) -> tuple[Fault, ...]:
    checkpoints = [known.pop("checkpoint")] if "checkpoint" in known else []
    return faults(lines, agreement=REF, verify=VERIFY, checkpoints=checkpoints, **known)


def test_a_trail_that_nobody_touched_has_no_fault() -> None:
    assert check(LINES, head=LAST, checkpoint=head_after(LINES[5], seq=6)) == ()
    assert check([]) == ()


@pytest.mark.parametrize(
    ("tamper", "kind", "at"),
    [
        (altered, "altered", 8), (deleted, "deleted", 5), (cut, "cut", 10), (inserted_by_another_key, "inserted", 6),
        (inserted_once_more, "inserted", 9), (inserted_at_the_end, "inserted", 13), (reordered, "reordered", 5),
    ],
)  # fmt: skip
def test_each_way_to_tamper_is_found_once_and_named(
    tamper: Callable[[list[bytes]], list[bytes]], kind: str, at: int
) -> None:
    found = check(tamper(LINES), head=LAST)
    assert [(fault.kind, fault.line) for fault in found] == [(kind, at)], found


def test_an_older_copy_of_the_whole_trail_is_found_against_a_checkpoint() -> None:
    older = LINES[:6]
    found = check(older, head=head_after(older[-1], seq=6), checkpoint=head_after(LINES[9], seq=10))
    assert [(fault.kind, fault.line) for fault in found] == [("replayed", 7)]


def test_a_trail_written_anew_by_whoever_has_the_key_is_found_against_a_checkpoint() -> None:
    anew = LINES[:4] + made(9, after=Head(4, "f" * 64))
    found = check(anew, head=head_after(anew[-1], seq=13), checkpoint=head_after(LINES[9], seq=10))
    assert {fault.kind for fault in found} == {"replayed"}


def test_the_trail_of_another_agreement_is_not_this_ones() -> None:
    assert {fault.kind for fault in check(made(3, ref="ISA-2026-0002"))} == {"altered"}


@given(st.data())
def test_no_single_byte_can_be_changed_unseen(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, 11))
    place = data.draw(st.integers(0, len(LINES[number]) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != LINES[number][place]))
    changed = LINES[number][:place] + bytes([byte]) + LINES[number][place + 1 :]
    assert check([*LINES[:number], changed, *LINES[number + 1 :]], head=LAST)


def test_a_line_holds_no_detail_but_shows_which_one_it_was_to_whoever_has_the_salt() -> None:
    read = said(LINES[3])
    assert b"192.0.2." not in LINES[3]
    assert read["details"] == {"address": commitment(f"{4:064x}", "address", "192.0.2.4")}
    assert read["prev"] == head_after(LINES[2], seq=3).digest
    assert read["time"] == "2026-11-25T12:04:00.000Z"
    assert json.loads(LINES[3]) == read and canonical(read) == LINES[3]


@pytest.mark.parametrize("value", [True, 1.5, None, {1: "a"}, [False]])
def test_a_line_holds_strings_and_whole_numbers_only(value: object) -> None:
    with pytest.raises(ValueError, match="trail"):
        canonical({"data": value})
