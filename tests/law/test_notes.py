"""What the READMEs say of the review rules is what the rules say."""

from pathlib import Path

from protocolbuilder.law.notes import narrowed, noted, numbers
from protocolbuilder.law.review import in_order

ROOT = Path(__file__).resolve().parents[2]


def test_every_rule_of_the_list_is_implemented() -> None:
    expected = [*(f"R{number:02}" for number in range(1, 105)), *(f"X{number:02}" for number in range(1, 11))]
    assert [rule.id for rule in in_order()] == expected


def test_the_notes_say_of_each_rule_how_it_is_narrowed() -> None:
    readme = (ROOT / "protocolbuilder" / "law" / "README.md").read_text("utf-8")
    assert readme == noted(in_order()), "protocolbuilder law rules --markdown > protocolbuilder/law/README.md"


def test_the_readme_counts_the_rules_as_they_are() -> None:
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert numbers(in_order()) in text and f"{len(narrowed(in_order()))} of them are narrower" in text
