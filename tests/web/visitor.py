"""A person at the pages, without a browser: looks at every page fetched, fills in forms and sends them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tests.web.signing_in import JO, named, sign_in

Fields = dict[str, list[str]]


@dataclass
class Sheet:
    """One answer of the server: `status`, `address`, its text and its tree."""

    address: str
    status: int
    text: str
    tree: Any

    @property
    def title(self) -> str:
        return str(self.tree.findtext(".//title"))

    @property
    def h1(self) -> str:
        return " ".join(self.tree.find(".//h1").text_content().split())

    @property
    def words(self) -> str:
        """Everything a person reads in the main part, on one line."""
        return " ".join(self.tree.get_element_by_id("main-content").text_content().split())

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(text, link) of each entry of the error summary."""
        links = self.tree.xpath("//*[contains(@class,'govuk-error-summary')]//a")
        return [(link.text_content().strip(), link.get("href")) for link in links]

    def fields(self) -> Fields:
        """What the form in the main part would send if its button was pressed now."""
        found: Fields = {}
        for form in self.tree.xpath("//main//form")[:1]:
            for one in form.xpath(".//input|.//select|.//textarea"):
                kind = one.get("type", "")
                if one.get("name") and (kind not in ("radio", "checkbox") or one.get("checked") is not None):
                    found.setdefault(one.get("name"), []).extend(_value(one))
        return found

    def fields_of(self, name: str) -> str:
        """The value of one field of any form of the page."""
        return str(self.tree.xpath("//*[@name=$name]", name=name)[0].get("value", ""))

    def links(self) -> Iterator[str]:
        for link in self.tree.iterfind(".//a"):
            if link.get("href", "").startswith("/"):
                yield link.get("href")


def _value(one: Any) -> list[str]:
    if one.tag == "select":
        return [option.get("value", "") for option in one.xpath(".//option[@selected]")][:1] or [""]
    if one.tag == "textarea":
        return [(one.text_content() or "").removeprefix("\n")]
    return [one.get("value", "")]


@dataclass
class Visitor:
    """Follows redirects. Unless somebody is signed in at the client, they are the person of this name, who may do
    everything."""

    client: FlaskClient
    name: str = JO
    went: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.client.session_transaction() as kept:
            somebody = "sign_in" in kept
        if not somebody:
            app = self.client.application
            sign_in(app, self.client, named(app, self.name))

    def get(self, address: str, *, status: int = 200) -> Sheet:
        return self._follow(self.client.get(address), address, status)

    def send(self, sheet: Sheet, *, to: str = "", status: int = 200, **answers: Any) -> Sheet:
        """The form of the page with these answers; a name with `__` stands for one with `--`. None leaves one out."""
        sent = sheet.fields()
        for key, value in answers.items():
            name = key.replace("__", "--")
            sent[name] = value if isinstance(value, list) else [] if value is None else [value]
        where = to or urljoin(sheet.address, sheet.tree.xpath("//main//form")[0].get("action") or sheet.address)
        return self._follow(self.client.post(where, data=sent), where, status)

    def press(self, sheet: Sheet, address: str, **fields: str) -> Sheet:
        """A button that is a form of its own."""
        token = sheet.tree.xpath("//input[@name='csrf_token']")[0].get("value")
        return self._follow(self.client.post(address, data={"csrf_token": token, **fields}), address, 200)

    def autosave(self, sheet: Sheet, **answers: Any) -> TestResponse:
        sent = {**sheet.fields(), **{key.replace("__", "--"): value for key, value in answers.items()}}
        return self.client.post(sheet.address, data=sent, headers={"Accept": "application/json"})

    def _follow(self, answer: TestResponse, address: str, status: int) -> Sheet:
        while answer.status_code in (302, 303):
            address = urljoin(address, answer.headers["Location"])
            answer = self.client.get(urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl())
        assert answer.status_code == status, f"{address} answered {answer.status_code}: {answer.text[:2000]}"
        self.went.append(address)
        sheet = _sheet(address, answer)
        look_at(sheet, answer)
        return sheet


def _sheet(address: str, answer: TestResponse) -> Sheet:
    return Sheet(
        urlsplit(address)._replace(fragment="").geturl(), answer.status_code, answer.text, html.fromstring(answer.text)
    )


def look_at(sheet: Sheet, answer: TestResponse) -> None:
    """What every page of the product keeps to."""
    tree, where = sheet.tree, sheet.address
    assert tree.get("lang") == "en", where
    assert sheet.title.strip(), where
    assert sheet.title.startswith("Error: ") == bool(
        tree.xpath("//main//*[contains(@class,'govuk-error-summary')]")
    ) or (sheet.status >= 400), f"{where}: {sheet.title}"
    assert len(tree.findall(".//h1")) == 1, f"{where} has {len(tree.findall('.//h1'))} h1"
    levels = [int(one.tag[1]) for one in tree.xpath("//main//h1|//main//h2|//main//h3|//main//h4")]
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False)) or levels[0] == 2, (
        where
    )
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy, where
    assert not tree.xpath("//*[@style]|//script[not(@src) and not(@nonce)]|//*[@onclick]"), where
    assert "object at 0x" not in sheet.text, f"{where} prints a Python object"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), f"{where}: {sorted({one for one in ids if ids.count(one) > 1})}"
    for one in tree.xpath("//input[not(@type='hidden')]|//select|//textarea[not(@hidden)]"):
        label = tree.xpath("//label[@for=$id]", id=one.get("id"))
        assert label and label[0].text_content().strip(), f"{where}: {one.get('name')} has no label"
    for one in tree.xpath("//@aria-describedby"):
        assert all(part in ids for part in one.split()), f"{where}: {one}"
    for one in tree.xpath("//form[@method='post']"):
        assert one.xpath(".//input[@name='csrf_token']"), f"{where}: a form without a token"
