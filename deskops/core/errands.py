"""Long work that a table's rows ask for, done in processes of their own by whichever worker takes it, so that its other jobs
go on. Such a process ends with its worker; whoever works next begins the work anew.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import select

from deskops.core import runtime
from deskops.core.background import Background
from deskops.core.errors import DatabaseUnavailable
from deskops.core.unit_of_work import HasUserId, UnitOfWork, unit_of_work

ASKED = "asked"
# A worker that wasn't seen for so long is no more.
STALE = timedelta(minutes=1)
_ME = f"{socket.gethostname()}:{os.getpid()}"


class Errand(Protocol):
    """What a row needs: `state` asked, the running one, or one of being over; when which worker was last seen at it."""

    id: Any
    state: Any
    worker: Any
    beat_at: Any


Row = TypeVar("Row", bound=Errand)
About = TypeVar("About")


@dataclass
class Going(Generic[About]):
    """A process that was begun, and what its beginner has to know of it when it is done. `unwritten` is what it told while
    the database didn't answer.
    """

    process: Background[Any]
    about: About
    unwritten: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Steps(Generic[Row, About]):
    """What a kind of errand does. `renew` empties a row that is begun; `begin`, outside any transaction, starts its process,
    or None where it has ended the row itself. `note` writes down what was told since the last time, with whether the process
    has ended, and says whether the errand is over.
    """

    renew: Callable[[Row], None]
    begin: Callable[[int], Going[About] | None]
    note: Callable[[UnitOfWork, Row, About, list[Any], bool], bool]


class Errands(Generic[Row, About]):
    """The errands of one table. `running` is their state while a process is at them; `at_once`: how many of one worker."""

    def __init__(
        self, model: type[Row], running: str, doer: HasUserId, steps: Steps[Row, About], at_once: int = 100
    ) -> None:
        self.going: dict[int, Going[About]] = {}
        self._model: Any = model
        self._running, self._doer, self._steps, self._at_once = running, doer, steps, at_once

    def follow(self) -> None:
        """Begin what was asked for, write down what was told, end what was cancelled."""
        active = self._active()
        for row_id in self.going.keys() - set(active):
            self._drop(row_id)
        for row_id in list(self.going):
            self._note(row_id)
        for row_id in active:
            if row_id not in self.going and len(self.going) < self._at_once and self._take(row_id):
                going = self._steps.begin(row_id)
                if going is not None:
                    self.going[row_id] = going

    def end_all(self) -> None:
        """End every process; their rows are taken up again once nobody was seen at them for a while."""
        for row_id in list(self.going):
            self._drop(row_id)

    def _active(self) -> list[int]:
        query = select(self._model.id).where(self._model.state.in_((ASKED, self._running)))
        with runtime.current().database.reading() as session:
            return list(session.scalars(query.order_by(self._model.id)))

    def _take(self, row_id: int) -> bool:
        """Whether this worker is the one to do it: nobody is at it, or who was isn't any more."""
        with unit_of_work(self._doer) as uow:
            row = self._locked(uow, row_id)
            if row is None or not self._is_free(row, uow.now):
                return False
            row.state, row.worker, row.beat_at = self._running, _ME, uow.now
            self._steps.renew(row)
        return True

    def _is_free(self, row: Row, now: datetime) -> bool:
        seen = row.beat_at is not None and now - row.beat_at < STALE
        return bool(row.state == ASKED or (row.state == self._running and not seen))

    def _note(self, row_id: int) -> None:
        going = self.going[row_id]
        # Asked before its news are read: what was told last is then among them.
        ended = not going.process.is_running
        news = [*going.unwritten, *going.process.news()]
        going.unwritten = []
        try:
            over = self._written(row_id, going.about, news, ended)
        except DatabaseUnavailable:
            # It is told once: an hour's work isn't lost because nobody could write for a moment.
            going.unwritten = news
            raise
        if over:
            self._drop(row_id)

    def _written(self, row_id: int, about: About, news: list[Any], ended: bool) -> bool:
        """Whether the errand is over."""
        with unit_of_work(self._doer) as uow:
            row = self._locked(uow, row_id)
            over = row is None or row.state != self._running or row.worker != _ME
            if row is not None and not over:
                row.beat_at = uow.now
                over = self._steps.note(uow, row, about, news, ended)
        return over

    def _locked(self, uow: UnitOfWork, row_id: int) -> Row | None:
        found: Row | None = uow.session.scalar(
            select(self._model).where(self._model.id == row_id).with_for_update()
        )
        return found

    def _drop(self, row_id: int) -> None:
        self.going.pop(row_id).process.end()
