"""What a process runs with: settings, database, who is told of what. Set once by the application factory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskops.core.config import Settings
from deskops.core.database import Database
from deskops.core.events import DomainEvent
from deskops.core.journal import AudienceMap, Recorded

if TYPE_CHECKING:
    from deskops.core.unit_of_work import UnitOfWork

InTransaction = Callable[["UnitOfWork", DomainEvent], None]
AfterCommit = Callable[[list[Recorded]], None]


def _no_audience(_event: DomainEvent) -> tuple[str, ...]:
    return ()


@dataclass
class Runtime:
    """`in_transaction` subscribers may write; `after_commit` ones may fail without harm to the request."""

    settings: Settings
    database: Database
    audiences_of: AudienceMap = _no_audience
    in_transaction: list[InTransaction] = field(default_factory=list)
    after_commit: list[AfterCommit] = field(default_factory=list)


_current: Runtime | None = None


def install(runtime: Runtime) -> None:
    """Make this the process's runtime."""
    global _current
    _current = runtime


def current() -> Runtime:
    """The process's runtime. Raises RuntimeError before the factory ran."""
    if _current is None:
        raise RuntimeError("the application was not created")
    return _current
