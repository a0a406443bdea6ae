"""How long a redline of two long versions takes: `python -m tests.bench.bench_redline`. Prints, asserts nothing.

The two are a MASH agreement with local facts (about 65 pages as LibreOffice prints it) and the same after some random
changes; the last row compares it with an agreement of another pattern, of which nearly nothing is alike. Times are of
the processor, the best of three, the reading and writing of the files included.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from time import process_time

from protocolbuilder.documents.redline import redline
from tests.documents import made
from tests.documents.edits import edited
from tests.law.filled import filled

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
RUNS = 3


def seconds(old: bytes, new: bytes) -> float:
    found = []
    for _ in range(RUNS):
        begun = process_time()
        redline(old, new, author="Version 2", at=AT)
        found.append(process_time() - begun)
    return min(found)


def main() -> None:
    before = filled("mash")
    old = made.docx(before)
    rows = {
        f"{changes} changes": made.docx(edited(before, Random(changes), changes=changes)) for changes in (1, 10, 50)
    }
    rows["another pattern"] = made.docx(filled("wales-safeguarding"))
    print("| two versions | seconds |\n| --- | --- |")
    for name, new in rows.items():
        print(f"| {name} | {seconds(old, new):.2f} |")


if __name__ == "__main__":
    main()
