"""JSON API of trips and their desks, under /api/v1/trips."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.forms import Form
from deskops.core.web import Work, perform
from deskops.desks import forms, queries
from deskops.desks.models import Desk, Place
from deskops.desks.queries import Catalogue, DeskLabel, DeskLine, PlaceLine, SiteLabel, TopicLabel, TripLabel
from deskops.desks.services import add_place, set_desk_state

api = Blueprint("desks_api", __name__, url_prefix="/api/v1/trips")


@api.get("/")
@access("trip.list")
def trips() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        lines = queries.trip_lines(session, current_actor().trip_ids())
    return jsonify({"trips": [_trip_json(line.trip) for line in lines]})


@api.get("/<int:trip_id>/")
@access("trip.view")
def trip(trip_id: int) -> ResponseReturnValue:
    """The whole set-up with the state of each desk."""
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = queries.desk_lines(session, trip_id, local_day(clock.now()))
        places = queries.places_of_trip(session, trip_id)
    return jsonify(_setup_json(names, lines, places))


@api.get("/<int:trip_id>/places")
@access("trip.view")
def places(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        lines = queries.places_of_trip(session, trip_id)
    return jsonify({"places": [asdict(line) for line in lines]})


@api.post("/<int:trip_id>/desks/<int:desk_id>/state")
@access("desk.state")
def change_state(trip_id: int, desk_id: int) -> ResponseReturnValue:
    form = forms.StateForm.of_request()
    actor = current_actor()
    facts = form.model_dump()
    return _answered(form, lambda uow: _state_json(set_desk_state(uow, actor, trip_id, desk_id, **facts)))


@api.post("/<int:trip_id>/desks/<int:desk_id>/places")
@access("place.create")
def create_place(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """A PBX brings its seats along; asking twice for one `external_id` gives the same place."""
    form = forms.PlaceForm.of_request()
    actor = current_actor()

    def work(uow: Any) -> dict[str, Any]:
        place = add_place(
            uow,
            actor,
            trip_id,
            desk_id,
            external_id=form.external_id or None,
            kind=form.kind,
            number=form.number,
        )
        return _place_json(place)

    return _answered(form, work, status=201)


def _answered(body: Form, work: Work, status: int = 200) -> ResponseReturnValue:
    answer = perform(current_actor(), body.model_dump(mode="json"), work, status=status)
    return jsonify(answer.data), answer.status


def _trip_json(trip: TripLabel) -> dict[str, Any]:
    ends_on = None if trip.ends_on is None else trip.ends_on.isoformat()
    return asdict(trip) | {"starts_on": trip.starts_on.isoformat(), "ends_on": ends_on}


def _setup_json(names: Catalogue, lines: list[DeskLine], places: list[PlaceLine]) -> dict[str, Any]:
    states = {line.id: line for line in lines}
    return {
        "trip": _trip_json(names.trip),
        "sites": [_site_json(site) for site in names.sites.values()],
        "topics": [_topic_json(topic) for topic in names.topics.values()],
        "desks": [_desk_json(desk, states[desk.id]) for desk in names.desks.values() if desk.id in states],
        "places": [asdict(place) for place in places],
    }


def _site_json(site: SiteLabel) -> dict[str, Any]:
    retired_at = None if site.retired_at is None else site.retired_at.isoformat()
    return asdict(site) | {"retired_at": retired_at}


def _topic_json(topic: TopicLabel) -> dict[str, Any]:
    retired_at = None if topic.retired_at is None else topic.retired_at.isoformat()
    return asdict(topic) | {"retired_at": retired_at}


def _desk_json(desk: DeskLabel, line: DeskLine) -> dict[str, Any]:
    retired_at = None if desk.retired_at is None else desk.retired_at.isoformat()
    data = asdict(desk) | {
        "retired_at": retired_at,
        "state": line.state,
        "state_reason": line.state_reason,
        "version": line.version,
        "need": None if line.need is None else asdict(line.need),
    }
    # The sign's code is what a phone at the desk proves itself with; it stays on the sign.
    del data["sign_token"]
    return data


def _state_json(desk: Desk) -> dict[str, Any]:
    return {
        "id": desk.id,
        "state": desk.state,
        "state_reason": desk.state_reason,
        "state_at": desk.state_at.isoformat(),
        "version": desk.version,
    }


def _place_json(place: Place) -> dict[str, Any]:
    names = (
        "id",
        "desk_id",
        "number",
        "kind",
        "external_id",
        "state",
        "reason",
        "ready",
        "user_id",
        "version",
    )
    return {name: getattr(place, name) for name in names}
