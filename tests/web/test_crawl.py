"""Four organisations, each with its own words in every kind of row: no answer to one holds a word of another's that is
not for it. Pages, files, searches, answers to forms right and wrong, mails, and what people and the console export."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from sqlalchemy import true

from protocolbuilder.cli import main
from protocolbuilder.settings import Settings
from protocolbuilder.store import agreements, outbox
from protocolbuilder.store.engine import reading
from protocolbuilder.web import permission
from protocolbuilder.web.app import create_app
from tests.web.canaries import SHORTS, TOGETHER, WORD, Planted, leaked, plant, told, word
from tests.web.every_route import Route, routes
from tests.web.partnership import LATER, ROLES, furnish

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
TRIED = ROLES if THOROUGH else ("admin",)
ABOUT = list(itertools.permutations(SHORTS, 2)) if THOROUGH else [("southmoor", "westley")]
"""(who asks, whose things they ask for)."""
ENDS = frozenset({"accounts_sign_in.sign_out", "accounts_page.end_session", "static"})
LISTS = ("/agreements", "/organisations", "/contacts", "/law", "/people", "/people/left")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    numbers = itertools.count(1)
    settings = Settings(instance=tmp_path_factory.mktemp("crawl"), limits_times=1000)
    app = create_app(settings, clock=lambda: LATER, new_id=lambda: f"q{next(numbers)}")
    app.testing, app.config["WTF_CSRF_ENABLED"] = True, False
    return plant(furnish(app))


def places(planted: Planted, whose: str, method: str) -> list[Route]:
    """Every route with what that organisation has."""
    found: dict[str, Route] = {}
    for given in planted.given[whose]:
        numbers = {f"/{place}/1": f"/{place}/{given[place]}" for place in ("making", "invitations")}
        for one in routes(planted.made.app, dict(given)):
            if one.method == method and one.endpoint not in ENDS:
                wrong = next((number for number in numbers if number in one.address), "")
                address = one.address.replace(wrong, numbers[wrong]) if wrong else one.address
                found.setdefault(address, replace(one, address=address))
    return list(found.values())


def seen(planted: Planted, who: str, role: str, whose: str) -> Iterator[tuple[str, str]]:
    """(address, answer) of everything that is read: of another's things, of lists, and of searches for another's words.
    """
    browser = planted.made.browser(who, role)
    for place in places(planted, whose, "GET"):
        yield place.address, told(browser.get(place.address).data)
    for place, kind in itertools.product(LISTS, ("open", "shown", "secret")):
        address = f"{place}?search={word(whose, kind, 'issued')[:-3]}"
        yield address, told(browser.get(address).data)


def leaks(planted: Planted, who: str, role: str, whose: str) -> list[str]:
    found = []
    for address, text in seen(planted, who, role, whose):
        asked = address.rpartition("search=")[2] if "search=" in address else ""
        found += [f"{role} of {who}: {address} says {one}" for one in leaked(text, who, asked=asked)]
    return found


@pytest.mark.asvs("V8.4.1")
@pytest.mark.parametrize(("who", "whose"), ABOUT)
@pytest.mark.parametrize("role", TRIED)
def test_nothing_that_is_read_holds_a_word_that_is_not_for_its_reader(
    planted: Planted, role: str, who: str, whose: str
) -> None:
    assert leaks(planted, who, role, whose) == []


@pytest.mark.slow
def test_each_finds_its_own_words_and_those_that_are_for_it(planted: Planted) -> None:
    """That the crawl looks where the words are."""
    for who in SHORTS:
        text = "".join(text for role in ("igm", "admin") for _, text in seen(planted, who, role, who))
        found = {hit[0].casefold() for hit in WORD.finditer(text)}
        wanted = {word(who, kind, of) for kind, of in PLANNED}
        if who in TOGETHER:
            wanted |= {word(who, "secret", "consulted"), word(who, "secret", "answered")}
            wanted |= {word(one, "shared", of) for one in TOGETHER for of in ("consulted", "answered")}
        if who == "northshire":
            wanted |= {word(who, "secret", of) for of in ("styler", "job", "error")} | {word(who, "open", "style")}
            wanted |= {word(one, "shown", "made") for one in SHORTS}
        assert wanted - found == set()


PLANNED = [
    *(("open", of) for of in ("name", "person", "contact", "post", "department")),
    *(("shown", of) for of in ("evidence", "file", "reference", "made")),
    *(("secret", of) for of in (
        "mail", "telephone", "asked", "askedmail", "reach", "own", "issued", "draft", "document", "note", "waiting",
        "content", "returned", "internal", "shared", "reply", "remark", "old", "new", "author", "decided", "decider",
        "decision", "said", "changed", "by",
    )),
]  # fmt: skip


def forms(planted: Planted, whose: str) -> dict[str, list[dict[str, str]]]:
    """Address -> what to post there: the form of the page as its owner would send it, and nothing at all."""
    known: dict[str, list[dict[str, str]]] = {}
    owners = ("igm", "admin", "reviewer") if THOROUGH else ()
    browsers = [planted.made.browser(whose, role) for role in owners]
    for place in places(planted, whose, "POST"):
        pages = (browser.get(place.address) for browser in browsers)
        shown = next((page.text for page in pages if page.status_code == 200 and page.mimetype == "text/html"), "")
        known[place.address] = [{}, _filled(shown)] if shown else [{}]
    return known


def _filled(text: str) -> dict[str, str]:
    """The fields of the forms of a page, with something in each that is empty."""
    found: dict[str, str] = {}
    kinds = "//*[self::input or self::select or self::textarea]"
    fields = html.fromstring(text).xpath(f"//main//form[@method='post']{kinds}")
    for one in fields:
        if name := one.get("name"):
            chosen = one.xpath(".//option[@selected]/@value") + one.xpath(".//option[@value!='']/@value")
            found.setdefault(name, one.get("value") or next(iter(chosen), "") or (one.text or "").strip() or "Words")
    return found


@pytest.mark.asvs("V8.4.1")
def test_no_answer_to_a_form_and_no_mail_holds_a_word_that_is_not_for_whoever_gets_it(planted: Planted) -> None:
    """Last of these: what may be posted is done."""
    wrong, posted = [], 0
    for whose in dict.fromkeys(whose for _, whose in ABOUT):
        known = forms(planted, whose)
        for (who, _), role in itertools.product((pair for pair in ABOUT if pair[1] == whose), TRIED):
            for address, fields in known.items():
                for data in fields:
                    posted += 1
                    text = told(planted.made.browser(who, role).post(address, data=data).data)
                    wrong += [f"{role} of {who}: POST {address} says {one}" for one in leaked(text, who)]
    assert wrong == []
    assert posted > 80
    assert wrong_mails(planted) == []


def wrong_mails(planted: Planted) -> list[str]:
    """After every organisation has asked somebody to join: each mail, and whom it goes to."""
    for short in SHORTS:
        answer = planted.made.browser(short, "admin").post(
            "/people/invite",
            data={
                "name": "Sam Hill", "post": "Clerk", "email": f"new@{short}.example", "roles": ["auditor"],
                "again": "yes", "look": "no",
            },
        )  # fmt: skip
        assert answer.status_code in (200, 303, 422)
    with reading(planted.made.app.extensions["protocolbuilder"].database) as session:
        mails = outbox.listed(session, "queued", limit=10_000)
    assert {one for one in SHORTS if any(f"@{one}.example" in mail.letter.to for mail in mails)} == set(SHORTS)
    return [
        f"a mail to {mail.letter.to} says {one}"
        for mail in mails
        for one in leaked(f"{mail.letter.subject} {mail.letter.text}", mail.letter.to.rpartition("@")[2].split(".")[0])
    ]


@pytest.mark.asvs("V8.4.1")
def test_what_the_console_exports_of_an_agreement_holds_its_own_words_alone(planted: Planted, tmp_path: Path) -> None:
    folder = planted.made.app.extensions["protocolbuilder"].settings.instance
    for short in SHORTS:
        words = ["export", planted.given[short][0]["ref"], "-o", str(tmp_path / short), "--instance", str(folder)]
        said = CliRunner().invoke(main, words)
        assert said.exit_code == 0, said.output
        text = (tmp_path / short).read_text()
        assert word(short, "secret", "draft") in text and leaked(text, short) == []


def test_a_leak_that_is_made_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the crawl can fail: with the filter of drafts and the rule of one page taken out, it is told."""
    monkeypatch.setattr(permission, "_refuse", lambda _: None)
    monkeypatch.setattr(agreements, "draft_seen", lambda *_: true())
    page = planted.made.browser("southmoor", "admin").get(f"/agreements/{planted.given['eastford'][0]['ref']}/preview")
    assert word("eastford", "secret", "draft") in leaked(told(page.data), "southmoor")


def test_the_words_are_told_apart() -> None:
    secret, shown = word("eastford", "secret", "draft"), word("westley", "shown", "file")
    assert leaked(secret.title(), "northshire") == [secret] and leaked(secret, "eastford") == []
    assert leaked(word("eastford", "open", "name"), "westley") == []
    assert leaked(shown, "eastford") and not leaked(shown, "northshire")
