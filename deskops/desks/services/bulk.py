"""Many desks changed at once: hours, states, places, what they take, their line, agency and staff need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.document.needs import fault_of, words_for
from deskops.desks.errors import ReasonNeeded
from deskops.desks.models import Agency, Desk, DeskHours, Place
from deskops.desks.queries import Catalogue
from deskops.desks.queries.needs import need_of_desk
from deskops.desks.rules import Need, usual_need
from deskops.desks.services.changes import Changed, Changes
from deskops.desks.services.desks import DESK
from deskops.desks.services.hours import Span, Week, put_hours
from deskops.desks.services.needs import put_needs
from deskops.desks.services.numbering import leave_numbers, numbers_after
from deskops.desks.services.seats import COUNTER, PHONE, Seats, check_seats, set_seats
from deskops.desks.services.states import become


@dataclass(frozen=True, kw_only=True)
class DesksEdit:
    """What many desks are to have in common; what is None stays with each. `state` is one that they can be put into;
    `numbers` says how they share their numbers out among themselves, as in numbering.py.
    """

    hours: Span | None = None
    state: str | None = None
    reason: str = ""
    walk_ins: bool | None = None
    calls: bool | None = None
    line: str | None = None
    agency_id: int | None = None
    counters: int | None = None
    phones: int | None = None
    minimum: int | None = None
    target: int | None = None
    supervisors: int | None = None
    numbers: str | None = None

    def columns(self) -> dict[str, Any]:
        """As the row holds it."""
        names = ("walk_ins", "calls", "line", "agency_id")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    def need(self) -> dict[str, Any]:
        """What is said of the staff that each desk needs."""
        values = {name: getattr(self, name) for name in ("minimum", "target", "supervisors")}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        counted = (self.hours, self.state, self.counters, self.phones, self.numbers)
        return not (self.columns() or self.need()) and all(value is None for value in counted)


@dataclass(frozen=True)
class Outlook:
    """Of the desks that were ticked, those that would be different afterwards."""

    ticked: int
    changing: list[Desk]


def ticked(names: Catalogue, desk_ids: Collection[int], site_ids: Collection[int]) -> list[int]:
    """The desks that are named, and all that work at named sites."""
    at_sites = {desk.id for desk in names.working_desks() if desk.site_id in site_ids}
    return sorted(at_sites | set(desk_ids))


def outlook(session: Session, trip_id: int, desk_ids: Collection[int], edit: DesksEdit) -> Outlook:
    """What an edit would change. Raises NotFound, InvalidInput, ReasonNeeded."""
    return _outlook(session, _chosen(session, trip_id, desk_ids), edit)


def edit_desks(
    uow: UnitOfWork, actor: Actor, trip_id: int, desk_ids: Collection[int], edit: DesksEdit
) -> Changed:
    """Change several desks, in one change that is taken back whole; states are left by another state, not taken back.

    Raises NotFound, Forbidden, InvalidInput, ReasonNeeded, PlaceInUse.
    """
    actor.require("trip.setup", trip_id)
    desks = _chosen(uow.session, trip_id, desk_ids, locked=True)
    changing = _outlook(uow.session, desks, edit).changing
    changes = Changes(uow, trip_id)
    numbers = numbers_after(desks, edit.numbers)
    leave_numbers(uow.session, [desk.id for desk in changing if _is_renumbered(desk, numbers)])
    for desk in changing:
        _edit_one(uow, changes, desk, edit, numbers)
    label = gettext(", ").join(desk.short_fa or desk.name_fa for desk in changing)
    change = changes.keep(DESK, desks[0].id, label)
    if edit.state is not None:
        moving = [desk for desk in changing if rules.desk_may_become(desk.state, edit.state)]
        become(uow, moving, edit.state, edit.reason)
    return Changed(desks[0].id, desks[0].version, change)


def _edit_one(
    uow: UnitOfWork, changes: Changes, desk: Desk, edit: DesksEdit, numbers: Mapping[int, int]
) -> None:
    version = desk.version
    changes.update(desk, number=numbers.get(desk.id, desk.number), **edit.columns())
    seats = _seats(uow.session, desk, edit)
    if seats is not None:
        set_seats(uow, changes, desk, seats)
    need = _need(uow.session, desk, edit)
    if need is not None:
        put_needs(uow, changes, {desk.id: need})
    if edit.hours is not None:
        put_hours(uow, changes, desk, edit.hours.week())
    if desk.version == version:
        desk.version += 1


def _outlook(session: Session, desks: list[Desk], edit: DesksEdit) -> Outlook:
    if edit.is_empty:
        raise InvalidInput({"state": gettext("Choose what the desks are to have.")})
    if edit.state in rules.NEEDS_REASON and not edit.reason:
        raise ReasonNeeded(field="reason")
    agency = None if edit.agency_id is None else session.get(Agency, edit.agency_id)
    if edit.agency_id is not None and (agency is None or agency.retired_at is not None):
        raise InvalidInput({"agency_id": gettext("Choose one from the list.")})
    for desk in desks:
        _refuse_idle(desk, edit)
    week = {} if edit.hours is None else edit.hours.week()
    numbers = numbers_after(desks, edit.numbers)
    differing = [
        desk for desk in desks if _is_renumbered(desk, numbers) or _differs(session, desk, edit, week)
    ]
    return Outlook(len(desks), differing)


def _is_renumbered(desk: Desk, numbers: Mapping[int, int]) -> bool:
    return numbers.get(desk.id, desk.number) != desk.number


def _refuse_idle(desk: Desk, edit: DesksEdit) -> None:
    walk_ins = desk.walk_ins if edit.walk_ins is None else edit.walk_ins
    calls = desk.calls if edit.calls is None else edit.calls
    if not (walk_ins or calls):
        message = gettext("%(name)s would take neither walk-ins nor calls.", name=desk.name)
        raise InvalidInput({"walk_ins": message})


def _differs(session: Session, desk: Desk, edit: DesksEdit, week: Week) -> bool:
    if any(getattr(desk, name) != value for name, value in edit.columns().items()):
        return True
    if edit.state is not None and rules.desk_may_become(desk.state, edit.state):
        return True
    if _seats(session, desk, edit) is not None or _need(session, desk, edit) is not None:
        return True
    query = select(DeskHours).where(DeskHours.desk_id == desk.id, DeskHours.day.in_(week))
    known = {row.day: (row.opens, row.closes) for row in session.scalars(query)} if week else {}
    return any(known.get(day) != hours for day, hours in week.items())


def _seats(session: Session, desk: Desk, edit: DesksEdit) -> Seats | None:
    """The places that the desk is to have, by kind; None where it has them."""
    wanted = {COUNTER: edit.counters, PHONE: edit.phones}
    counted = select(Place.kind, func.count()).where(Place.desk_id == desk.id).group_by(Place.kind)
    known: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    seats = {kind: known.get(kind, 0) if count is None else count for kind, count in wanted.items()}
    if all(known.get(kind, 0) == count for kind, count in seats.items()):
        return None
    check_seats(seats)
    return seats


def _need(session: Session, desk: Desk, edit: DesksEdit) -> Need | None:
    """The staff that the desk is to need; None where that is so already. Raises InvalidInput with the desk's name."""
    if not edit.need():
        return None
    known = need_of_desk(session, desk.id)
    places = select(func.count()).select_from(Place).where(Place.desk_id == desk.id)
    need = replace(known or usual_need(session.scalar(places) or 0), **edit.need())
    field = fault_of(need)
    if field is not None:
        raise InvalidInput({field: f"{desk.name}{gettext(':')} {words_for(field, need)}"})
    return None if need == known else need


def _chosen(session: Session, trip_id: int, desk_ids: Collection[int], *, locked: bool = False) -> list[Desk]:
    if not desk_ids:
        raise InvalidInput({"desk_ids": gettext("Tick the desks first, or a whole site.")})
    query = select(Desk).where(Desk.trip_id == trip_id, Desk.id.in_(desk_ids), Desk.retired_at.is_(None))
    query = query.order_by(Desk.number)
    desks = list(session.scalars(query.with_for_update(key_share=True) if locked else query))
    if len(desks) != len(set(desk_ids)):
        raise NotFound()
    return desks
