"""How long a request about an address takes that somebody has, and about one that nobody has.

`python -m tests.bench.bench_enumeration [PAIRS]` makes a copy of the program with the hashes that it is shipped with,
and prints for each way the medians of so many pairs, in turns, and by how much they differ.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from protocolbuilder.settings import Settings
from protocolbuilder.web.app import create_app
from tests.web.signing_in import PASSWORD, Browser, somebody

WAYS = {
    "sign-in": ("/sign-in", {"password": "wrong"}),
    "forgotten password": ("/sign-in/forgotten", {}),
}
KNOWN = 40
"""So many have an account: the limits count by account too."""


def main(pairs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(instance=Path(folder), limits_times=1000))
        for number in range(KNOWN):
            somebody(app, f"Person {number}", email=f"known{number}@northshire.example", password=PASSWORD)
        for way, (address, fields) in WAYS.items():
            at = Browser(app.test_client())
            took: dict[str, list[float]] = {"known": [], "other": []}
            for turn in range(-10, pairs):
                for whose in ("known", "other") if turn % 2 else ("other", "known"):
                    at.get(address)
                    began = perf_counter()
                    at.post(address, email=f"{whose}{turn % KNOWN}@northshire.example", **fields)
                    if turn >= 0:  # the first warm up
                        took[whose].append(perf_counter() - began)
            known, other = median(took["known"]), median(took["other"])
            print(
                f"{way}: known {known * 1000:.2f} ms, not known {other * 1000:.2f} ms, "
                f"differ by {abs(known - other) / min(known, other):.1%} ({pairs} pairs)", flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
