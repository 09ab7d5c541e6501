"""Text messages to people who work, in their own language; to nobody whose mobile isn't known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, select

from deskops.accounts.models import User
from deskops.control.models import StaffMove
from deskops.core import messages
from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.core.i18n import LANGUAGES, PERSIAN, gettext, using_language
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk, Place, Site
from deskops.staff.models import StaffMember

SMS = "sms"
STAFF = table_of(StaffMember)


def write_to_staff(uow: UnitOfWork, staff: Row[Any] | None, once_key: str, words: Callable[[], str]) -> None:
    """A text message to a staff member, once a key; `words` is called in their language."""
    if staff is None or not staff.mobile:
        return
    user = None if staff.user_id is None else uow.session.get(User, staff.user_id)
    with using_language(user.language if user and user.language in LANGUAGES else PERSIAN):
        text = words()
    messages.queue(
        uow.session,
        trip_id=staff.trip_id,
        channel=SMS,
        address=staff.mobile,
        text=text,
        once_key=once_key,
        now=uow.now,
    )


def tell_moved(uow: UnitOfWork, row: StaffMove, staff: Row[Any] | None, place: Place | None) -> None:
    """Where somebody is to work from now on, and at which counter."""
    desk = uow.session.get_one(Desk, row.to_desk_id)
    site = uow.session.get_one(Site, desk.site_id)

    def words() -> str:
        facts = {"desk": digits(desk.number), "name": desk.short, "site": site.short}
        if place is None:
            return gettext("Please go to desk %(desk)s, %(name)s (%(site)s), and help there.", **facts)
        return gettext(
            "Please go to desk %(desk)s, %(name)s (%(site)s). Counter %(counter)s is open in your name.",
            counter=digits(place.number),
            **facts,
        )

    write_to_staff(uow, staff, f"staff-move-{row.id}", words)


def tell_left_empty(uow: UnitOfWork, place: Place, name: str, break_id: int) -> None:
    """A desk's head reads that a counter of theirs has nobody."""
    desk = uow.session.get_one(Desk, place.desk_id)

    def words() -> str:
        return gettext(
            "Desk %(desk)s: %(name)s is on a break, and nobody is at counter %(counter)s.",
            desk=digits(desk.number),
            counter=digits(place.number),
            name=name,
        )

    named = (STAFF.c.trip_id == place.trip_id, STAFF.c.user_id == desk.head_user_id)
    head = None if desk.head_user_id is None else uow.session.execute(select(STAFF).where(*named)).first()
    if head is not None and head.user_id != uow.actor.user_id:
        write_to_staff(uow, head, f"left-empty-{break_id}", words)
