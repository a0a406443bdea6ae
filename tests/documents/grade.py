"""How hard a Word file is to read: the Flesch-Kincaid grade of all that it says, names and law included.

Every paragraph and every cell of a table ends a sentence; a semicolon does not, so a long list counts as one long one.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable

from protocolbuilder.documents import package, visible

TOKEN = re.compile(r"[\w'’-]+")
ENDS = re.compile(r"(?<=[.!?:])\s+|\n")
STOPS = (".", "?", "!")


def everything(docx: bytes) -> float:
    """The grade of the whole body."""
    return grade(part for block in visible.blocks(package.read(docx)) for part in visible.texts_of(block))


def prose(docx: bytes) -> float:
    """The grade of its whole sentences outside tables, so that no label makes it look easier than it is."""
    found = [one.text for one in visible.blocks(package.read(docx)) if isinstance(one, visible.Paragraph)]
    return grade(text for text in found if text.rstrip().endswith(STOPS))


def grade(texts: Iterable[str]) -> float:
    """Years of schooling that the texts ask for."""
    lines = [line for text in texts for part in ENDS.split(text) if (line := " ".join(TOKEN.findall(part)))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its word lists hold escapes that Python warns of when it first compiles them
        from readability import getmeasures
    found: float = getmeasures("\n".join(lines), lang="en")["readability grades"]["Kincaid"]
    return found
