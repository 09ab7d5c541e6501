"""`deskops backup` and `deskops restore`."""

import hashlib
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deskops.accounts.actor import SYSTEM
from deskops.cli.main import main
from deskops.core import clock, files, journal, runtime
from deskops.core.config import Settings, make_secrets
from deskops.core.migrations import upgrade
from deskops.core.unit_of_work import unit_of_work
from deskops.subscribers import create_runtime
from tests.accounts.people import make_person


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(part) for part in arguments])


def use(monkeypatch: pytest.MonkeyPatch, data: Path, database: str | None = None) -> Settings:
    """Make a folder the installation that commands work on."""
    for name in ("DESKOPS_DATABASE_URL", "DESKOPS_SECRET_KEY", "DESKOPS_JOURNAL_KEY", "DESKOPS_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DESKOPS_DATA", str(data))
    if database:
        monkeypatch.setenv("DESKOPS_DATABASE_URL", database)
    make_secrets(data)
    return Settings.from_env()


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with a user and a stored file."""
    settings = use(monkeypatch, tmp_path / "living")
    upgrade(settings.database_url)
    create_runtime(settings)
    make_person()
    with unit_of_work(SYSTEM) as uow:
        files.store(uow.session, settings.data_dir, "نامه نمونه".encode(), "text/plain", clock.now())
    yield settings
    runtime.current().database.dispose()


def restored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, backup: Path, living: Settings) -> Settings:
    """Restore into an empty installation that got its keys back."""
    data = tmp_path / "restored"
    data.mkdir()
    for name in ("secret.key", "journal.key"):
        (data / name).write_text((living.data_dir / name).read_text())
    settings = use(monkeypatch, data)
    done = run("restore", backup)
    assert done.exit_code == 0, done.output
    return settings


def test_a_backup_comes_back_whole(living: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = tmp_path / "monday.tar"
    assert run("backup", backup).exit_code == 0
    settings = restored(monkeypatch, tmp_path, backup, living)
    assert (
        files.read(settings.data_dir, hashlib.sha256("نامه نمونه".encode()).hexdigest())
        == "نامه نمونه".encode()
    )
    create_runtime(settings)
    with runtime.current().database.reading() as session:
        assert journal.verify(session, 0, settings.journal_key.encode()) is None
        assert session.query(journal.JournalRow).count() == 2


def test_a_backup_under_writing_misses_nothing_acknowledged_and_holds_nothing_half_done(
    living: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged, done = [], threading.Event()

    def write() -> None:
        while not done.is_set():
            acknowledged.append(make_person(f"p{len(acknowledged)}", None))

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    # Whose writing fails is told so by what is asserted below, instead of being waited for.
    while len(acknowledged) < 20 and writer.is_alive():
        done.wait(0.01)
    before = list(acknowledged)
    backup = tmp_path / "under-load.tar"
    result = run("backup", backup)
    done.set()
    writer.join()
    assert len(before) >= 20
    assert result.exit_code == 0, result.output
    settings = restored(monkeypatch, tmp_path, backup, living)
    with closing(sqlite3.connect(settings.data_dir / "deskops.sqlite3")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {row[0] for row in copy.execute("SELECT id FROM users")}
        told = copy.execute(
            "SELECT payload FROM journal WHERE kind IN ('account.user_created', 'account.users_created')"
        ).fetchall()
    created = [json.loads(payload) for (payload,) in told]
    assert set(before) <= kept
    assert kept == {user_id for facts in created for user_id in facts.get("user_ids") or (facts["user_id"],)}


def test_the_keys_are_not_in_the_backup_and_nobody_else_reads_it(living: Settings, tmp_path: Path) -> None:
    backup = tmp_path / "monday.tar"
    run("backup", backup)
    with tarfile.open(backup) as archive:
        names = archive.getnames()
        instructions = archive.extractfile("RESTORE.txt").read().decode()
    assert not [name for name in names if name.endswith(".key")]
    assert "deskops restore monday.tar" in instructions
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert living.secret_key.encode() not in backup.read_bytes()


def test_a_backup_is_never_overwritten(living: Settings, tmp_path: Path) -> None:
    backup = tmp_path / "monday.tar"
    backup.write_text("older")
    refused = run("backup", backup)
    assert refused.exit_code == 1
    assert backup.read_text() == "older"


def test_a_restore_overwrites_no_database(living: Settings, tmp_path: Path) -> None:
    backup = tmp_path / "monday.tar"
    run("backup", backup)
    refused = run("restore", backup)
    assert refused.exit_code == 1
    assert "is there already" in refused.output


def test_a_damaged_backup_is_refused_whole(
    living: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "monday.tar"
    run("backup", backup)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(content)
    settings = use(monkeypatch, tmp_path / "empty")
    refused = run("restore", backup)
    assert refused.exit_code == 1
    assert "damaged" in refused.output
    assert not (settings.data_dir / "deskops.sqlite3").exists()


@pytest.mark.parametrize("content", [b"", b"no tar at all", b"\x1f\x8b\x08"])
def test_what_is_no_backup_is_said_so(living: Settings, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.tar"
    file.write_bytes(content)
    refused = run("restore", file)
    assert refused.exit_code == 1
    assert "no backup" in refused.output


def test_a_tar_that_climbs_out_of_its_folder_is_refused(living: Settings, tmp_path: Path) -> None:
    evil, payload = tmp_path / "evil.tar", tmp_path / "payload"
    payload.write_text("x")
    with tarfile.open(evil, "w") as archive:
        archive.add(payload, "../../climbed")
    refused = run("restore", evil)
    assert refused.exit_code == 1
    assert "no backup" in refused.output
    assert not list(tmp_path.parent.rglob("climbed"))


def test_a_missing_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path / "empty")
    refused = run("backup", tmp_path / "x.tar")
    assert refused.exit_code == 1
    assert "Is DESKOPS_DATA right?" in refused.output
    assert not (tmp_path / "x.tar").exists()


def test_a_backup_of_the_other_kind_of_database_is_refused(
    living: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "monday.tar"
    run("backup", backup)
    use(monkeypatch, tmp_path / "grown", "postgresql://nobody@127.0.0.1:1/none")
    refused = run("restore", backup)
    assert refused.exit_code == 1
    assert "a backup of SQLite" in refused.output


def test_postgresql_without_its_tools_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path / "grown", "postgresql://desk:secret@127.0.0.1:1/none")
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = run("backup", tmp_path / "x.tar")
    assert refused.exit_code == 1
    assert "pg_dump is not installed" in refused.output
    assert "secret" not in refused.output


@pytest.mark.postgresql
def test_postgresql_is_saved_and_comes_back(
    postgresql, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = use(monkeypatch, tmp_path / "grown", postgresql_url)
    create_runtime(settings)
    user_id = make_person()
    runtime.current().database.dispose()
    backup = tmp_path / "grown.tar"
    saved = run("backup", backup)
    assert saved.exit_code == 0, saved.output
    postgresql.execute("CREATE DATABASE deskops_restored")
    try:
        use(monkeypatch, tmp_path / "again", postgresql.url("deskops_restored"))
        done = run("restore", backup)
        assert done.exit_code == 0, done.output
        create_runtime(Settings.from_env())
        with runtime.current().database.reading() as session:
            assert session.query(journal.JournalRow).filter_by(trip_id=0).count() == 2
            assert user_id
    finally:
        runtime.current().database.dispose()
        postgresql.execute("DROP DATABASE deskops_restored WITH (FORCE)")
