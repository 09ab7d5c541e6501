"""What every test may use. Fixtures of the application are in tests/fixtures.py."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from deskops.core.migrations import upgrade
from tests import services
from tests.emptied import EmptiedDatabase
from tests.missing import skip_for

pytest_plugins = ["tests.ci_skips", "tests.quick_apps", "tests.fixtures"]
# No test asserts a time: a busy machine would fail it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "deskops_template"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=DATABASES,
        default=os.environ.get("DESKOPS_TEST_DATABASE", "sqlite"),
        help="what `database_url` leads to; with postgresql only tests that use a database are run",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "sqlite":
        return
    left_out = [item for item in items if "database_url" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(scope="session")
def services_of_session() -> Iterator[ExitStack]:
    """Keeps the services that a first test asks for running until the last one is done."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def postgresql(services_of_session: ExitStack) -> services.PostgreSQL:
    """A cluster for the whole session."""
    try:
        return services_of_session.enter_context(services.postgresql())
    except services.ServiceMissingError as missing:
        skip_for(missing)


@pytest.fixture(scope="session")
def redis_url(services_of_session: ExitStack) -> str:
    """A Redis for the whole session."""
    try:
        return services.redis_url(services_of_session.enter_context(services.redis()))
    except services.ServiceMissingError as missing:
        skip_for(missing)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that each test's database is a copy of: migrating takes a hundred times as long."""
    path = tmp_path_factory.mktemp("template") / "deskops.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def emptied_postgresql(postgresql: services.PostgreSQL) -> Iterator[EmptiedDatabase]:
    """A migrated database, emptied before each test."""
    postgresql.execute(f"CREATE DATABASE {TEMPLATE}")
    upgrade(postgresql.url(TEMPLATE))
    database = EmptiedDatabase(postgresql, TEMPLATE, "deskops")
    yield database
    database.close()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database, whatever the suite runs on."""
    path = tmp_path / "deskops.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(emptied_postgresql: EmptiedDatabase) -> str:
    """A migrated PostgreSQL database without a row, whatever the suite runs on."""
    return emptied_postgresql.take()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database of the kind the suite runs on: `--database sqlite|postgresql`."""
    return str(request.getfixturevalue(f"{request.config.getoption('--database')}_url"))
