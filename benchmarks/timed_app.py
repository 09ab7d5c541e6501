"""The application with the time that it took for each answer in the answer's own header."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from time import perf_counter
from typing import Any

from flask import Flask

from deskops import app as deskops_app


class Timed:
    """Adds `Server-Timing: app;dur=…;desc=…`: milliseconds from the request's arrival to the answer's beginning, and a
    number of its own. Pages are rendered whole before that. Sockets wait on purpose and are left alone.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.numbers = count(1)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/socket.io"):
            return self.app(environ, start_response)
        begun = perf_counter()

        def timed(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            taken = f"app;dur={(perf_counter() - begun) * 1000:.3f};desc={next(self.numbers)}"
            return start_response(status, [*headers, ("Server-Timing", taken)], *error)

        return self.app(environ, timed)


def create_app() -> Flask:
    """As `deskops.app` makes it, timed."""
    app = deskops_app.create_app()
    app.wsgi_app = Timed(app.wsgi_app)  # type: ignore[method-assign]
    return app
