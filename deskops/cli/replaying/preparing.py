"""The trip that a log is replayed in: its types as topics, its servers as seats of desks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.permissions import INTEGRATION
from deskops.cli.replaying.by_rule import mean_service
from deskops.cli.replaying.calls import TYPES, Call
from deskops.cli.replaying.duty import SPARE, competence, desks_of
from deskops.cli.replaying.exchange import Exchange
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks import rules
from deskops.desks.models import Trip
from deskops.desks.services.plain import add_desk, add_seats, create_trip
from deskops.desks.services.setup import add_site
from deskops.desks.services.topics import TopicEdit, add_topic

CODE = "calls-log"


class CannotPrepare(Exception):
    """The trip hasn't what the log needs; the text says what."""


def make_trip(calls: Sequence[Call], seats: Iterable[str]) -> str:
    """Make a live trip for the log in this machine's database; returns its code. Raises Refusal."""
    skills = competence(calls)
    spare = sorted({seat for seat in seats if seat.startswith(SPARE)} | {f"{SPARE}1"})
    with unit_of_work(SYSTEM) as uow:
        trip = create_trip(uow, SYSTEM, code=CODE, name="Call log", starts_on=uow.now.date(), phase="live")
        site_id = add_site(uow, SYSTEM, trip.id, code="exchange", name_fa="Exchange", name_en="Exchange")
        topics = _topics(uow, trip, calls)
        desks = [(types, servers) for types, servers in desks_of(skills).items()]
        for types, servers in [*desks, (frozenset(topics), spare)]:
            names = "-".join(sorted(types))
            code = "spare" if servers is spare else names.lower()
            desk = add_desk(
                uow,
                SYSTEM,
                trip.id,
                site_id,
                code=code,
                name=f"Calls {names}",
                state=rules.OPEN,
                headquarters=True,
                speeds={topics[name]: 1.0 for name in types},
            )
            add_seats(uow, SYSTEM, desk, servers)
        return trip.code


def make_token(trip_id: int) -> str:
    """A token of an exchange for one trip, in this machine's database."""
    with unit_of_work(SYSTEM) as uow:
        user_id = accounts.create_user(uow, name="Call log", grants=[Grant(INTEGRATION, trip_id)])
        return accounts.make_api_token(uow, user_id, "replay")


def topics_of(setup: Mapping[str, Any], calls: Iterable[Call]) -> dict[str, int]:
    """Topic ids by the log's types. Raises CannotPrepare."""
    ids = {topic["code"]: int(topic["id"]) for topic in setup["topics"]}
    types = {call.type for call in calls}
    missing = sorted(types - ids.keys())
    if missing:
        raise CannotPrepare(
            f"The trip has no topics with the codes {', '.join(missing)}. Leave --trip out to have one made."
        )
    return {name: ids[name] for name in types}


def places_of(exchange: Exchange, setup: Mapping[str, Any], seats: Collection[str]) -> dict[str, int]:
    """Place ids by seat; the exchange brings along those that are missing.

    Raises CannotPrepare, GaveUp, Refused.
    """
    known = {place["external_id"]: int(place["id"]) for place in setup["places"] if place["external_id"]}
    desks = [desk for desk in setup["desks"] if desk["calls"] and desk["state"] == rules.OPEN]
    desks.sort(key=lambda desk: not desk["is_headquarters"])
    missing = sorted(set(seats) - known.keys())
    if missing and not desks:
        raise CannotPrepare("No desk of the trip is open for calls.")
    for seat in missing:
        body = {"external_id": seat, "kind": "phone"}
        made = exchange.post(f"/desks/{desks[0]['id']}/places", body, key=f"seat:{seat}")
        known[seat] = int(made["id"])
    return {seat: known[seat] for seat in seats}


def _topics(uow: UnitOfWork, trip: Trip, calls: Sequence[Call]) -> dict[str, int]:
    means = mean_service(calls)
    edits = {
        name: TopicEdit(
            name_fa=f"{name} {TYPES[name]}",
            name_en=f"{name} {TYPES[name]}",
            mean_minutes=max(means[name] / 60, 0.1),
        )
        for name in sorted(means)
    }
    return {name: add_topic(uow, SYSTEM, trip.id, name, edit).id for name, edit in edits.items()}
