"""The facts of 24 published agreements come in whole: every text is found again, and nothing is invented."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import canonical, get
from protocolbuilder.domain.check import check
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.reading import from_json
from protocolbuilder.intake import facts

SCHEMA = catalogue.schema("agreement-1")
LIBRARY = catalogue.library()
FOLDER = Path(__file__).resolve().parent.parent / "agreements"
FILES = sorted(path.name for path in FOLDER.glob("*.json"))
WITHOUT_A_QUESTION = {"case", "domain", "special_features", "inferred", "not_seen", "evidence"}

# file: texts placed, kept as residue, fields not stated, flows
COUNTS = {
    "01-peterborough-mash-tier2.json": (32, 23, 12, 0),
    "05-monmouthshire-marac-waspi.json": (10, 25, 15, 0),
    "06-islington-community-marac.json": (34, 19, 8, 1),
    "07-islington-asb-review.json": (44, 21, 11, 1),
    "14-gp-connect-ndsa.json": (19, 23, 13, 1),
    "15-grantham-shopwatch.json": (12, 24, 16, 0),
    "16-hull-empty-homes.json": (31, 23, 15, 2),
    "18-cheshire-operation-encompass.json": (18, 23, 15, 1),
    "20-cardiff-flying-start-waspi.json": (21, 23, 12, 2),
    "23-scotland-nhs-police-forensic-template.json": (25, 23, 12, 2),
    "24-psni-councils-animal-welfare.json": (12, 23, 14, 0),
    "26-guernsey-children-isp.json": (12, 21, 16, 0),
    "28-hmrc-council-tax-debt-dua.json": (20, 21, 14, 1),
    "31-cp-is-letter-of-agreement.json": (19, 23, 17, 2),
    "32-dea-companies-house-hmrc.json": (15, 21, 15, 1),
    "33-moray-housing-liaison-protocol.json": (25, 22, 16, 2),
    "34-rbwm-school-la.json": (17, 22, 18, 2),
    "35-warwickshire-community-safety.json": (12, 25, 14, 0),
    "37-west-yorkshire-interagency-isp.json": (17, 22, 15, 0),
    "38-southwark-mash.json": (15, 22, 16, 1),
    "39-marac-specific-procedures-clause.json": (37, 23, 15, 3),
    "40-hampshire-shopwatch-pubwatch-clauses.json": (24, 25, 15, 0),
    "41-tvp-moj-claims-management.json": (22, 22, 14, 2),
    "43-leicester-leicestershire-rutland-lscb.json": (16, 25, 16, 0),
}


def read(values: Mapping[str, Any]) -> facts.Facts:
    return facts.read(values, SCHEMA, LIBRARY)


def of_file(name: str) -> tuple[Any, facts.Facts]:
    values = json.loads((FOLDER / name).read_text("utf-8"))
    return values, read(values)


def leaves(value: Any) -> Iterator[Any]:
    """Every text, number and truth value under a JSON value; blank texts are none."""
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]:
        if isinstance(part, Mapping | list):
            yield from leaves(part)
        elif part is not None and not (isinstance(part, str) and not part.strip()):
            yield part


def words_shown(made: facts.Facts) -> list[str]:
    """Every answer outside the residue, in the words in which it is printed."""
    names = AgreementNames(SCHEMA, made.agreement, LIBRARY)
    return [
        shown(section.questions[key], answer, names)
        for section in SCHEMA.sections.values()
        if section.id != "residue"
        for item in (made.agreement.answers[section.id] if section.is_list else [made.agreement.answers[section.id]])
        for key, answer in item.items()
        if key != "id"
    ]


def residue(made: facts.Facts) -> list[str]:
    return [row["text"] for row in made.agreement.answers["residue"]]


def small(**fields: Any) -> dict[str, Any]:
    """A facts file in which only what is named is stated."""
    return {"title": "An agreement", "partners": [], "purposes": [], "flows": [], "retention": [], **fields}


def test_there_are_24_files_and_each_is_counted() -> None:
    assert sorted(COUNTS) == FILES


@pytest.mark.parametrize("name", FILES)
def test_every_text_of_a_file_is_an_answer_word_for_word_or_residue_of_a_named_field(name: str) -> None:
    values, made = of_file(name)
    printed, kept = "\n".join(words_shown(made)), residue(made)
    for field, value in values.items():
        for leaf in leaves([value]):
            text = str(leaf)
            if field in WITHOUT_A_QUESTION:
                assert text in kept
            elif leaf is True:
                assert {"regime": "part3"}.items() <= made.agreement.answers["bases"][-1].items()
            else:
                assert text in printed or text.casefold() in printed.casefold(), (field, text)


@pytest.mark.parametrize("name", FILES)
def test_no_text_of_a_draft_is_invented(name: str) -> None:
    values, made = of_file(name)
    given_texts = {str(leaf) for leaf in leaves(values)}
    entries = {key for table in LIBRARY.vocabularies.values() for key in table}
    choices = {
        key
        for section in SCHEMA.sections.values()
        for question in section.questions.values()
        for key, _ in question.choices
    }
    ids = {item["id"] for items in made.agreement.answers.values() if isinstance(items, list) for item in items}
    read_from = {match.entry for match in made.matches}
    names = AgreementNames(SCHEMA, made.agreement, LIBRARY)
    for section in SCHEMA.sections.values():
        rows = made.agreement.answers[section.id]
        for item in rows if section.is_list else [rows]:
            for key, answer in item.items():
                if section.id == "residue" and key == "from":
                    assert answer.split(" ")[0].rstrip(":") in values
                    continue
                for leaf in leaves([answer]):
                    if key == "id" or leaf in given_texts or leaf in entries | choices | ids | read_from:
                        continue
                    words = shown(section.questions[key], answer, names)
                    assert words in given_texts or any(words in text for text in given_texts), (section.id, key, leaf)


@pytest.mark.parametrize("name", FILES)
def test_counts_of_a_file_are_reported_and_add_up(name: str) -> None:
    values, made = of_file(name)
    assert made.placed + made.residue == len(list(leaves(values)))
    assert (made.placed, made.residue, len(made.not_stated), len(made.agreement.answers["flows"])) == COUNTS[name]
    assert set(made.not_stated) == {field for field in facts.FIELDS if not list(leaves([values[field]]))}


@pytest.mark.parametrize("name", FILES)
def test_a_draft_of_facts_has_nothing_wrong_in_it(name: str) -> None:
    _, made = of_file(name)
    assert [p for p in check(SCHEMA, made.agreement, LIBRARY) if p.kind == "wrong"] == []
    assert from_json(canonical(made.agreement)) == made.agreement


@pytest.mark.parametrize("name", FILES)
def test_every_partner_purpose_subject_citation_flow_and_rule_is_an_item(name: str) -> None:
    values, made = of_file(name)
    answers = made.agreement.answers
    assert [party["name"] for party in answers["parties"]] == values["partners"]
    assert [purpose["statement"] for purpose in answers["purposes"]][: len(values["purposes"])] == values["purposes"]
    for section, field in (
        ("subjects", "data_subjects"),
        ("gateways", "legal_gateways"),
        ("flows", "flows"),
        ("retention", "retention"),
        ("contacts", "signatories"),
    ):
        assert len(answers[section]) == len(values[field])
    assert len(answers["items"]) >= len(values["data_categories"])
    printed = [line for basis in answers["bases"] for line in basis.get("as_printed", ())]
    assert printed == [*values["article6"], *values["article9"], *values["dpa_sch1"]]


@pytest.mark.parametrize("name", FILES)
def test_an_end_that_the_file_does_not_name_stays_not_stated(name: str) -> None:
    values, made = of_file(name)
    for printed, flow in zip(values["flows"], made.agreement.answers["flows"], strict=True):
        assert ("from" in flow, "to" in flow) == (printed["from"] is not None, printed["to"] is not None)


def test_reading_twice_gives_the_same_draft() -> None:
    assert of_file(FILES[3])[1] == of_file(FILES[3])[1]


# --- what is matched, and what is not


def test_a_list_of_partners_at_an_end_is_an_other_that_stands_for_them() -> None:
    _, made = of_file("16-hull-empty-homes.json")
    flow, other = made.agreement.answers["flows"][0], made.agreement.answers["others"][0]
    assert flow["from"] == ["p1"] and flow["to"] == [other["id"]]
    assert other["name"] == "PANDA, WINNER, Probe, DISC, Giroscope, Goodwin"
    assert other["stands_for"] == ["p2", "p3", "p4", "p5", "p6", "p7"]


@pytest.mark.parametrize(
    ("partner", "end", "stands_for"),
    [
        ("Barking & Dagenham Council", "Barking and Dagenham council", True),
        ("HMRC (organisation D25)", "HMRC", True),
        ("Police Service of Scotland", "Police Scotland", False),
        ("HM Revenue and Customs", "HMRC", False),
    ],
)
def test_a_look_alike_end_keeps_its_words_and_stands_for_the_partner(partner: str, end: str, stands_for: bool) -> None:
    made = read(small(partners=[partner], flows=[{"from": end, "to": None, "items": []}]))
    (other,) = made.agreement.answers["others"]
    assert other["name"] == end and other.get("stands_for") == (["p1"] if stands_for else None)


def test_two_partners_that_look_alike_leave_an_end_unsure() -> None:
    made = read(
        small(partners=["The Council", "council"], flows=[{"from": "COUNCIL", "to": "The Council", "items": []}])
    )
    assert "stands_for" not in made.agreement.answers["others"][0]
    assert made.agreement.answers["flows"][0]["to"] == ["p1"]


def test_a_citation_that_is_sure_gets_its_entry_and_keeps_its_words() -> None:
    _, made = of_file("01-peterborough-mash-tier2.json")
    first, second = made.agreement.answers["gateways"]
    assert first == {
        "id": "g1",
        "provision": "ca-2004-s10",
        "as_printed": "Children Act 2004 s10 (inherited from Tier 1)",
        "stated_as": "co-operate",
        "explanation": "duty on the local authority to make co-operation arrangements",
        "inherited_from": "Tier 1",
    }
    assert (second["provision"], second["stated_as"]) == ("ca-2004-s16h", "may")


def test_a_citation_that_is_not_sure_stays_as_printed() -> None:
    made = read(small(legal_gateways=[{"citation": "common law", "power_or_duty_if_stated": "duty"}, "Water Act 2003"]))
    assert [gateway["provision"] for gateway in made.agreement.answers["gateways"]] == [
        {"other": "Water Act 2003"},
        {"other": "common law"},
    ]
    assert made.agreement.answers["gateways"][1]["stated_as"] == {"other": "duty"}


def test_a_power_cited_in_a_nation_it_does_not_reach_is_flagged_and_kept() -> None:
    _, made = of_file("33-moray-housing-liaison-protocol.json")
    assert get(made.agreement, "gateways.g1.provision") == "cda-1998-s115"
    assert made.agreement.flags["gateways.g1.provision"] == (
        "The law library gives this provision for England, Wales; the agreement is for Scotland.",
    )


def test_bases_get_ids_and_keep_their_words() -> None:
    made = read(small(article6=["6(1)(e)", "public interest task"], article9=["9(2)(g)"], dpa_sch1=["para 18"]))
    one, two, three, four = made.agreement.answers["bases"]
    assert one == {"id": "b1", "regime": "uk-gdpr", "art6": ["art6-1-e"], "as_printed": ["6(1)(e)"]}
    assert two == {"id": "b2", "as_printed": ["public interest task"]}
    assert (three["art9"], four["sch1"]) == (["art9-2-g"], ["sch1-p18"])


@pytest.mark.parametrize(
    ("nation", "found"),
    [("Jersey", False), ("Guernsey (Crown Dependency)", False), ("England and Wales", True), (None, True)],
)
def test_a_basis_of_another_country_is_no_uk_basis(nation: str | None, found: bool) -> None:
    made = read(small(jurisdiction=nation, article6=["6(1)(e)"]))
    assert ("art6" in made.agreement.answers["bases"][0]) == found
    assert made.agreement.answers["bases"][0]["as_printed"] == ["6(1)(e)"]


@pytest.mark.parametrize(
    ("nation", "flagged"),
    [("Jersey", True), ("Scotland", True), ("England", False), ("England and Wales", False), (None, False)],
)
def test_only_a_provision_that_surely_does_not_reach_is_flagged(nation: str | None, flagged: bool) -> None:
    made = read(small(jurisdiction=nation, legal_gateways=[{"citation": "Children Act 2004 s10"}]))
    assert get(made.agreement, "gateways.g1.provision") == "ca-2004-s10"
    assert ("gateways.g1.provision" in made.agreement.flags) == flagged


def test_words_of_the_library_itself_are_not_said_twice() -> None:
    made = read(small(data_subjects=["unborn child", "children"]))
    assert made.agreement.answers["subjects"] == [
        {"id": "s1", "kind": "unborn"},
        {"id": "s2", "kind": "child", "notes": "children"},
    ]


@pytest.mark.parametrize(
    ("value", "bases", "kept"),
    [
        (True, [{"id": "b1", "regime": "part3"}], []),
        (False, [], ["false"]),
        (None, [], []),
        ("for the police only", [{"id": "b1", "as_printed": ["for the police only"]}], []),
    ],
)
def test_part_3_is_true_denied_described_or_not_stated(value: Any, bases: list[Any], kept: list[str]) -> None:
    made = read(small(part3=value))
    assert (made.agreement.answers["bases"], residue(made)) == (bases, kept)
    assert ("part3" in made.not_stated) == (value is None)


def test_a_misfiled_class_is_carried_and_flagged_and_never_corrected() -> None:
    _, made = of_file("07-islington-asb-review.json")
    ethnicity = get(made.agreement, "items.i6")
    assert ethnicity == {
        "id": "i6",
        "name": "ethnicity",
        "category": "ethnicity",
        "class_filed": "personal",
        "notes": "[filed by the authors as personal] ethnicity",
    }
    assert made.agreement.flags["items.i6.class_filed"] == (
        "The law library counts “Racial or ethnic origin” as special category data; the authors filed it otherwise.",
    )
    assert not any("class_assessed" in item for item in made.agreement.answers["items"])


def test_a_class_with_another_name_stays_as_filed() -> None:
    made = read(small(data_categories=["[filed by the authors as restricted] case notes"]))
    assert get(made.agreement, "items.i1.class_filed") == {"other": "restricted"}
    assert get(made.agreement, "items.i1.name") == "case notes"


def test_roles_of_the_ends_of_one_flow_are_kept_with_the_flow() -> None:
    _, made = of_file("34-rbwm-school-la.json")
    names = AgreementNames(SCHEMA, made.agreement, LIBRARY)
    assert [(row["flow"], names.item(row["party"]), row["role"]) for row in made.agreement.answers["flow_roles"]] == [
        ("f1", "school", "controller"),
        ("f1", "council", "processor"),
        ("f2", "council", "controller"),
        ("f2", "school", "processor"),
    ]


def test_a_role_without_a_body_and_any_unknown_field_are_kept_with_their_place() -> None:
    flow = {"from": None, "to": "A", "items": [], "role_from": "controller", "origin": "Tier 1", "volume": 3}
    made = read(small(flows=[flow], scope=["north"]))
    assert [(row["from"], row["text"]) for row in made.agreement.answers["residue"]] == [
        ("flows 1: role_from", "controller"),
        ("flows 1: origin", "Tier 1"),
        ("flows 1: volume", "3"),
        ("scope", "north"),
    ]


def test_a_reference_and_the_source_of_a_rule_are_answers() -> None:
    flow = {"from": "A", "to": "B", "items": [], "ref": "001", "inherited_from": ["Tier 1", "the Accord"]}
    rule = {"what": "bulletin", "period": "2 years", "trigger": "receipt", "inherited_from": "Tier 1"}
    made = read(small(data_categories=["bulletin"], flows=[flow], retention=[rule]))
    assert get(made.agreement, "flows.f1.ref") == "001"
    assert get(made.agreement, "flows.f1.inherited_from") == "Tier 1; the Accord"
    assert get(made.agreement, "retention.k1") == {
        "id": "k1",
        "what": ["i1"],
        "as_printed": "bulletin",
        "period": "P2Y",
        "trigger": "receipt",
        "source": {"other": "Tier 1"},
    }


def test_inheritance_from_several_documents_is_kept() -> None:
    made = read(small(legal_gateways=[{"citation": "X", "inherited_from": ["Tier 1", "the Accord"]}]))
    assert get(made.agreement, "gateways.g1.inherited_from") == "Tier 1; the Accord"


@pytest.mark.parametrize(
    ("text", "start", "beside"),
    [
        ("1 May 2014", "2014-05-01", None),
        ("July 2024 (month only)", "2024-07", "July 2024 (month only)"),
        ("when all have signed", {"event": "when all have signed"}, None),
        ("31 February 2020", {"event": "31 February 2020"}, None),
    ],
)
def test_a_start_keeps_its_precision_and_its_words(text: str, start: Any, beside: str | None) -> None:
    made = read(small(commencement=text))
    assert made.agreement.answers["term"].get("start") == start
    assert made.agreement.answers["term"].get("text") == beside


def test_a_date_printed_as_blank_is_not_stated_and_flagged() -> None:
    _, made = of_file("24-psni-councils-animal-welfare.json")
    assert made.agreement.answers["term"] == {"text": "blank in the published copy; versions 0.1 to 1.6"}
    assert set(made.agreement.flags) >= {"term.start", "review.next"}


def test_words_that_say_there_was_nothing_to_read_are_kept_and_flagged() -> None:
    made = read(small(flows=[{"from": "not stated", "to": "A", "items": ["not seen"]}]))
    assert "from" not in made.agreement.answers["flows"][0] and residue(made) == ["not stated"]
    assert made.agreement.flags == {"items.i1.name": ("not seen",)}


def test_a_slip_that_the_reader_noticed_is_carried_and_flagged() -> None:
    _, made = of_file("06-islington-community-marac.json")
    (address,) = (address for address in made.agreement.flags if address.startswith("residue."))
    assert made.agreement.flags[address] == (get(made.agreement, address),)


@pytest.mark.parametrize(
    ("printed", "nations"),
    [
        ("Scotland", ["scotland"]),
        ("Jersey", [{"other": "Jersey"}]),
        ("England or Wales (not shown)", [{"other": "England or Wales (not shown)"}]),
    ],
)
def test_a_nation_is_matched_only_when_it_is_one(printed: str, nations: list[Any]) -> None:
    assert read(small(jurisdiction=printed)).agreement.answers["about"]["nations"] == nations


def test_a_text_that_fits_no_line_is_kept_as_residue_in_full() -> None:
    long = "word " * 9000
    made = read(small(partners=["Police\nCouncil", long]))
    assert made.agreement.answers["parties"] == []
    assert residue(made)[0] == "Police\nCouncil" and "".join(residue(made)[1:]) == long


def test_what_is_marked_up_or_written_from_right_to_left_stays_as_it_is() -> None:
    names = [
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "Barking & Dagenham",
        "مجلس المدينة",
        "Cyngor Sir Ynys Môn",
        "=1+1",
    ]
    assert [party["name"] for party in read(small(partners=names)).agreement.answers["parties"]] == names


# --- any facts at all

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(str.strip)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FLOW = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("from", "to", "items", "purpose", "method", "frequency", "ref", "role_from", "role_to", "inherited_from"),
        VALUE,
    ),
)
ANY_FACTS = st.fixed_dictionaries(
    {"title": TEXT},
    optional={
        **dict.fromkeys(facts.FIELDS[1:], VALUE),
        **dict.fromkeys(facts.BESIDE, VALUE),
        "flows": st.lists(FLOW | VALUE, max_size=3),
    },
)


@given(ANY_FACTS)
def test_whatever_the_facts_hold_nothing_is_lost_and_nothing_is_wrong(values: dict[str, Any]) -> None:
    made = read(values)
    everything = "\n".join([*words_shown(made), *residue(made)]).casefold()
    assert made.placed + made.residue == len(list(leaves(values)))
    for leaf in leaves(values):
        assert isinstance(leaf, bool) or str(leaf).casefold() in everything
    assert [p for p in check(SCHEMA, made.agreement, LIBRARY) if p.kind == "wrong"] == []
