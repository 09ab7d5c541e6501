"""What may be wrong with a form on paper that is typed in: its code, its times, and how the service ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound, Refusal
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
    UnknownOutcome,
    UnknownTopic,
)
from deskops.demands.load import CACHE
from deskops.demands.models import Demand, PaperForm
from deskops.demands.services import intake
from deskops.demands.services.intake import Registration
from deskops.desks.models import Desk, Topic, Trip

FORMS, DEMANDS, DESKS, TRIPS = table_of(PaperForm), table_of(Demand), table_of(Desk), table_of(Trip)
TOPICS = table_of(Topic)
PHASES = ("live", "follow_up")


@dataclass(frozen=True)
class Ending:
    """How a service on paper ended: its outcome as in rules.py, and when. `desk_id` None: the form's own desk, or its
    topic's.
    """

    outcome: str
    at: datetime
    desk_id: int | None = None
    note: str = ""


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


def desk_of_form(session: Session, form: Row[Any], topic_id: int) -> int | None:
    """The desk that a form was printed for; for one of any desk the topic's default desk, unless that is retired."""
    if form.desk_id is not None:
        return int(form.desk_id)
    default = select(DESKS.c.id).join(TOPICS, TOPICS.c.default_desk_id == DESKS.c.id)
    own = (TOPICS.c.id == topic_id, TOPICS.c.trip_id == form.trip_id, DESKS.c.retired_at.is_(None))
    return session.execute(default.where(*own)).scalar()


def at_its_site(session: Session, form: Row[Any], wanted: Registration) -> Registration:
    """A walk-in without a site waits at that of the form's desk."""
    if wanted.channel != "walk_in" or wanted.site_id is not None:
        return wanted
    desk_id = desk_of_form(session, form, wanted.topic_id)
    site = select(DESKS.c.site_id).where(DESKS.c.id == desk_id)
    return replace(wanted, site_id=session.execute(site).scalar())


def problems(
    session: Session,
    form: Row[Any],
    wanted: Registration,
    *,
    at: datetime,
    ending: Ending | None,
    now: datetime,
) -> Iterator[Refusal]:
    """All that keeps an unused form, its site filled in, from being typed in. Raises NotFound for an unknown trip."""
    yield from time_problems(session, form.trip_id, at, now)
    if ending is None:
        yield from _not_taken_in(session, form.trip_id, wanted)
    else:
        yield from _ending_problems(session, form, wanted, at, ending, now)


def time_problems(session: Session, trip_id: int, at: datetime, now: datetime) -> Iterator[Refusal]:
    """Forms give minutes: the minute in which the trip was set up still counts."""
    created_at = session.execute(select(TRIPS.c.created_at).where(TRIPS.c.id == trip_id)).scalar()
    if created_at is None:
        raise NotFound()
    if at > now:
        yield TimeAhead(field="clock")
    if at < created_at.replace(second=0, microsecond=0):
        yield TimeBeforeTrip(field="clock")


def _not_taken_in(session: Session, trip_id: int, wanted: Registration) -> Iterator[Refusal]:
    with CACHE.held(session, trip_id) as trip:
        try:
            intake.location_of(trip, wanted)
        except Refusal as refusal:
            yield refusal


def _ending_problems(
    session: Session, form: Row[Any], wanted: Registration, at: datetime, ending: Ending, now: datetime
) -> Iterator[Refusal]:
    with CACHE.held(session, form.trip_id) as trip:
        phase, topics = trip.phase, trip.topics
    if phase not in PHASES:
        yield PaperClosed(details={"phase": phase})
    if wanted.topic_id not in topics:
        yield UnknownTopic(field="topic_id")
    if rules.demand_state_after(ending.outcome) is None:
        yield UnknownOutcome(field="outcome")
    if ending.outcome in rules.NEEDS_NOTE and not ending.note:
        yield NoteNeeded(field="note")
    if ending.at > now:
        yield TimeAhead(field="done_clock")
    if ending.at < at:
        yield EndBeforeBeginning(field="done_clock")
    served_at = desk_of_form(session, form, wanted.topic_id) if ending.desk_id is None else ending.desk_id
    known = select(DESKS.c.id).where(DESKS.c.id == served_at, DESKS.c.trip_id == form.trip_id)
    if session.execute(known).first() is None:
        yield ServingDeskNeeded(field="desk_id")
