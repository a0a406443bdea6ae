"""The rows of the table of contacts: each partner with each function, whether somebody is named there or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from werkzeug.datastructures import MultiDict

from protocolbuilder.web.filling import Row
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.running import running

USUAL: Final = ("spoc", "dpo", "signatory")
"""Functions of the vocabulary `roles` that every partner is asked for."""


def chosen(opened: Opened, args: MultiDict[str, str]) -> tuple[str, ...]:
    """The functions shown: those selected, else the usual ones, in the order of the vocabulary."""
    wanted = {*args.getlist("function"), *args.get("functions", "").split()}
    known = [key for key, _ in opened.library.choices("roles")]
    return tuple(key for key in known if key in wanted) or USUAL


def offered(opened: Opened, args: MultiDict[str, str]) -> tuple[tuple[str, str, bool], ...]:
    """Every function as (id, label, whether it is shown)."""
    shown = chosen(opened, args)
    return tuple((key, label, key in shown) for key, label in opened.library.choices("roles"))


def rows(
    opened: Opened, *, functions: tuple[str, ...], first: int, most: int, form: MultiDict[str, str]
) -> tuple[Row, ...]:
    """`first` and `most` count partners. A row without a contact yet has an id that one may be made with; a page
    that comes back keeps the id it had."""
    parties = opened.agreement.answers.get("parties", ())[first : first + most]
    given = {
        (form.get(f"of.{item}"), form.get(f"function.{item}")): item for item in form.get("rows", "").split()
    }  # fmt: skip
    return tuple(row for party in parties for row in _of(opened, party["id"], functions=functions, given=given))


def _of(
    opened: Opened, party: str, *, functions: tuple[str, ...], given: dict[tuple[str | None, str | None], str]
) -> Iterator[Row]:
    name = opened.names.item(party)
    held = [row for row in opened.agreement.answers.get("contacts", ()) if row.get("of") == party]
    for function in functions:
        label = opened.library.label("roles", function)
        found = [row["id"] for row in held if row.get("function") == function]
        for item in found:
            yield Row(item, label, name)
        if not found:
            item = given.get((party, function)) or running().new_id()
            yield Row(item, label, name, {"of": party, "function": function})
