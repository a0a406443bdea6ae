"""The Word templates that documents are made from: an operator's own before the shipped ones, in the house style."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from protocolbuilder.documents import templates
from protocolbuilder.documents.house_dressing import dressed
from protocolbuilder.documents.house_style import HouseStyle
from protocolbuilder.documents.shape import Shape
from protocolbuilder.documents.templates import TemplateProblem
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadSchema

Shapes = Callable[[str, Schema], Mapping[str, Shape]]
FOLDER: Final = Path("templates", "word")
"""Where an operator puts templates, within the instance folder."""


def _none(template: str, schema: Schema) -> Mapping[str, Shape]:
    return {}


@dataclass(frozen=True, slots=True)
class Stock:
    """`folder` holds an operator's templates, each named as the shipped one that it replaces; `shapes` is
    `family.shape_of`, by which one is checked before it is used. `style` is the look of all, or None for our own."""

    folder: Path | None = None
    style: HouseStyle | None = None
    shapes: Shapes = _none

    def load(self, name: str, schema: Schema) -> bytes:
        """The template of that name in the house style, for an agreement of that schema. Raises as `plain`."""
        found = self.plain(name, schema)
        return dressed(found, self.style) if self.style else found

    def plain(self, name: str, schema: Schema) -> bytes:
        """The same without the house style.

        Raises BadSchema, with the file and what is wrong in it, for an operator's template with a mistake.
        """
        own = self._own(name)
        if own is not None and (wrong := _wrong(name, own, schema, self.shapes)):
            place = f", at “{wrong[0].place}”" if wrong[0].place else ""
            raise BadSchema(
                f"The operator’s Word template {FOLDER / name}.docx has a mistake{place}: {wrong[0].text} "
                "Put it right, or take the file out of the folder to use the shipped one."
            )
        return templates.load(name) if own is None else own

    def _own(self, name: str) -> bytes | None:
        if self.folder is None:
            return None
        try:
            return (self.folder / f"{name}.docx").read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadSchema(f"The operator’s Word template {FOLDER / name}.docx cannot be read.") from error


SHIPPED: Final = Stock()


@lru_cache(maxsize=64)
def _wrong(name: str, content: bytes, schema: Schema, shapes: Shapes) -> tuple[TemplateProblem, ...]:
    kind = name.rpartition("-")[0]
    return templates.check_one(name, content, (schema,), {} if name == schema.id else {kind: shapes(kind, schema)})


def overridden(folder: Path) -> tuple[str, ...]:
    """The names of the shipped templates that an operator's folder replaces."""
    shipped = {path.name for path in templates.folder().glob("*.docx")}
    return tuple(sorted(path.stem for path in folder.glob("*.docx") if path.name in shipped))
