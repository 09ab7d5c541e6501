"""The chart of waits as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from deskops.balancing.simulation.chart import chart


def save(path: Path, title: str, curves: Mapping[str, Sequence[float]]) -> None:
    """Raises ClickException where the file can't be written."""
    try:
        path.write_text(chart(title, curves), encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}") from error
