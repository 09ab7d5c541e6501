"""The move itself: out of one desk and into another, with counter, presence and word to the person, in one transaction.

Rows are locked in one order: the staff member, the user, their counter, the move. A counter at the other desk that is
being taken isn't waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from deskops.accounts.actor import Grant
from deskops.accounts.models import User
from deskops.accounts.permissions import STAFF
from deskops.accounts.queries import actor_of_user
from deskops.accounts.services.managing import add_followed_grant
from deskops.control.events import StaffMoveArrived, StaffMoveBegun, StaffMoveEvent, StaffMoveTakenBack
from deskops.control.models import StaffMove
from deskops.control.rules.advice import ARRIVED, TAKEN_BACK, UNDER_WAY
from deskops.control.services import telling_staff
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services.seating import close_seat, locked_seat_of, open_free_place
from deskops.demands.services.tickets import may_at
from deskops.desks.models import Desk, Place
from deskops.desks.rules import CLOSED, FAILED
from deskops.staff.models import StaffMember
from deskops.staff.queries.attendance import PRESENCES
from deskops.staff.rules import IN, MOVE, OUT
from deskops.staff.rules.presence import Spot
from deskops.staff.services.presence import locked_staff
from deskops.staff.services.scanning import put_scan


@dataclass(frozen=True)
class Whereabouts:
    """Somebody who works, locked: their account, their row among the staff, their counter, and where they are checked in;
    None each where there is none.
    """

    user: User | None
    staff: Row[Any] | None
    place: Place | None
    spot: Spot | None
    rests: bool = False

    @property
    def is_free(self) -> bool:
        """Whether they could go to a counter: they have none, and aren't on a break."""
        return self.place is None and not self.rests

    @property
    def belongs(self) -> bool:
        """Whether a counter may be theirs: their account is open, and they haven't left the trip."""
        left = self.staff is not None and self.staff.retired_at is not None
        return self.user is not None and bool(self.user.active) and not left

    @property
    def staff_id(self) -> int:
        return 0 if self.staff is None else int(self.staff.id)

    @property
    def name(self) -> str:
        return "" if self.staff is None else str(self.staff.name)


def whereabouts(uow: UnitOfWork, trip_id: int, user_id: int) -> Whereabouts:
    """Lock somebody and their counter, and see where they are."""
    query = select(StaffMember.id).where(StaffMember.trip_id == trip_id, StaffMember.user_id == user_id)
    found = locked_staff(uow, trip_id, set(uow.session.scalars(query.order_by(StaffMember.id).limit(1))))
    return _seen(uow, trip_id, next(iter(found.values()), None), user_id)


def whereabouts_of(uow: UnitOfWork, trip_id: int, staff_ids: set[int]) -> dict[int, Whereabouts]:
    """The same of staff members, by id; whom the trip doesn't have is left out."""
    found = locked_staff(uow, trip_id, staff_ids)
    return {staff_id: _seen(uow, trip_id, row, row.user_id) for staff_id, row in sorted(found.items())}


def _seen(uow: UnitOfWork, trip_id: int, staff: Row[Any] | None, user_id: int | None) -> Whereabouts:
    locked = select(User).where(User.id == user_id).with_for_update(key_share=True)
    user = None if user_id is None else uow.session.scalar(locked)
    place = None if user_id is None else locked_seat_of(uow, trip_id, user_id)
    here = None
    if staff is not None:
        lasting = (PRESENCES.c.staff_id == staff.id, PRESENCES.c.ended_at.is_(None))
        here = uow.session.execute(select(PRESENCES).where(*lasting)).first()
    if here is None:
        return Whereabouts(user, staff, place, None)
    return Whereabouts(user, staff, place, Spot(here.desk_id, here.site_id), here.break_since is not None)


def takes_staff(uow: UnitOfWork, desk_id: int) -> bool:
    """Whether somebody who is sent to a desk at once finds work there, now or soon."""
    desk = uow.session.get_one(Desk, desk_id)
    return desk.retired_at is None and desk.state not in (CLOSED, FAILED)


def set_out(uow: UnitOfWork, row: StaffMove, who: Whereabouts, *, told: bool) -> None:
    """Somebody leaves their counter and desk. Where the other desk stands at the same site they are taken to be there: a
    free counter is opened in their name, which counts at once. `told`: they are written to, if a mobile is known.

    Raises PlaceBusy.
    """
    leave(uow, row, who)
    same_site = _site_of(uow, row.to_desk_id) == _site_here(uow, who)
    place = open_free_place(uow, row.trip_id, row.to_desk_id, row.user_id) if same_site else None
    if told:
        telling_staff.tell_moved(uow, row, who.staff, place)


def leave(uow: UnitOfWork, row: StaffMove, who: Whereabouts) -> None:
    """The first half of it: away from where they are, on the way to where they are wanted. Raises PlaceBusy."""
    row.went_at = uow.now
    become(uow, row, UNDER_WAY, StaffMoveBegun)
    # So that who follows what happens at counters finds them on the way already.
    uow.session.flush()
    if who.place is not None:
        close_seat(uow, who.place)
    let_work(uow, row.trip_id, row.user_id, row.to_desk_id)
    if who.staff is not None and who.spot is not None:
        _check_over(uow, row, who.staff.id, who.spot)


def arrive(uow: UnitOfWork, row: StaffMove) -> None:
    """They are there."""
    row.arrived_at = uow.now
    end(uow, row, ARRIVED, StaffMoveArrived)


def give_up(uow: UnitOfWork, row: StaffMove) -> None:
    """They stay where they are, or are back."""
    end(uow, row, TAKEN_BACK, StaffMoveTakenBack)


def end(uow: UnitOfWork, row: StaffMove, state: str, event: type[StaffMoveEvent]) -> None:
    row.ended_at = uow.now
    become(uow, row, state, event)


def become(uow: UnitOfWork, row: StaffMove, state: str, event: type[StaffMoveEvent]) -> None:
    """Write a move's new state down, and tell it."""
    row.state, row.version = state, row.version + 1
    uow.record(move_event(row, event))


def move_event(row: StaffMove, event: type[StaffMoveEvent]) -> StaffMoveEvent:
    return event(
        trip_id=row.trip_id,
        move_id=row.id,
        advice_id=row.advice_id,
        user_id=row.user_id,
        from_desk_id=row.from_desk_id,
        desk_id=row.to_desk_id,
    )


def let_work(uow: UnitOfWork, trip_id: int, user_id: int, desk_id: int) -> None:
    """Give somebody the role to work at a desk, which stays theirs."""
    actor = actor_of_user(uow.session, user_id)
    if actor is None or not may_at(actor, "place.choose", trip_id, desk_id):
        add_followed_grant(uow, user_id, Grant(STAFF, trip_id, desk_id))


def _check_over(uow: UnitOfWork, row: StaffMove, staff_id: int, spot: Spot) -> None:
    """Checked in at the other desk where it is next door; else checked out, until they check in there."""
    there = Spot(row.to_desk_id, _site_of(uow, row.to_desk_id))
    kind, where = (IN, there) if there.site_id == spot.site_id else (OUT, spot)
    put_scan(uow, uow.actor, row.trip_id, staff_id, kind, where, MOVE, uow.now)


def _site_here(uow: UnitOfWork, who: Whereabouts) -> int | None:
    if who.place is not None:
        return _site_of(uow, who.place.desk_id)
    return None if who.spot is None else who.spot.site_id


def _site_of(uow: UnitOfWork, desk_id: int) -> int:
    return uow.session.get_one(Desk, desk_id).site_id
