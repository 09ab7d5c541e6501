"""A trip that runs while the database is brought up to date has no advice and no moves, and can have both at once."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from tests.demands.test_offers_migrated import ROWS
from tests.old_database import database_at, insert

ADVICE = (
    "INSERT INTO users (id, name, active, version, created_at) VALUES (1, 'a', 1, 1, :at)",
    "INSERT INTO advice (id, trip_id, source_desk_id, target_desk_id, counters, gain_minutes, figures, state, reason,"
    " made_at, seen_at, automatic, version) VALUES (1, 1, 1, 1, 2, 60.5, '{}', 'proposed', '', :at, :at, 0, 1)",
    "INSERT INTO staff_moves (id, trip_id, advice_id, user_id, to_desk_id, state, reason, asked_at, version)"
    " VALUES (1, 1, 1, 1, 1, 'asked', '', :at, 1)",
)


def test_advice_and_moves_come_and_go_with_their_tables(tmp_path: Path) -> None:
    with database_at(tmp_path, "0003", ROWS) as (migrations, engine):
        command.upgrade(migrations, "head")
        insert(engine, ADVICE)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT user_id, advice_id FROM staff_moves")).all() == [(1, 1)]
            assert connection.execute(text("SELECT counters, gain_minutes FROM advice")).all() == [(2, 60.5)]
        command.downgrade(migrations, "0005")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id, status FROM tickets")).all() == [(1, "waiting")]
            gone = "SELECT count(*) FROM sqlite_master WHERE name IN ('advice', 'staff_moves')"
            assert connection.execute(text(gone)).scalar() == 0
