"""Who waits while the database is brought up to date waits on; nobody had been moved, and the usual autopilot holds."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from tests.demands.test_offers_migrated import ROWS
from tests.old_database import database_at

TICKET = text("SELECT id, status, walked_from, moved_times FROM tickets")
NEW = ("autopilot_settings", "balance_proposals", "moved_again")


def test_who_waits_was_never_moved(tmp_path: Path) -> None:
    with database_at(tmp_path, "0003", ROWS) as (migrations, engine):
        command.upgrade(migrations, "head")
        with engine.connect() as connection:
            assert connection.execute(TICKET).all() == [(1, "waiting", None, 0)]
            assert [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in NEW] == [
                0,
                0,
                0,
            ]
        command.downgrade(migrations, "0005")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id, status FROM tickets")).all() == [(1, "waiting")]
