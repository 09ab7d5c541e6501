"""Alembic's entry: the database's address comes from whoever calls, never from a file."""

from alembic import context
from sqlalchemy import create_engine

from deskops.tables import metadata

url: str = context.config.attributes["database_url"]
if url.startswith("postgresql://"):
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
