"""The installation that a command works on: its settings, and its runtime without a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.config import Settings
from deskops.core.errors import Refusal
from deskops.core.i18n import ENGLISH, using_language
from deskops.core.runtime import Runtime
from deskops.desks.models import Trip
from deskops.subscribers import create_runtime


def data_dir() -> Path:
    """Where the installation keeps its files."""
    return Path(os.environ.get("DESKOPS_DATA", "var")).resolve()


@contextmanager
def installation() -> Iterator[Runtime]:
    """The runtime of the installation. Refusals end the command with their message, in the command line's
    English.
    """
    runtime = create_runtime(Settings.from_env())
    with using_language(ENGLISH):
        try:
            yield runtime
        except Refusal as refusal:
            raise click.ClickException(refusal.text()) from refusal
        finally:
            runtime.database.dispose()


def trip_of_code(session: Session, code: str) -> int:
    """The trip's id. Raises ClickException with the codes there are."""
    trip_id = session.scalar(select(Trip.id).where(Trip.code == code))
    if trip_id is None:
        known = ", ".join(session.scalars(select(Trip.code).order_by(Trip.code))) or "none yet"
        raise click.ClickException(f"No trip has the code {code}. The trips are: {known}.")
    return trip_id
