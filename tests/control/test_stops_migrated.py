"""A stop that is in force while the database is brought up to date is ended as it would have been before."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from tests.old_database import AT, database_at

ROWS = (
    "INSERT INTO trips (id, code, kind, phase, starts_on, timezone, days_off, is_demo, version, created_at, name_fa,"
    " name_en, short_fa, short_en)"
    " VALUES (1, 'a', 'trip', 'live', '2026-11-22', 'Asia/Tehran', 'fri', 0, 1, :at, 'a', '', '', '')",
    "INSERT INTO sites (id, trip_id, code, kind, address, map_text, position, version, name_fa, name_en, short_fa, short_en)"
    " VALUES (1, 1, 'a', 'hall', '', '', 0, 1, 'a', '', '', '')",
    "INSERT INTO desks (id, trip_id, site_id, code, number, walk_ins, calls, is_headquarters, state, state_reason, state_at,"
    " keeps_queue, sign_token, line, position, version, name_fa, name_en, short_fa, short_en)"
    " VALUES (1, 1, 1, 'a', 1, 1, 1, 0, 'failed', 'x', :at, 0, 't', '', 0, 1, 'a', '', '', '')",
    "INSERT INTO emergency_stops (id, trip_id, site_id, choice, reason, at) VALUES (1, 1, 1, 'share_out', 'x', :at)",
    "INSERT INTO stopped_desks (stop_id, desk_id) VALUES (1, 1)",
)
KEPT = text("SELECT desk_id, state, state_reason, state_at, keeps_queue FROM stopped_desks")


def test_its_desks_open_again_as_of_the_moment_of_the_stop(tmp_path: Path) -> None:
    with database_at(tmp_path, "0001", ROWS) as (migrations, engine):
        command.upgrade(migrations, "head")
        with engine.connect() as connection:
            assert connection.execute(KEPT).all() == [(1, "open", "", AT, 0)]
        command.downgrade(migrations, "0001")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT desk_id FROM stopped_desks")).all() == [(1,)]
