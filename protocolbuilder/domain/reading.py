"""Reads the bytes of an agreement file, as a stranger may have sent them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.errors import BadFile

LARGEST: Final = 10_000_000  # bytes
DEEPEST: Final = 40  # levels of objects and arrays
ENVELOPE: Final = {
    "schema": str,
    "library": str,
    "answers": dict,
    "does_not_apply": dict,
    "flags": dict,
    "accepted": list,
}
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def forbidden_character(text: str) -> str:
    """A name for the first character that no text may hold (control, lone surrogate, direction override), or ''."""
    hit = FORBIDDEN.search(text)
    if not hit:
        return ""
    return f"U+{ord(hit.group()):04X} {unicodedata.name(hit.group(), 'control character')}".strip()


def json_values(content: bytes | str) -> Any:
    """JSON values, strictly: UTF-8, no duplicate keys, no NaN, no fractions, limits kept. Raises BadFile, one line."""
    if len(content) > LARGEST:
        raise BadFile(f"The file is larger than {LARGEST // 1_000_000} MB.")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise BadFile(f"The file is not UTF-8 text (byte {error.start}).") from error
    if not text.strip():
        raise BadFile("The file is empty.")
    try:
        values = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_float=_no_float)
    except json.JSONDecodeError as error:
        raise BadFile(f"The file is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise BadFile(f"The file is nested deeper than {DEEPEST} levels.") from error
    except ValueError as error:
        raise BadFile("The file holds a number that is too long.") from error
    _no_bad_text(values, "", 0)
    return values


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise BadFile(f"The key “{next(k for k in keys if keys.count(k) > 1)}” stands twice in one object.")
    return found


def _no_constant(name: str) -> Any:
    raise BadFile(f"The file holds {name}, which is not a JSON value.")


def _no_float(text: str) -> Any:
    raise BadFile(f"The file holds the number {text[:20]}: only whole numbers are used.")


def _no_bad_text(value: Any, place: str, depth: int) -> None:
    if depth > DEEPEST:
        raise BadFile(f"The file is nested deeper than {DEEPEST} levels.")
    if isinstance(value, str):
        name = forbidden_character(value)
        if name:
            raise BadFile(f"The text at {place or 'the top'} holds a character that cannot be kept: {name}.")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _no_bad_text(key, f"{place}.(key)", depth + 1)
            _no_bad_text(part, f"{place}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            item = part.get("id") if isinstance(part, Mapping) else None
            _no_bad_text(part, f"{place}.{item if isinstance(item, str) else number}".lstrip("."), depth + 1)


def agreement_from(values: Any) -> Agreement:
    """The agreement in an envelope already read. Raises BadFile on a wrong envelope; answers are not judged here."""
    if not isinstance(values, dict) or "schema" not in values:
        raise BadFile("The file is not an agreement: it has no “schema”.")
    for key, kind in ENVELOPE.items():
        empty: Any = kind()
        if not isinstance(values.get(key, empty), kind):
            raise BadFile(f"“{key}” has the wrong form: expected {_WORDS[kind]}.")
    unknown = sorted(set(values) - set(ENVELOPE) - {"pattern"})
    if unknown:
        raise BadFile(f"The file holds “{unknown[0]}”, which an agreement does not have.")
    if "answers" not in values:
        raise BadFile("The file is not an agreement: it has no “answers”.")
    _shape_of_answers(values["answers"])
    return Agreement(
        values["schema"],
        values.get("library", ""),
        values["answers"],
        _texts(values.get("does_not_apply", {}), "does_not_apply"),
        _lists_of_texts(values.get("flags", {})),
        tuple(_texts(row, "accepted") for row in values.get("accepted", [])),
    )


def from_json(content: bytes | str) -> Agreement:
    """The agreement in the bytes of a file. Raises BadFile with one clear line."""
    return agreement_from(json_values(content))


_WORDS: Final = {str: "text", dict: "an object", list: "an array"}


def _shape_of_answers(answers: dict[str, Any]) -> None:
    for section, value in answers.items():
        if isinstance(value, dict):
            continue
        if not isinstance(value, list) or not all(isinstance(i, dict) and isinstance(i.get("id"), str) for i in value):
            raise BadFile(
                f"“answers.{section}” has the wrong form: expected an object, or an array of objects with an id."
            )


def _texts(row: Any, place: str) -> dict[str, str]:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise BadFile(f"“{place}” has the wrong form: expected texts.")
    return dict(row)


def _lists_of_texts(flags: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    for texts in flags.values():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise BadFile("“flags” has the wrong form: expected lists of texts.")
    return {address: tuple(texts) for address, texts in flags.items()}
