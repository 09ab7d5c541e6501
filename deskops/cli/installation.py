"""The installation that a command works on: its settings, and its runtime without a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from deskops.app import create_runtime
from deskops.core.config import Settings
from deskops.core.errors import Refusal
from deskops.core.i18n import ENGLISH, using_language
from deskops.core.runtime import Runtime


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
