"""How fast Word documents are made, beside other makers: `python -m tests.bench.bench_word`. Prints, asserts nothing.

**The same document.** `word_templates` has one template in the tags of each maker. All get the same texts (from a MASH
agreement with local facts, grown to size) as plain values and give the same paragraphs and rows, which is compared by
text before anything is timed. What is timed is one whole document in memory, template already read from disk: values
in, bytes of a .docx out. The makers take turns, one document each a round; the figure is the median of the rounds,
after two that are not counted. Processor and interpreter are warm, each maker keeps what it can keep, and the rubbish
of the one before is collected before the clock starts. Times are of the processor, or of the clock where that is less
(node works in several threads): so other work on the machine counts for nobody.

- *this* is `filling.fill` and `package.write`: what docxtpl makes, equal in canonical form (`tests/documents`).
- *this, printed* is `word.printed`: the same with contents, rows that may break, and properties.
- *pure Jinja + zip* is the lower bound of a template language: the patched XML compiled once by a plain Jinja
  environment, rendered, and all parts written by `zipfile`. It knows nothing of line breaks, columns or sandboxes.
- carbone, docxtemplater and easy-template-x take part when `node` is there and the packages are in the folder that
  `PB_BENCH_NODE` names (`npm install carbone docxtemplater pizzip easy-template-x` in a folder outside this one).

**Our own documents.** `agreement-1.docx` and `matrix-1.docx` with real values: docxtpl, the fill alone, and the whole
render (words of the answers, fill, contents, the data inside, zip), which only this product makes.

**Growth**: the whole render in fresh processes, with the peak of memory. **Cold**: the first document of a process.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from types import SimpleNamespace as Said
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree

from protocolbuilder import catalogue
from protocolbuilder.documents import filling, matrix, package, templates, visible, word
from protocolbuilder.documents.breaking import MARK
from protocolbuilder.documents.context import context
from protocolbuilder.domain.agreement import Agreement
from tests.bench import word_templates
from tests.bench.bench_review import grown
from tests.documents import made

ROUNDS, NOT_COUNTED = 11, 2
SIZES = ((20, 120), (60, 500))
GRID = 60
GROWTH = (500, 1_000, 2_000, 5_000)
Maker = Callable[[], tuple[float, bytes]]  # seconds and the file
MUSTACHE = ("docxtemplater", "easy-template-x")


def words(parties: int, flows: int) -> dict[str, Any]:
    """The texts of an agreement of this size, as plain values."""
    agreement = grown(parties, flows)
    said = told(agreement)
    return {
        "title": line(word.title_of(agreement)),
        "parties": [
            {"name": line(one.name), "kind": line(one.kind), "role": line(one.called), "contact": line(one.id)}
            for one in said["parties"]
        ],
        "flows": [flow(one) for one in said["flows"]],
    }


def flow(one: Any) -> dict[str, str]:
    rows = list(one.every)
    answers = [line(rows[place % len(rows)].words) for place in range(len(word_templates.QUESTIONS))]
    brief = (one.label, one.senders, one.recipients, one.information, one.purposes, one.marks, one.methods)
    head = dict(zip(word_templates.FLOW, map(line, (*brief, one.frequency)), strict=True))
    return head | dict(zip(word_templates.QUESTIONS, answers, strict=True))


def line(text: str) -> str:
    """A text on one line: how line breaks are given differs between the makers."""
    return " ".join(text.replace("\a", "\n").split())


def told(agreement: Agreement) -> dict[str, Any]:
    schema = catalogue.schema(agreement.schema)
    named = templates.named(templates.load(schema.id), word.agreement_shape(schema))
    return context(schema, agreement, catalogue.library(), stamp=made.stamp(agreement), named=named)


def squares(size: int) -> dict[str, Any]:
    """The values of a grid, both as cells and spelt out."""
    rows = [[f"Must: flow {row}.{column} & others" for column in range(size)] for row in range(size)]
    return {
        "columns": [f"C{number}" for number in range(size)],
        "rows": [
            {"name": f"Partner {number}", "cells": cells, **{f"c{place}": text for place, text in enumerate(cells)}}
            for number, cells in enumerate(rows)
        ],
    }


def as_said(value: Any) -> Any:
    """Values as our documents have them: named attributes."""
    if isinstance(value, list):
        return [as_said(one) for one in value]
    return Said(**{key: as_said(one) for key, one in value.items()}) if isinstance(value, dict) else value


def timed(make: Callable[[], bytes]) -> tuple[float, bytes]:
    start, used = perf_counter(), process_time()
    file = make()
    return min(perf_counter() - start, process_time() - used), file


def docxtpl(template: bytes, said: Mapping[str, Any]) -> bytes:
    document, out = DocxTemplate(BytesIO(template)), BytesIO()
    document.render(dict(said), Environment(autoescape=True), autoescape=True)
    document.save(out)
    return out.getvalue()


def filled(template: bytes, said: Mapping[str, Any]) -> bytes:
    found, packing = filling.fill(template, said), package.Packing()
    packing.add(filling.DECLARATION)
    for piece in found.body:
        packing.add(piece.replace(MARK, "").encode())
    return package.write({**filling.prepared(template).settled(found.parts), package.WORD: packing.done()})


def printed(template: bytes, said: Mapping[str, Any]) -> bytes:
    stamp = made.stamp(Agreement("agreement-1", "", {}))
    return word.printed(template, said, title="Sharing", author="Northshire", stamp=stamp)


def pure(template: bytes) -> Callable[[Mapping[str, Any]], bytes]:
    """Jinja and zip alone."""
    parts = package.read_own(template)
    source = filling.patched(etree.tostring(package.parse(parts, package.WORD), encoding="unicode"))
    compiled = Environment(autoescape=True).from_string(source.replace("\n<w:p", "<w:p"))

    def make(said: Mapping[str, Any]) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**parts, package.WORD: compiled.render(said).encode()}.items():
                archive.writestr(name, content)
        return out.getvalue()

    return make


class Node:
    """The makers of npm, in one process that stays warm."""

    def __init__(self, packages: str, folder: Path) -> None:
        self._folder = folder
        command = [shutil.which("node") or "node", str(Path(__file__).with_name("peers.mjs")), packages]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.versions: dict[str, str] = self._ask(peer="")

    def _ask(self, **asked: str) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def makers(self, name: str, template: Callable[[str], bytes], values: Mapping[str, Any]) -> dict[str, Maker]:
        data = self._folder / f"{name}.json"
        data.write_text(json.dumps(values))
        found = {}
        for peer in self.versions.keys() - {"node"}:
            dialect = "mustache" if peer in MUSTACHE else "carbone"
            path = self._folder / f"{name}-{dialect}.docx"
            path.write_bytes(template(dialect))
            found[peer] = self._maker(peer, path, data)
        return dict(sorted(found.items()))

    def _maker(self, peer: str, path: Path, data: Path) -> Maker:
        out = self._folder / "out.docx"

        def make() -> tuple[float, bytes]:
            took = self._ask(peer=peer, template=str(path), data=str(data), out=str(out))["ms"] / 1000
            return took, out.read_bytes()

        return make

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def same_document(
    name: str, template: Callable[[str], bytes], values: Mapping[str, Any], node: Node | None
) -> dict[str, Maker]:
    """The makers of one document. Stops the run when one of them says another text."""
    ours, said = template("jinja"), {key: as_said(value) for key, value in values.items()}
    lean = pure(ours)
    makers: dict[str, Maker] = {
        "this": lambda: timed(lambda: filled(ours, said)),
        "this, printed": lambda: timed(lambda: printed(ours, said)),
        "pure Jinja + zip": lambda: timed(lambda: lean(said)),
        "docxtpl": lambda: timed(lambda: docxtpl(ours, said)),
        **(node.makers(name, template, values) if node else {}),
    }
    texts = {key: visible.texts(package.read_own(make()[1])) for key, make in makers.items()}
    for key, text in texts.items():
        if text != texts["docxtpl"] and key != "this, printed":  # which adds nothing here but properties
            raise SystemExit(f"{key} does not make the same document as docxtpl")
    return makers


def in_turns(makers: Mapping[str, Maker]) -> dict[str, float]:
    """Median milliseconds of each maker."""
    took: dict[str, list[float]] = {key: [] for key in makers}
    for number in range(NOT_COUNTED + ROUNDS):
        for key, make in makers.items():
            gc.collect()
            seconds, _ = make()
            if number >= NOT_COUNTED:
                took[key].append(seconds * 1000)
    return {key: median(each) for key, each in took.items()}


def table(titles: list[str], columns: list[dict[str, float]]) -> None:
    """Milliseconds of each maker and how many times as long as the first of them."""
    print("| " + " | ".join(["made by", *titles]) + " |\n| --- |" + " --- |" * len(titles))
    for key in columns[0]:
        base = [next(iter(column.values())) for column in columns]
        cells = [
            f"{column[key]:.1f} ms ({column[key] / first:.1f} ×)" for column, first in zip(columns, base, strict=True)
        ]
        print(f"| {key} | " + " | ".join(cells) + " |")
    print()


def own_agreement(parties: int, flows: int) -> dict[str, Maker]:
    agreement = grown(parties, flows)
    schema, library = catalogue.schema(agreement.schema), catalogue.library()
    template, said = templates.load(schema.id), lambda: told(agreement)
    stamp = made.stamp(agreement)

    def fresh(make: Callable[[bytes, Mapping[str, Any]], bytes]) -> tuple[float, bytes]:
        values = said()  # the numbers of headings are counted while a document is filled
        return timed(lambda: make(template, values))

    return {
        "this, fill": lambda: fresh(filled),
        "this, printed": lambda: fresh(printed),
        "this, whole render": lambda: timed(lambda: word.render("agreement", schema, agreement, library, stamp)),
        "docxtpl, fill": lambda: fresh(docxtpl),
    }


def own_matrix(parties: int) -> dict[str, Maker]:
    """The matrix of so many partners, with four flows for each."""
    agreement = grown(parties, parties * 4)
    schema, library, stamp = catalogue.schema(agreement.schema), catalogue.library(), made.stamp(agreement)
    template = templates.load(matrix.TEMPLATE)

    def fresh(make: Callable[[bytes, Mapping[str, Any]], bytes]) -> tuple[float, bytes]:
        values = matrix.said(schema, agreement, library, stamp=stamp, template=template)
        return timed(lambda: make(template, values))

    return {
        "this, fill": lambda: fresh(filled),
        "this, printed": lambda: fresh(printed),
        "this, whole render": lambda: timed(lambda: matrix.render(schema, agreement, library, stamp, as_="docx")),
        "docxtpl, fill": lambda: fresh(docxtpl),
    }


def growth(flows: int) -> dict[str, float]:
    """Of one whole render in this process: seconds, the size of the file, and the peak of memory before and after."""
    agreement = grown(max(5, flows // 8), flows)
    schema, library = catalogue.schema(agreement.schema), catalogue.library()
    word.render("agreement", schema, small(), library, made.stamp(agreement))  # template and libraries are loaded
    before = peak()
    took, file = timed(lambda: word.render("agreement", schema, agreement, library, made.stamp(agreement)))
    return {"seconds": took, "file": len(file) / 1e6, "before": before, "after": peak()}


def peak() -> float:
    """The most memory that this process held so far, in MB. (`getrusage` would count that of its parent.)"""
    said = Path("/proc/self/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) / 1024


def cold() -> dict[str, float]:
    """The first and the third document of this process, and what of the first is reading and compiling the template."""
    agreement = small()
    schema, library = catalogue.schema(agreement.schema), catalogue.library()
    compiled, _ = timed(lambda: bytes(len(filling.prepared(templates.load(schema.id)).parts)))
    render = [
        timed(lambda: word.render("agreement", schema, agreement, library, made.stamp(agreement)))[0] for _ in range(3)
    ]
    return {"compiled": compiled, "first": render[0] + compiled, "third": render[2]}


def small() -> Agreement:
    return grown(5, 12)


def alone(*arguments: str) -> Any:
    """What this file prints in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_word", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(growth(int(sys.argv[2])) if sys.argv[1] == "growth" else cold()))
        return
    packages = os.environ.get("PB_BENCH_NODE", "")
    with tempfile.TemporaryDirectory() as folder:
        node = Node(packages, Path(folder)) if packages and shutil.which("node") else None
        with_versions(node)
        titles = [f"{parties} partners, {flows} flows" for parties, flows in SIZES]
        print("The same document:\n")
        columns = [
            in_turns(same_document(f"a{flows}", word_templates.agreement, words(parties, flows), node))
            for parties, flows in SIZES
        ]
        grid = in_turns(same_document("grid", lambda dialect: word_templates.grid(dialect, GRID), squares(GRID), node))
        table([*titles, f"grid {GRID} × {GRID}"], [*columns, grid])
        if node:
            node.close()
    print("Our own agreement and matrix:\n")
    columns = [*(in_turns(own_agreement(*size)) for size in SIZES), in_turns(own_matrix(GRID))]
    table([*titles, f"matrix of {GRID} partners"], columns)
    print("Growth of the whole render:\n\n| flows | time | a flow | file | peak memory before → after |")
    print("| --- " * 5 + "|")
    for flows in GROWTH:
        one = alone("growth", str(flows))
        each = one["seconds"] / flows * 1000
        memory = f"{one['before']:.0f} → {one['after']:.0f} MB"
        print(f"| {flows} | {one['seconds']:.2f} s | {each:.2f} ms | {one['file']:.1f} MB | {memory} |")
    one = {key: value * 1000 for key, value in alone("cold").items()}
    print(f"\nCold: the first document of a process takes {one['first']:.0f} ms ({one['compiled']:.0f} ms make the")
    print(f"template ready), the third {one['third']:.0f} ms (5 partners, 12 flows).")


def with_versions(node: Node | None) -> None:
    used = {name: version(name) for name in ("docxtpl", "python-docx", "jinja2", "lxml", "isal")}
    used |= node.versions if node else {}
    said = ", ".join(f"{name} {number}" for name, number in used.items())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; {said}.")
    print(f"Median of {ROUNDS} rounds, taking turns.\n")


if __name__ == "__main__":
    main()
