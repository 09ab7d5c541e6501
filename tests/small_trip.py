"""A trip small enough to reason about in a test."""

from dataclasses import dataclass, field
from datetime import date

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.codes import new_token
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks.events import TripCreated
from deskops.desks.models import Desk, DeskTopic, Place, Site, Topic, Trip


@dataclass
class SmallTrip:
    """Ids by code. `places` lists the counters of each desk."""

    id: int
    sites: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)


DESKS = {
    # code: (site, number, {topic: factor}, own topics, walk-ins, calls, headquarters, counters)
    "a": ("one", 1, {"loan": 1.0, "work": 1.2}, {"loan"}, True, True, False, 2),
    "b": ("two", 2, {"work": 1.0, "loan": 1.2}, {"work"}, True, True, False, 2),
    "hall": ("one", 3, {"loan": 1.1, "work": 1.1, "housing": 1.1}, set(), True, True, False, 3),
    "hq": ("one", 4, {"loan": 1.1, "work": 1.1, "housing": 1.1}, set(), False, True, True, 3),
}


def make_small_trip(code: str = "small", phase: str = "live") -> SmallTrip:
    """Make it in one transaction. The topic "nobody" is one that no desk does."""
    with unit_of_work(SYSTEM) as uow:
        now = clock.now()
        row = Trip(
            code=code, name_fa="سفر آزمون", name_en="Test trip", phase=phase, starts_on=date(2026, 11, 22), created_at=now,
            timezone="Asia/Tehran", is_demo=False, version=1,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        trip = SmallTrip(row.id)
        for name in ("one", "two"):
            site = Site(
                trip_id=row.id,
                code=name,
                name_fa={"one": "محل یکم", "two": "محل دوم"}[name],
                name_en=f"Site {name}",
                kind="hall",
                address="",
            )
            uow.session.add(site)
            uow.session.flush()
            trip.sites[name] = site.id
        for position, (name, minutes) in enumerate(
            {"loan": 8.0, "work": 6.0, "housing": 10.0, "nobody": 5.0}.items()
        ):
            topic = Topic(
                trip_id=row.id, code=name, name_fa=f"موضوع {position}", name_en=name, mean_minutes=minutes,
                position=position, assignable=True,
            )  # fmt: skip
            uow.session.add(topic)
            uow.session.flush()
            trip.topics[name] = topic.id
        for name in DESKS:
            _add_desk(uow, trip, name)
        uow.record(TripCreated(trip_id=row.id, code=code))
    return trip


def _add_desk(uow: UnitOfWork, trip: SmallTrip, name: str) -> None:
    site, number, speeds, own, walk_ins, calls, headquarters, counters = DESKS[name]
    desk = Desk(
        trip_id=trip.id, site_id=trip.sites[site], code=name, number=number, name_fa=f"میز {number}", name_en=f"Desk {name}",
        short_fa=f"میز {number}", short_en=name, walk_ins=walk_ins, calls=calls, is_headquarters=headquarters, state="open",
        state_reason="", state_at=uow.now, sign_token=new_token(), version=1,
    )  # fmt: skip
    uow.session.add(desk)
    uow.session.flush()
    trip.desks[name] = desk.id
    for topic, factor in speeds.items():
        uow.session.add(
            DeskTopic(desk_id=desk.id, topic_id=trip.topics[topic], factor=factor, own=topic in own)
        )
    trip.places[name] = []
    for seat in range(1, counters + 1):
        kind = "phone" if headquarters else "counter"
        place = Place(
            trip_id=trip.id, desk_id=desk.id, number=seat, kind=kind, state="closed", state_at=uow.now,
            ready=False, languages="fa", version=1,
        )  # fmt: skip
        uow.session.add(place)
        uow.session.flush()
        trip.places[name].append(place.id)
