"""A real installation: `deskops serve` in a process group of its own, which can be killed outright and started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests

from deskops.core import journal
from deskops.core.database import Database
from tests.services import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = "tests.faults.processes"
JOURNAL_KEY = "j" * 64
START_WITHIN = 90.0  # seconds; three on an idle machine
WORKER = (sys.executable, "-m", f"{PROCESSES}.worker")
SERVE = (
    "import sys; from deskops.server import ServerOptions, serve; "
    "serve(ServerOptions(port=int(sys.argv[1]), companion=tuple(sys.argv[2:])))"
)


@dataclass
class Installation:
    """One database and its data directory; `trip` holds what the preparing process made there."""

    url: str
    folder: Path
    trip: dict[str, Any] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "DESKOPS_DATA": str(self.folder),
            "DESKOPS_DATABASE_URL": self.url,
            "DESKOPS_SECRET_KEY": "s" * 64,
            "DESKOPS_JOURNAL_KEY": JOURNAL_KEY,
            "DESKOPS_LIMITS": "0",
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def prepare(self, **wanted: Any) -> None:
        """Make the trip and whoever is signed in to it; arguments as of processes/prepare.py."""
        self.trip = self.run("prepare", **wanted)

    def run(self, process: str, **wanted: Any) -> Any:
        """Run one of tests/faults/processes to its end; returns what it says."""
        command = [sys.executable, "-m", f"{PROCESSES}.{process}", json.dumps(wanted)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, check=True, timeout=300
        )
        return json.loads(done.stdout.splitlines()[-1])

    def unsealed(self) -> dict[int, int]:
        """The trips whose chain of seals doesn't hold, with the first bad sequence. The one look through deskops."""
        database = Database(self.url)
        try:
            with database.reading() as session:
                trips = journal.trips_with_entries(session)
                held = {trip: journal.verify(session, trip, JOURNAL_KEY.encode()) for trip in trips}
        finally:
            database.dispose()
        return {trip: sequence for trip, sequence in held.items() if sequence is not None}


@dataclass
class Helper:
    """A process of tests/faults/processes that is spoken with line by line."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, installation: Installation, process: str, **wanted: Any) -> "Helper":
        command = [sys.executable, "-m", f"{PROCESSES}.{process}", json.dumps(wanted)]
        return cls(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=installation.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "a helping process ended before its time; its error is on standard error"
        return json.loads(line)

    def end(self) -> None:
        """Kill its process group, and close the pipes."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@contextmanager
def helper(installation: Installation, process: str, **wanted: Any) -> Iterator[Helper]:
    """A process that has said that it is ready; it and its children are gone after the block."""
    started = Helper.start(installation, process, **wanted)
    try:
        assert started.hear() == "ready"
        yield started
    finally:
        started.end()


class Server:
    """`deskops serve` with its worker of timed jobs, on one port through all its lives."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process

    def start(self) -> float:
        """Return when it answers; gives the seconds that took."""
        began = time.monotonic()
        command = [sys.executable, "-c", SERVE, str(self.port), *WORKER]
        with (self.installation.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.installation.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.answers, f"the server; see {self.installation.folder}/server.log", START_WITHIN)
        return time.monotonic() - began

    def answers(self) -> bool:
        assert self.running.poll() is None, "the server ended by itself"
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}/static/core/tokens.css", timeout=2).status_code < 500
        return False

    def members(self) -> list[psutil.Process]:
        """The arbiter and all its children, the worker of timed jobs among them."""
        arbiter = psutil.Process(self.running.pid)
        return [arbiter, *arbiter.children(recursive=True)]

    def kill(self) -> None:
        """kill -9 of the whole process group; none of it is left."""
        members = self.members() if self.running.poll() is None else []
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        _, alive = psutil.wait_procs(members, timeout=10)
        assert not alive, f"survived the kill: {alive}"


@contextmanager
def serving(installation: Installation, count: int = 1) -> Iterator[list[Server]]:
    """Servers over one database, until the end of the block."""
    servers = [Server(installation) for _ in range(count)]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            if server.process is not None:
                server.kill()
