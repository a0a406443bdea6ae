"""One answer as a Word template prints it."""

from __future__ import annotations

PARAGRAPH = "\a"  # docxtpl's sign for a new paragraph; no answer can hold it, control characters are refused


class Words(str):
    """An answer in words. An empty line between two texts becomes a new paragraph, a line break stays one.

    `each` holds the separate entries of a list, or the single text. `between` stands between entries.
    """

    __slots__ = ()

    def __new__(cls, *each: str, between: str = "\n") -> Words:
        """`Words()` is an answer that is not stated."""
        if len(each) == 1:
            return super().__new__(cls, _printable(each[0]))
        made = super().__new__(Several, _printable(between.join(each)))
        made._each = tuple(map(_printable, each))
        return made

    @property
    def each(self) -> tuple[str, ...]:
        return (str(self),)


class Several(Words):
    """An answer of several entries, or of none."""

    __slots__ = ("_each",)
    _each: tuple[str, ...]

    @property
    def each(self) -> tuple[str, ...]:
        return self._each


def _printable(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n\n", PARAGRAPH) if "\n\n" in text else text


NOTHING = Words()
