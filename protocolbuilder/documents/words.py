"""One answer as a Word template prints it."""

from __future__ import annotations

PARAGRAPH = "\a"  # docxtpl's sign for a new paragraph; no answer can hold it, control characters are refused


class Words(str):
    """An answer in words. An empty line between two texts becomes a new paragraph, a line break stays one.

    `each` holds the separate entries of a list, or the single text. `between` stands between entries.
    """

    __slots__ = ("each",)
    each: tuple[str, ...]

    def __new__(cls, *each: str, between: str = "\n") -> Words:
        """`Words()` is an answer that is not stated."""
        texts = tuple(text.replace("\r\n", "\n").replace("\r", "\n") for text in each)
        made = super().__new__(cls, between.join(texts).replace("\n\n", PARAGRAPH))
        made.each = tuple(text.replace("\n\n", PARAGRAPH) for text in texts)
        return made
