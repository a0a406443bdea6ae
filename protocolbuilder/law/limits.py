"""Restrictions and conditions that bear on a flow. They are never offered as powers.

A restriction on a kind of data (adoption, gender history, court documents, tax, benefits, counselling, assisted
conception, spent convictions) bears on every flow that holds it, whoever sends it and for whatever purpose: the limit
travels with the data. The others bear on the parties and purposes their record names, at either end of the flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from protocolbuilder.law.flow_question import FlowQuestion
from protocolbuilder.law.library import in_force

DATA: Final[Mapping[str, frozenset[str]]] = {
    "gra-2004-s22": frozenset({"gender-history"}),
    "aca-2002-s57": frozenset({"adoption-information"}),
    "aja-1960-s12": frozenset({"court-documents"}),
    "crca-2005-s18": frozenset({"financial-benefits"}),
    "ssaa-1992-s123": frozenset({"financial-benefits"}),
    "hfea-1990-s33a": frozenset({"sexual-health"}),
    "roa-1974-s9": frozenset({"conviction"}),
}
HOLDERS: Final = {"crca-2005-s18": "hmrc", "ssaa-1992-s123": "dwp"}  # all that these hold officially is restricted
VICTIMS: Final = frozenset({"counselling-notes", "victim-witness"})


def bears_on(record: Mapping[str, Any], question: FlowQuestion) -> bool:
    """Whether a restriction or condition bears on the flow: in force that day, in that nation, and it fits."""
    nations = set(record["jurisdictions"])
    if record["status"] not in ("in-force", "unverified") or not in_force(record, on=question.on):
        return False
    if question.nation and not {"uk", question.nation} & nations:
        return False
    if record["id"] in DATA:
        return bool(question.categories & DATA[record["id"]]) or HOLDERS.get(record["id"]) in question.senders
    fits = _bound(record, question) and bool(question.chain & frozenset(record["purposes"]))
    if record["id"] == "common-law-confidentiality":
        return fits or question.holds("confidential")
    if record["id"] == "pcsca-2022-s44a":  # it limits what police and the National Crime Agency may ask for
        asked = bool(question.recipients & frozenset(record["who_may_rely_on"]))
        return asked and (fits or bool(question.categories & VICTIMS))
    return fits


def _bound(record: Mapping[str, Any], question: FlowQuestion) -> bool:
    named = frozenset(record["who_may_rely_on"])
    return "any" in named or bool(named & (question.senders | question.recipients))
