"""What the public may do by itself: come in at a desk's sign."""

from __future__ import annotations

from deskops.accounts.actor import PUBLIC
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services.intake import Registered, Registration, register
from deskops.public.errors import DeskNotOpen
from deskops.public.forms import CheckInForm
from deskops.public.queries import sign


def check_in(uow: UnitOfWork, sign_token: str, form: CheckInForm) -> Registered:
    """Register a walk-in at the site of a desk's sign; rule A finds the desk, which may be its neighbour.

    Raises UnknownSign, DeskNotOpen, and what `intake.register` raises.
    """
    at = sign(uow.session, sign_token)
    if not at.takes_walk_ins:
        raise DeskNotOpen()
    wanted = Registration(
        topic_id=form.topic_id,
        channel="walk_in",
        site_id=at.desk.site_id,
        phone=form.phone or None,
        language=form.language,
    )
    return register(uow, PUBLIC, at.names.trip.id, wanted)
