"""What a deployment may set, read from PB_* variables of the environment or from a .env file."""

import os
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_CHECKOUT = Path(__file__).resolve().parent.parent


def is_this_machine(host: str) -> bool:
    """Is this name or address one that only this machine has?"""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def default_instance() -> Path:
    """instance/ of the checkout when run from one; otherwise the person's own data folder."""
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "instance"
    return Path.home() / ".local" / "share" / "protocolbuilder"


def kept_secret(place: Path) -> str:
    """Made once and kept readable by this user only, so that a restart forgets nobody's name or form. Of two who make
    it at once both get the same."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(whole, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(whole, place)  # all of it or nothing, and never over what is there
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    return place.read_text(encoding="ascii").strip()


class MailSettings(BaseModel):
    """The mail server that takes our mails over. PB_MAIL__HOST=… sets `host`, and so on."""

    model_config = ConfigDict(frozen=True)

    host: str = ""
    """Empty: no mail is sent; what is to be sent waits."""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` is for a mail server on this machine only."""
    user: str = ""
    """Empty: the server is not signed in to."""
    password: SecretStr = SecretStr("")
    sender: str = Field(default="", pattern=r"^([!#-;=?A-~]+@[0-9A-Za-z.-]+)?$")
    """The address that mails come from."""
    sender_name: str = Field(default="protocolbuilder", pattern=r"^[^\x00-\x1f\x7f]*$")
    timeout: float = Field(default=20.0, gt=0, le=120)
    """Seconds that the server may take for one answer; for all of one mail it may take six times that."""
    ca_file: str = ""
    """Certificates to trust, as PEM. Empty: those that this machine trusts."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("PB_MAIL__SENDER must be the address that mails come from")
        if self.security == "none" and self.host and not is_this_machine(self.host):
            raise ValueError("PB_MAIL__SECURITY=none is for a mail server on this machine only")
        return self


class Settings(BaseSettings):
    """Every value has a default that runs; PB_PORT=9000 overrides `port`, and so on.

    Raises pydantic.ValidationError naming every wrong value at once.
    """

    model_config = SettingsConfigDict(
        env_prefix="PB_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    instance: Path = Field(default_factory=default_instance)
    """Folder of the database, issued documents and keys. Made when missing."""
    database_url: str = ""
    """SQLAlchemy URL. Empty: SQLite in the instance folder."""
    host: str = "127.0.0.1"
    """`serve` accepts no other address: others reach it through a proxy with https, which `address` names."""
    address: str = Field(default="", pattern=r"^(https?://[a-z0-9.-]+(:\d{1,5})?)?$")
    """Where people reach this copy, such as https://isa.example, when a proxy stands before it. Nothing that a request
    says of itself (Host, X-Forwarded-…) decides where a link leads."""
    port: int = Field(default=8010, ge=0, le=65535)
    """0 takes any free port; `serve` prints which."""
    secret_key: SecretStr = SecretStr("")
    """Signs sessions and form tokens. Empty: one is made and kept in the instance folder."""
    argon2_rounds: int = Field(default=3, ge=1, le=20)
    argon2_memory_kib: int = Field(default=65_536, ge=8, le=4_194_304)
    """What one guess at a password costs whoever has the stored hashes: passes over so much memory."""
    threads: int = Field(default=8, ge=1, le=64)
    """Requests answered at once."""
    max_upload_mb: int = Field(default=25, ge=1, le=200)
    """Largest file accepted by an import, in megabytes."""
    space_mb: int = Field(default=2_000, ge=1, le=1_000_000)
    """What each organisation may keep in files, in megabytes: evidence, Word files that came back, documents that take
    a while, and house styles. Versions are never refused for space."""
    space_files: int = Field(default=5_000, ge=1, le=10_000_000)
    """The same, in number of files."""
    scanner: str = Field(default="", pattern=r"^(unix:/[^\x00-\x1f\x7f]+|tcp://[A-Za-z0-9.-]+:[0-9]{1,5})?$")
    """The malware scanner (ClamAV's clamd) that every file goes to before anything is done with it: `unix:/run/…` or
    `tcp://127.0.0.1:3310`. Empty: files are not looked at for malware. While it does not answer no file is taken."""
    scanner_timeout: float = Field(default=20.0, gt=0, le=300)
    """Seconds that it may take for one file."""
    limits_times: int = Field(default=1, ge=1, le=1000)
    """So many times the usual limits on how often an act may be done, for many people behind one address."""
    metrics_token: SecretStr = SecretStr("")
    """Whoever asks for /metrics must name it (Authorization: Bearer …). Empty: only this machine may ask."""

    mail: MailSettings = MailSettings()
    """The mail server; none unless PB_MAIL__HOST is set."""
    worker: bool = True
    """`serve` does jobs too. Off: only `protocolbuilder worker` does."""
    workers: int = Field(default=2, ge=1, le=16)
    """Jobs done at once by one process."""
    wake_url: SecretStr = SecretStr("")
    """What wakes workers: postgresql://… or redis://… Empty: a file in the instance folder."""
    office: str = ""
    """The command that starts LibreOffice, for PDF. Empty: the one on the PATH, if any."""

    seal_key: Path | None = None
    """The private key (PEM, mode 0600) that seals Word files. None: one is made and kept in the instance folder."""
    seal_certificate: Path | None = None
    """Its certificate and those above it, as PEM. None: one that the key makes for itself."""
    seal_algorithm: Literal["rsa-3072", "ecdsa-p256"] = "rsa-3072"
    """Of a key that is made."""
    tsa_url: str = Field(default="", pattern=r"^(https://[^\x00-\x20\x7f]+|http://127\.0\.0\.1(:\d+)?/[^\x00-\x20\x7f]*)?$")
    """The time-stamp authority (RFC 3161) that is asked when something is sealed. Empty: none is."""
    tsa_ca: Path | None = None
    """The certificates that vouch for it, as PEM."""
    trail_key: Path | None = None
    """The Ed25519 key (PEM, mode 0600) that signs the trail of events. None: one is made and kept."""

    def signing_key(self) -> str:
        """What sessions, forms, links and codes are signed with. A worker on another machine needs the same one."""
        return self.secret_key.get_secret_value() or kept_secret(self.instance / "secret-key")

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """The names this copy answers to."""
        named = urlsplit(self.address).hostname
        return ["127.0.0.1", "localhost", self.host, *([named] if named else [])]

    def database(self) -> str:
        """The SQLAlchemy URL in use. PostgreSQL may be written postgresql:// or postgres://."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'protocolbuilder.sqlite3'}"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg://{rest}"
        return self.database_url
