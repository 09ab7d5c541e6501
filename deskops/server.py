"""`deskops serve`: checks what can be checked, then becomes gunicorn."""

import gc
import json
import os
import resource
import socket
import sys
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import make_settings
from gunicorn.util import import_app

from deskops import gunicorn_options
from deskops.companion import Companion
from deskops.core.config import AsyncMode

WORKER_CLASSES: dict[AsyncMode, str] = {
    "gevent": "gevent",
    "eventlet": "deskops.eventlet_worker.EventletWorker",
    "threading": "gthread",
}
# A websocket holds its thread, so this is how many clients the threading mode takes.
THREADS = 2000
DESCRIPTORS = 65_536
# psycopg's own waiting in C never yields to eventlet's hub.
ENVIRONMENT: dict[AsyncMode, dict[str, str]] = {"eventlet": {"PSYCOPG_WAIT_FUNC": "wait_selector"}}
# Timed jobs can wait; the first page shouldn't share the processor with their start.
COMPANION_AFTER = 2.0
RUN_WORKER = "import sys; from deskops.cli.main import main; sys.exit(main())"


class CannotServe(click.ClickException):
    """The server can't be started as asked; the message says what to change."""


@dataclass(frozen=True)
class ServerOptions:
    """How to serve. `embedded` starts the worker of timed jobs as a child; `certificate` and `key` are
    PEM files, both or neither; `application` is what gunicorn imports."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    async_mode: AsyncMode = "gevent"
    redis_url: str | None = None
    embedded: bool = True
    certificate: str | None = None
    key: str | None = None
    application: str = "deskops.app:create_app()"
    companion: tuple[str, ...] = (sys.executable, "-c", RUN_WORKER, "worker")


def serve(options: ServerOptions) -> NoReturn:
    """Replace this process by the server; return never, or raise `CannotServe`.

    A new interpreter, because the green workers must patch the standard library before anything of the
    application is imported, and the command line has imported much of it by now.
    """
    check(options)
    environment = os.environ | ENVIRONMENT.get(options.async_mode, {})
    environment["DESKOPS_ASYNC"] = options.async_mode
    sys.stdout.flush()
    command = [sys.executable, "-m", "deskops.server", json.dumps(asdict(options))]
    os.execve(sys.executable, command, environment)


def check(options: ServerOptions) -> None:
    """Raise `CannotServe` for what would fail later, or worse, seem to work."""
    if options.workers < 1:
        raise CannotServe("The server needs at least one worker.")
    if options.workers > 1 and not options.redis_url:
        raise CannotServe(
            f"{options.workers} workers need DESKOPS_REDIS_URL: without a queue between them, each screen "
            "would silently miss whatever the other workers send. Set it, or serve with one worker."
        )
    if bool(options.certificate) != bool(options.key):
        raise CannotServe("HTTPS needs both files, the certificate and its key.")
    _check_port(options.host, options.port)


def _check_port(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as problem:
            raise CannotServe(
                f"Cannot listen on {host}, port {port}: {problem.strerror}. If another server runs there, "
                "stop it or choose another port: make run PORT=8001, deskops serve --port 8001."
            ) from problem


def gunicorn_settings(options: ServerOptions) -> dict[str, Any]:
    """Everything gunicorn is told, by the names of its settings."""
    known = make_settings()
    fixed = {name: value for name, value in vars(gunicorn_options).items() if name in known}
    return fixed | {
        "bind": f"{_bracketed(options.host)}:{options.port}",
        "workers": options.workers,
        "worker_class": WORKER_CLASSES[options.async_mode],
        "threads": THREADS if options.async_mode == "threading" else 1,
        "certfile": options.certificate,
        "keyfile": options.key,
        "proc_name": "deskops",
    }


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class ServerArbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's arbiter, whose main loop also looks after the companion."""

    def __init__(self, application: "Server", companion: Companion | None) -> None:
        super().__init__(application)
        self.companion = companion

    def manage_workers(self) -> None:
        super().manage_workers()
        if self.companion is not None:
            self.companion.tend()

    def stop(self, graceful: bool = True) -> None:
        super().stop(graceful)
        if self.companion is not None:
            self.companion.end()


class Server(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn wants it: imported in each worker, after the worker patched the library."""

    def __init__(self, options: ServerOptions) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_settings(self.options).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = import_app(self.options.application)
        # What is there by now stays to the end: else a full collection looks at all of it, and every screen waits 150 ms.
        gc.freeze()
        return application

    def run(self) -> None:
        companion = Companion(self.options.companion, COMPANION_AFTER) if self.options.embedded else None
        ServerArbiter(self, companion).run()


def raise_descriptor_limit() -> None:
    """Lift the soft limit, often 1,024, as far as the hard one allows: a client is a descriptor."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main(encoded_options: str) -> None:
    """Run the server in this process, with the options that `serve` encoded."""
    decoded = json.loads(encoded_options)
    decoded["companion"] = tuple(decoded["companion"])
    raise_descriptor_limit()
    Server(ServerOptions(**decoded)).run()


if __name__ == "__main__":
    main(sys.argv[1])
