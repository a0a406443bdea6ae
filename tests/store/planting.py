"""A row in every table for one person, with every column filled: so that what is kept of them must be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, insert

from protocolbuilder.store import (
    account_tables,
    comment_tables,
    guard_tables,
    signing_tables,
    trail_tables,
    work_tables,
)
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import UtcTime, metadata
from tests.store.builders import NOON

ALL = (account_tables, comment_tables, guard_tables, signing_tables, trail_tables, work_tables)
"""Imported so that the metadata hold their tables."""
FIXED: Mapping[str, Mapping[str, Any]] = {
    "sign_ins": {"stage": "whole"},
    "consultation_mails": {"act": "opened"},
    "comments": {"kind": "comment", "audience": "shared"},
    "known_as": {"kind": "signature"},
    "jobs": {"state": "queued", "lease_until": None},
    "mails": {"state": "queued"},
    "made_documents": {"version": None, "made_at": None, "content": None},
    "invitations": {"outcome": "", "ended_at": None},
    "memberships": {"roles": "[]"},
    "organisations": {"sponsor": None, "removed_at": None, "agency_types": "[]", "identifiers": "[]",
                      "departments": "[]"},
    "people": {"erased_at": None},
    "sign_requests": {"state": "signed", "level": "standard", "passed_from": None},
    "signatures": {"level": "standard"},
    "approvals": {"stage": "before"},
    "partnership": {"content": "{}"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """`number` tells people apart: every word of theirs holds it."""

    number: int

    @property
    def id(self) -> str:
        return f"person{self.number}"

    @property
    def signature(self) -> str:
        return f"Signature{self.number}, Post{self.number}"

    @property
    def address(self) -> str:
        return f"address{self.number}@northshire.example"

    @property
    def words(self) -> str:
        return f"words{self.number}words"

    @property
    def secret(self) -> str:
        return f"secret{self.number}secret"


def plant(session: Connection, who: Planted, **fixed: Mapping[str, Any]) -> None:
    """`fixed`: table -> the values of some columns."""
    made: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        said = {**FIXED.get(table.name, {}), **fixed.get(table.name, {})}
        row = {column.name: _value(column, who, made) for column in table.c}
        if table.name == "house_styles":
            row["file"] = row["number"]
        made[table.name] = {**row, **said}
        session.execute(insert(table).values(**made[table.name]))
    said = {"person": who.id, "kind": "address", "said": who.address, "since": NOON}
    session.execute(insert(metadata.tables["known_as"]).values(**said))


def _value(column: Column[Any], who: Planted, made: Mapping[str, Mapping[str, Any]]) -> Any:
    table: Table = column.table
    kind = column.info.get("about")
    if table.name == "known_as" and column.name == "said":
        return who.signature
    words = {
        "person": who.id, "signature": who.signature, "address": who.address, "words": who.words,
        "secret": f"{who.secret}{column.name}",
    }  # fmt: skip
    if kind in words and not isinstance(column.type, Integer):
        return words[kind]
    if kind == "ids":
        return f'{{"person": "{who.id}"}}'
    for key in column.foreign_keys:
        return None if key.column.table is table else made[key.column.table.name][key.column.name]
    if isinstance(column.type, Integer | BigInteger):
        return 1000 + who.number if column.primary_key or column.name in ("number", "draft", "issued_draft") else 1
    if isinstance(column.type, UtcTime):
        return NOON
    if isinstance(column.type, LargeBinary):
        return b"bytes"
    return f"{column.name[:8]}{who.number}"[: column.type.length or 100]
