"""People who wait while the database is brought up to date wait on, and were told nothing that they could be judged by."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from tests.control.test_stops_migrated import ROWS as A_DESK
from tests.old_database import database_at

ROWS = (
    *A_DESK[:3],
    "INSERT INTO topics (id, trip_id, code, synonyms, mean_minutes, position, assignable, papers, version, name_fa, name_en,"
    " short_fa, short_en) VALUES (1, 1, 'a', '', 8.0, 0, 1, '', 1, 'a', '', '', '')",
    "INSERT INTO persons (id, trip_id, name, name_search, language, created_at) VALUES (1, 1, '', '', 'fa', :at)",
    "INSERT INTO demands (id, trip_id, person_id, code, secret, receipt_token, kind, channel, topic_id, text, county,"
    " address, language, urgent, state, outcome_note, registered_at, version)"
    " VALUES (1, 1, 1, '1', '1', 't', 'request', 'walk_in', 1, '', '', '', 'fa', 0, 'registered', '', :at, 1)",
    "INSERT INTO tickets (id, trip_id, demand_id, day, number, location, channel, topic_id, desk_id, urgent, language,"
    " bonus_minutes, walk, status, registered_at, changed_at, version)"
    " VALUES (1, 1, 1, '2026-11-22', 1, 1, 'walk_in', 1, 1, 0, 'fa', 0, 'none', 'waiting', :at, :at, 1)",
)
TICKET = text("SELECT id, status, may_walk, projected_minutes, told_minutes FROM tickets")


def test_who_waits_waits_on(tmp_path: Path) -> None:
    with database_at(tmp_path, "0003", ROWS) as (migrations, engine):
        command.upgrade(migrations, "head")
        with engine.connect() as connection:
            assert connection.execute(TICKET).all() == [(1, "waiting", 1, None, None)]
            assert connection.execute(text("SELECT count(*) FROM offers")).scalar() == 0
        command.downgrade(migrations, "0003")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id, status FROM tickets")).all() == [(1, "waiting")]
