"""Starting refused where it would be unsafe, and the public address."""

from dataclasses import replace
from pathlib import Path

import pytest

from deskops.core.config import ConfigurationError, Settings, make_secrets


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {
        "DESKOPS_DATA": str(tmp_path),
        "DESKOPS_SECRET_KEY": "s" * 40,
        "DESKOPS_JOURNAL_KEY": "j" * 40,
    } | more


def test_the_embedded_default_is_sqlite_in_the_data_directory(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path))
    assert settings.embedded
    assert str(tmp_path) in settings.database_url
    assert settings.async_mode == "gevent"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DESKOPS_SECRET_KEY", "", "deskops init"),
        ("DESKOPS_SECRET_KEY", "secret", "deskops init"),
        ("DESKOPS_JOURNAL_KEY", "changeme", "deskops init"),
        ("DESKOPS_ASYNC", "twisted", "gevent"),
        ("DESKOPS_ORIGINS", "*", "'*'"),
        ("FLASK_DEBUG", "1", "Unset"),
    ],
)
def test_it_does_not_start_unsafely_and_says_what_to_do(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said.replace("*", r"\*")):
        Settings.from_env(environment(tmp_path, **{name: value}))


def test_key_files_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    assert make_secrets(tmp_path) == []
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)
    env = environment(tmp_path)
    del env["DESKOPS_SECRET_KEY"]
    assert len(Settings.from_env(env).secret_key) == 64


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1", "http://127.1.2.3:80", "http://[::1]/", "", None]
)
def test_an_address_that_no_phone_can_reach_is_not_printed(tmp_path: Path, url: str | None) -> None:
    settings = replace(Settings.from_env(environment(tmp_path)), public_url=url)
    with pytest.raises(ConfigurationError):
        settings.require_public_url()


def test_a_reachable_address_is_printed_without_its_last_slash(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path, DESKOPS_PUBLIC_URL="https://desks.example/"))
    assert settings.require_public_url() == "https://desks.example"
    assert settings.secure_cookies
