"""`deskops backup` and `deskops restore`: one tar file with the database and all stored files."""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from deskops.cli.archive import CHECKSUMS, README, check, checksums, readme
from deskops.cli.installation import data_dir
from deskops.cli.postgresql import dump, load
from deskops.core.config import Settings

SQLITE_COPY = "database.sqlite3"
POSTGRESQL_DUMP = "database.dump"


@click.command(epilog="Example: deskops backup /srv/backup/$(date +%F).tar")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Save database and stored files to FILE (a tar), while the server goes on. The keys are not in it: keep
    them apart.
    """
    if file.exists():
        raise click.ClickException(
            f"{file} is there already. Choose another name: backups aren't overwritten."
        )
    settings = Settings.from_env()
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
        work = Path(folder)
        # The database first: every file it names was written before the row that names it, and none is ever
        # deleted.
        database = _save_database(settings.database_url, work)
        _pack(work, database, settings.data_dir / "files", file)
    click.echo(f"Saved to {file} ({file.stat().st_size:,} bytes). Restore it with: deskops restore {file}")


@click.command(epilog="Example: DESKOPS_DATA=/var/lib/deskops deskops restore /srv/backup/monday.tar")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Bring FILE back into an empty installation. Stop the server before, put the keys back, and run `deskops
    init` after.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _unpack(file, work)
        check(work)
        _load_database(Settings.from_env().database_url, work)
        restored = _unpack_files(work / "files", data_dir() / "files")
    click.echo(f"Restored the database and {restored} stored files. Now run: deskops init")


def _save_database(url: str, work: Path) -> Path:
    if url.startswith("sqlite"):
        return _copy_sqlite(_sqlite_path(url), work / SQLITE_COPY)
    return dump(url, work / POSTGRESQL_DUMP)


def _copy_sqlite(source: Path, target: Path) -> Path:
    """In one step (`pages=-1`): copied in steps it starts anew at each write; a copy of the file lacks what
    the log holds.
    """
    if not source.exists():
        raise click.ClickException(f"There is no database at {source}. Is DESKOPS_DATA right?")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def _pack(work: Path, database: Path, files: Path, target: Path) -> None:
    """Write beside the target and rename: a backup that was cut off must not look like one."""
    contents = {database.name: database}
    contents |= {
        f"files/{path.relative_to(files)}": path for path in sorted(files.rglob("*")) if path.is_file()
    }
    (work / CHECKSUMS).write_text(checksums(contents), encoding="utf-8")
    (work / README).write_text(readme(target.name), encoding="utf-8")
    unfinished = work / "unfinished.tar"
    with tarfile.open(unfinished, "w") as archive:
        for name, path in ({README: work / README, CHECKSUMS: work / CHECKSUMS} | contents).items():
            archive.add(path, name)
    unfinished.chmod(0o600)
    unfinished.replace(target)


def _unpack(file: Path, work: Path) -> None:
    """`data` lets nothing out of the folder, and makes no links or devices."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(work, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise click.ClickException(f"{file} is no backup of deskops, or is cut off: {error}") from error


def _load_database(url: str, work: Path) -> None:
    copy, dumped = work / SQLITE_COPY, work / POSTGRESQL_DUMP
    if url.startswith("sqlite") != copy.exists():
        kind = "SQLite" if copy.exists() else "PostgreSQL"
        raise click.ClickException(
            f"This is a backup of {kind}: set DESKOPS_DATABASE_URL to a database of that kind."
        )
    if not copy.exists():
        load(url, dumped)
        return
    target = _sqlite_path(url)
    if target.exists():
        raise click.ClickException(
            f"{target} is there already. Move it away first: a restore overwrites nothing."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(copy.read_bytes())


def _unpack_files(source: Path, target: Path) -> int:
    """Stored files bear the hash of their content: one that is there already is the same."""
    restored = 0
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            restored += 1
    return restored


def _sqlite_path(url: str) -> Path:
    return Path(make_url(url).database or "")
