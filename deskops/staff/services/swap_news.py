"""What people are told of shifts that change hands, in text messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from deskops.core.dates import datetime_text
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Desk
from deskops.staff.services.notices import tell


def offered(uow: UnitOfWork, line: Row[Any]) -> None:
    """To the colleague who is asked. `line` as in queries.swaps.swap_lines, here and below."""
    tell(
        uow,
        line.trip_id,
        {line.to_staff_id},
        f"swap-offered:{line.id}",
        lambda: gettext(
            "%(name)s offers you a shift: %(shift)s. Look at your shifts.",
            name=line.owner,
            shift=_shift(uow, line),
        ),
    )


def taken(uow: UnitOfWork, line: Row[Any], taker: str) -> None:
    """To whoever offered it."""
    tell(
        uow,
        line.trip_id,
        {line.owner_id},
        f"swap-taken:{line.id}",
        lambda: gettext("%(name)s takes your shift: %(shift)s.", name=taker, shift=_shift(uow, line)),
    )


def approved(uow: UnitOfWork, line: Row[Any]) -> None:
    """To both."""
    tell(
        uow,
        line.trip_id,
        {line.owner_id, line.taken_by},
        f"swap-approved:{line.id}",
        lambda: gettext("Your exchange of shifts was approved: %(shift)s.", shift=_shift(uow, line)),
    )


def refused(uow: UnitOfWork, line: Row[Any]) -> None:
    """To both."""
    tell(
        uow,
        line.trip_id,
        {line.owner_id, line.taken_by},
        f"swap-refused:{line.id}",
        lambda: gettext(
            "Your exchange of shifts was not approved; it stays as it was: %(shift)s.",
            shift=_shift(uow, line),
        ),
    )


def _shift(uow: UnitOfWork, line: Row[Any]) -> str:
    """The offered shift in the reader's words."""
    desk = uow.session.get_one(Desk, line.desk_id)
    return gettext("%(desk)s, %(when)s", desk=desk.short, when=datetime_text(line.starts_at))
