"""Alembic, run before the server starts and never at import: two processes would race."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from deskops.core.assets import asset_dir


def config(database_url: str) -> Config:
    """Alembic's configuration for a database."""
    settings = Config()
    settings.set_main_option("script_location", str(asset_dir("migrations")))
    settings.attributes["database_url"] = database_url
    return settings


def upgrade(database_url: str) -> None:
    """Bring a database to the newest schema."""
    command.upgrade(config(database_url), "head")
