"""What a deployment may set, read from PB_* variables of the environment or from a .env file."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_CHECKOUT = Path(__file__).resolve().parent.parent


def default_instance() -> Path:
    """instance/ of the checkout when run from one; otherwise the person's own data folder."""
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "instance"
    return Path.home() / ".local" / "share" / "protocolbuilder"


class Settings(BaseSettings):
    """Every value has a default that runs; PB_PORT=9000 overrides `port`, and so on.

    Raises pydantic.ValidationError naming every wrong value at once.
    """

    model_config = SettingsConfigDict(
        env_prefix="PB_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    instance: Path = Field(default_factory=default_instance)
    """Folder of the database, issued documents and keys. Made when missing."""
    database_url: str = ""
    """SQLAlchemy URL. Empty: SQLite in the instance folder."""
    host: str = "127.0.0.1"
    """Until people have accounts, `serve` accepts no other address."""
    port: int = Field(default=8010, ge=0, le=65535)
    """0 takes any free port; `serve` prints which."""
    secret_key: SecretStr = SecretStr("")
    """Signs sessions and form tokens. Empty: one is made and kept in the instance folder."""
    threads: int = Field(default=8, ge=1, le=64)
    """Requests answered at once."""
    max_upload_mb: int = Field(default=25, ge=1, le=200)
    """Largest file accepted by an import, in megabytes."""

    office: str = ""
    """The command that starts LibreOffice, for PDF. Empty: the one on the PATH, if any."""

    def database(self) -> str:
        """The SQLAlchemy URL in use. PostgreSQL may be written postgresql:// or postgres://."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'protocolbuilder.sqlite3'}"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg://{rest}"
        return self.database_url
