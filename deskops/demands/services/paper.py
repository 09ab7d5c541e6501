"""Forms on paper, for when all power is gone: their codes are reserved as they are printed, and they are typed in later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core import numbers
from deskops.core.codes import new_paper_code
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import (
    CodeOfReceipt,
    EndBeforeBeginning,
    FormOfAnotherTrip,
    FormTypedInAlready,
    NoSuchForm,
    NoteNeeded,
    PaperClosed,
    ServingDeskNeeded,
    TimeAhead,
    TimeBeforeTrip,
    TooManyForms,
    UnknownOutcome,
    UnknownTopic,
)
from deskops.demands.events import FormsPrinted, FormTypedIn, ServedOnPaper
from deskops.demands.load import CACHE
from deskops.demands.models import Demand, PaperForm
from deskops.demands.services import intake
from deskops.demands.services.intake import Registration
from deskops.demands.services.tickets import Act
from deskops.desks.models import Desk, Trip

FORMS, DEMANDS, DESKS, TRIPS = table_of(PaperForm), table_of(Demand), table_of(Desk), table_of(Trip)
# Each takes some 4 ms to make: more at once would keep others waiting for seconds.
MOST_FORMS = 600
_PHASES = ("live", "follow_up")


@dataclass(frozen=True)
class Ending:
    """How a service on paper ended: its outcome as in rules.py, and when. `desk_id` None: the form's own desk."""

    outcome: str
    at: datetime
    desk_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class TypedIn:
    """What a form became. `ticket` is None where the person was served on paper."""

    demand_id: int
    code: str
    ticket: Row[Any] | None


def reserve(
    uow: UnitOfWork, trip_id: int, desk_ids: Sequence[int], copies: int, loose: int = 0
) -> int | None:
    """Reserve codes for `copies` forms of each of the trip's desks and for `loose` ones of no desk; returns the batch's
    number, None where that is no form at all. Raises TooManyForms.
    """
    owners = [*(desk_id for desk_id in desk_ids for _ in range(copies)), *[None] * loose]
    if len(owners) > MOST_FORMS:
        raise TooManyForms(count=len(owners), most=MOST_FORMS)
    if not owners:
        return None
    batch = numbers.take(uow.session, f"paper:{trip_id}")
    shared = {"trip_id": trip_id, "batch": batch, "printed_at": uow.now, "printed_by": uow.actor.user_id}
    codes = _new_codes(uow, len(owners))
    rows = [shared | {"code": code, "desk_id": desk} for code, desk in zip(codes, owners, strict=True)]
    uow.session.execute(insert(FORMS), rows)
    uow.record(FormsPrinted(trip_id=trip_id, batch=batch, count=len(rows)))
    return batch


def _new_codes(uow: UnitOfWork, count: int) -> list[str]:
    """Codes of no form. Among so many random ones a collision is rare, not impossible."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_paper_code() for _ in range(count - len(codes))}
        taken = select(FORMS.c.code).where(FORMS.c.code.in_(fresh))
        codes |= fresh - set(uow.session.execute(taken).scalars())
    return list(codes)


def type_in(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    code: str,
    wanted: Registration,
    *,
    at: datetime,
    ending: Ending | None = None,
) -> TypedIn:
    """Make the demand of a form, at the time that was written on it: into a queue now, or ended where it was served on
    paper. A walk-in without a site waits at that of the form's desk.

    Raises Forbidden; FormTypedInAlready, which names the first demand; NoSuchForm, FormOfAnotherTrip, CodeOfReceipt;
    TimeAhead, TimeBeforeTrip, EndBeforeBeginning; PaperClosed, ServingDeskNeeded, UnknownOutcome, NoteNeeded; and as
    `intake.take_in`.
    """
    actor.require("paper.enter", trip_id)
    form = unused_form(uow.session, trip_id, code, for_update=True)
    _check_time(uow, trip_id, at)
    doing = Act(uow, actor, at)
    wanted = _at_its_site(uow, form, wanted)
    if ending is None:
        made = intake.take_in(doing, replace(doing, at=uow.now), trip_id, wanted, code)
        typed_in = TypedIn(made.demand_id, code, made.ticket)
    else:
        typed_in = TypedIn(_served(doing, form, wanted, ending), code, None)
    used = {"used_at": uow.now, "used_by": actor.user_id, "demand_id": typed_in.demand_id}
    uow.session.execute(update(FORMS).where(FORMS.c.code == code).values(used))
    uow.record(FormTypedIn(trip_id=trip_id, demand_id=typed_in.demand_id, batch=form.batch), at)
    return typed_in


def unused_form(session: Session, trip_id: int, code: str, *, for_update: bool = False) -> Row[Any]:
    """A form that can be typed in; locked until the commit, two who type it in make one demand.

    Raises NoSuchForm, CodeOfReceipt, FormOfAnotherTrip, FormTypedInAlready.
    """
    query = select(FORMS).where(FORMS.c.code == code)
    form = session.execute(query.with_for_update(key_share=True) if for_update else query).first()
    if form is None:
        registered = select(DEMANDS.c.id).where(DEMANDS.c.code == code, DEMANDS.c.trip_id == trip_id)
        known = session.execute(registered).first() is not None
        raise (CodeOfReceipt if known else NoSuchForm)(field="code")
    if form.trip_id != trip_id:
        raise FormOfAnotherTrip(field="code")
    if form.demand_id is not None:
        raise FormTypedInAlready(field="code", details={"demand_id": form.demand_id})
    return form


def _check_time(uow: UnitOfWork, trip_id: int, at: datetime) -> None:
    """Forms give minutes: the minute in which the trip was set up still counts."""
    created_at = uow.session.execute(select(TRIPS.c.created_at).where(TRIPS.c.id == trip_id)).scalar()
    if created_at is None:
        raise NotFound()
    if at > uow.now:
        raise TimeAhead(field="clock")
    if at < created_at.replace(second=0, microsecond=0):
        raise TimeBeforeTrip(field="clock")


def _at_its_site(uow: UnitOfWork, form: Row[Any], wanted: Registration) -> Registration:
    if wanted.channel != "walk_in" or wanted.site_id is not None or form.desk_id is None:
        return wanted
    site = select(DESKS.c.site_id).where(DESKS.c.id == form.desk_id)
    return replace(wanted, site_id=uow.session.execute(site).scalar_one())


def _served(doing: Act, form: Row[Any], wanted: Registration, ending: Ending) -> int:
    state = _state_after(doing, form.trip_id, wanted, ending)
    desk_id = _serving_desk(doing, form, ending)
    demand = intake.add_demand(
        doing,
        form.trip_id,
        wanted,
        form.code,
        desk_id,
        desk_id=desk_id,
        state=state,
        outcome=ending.outcome,
        outcome_note=ending.note,
        closed_at=ending.at if state == rules.CLOSED else None,
    )
    served = ServedOnPaper(
        trip_id=form.trip_id, demand_id=demand["id"], desk_id=desk_id, outcome=ending.outcome, state=state
    )
    doing.uow.record(served, ending.at)
    return int(demand["id"])


def _state_after(doing: Act, trip_id: int, wanted: Registration, ending: Ending) -> str:
    """The demand's state by its outcome, once all that was written fits."""
    with CACHE.held(doing.uow.session, trip_id) as trip:
        phase, topics = trip.phase, trip.topics
    if phase not in _PHASES:
        raise PaperClosed(details={"phase": phase})
    if wanted.topic_id not in topics:
        raise UnknownTopic(field="topic_id")
    state = rules.demand_state_after(ending.outcome)
    if state is None:
        raise UnknownOutcome(field="outcome")
    if ending.outcome in rules.NEEDS_NOTE and not ending.note:
        raise NoteNeeded(field="note")
    if ending.at > doing.uow.now:
        raise TimeAhead(field="done_clock")
    if ending.at < doing.at:
        raise EndBeforeBeginning(field="done_clock")
    return state


def _serving_desk(doing: Act, form: Row[Any], ending: Ending) -> int:
    wanted = form.desk_id if ending.desk_id is None else ending.desk_id
    known = select(DESKS.c.id).where(DESKS.c.id == wanted, DESKS.c.trip_id == form.trip_id)
    desk_id = doing.uow.session.execute(known).scalar()
    if desk_id is None:
        raise ServingDeskNeeded(field="desk_id")
    return int(desk_id)
