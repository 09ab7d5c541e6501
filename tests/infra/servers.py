"""Starts `deskops serve`'s server with the tiny application in a process group of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import requests
import socketio

from deskops.server import ServerOptions
from tests.services import accepts, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
START = (
    "import json, sys; from deskops.server import ServerOptions, serve; "
    "options = json.loads(sys.argv[1]); options['companion'] = tuple(options['companion']); "
    "serve(ServerOptions(**options))"
)
TINY = ServerOptions(application="tests.infra.tiny_app:create_app()", embedded=False)


@dataclass
class Running:
    """A started server: `pid` is the arbiter's."""

    process: subprocess.Popen[bytes]
    port: int
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def get(self, path: str, within: float = 10) -> requests.Response:
        return requests.get(self.url + path, timeout=within, verify=False)

    def post(self, path: str, **options: Any) -> requests.Response:
        return requests.post(self.url + path, timeout=10, verify=False, **options)

    def socket(self, **options: object) -> socketio.Client:
        """A connected client of Socket.IO."""
        client = socketio.Client(ssl_verify=False, **options)
        client.connect(self.url, transports=["websocket"], wait_timeout=10)
        return client

    def descriptors(self) -> int:
        """Open descriptors of the workers."""
        return sum(child.num_fds() for child in psutil.Process(self.pid).children())


@contextmanager
def running(options: ServerOptions = TINY, **environment: str) -> Iterator[Running]:
    """The server, until the end of the block; its whole process group is gone afterwards."""
    port = free_port()
    arguments = json.dumps(asdict(replace(options, port=port)))
    process = subprocess.Popen(
        [sys.executable, "-c", START, arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )
    try:
        server = Running(process, port, "https" if options.certificate else "http")
        # Listening comes first: a server that is ended before its worker has started takes its grace time.
        wait_until(lambda: accepts(port), "the server")
        server.get("/", within=60)
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
