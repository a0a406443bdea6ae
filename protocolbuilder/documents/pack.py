"""The toolkit pack: the whole family in one zip, with a page that lists it and the hash of every file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from types import SimpleNamespace as Said
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from protocolbuilder.documents import package, templates
from protocolbuilder.documents.source import Source, usual
from protocolbuilder.documents.stamp import file_name

FORMS: Final = {
    "docx": "Word", "xlsx": "spreadsheet", "csv": "CSV", "html": "web page", "json": "data", "pptx": "slides",
    "pdf": "PDF",
}  # fmt: skip
CONTENTS: Final = "contents.txt"
INDEX: Final = "index.html"


@dataclass(frozen=True, slots=True)
class Piece:
    """One document in one form. `what` and `as_` are its name and form in the family, `party` the id of the partner it
    is made for, or ""."""

    what: str
    title: str
    use: str
    as_: str
    party: str = ""

    @property
    def name(self) -> str:
        """By which it is told from the others: `staff-guide.docx`, `staff-guide.docx council`."""
        return f"{self.what}.{self.as_} {self.party}".strip()


def render(source: Source, members: Iterable[tuple[Piece, bytes]]) -> bytes:
    """The zip (.zip) of pieces with their bytes. The same give the same bytes. What is made for one partner stands in a
    folder of its own."""
    folders = _folders(source)
    files: dict[str, bytes] = {}
    groups: dict[str, list[Said]] = {}
    for one, content in members:
        folder = folders[one.party]
        whose = f"-{folder.split('/')[1]}" if folder else ""  # a file that leaves its folder still says whose it is
        name = f"{folder}{source.stamp.named}{ending(one.what)}{whose}.{one.as_}"
        files[name] = content
        listed = Said(
            name=name, title=one.title, use=one.use, form=FORMS.get(one.as_, one.as_),
            sha256=sha256(content).hexdigest(), size=_size(content),
        )  # fmt: skip
        groups.setdefault(one.party, []).append(listed)
    shown = [
        Said(title=f"For {source.names.item(party)}" if party else "", files=listed) for party, listed in groups.items()
    ]
    files[INDEX] = _index().render({**usual(source), "groups": shown}).encode()
    lines = sorted(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    files[CONTENTS] = "".join(lines).encode()
    return package.write(files)


def _size(content: bytes) -> str:
    """`14 KB`, `1.2 MB`."""
    kilo = max(len(content) / 1000, 1)
    return f"{kilo:.0f} KB" if kilo < 1000 else f"{kilo / 1000:.1f} MB"


def ending(what: str) -> str:
    """What a file name ends in before its suffix: nothing for the document itself and its data."""
    return "" if what in ("agreement", "protocol", "data") else f"-{what}"


def _folders(source: Source) -> dict[str, str]:
    """A folder for each partner by its id, under its name; the pack itself for ""."""
    found, taken = {"": ""}, set[str]()
    for row in source.agreement.answers.get("parties", ()):
        name = file_name(source.names.item(row["id"])) or row["id"]
        name = f"{name}-{row['id']}" if name.casefold() in taken else name
        taken.add(name.casefold())
        found[row["id"]] = f"partners/{name}/"
    return found


@cache
def _index() -> Template:
    folder = templates.folder().parent / "pack"
    where = FileSystemLoader(folder)
    environment = Environment(
        loader=where, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(INDEX)
