"""The only place that reads the time, so that tests can set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _source()


def freeze(instant: datetime) -> None:
    """Stop the clock at an aware instant until `reset`."""
    global _source
    fixed = instant.astimezone(UTC)
    _source = lambda: fixed  # noqa: E731


def advance(**delta: float) -> None:
    """Move a frozen clock on; arguments as for timedelta."""
    freeze(now() + timedelta(**delta))


def reset() -> None:
    """Back to the system's clock."""
    global _source
    _source = _system


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Freeze for the length of a block."""
    freeze(instant)
    try:
        yield
    finally:
        reset()
