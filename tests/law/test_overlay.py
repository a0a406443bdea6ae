"""What people record on top of the shipped law library, and what follows from it for offers and reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import put
from protocolbuilder.domain.marks import MUST
from protocolbuilder.domain.matrix import flow_powers
from protocolbuilder.law.approval import Approval, refused
from protocolbuilder.law.case import Case
from protocolbuilder.law.library import Library, effective
from protocolbuilder.law.offer import Offer, offer
from protocolbuilder.law.overlay import LocalEntry, Overlay, StatusChange, Verification, Withdrawal, about, standing
from protocolbuilder.law.review import review
from protocolbuilder.law.shelf import does, does_not
from tests.law.filled import filled

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
DUTY = "ca-2004-s16la"
WHO = ("Jo Green", "Information governance manager, Northshire Council")


def verified(entry: str = DUTY, *, instrument: str = "", commenced: date | None = None) -> Verification:
    return Verification("v1", entry, *WHO, TODAY, "the text on legislation.gov.uk", instrument, commenced, AT)


def changed(entry: str = DUTY, **values: Any) -> StatusChange:
    said: dict[str, Any] = {
        "status": "commenced", "since": date(2026, 9, 30), "instrument": "S.I. 2026/1000", "replaced_by": "",
        "note": "", **values,
    }
    return StatusChange("c1", entry, *WHO, **said, at=AT)


def local(**values: Any) -> LocalEntry:
    """A provision of this copy alone: the duty's record under another citation, with these values."""
    record = {**catalogue.library().vocabularies["gateways"]["ca-2004-s11"], "id": "local-1", "verified": False,
              "citation": "Northshire Act 2020 s.1", "title": "Power to share"}  # fmt: skip
    return LocalEntry("l1", "local-1", *WHO, {**record, **values}, AT)


def proposed(**values: Any) -> LocalEntry:
    """The same, proposed for an agency."""
    return replace(local(**values), person="p1", organisation="northshire", agency="Northshire Council")


def approved(organisation: str = "police", agency: str = "Northshire Police") -> Approval:
    return Approval(f"a-{organisation}", "local-1", "Sam Hill", agency, f"of-{organisation}", organisation, AT)


def library(*records: Any, on: date = TODAY) -> Library:
    return effective(catalogue.library(), tuple(records), on=on)


def offered(library: Library, *, on: date = TODAY) -> Offer:
    return offer(
        library, senders=["police"], recipients=["la-children"], purposes=["mash"], categories=["alleged-offence"],
        nation="england", on=on,
    )


def relying() -> Any:
    """The MASH agreement, its first flow resting on s.16LA as well."""
    made = put(filled("mash"), "gateways.duty", {"provision": DUTY, "stated_as": "must"})
    flow = made.answers["flows"][0]
    return put(made, f"flows.{flow['id']}.gateways", [*flow["gateways"], "duty"])


def found(rule: str, library: Library, *, on: date = TODAY) -> list[str]:
    made = relying()
    case = Case(catalogue.schema("agreement-1"), made, library, on=on)
    return [one.address for one in review(case) if one.rule == rule and one.address.startswith(("gateways.duty", "x"))]


def test_without_records_the_library_is_the_shipped_one() -> None:
    assert library() is catalogue.library()


def test_every_record_is_a_new_version_of_the_library() -> None:
    assert library(verified()).version == "2026.11+1"
    assert library(verified(), changed()).version == "2026.11+2"


def test_the_shipped_library_is_never_written_to() -> None:
    library(verified("ca-2004-lscb"), changed(), local())
    shipped = catalogue.library()
    assert shipped.vocabularies["gateways"][DUTY]["status"] == "unverified"
    assert not shipped.has("gateways", "local-1")


def test_a_verification_clears_the_warning_that_the_record_was_not_checked() -> None:
    entry = next(key for key, one in catalogue.library().vocabularies["gateways"].items() if not one["verified"])
    after = library(verified(entry)).vocabularies["gateways"][entry]
    assert after["verified"] and after["verified_by"] == WHO[0] and after["verified_on"] == TODAY


def test_a_verified_basis_is_verified_in_its_vocabulary() -> None:
    table = catalogue.library().vocabularies["sch8"]
    entry = next(key for key, one in table.items() if not one["verified"])
    assert library(verified(entry)).vocabularies["sch8"][entry]["verified"]


def test_a_verification_without_an_instrument_leaves_an_unconfirmed_commencement_unconfirmed() -> None:
    after = library(verified())
    assert not after.live(DUTY, on=TODAY)
    assert found("R20", after)


def test_a_verification_with_a_commencement_instrument_makes_the_duty_live() -> None:
    after = library(verified(instrument="S.I. 2026/1000", commenced=date(2026, 9, 30)))
    assert after.live(DUTY, on=TODAY)
    assert found("R20", catalogue.library()) and not found("R20", after)


def test_a_commencement_counts_from_its_day() -> None:
    start = changed(since=date(2027, 1, 1))
    assert not library(start).live(DUTY, on=TODAY)
    assert found("R19", library(start))
    assert library(start, on=date(2027, 1, 1)).live(DUTY, on=date(2027, 1, 1))
    near = next(one for one in offered(library(start)).nearly if one.id == DUTY)
    assert near.fails == "date" and "1 January 2027" in near.why
    assert near.says == "is not in force (it would say: must disclose)"


def test_after_commencement_the_matrix_says_must() -> None:
    made = relying()
    flow = made.answers["flows"][0]["id"]

    def marks(library: Library) -> dict[str, str]:
        return {one.gateway: one.mark for one in flow_powers(made, library.vocabularies["gateways"])[flow]}

    assert marks(catalogue.library())["duty"] == "unsure-in-force"
    assert marks(library(changed()))["duty"] == MUST


def test_a_repeal_counts_from_its_day_and_names_what_stands_in_its_place() -> None:
    end = changed("ca-2004-s11", status="repealed", since=date(2026, 12, 1), replaced_by=DUTY)
    assert library(end).live("ca-2004-s11", on=TODAY)
    last = date(2026, 11, 30)
    assert "ca-2004-s11" in [one.id for one in offered(library(end, on=last), on=last).apply]
    later = library(end, on=date(2026, 12, 1))
    assert not later.live("ca-2004-s11", on=date(2026, 12, 1))
    near = next(one for one in offered(later, on=date(2026, 12, 1)).nearly if one.id == "ca-2004-s11")
    assert near.why == "Repealed: replaced by CA 2004 s.16LA (not confirmed in force)."
    assert near.says == "no longer has force (it said: has a function that may need sharing)"


def test_an_amended_provision_counts_as_not_verified_until_somebody_looks_again() -> None:
    amended = changed("ca-2004-s11", status="amended", note="Academies added.")
    entry = library(amended).vocabularies["gateways"]["ca-2004-s11"]
    assert not entry["verified"] and "Academies added." in entry["recorded"][0]
    again = library(amended, verified("ca-2004-s11")).vocabularies["gateways"]["ca-2004-s11"]
    assert again["verified"] and len(again["recorded"]) == 2


def test_a_local_entry_is_offered_and_marked_local_wherever_it_is_named() -> None:
    after = library(local())
    assert after.label("gateways", "local-1") == (
        "Northshire Act 2020 s.1 (local): Power to share (not verified, not approved by a second agency)"
    )
    entry = next(one for one in offered(after).apply if one.id == "local-1")
    assert entry.citation.endswith("(local)") and entry.not_verified
    assert ("local-1", after.label("gateways", "local-1")) in after.search("gateways", "northshire local")


def test_a_local_entry_can_be_used_in_rules() -> None:
    made = put(relying(), "gateways.duty.provision", "local-1")
    case = Case(catalogue.schema("agreement-1"), made, library(local(status="repealed")), on=TODAY)
    texts = [one.text for one in review(case) if one.rule == "R19"]
    assert texts == ["Northshire Act 2020 s.1 (local) is repealed."]


def test_a_local_entry_is_offered_once_a_second_agency_approved_it() -> None:
    waits = library(proposed())
    assert not waits.live("local-1", on=TODAY)
    assert "local-1" not in [one.id for one in offered(waits).apply]
    near = next(one for one in offered(waits).nearly if one.id == "local-1")
    assert near.why == (
        "Proposed by Jo Green, for Northshire Council on 24 November 2026. It waits for approval by a second agency,"
        " and is offered to no flow until then."
    )
    assert near.says.startswith("gives no power until a second agency approves the entry")
    assert "not approved by a second agency" in waits.label("gateways", "local-1")
    after = library(proposed(), approved())
    entry = next(one for one in offered(after).apply if one.id == "local-1")
    assert entry.status == "in-force" and "not approved" not in after.label("gateways", "local-1")
    assert after.vocabularies["gateways"]["local-1"]["approval"].endswith(
        "Approved by Sam Hill, for Northshire Police on 24 November 2026."
    )


def test_the_proposing_agency_is_the_first_and_cannot_be_the_second() -> None:
    assert not library(proposed(), approved("northshire")).live("local-1", on=TODAY)
    given: dict[str, Any] = {"person": "p9", "organisation": "police", "organisations": 2}
    assert refused(proposed(), (), **given) == ""
    assert refused(proposed(), (), **{**given, "organisation": "northshire"}).startswith("Your organisation proposed")
    assert "one organisation only" in refused(proposed(), (), **{**given, "organisations": 1})
    assert refused(proposed(), (approved(),), **{**given, "organisation": "nhs"}).startswith("Two agencies stand")
    assert refused(local(), (approved(),), **given).startswith("Your organisation approved")
    again = {**given, "person": "of-police", "organisation": "nhs"}
    assert refused(local(), (approved(),), **again).startswith("You approved this entry already")


def test_an_entry_from_before_approval_goes_on_and_needs_two_agencies() -> None:
    assert library(local()).live("local-1", on=TODAY)
    one, two = library(local(), approved()), library(local(), approved(), approved("nhs", "Northshire NHS"))
    assert "not approved by a second agency" in one.label("gateways", "local-1") and one.live("local-1", on=TODAY)
    assert "not approved" not in two.label("gateways", "local-1")
    said = library(local()).vocabularies["gateways"]["local-1"]["approval"]
    assert "it was recorded before that was asked for" in said


def test_no_change_of_the_law_gives_force_to_what_nobody_approved_or_was_withdrawn() -> None:
    start = changed("local-1")
    assert not library(proposed(), start).live("local-1", on=TODAY)
    assert library(proposed(), start, approved()).live("local-1", on=TODAY)
    back = Withdrawal("w1", "local-1", *WHO, "l1", "A mistake.", AT)
    assert not library(proposed(), approved(), back, start).live("local-1", on=TODAY)


def test_an_approval_that_was_withdrawn_counts_no_longer() -> None:
    back = Withdrawal("w1", "local-1", *WHO, "a-police", "It was another Act.", AT)
    assert not library(proposed(), approved(), back).live("local-1", on=TODAY)


def test_the_review_says_that_a_local_entry_waits_for_a_second_agency() -> None:
    made = put(relying(), "gateways.duty.provision", "local-1")
    case = Case(catalogue.schema("agreement-1"), made, library(proposed()), on=TODAY)
    texts = [one.text for one in review(case) if one.rule == "R19"]
    assert texts == ["Northshire Act 2020 s.1 (local) is a local entry that no second agency has approved."]


def test_a_withdrawn_local_entry_stays_readable_and_gives_no_power() -> None:
    overlay: Overlay = (local(), Withdrawal("w1", "local-1", *WHO, "l1", "A mistake.", AT))
    after = library(*overlay)
    assert after.has("gateways", "local-1") and not after.live("local-1", on=TODAY)
    near = next(one for one in offered(after).nearly if one.id == "local-1")
    assert near.why == "Whoever recorded this local entry withdrew it."


def test_a_withdrawn_record_counts_no_longer_and_is_still_told() -> None:
    overlay: Overlay = (changed(), Withdrawal("w1", DUTY, *WHO, "c1", "The wrong instrument.", AT))
    after = library(*overlay)
    assert after.version == "2026.11+2"
    assert after.vocabularies["gateways"][DUTY] == catalogue.library().vocabularies["gateways"][DUTY]
    assert standing(overlay) == ()
    assert [one.id for one in about(overlay, DUTY)] == ["w1", "c1"]


def test_what_was_recorded_is_told_in_a_sentence() -> None:
    said = library(changed()).vocabularies["gateways"][DUTY]["recorded"]
    assert said == ("In force from 30 September 2026 by S.I. 2026/1000. Recorded by Jo Green.",)


def test_a_page_never_says_under_its_limits_what_a_duty_makes_somebody_do() -> None:
    for record in catalogue.library().vocabularies["gateways"].values():
        assert not [words for words in does_not(record) if " must disclose" in words], record["id"]
    duty = does_not(catalogue.library().vocabularies["gateways"][DUTY])
    assert "The duty falls away if disclosure would be more detrimental to the child than not disclosing." in duty
    assert "A duty to co-operate, not a duty to disclose." in does_not(
        catalogue.library().vocabularies["gateways"]["ca-2004-s10"]
    )


def test_a_page_requires_nothing_in_the_name_of_law_without_force() -> None:
    for record in catalogue.library().vocabularies["gateways"].values():
        if record["status"] in ("repealed", "not-yet-commenced"):
            assert not does(record).startswith(("It must", "It may")), record["id"]
            assert not [words for words in does_not(record) if words.startswith("The law ")], record["id"]
