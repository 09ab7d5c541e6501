"""The services that the tests start: they must start, stop, survive a kill and leave nothing behind."""

import os
from collections.abc import Iterator

import psutil
import psycopg
import pytest
import redis as redis_client

from tests import services
from tests.missing import skip_for


@pytest.fixture
def durable_postgresql() -> Iterator[services.PostgreSQL]:
    try:
        with services.postgresql(durable=True) as cluster:
            yield cluster
    except services.ServiceMissingError as missing:
        skip_for(missing)


def process_of(service: services.Service) -> psutil.Process:
    assert service.process is not None
    return psutil.Process(service.process.pid)


@pytest.mark.postgresql
def test_postgresql_keeps_what_was_committed_through_a_kill(durable_postgresql: services.PostgreSQL) -> None:
    durable_postgresql.execute("CREATE TABLE kept AS SELECT 7 AS number")
    durable_postgresql.service.kill()
    durable_postgresql.service.start()
    assert durable_postgresql.execute("SELECT number FROM kept") == "7"


@pytest.mark.postgresql
def test_postgresql_writes_carefully_where_asked(
    durable_postgresql: services.PostgreSQL, postgresql: services.PostgreSQL
) -> None:
    assert durable_postgresql.execute("SHOW fsync") == "on"
    assert postgresql.execute("SHOW fsync") == "off"


@pytest.mark.postgresql
def test_postgresql_never_runs_as_root(postgresql: services.PostgreSQL) -> None:
    assert process_of(postgresql.service).uids().real != 0


@pytest.mark.postgresql
def test_postgresql_is_reached_by_its_url(postgresql: services.PostgreSQL) -> None:
    with psycopg.connect(postgresql.url().replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT 'سلام'").fetchone() == ("سلام",)


@pytest.mark.redis
def test_redis_answers_again_after_it_was_frozen() -> None:
    try:
        with services.redis() as service:
            client = redis_client.Redis.from_url(services.redis_url(service), socket_timeout=0.5)
            assert client.ping()
            service.freeze()
            with pytest.raises(redis_client.TimeoutError):
                client.ping()
            service.thaw()
            assert client.ping()
    except services.ServiceMissingError as missing:
        skip_for(missing)


@pytest.mark.redis
def test_a_stopped_service_leaves_neither_process_nor_folder() -> None:
    try:
        with services.redis() as service:
            process = process_of(service)
            service.freeze()
    except services.ServiceMissingError as missing:
        skip_for(missing)
    assert not process.is_running()
    assert not service.folder.exists()
    assert not services.accepts(service.port)


def test_a_service_that_ends_at_once_shows_its_log(tmp_path: os.PathLike[str]) -> None:
    service = services.Service("false", ["sh", "-c", "echo no room; exit 1"], services.free_port(), tmp_path)
    with pytest.raises(RuntimeError, match="no room"):
        service.start()


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.shutil, "which", lambda name, path: None)
    with pytest.raises(services.ServiceMissingError, match="redis-server is not installed"), services.redis():
        pass


def test_waiting_for_what_never_happens_ends() -> None:
    with pytest.raises(TimeoutError, match="a miracle"):
        services.wait_until(lambda: False, "a miracle", within=0.05)
