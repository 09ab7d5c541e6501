"""A form on paper that was typed in by mistake, taken back: its code is free again, and its demand counts no longer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select, update

from deskops.accounts.actor import Actor
from deskops.core.codes import new_tracking_code
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import AlreadyBuiltOn, NotOfAForm, PaperClosed
from deskops.demands.events import FormTakenBack, TicketTakenBack
from deskops.demands.load import CACHE
from deskops.demands.models import Contact, Demand, PaperForm, Ticket
from deskops.demands.services.editing import reindex
from deskops.demands.services.paper_checks import PHASES
from deskops.demands.services.tickets import Act, move, ticket_of
from deskops.desks.models import GuidanceUse

CONTACTS, DEMANDS, FORMS, TICKETS = (table_of(model) for model in (Contact, Demand, PaperForm, Ticket))
USES = table_of(GuidanceUse)


def take_back_form(
    uow: UnitOfWork, actor: Actor, trip_id: int, demand_id: int, *, reason: str, note: str = ""
) -> str:
    """Take back what a form became, one's own or, for who may, anybody's; returns the form's code, which can be typed in
    again. The demand stays as an invalid one under a code of its own; its contact is gone, and its turn has ended.

    `reason` is one of rules.PAPER_MISTAKES. Raises NotFound, Forbidden, NotOfAForm, PaperClosed, AlreadyBuiltOn.
    """
    actor.require("paper.enter", trip_id)
    form = _form_of(uow, trip_id, demand_id)
    if form.used_by != actor.user_id:
        actor.require("paper.take_back", trip_id)
    with CACHE.held(uow.session, trip_id) as trip:
        phase = trip.phase
    if phase not in PHASES:
        raise PaperClosed(details={"phase": phase})
    doing = Act(uow, actor, uow.now)
    _end_turn(doing, trip_id, demand_id)
    free = {"demand_id": None, "used_at": None, "used_by": None}
    uow.session.execute(update(FORMS).where(FORMS.c.code == form.code).values(free))
    _invalidate(doing, demand_id, note)
    uow.record(FormTakenBack(trip_id=trip_id, demand_id=demand_id, batch=form.batch, reason=reason))
    return str(form.code)


def _form_of(uow: UnitOfWork, trip_id: int, demand_id: int) -> Row[Any]:
    query = select(FORMS).where(FORMS.c.demand_id == demand_id, FORMS.c.trip_id == trip_id)
    form = uow.session.execute(query.with_for_update(key_share=True)).first()
    if form is not None:
        return form
    known = select(DEMANDS.c.id).where(DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)
    raise NotFound() if uow.session.execute(known).first() is None else NotOfAForm()


def _end_turn(doing: Act, trip_id: int, demand_id: int) -> None:
    """Only somebody who still waits can be taken out of the queue unseen."""
    turns = select(TICKETS.c.id).where(TICKETS.c.demand_id == demand_id).order_by(TICKETS.c.id)
    for ticket_id in doing.uow.session.scalars(turns).all():
        row = ticket_of(doing.uow, trip_id, ticket_id)
        if row.status != rules.WAITING:
            raise AlreadyBuiltOn(row.status)
        move(doing, row, "take_back", TicketTakenBack, done_at=doing.at)


def _invalidate(doing: Act, demand_id: int, note: str) -> None:
    """The form's code is that of what will be typed in from it: this demand gets another, that nobody was given."""
    session = doing.uow.session
    row = session.execute(
        select(DEMANDS).where(DEMANDS.c.id == demand_id).with_for_update(key_share=True)
    ).one()
    # What a desk decided is undone with the form; what came after it isn't.
    as_typed_in = {rules.REGISTERED} if row.outcome is None else {rules.demand_state_after(row.outcome)}
    if row.state not in as_typed_in:
        raise AlreadyBuiltOn(row.state)
    if session.execute(select(USES.c.id).where(USES.c.demand_id == demand_id)).first() is not None:
        raise AlreadyBuiltOn("guidance")
    values = {
        "state": rules.INVALID,
        "outcome": None,
        "outcome_note": note,
        "closed_at": doing.uow.now,
        "contact_id": None,
        "code": new_tracking_code(),
        "version": row.version + 1,
    }
    statement = update(DEMANDS).where(DEMANDS.c.id == demand_id).values(values).returning(DEMANDS)
    reindex(doing.uow, session.execute(statement).one())
    session.execute(delete(CONTACTS).where(CONTACTS.c.id == row.contact_id))
