"""What the public may do by itself: come in at a desk's sign, and answer an offer."""

from __future__ import annotations

from deskops.accounts.actor import PUBLIC
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services import offers
from deskops.demands.services.intake import Registered, Registration, register
from deskops.public.errors import DeskNotOpen
from deskops.public.forms import CheckInForm
from deskops.public.queries import sign, turn_of_token


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


def answer_offer(uow: UnitOfWork, receipt_token: str, answer: str, phone: str) -> str:
    """Accept, refuse, or wait where one stood after all; returns what the answer was.

    Raises UnknownReceipt, NotFound for another answer, and what the services of the offer raise.
    """
    trip_id, ticket_id = turn_of_token(uow.session, receipt_token)
    if answer == "accept":
        offers.accept(uow, PUBLIC, trip_id, ticket_id, phone)
    elif answer == "refuse":
        offers.refuse(uow, PUBLIC, trip_id, ticket_id)
    elif answer == "return":
        offers.return_to_place(uow, PUBLIC, trip_id, ticket_id)
    else:
        raise NotFound()
    return answer
