"""What a benchmark stands on: a database with the sample province as a living trip, and signed-in users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select, update

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import csrf_token, token_hash
from deskops.core import runtime
from deskops.core.config import Settings
from deskops.core.database import table_of
from deskops.core.migrations import upgrade
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks.models import Desk, Place, Site, Topic, Trip
from deskops.desks.services.trips import TripNames, create_trip_from_template
from deskops.desks.template import province
from deskops.staff.invented import InventedVisitor, invented_visitors
from deskops.subscribers import create_runtime

CODE = "benchmark"
# The one place with counters for every topic.
HALL, HALL_SITE = "hall", "airport_hall"
DESKS, PLACES = table_of(Desk), table_of(Place)
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
    """The trip's ids by the template's codes; `places` are the counters of each desk."""

    settings: Settings
    trip_id: int
    sites: dict[str, int]
    topics: dict[str, int]
    desks: dict[str, int]
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

    def walk_ins_at(self, site: str, seed: int = 1) -> Iterator[dict[str, Any]]:
        """Those alone who come to one site."""
        return (body | {"site_id": self.sites[site]} for body in self.walk_ins(seed))

    def desks_by_site(self) -> dict[int, int]:
        """Where walk-ins of each site are served."""
        return {self.sites[desk.site]: self.desks[desk.code] for desk in province().desks if desk.walk_ins}

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


def lay(database_url: str, folder: Path, redis_url: str | None = None) -> Ground:
    """The trip in a database, migrated and made there where it isn't yet: live, every desk and counter open.

    The process's runtime is then this database's.
    """
    upgrade(database_url)
    settings = Settings(folder, database_url, SECRET, JOURNAL_KEY, redis_url=redis_url, limits_enabled=False)
    create_runtime(settings)
    with unit_of_work(SYSTEM) as uow:
        known = uow.session.scalar(select(table_of(Trip).c.id).where(table_of(Trip).c.code == CODE))
        trip_id = known or _make_trip(uow)
    return _read(settings, trip_id)


def leave() -> None:
    """Close this process's connections, so that the database can be dropped or copied."""
    runtime.current().database.dispose()


def _make_trip(uow: UnitOfWork) -> int:
    template = province()
    names = TripNames(template.name_fa, template.name_en)
    trip_id = create_trip_from_template(
        uow, SYSTEM, template, code=CODE, names=names, starts_on=uow.now.date(), phase="live", is_demo=True
    )
    for table in (DESKS, PLACES):
        uow.session.execute(update(table).where(table.c.trip_id == trip_id).values(state="open"))
    return trip_id


def _read(settings: Settings, trip_id: int) -> Ground:
    with runtime.current().database.reading() as session:

        def ids(table: Table) -> dict[str, int]:
            rows = session.execute(select(table.c.code, table.c.id).where(table.c.trip_id == trip_id))
            return {row.code: row.id for row in rows}

        ground = Ground(settings, trip_id, ids(table_of(Site)), ids(table_of(Topic)), ids(DESKS))
        query = select(DESKS.c.code, PLACES.c.id).join(DESKS, DESKS.c.id == PLACES.c.desk_id)
        for code, place_id in session.execute(query.where(PLACES.c.trip_id == trip_id).order_by(PLACES.c.id)):
            ground.places.setdefault(code, []).append(place_id)
    return ground
