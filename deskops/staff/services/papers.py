"""What stands on papers: put together by the worker, laid out in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from deskops.core.i18n import gettext, lang, lazy
from deskops.core.paper import Paper
from deskops.core.prints import PrintRun
from deskops.desks.queries import Catalogue
from deskops.staff.queries.badges import badge_sheets
from deskops.staff.queries.roster_sheets import Bounds, bounds_of, desk_sheets, person_sheets
from deskops.staff.rules import DESK_HEAD, STAFF
from deskops.staff.rules.printing import BADGES, DESK_ROSTERS, STAFF_ROSTERS

TITLES: dict[str, Any] = {
    BADGES: lazy("Badges"),
    DESK_ROSTERS: lazy("Rosters by desk"),
    STAFF_ROSTERS: lazy("Rosters by person"),
}
STYLES = {
    BADGES: ("staff/badges.css",),
    DESK_ROSTERS: ("staff/rosters.css",),
    STAFF_ROSTERS: ("staff/rosters.css",),
}


def paper_of(session: Session, names: Catalogue, run: PrintRun) -> Paper:
    """In the current language; without a sheet where nothing of what was chosen is left."""
    sheets = _MAKERS[run.kind](session, names, run)
    roles = {STAFF: gettext("Staff"), DESK_HEAD: gettext("Desk head")}
    shared: dict[str, Any] = {"trip": names.trip.name, "roles": roles, "asked_at": run.asked_at}
    shared["is_rehearsal"] = names.trip.rehearsal_of is not None
    return Paper(str(TITLES[run.kind]), f"staff/_{run.kind}.html", STYLES[run.kind], lang(), sheets, shared)


def period_of(run: PrintRun) -> Bounds | None:
    """From the first day's beginning to the last one's end; None for all days."""
    days = [date.fromisoformat(run.params[name]) for name in ("first", "last") if run.params[name]]
    return bounds_of(*days) if days else None


def _badges(session: Session, names: Catalogue, run: PrintRun) -> list[dict[str, Any]]:
    return [{"badges": sheet} for sheet in badge_sheets(session, names, run.params["ids"])]


def _desk_rosters(session: Session, names: Catalogue, run: PrintRun) -> list[dict[str, Any]]:
    sheets = desk_sheets(session, names, run.params["ids"], period_of(run))
    return [{"roster": sheet} for sheet in sheets]


def _staff_rosters(session: Session, names: Catalogue, run: PrintRun) -> list[dict[str, Any]]:
    sheets = person_sheets(session, names, run.params["ids"], period_of(run))
    return [{"roster": sheet} for sheet in sheets]


_MAKERS: dict[str, Callable[[Session, Catalogue, PrintRun], list[dict[str, Any]]]] = {
    BADGES: _badges,
    DESK_ROSTERS: _desk_rosters,
    STAFF_ROSTERS: _staff_rosters,
}
