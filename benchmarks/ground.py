"""What a benchmark stands on: a fresh database with the sample province as a living trip, and signed-in users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import csrf_token, token_hash
from deskops.app import create_runtime
from deskops.core import runtime
from deskops.core.codes import new_token
from deskops.core.config import Settings
from deskops.core.migrations import upgrade
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks.events import TripCreated
from deskops.desks.models import Desk, DeskTopic, Place, Site, Topic, Trip
from deskops.desks.template import Desk as DeskPlan
from deskops.desks.template import Template, province
from deskops.staff.invented import InventedVisitor, invented_visitors

SECRET, JOURNAL_KEY = "benchmark-" * 4, "benchmarks" * 4
SESSION_HOURS = 24


@dataclass(frozen=True)
class User:
    """A signed-in user: what a browser of theirs sends along."""

    id: int
    cookie: str
    csrf: str

    def headers(self, origin: str) -> dict[str, str]:
        """For any request of this user's page on `origin`."""
        return {"Cookie": f"deskops={self.cookie}", "Origin": origin, "X-CSRF-Token": self.csrf}


@dataclass
class Ground:
    """The trip's ids by the template's codes; `places` and `open_places` are counters by desk."""

    settings: Settings
    trip_id: int = 0
    sites: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a server process on this database is started with."""
        settings = self.settings
        values = {
            "DESKOPS_DATA": str(settings.data_dir),
            "DESKOPS_DATABASE_URL": settings.database_url,
            "DESKOPS_SECRET_KEY": SECRET,
            "DESKOPS_JOURNAL_KEY": JOURNAL_KEY,
            "DESKOPS_LIMITS": "0",
        }
        return values | ({"DESKOPS_REDIS_URL": settings.redis_url} if settings.redis_url else {})

    def api(self, path: str) -> str:
        """The path of something in the trip's JSON API."""
        return f"/api/v1/trips/{self.trip_id}{path}"

    def sign_in(self, role: str, desk: str | None = None) -> User:
        """A new user with a role in the trip, at one desk or at any, and an open session."""
        grant = Grant(role, self.trip_id, None if desk is None else self.desks[desk])
        with unit_of_work(SYSTEM) as uow:
            user_id = accounts.create_user(uow, name=f"{role} {desk or ''}".strip(), grants=[grant])
            opened = accounts.open_session(uow, user_id, "test", "benchmark", SESSION_HOURS)
        return User(user_id, opened.token, csrf_token(SECRET, token_hash(opened.token)))

    def visitors(self, seed: int = 1) -> Iterator[dict[str, Any]]:
        """Endless registrations as the intake form sends them: skewed topics, Persian names and texts."""
        for visitor in invented_visitors(seed):
            yield self.registration(visitor)

    def walk_ins(self, seed: int = 1) -> Iterator[dict[str, Any]]:
        """The same, of those alone who come to a site."""
        return (body for body in self.visitors(seed) if body["channel"] == "walk_in")

    def registration(self, visitor: InventedVisitor) -> dict[str, Any]:
        """One visitor as the form sends them."""
        body: dict[str, Any] = {
            "topic_id": self.topics[visitor.topic],
            "channel": visitor.channel,
            "kind": visitor.kind,
            "name": f"{visitor.given_name} {visitor.family_name}",
            "phone": visitor.mobile or "",
            "county": visitor.county,
            "language": visitor.language,
            "urgent": visitor.urgent,
            "text": visitor.text,
        }
        return body if visitor.site is None else body | {"site_id": self.sites[visitor.site]}


def lay(database_url: str, folder: Path, redis_url: str | None = None, *, migrated: bool = False) -> Ground:
    """Migrate the database and make the trip in it: live, all desks open, half of their counters occupied.

    The process's runtime is then this database's.
    """
    if not migrated:
        upgrade(database_url)
    settings = Settings(folder, database_url, SECRET, JOURNAL_KEY, redis_url=redis_url, limits_enabled=False)
    create_runtime(settings)
    ground = Ground(settings)
    with unit_of_work(SYSTEM) as uow:
        _make_trip(uow, ground, province())
    return ground


def leave() -> None:
    """Close this process's connections, so that the database can be dropped or copied."""
    runtime.current().database.dispose()


def _make_trip(uow: UnitOfWork, ground: Ground, template: Template) -> None:
    trip = Trip(
        code="benchmark",
        name_fa=template.name_fa,
        name_en=template.name_en,
        phase="live",
        starts_on=datetime.now(UTC).date(),
        created_at=uow.now,
    )
    ground.trip_id = _added(uow, trip)
    for site in template.sites:
        row = Site(trip_id=ground.trip_id, code=site.code, name_fa=site.name_fa, kind=site.kind)
        ground.sites[site.code] = _added(uow, row)
    for position, topic in enumerate(template.topics):
        made = Topic(
            trip_id=ground.trip_id,
            code=topic.code,
            name_fa=topic.name_fa,
            mean_minutes=topic.mean_minutes,
            position=position,
        )
        ground.topics[topic.code] = _added(uow, made)
    for desk in template.desks:
        _make_desk(uow, ground, desk)
    uow.record(TripCreated(trip_id=ground.trip_id, code="benchmark"))


def _make_desk(uow: UnitOfWork, ground: Ground, plan: DeskPlan) -> None:
    desk = Desk(
        trip_id=ground.trip_id,
        site_id=ground.sites[plan.site],
        code=plan.code,
        number=plan.number,
        name_fa=plan.name_fa,
        short_fa=plan.short_fa,
        walk_ins=plan.walk_ins,
        calls=plan.calls,
        is_headquarters=plan.is_headquarters,
        state="open",
        state_at=uow.now,
        sign_token=new_token(),
    )
    desk_id = ground.desks[plan.code] = _added(uow, desk)
    for topic, factor in plan.speeds.items():
        own = plan.owns(topic)
        uow.session.add(DeskTopic(desk_id=desk_id, topic_id=ground.topics[topic], factor=factor, own=own))
    ground.places[plan.code] = [
        _added(
            uow,
            Place(
                trip_id=ground.trip_id,
                desk_id=desk_id,
                number=number,
                kind="phone" if plan.is_headquarters else "counter",
                state="open",
                state_at=uow.now,
            ),
        )
        for number in range(1, plan.places + 1)
    ]


def _added(uow: UnitOfWork, row: Any) -> int:
    uow.session.add(row)
    uow.session.flush()
    return int(row.id)
