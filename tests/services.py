"""PostgreSQL, Redis and nginx of the tests' own, on free ports of the loopback address.

Plain context managers without deskops: the oracles of the fault tests use them too.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

READY_WITHIN = 30.0
# Faster and, without an outage to survive, no less right.
CARELESS = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "autovacuum=off",
)


class ServiceMissingError(Exception):
    """The program isn't installed on this machine; the text names it."""


def free_port() -> int:
    """A TCP port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, within: float = READY_WITHIN) -> None:
    """Return when `condition` holds; raise TimeoutError after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {within:g} s")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Service:
    """A server process that a test may stop, kill, freeze and start again on the same port and data."""

    name: str
    command: Sequence[str]
    port: int
    folder: Path
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    ready: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
            )
        wait_until(self._is_ready, f"{self.name} on port {self.port}")

    def stop(self) -> None:
        """Ask it to end and wait; frozen or deaf, it is killed."""
        self._signal(signal.SIGCONT)
        self._signal(self.stop_signal)
        try:
            self._running.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self._running.kill()
        self._running.wait()

    def freeze(self) -> None:
        """Let it hold its connections and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process

    def _signal(self, number: signal.Signals) -> None:
        if self._running.poll() is None:
            self._running.send_signal(number)

    def _is_ready(self) -> bool:
        if self._running.poll() is not None:
            raise RuntimeError(f"{self.name} ended at once:\n{self.log()}")
        return self.ready() if self.ready else accepts(self.port)


@contextmanager
def _started(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        if service.process is not None:
            service.stop()


@contextmanager
def _folder(name: str, owner: str | None = None) -> Iterator[Path]:
    """A short path, because a Unix socket's is limited to 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir="/tmp"))
    try:
        if owner is not None:
            shutil.chown(path, owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _program(name: str, *folders: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", ""), "/usr/sbin"]))
    if found is None:
        raise ServiceMissingError(f"{name} is not installed")
    return found


def _postgresql_folders() -> list[str]:
    releases = Path("/usr/lib/postgresql").glob("*/bin")
    return [str(path) for path in sorted(releases, key=lambda path: float(path.parent.name), reverse=True)]


def _ordinary_user() -> str | None:
    """Whom to run PostgreSQL as: it refuses root. None for whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@dataclass(frozen=True)
class PostgreSQL:
    """A running cluster: `service` to stop and start it, `url` for SQLAlchemy with psycopg."""

    service: Service

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.service.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run one statement with psql; return its bare output."""
        arguments = ["-h", "127.0.0.1", "-p", str(self.service.port), "-U", "postgres", "-d", database]
        command = [_program("psql", *_postgresql_folders()), "-XAtq", "-v", "ON_ERROR_STOP=1", *arguments]
        done = subprocess.run(
            [*command, "-c", statement], check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip()


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """A fresh cluster. `durable` keeps fsync on, for tests that kill it."""
    folders = _postgresql_folders()
    initdb, server, ask = (_program(name, *folders) for name in ("initdb", "postgres", "pg_isready"))
    user = _ordinary_user()
    with _folder("postgresql", user) as folder:
        options = ["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale", "C.UTF-8"]
        subprocess.run(
            [initdb, *options, "-D", str(folder / "data")],
            check=True, capture_output=True, user=user, cwd=folder, timeout=120,
        )  # fmt: skip
        port = free_port()
        place = ["-D", str(folder / "data"), "-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
        limits = ["-c", "max_connections=200", "-c", "shared_buffers=64MB"]
        command = [server, *place, *limits, *(() if durable else CARELESS)]

        def ready() -> bool:
            question = [ask, "-q", "-h", "127.0.0.1", "-p", str(port)]
            return subprocess.run(question, check=False).returncode == 0

        service = Service("PostgreSQL", command, port, folder, user, signal.SIGINT, ready)
        with _started(service):
            yield PostgreSQL(service)


@contextmanager
def redis() -> Iterator[Service]:
    """An empty Redis that keeps nothing on disk; its address is `redis_url(service)`."""
    program = _program("redis-server")
    with _folder("redis") as folder:
        port = free_port()
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        with _started(Service("Redis", [program, *options], port, folder)) as service:
            yield service


def redis_url(service: Service) -> str:
    return f"redis://127.0.0.1:{service.port}/0"


@contextmanager
def nginx(configuration: str, port: int) -> Iterator[Service]:
    """nginx with a whole configuration in which `{folder}` stands for its own temporary folder."""
    program = _program("nginx")
    with _folder("nginx") as folder:
        (folder / "nginx.conf").write_text(configuration.replace("{folder}", str(folder)))
        command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
        with _started(Service("nginx", command, port, folder)) as service:
            yield service
