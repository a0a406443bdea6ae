"""What every route keeps to: headers, other sites, safe methods, redirects; nothing a request says of itself counts."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask, has_request_context, request
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from werkzeug.test import TestResponse

from protocolbuilder.domain.people import ROLES
from protocolbuilder.settings import Settings
from protocolbuilder.web.app import create_app
from protocolbuilder.web.security import HEADERS, TO_KEEP
from tests.browser import serving
from tests.web.conftest import START
from tests.web.every_route import Route, furnished, routes
from tests.web.signing_in import sign_in, somebody

EVIL = "evil.example"
Answered = tuple[Route, TestResponse, bool]
WRITE = {
    "accounts_joining.land", "work.readyz", "documents.file", "toolkit.file", "comparing.tracked",
    "comparing.for_party_in_word", "signing.land",
}  # fmt: skip
OPEN_TO_ALL = {"static", "access.healthz", "work.readyz", "measuring.metrics"}


def made(folder: Path, **settings: object) -> Flask:
    numbers = iter(range(1, 10_000))
    app = create_app(
        Settings(instance=folder, **settings),  # type: ignore[arg-type]
        clock=lambda: START,
        new_id=lambda: f"s{next(numbers)}",
    )
    app.testing = True
    return app


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, list[Route]]:
    app = made(tmp_path_factory.mktemp("routes"))
    return app, routes(app, furnished(app))


@pytest.fixture(scope="module")
def administrator(whole: tuple[Flask, list[Route]]) -> FlaskClient:
    """A browser of somebody who may do all there is in the organisation that runs this copy."""
    client = whole[0].test_client()
    sign_in(whole[0], client, somebody(whole[0], roles=ROLES))
    return client


@pytest.fixture(scope="module")
def answers(whole: tuple[Flask, list[Route]], administrator: FlaskClient) -> list[Answered]:
    """What each route answers an administrator to a GET that says it comes from elsewhere, and whether it wrote."""
    app, found = whole
    wrote, got = writing_transactions(app), []
    for route in found:
        if route.method == "GET":
            answer = administrator.get(route.address, headers={"Origin": f"https://{EVIL}"}, buffered=True)
            got.append((route, answer, bool(wrote)))
            wrote.clear()
    return got


def test_the_register_of_these_tests_holds_something_for_nearly_every_route(
    answers: list[Answered],
) -> None:
    """Those of a request to sign are for whoever is asked, who is none of these."""
    every = [(route, answer) for route, answer, _ in answers if not route.endpoint.startswith("signing_")]
    shown = [route.endpoint for route, answer in every if answer.status_code == 200]
    assert len(shown) > 0.7 * len(every)


@pytest.mark.asvs("V3.4.3", "V3.4.4", "V4.1.1")
def test_every_route_answers_with_the_headers(answers: list[Answered]) -> None:
    for route, answer, _ in answers:
        policy = answer.headers["Content-Security-Policy"]
        secret = {"Referrer-Policy": "no-referrer"} if ".land" in route.endpoint else {}
        assert {name: answer.headers[name] for name in HEADERS} == {**HEADERS, **secret}, route
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, route
        assert ("base-uri 'none'" in policy and "'nonce-" in policy) or policy == TO_KEEP, route
        text = answer.mimetype.startswith("text/") or answer.mimetype in ("image/svg+xml",)
        assert answer.mimetype and (not text or "charset=utf-8" in answer.content_type), route


@pytest.mark.asvs("V3.4.2")
def test_no_route_shares_its_answer_with_another_site(
    whole: tuple[Flask, list[Route]], answers: list[Answered]
) -> None:
    client = whole[0].test_client()
    more = [client.options(route.address, headers={"Origin": "null"}) for route, _, _ in answers[:20]]
    for answer in (*(answer for _, answer, _ in answers), *more):
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.asvs("V3.2.1")
def test_whatever_is_no_page_is_a_file_to_keep_in_which_nothing_runs(answers: list[Answered]) -> None:
    files = [
        (route, answer) for route, answer, _ in answers
        if answer.status_code == 200 and answer.mimetype != "text/html" and route.endpoint not in OPEN_TO_ALL
    ]  # fmt: skip
    assert len(files) >= 4
    for route, answer in files:
        assert answer.headers["Content-Disposition"].startswith("attachment; filename="), route
        assert answer.headers["Content-Security-Policy"] == TO_KEEP and "sandbox" in TO_KEEP, route
        assert answer.headers["X-Content-Type-Options"] == "nosniff", route


@pytest.mark.asvs("V14.3.1")
def test_no_browser_or_cache_stores_a_page_or_a_document(answers: list[Answered]) -> None:
    for route, answer, _ in answers:
        assert (answer.headers["Cache-Control"] == "no-store") == (route.endpoint != "static"), route


@pytest.mark.asvs("V4.1.4", "V13.4.1")
@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "CONNECT", "JUNK", "PATCH"])
def test_every_route_refuses_a_method_it_does_not_have(whole: tuple[Flask, list[Route]], method: str) -> None:
    app, found = whole
    client = app.test_client()
    for address in dict.fromkeys(route.address for route in found):
        assert client.open(address, method=method).status_code == 405, address


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in/forgotten").text)
    assert found
    return found.group(1)


def writing_transactions(app: Flask) -> list[str]:
    """The endpoint of each one that is begun from now on."""
    wrote: list[str] = []

    @event.listens_for(app.extensions["protocolbuilder"].database, "begin")
    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get("pb_reading"):
            wrote.append(str(request.endpoint) if has_request_context() else "no request")

    return wrote


def unsafe(found: list[Route]) -> Iterator[Route]:
    return (route for route in found if route.method not in ("GET", "HEAD", "OPTIONS"))


@pytest.mark.asvs("V3.5.1")
def test_no_route_that_changes_something_takes_a_form_of_another_site(whole: tuple[Flask, list[Route]]) -> None:
    app, found = whole
    client, other = app.test_client(), app.test_client()
    token, foreign = token_of(client), token_of(other)
    tries: list[tuple[str, dict[str, str], int]] = [
        ("", {}, 400), (foreign, {}, 400), (token[:-2] + "xx", {}, 400),
        (token, {"Sec-Fetch-Site": "cross-site"}, 403), (token, {"Sec-Fetch-Site": "same-site"}, 403),
        (token, {"Origin": f"https://{EVIL}"}, 403), (token, {"Origin": "http://localhost:1"}, 403),
        ("", {"Sec-Fetch-Site": "same-origin", "Authorization": "Bearer x"}, 400),
    ]  # fmt: skip
    wrote = writing_transactions(app)
    for route in unsafe(found):
        for given, headers, status in tries:
            sent = {"csrf_token": given}
            answer = client.open(route.address, method=route.method, data=sent, headers=headers)
            assert answer.status_code == status, (route, headers)
    assert wrote == []


@pytest.mark.asvs("V3.5.1")
@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}]
)
def test_a_form_of_our_own_is_taken(whole: tuple[Flask, list[Route]], headers: dict[str, str]) -> None:
    client = whole[0].test_client()
    sent = {"csrf_token": token_of(client), "next": "/law"}
    assert client.post("/sign-in/onward", data=sent, headers=headers).status_code == 303


@pytest.mark.asvs("V3.5.3")
def test_no_route_writes_when_it_is_only_looked_at(
    whole: tuple[Flask, list[Route]], answers: list[Answered], administrator: FlaskClient
) -> None:
    """Each transaction of GET and HEAD is one in which the database refuses to be written to. These are known to write:
    /readyz tries to, and takes it back; how often documents are asked for, and invitations opened, is counted."""
    assert {route.endpoint for route, _, wrote in answers if wrote} <= WRITE
    wrote = writing_transactions(whole[0])
    for route, got, _ in answers:
        if route.endpoint not in WRITE:
            answer = administrator.head(route.address, buffered=True)
            assert (answer.status_code, answer.data) == (got.status_code, b""), route
    assert wrote == []


LEADS_AWAY = [
    f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"/\\{EVIL}", f"\\/{EVIL}", f"\\\\{EVIL}", f"/\\/{EVIL}",
    f"//{EVIL}/%2e%2e",
    f"https://{EVIL}", f"http://{EVIL}", f"HTTPS://{EVIL}", f"https:{EVIL}", f"https:/{EVIL}", f"http:///{EVIL}",
    f"https:\\\\{EVIL}", f"https:/\\{EVIL}", f"//localhost@{EVIL}", f"https://localhost@{EVIL}",
    f"//localhost:80@{EVIL}",
    f"https://localhost:x@{EVIL}/", f"//{EVIL}#localhost", f"//{EVIL}?localhost", f"//{EVIL}\\@localhost",
    f"\t//{EVIL}", f"/\t/{EVIL}", f"//\t{EVIL}", f"/\n/{EVIL}", f"\n//{EVIL}", f"\r\n//{EVIL}",
    f"/\r/{EVIL}", f" //{EVIL}",
    f"\x00//{EVIL}", f"/\x00/{EVIL}", f"\x0b//{EVIL}", f"\x1f//{EVIL}", f"\xa0//{EVIL}", f"\u3000//{EVIL}",
    f"/%09/{EVIL}", f"/%0a/{EVIL}", f"/%0d%0aLocation:%20https://{EVIL}", f"/ok\r\nLocation: https://{EVIL}",
    f"/ok\nSet-Cookie: a=b; domain={EVIL}", f"%2f%2f{EVIL}", f"/%2f{EVIL}", f"/%2f%2f{EVIL}",
    f"/%5c{EVIL}", f"%5c%5c{EVIL}",
    f"/%252f{EVIL}", f"/.//{EVIL}", f"/..//{EVIL}", f"/../{EVIL}", f"/%2e%2e//{EVIL}", f"/a/..//{EVIL}", f"/;//{EVIL}",
    f"./{EVIL}", f"../{EVIL}", f"..//{EVIL}", f"{EVIL}", f"{EVIL}/path", f".{EVIL}", f"@{EVIL}", f":{EVIL}", f"?{EVIL}",
    f"#{EVIL}", f"#//{EVIL}", f"?next=//{EVIL}", f"/?next=//{EVIL}", f"javascript:alert('{EVIL}')",
    "javascript://%0aalert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x", f"ftp://{EVIL}", f"file://{EVIL}/x", f"mailto:a@{EVIL}", f"blob:https://{EVIL}/x", f"ws://{EVIL}",
    f"view-source:https://{EVIL}", f"//{EVIL}.", f"//{EVIL}:443", "//3627734734", "//0x7f.1",
    "//[::1]", "//[::ffff:1.2.3.4]",
    "//％65vil.example", "//ｅvil.example", f"／／{EVIL}", f"/／{EVIL}", f"∕∕{EVIL}", f"/⁄{EVIL}", "//evil。example",
    "//e\u00advil.example", f"/\u200b/{EVIL}", f"/\u202e/{EVIL}", f"\ufeff//{EVIL}", "", "/", "//", "///", "/\\", "\\",
]  # fmt: skip


@pytest.mark.asvs("V3.7.2")
@pytest.mark.parametrize("place", LEADS_AWAY)
def test_no_form_of_next_leads_to_another_site(whole: tuple[Flask, list[Route]], place: str) -> None:
    client = whole[0].test_client()
    sent = {"csrf_token": token_of(client), "next": place}
    answer = client.post("/sign-in/onward", data=sent)
    (to,) = answer.headers.getlist("Location")
    assert to.startswith("/") and not to.startswith(("//", "/\\")) and to.isascii() and to.isprintable()
    went = urlsplit(urljoin("http://localhost/sign-in/onward", to))
    assert (went.scheme, went.netloc) == ("http", "localhost") and EVIL not in str(answer.headers.get("Set-Cookie", ""))


def test_the_list_of_ways_to_lead_away_is_long() -> None:
    assert len(LEADS_AWAY) >= 100


@pytest.mark.asvs("V4.1.2", "V15.3.4")
def test_what_a_request_says_of_itself_changes_no_link(whole: tuple[Flask, list[Route]]) -> None:
    client = whole[0].test_client()
    said = {
        "X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Prefix": EVIL, "Forwarded": f"host={EVIL};proto=https;for=192.0.2.7",
        "X-Original-URL": f"/{EVIL}", "X-Rewrite-URL": f"/{EVIL}", "X-HTTP-Method-Override": "DELETE", "X-Host": EVIL,
    }  # fmt: skip
    for address in ("/", "/agreements", "/sign-in", "/nowhere"):
        plain, spoofed = client.get(address), client.get(address, headers=said)
        assert EVIL not in spoofed.text + str(spoofed.headers)
        assert "Strict-Transport-Security" not in spoofed.headers
        assert (plain.status_code, plain.location) == (spoofed.status_code, spoofed.location)
    for host in (EVIL, f"localhost.{EVIL}", f"{EVIL}:80", f"localhost@{EVIL}", "", "127.0.0.1.evil.example"):
        answer = client.get("/agreements", headers={"Host": host})
        assert answer.status_code == 400 and EVIL not in answer.text, host


@pytest.mark.asvs("V3.3.1", "V3.4.1")
def test_a_copy_reached_by_https_says_so_and_guards_its_cookies(tmp_path: Path) -> None:
    client = made(tmp_path, address="https://isa.example").test_client()
    for address in ("/", "/agreements", "/static/pages.css", "/nowhere", "/healthz"):
        answer = client.get(address, headers={"Host": "isa.example"}, buffered=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    page = client.get("/sign-in", base_url="https://isa.example")
    for cookie in page.headers.getlist("Set-Cookie"):
        name, *words = [word.strip() for word in cookie.split(";")]
        assert name.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*words}
        assert not [word for word in words if word.startswith("Domain=")]
    assert page.headers.getlist("Set-Cookie")


@pytest.mark.asvs("V3.3.1")
def test_a_copy_on_this_machine_alone_keeps_its_cookies_from_scripts_and_other_sites(own: Flask) -> None:
    (cookie,) = own.test_client().get("/sign-in").headers.getlist("Set-Cookie")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {word.strip() for word in cookie.split(";")}


@pytest.mark.asvs("V3.4.5")
def test_a_page_with_a_secret_in_its_address_tells_no_other_page_of_it(own: Flask) -> None:
    answer = own.test_client().get("/sign-in/link/abc")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert own.test_client().get("/agreements").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.asvs("V13.4.1", "V15.2.3")
def test_nothing_is_served_that_is_not_meant_to_be(own: Flask) -> None:
    client = own.test_client()
    for address in (
        "/.git/config", "/.env", "/static/", "/static/govuk/", "/static/../settings.py", "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py", "/static/%2fetc/passwd", "/_testing", "/console", "/debug", "/docs",
        "/server-status", "/protocolbuilder.sqlite3", "/instance/secret-key", "/static/.htaccess",
    ):  # fmt: skip
        assert client.get(address, follow_redirects=True).status_code == 404, address


@pytest.mark.asvs("V13.4.1", "V4.1.2")
def test_the_running_server_says_nothing_of_what_it_is_made_of(tmp_path: Path) -> None:
    import http.client

    with serving(tmp_path / "instance") as server:
        link = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
        for method, address in (("GET", "/sign-in"), ("TRACE", "/sign-in"), ("GET", "/nowhere"), ("JUNK", "/")):
            link.request(method, address, headers={"X-Forwarded-Host": EVIL, "Cookie": "canary=1"})
            answer = link.getresponse()
            text = answer.read().decode()
            said = str(answer.headers).lower()
            assert not re.search(r"waitress/|werkzeug|python|flask", said) and "server" not in answer.headers
            assert EVIL not in said + text and "canary" not in text
            assert answer.status == {"/nowhere": 404}.get(address, 200 if method == "GET" else 405)
        link.close()
