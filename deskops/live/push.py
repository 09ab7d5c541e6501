"""The only place that emits."""

from __future__ import annotations

from deskops.core.journal import Recorded


def publish(recorded: list[Recorded]) -> None:
    """After the commit."""
