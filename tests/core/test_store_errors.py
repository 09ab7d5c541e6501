"""What the store's own errors mean: come back in a moment, or a mistake of ours."""

import sqlite3
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from deskops.accounts.actor import SYSTEM
from deskops.core import database, numbers, runtime
from deskops.core.database import refusal_of
from deskops.core.errors import DatabaseBusy, DatabaseUnavailable, WriteConflict
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.core.web import TRIES, perform
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


def wrapped(error: BaseException) -> OperationalError:
    return OperationalError("SELECT 1", {}, error)


def of_sqlite(code: int) -> OperationalError:
    error = sqlite3.OperationalError("said by SQLite")
    error.sqlite_errorcode = code
    return wrapped(error)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (sqlite3.SQLITE_BUSY, DatabaseBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseBusy),
        (sqlite3.SQLITE_LOCKED, DatabaseBusy),
        (sqlite3.SQLITE_FULL, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_WRITE, DatabaseUnavailable),
        (sqlite3.SQLITE_CANTOPEN, DatabaseUnavailable),
        (sqlite3.SQLITE_ERROR, type(None)),
        (sqlite3.SQLITE_READONLY, type(None)),
    ],
)
def test_what_sqlite_says_is_told_apart(code: int, meaning: type) -> None:
    assert type(refusal_of(of_sqlite(code))) is meaning


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (errors.DeadlockDetected, WriteConflict),
        (errors.SerializationFailure, WriteConflict),
        (errors.LockNotAvailable, DatabaseBusy),
        (errors.QueryCanceled, DatabaseBusy),
        (errors.AdminShutdown, DatabaseUnavailable),
        (errors.DiskFull, DatabaseUnavailable),
        (errors.TooManyConnections, DatabaseUnavailable),
        (psycopg.OperationalError, DatabaseUnavailable),
        (errors.InvalidCatalogName, type(None)),
    ],
)
def test_what_postgresql_says_is_told_apart(error: type[psycopg.Error], meaning: type) -> None:
    assert type(refusal_of(wrapped(error("said by PostgreSQL")))) is meaning


def test_a_table_that_is_missing_is_a_logged_mistake_of_ours(
    trip: SmallTrip, sign_in: Join, caplog: pytest.LogCaptureFixture
) -> None:
    browser = sign_in("coordinator", trip_id=trip.id)
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(text("ALTER TABLE tickets RENAME TO lost"))
    answer = browser.get(f"/api/v1/trips/{trip.id}/tickets")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert "tickets" in caplog.text


def test_an_error_does_not_repeat_what_people_typed(app: Flask) -> None:
    with runtime.current().database.reading() as session, pytest.raises(Exception, match="nowhere") as raised:
        session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "پریسا ساختگی"})
    assert "پریسا" not in str(raised.value)


def test_a_busy_store_says_when_to_come_back(
    trip: SmallTrip, integration: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not runtime.current().database.is_sqlite:
        pytest.skip("PostgreSQL has many writers")
    monkeypatch.setattr(database, "WRITE_PATIENCE_SECONDS", 0)
    with unit_of_work(SYSTEM):
        path = f"/api/v1/trips/{trip.id}/contacts"
        answer = integration.post(path, json={"channel": "call", "result": "unanswered"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.get_json()["error"]["code"] == "database_busy"


def tried(app: Flask, work: Any) -> Any:
    with app.test_request_context("/", method="POST"):
        return perform(SYSTEM, {}, work)


def test_a_write_that_met_another_is_tried_again_and_done_once(app: Flask) -> None:
    tries: list[UnitOfWork] = []

    def work(uow: UnitOfWork) -> dict[str, Any]:
        tries.append(uow)
        numbers.take(uow.session, "tried")
        if len(tries) < TRIES:
            raise wrapped(errors.DeadlockDetected("deadlock detected"))
        return {"done": True}

    assert tried(app, work).data == {"done": True}
    with unit_of_work(SYSTEM) as uow:
        assert numbers.take(uow.session, "tried") == 2


def test_a_write_that_always_meets_another_is_given_up_as_busy(app: Flask) -> None:
    tries: list[int] = []

    def work(_uow: UnitOfWork) -> dict[str, Any]:
        tries.append(1)
        raise wrapped(errors.SerializationFailure("could not serialize"))

    with pytest.raises(DatabaseBusy):
        tried(app, work)
    assert len(tries) == TRIES


def test_a_store_that_is_away_is_not_tried_again(app: Flask) -> None:
    tries: list[int] = []

    def work(_uow: UnitOfWork) -> dict[str, Any]:
        tries.append(1)
        raise wrapped(psycopg.OperationalError("server closed the connection unexpectedly"))

    with pytest.raises(DatabaseUnavailable):
        tried(app, work)
    assert tries == [1]
