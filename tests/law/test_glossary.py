"""The glossary of the library, and which of its terms an agreement uses."""

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.law.glossary import Entry, entries, used_in
from tests.builders import empty, with_answers

LIBRARY = catalogue.library()


def used(agreement: Agreement) -> dict[str, Entry]:
    return {entry.name: entry for entry in used_in(catalogue.schema(agreement.schema), agreement, LIBRARY)}


def test_every_term_stands_in_the_order_of_the_alphabet() -> None:
    names = [entry.name.casefold() for entry in entries(LIBRARY)]
    assert len(names) == len(LIBRARY.vocabularies["glossary"]) and names == sorted(names)


def test_a_term_is_used_under_the_name_that_the_text_has_for_it() -> None:
    found = used(with_answers(security={"text": "A DDA or a data disclosure agreement is not enough."}))
    assert found["data disclosure agreement"].names == ("DDA",)


def test_what_the_agreement_defines_itself_is_not_the_librarys_term() -> None:
    own = [{"id": "g1", "term": "DDA", "meaning": "Daily district action."}]
    assert "data disclosure agreement" not in used(with_answers(glossary=own, security={"text": "Send a DDA."}))


def test_an_ordinary_word_is_no_use_of_a_term() -> None:
    assert used(with_answers(security={"text": "A child or a young person."})) == {}


def test_an_empty_agreement_uses_no_term() -> None:
    assert used(empty()) == {}


def test_a_term_is_explained_in_words_and_not_by_a_citation_or_an_abbreviation_alone() -> None:
    for entry in catalogue.library().vocabularies["glossary"].values():
        words = [word for word in entry["expansion"].partition("(")[0].split() if word.isalpha() and word.islower()]
        assert words and not entry["expansion"].startswith(("Art ", "DPA ")), entry["expansion"]
