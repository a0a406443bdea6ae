"""Signing in at one's own organisation, against a real provider on this machine."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from protocolbuilder.domain.people import Person
from protocolbuilder.store import memberships, providers
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.providers import Provider
from protocolbuilder.web.accounts_providers import sealed
from tests.web.provider import CLIENT, SECRET, IdentityProvider, providing
from tests.web.signing_in import PASSWORD, Browser, Clock, cheap, sign_in, somebody

Sent = dict[str, str]


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with providing() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider) -> IdentityProvider:
    """As it is when it behaves."""
    running.subject, running.claims, running.says_it_is, running.signs_with = "4711", {}, "", None
    running.alg = "RS256"
    running.codes.clear()
    return running


@pytest.fixture
def copy(tmp_path: Path, migrated: Path) -> Flask:
    return cheap(tmp_path, migrated, Clock(datetime.now(UTC)))


@pytest.fixture
def ada(copy: Flask, provider: IdentityProvider) -> Person:
    """Known at her provider as 4711; it is registered for her organisation."""
    made = somebody(copy, "Ada Jones", email="ada@northshire.example", roles={"admin", "igm"})
    register(copy, made, provider)
    with writing(copy.extensions["protocolbuilder"].database) as session:
        assert providers.tie(session, provider.address, "4711", person=made.id, at=datetime.now(UTC))
    return made


def register(copy: Flask, person: Person, provider: IdentityProvider, *, acr: str = "") -> None:
    with copy.app_context(), writing(copy.extensions["protocolbuilder"].database) as session:
        (held,) = memberships.now_of(session, person.id)
        kept = Provider(held.organisation, provider.address, CLIENT, sealed(SECRET), acr)
        providers.keep(session, kept, at=datetime.now(UTC))


def organisation_of(copy: Flask, person: Person) -> str:
    with reading(copy.extensions["protocolbuilder"].database) as session:
        return memberships.now_of(session, person.id)[0].organisation


def leave(copy: Flask, at: Browser, person: Person, *, then: str = "", **fields: str) -> str:
    """Presses the button; the address of the provider that the page leads to. `then`: /connect, from the account."""
    at.get("/account" if then else "/sign-in")
    at.post(f"/sign-in/organisation/{organisation_of(copy, person)}{then}", **fields)
    assert at.status == 200, at.text
    found = re.search(r'href="(http://127[^"]+/authorize[^"]+)"', at.text)
    assert found
    return found[1].replace("&amp;", "&")


def come_back(
    at: Browser, provider: IdentityProvider, url: str, change: Callable[[Sent], Any] = lambda _: None
) -> Sent:
    back = urlsplit(provider.authorize(url))
    at.get(f"{back.path}?{back.query}")
    assert at.status == 200 and at.h1 == "Back from your organisation"
    sent = {name: values[0] for name, values in parse_qs(back.query).items()}
    change(sent)
    at.post("/sign-in/organisation/return", **sent)
    return sent


@pytest.mark.asvs("V6.8.1")
def test_somebody_their_provider_knows_is_signed_in_and_goes_where_they_wanted(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    at = Browser(copy.test_client())
    come_back(at, provider, leave(copy, at, ada, next="/law"))
    assert (at.status, at.to) == (303, "/law")
    assert "Ada Jones" in at.get("/account").text
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256" and asked["nonce"] and len(asked["state"]) >= 30
    assert asked["redirect_uri"] == "http://localhost/sign-in/organisation/return"


def test_what_was_typed_goes_along_to_the_provider_and_back(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    at = Browser(copy.test_client())
    kept = '[["text", "What she typed & more"]]'
    come_back(at, provider, leave(copy, at, ada, next="/agreements/ISA-2026-0001/summary/text", kept=kept))
    assert at.status == 200 and at.h1 == "You are signed in"
    assert "What she typed &amp; more" in at.text and 'action="/agreements/ISA-2026-0001/summary/text"' in at.text


def _other_key(provider: IdentityProvider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.mark.asvs("V6.8.1", "V9.1.1")
@pytest.mark.parametrize(
    "misbehave",
    [
        lambda it: it.claims.update(iss="https://login.evil.example"),
        lambda it: it.claims.update(aud="another-client"),
        lambda it: it.claims.update(nonce="another"),
        lambda it: it.claims.update(nonce=None),
        lambda it: it.claims.update(exp=1_000_000_000),
        lambda it: setattr(it, "subject", "unknown-here"),
        _other_key,
        lambda it: setattr(it, "alg", "none"),
        lambda it: setattr(it, "alg", "HS256"),
    ],
    ids=["wrong issuer", "for another client", "wrong nonce", "no nonce", "run out", "unknown subject", "forged",
         "unsigned", "signed with the public key"],
)
def test_a_token_that_does_not_prove_it_signs_nobody_in(
    copy: Flask, ada: Person, provider: IdentityProvider, misbehave: Callable[[IdentityProvider], None]
) -> None:
    at = Browser(copy.test_client())
    url = leave(copy, at, ada)
    misbehave(provider)
    come_back(at, provider, url)
    assert at.status == 422 and "did not confirm who you are" in at.text
    assert at.get("/account").status == 302


@pytest.mark.asvs("V6.8.1")
@pytest.mark.parametrize(
    "change",
    [
        lambda sent: sent.pop("state"), lambda sent: sent.update(state="guessed"), lambda sent: sent.pop("code"),
        lambda sent: sent.update(code="another"), lambda sent: sent.update(iss="https://login.evil.example"),
        lambda sent: sent.update(error="access_denied"),
    ],
    ids=["no state", "wrong state", "no code", "wrong code", "mix-up", "refused there"],
)  # fmt: skip
def test_an_answer_that_is_not_whole_signs_nobody_in(
    copy: Flask, ada: Person, provider: IdentityProvider, change: Callable[[Sent], Any]
) -> None:
    at = Browser(copy.test_client())
    come_back(at, provider, leave(copy, at, ada), change)
    assert at.status == 422
    assert at.get("/account").status == 302


@pytest.mark.asvs("V6.8.1")
def test_an_answer_is_taken_once_and_in_the_browser_that_asked(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    at, thief = Browser(copy.test_client()), Browser(copy.test_client())
    sent = come_back(at, provider, leave(copy, at, ada))
    assert at.status == 303
    at.get("/account").post("/sign-out")
    provider.codes[sent["code"]] = provider.asked[-1]  # a provider that takes a code twice
    at.get("/sign-in").post("/sign-in/organisation/return", **sent)
    assert at.status == 422
    other = Browser(copy.test_client())
    back = urlsplit(provider.authorize(leave(copy, other, ada)))
    stolen = {name: values[0] for name, values in parse_qs(back.query).items()}
    thief.get("/sign-in").post("/sign-in/organisation/return", **stolen)
    assert thief.status == 422 and thief.get("/account").status == 302


@pytest.mark.asvs("V6.8.1")
def test_a_level_of_authentication_that_is_too_low_is_refused(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    register(copy, ada, provider, acr="two-factors")
    at = Browser(copy.test_client())
    provider.claims = {"acr": "password"}
    come_back(at, provider, leave(copy, at, ada))
    assert at.status == 422
    provider.claims = {"acr": "two-factors"}
    come_back(at, provider, leave(copy, at, ada))
    assert at.status == 303 and provider.asked[-1]["acr_values"] == "two-factors"


@pytest.mark.asvs("V6.8.1")
def test_a_discovery_document_that_names_another_issuer_is_not_used(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    provider.says_it_is = "https://login.example/{tenantid}/v2.0"
    at = Browser(copy.test_client()).get("/sign-in")
    at.post(f"/sign-in/organisation/{organisation_of(copy, ada)}")
    assert at.status == 503 and "cannot be reached" in at.text


def test_somebody_signed_in_connects_their_own_organisation_once(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    sam = somebody(copy, "Sam Hill", email="sam@northshire.example", password=PASSWORD)
    at = Browser(copy.test_client())
    sign_in(copy, at.client, sam)
    come_back(at, provider, leave(copy, at, sam, then="/connect"))
    assert at.status == 422, "4711 is Ada"
    provider.subject = "4712"
    come_back(at, provider, leave(copy, at, sam, then="/connect"))
    assert at.to == "/account" and "Connected" in at.follow().text
    fresh = Browser(copy.test_client())
    come_back(fresh, provider, leave(copy, fresh, sam))
    assert "Sam Hill" in fresh.get("/account").text


def test_who_left_the_organisation_is_known_by_its_provider_no_more(
    copy: Flask, ada: Person, provider: IdentityProvider
) -> None:
    somebody(copy, "Sam Hill", roles={"admin"})
    at = Browser(copy.test_client())
    url = leave(copy, at, ada)
    with writing(copy.extensions["protocolbuilder"].database) as session:
        (held,) = memberships.now_of(session, ada.id)
        memberships.end(session, ada.id, held.organisation, by="", at=datetime.now(UTC))
    come_back(at, provider, url)
    assert at.status == 422


def test_an_administrator_registers_the_sign_in_of_their_own_organisation(
    copy: Flask, provider: IdentityProvider
) -> None:
    ada = somebody(copy, roles={"admin"})
    at = Browser(copy.test_client())
    sign_in(copy, at.client, ada)
    at.get("/settings/own-sign-in")
    assert at.status == 200
    said = {"client": CLIENT, "secret": SECRET}
    for issuer in ("http://login.example.org", "https://user@login.example.org", "", "https://login.example/{tenantid}/v2.0"):
        assert at.post("/settings/own-sign-in", issuer=issuer, **said).status == 422
    assert at.post("/settings/own-sign-in", issuer=provider.address, **said).status == 303
    page = at.get("/settings/own-sign-in")
    assert provider.address in page.text and SECRET not in page.text
    with reading(copy.extensions["protocolbuilder"].database) as session:
        (kept,) = providers.every(session)
    assert SECRET not in kept.secret
    assert at.post("/settings/own-sign-in", act="remove").status == 303
    plain = Browser(copy.test_client())
    sign_in(copy, plain.client, somebody(copy, roles={"igm"}))
    assert plain.get("/settings/own-sign-in").status in (403, 404)
