"""Papers that people ask for: the worker makes them one at a time, and they are kept for some days. What each kind of paper
holds, the rooms know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core import files, jobs, runtime
from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.errands import ASKED, Errands, Going, Steps
from deskops.core.errors import Refusal
from deskops.core.events import DomainEvent
from deskops.core.files import HOLDS_FILE
from deskops.core.housekeeping import sweep
from deskops.core.i18n import lang, lazy, using_language
from deskops.core.paper import Made
from deskops.core.unit_of_work import UnitOfWork, unit_of_work

MAKING, DONE, FAILED, CANCELLED = "making", "done", "failed", "cancelled"
ACTIVE = (ASKED, MAKING)
NOTHING = "nothing_to_print"
MOST_WAITING = 5
"""Of one trip."""
EVERY = timedelta(seconds=2)
KEEP_PRINTS = timedelta(days=7)
PDF = "application/pdf"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class PrintRun(Base):
    """A paper made by the worker. `params` hold what was chosen, as ids, the language, and the `form` where it is no PDF.

    `done` of `total` sheets are laid out. `pages` is the hash of what the browser prints, `file` that of the PDF or the
    workbook; `fault` is a code that says why one is missing. `beat_at` is when `worker` was last at it.
    """

    __tablename__ = "print_runs"
    __table_args__ = (
        Index("ix_print_runs_trip_id", "trip_id", "id"),
        Index("ix_print_runs_state", "state"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer)
    pages: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    file: Mapped[str | None] = mapped_column(String(64), info=HOLDS_FILE)
    fault: Mapped[str] = mapped_column(String(30), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None]
    worker: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class PrintAsked(DomainEvent):
    """`paper` is the kind of print run; `count` people, desks or letters were chosen."""

    kind: ClassVar[str] = "print.asked"
    print_id: int
    paper: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PrintCancelled(DomainEvent):
    kind: ClassVar[str] = "print.cancelled"
    print_id: int


@dataclass(frozen=True, kw_only=True)
class Printed(DomainEvent):
    """It is there to be fetched; from now on what is on it counts as printed."""

    kind: ClassVar[str] = "print.made"
    print_id: int
    paper: str
    sheets: int


class TooManyPrints(Refusal):
    code = "too_many_prints"
    message = lazy("Several papers of this trip are still being made. Wait for one of them, or cancel it.")


class PrintOver(Refusal):
    code = "print_over"
    message = lazy("This is made already, or was cancelled.")


@dataclass(frozen=True, kw_only=True)
class PrintLine:
    """A print run as it is shown."""

    id: int
    kind: str
    state: str
    form: str
    done: int
    total: int
    fault: str
    has_pages: bool
    has_file: bool
    asked_at: datetime
    asked_by: int | None
    ended_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_done(self) -> bool:
        return self.state == DONE

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        dates = {
            name: value.isoformat() for name, value in asdict(self).items() if hasattr(value, "isoformat")
        }
        return asdict(self) | dates


def line_facts(run: PrintRun) -> dict[str, Any]:
    """The fields of a run's PrintLine."""
    same = ("id", "kind", "state", "done", "total", "fault", "asked_at", "asked_by", "ended_at")
    known = {"has_pages": run.pages is not None, "has_file": run.file is not None}
    return {name: getattr(run, name) for name in same} | known | {"form": run.params.get("form") or "pdf"}


@dataclass(frozen=True)
class PaperKind:
    """How a kind of paper is made. `begin` starts its process in the language that it was asked for in, None where nothing
    of what was chosen is left; `made` writes down what counts as printed now.
    """

    begin: Callable[[Session, PrintRun], Going[Any] | None]
    made: Callable[[UnitOfWork, PrintRun, Any], None]


_papers: dict[str, PaperKind] = {}


def enter(kind: str, paper: PaperKind) -> None:
    """Have a kind of paper made."""
    _papers[kind] = paper


def ask(
    uow: UnitOfWork, trip_id: int, kind: str, params: dict[str, Any], *, count: int, sheets: int
) -> PrintRun:
    """Have it made in the current language. Raises TooManyPrints."""
    waiting = select(func.count(PrintRun.id)).where(PrintRun.trip_id == trip_id, PrintRun.state.in_(ACTIVE))
    if (uow.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyPrints()
    run = PrintRun(
        trip_id=trip_id,
        kind=kind,
        state=ASKED,
        params=params | {"lang": lang()},
        total=sheets,
        asked_at=uow.now,
        asked_by=uow.actor.user_id,
    )
    uow.session.add(run)
    uow.session.flush()
    uow.record(PrintAsked(trip_id=trip_id, print_id=run.id, paper=kind, count=count))
    return run


def cancel(uow: UnitOfWork, run: PrintRun) -> None:
    """Its worker ends it as soon as it looks. Raises PrintOver."""
    if run.state not in ACTIVE:
        raise PrintOver()
    run.state, run.ended_at = CANCELLED, uow.now
    uow.record(PrintCancelled(trip_id=run.trip_id, print_id=run.id))


def _renew(run: PrintRun) -> None:
    run.done = 0


def _begin(print_id: int) -> Going[Any] | None:
    with runtime.current().database.reading() as session:
        run = session.get_one(PrintRun, print_id)
        with using_language(run.params["lang"]):
            going = _papers[run.kind].begin(session, run)
    if going is None:
        _fail(print_id)
    return going


def _note(uow: UnitOfWork, run: PrintRun, about: Any, news: list[int | Made], ended: bool) -> bool:
    made = next((told for told in news if isinstance(told, Made)), None)
    run.done = max([run.done, *(told for told in news if isinstance(told, int))])
    if made is not None:
        _keep(uow, run, made)
        _papers[run.kind].made(uow, run, about)
        uow.record(Printed(trip_id=run.trip_id, print_id=run.id, paper=run.kind, sheets=run.total))
        run.state, run.done, run.ended_at = DONE, run.total, uow.now
    elif ended:
        run.state, run.ended_at = FAILED, uow.now
    return made is not None or ended


def _keep(uow: UnitOfWork, run: PrintRun, made: Made) -> None:
    data_dir = runtime.current().settings.data_dir
    run.fault = made.fault
    if made.pages is not None:
        run.pages = files.store(uow.session, data_dir, made.pages.encode(), "text/html", uow.now)
    if made.file is not None:
        media_type = TYPES.get(run.params.get("form", ""), PDF)
        run.file = files.store(uow.session, data_dir, made.file, media_type, uow.now)


def _fail(print_id: int) -> None:
    with unit_of_work(jobs.WORKER) as uow:
        run = uow.session.get_one(PrintRun, print_id, with_for_update=True)
        # What was cancelled meanwhile stays cancelled.
        if run.state in ACTIVE:
            run.state, run.fault, run.ended_at = FAILED, NOTHING, uow.now


# One at a time: each sheet takes its processor time.
prints = Errands(PrintRun, MAKING, jobs.WORKER, Steps(_renew, _begin, _note), at_once=1)


@jobs.handler("prints.follow", every=EVERY)
def follow_prints(_payload: dict[str, Any]) -> None:
    """Begin what was asked for, one at a time; write down how far it is; end what was cancelled."""
    prints.follow()


@sweep
def clear_prints(uow: UnitOfWork) -> None:
    """Delete what is over for longer than KEEP_PRINTS, with its files: badges on them still open doors."""
    runs = table_of(PrintRun)
    over = runs.c.ended_at < uow.now - KEEP_PRINTS
    rows = uow.session.execute(select(runs.c.pages, runs.c.file).where(over)).all()
    uow.session.execute(delete(runs).where(over))
    held = {digest for row in rows for digest in row if digest is not None}
    files.forget(uow.session, runtime.current().settings.data_dir, held)
