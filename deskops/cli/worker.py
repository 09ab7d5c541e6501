"""`deskops worker`: timed work, beside the server."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click

from deskops import timed
from deskops.cli.installation import installation
from deskops.core import jobs


@click.command(epilog="Example: DESKOPS_DATA=/var/lib/deskops deskops worker")
def worker() -> None:
    """Do timed jobs and send messages until it is ended. An embedded `serve` starts one by itself."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def pause(seconds: float) -> None:
        stop.wait(seconds)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with installation():
        click.echo(f"Worker: {len(jobs.schedules)} schedules of {len(timed.MODULES)} modules.", err=True)
        jobs.work(stop.is_set, pause)
