"""What Flask-Security does for us: passwords (argon2id, zxcvbn), codes of authenticator apps, and their mails. Its own
pages, sessions and tokens are not used: nobody is signed in by anything but `accounts_sessions`."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import segno
from flask import Flask, current_app, render_template
from flask_security import MailUtil, PasswordUtil, RoleMixin, Security, UserDatastore, UserMixin
from flask_security.totp import Totp
from flask_security.utils import hash_password, verify_and_update_password
from markupsafe import Markup
from passlib.exc import TokenError
from zxcvbn import zxcvbn

from protocolbuilder.domain.letter import LONGEST_SUBJECT, PLACE, Letter, Secret
from protocolbuilder.store import accounts, outbox, sign_in_codes
from protocolbuilder.store.accounts import Account
from protocolbuilder.web.running import now, running, session

SHORTEST: Final = 12
LONGEST: Final = 128
ENOUGH: Final = 3
"""Of zxcvbn's 0 to 4: safely unguessable where tries are counted (3)."""
READ: Final = 72
"""zxcvbn reads no more of a password; what comes after makes it no weaker."""
OURS: Final = (
    "protocolbuilder", "protocol builder", "information sharing", "informationsharing", "agreement", "safeguarding",
)  # fmt: skip
SKEW: Final = timedelta(seconds=30)


class Holder(UserMixin):
    """An account as Flask-Security sees it."""

    fs_uniquifier = ""
    active = True

    def __init__(self, account: Account) -> None:
        self.account = account
        self.fs_uniquifier = account.uniquifier
        self.password = account.password


class Holders(UserDatastore):
    """Accounts for Flask-Security, over the store and in the transaction of the request."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Holder | None:
        found = accounts.of_uniquifier(session(), str(kwargs.get("fs_uniquifier", "")))
        return None if found is None else Holder(found)

    def put(self, model: Holder) -> Holder:
        """A password that was right has a better hash."""
        account = model.account
        if model.password != account.password:
            accounts.hash_anew(session(), account.person, before=account.password, after=str(model.password))
        return model


class Passwords(PasswordUtil):
    """Length and guessability, and nothing else: no rule about kinds of characters, no expiry."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """`about`: words about the person and the service that make a password easy to guess."""
        normal = self.normalize(password)
        if len(normal) < SHORTEST:
            return [f"Use {SHORTEST} characters or more, for example three words that do not belong together"], normal
        if len(normal) > LONGEST:
            return [f"Use {LONGEST} characters or less"], normal
        words = [word for word in kwargs.get("about", ()) if word]
        parts = [part for word in words for part in word.split() if len(part) > 2]
        inputs = [*OURS, *words, *parts]
        rest = _without(normal, inputs)
        if min(_score(normal, inputs), _score(rest, inputs)) < ENOUGH:
            return ["This password is too easy to guess. Use three words or more that do not belong together, and no"
                    " names of yours or of this service"], normal  # fmt: skip
        return None, normal


class Authenticator(Totp):
    """Codes of apps, checked at the time of our clock; each step works once."""

    def step(self, code: str, secret: str, *, after: int, at: datetime) -> int | None:
        """The step of a code that is right and later than `after` (-1: none was used). None: it is wrong."""
        last = None if after < 0 else after
        try:
            match = self._totp.verify(code, secret, time=at, window=int(SKEW.total_seconds()), last_counter=last)
        except (TokenError, ValueError, TypeError):
            return None
        return int(match.counter)


class Mails(MailUtil):
    """Through our outbox, in the transaction of the act."""

    def send_mail(
        self, template: str, subject: str, recipient: str | tuple[str, str], sender: str | tuple[str, str],
        body: str | None, html: str | None, **kwargs: Any,
    ) -> None:  # fmt: skip
        domain = running().settings.mail.sender.partition("@")[2] or "localhost"
        letter = Letter(str(recipient), subject, body or "")
        unique, secret = secrets.token_hex(16), kwargs.get("secret")
        outbox.post(session(), letter, unique=unique, domain=domain, at=now(), secret=secret)


def open_accounts(app: Flask) -> None:
    """Flask-Security without its pages; keys are made from that of this copy."""
    settings = app.extensions["protocolbuilder"].settings
    cost = {"rounds": settings.argon2_rounds, "memory_cost": settings.argon2_memory_kib, "parallelism": 1}
    app.config.update(
        SECURITY_PASSWORD_SALT=_key(app, "password").hex(),
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={f"argon2__{name}": value for name, value in cost.items()},
        SECURITY_PASSWORD_NORMALIZE_FORM="NFC",  # noqa: S106 # no password
    )
    security = Security(
        app, Holders(Holder, RoleMixin), register_blueprint=False, password_util_cls=Passwords, mail_util_cls=Mails
    )
    security.login_manager.request_loader(lambda _request: None)
    app.extensions["protocolbuilder.authenticator"] = Authenticator({"1": _key(app, "totp").hex()}, "protocolbuilder")
    with app.app_context():
        app.extensions["protocolbuilder.nobody"] = _of_nobody(settings.argon2_rounds, settings.argon2_memory_kib)


@functools.cache
def _of_nobody(rounds: int, memory: int) -> str:
    """The hash of a password that nobody has, made once for each cost."""
    return str(hash_password(secrets.token_urlsafe(16)))


def password_fault(text: str, *, about: Iterable[str]) -> str:
    """Why a new password is not taken, "" when it is."""
    faults, _ = _security().password_util.validate(text, True, about=tuple(about))
    return faults[0] if faults else ""


def hashed(password: str) -> str:
    return str(hash_password(_security().password_util.normalize(password)))


def is_password(account: Account | None, password: str) -> bool:
    """As much work for an account that there is not, or that has no password, as for any other."""
    given = _security().password_util.normalize(password[: 4 * LONGEST])
    if account is None or not account.password:
        nobody = Account("", "", "", current_app.extensions["protocolbuilder.nobody"], None, "", -1, (), 0)
        verify_and_update_password(given, Holder(nobody))
        return False
    return bool(verify_and_update_password(given, Holder(account)))


def authenticator() -> Authenticator:
    found: Authenticator = current_app.extensions["protocolbuilder.authenticator"]
    return found


def app_address(secret: str, *, whose: str) -> str:
    """What adds the account to an app, `otpauth://…`: opened on the phone itself, or scanned from another screen."""
    return str(authenticator().get_totp_uri(whose, secret))


def picture(address: str) -> Markup:
    """What an app scans, as SVG for the page itself."""
    code = segno.make(address, error="m")
    drawn = code.svg_inline(scale=4, border=4, title="QR code for your authenticator app", light="#fff")
    return Markup(drawn)  # noqa: S704 # made here, from a secret of ours


def new_recovery_codes() -> tuple[str, ...]:
    return tuple(authenticator().generate_recovery_codes(10))


def digits(text: str) -> str:
    """A code as somebody typed it, without the spaces, hyphens and capitals that mean nothing."""
    return "".join(c for c in text.casefold() if c.isascii() and c.isalnum())


def digest(purpose: str, secret: str) -> str:
    """What is stored of a code or token. It cannot be tried out without the key of this copy."""
    return sign_in_codes.digest(str(current_app.secret_key), purpose, secret)


def tell(address: str, subject: str, template: str, *, secret: Secret | None = None, **words: Any) -> None:
    """A mail, kept with what this request keeps. Nothing for whoever has no address. `secret` is made when it is sent:
    the template says where it stands."""
    if address:
        body = render_template(f"mails/{template}.txt", secret=PLACE, **words).strip()
        plain = "\n".join(map(_on_one_line, body.split("\n"))) + "\n"
        title = _on_one_line(subject)[:LONGEST_SUBJECT]
        _security().mail_util.send_mail(template, title, address, "", plain, None, secret=secret)


def _on_one_line(text: str) -> str:
    """Names and titles may hold what no line of a mail does."""
    return "".join(c if c.isprintable() else " " for c in text)


def _score(password: str, inputs: list[str]) -> int:
    return int(zxcvbn(password[:READ], user_inputs=inputs)["score"]) if password else 0


def _without(password: str, inputs: list[str]) -> str:
    """What is left of a password without the words that everybody here would try first."""
    rest = password.casefold()
    for word in sorted({word.casefold() for word in inputs}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest


def _security() -> Any:
    return current_app.extensions["security"]


def _key(app: Flask, purpose: str) -> bytes:
    return hmac.new(str(app.secret_key).encode(), f"accounts {purpose}".encode(), hashlib.sha256).digest()


def fernet_key() -> bytes:
    """For secrets that must be read again: those of registrations with providers."""
    return base64.urlsafe_b64encode(_key(current_app, "providers"))
