"""Saving and loading PostgreSQL through its own tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import click
from sqlalchemy.engine import make_url


def dump(url: str, target: Path) -> Path:
    """One consistent snapshot in PostgreSQL's own format. Raises ClickException."""
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")
    return target


def load(url: str, source: Path) -> None:
    """Load a dump into an empty database, whole or not at all. Raises ClickException."""
    _run("pg_restore", url, "--no-owner", "--single-transaction", "--exit-on-error", str(source))


def _run(tool: str, url: str, *arguments: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise click.ClickException(
            f"{tool} is not installed on this machine. Install PostgreSQL's client programs, "
            "or run this where the database is."
        )
    command = [program, f"--dbname={_plain(url)}", *arguments]
    done = subprocess.run(
        command, env=os.environ | _password(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{tool} failed: {done.stderr.strip()}")


def _plain(url: str) -> str:
    """The address without the driver's name, and without the password: everybody sees arguments."""
    return make_url(url).set(drivername="postgresql", password=None).render_as_string()


def _password(url: str) -> dict[str, str]:
    password = make_url(url).password
    return {"PGPASSWORD": str(password)} if password else {}
