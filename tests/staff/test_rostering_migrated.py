"""People and shifts from before there were rosters: they stand as they stood, and everything that is new can be done with
them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from tests.old_database import database_at

ROWS = (
    "INSERT INTO trips (id, code, kind, phase, starts_on, timezone, days_off, is_demo, version, created_at, name_fa,"
    " name_en, short_fa, short_en)"
    " VALUES (1, 'a', 'trip', 'live', '2026-11-22', 'Asia/Tehran', 'fri', false, 1, :at, 'a', '', '', ''),"
    " (2, 'b', 'trip', 'live', '2026-11-22', 'Asia/Tehran', 'fri', false, 1, :at, 'b', '', '', '')",
    "INSERT INTO sites (id, trip_id, code, kind, address, map_text, position, version, name_fa, name_en, short_fa, short_en)"
    " VALUES (1, 1, 'a', 'hall', '', '', 0, 1, 'a', '', '', '')",
    "INSERT INTO desks (id, trip_id, site_id, code, number, walk_ins, calls, is_headquarters, state, state_reason, state_at,"
    " keeps_queue, sign_token, line, position, version, name_fa, name_en, short_fa, short_en)"
    " VALUES (1, 1, 1, 'a', 1, true, true, false, 'open', '', :at, false, 't', '', 0, 1, 'a', '', '', '')",
    "INSERT INTO users (id, name, active, version, created_at)"
    " VALUES (1, 'x', true, 1, :at), (2, 'x', true, 1, :at), (3, 'x', true, 1, :at)",
    # The second heads a desk of this trip, the third one of another.
    "INSERT INTO grants (user_id, role, trip_id, desk_id)"
    " VALUES (1, 'staff', 1, 1), (2, 'desk_head', 1, 1), (3, 'desk_head', 2, NULL)",
    "INSERT INTO staff_members (id, trip_id, user_id, personnel_number, name, mobile, languages, home_desk_id)"
    " VALUES (1, 1, 1, '0071', 'x', '09500000001', 'fa,az', 1), (2, 1, 2, '0072', 'x', '', 'fa', 1),"
    " (3, 1, 3, '0073', 'x', '', 'fa', NULL), (4, 1, NULL, '0074', 'x', '', 'fa', 1)",
    # Twice the same: nothing forbade it.
    "INSERT INTO shifts (id, staff_id, desk_id, starts_at, ends_at)"
    " VALUES (1, 1, 1, :at, :at), (2, 1, 1, :at, :at), (3, 2, 1, :at, :at)",
)
DESK_SHIFT = (
    "INSERT INTO desk_shifts (id, trip_id, desk_id, day, starts_at, ends_at, minimum, target, supervisors, languages,"
    " version)"
    " VALUES (1, 1, 1, '2026-11-22', '2026-11-22 04:30:00+00:00', '2026-11-22 08:30:00+00:00', 1, 2, 0, '', 1)"
)
PEOPLE = "SELECT id, personnel_number, mobile, languages, home_desk_id FROM staff_members ORDER BY id"
SHIFTS = "SELECT id, staff_id, desk_id FROM shifts ORDER BY id"
NEW_TABLES = (
    "staff_topics", "staff_availability", "staff_absences", "roster_settings", "shift_patterns", "desk_shifts", "rosters",
    "roster_entries", "shift_swaps", "replacement_calls", "scans", "presences", "print_runs",
)  # fmt: skip


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, without any table, of the kind the suite runs on."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    server = request.getfixturevalue("postgresql")
    server.execute("CREATE DATABASE before_rosters")
    yield server.url("before_rosters")
    server.execute("DROP DATABASE before_rosters WITH (FORCE)")


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


def given(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_people_and_shifts_stand_as_they_stood(database_url: str) -> None:
    with database_at(database_url, "0006", ROWS) as (migrations, engine):
        with engine.connect() as connection:
            before = rows(connection, PEOPLE), rows(connection, SHIFTS)
        command.upgrade(migrations, "0007")
        with engine.connect() as connection:
            assert (rows(connection, PEOPLE), rows(connection, SHIFTS)) == before
            assert rows(connection, "SELECT role FROM staff_members ORDER BY id") == [
                ("staff",), ("desk_head",), ("staff",), ("staff",),
            ]  # fmt: skip
            facts = (
                "SELECT DISTINCT agency_id, most_shifts, badge_version, calendar_version, retired_at, version"
            )
            assert rows(connection, f"{facts} FROM staff_members") == [(None, None, 1, 1, None, 1)]
            facts = "SELECT DISTINCT desk_shift_id, state, reason, told_at, confirmed_at, version FROM shifts"
            assert rows(connection, facts) == [(None, "planned", "", None, None, 1)]
            assert [rows(connection, f"SELECT count(*) FROM {name}") for name in NEW_TABLES] == [
                [(0,)] for _name in NEW_TABLES
            ]


def test_who_worked_before_has_a_shift_of_a_desk_once(database_url: str) -> None:
    with database_at(database_url, "0006", ROWS) as (migrations, engine):
        command.upgrade(migrations, "0007")
        given(engine, DESK_SHIFT, "UPDATE shifts SET desk_shift_id = 1 WHERE id IN (1, 3)")
        with pytest.raises(IntegrityError):
            given(engine, "UPDATE shifts SET desk_shift_id = 1 WHERE id = 2")
        # What was taken from somebody may stand beside what they have.
        given(engine, "UPDATE shifts SET desk_shift_id = 1, state = 'dropped' WHERE id = 2")


def test_going_back_keeps_people_and_shifts(database_url: str) -> None:
    with database_at(database_url, "0006", ROWS) as (migrations, engine):
        with engine.connect() as connection:
            before = rows(connection, PEOPLE), rows(connection, SHIFTS)
        command.upgrade(migrations, "0007")
        given(engine, DESK_SHIFT, "UPDATE shifts SET desk_shift_id = 1 WHERE id = 1")
        command.downgrade(migrations, "0006")
        with engine.connect() as connection:
            assert (rows(connection, PEOPLE), rows(connection, SHIFTS)) == before
        command.upgrade(migrations, "0007")
        with engine.connect() as connection:
            assert rows(connection, "SELECT count(*) FROM shifts WHERE desk_shift_id IS NULL") == [(3,)]
