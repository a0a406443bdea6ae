"""Whose mailbox an address is, as far as the address itself tells: a link to sign is for one person at their work."""

from __future__ import annotations

import re
from typing import Final

from protocolbuilder.domain.people import clean_email
from protocolbuilder.domain.signing import is_webmail

SHARED: Final = frozenset({
    "admin", "adults", "board", "business", "care", "child", "children", "childrens", "clerk", "contact",
    "dataprotection", "dpo", "duty", "enquiries", "enquiry", "foi", "frontdoor", "gdpr", "governance", "headteacher",
    "hello", "help", "helpdesk", "hr", "hub", "ig", "info", "information", "legal", "mail", "mash", "mdt",
    "office", "policy", "post", "postmaster", "privacy", "reception", "records", "referral",
    "referrals", "safeguarding", "school", "secretary", "service", "services", "sharing", "support", "team",
})  # fmt: skip
"""Words in the name of a mailbox that more than one person reads."""


def is_shared(email: str) -> bool:
    """safeguarding@… and mash.team@…, not jo.green@…"""
    return not SHARED.isdisjoint(re.split(r"[^a-z]+", clean_email(email).partition("@")[0]))


def doubt(email: str) -> str:
    """Why a link to sign may not reach the one person it is for at this address, "" for none that it shows."""
    if is_shared(email):
        return f"{clean_email(email)} looks like a mailbox that several people read. Each of them could sign."
    if is_webmail(email):
        return f"{clean_email(email)} says nothing about where the person works. A work address is better evidence."
    return ""
