"""People who wait while the database is brought up to date have no priority, keep the bonus they have, and wait on."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from deskops.core.migrations import config
from tests.demands.test_offers_migrated import AT, ROWS

TICKET = text("SELECT id, status, bonus_minutes, priorities, priority_minutes FROM tickets")


def test_who_waits_waits_on_without_a_priority(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    command.upgrade(config(url), "0003")
    engine = create_engine(url)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row), {"at": AT} if ":at" in row else {})
    command.upgrade(config(url), "0005")
    with engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET bonus_minutes = 12.5"))
    command.upgrade(config(url), "0006")
    with engine.connect() as connection:
        assert connection.execute(TICKET).all() == [(1, "waiting", 12.5, "", 0.0)]
        for table in ("priority_settings", "fairness_days"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    command.downgrade(config(url), "0005")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, bonus_minutes FROM tickets")).all() == [(1, 12.5)]
    engine.dispose()
