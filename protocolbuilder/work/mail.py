"""Sends the mails of the outbox by SMTP, with the standard library. Nothing is sent where the certificate fails."""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from socket import SHUT_RDWR
from threading import Timer
from typing import Final

from protocolbuilder.domain.letter import Letter, Secret, telling, without_addresses
from protocolbuilder.errors import NotFound, ProtocolBuilderError
from protocolbuilder.settings import MailSettings
from protocolbuilder.store import mail_secrets, outbox, sign_in_codes
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.outbox import Mail
from protocolbuilder.work.queue import Handler, Held, NotYet, back_off

LONGEST_WAIT: Final = timedelta(minutes=4)  # so that all is sent within five minutes of a server's return
MOST_TRIES: Final = timedelta(days=5) // LONGEST_WAIT  # RFC 5321 4.5.4.1: for at least 4 to 5 days
ALL_ANSWERS: Final = 6  # times what one answer may take


class Refused(ProtocolBuilderError):
    """The server will never take this mail: trying again is of no use."""


class Withdrawn(ProtocolBuilderError):
    """What the mail was to tell is wanted no longer: it is not sent."""


def handler(settings: MailSettings, signing_key: str) -> Handler:
    """Sends the mail of a job. A server that is down, slow or says “later” is tried again for five days. A link or
    code that it tells is made once the server is there, by the key that signs them in this copy."""

    def deliver(held: Held) -> None:
        number = int(held.job.payload["mail"])
        try:
            with reading(held.database) as session:
                mail, secret = outbox.mail(session, number), mail_secrets.of_mail(session, number)
        except NotFound:  # whoever it was for was erased
            with held.finishing():
                return
        if mail.state != "queued":
            with held.finishing():
                return
        try:
            send(mail, settings, at=held.clock(), letter=lambda: _whole(held, mail, secret, signing_key))
        except (Refused, Withdrawn) as error:
            _give_up(held, mail, error.text)
        except NotYet as error:
            if mail.attempts >= MOST_TRIES:
                _give_up(held, mail, f"Tried for five days. {error.text}")
                return
            if settings.host:
                with writing(held.database) as session:
                    outbox.tried(session, mail.id, error=error.text)
            raise
        else:
            with held.finishing() as session:
                outbox.sent(session, mail.id, at=held.clock())

    return deliver


def _give_up(held: Held, mail: Mail, text: str) -> None:
    with held.finishing() as session:
        outbox.failed(session, mail.id, at=held.clock(), error=text)


def _whole(held: Held, mail: Mail, secret: Secret | None, signing_key: str) -> Letter:
    """The letter with what it tells, which works from now on; nothing but its hash is kept. Raises Withdrawn."""
    if secret is None:
        return mail.letter
    said = secrets.token_urlsafe(32) if secret.address else f"{secrets.randbelow(10**8):08}"
    mark = sign_in_codes.digest(signing_key, secret.kind, sign_in_codes.mailed(secret, said))
    with held.keeping() as session:
        if not mail_secrets.make(session, mail.id, mark, at=held.clock()):
            raise Withdrawn("The link or code of this mail is no longer wanted, or a later one replaces it.")
    return telling(mail.letter, secret.address + said if secret.address else f"{said[:4]} {said[4:]}")


def send(mail: Mail, settings: MailSettings, *, at: datetime, letter: Callable[[], Letter]) -> None:
    """Returns once the server has taken the mail over. Raises Refused (never), NotYet (try again). The letter is asked
    for when the server is there."""
    if not settings.host:
        raise NotYet("No mail server is set (PB_MAIL__HOST), so nothing is sent.", wait=LONGEST_WAIT)
    wait = back_off(mail.attempts, longest=LONGEST_WAIT)
    try:
        with _connected(settings) as server:
            server.send_message(written(replace(mail, letter=letter()), settings, at=at))
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _answered(code, words, wait=wait) from error
    except smtplib.SMTPDataError as error:
        raise _answered(error.smtp_code, error.smtp_error, wait=wait) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotYet("The mail server refused the name or password that is set.", wait=wait) from error
    except smtplib.SMTPResponseException as error:  # of the connection or the sender, so not of this mail
        said = _said(error.smtp_code, error.smtp_error)
        raise NotYet(f"The mail server takes nothing from here: {said}", wait=wait) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotYet("The mail server offers no encryption (or no sign-in), so nothing is sent.", wait=wait) from error
    except ssl.SSLCertVerificationError as error:
        fault = f"The mail server's certificate is not to be trusted ({error.verify_message}), so nothing is sent."
        raise NotYet(fault, wait=wait) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotYet(f"The mail server cannot be reached ({_reason(error)}).", wait=wait) from error


def written(mail: Mail, settings: MailSettings, *, at: datetime) -> EmailMessage:
    """The message, the same at each try but for its date. A line break in a header raises ValueError."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(settings.sender_name, addr_spec=settings.sender)
    message["To"] = Address(addr_spec=mail.letter.to)
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(mail.letter.text)
    return message


@contextmanager
def _connected(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """A server whose certificate holds, signed in to if a name is set. It is hung up on when all its answers together
    take too long: a time limit on each would let a server answer for ever, a letter at a time."""
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(timeout=settings.timeout, context=context)
    else:
        client = smtplib.SMTP(timeout=settings.timeout)
    client._host = settings.host  # type: ignore[attr-defined] # whose certificate it must be; else set only by __init__
    limit = Timer(ALL_ANSWERS * settings.timeout, lambda: _hang_up(client))
    limit.daemon = True
    limit.start()
    try:
        client.connect(settings.host, settings.port)
        if settings.security == "starttls":
            client.starttls(context=context)
        if settings.user:
            client.login(settings.user, settings.password.get_secret_value())
        yield client
        with suppress(smtplib.SMTPException, OSError):  # the mail is taken over: how they part changes nothing
            client.quit()
    finally:
        limit.cancel()
        client.close()


def _hang_up(client: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        client.sock.shutdown(SHUT_RDWR)  # type: ignore[union-attr]


def _answered(code: int, words: bytes | str, *, wait: timedelta) -> ProtocolBuilderError:
    said = _said(code, words)
    if 500 <= code < 600:
        return Refused(f"The mail server refused this mail: {said}")
    return NotYet(f"The mail server asks to try later: {said}", wait=wait)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return without_addresses(f"{code} {text}")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it takes too long to answer"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it broke off"
    return without_addresses(getattr(error, "strerror", None) or str(error) or type(error).__name__)
