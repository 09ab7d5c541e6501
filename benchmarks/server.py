"""Server processes under measurement, and which core runs what."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from deskops.server import ServerOptions
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE, CLIENT_CORE = 0, 1
STARTS_WITHIN = 60.0
MEGABYTE = 1024 * 1024


@dataclass
class Server:
    """`deskops serve` as it runs, in a process group of its own. `core` pins it; None lets it roam."""

    environment: dict[str, str]
    workers: int = 1
    core: int | None = None
    application: str = "deskops.app:create_app()"
    port: int = field(default_factory=free_port)
    log: Path = Path(os.devnull)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def origin(self) -> str:
        """The site's address, as a browser names it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = ServerOptions(
            port=self.port,
            workers=self.workers,
            redis_url=self.environment.get("DESKOPS_REDIS_URL"),
            embedded=False,
            application=self.application,
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deskops.server", json.dumps(asdict(options))],
                cwd=ROOT,
                env=os.environ | {"DESKOPS_ASYNC": "gevent"} | self.environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if self.core is not None:
            os.sched_setaffinity(self.process.pid, {self.core})
        self._wait()

    def kill(self) -> None:
        """SIGKILL to the whole group, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def worker_processes(self) -> list[psutil.Process]:
        """The processes that answer requests, oldest first."""
        if self.process is None:
            return []
        return sorted(psutil.Process(self.process.pid).children(), key=lambda child: child.pid)

    def resident_megabytes(self) -> float:
        """Resident memory of the workers together."""
        return float(sum(worker.memory_info().rss for worker in self.worker_processes())) / MEGABYTE

    def processor_seconds(self) -> float:
        """Processor time that the workers have taken so far."""
        times = [worker.cpu_times() for worker in self.worker_processes()]
        return float(sum(each.user + each.system for each in times))

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"the server did not start:\n{self.log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.02)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            return False
        finally:
            connection.close()
        return True


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server until the end of the block."""
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def pinned(core: int = CLIENT_CORE) -> Iterator[None]:
    """This process, which plays the clients, on one core, so that it takes nothing from the server's."""
    before = os.sched_getaffinity(0)
    if len(before) > 1:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def server_core() -> int | None:
    """Where a single server process is pinned; None on a machine with one core."""
    return SERVER_CORE if len(os.sched_getaffinity(0)) > 1 else None
