"""What does not hold in a trail, by line: each of six kinds of tampering has its own name.

Nothing but the lines, the public keys, and what is known from elsewhere (the last line as somebody noted it, a
checkpoint that was mailed) is asked. A fault is told once, at the line where it begins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

from protocolbuilder.domain.trail import FIRST, Head, canonical

Kind = Literal["altered", "deleted", "cut", "inserted", "reordered", "replayed"]
Verify = Callable[[str, bytes, bytes], bool]
"""(id of a key, message, signature) -> does it hold? False for a key that is not known."""
_KEYS: Final = frozenset(
    {"v", "agreement", "seq", "prev", "event", "time", "key", "actor", "document", "data", "details", "sig"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` is the number of the line it begins at, counted from 1 as the lines stand. `text` is one sentence."""

    line: int
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A line as it stands at a place; `seq` 0 and not `holds`: it is none of ours, or was changed."""

    place: int
    seq: int
    prev: str
    digest: str
    holds: bool


def faults(
    lines: Sequence[bytes], *, agreement: str, verify: Verify, head: Head | None = None,
    checkpoints: Iterable[Head] = (),
) -> tuple[Fault, ...]:  # fmt: skip
    """Empty is good. `head`: the last line as it was noted elsewhere in this copy. `checkpoints`: what stood at some
    line as it was noted outside of it."""
    found: list[Fault] = []
    digests = _unbroken(lines, agreement=agreement, verify=verify)
    if digests is None:
        read = [_read(place, line, agreement=agreement, verify=verify) for place, line in enumerate(lines, start=1)]
        found += _chain(read, head)
        at = {one.seq: one.digest for one in read if one.holds}
    else:
        at = dict(enumerate(digests, start=1))
    last = max(at, default=0)
    if head and head.seq > last:
        found.append(Fault(last + 1, "cut", f"Lines {last + 1} to {head.seq} at the end are missing."))
    elif head and head.seq and at.get(head.seq, head.digest) != head.digest:
        found.append(Fault(head.seq, "replayed", f"Line {head.seq} is another one than was noted as the last."))
    for known in sorted(checkpoints, key=lambda one: one.seq):
        if known.seq > last and not (head and head.seq > last):
            said = f"It ends at line {last}, and line {known.seq} stood in a checkpoint: this is an older copy."
            found.append(Fault(last + 1, "replayed", said))
        elif known.seq <= last and at.get(known.seq, known.digest) != known.digest:
            said = f"Line {known.seq} is another one than stood in a checkpoint: the trail was written anew."
            found.append(Fault(known.seq, "replayed", said))
    return tuple(found)


def said(line: bytes) -> dict[str, Any]:
    """What a line says, unchecked. Raises ValueError for what is no line."""
    read = json.loads(line)
    if not isinstance(read, dict) or set(read) != _KEYS or canonical(read) != line:
        raise ValueError("this is no line of a trail")
    return read


def _unbroken(lines: Sequence[bytes], *, agreement: str, verify: Verify) -> list[str] | None:
    """The digest of each line, when every line names the one before and the signature of the last holds: it speaks for
    all before it, since each is named by its bytes. None: something is wrong somewhere."""
    before, digests = FIRST, []
    for seq, line in enumerate(lines, start=1):
        try:
            read = json.loads(line)
            if (read["agreement"], read["seq"], read["prev"]) != (agreement, seq, before):
                return None
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        before = sha256(line).hexdigest()
        digests.append(before)
    if lines and not _read(len(lines), lines[-1], agreement=agreement, verify=verify).holds:
        return None
    return digests


def _read(place: int, line: bytes, *, agreement: str, verify: Verify) -> _Read:
    digest = sha256(line).hexdigest()
    try:
        read = said(line)
        signed = canonical({key: value for key, value in read.items() if key != "sig"})
        holds = read["agreement"] == agreement and verify(read["key"], signed, bytes.fromhex(read["sig"]))
        return _Read(place, int(read["seq"]), str(read["prev"]), digest, holds)
    except (ValueError, TypeError, RecursionError):
        return _Read(place, 0, "", digest, False)


def _chain(read: Sequence[_Read], head: Head | None) -> Iterable[Fault]:
    """`good` is the line before that belongs where it stands; `broken` that what stands between was changed, so that
    the next line cannot be chained to it."""
    places = {one.digest: one.place for one in reversed(read)}
    numbers = {one.seq for one in read if one.holds}
    good, broken = Head(), False
    for index, one in enumerate(read):
        if not one.holds:
            if _was_put_in(one, next((later for later in read[index:] if later.holds), None), good=good, head=head):
                yield Fault(one.place, "inserted", f"Line {one.place} was put in: this copy never signed it.")
                continue
            yield Fault(one.place, "altered", f"Line {one.place} was altered: its signature does not fit.")
            good, broken = Head(good.seq + 1, one.digest), True
            continue
        if places[one.digest] != one.place:
            yield Fault(one.place, "inserted", f"Line {one.place} was put in: it is line {one.seq} once more.")
            continue
        if one.seq <= good.seq:
            yield Fault(one.place, "reordered", f"Line {one.seq} stands at place {one.place}, which is not its own.")
            continue
        if missing := set(range(good.seq + 1, one.seq)) - numbers:
            yield Fault(one.place, "deleted", f"{_lines(missing)} missing before line {one.seq}.")
        elif not broken and one.seq == good.seq + 1 and one.prev != good.digest:
            yield Fault(one.place, "replayed", f"Line {one.seq} does not follow the line before it: two trails in one.")
        good, broken = Head(one.seq, one.digest), False


def _was_put_in(one: _Read, after: _Read | None, *, good: Head, head: Head | None) -> bool:
    """Of a line that does not hold: does the trail go on without it?"""
    if after is not None:
        return after.prev == good.digest
    return one.seq != good.seq + 1 or (head is not None and head.seq <= good.seq)


def _lines(missing: set[int]) -> str:
    first, last = min(missing), max(missing)
    return f"Line {first} is" if first == last else f"Lines {first} to {last} are"


