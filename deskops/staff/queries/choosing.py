"""Of whom something is printed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.desks.queries import Catalogue
from deskops.staff.models import DeskShift, Shift, StaffMember
from deskops.staff.queries.roster_sheets import Bounds, within
from deskops.staff.rules import COVERS

Which = Literal["all", "desks", "agency", "people", "renewed"]
Own = frozenset[int] | None
STAFF, SHIFTS, NEEDS = table_of(StaffMember), table_of(Shift), table_of(DeskShift)
_NAMED = 5


@dataclass(frozen=True)
class Choice:
    """All, those of some desks, of an agency, of some personnel numbers, or those whose badge is newer than the printed."""

    which: Which
    desks: tuple[int, ...] = ()
    agency: int | None = None
    numbers: tuple[str, ...] = ()


def chosen_staff(
    session: Session, names: Catalogue, choice: Choice, own: Own, *, with_retired: bool = False
) -> list[int]:
    """Their ids, by desk and name. `own`: only people of these desks; None: of the whole trip. Raises InvalidInput for a
    desk, an agency or a number that isn't there.
    """
    _check_places(names, choice, own)
    query = select(
        STAFF.c.id, STAFF.c.name, STAFF.c.personnel_number, STAFF.c.home_desk_id, STAFF.c.agency_id,
        (STAFF.c.badge_printed != STAFF.c.badge_version).label("renewed"),
    ).where(STAFF.c.trip_id == names.trip.id)  # fmt: skip
    if not with_retired:
        query = query.where(STAFF.c.retired_at.is_(None))
    people = [row for row in session.execute(query) if own is None or row.home_desk_id in own]
    _check_numbers(choice, {row.personnel_number for row in people})
    places = {desk_id: place for place, desk_id in enumerate(names.desks)}
    people.sort(key=lambda row: (places.get(row.home_desk_id, len(places)), row.name, row.id))
    return [row.id for row in people if _is_chosen(row, names, choice)]


def chosen_desks(names: Catalogue, choice: Choice, own: Own) -> list[int]:
    """In their order. Raises InvalidInput, also where people are chosen instead."""
    if choice.which in ("people", "renewed"):
        raise InvalidInput({"which": gettext("This is printed desk by desk: choose desks, or an agency.")})
    _check_places(names, choice, own)
    return [
        desk.id
        for desk in names.desks.values()
        if (own is None or desk.id in own)
        and (choice.which != "desks" or desk.id in choice.desks)
        and (choice.which != "agency" or desk.agency_id == choice.agency)
    ]


def staff_with_shifts(session: Session, trip_id: int, bounds: Bounds | None) -> set[int]:
    """Who is planned in a time."""
    query = select(SHIFTS.c.staff_id).join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
    query = query.where(STAFF.c.trip_id == trip_id, SHIFTS.c.state.in_(COVERS)).distinct()
    return set(session.scalars(within(query, SHIFTS, bounds)))


def desks_with_shifts(session: Session, desk_ids: Collection[int], bounds: Bounds | None) -> set[int]:
    """Which of the desks have somebody planned in a time, or need them."""
    needed = select(NEEDS.c.desk_id).where(NEEDS.c.desk_id.in_(desk_ids)).distinct()
    planned = select(SHIFTS.c.desk_id).where(SHIFTS.c.desk_id.in_(desk_ids), SHIFTS.c.state.in_(COVERS))
    found = set(session.scalars(within(needed, NEEDS, bounds)))
    return found | set(session.scalars(within(planned.distinct(), SHIFTS, bounds)))


def _is_chosen(row: Any, names: Catalogue, choice: Choice) -> bool:
    if choice.which == "desks":
        return row.home_desk_id in choice.desks
    if choice.which == "agency":
        desk = names.desks.get(row.home_desk_id or 0)
        return (row.agency_id or (desk.agency_id if desk else None)) == choice.agency
    if choice.which == "people":
        return row.personnel_number in choice.numbers
    return bool(row.renewed) if choice.which == "renewed" else True


def _check_places(names: Catalogue, choice: Choice, own: Own) -> None:
    if choice.which == "agency" and choice.agency not in names.agencies:
        raise InvalidInput({"agency": gettext("Choose an agency.")})
    if choice.which != "desks":
        return
    if not choice.desks:
        raise InvalidInput({"desks": gettext("Tick at least one desk.")})
    if not set(choice.desks) <= (names.desks.keys() if own is None else own & names.desks.keys()):
        raise InvalidInput({"desks": gettext("One of these desks isn't in this trip, or isn't yours.")})


def _check_numbers(choice: Choice, known: set[str]) -> None:
    if choice.which != "people":
        return
    if not choice.numbers:
        raise InvalidInput({"numbers": gettext("Type at least one personnel number.")})
    unknown = [number for number in choice.numbers if number not in known]
    if unknown:
        shown = gettext(", ").join(unknown[:_NAMED]) + ("…" if len(unknown) > _NAMED else "")
        words = gettext("Nobody here has these personnel numbers: %(numbers)s", numbers=shown)
        raise InvalidInput({"numbers": words})
