"""Who waits while the database is brought up to date waits on; nobody had been moved, and the usual autopilot holds."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from deskops.core.migrations import config
from tests.control.test_stops_migrated import AT
from tests.demands.test_offers_migrated import ROWS

TICKET = text("SELECT id, status, walked_from, moved_times FROM tickets")
NEW = ("autopilot_settings", "balance_proposals", "moved_again")


def test_who_waits_was_never_moved(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    command.upgrade(config(url), "0003")
    engine = create_engine(url)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row), {"at": AT} if ":at" in row else {})
    command.upgrade(config(url), "head")
    with engine.connect() as connection:
        assert connection.execute(TICKET).all() == [(1, "waiting", None, 0)]
        assert [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in NEW] == [
            0,
            0,
            0,
        ]
    command.downgrade(config(url), "0005")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, status FROM tickets")).all() == [(1, "waiting")]
    engine.dispose()
