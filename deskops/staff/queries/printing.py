"""Papers that were asked for, and how far they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.staff.models import PrintRun
from deskops.staff.rules.printing import ACTIVE, DONE

SHOWN = 20


@dataclass(frozen=True)
class PrintLine:
    """A print run. `done` of `total` sheets are laid out; `fault` says why there is no file; `first` None: all days."""

    id: int
    kind: str
    state: str
    which: str
    first: date | None
    last: date | None
    form: str
    done: int
    total: int
    fault: str
    has_pages: bool
    has_file: bool
    asked_at: datetime
    ended_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_done(self) -> bool:
        return self.state == DONE

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        instants = (self.first, self.last, self.asked_at, self.ended_at)
        names = ("first", "last", "asked_at", "ended_at")
        texts = {name: at and at.isoformat() for name, at in zip(names, instants, strict=True)}
        return asdict(self) | texts


def prints_of(session: Session, actor: Actor, trip_id: int) -> list[PrintLine]:
    """What the actor may see of a trip, the latest first."""
    query = select(PrintRun).where(PrintRun.trip_id == trip_id)
    if not actor.may("staff.manage", trip_id):
        query = query.where(PrintRun.asked_by == actor.user_id)
    return [print_line(run) for run in session.scalars(query.order_by(PrintRun.id.desc()).limit(SHOWN))]


def print_line(run: PrintRun) -> PrintLine:
    """A run as it is shown."""
    first, last = run.params["first"], run.params["last"]
    return PrintLine(
        id=run.id,
        kind=run.kind,
        state=run.state,
        which=run.params["which"],
        first=first and date.fromisoformat(first),
        last=last and date.fromisoformat(last),
        form=run.params["form"] or "pdf",
        done=run.done,
        total=run.total,
        fault=run.fault,
        has_pages=run.pages is not None,
        has_file=run.file is not None,
        asked_at=run.asked_at,
        ended_at=run.ended_at,
    )
