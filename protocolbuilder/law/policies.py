"""Which lawful bases need an appropriate policy document of the controller that relies on them."""

from __future__ import annotations

from protocolbuilder.law.case import Case
from protocolbuilder.law.parts import Row, Standing, ids


def asks_policy(case: Case, row: Row, one: Standing) -> bool:
    """Whether a basis asks a controller for the document where it relies on it. DPA 2018 Sch 1 Pt 4 and s.42.

    Schedule 1 paragraph 10 does not where the controller only discloses to competent authorities (para 10(2)).
    """
    entries = [case.library.entry(group, key) for group in ("sch1", "sch8") for key in ids(row, group)]
    if any(entry is not None and entry["apd_required"] is True for entry in entries):
        return True
    discloses = one.sends and all(case.competent(party, one.flow) for party in one.flow.recipients)
    consent = "p3-s35-consent" in ids(row, "part3") and one.flow.holds("special")
    return consent or ("sch1-p10" in ids(row, "sch1") and not discloses)
