"""What stands on badges."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core import runtime
from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.desks.queries import Catalogue
from deskops.staff.badges import badge_code
from deskops.staff.models import StaffMember
from deskops.staff.rules.printing import BADGES_A_SHEET

STAFF = table_of(StaffMember)
# Some databases take no more values than this in one statement.
AT_ONCE = 500


@dataclass(frozen=True)
class Badge:
    """One card. `code` is what its QR code says; `version` tells an old one from one that holds."""

    staff_id: int
    role: str
    name: str
    number: str
    version: int
    desk: str
    agency: str
    code: str


def badge_sheets(session: Session, names: Catalogue, staff_ids: Collection[int]) -> list[list[Badge]]:
    """Ten to a sheet, by desk and name, so that they can be handed out desk by desk. Who was retired meanwhile gets none."""
    found = [
        row
        for ids in chunks(staff_ids)
        for row in session.execute(
            select(STAFF).where(
                STAFF.c.trip_id == names.trip.id, STAFF.c.id.in_(ids), STAFF.c.retired_at.is_(None)
            )
        )
    ]
    places = {desk_id: place for place, desk_id in enumerate(names.desks)}
    found.sort(key=lambda row: (places.get(row.home_desk_id, len(places)), row.name, row.id))
    badges = [_badge(row, names) for row in found]
    return [badges[start : start + BADGES_A_SHEET] for start in range(0, len(badges), BADGES_A_SHEET)]


def chunks(ids: Collection[int]) -> list[list[int]]:
    """Ids in lists that are short enough for one statement."""
    listed = list(ids)
    return [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]


def desk_title(names: Catalogue, desk_id: int | None) -> str:
    """Number and name; empty for somebody without a desk."""
    desk = names.desks.get(desk_id or 0)
    return "" if desk is None else f"{digits(desk.number)} – {desk.name}"


def agency_title(names: Catalogue, agency_id: int | None, desk_id: int | None) -> str:
    """The person's own agency, else their desk's."""
    desk = names.desks.get(desk_id or 0)
    agency = names.agencies.get(agency_id or (desk.agency_id if desk else None) or 0)
    return "" if agency is None else agency.name


def _badge(row: Any, names: Catalogue) -> Badge:
    secret = runtime.current().settings.secret_key
    return Badge(
        staff_id=row.id,
        role=row.role,
        name=row.name,
        number=row.personnel_number,
        version=row.badge_version,
        desk=desk_title(names, row.home_desk_id),
        agency=agency_title(names, row.agency_id, row.home_desk_id),
        code=badge_code(secret, names.trip.id, row.id, row.badge_version),
    )
