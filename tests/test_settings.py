"""Settings come from PB_* variables and have defaults that run."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from protocolbuilder.settings import Settings


@pytest.fixture(autouse=True)
def away_from_any_dot_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_database_is_sqlite_in_the_instance() -> None:
    settings = Settings(instance=Path("/somewhere"))
    assert settings.database() == "sqlite:////somewhere/protocolbuilder.sqlite3"


def test_it_listens_on_this_machine_only_unless_told() -> None:
    assert Settings().host == "127.0.0.1"


def test_a_variable_overrides_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PB_PORT", "9000")
    assert Settings().port == 9000


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_may_be_written_in_any_usual_way(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://pb@server/agreements")
    assert settings.database() == "postgresql+psycopg://pb@server/agreements"


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PB_PORT", "many")
    monkeypatch.setenv("PB_THREADS", "0")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert {error["loc"][0] for error in refused.value.errors()} == {"port", "threads"}


def test_a_dot_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PB_PORT=8123\n")
    assert Settings().port == 8123


def test_a_key_does_not_show_when_settings_are_printed() -> None:
    assert "hush" not in repr(Settings(secret_key="hush"))  # type: ignore[arg-type]


def test_a_mail_server_is_set_by_its_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PB_MAIL__HOST", "mail.council.example")
    monkeypatch.setenv("PB_MAIL__SENDER", "isa@council.example")
    mail = Settings().mail
    assert (mail.host, mail.port, mail.security) == ("mail.council.example", 587, "starttls")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": ""}, {"sender": "a b@c"}, {"sender": "a@b\nBcc: x@y"}, {"security": "none"}, {"security": "ssl"},
        {"sender_name": "A\nBcc: x@y"}, {"timeout": "0"},
    ],
)  # fmt: skip
def test_a_mail_server_that_is_half_set_or_not_safe_is_refused(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    for name, value in {"host": "mail.example", "sender": "isa@council.example", **wrong}.items():
        monkeypatch.setenv(f"PB_MAIL__{name.upper()}", value)
    with pytest.raises(ValidationError):
        Settings()
