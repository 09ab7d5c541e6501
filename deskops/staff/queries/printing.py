"""Papers that were asked for, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core import prints
from deskops.core.prints import PrintRun, line_facts
from deskops.staff.rules.printing import KINDS

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class PrintLine(prints.PrintLine):
    """With whose it is, and in which days; `first` None: all of them."""

    which: str
    first: date | None
    last: date | None


def prints_of(session: Session, actor: Actor, trip_id: int) -> list[PrintLine]:
    """What the actor may see of a trip, the latest first."""
    query = select(PrintRun).where(PrintRun.trip_id == trip_id, PrintRun.kind.in_(KINDS))
    if not actor.may("staff.manage", trip_id):
        query = query.where(PrintRun.asked_by == actor.user_id)
    return [print_line(run) for run in session.scalars(query.order_by(PrintRun.id.desc()).limit(SHOWN))]


def print_line(run: PrintRun) -> PrintLine:
    """A run as it is shown."""
    first, last = run.params["first"], run.params["last"]
    return PrintLine(
        **line_facts(run),
        which=run.params["which"],
        first=first and date.fromisoformat(first),
        last=last and date.fromisoformat(last),
    )
