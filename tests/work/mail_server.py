"""A mail server on this machine, with TLS, that answers what a test tells it to."""

import asyncio
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 OK"


@dataclass
class Mailbox:
    """What arrived. `says` is answered to the next mails in turn, then TAKEN; `says_of` to the receivers named.
    "reset" takes a mail and breaks off without an answer, "slow" answers after ten seconds; "kill" takes a mail and
    kills the process that sent it."""

    says: list[str] = field(default_factory=list)
    says_of: dict[str, str] = field(default_factory=dict)
    arrived: list[EmailMessage] = field(default_factory=list)
    asked: int = 0
    kill: int = 0

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        if answer := self.says_of.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.asked += 1
        answer = self.says.pop(0) if self.says else TAKEN
        if answer == "slow":
            await asyncio.sleep(10)
        if answer in (TAKEN, "reset", "kill"):
            assert isinstance(envelope.content, bytes)
            message: Any = message_from_bytes(envelope.content, policy=default)
            self.arrived.append(message)
        if answer == "kill":
            os.kill(self.kill, signal.SIGKILL)
        if answer == "reset":
            assert server.transport
            server.transport.abort()
        return answer

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.arrived]


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom this test trusts."""

    ca: trustme.CA
    file: Path

    def context(self, name: str) -> ssl.SSLContext:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca.issue_cert(name).configure_cert(made)
        return made


def authority(folder: Path) -> Authority:
    made = Authority(trustme.CA(), folder / "ca.pem")
    made.ca.cert_pem.write_to_path(str(made.file))
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def listening(box: Mailbox, context: ssl.SSLContext | None, *, port: int) -> Iterator[None]:
    """With a context STARTTLS is offered and needed; without one there is no encryption."""
    server = Controller(
        box, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=context is not None
    )
    server.start()
    try:
        yield
    finally:
        server.stop()
