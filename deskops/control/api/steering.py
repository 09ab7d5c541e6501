"""JSON API of priorities and fairness, beside the rest of this room's."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.api.running import api
from deskops.control.forms import DayForm, PrioritiesForm
from deskops.control.queries.fairness import fairness
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.web import perform
from deskops.demands.priorities import Priorities, priorities_of
from deskops.demands.services import priorities as services
from deskops.desks.models import Trip
from deskops.desks.queries import catalogue


@api.get("/balance/priorities")
@access("priorities.set")
def priorities(trip_id: int) -> ResponseReturnValue:
    """`{version, elderly, disabled, infant, far, urgent, own_topic, topics: {id: minutes}}`; what isn't 0 counts."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify(_json(*priorities_of(session, trip_id)))


@api.post("/balance/priorities")
@access("priorities.set")
def set_priorities(trip_id: int) -> ResponseReturnValue:
    """All of them, with the version that was read; a topic that isn't named has none."""
    actor, form = current_actor(), PrioritiesForm.of_request()
    wanted = form.minutes()

    def work(uow: Any) -> dict[str, Any]:
        return _json(services.set_priorities(uow, actor, trip_id, form.version, wanted), wanted)

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.get("/balance/fairness")
@access("fairness.view")
def overtaken(trip_id: int) -> ResponseReturnValue:
    """`{fairness}` of one day, `?day=`, today otherwise: `{day, at, served, overtaken, share, places, topics, most,
    waiting}`, minutes; null where a day of many turns isn't counted yet.
    """
    now, day = clock.now(), DayForm.of_query().day
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        today = local_day(now, ZoneInfo(session.get_one(Trip, trip_id).timezone))
        figures = fairness(session, trip_id, day or today, now)
    return jsonify({"fairness": None if figures is None else figures.as_json()})


def _json(version: int, minutes: Priorities) -> dict[str, Any]:
    facts = minutes.as_json()
    return {"version": version, **facts.pop("kinds"), **facts}
