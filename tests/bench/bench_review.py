"""How long check and review take as an agreement grows: `python -m tests.bench.bench_review`. Prints, asserts nothing.

Each size is a MASH agreement with local facts, its partners and flows copied as often as needed; every copy of a flow
has a text of its own. Times are of the processor, the best of three, each in a fresh process that has read one other
agreement.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from time import process_time
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.check import check
from protocolbuilder.law.case import Case
from protocolbuilder.law.review import review
from tests.law.filled import ON, filled

SIZES = ((5, 12), (20, 120), (60, 500))
RUNS = 3
Row = dict[str, Any]


def grown(parties: int, flows: int) -> Agreement:
    """A MASH agreement of this size. A copy of a partner has its contacts, a copy of a flow the copies of its ends."""
    base = filled("mash")
    copies: dict[str, list[str]] = {row["id"]: [] for row in base.answers["parties"]}
    made = []
    for row, number in islice(_again(base.answers["parties"]), parties):
        copies[row["id"]].append(f"{row['id']}-{number}")
        made.append({**row, "id": f"{row['id']}-{number}", "name": f"{row['name']} of district {number}"})
    made = [{**row, "part_of": copies[row["part_of"]][0]} if row.get("part_of") else row for row in made]
    contacts = [
        {**row, "id": f"{row['id'][:24]}-{number}", "of": new}
        for row in base.answers["contacts"]
        for number, new in enumerate(copies.get(row["of"], ()), 1)
    ]
    grown_flows = _flows(base, copies, flows)
    copies |= {row["id"]: [] for row in base.answers["flows"]}
    for row in grown_flows:
        copies[row["id"].partition("--")[0]].append(row["id"])
    agreement = base
    for key, rows in (("parties", made), ("contacts", contacts), ("flows", grown_flows)):
        agreement = put(agreement, key, rows)
    for key in ("bases", "documents", "others", "gateways", "flow_roles", "joint_duties", "retention"):
        agreement = put(agreement, key, [_followed(row, copies) for row in base.answers.get(key) or ()])
    return put(agreement, "about.host", made[0]["id"])


def _again(rows: list[Row]) -> Any:
    number = 0
    while True:
        number += 1
        yield from ((row, number) for row in rows)


def _flows(base: Agreement, copies: dict[str, list[str]], count: int) -> list[Row]:
    others = {row["id"] for row in base.answers["others"]}
    possible = [
        row for row in base.answers["flows"]
        if all(copies.get(end) or end in others for end in (*row["from"], *row["to"]))
    ]
    made = []
    for row, number in islice(_again(possible), count):
        ends = {key: [_one_of(copies, end, number) for end in row[key]] for key in ("from", "to")}
        necessity = f"{row.get('necessity', '')} District {number} was assessed by itself."
        plain = {key: value for key, value in row.items() if key != "answers"}
        made.append({**plain, **ends, "id": f"{row['id']}--{number}", "ref": f"F{len(made)}", "necessity": necessity})
    return made


def _one_of(copies: dict[str, list[str]], end: str, number: int) -> str:
    found = copies.get(end)
    return found[number % len(found)] if found else end


def _followed(row: Row, copies: dict[str, list[str]]) -> Row:
    """The row with each partner and flow it names in a list replaced by its copies; a single one by the first."""
    made = {}
    for key, value in row.items():
        if isinstance(value, list):
            value = [new for one in value for new in (copies.get(one, [one]) if isinstance(one, str) else [one])]
        elif isinstance(value, str) and key != "id" and value in copies:
            value = copies[value][0] if copies[value] else ""
        if value not in ("", []):
            made[key] = value
    return made


def timed(work: Callable[[], Any]) -> float:
    start = process_time()
    work()
    return process_time() - start


def measure(parties: int, flows: int) -> tuple[float, float, int]:
    """Processor seconds of check and of the first review of this text, and how many findings."""
    agreement = grown(parties, flows)
    schema, library = catalogue.schema(agreement.schema), catalogue.library()
    small = filled("early-help")
    check(catalogue.schema(small.schema), small, library)
    review(Case(catalogue.schema(small.schema), small, library, on=ON))  # what is compiled once is compiled
    found: list[Any] = []
    checked = timed(lambda: check(schema, agreement, library))
    reviewed = timed(lambda: found.extend(review(Case(schema, agreement, library, on=ON))))
    return checked, reviewed, len(found)


def main() -> None:
    if len(sys.argv) == 3:
        print(*measure(int(sys.argv[1]), int(sys.argv[2])))
        return
    print("| partners / flows | check | review | both | growth | findings |\n| --- | --- | --- | --- | --- | --- |")
    before = 0.0
    for parties, flows in SIZES:
        command = [sys.executable, "-m", "tests.bench.bench_review", str(parties), str(flows)]
        said = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(RUNS)]
        checked, reviewed = (min(float(line[place]) for line in said) for place in (0, 1))
        both = checked + reviewed
        growth = f"× {both / before:.1f}" if before else ""
        print(f"| {parties} / {flows} | {checked:.2f} s | {reviewed:.2f} s | {both:.2f} s | {growth} | {said[0][2]} |")
        before = both


if __name__ == "__main__":
    main()
