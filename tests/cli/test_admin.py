"""`deskops init` and `deskops admin`."""

import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deskops.accounts.access import forget_recognised
from deskops.app import create_app
from deskops.cli.main import main
from deskops.core.config import Settings
from tests.fixtures import ORIGIN
from tests.small_trip import make_small_trip

BASE = "http://127.0.0.1:8000"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `deskops …` in an installation of its own."""
    for name in ("DESKOPS_DATABASE_URL", "DESKOPS_PUBLIC_URL", "DESKOPS_REDIS_URL", "DESKOPS_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DESKOPS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DESKOPS_ASYNC", "threading")
    return lambda *arguments: CliRunner().invoke(main, [str(part) for part in arguments])


@pytest.fixture
def installed(run: Run) -> Run:
    assert run("init").exit_code == 0
    return run


def app_of_environment():
    forget_recognised()
    return create_app(Settings.from_env())


def test_init_makes_keys_that_only_their_owner_reads(run: Run, tmp_path: Path) -> None:
    assert run("init").exit_code == 0
    for name in ("secret.key", "journal.key"):
        key = tmp_path / "data" / name
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert len(key.read_text()) >= 64


def test_init_again_keeps_keys_and_data(installed: Run, tmp_path: Path) -> None:
    before = (tmp_path / "data" / "secret.key").read_text()
    installed("admin", "add", "Sara", "--username", "sara", "--base-url", BASE)
    again = installed("init")
    assert again.exit_code == 0
    assert "Made" not in again.output
    assert (tmp_path / "data" / "secret.key").read_text() == before
    assert installed("admin", "link", "sara", "--base-url", BASE).exit_code == 0


def test_nothing_works_before_init_and_the_message_says_so(run: Run) -> None:
    refused = run("admin", "add", "Sara", "--base-url", BASE)
    assert refused.exit_code == 1
    assert "deskops init" in refused.output
    assert "Traceback" not in refused.output


def test_there_is_no_account_before_one_is_made(installed: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "deskops.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_the_first_administrator_signs_in_by_the_printed_link(installed: Run) -> None:
    printed = installed("admin", "add", "سارا نمونه", "--username", "Sara", "--base-url", BASE + "/")
    assert printed.exit_code == 0
    token = re.search(rf"^{BASE}/link/([\w-]+)$", printed.output, re.MULTILINE).group(1)
    client = app_of_environment().test_client()
    assert client.post(f"/link/{token}", headers={"Origin": ORIGIN}).location == "/after-link"
    assert client.get("/users").status_code == 200
    assert "سارا نمونه" in client.get("/users").text


def test_the_public_address_is_the_default(installed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKOPS_PUBLIC_URL", "https://desks.example/")
    assert "https://desks.example/link/" in installed("admin", "add", "Sara").output


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8000", "http://localhost"])
def test_a_link_that_leads_nowhere_is_refused_before_anything_is_made(
    installed: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DESKOPS_PUBLIC_URL", address)
    refused = installed("admin", "add", "Sara", "--username", "sara")
    assert refused.exit_code == 1
    assert "--base-url" in refused.output
    assert "Nobody has the user name" in installed("admin", "link", "sara", "--base-url", BASE).output


def test_a_user_name_is_given_once(installed: Run) -> None:
    add = ("admin", "add", "Sara", "--username", "sara", "--base-url", BASE)
    assert installed(*add).exit_code == 0
    refused = installed(*add)
    assert refused.exit_code == 1
    assert "This user name is taken" in refused.output


def test_a_system_gets_a_token_for_one_trip(installed: Run) -> None:
    app = app_of_environment()
    trip, other = make_small_trip("first"), make_small_trip("second")
    token = installed("admin", "token", "pbx", "--trip", "first").stdout.strip()
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"/api/v1/trips/{trip.id}/places", headers=headers).status_code == 200
    assert client.get(f"/api/v1/trips/{other.id}/places", headers=headers).status_code == 404


def test_an_unknown_trip_is_named_with_those_there_are(installed: Run) -> None:
    app_of_environment()
    make_small_trip("first")
    refused = installed("admin", "token", "pbx", "--trip", "tabriz")
    assert refused.exit_code == 1
    assert "There is no trip 'tabriz'. Trips: first." in refused.output
