"""What `deskops serve` refuses, what it tells gunicorn, and the worker that it starts beside itself."""

import gc
import os
import re
import resource
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets

from deskops import gunicorn_options, server
from deskops.core.config import AsyncMode
from deskops.server import (
    CannotServe,
    Server,
    ServerOptions,
    check,
    gunicorn_settings,
    raise_descriptor_limit,
    serve,
)
from tests.infra.servers import ROOT, TINY, running
from tests.services import free_port, wait_until

LIVES_ON = "import time; time.sleep(600)"


def free(options: ServerOptions = TINY) -> ServerOptions:
    return replace(options, port=free_port())


def test_a_free_port_and_one_worker_are_accepted() -> None:
    check(free())


def test_a_busy_port_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(CannotServe, match=f"port {port}: Address already in use.*PORT=8001"):
            check(replace(TINY, port=port))


def test_what_is_loaded_once_is_left_out_of_later_collections() -> None:
    try:
        assert callable(Server(replace(TINY, application="tests.infra.tiny_app:create_app")).load())
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def test_a_port_that_was_just_left_is_accepted() -> None:
    """Connections of the last run are still waiting for late packets; that must not stop the next one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.accept()[0].close()
    check(replace(TINY, port=port))


def test_two_workers_without_redis_are_refused_with_the_reason() -> None:
    with pytest.raises(CannotServe, match=r"2 workers need DESKOPS_REDIS_URL.*miss"):
        check(free(replace(TINY, workers=2)))


def test_two_workers_with_redis_are_accepted() -> None:
    check(free(replace(TINY, workers=2, redis_url="redis://127.0.0.1/0")))


def test_no_worker_at_all_is_refused() -> None:
    with pytest.raises(CannotServe, match="at least one"):
        check(free(replace(TINY, workers=0)))


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(CannotServe, match="both files"):
        check(free(replace(TINY, certificate="certificate.pem")))


def test_the_settings_reach_gunicorn() -> None:
    settings = Server(replace(TINY, port=8123)).cfg
    assert settings.address == [("127.0.0.1", 8123)]
    assert (settings.worker_connections, settings.backlog, settings.graceful_timeout) == (5000, 2048, 6)
    assert settings.control_socket_disable
    assert settings.when_ready is gunicorn_options.when_ready
    assert settings.post_worker_init is gunicorn_options.post_worker_init


def test_a_version_six_address_is_bound_in_brackets() -> None:
    assert gunicorn_settings(replace(TINY, host="::1", port=8123))["bind"] == "[::1]:8123"


def test_threads_are_as_many_as_clients_only_where_clients_hold_threads() -> None:
    assert gunicorn_settings(replace(TINY, async_mode="threading"))["threads"] >= 1000
    assert gunicorn_settings(TINY)["threads"] == 1


def test_accepted_connections_are_given_up_after_twenty_seconds_without_an_answer() -> None:
    application = Server(free())
    listeners = create_sockets(application.cfg, Logger(application.cfg))
    gunicorn_options.when_ready(type("Arbiter", (), {"LISTENERS": listeners}))
    with socket.create_connection(listeners[0].sock.getsockname()):
        listeners[0].sock.setblocking(True)
        accepted, _ = listeners[0].sock.accept()
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
        accepted.close()
    listeners[0].close()


def test_the_limit_on_descriptors_is_lifted_to_the_hard_one() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
        raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(65_536, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_plain_gunicorn_takes_the_same_options() -> None:
    """The line that wsgi.py recommends."""
    assert "-c python:deskops.gunicorn_options wsgi:app" in (ROOT / "wsgi.py").read_text()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:deskops.gunicorn_options", "--print-config"]
    printed = subprocess.run(
        [*command, "tests.infra.tiny_app:create_app()"],
        env=os.environ | {"DESKOPS_ASYNC": "threading"},
        cwd=ROOT, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    ).stdout  # fmt: skip
    assert re.search(r"worker_connections += 5000", printed)
    assert re.search(r"post_worker_init += <post_worker_init\(\)>", printed)


@pytest.mark.parametrize(("mode", "waiting"), [("eventlet", "wait_selector"), ("gevent", None)])
def test_psycopg_is_told_how_to_wait_before_it_is_imported(
    monkeypatch: pytest.MonkeyPatch, mode: AsyncMode, waiting: str | None
) -> None:
    handed: dict[str, str] = {}
    monkeypatch.setattr(server.os, "execve", lambda program, command, environment: handed.update(environment))
    serve(free(replace(TINY, async_mode=mode)))
    assert handed.get("PSYCOPG_WAIT_FUNC") == waiting
    assert handed["DESKOPS_ASYNC"] == mode


def companion(tmp_path: Path, code: str) -> ServerOptions:
    """Options with a companion that notes its process id, one a line, and then runs `code`."""
    note = f"import os; open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}}\\n'); "
    return replace(TINY, embedded=True, companion=(sys.executable, "-c", note + code))


def starts(tmp_path: Path) -> list[int]:
    """Process ids of all companions so far, the oldest first."""
    path = tmp_path / "pids"
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def first_companion(tmp_path: Path) -> psutil.Process:
    wait_until(lambda: bool(starts(tmp_path)), "the first companion")
    return psutil.Process(starts(tmp_path)[0])


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_the_companion_ends_with_the_server(tmp_path: Path) -> None:
    with running(companion(tmp_path, LIVES_ON)) as running_server:
        beside = first_companion(tmp_path)
        running_server.process.terminate()
        assert running_server.process.wait(10) == 0
        assert is_gone(beside)


def test_the_companion_ends_even_if_the_server_is_killed(tmp_path: Path) -> None:
    with running(companion(tmp_path, LIVES_ON)) as running_server:
        beside = first_companion(tmp_path)
        os.kill(running_server.pid, 9)
        wait_until(lambda: is_gone(beside), "the end of the companion", 5)


def test_a_companion_that_died_is_started_again(tmp_path: Path) -> None:
    with running(companion(tmp_path, LIVES_ON)):
        first_companion(tmp_path).kill()
        wait_until(lambda: len(starts(tmp_path)) == 2, "a second companion", 10)


def test_a_companion_that_keeps_dying_does_not_disturb_the_server(tmp_path: Path) -> None:
    with running(companion(tmp_path, "raise SystemExit(1)")) as running_server:
        wait_until(lambda: len(starts(tmp_path)) == 3, "the third start", 15)
        assert running_server.get("/").ok


def test_a_server_that_is_not_embedded_has_no_companion() -> None:
    with running(TINY) as running_server:
        assert len(psutil.Process(running_server.pid).children()) == 1
