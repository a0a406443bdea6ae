"""An agreement is a value: what is put at an address is read there, and nothing else moves."""

from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.domain.agreement import (
    ABSENT,
    Agreement,
    Edit,
    apply,
    canonical,
    digest,
    get,
    overlap,
    put,
    reason_not_applying,
    stated,
    to_json,
)
from protocolbuilder.domain.reading import from_json
from tests.builders import empty, party, small, with_answers

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda text: not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
)
ADDRESSES = st.sampled_from(
    ["about.title", "parties.p1.name", "parties.p2.notes", "flows.f1.method_reason", "security.text"]
)


@given(ADDRESSES, TEXTS)
def test_what_is_put_at_an_address_is_read_there(address: str, text: str) -> None:
    assert get(put(small(), address, text), address) == text


@given(ADDRESSES, TEXTS)
def test_putting_one_answer_leaves_every_other_answer_alone(address: str, text: str) -> None:
    before, after = small(), put(small(), address, text)
    for other in ("about.kind", "parties.p1.role", "parties.p2.name", "flows.f2.from", "gateways.g1.provision"):
        assert get(after, other) == get(before, other)
    assert before == small()


@given(ADDRESSES, TEXTS)
def test_an_answer_put_and_taken_away_is_not_stated(address: str, text: str) -> None:
    assert get(put(put(small(), address, text), address, ABSENT), address) is ABSENT


@given(ADDRESSES, TEXTS)
def test_a_file_written_and_read_is_the_same_agreement(address: str, text: str) -> None:
    agreement = put(small(), address, text)
    assert from_json(to_json(agreement)) == agreement
    assert digest(from_json(to_json(agreement))) == digest(agreement)


def test_an_item_put_under_its_id_is_added_at_the_end_and_replaced_in_place() -> None:
    agreement = put(small(), "parties.p3", {"name": "Charity"})
    assert [item["id"] for item in agreement.answers["parties"]] == ["p1", "p2", "p3"]
    agreement = put(agreement, "parties.p1", {"name": "Police"})
    assert [item["id"] for item in agreement.answers["parties"]] == ["p1", "p2", "p3"]
    assert get(agreement, "parties.p1") == {"id": "p1", "name": "Police"}


def test_removing_the_first_partner_renames_nobody() -> None:
    agreement = put(small(), "parties.p1", ABSENT)
    assert get(agreement, "parties.p2.name") == "Northshire Council"
    assert get(agreement, "flows.f1.to") == ["p2"]


def test_an_answer_for_an_item_that_is_gone_is_not_kept_anywhere() -> None:
    assert put(small(), "parties.p9.name", "Ghost") == small()


def test_the_order_of_keys_does_not_change_the_digest_and_the_order_of_items_does() -> None:
    one = Agreement("agreement-1", "x", {"about": {"title": "A", "kind": "isa"}, "parties": []})
    other = Agreement("agreement-1", "x", {"parties": [], "about": {"kind": "isa", "title": "A"}})
    assert canonical(one) == canonical(other)
    two = with_answers(parties=[party("p1", "A"), party("p2", "B")])
    turned = with_answers(parties=[party("p2", "B"), party("p1", "A")])
    assert digest(two) != digest(turned)


def test_what_does_not_apply_covers_everything_under_it() -> None:
    agreement = apply(empty(), Edit("security", "No information moves.", "does_not_apply"))
    assert reason_not_applying(agreement, "security.access") == "No information moves."
    assert reason_not_applying(agreement, "accuracy") == ""
    assert apply(agreement, Edit("security", ABSENT, "does_not_apply")) == empty()


def test_an_edit_says_what_it_would_overwrite() -> None:
    assert stated(small(), Edit("parties.p1.name", "X")) == "Northshire Police"
    assert stated(small(), Edit("about.title", "X", "flag")) is ABSENT


def test_addresses_overlap_when_one_stands_under_the_other() -> None:
    assert overlap("flows.f1", "flows.f1.from") and overlap("flows", "flows.f1.from") and overlap("a.b", "a.b")
    assert not overlap("flows.f1.from", "flows.f10.from") and not overlap("flows.f1", "flows.f10")
