"""Filling a trip with years of demands in minutes, straight into the tables."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from benchmarks import ground as grounds
from benchmarks.ground import HALL_SITE, Ground
from benchmarks.result import say
from benchmarks.stores import CACHE
from deskops.core import runtime
from deskops.core.codes import new_token, new_tracking_code
from deskops.core.database import Base, table_of
from deskops.core.text import name_form
from deskops.demands import search
from deskops.demands.models import Contact, Demand, Person, Ticket

PERSONS, CONTACTS, DEMANDS, TICKETS = (table_of(model) for model in (Person, Contact, Demand, Ticket))
BATCH = 10_000
POOL = 20_000
A_DAY = 12_000
PHONES = 10_000_000
SPREAD = timedelta(minutes=90)


@dataclass(frozen=True)
class Visit:
    """A visitor of the pool: the registration, the desk that serves it, and the words that it is found by."""

    body: dict[str, Any]
    desk_id: int
    words: str


def add_served(ground: Ground, count: int) -> None:
    """Demands of earlier days, served and closed."""
    places = [place for of_desk in ground.places.values() for place in of_desk]
    _fill(ground, count, lambda number: _served(places[number % len(places)], number), ground.walk_ins())


def add_waiting(ground: Ground, count: int) -> None:
    """People who came to the hall within the last hour and a half, and wait."""
    _fill(ground, count, lambda number: _waiting(number, count), ground.walk_ins_at(HALL_SITE))


def copy_of_served(count: int, folder: Path) -> Path:
    """A SQLite file with so many served demands, copied from one that is kept: a million take minutes."""
    kept = CACHE / f"served-{count}-{_schema()}.sqlite3"
    if not kept.exists():
        _make(kept, count)
    copy = folder / f"served-{count}.sqlite3"
    shutil.copyfile(kept, copy)
    return copy


def _make(kept: Path, count: int) -> None:
    for older in CACHE.glob(f"served-{count}-*"):
        older.unlink()
    unfinished = kept.with_suffix(".unfinished")
    ground = grounds.lay(f"sqlite:///{unfinished}", kept.parent)
    add_served(ground, count)
    with runtime.current().database.writer.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    grounds.leave()
    unfinished.rename(kept)


def _schema() -> str:
    """Changes with the tables and with the sample trip, so that an old file is never measured."""
    columns = [str(column) for table in Base.metadata.sorted_tables for column in table.columns]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:12]


def _fill(
    ground: Ground, count: int, fate: Callable[[int], dict[str, Any]], visitors: Iterator[dict[str, Any]]
) -> None:
    pool = [_visit(body, ground.desks_by_site()) for body in islice(visitors, min(count, POOL))]
    dice = random.Random(count)
    writer = runtime.current().database.writer
    with writer.connect() as connection:
        first = {table.name: _next_id(connection, table) for table in (PERSONS, CONTACTS, DEMANDS, TICKETS)}
    rows = (_rows(ground, dice.choice(pool), number, fate(number), first) for number in range(count))
    done = 0
    while batch := list(islice(rows, BATCH)):
        with writer.begin() as connection:
            _write(connection, batch)
        done += len(batch)
        if done % (BATCH * 10) == 0:
            say(f"seeded {done:,} of {count:,}")


def _visit(body: dict[str, Any], desks: dict[int, int]) -> Visit:
    words = search.body_of("", body["name"], body["county"], body["text"])
    return Visit(body, desks[body["site_id"]], words)


def _next_id(connection: Connection, table: Table) -> int:
    return (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1


def _served(place_id: int, number: int) -> dict[str, Any]:
    day = datetime(2020, 1, 1, 4, tzinfo=UTC) + timedelta(days=number // A_DAY)
    came = day + timedelta(seconds=number % A_DAY * 3)
    done = came + timedelta(minutes=20)
    served = {"status": "done", "done_at": done, "changed_at": done, "place_id": place_id}
    return {
        "came": came,
        "day": day.date(),
        "number": number % A_DAY + 1,
        "closed_at": done,
        "ticket": served,
    }


def _waiting(number: int, count: int) -> dict[str, Any]:
    came = datetime.now(UTC) - SPREAD + SPREAD * number / count
    # Numbers of a day of its own: those that are given out while it is measured begin at 1.
    waits = {"status": "waiting", "done_at": None, "changed_at": came, "place_id": None}
    return {"came": came, "day": date(2000, 1, 1), "number": number + 1, "closed_at": None, "ticket": waits}


def _rows(
    ground: Ground, visit: Visit, number: int, fate: dict[str, Any], first: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """One row of each table."""
    ids = {name: start + number for name, start in first.items()}
    phone, code = f"+98950{number % PHONES:07d}", new_tracking_code()
    person = {
        "id": ids["persons"],
        "trip_id": ground.trip_id,
        "name": visit.body["name"],
        "name_search": name_form(visit.body["name"]),
        "phone": phone,
        "language": visit.body["language"],
        "created_at": fate["came"],
    }
    words = {"id": ids["demands"], "body": f"trip{ground.trip_id}trip {code} {visit.words} {phone}"}
    common = {"trip_id": ground.trip_id, "channel": visit.body["channel"], "desk_id": visit.desk_id}
    return {
        "persons": person,
        "contacts": common
        | {"id": ids["contacts"], "at": fate["came"], "result": "registered", "reason": ""},
        "demands": common | _demand(ids, visit.body, fate) | {"code": code},
        "tickets": common | _ticket(ids, visit.body, fate),
        "words": words,
    }


def _demand(ids: dict[str, int], body: dict[str, Any], fate: dict[str, Any]) -> dict[str, Any]:
    closed = fate["closed_at"] is not None
    taken = ("kind", "topic_id", "text", "county", "language", "urgent")
    return {name: body[name] for name in taken} | {
        "id": ids["demands"],
        "contact_id": ids["contacts"],
        "person_id": ids["persons"],
        "secret": "0000",
        "receipt_token": new_token(),
        "address": "",
        "state": "closed" if closed else "registered",
        "outcome": "guidance_given" if closed else None,
        "outcome_note": "",
        "registered_at": fate["came"],
        "closed_at": fate["closed_at"],
        "version": 1,
    }


def _ticket(ids: dict[str, int], body: dict[str, Any], fate: dict[str, Any]) -> dict[str, Any]:
    return {
        **fate["ticket"],
        "id": ids["tickets"],
        "demand_id": ids["demands"],
        "day": fate["day"],
        "number": fate["number"],
        "location": body["site_id"],
        "topic_id": body["topic_id"],
        "urgent": body["urgent"],
        "language": body["language"],
        "bonus_minutes": 0.0,
        "walk": "none",
        "registered_at": fate["came"],
        "version": 1,
    }


def _write(connection: Connection, batch: Sequence[dict[str, dict[str, Any]]]) -> None:
    for table in (PERSONS, CONTACTS, DEMANDS, TICKETS):
        connection.execute(insert(table), [rows[table.name] for rows in batch])
    if connection.dialect.name == "postgresql":
        words = text("INSERT INTO demand_search(demand_id, body) VALUES (:id, to_tsvector('simple', :body))")
    else:
        words = text("INSERT INTO demand_search(rowid, body) VALUES (:id, :body)")
    connection.execute(words, [rows["words"] for rows in batch])
