"""People who wait while the database is brought up to date have no priority, keep the bonus they have, and wait on."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from tests.demands.test_offers_migrated import ROWS
from tests.old_database import database_at

TICKET = text("SELECT id, status, bonus_minutes, priorities, priority_minutes FROM tickets")


def test_who_waits_waits_on_without_a_priority(tmp_path: Path) -> None:
    with database_at(tmp_path, "0003", ROWS) as (migrations, engine):
        command.upgrade(migrations, "0005")
        with engine.begin() as connection:
            connection.execute(text("UPDATE tickets SET bonus_minutes = 12.5"))
        command.upgrade(migrations, "0006")
        with engine.connect() as connection:
            assert connection.execute(TICKET).all() == [(1, "waiting", 12.5, "", 0.0)]
            for table in ("priority_settings", "fairness_days"):
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
        command.downgrade(migrations, "0005")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id, bonus_minutes FROM tickets")).all() == [(1, 12.5)]
