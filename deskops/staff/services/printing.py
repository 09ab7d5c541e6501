"""Badges, rosters and hours, asked for on a page and made by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core import prints
from deskops.core.background import Background
from deskops.core.database import table_of
from deskops.core.errands import Going
from deskops.core.errors import NotFound
from deskops.core.paper import print_paper
from deskops.core.prints import PaperKind, PrintRun
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.queries import Catalogue, catalogue
from deskops.staff.errors import NothingToPrint, TooManyToPrint
from deskops.staff.models import StaffMember
from deskops.staff.queries.badges import desk_title
from deskops.staff.queries.choosing import (
    Choice,
    Own,
    chosen_desks,
    chosen_staff,
    desks_with_shifts,
    staff_with_shifts,
)
from deskops.staff.queries.hours import hours_of
from deskops.staff.queries.roster_sheets import bounds_of
from deskops.staff.rules.printing import (
    BADGES,
    BADGES_A_SHEET,
    DESK_ROSTERS,
    HOURS,
    MOST_PEOPLE,
    STAFF_ROSTERS,
)
from deskops.staff.services.hours_sheet import HoursSheet, make_hours
from deskops.staff.services.papers import paper_of, period_of

# What each paper asks for: badges open doors, rosters hang on walls.
ACTIONS = {
    BADGES: "staff.manage",
    DESK_ROSTERS: "roster.view",
    STAFF_ROSTERS: "roster.view",
    HOURS: "hours.view",
}


# Of what was printed on badges, by staff member.
_Versions = dict[int, int]


@dataclass(frozen=True)
class Order:
    """What to print, of whom, in which days (None: all), and in which form where there are several."""

    kind: str
    choice: Choice
    first: date | None = None
    last: date | None = None
    form: str = ""


def ask_print(uow: UnitOfWork, actor: Actor, trip_id: int, order: Order) -> PrintRun:
    """Have it made. Raises Forbidden, NotFound, InvalidInput, NothingToPrint, TooManyToPrint, TooManyPrints."""
    action = ACTIONS[order.kind]
    actor.require(action, trip_id)
    names = catalogue(uow.session, trip_id)
    own = actor.desk_ids(action, trip_id)
    ids = _chosen(uow.session, names, order, own)
    if not ids:
        raise NothingToPrint(field="which")
    if len(ids) > MOST_PEOPLE:
        raise TooManyToPrint(len(ids), MOST_PEOPLE)
    sheets = _sheets(order.kind, len(ids))
    return prints.ask(uow, trip_id, order.kind, _params(order, ids, own), count=len(ids), sheets=sheets)


def cancel_print(uow: UnitOfWork, actor: Actor, trip_id: int, print_id: int) -> PrintRun:
    """Its worker ends it as soon as it looks. Raises NotFound, PrintOver."""
    run = print_of(uow.session, actor, trip_id, print_id, locked=True)
    prints.cancel(uow, run)
    return run


def print_of(
    session: Session, actor: Actor, trip_id: int, print_id: int, *, locked: bool = False
) -> PrintRun:
    """Who manages staff sees all that was printed, others what they asked for themselves and could ask for now.

    Raises NotFound.
    """
    query = select(PrintRun).where(
        PrintRun.id == print_id, PrintRun.trip_id == trip_id, PrintRun.kind.in_(ACTIONS)
    )
    run = session.scalar(query.with_for_update() if locked else query)
    if run is None or not (_may_see(actor, run) and _covers(actor, run)):
        raise NotFound()
    return run


def _may_see(actor: Actor, run: PrintRun) -> bool:
    """Whether it is theirs, or they manage the trip's staff."""
    return run.asked_by == actor.user_id or actor.may("staff.manage", run.trip_id)


def _covers(actor: Actor, run: PrintRun) -> bool:
    """Whether it is of desks that are theirs still; one of all desks is for who is bound to none."""
    action = ACTIONS[run.kind]
    own, printed = actor.desk_ids(action, run.trip_id), run.params["desks"]
    known = own is None or (printed is not None and own.issuperset(printed))
    return known and actor.may(action, run.trip_id)


def _chosen(session: Session, names: Catalogue, order: Order, own: Own) -> list[int]:
    """Ids of people, or of desks for their rosters; of whom nothing is planned, nothing is printed."""
    bounds = bounds_of(order.first, order.last)
    if order.kind == DESK_ROSTERS:
        desks = chosen_desks(names, order.choice, own)
        planned = desks_with_shifts(session, desks, bounds)
        return [desk_id for desk_id in desks if desk_id in planned]
    people = chosen_staff(session, names, order.choice, own, with_retired=order.kind == HOURS)
    if order.kind == STAFF_ROSTERS:
        planned = staff_with_shifts(session, names.trip.id, bounds)
        return [staff_id for staff_id in people if staff_id in planned]
    return people


def _params(order: Order, ids: list[int], own: Own) -> dict[str, Any]:
    return {
        "ids": ids,
        "which": order.choice.which,
        "desks": None if own is None else sorted(own),
        "first": order.first and order.first.isoformat(),
        "last": order.last and order.last.isoformat(),
        "form": order.form,
    }


def _sheets(kind: str, count: int) -> int:
    if kind == HOURS:
        return 1
    return -(-count // BADGES_A_SHEET) if kind == BADGES else count


def _begin(session: Session, run: PrintRun) -> Going[_Versions] | None:
    names = catalogue(session, run.trip_id)
    if run.kind == HOURS:
        return Going(Background(make_hours, _hours_sheet(session, names, run)), {})
    paper = paper_of(session, names, run)
    if not paper.sheets:
        return None
    badges = {badge.staff_id: badge.version for sheet in paper.sheets for badge in sheet.get("badges", ())}
    return Going(Background(print_paper, paper), badges)


def _hours_sheet(session: Session, names: Catalogue, run: PrintRun) -> HoursSheet:
    people = hours_of(session, run.trip_id, run.params["ids"], period_of(run), run.params["desks"])
    places = {("desk", desk_id): desk_title(names, desk_id) for desk_id in names.desks}
    places |= {("site", site.id): site.name for site in names.sites.values()}
    return HoursSheet(run.params["lang"], run.params["form"], run.asked_at, people, places)


def _count_badges(uow: UnitOfWork, _run: PrintRun, versions: _Versions) -> None:
    if not versions:
        return
    staff = table_of(StaffMember)
    statement = (
        update(staff).where(staff.c.id == bindparam("member")).values(badge_printed=bindparam("printed"))
    )
    rows = [{"member": staff_id, "printed": version} for staff_id, version in versions.items()]
    uow.session.connection().execute(statement, rows)


for _kind in ACTIONS:
    prints.enter(_kind, PaperKind(_begin, _count_badges))
