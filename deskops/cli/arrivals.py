"""The process of the living demo; `deskops demo --serve` starts it beside the server and it ends with the
server.
"""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import click

from deskops.cli.arriving.client import Client, Stopped, Unwelcome
from deskops.cli.arriving.counters import Counters
from deskops.cli.arriving.schedule import Schedule
from deskops.cli.arriving.visitors import Visitors

LONGEST_PAUSE = 0.25


def command_line(
    *,
    address: str,
    trip_id: int,
    token_file: Path,
    pace_file: Path,
    speed: float,
    seed: int,
    certificate: str | None,
) -> tuple[str, ...]:
    """What to give `python -m`."""
    options: dict[str, object] = {
        "--address": address,
        "--trip": trip_id,
        "--token-file": token_file,
        "--pace-file": pace_file,
        "--speed": speed,
        "--seed": seed,
    }
    if certificate is not None:
        options["--certificate"] = certificate
    return (__name__, *(str(part) for option in options.items() for part in option))


@click.command()
@click.option("--address", required=True, help="The server, such as http://127.0.0.1:8000.")
@click.option("--trip", "trip_id", required=True, type=int)
@click.option(
    "--token-file", required=True, type=click.Path(path_type=Path), help="Holds the integration's token."
)
@click.option(
    "--pace-file",
    required=True,
    type=click.Path(path_type=Path),
    help="Holds people an hour; read again and again.",
)
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(0.1, 100),
    help="How much faster than life people are served.",
)
@click.option("--seed", default=34)
@click.option(
    "--certificate", type=click.Path(path_type=Path), help="The server's own certificate, with HTTPS."
)
def main(
    address: str,
    trip_id: int,
    token_file: Path,
    pace_file: Path,
    speed: float,
    seed: int,
    certificate: Path | None,
) -> None:
    """Let invented people come and be served at a running server, until it is told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    client = Client(address, trip_id, token_file.read_text(encoding="ascii").strip(), stopping, certificate)
    try:
        live(client, stopping, pace_file, seed, speed)
    except Stopped:
        return
    except Unwelcome as refused:
        raise click.ClickException(
            f"The arrivals of the demo ended: the server refused {refused}"
        ) from refused


def live(client: Client, stopping: threading.Event, pace_file: Path, seed: int, speed: float) -> None:
    """Come, wait, serve and be served. Raises Stopped, Unwelcome."""
    schedule = Schedule(time.monotonic)
    setup = client.get("/")
    visitors = Visitors(client, schedule, setup, pace_file, seed, speed)
    counters = Counters(client, schedule, visitors, setup, seed, speed)
    anybody = counters.open()
    visitors.come(counters.attend, warm_up=not anybody)
    while not stopping.is_set():
        schedule.run_due()
        stopping.wait(schedule.pause(LONGEST_PAUSE))


if __name__ == "__main__":
    main()
