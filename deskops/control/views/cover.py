"""Cover on the wall: who is at each desk of those who should be."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access
from deskops.accounts.actor import Actor
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.desks.queries import catalogue
from deskops.staff.queries.cover import DeskCover, cover_by_desk


@blueprint.get("/cover/wall")
@access("cover.view")
def wall_cover(trip_id: int) -> ResponseReturnValue:
    """The tiles' cover and its totals, each to be swapped for what stands there; nothing in them without a plan."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = cover_by_desk(session, trip_id, clock.now())
    return render_template(
        "control/cover.html",
        desks=[desk.id for desk in names.working_desks()],
        cover=found,
        there=sum(one.there for one in found.values()),
        expected=sum(one.expected for one in found.values()),
        missing=sum(one.missing for one in found.values()),
        at_risk=sum(one.at_risk for one in found.values()),
    )


def desk_cover(session: Session, actor: Actor, trip_id: int, desk_id: int) -> DeskCover | None:
    """One desk's, for whoever may see it; None where nobody is planned or present."""
    own = actor.desk_ids("cover.view", trip_id) if actor.may("cover.view", trip_id) else frozenset()
    if own is not None and desk_id not in own:
        return None
    return cover_by_desk(session, trip_id, clock.now()).get(desk_id)
