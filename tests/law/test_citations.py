"""A printed citation is matched to the law library when it is sure, and never when it is only likely."""

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law.citations import conditions, gateway, stated_as

LIBRARY = catalogue.library()


@pytest.mark.parametrize("key", list(LIBRARY.vocabularies["gateways"]))
def test_every_provision_is_found_by_its_own_citation(key: str) -> None:
    assert gateway(LIBRARY, str(LIBRARY.vocabularies["gateways"][key]["citation"])) == key


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("Children Act 2004 s10 (inherited from Tier 1)", "ca-2004-s10"),
        ("section 10 of the Children Act 2004", "ca-2004-s10"),
        ("Children Act 2004, section 10(2)", "ca-2004-s10"),
        ("Crime & Disorder Act 1998 s.115", "cda-1998-s115"),
        ("Children Act 1989 s.47(1)", "ca-1989-s47"),
        ("Children (Northern Ireland) Order 1995 art 66", "cnio-1995-art66"),
        ("DPA 2018 Sch 2 Part 1 para 2", "dpa-2018-sch2-p2"),
        ("Health Service (Control of Patient Information) Regulations 2002 reg 3", "copi-2002-reg3"),
    ],
)
def test_a_provision_is_found_however_it_is_written(printed: str, key: str) -> None:
    assert gateway(LIBRARY, printed) == key


@pytest.mark.parametrize(
    "printed",
    [
        "Crime and Disorder Act 1998",
        "common law",
        "Children Act 1989 s47",
        "Children Act 1948 s10",
        "Children Act 2004 ss.10 and 11",
        "Digital Economy Act 2017 s48",
        "Children (Guernsey and Alderney) Law 2008",
        "Data Protection (Jersey) Law 2018 art 9",
        "s10",
        "",
        "legislation (section not recorded)",
    ],
)
def test_a_citation_that_is_not_sure_is_not_matched(printed: str) -> None:
    assert gateway(LIBRARY, printed) == ""


@pytest.mark.parametrize(
    ("printed", "vocabulary", "found"),
    [
        ("6(1)(e)", "art6", {"art6": ("art6-1-e",)}),
        ("Art 6(1)(c) or (e)", "art6", {"art6": ("art6-1-c", "art6-1-e")}),
        ("Article 6(1)(e); Article 9(2)(g)", "art6", {"art6": ("art6-1-e",), "art9": ("art9-2-g",)}),
        ("Article 9.2(h)", "art9", {"art9": ("art9-2-h",)}),
        ("Public task", "art6", {"art6": ("art6-1-e",)}),
        ("Schedule 1 Part 2 paragraphs 6 and 18", "sch1", {"sch1": ("sch1-p6", "sch1-p18")}),
        ("paragraph 18", "sch1", {"sch1": ("sch1-p18",)}),
        ("paragraph 18", "art9", {}),
        ("Schedule 2 paragraph 4", "sch1", {}),
        ("not 6(1)(a)", "art6", {}),
        ("6(1)(e) of the Data Protection (Jersey) Law 2018", "art6", {}),
        ("Schedule 2 condition 5(b), Data Protection Act 1998", "art6", {}),
        ("16(1)(e)", "art6", {}),
        ("paragraph 99", "sch1", {}),
    ],
)
def test_bases_are_read_where_they_are_plainly_named(
    printed: str, vocabulary: str, found: dict[str, tuple[str, ...]]
) -> None:
    assert conditions(LIBRARY, printed, vocabulary=vocabulary) == found


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("power", "may"),
        ("power of a safeguarding partner", "may"),
        ("permissive power", "may"),
        ("duty to disclose on request", "must"),
        ("mandatory", "must"),
        ("duty on the local authority to make co-operation arrangements", "co-operate"),
        ("duty to co-operate", "co-operate"),
        ("duty", ""),
        ("no power", ""),
        ("power to request; duty to comply", ""),
        ("not stated", ""),
        ("", ""),
    ],
)
def test_must_and_may_are_read_only_where_they_are_plainly_said(printed: str, found: str) -> None:
    assert stated_as(printed) == found
