"""Installations for the fault tests, on SQLite and on a PostgreSQL that keeps its promises to the disk."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from deskops.core.migrations import upgrade
from tests import services
from tests.faults.installation import Installation
from tests.missing import skip_for

TEMPLATE = "faults_template"
_numbers = count(1)


@pytest.fixture(scope="session")
def durable_postgresql(services_of_session: ExitStack) -> services.PostgreSQL:
    """A cluster with fsync, and a migrated database in it to copy."""
    try:
        cluster = services_of_session.enter_context(services.postgresql(durable=True))
    except services.ServiceMissingError as missing:
        skip_for(missing)
    cluster.execute(f"CREATE DATABASE {TEMPLATE}")
    upgrade(cluster.url(TEMPLATE))
    return cluster


@pytest.fixture
def durable_url(durable_postgresql: services.PostgreSQL) -> Iterator[str]:
    """A fresh database of that cluster."""
    name = f"faults_{next(_numbers)}"
    durable_postgresql.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield durable_postgresql.url(name)
    durable_postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """A fresh, migrated installation on either database."""
    fixture = "sqlite_url" if request.param == "sqlite" else "durable_url"
    return Installation(request.getfixturevalue(fixture), tmp_path)


@pytest.fixture
def on_sqlite(sqlite_url: str, tmp_path: Path) -> Installation:
    return Installation(sqlite_url, tmp_path)


@pytest.fixture
def on_postgresql(durable_url: str, tmp_path: Path) -> Installation:
    return Installation(durable_url, tmp_path)
