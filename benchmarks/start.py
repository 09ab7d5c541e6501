"""Seconds from starting the demo a second time to its first page."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.result import Result, Scale, median, say
from benchmarks.server import ROOT, STARTS_WITHIN
from benchmarks.stores import folder
from tests.services import free_port

GOAL_SECONDS = 5.0
PAGE = "/sign-in"
LOG = "start.log"
ENDS_WITHIN = 20.0
# The first start leaves byte code even where the environment forbids it, as `make setup` does.
WITH_BYTE_CODE = {"PYTHONDONTWRITEBYTECODE": ""}


def measure(scale: Scale) -> Result:
    """The first start makes the trip and isn't measured; each further one finds it."""
    with folder() as data:
        with _demo(data, scale, WITH_BYTE_CODE) as (process, port):
            _wait_for_page(process, port, data / LOG)
        starts = [_start(data, scale) for _ in range(scale.runs)]
    seconds = [taken for taken, _ in starts]
    value = median(seconds)
    details = {"processor_seconds": median([processor for _, processor in starts])}
    return Result(value, "s", "< 5 s", value < GOAL_SECONDS, None, seconds, details)


def _start(data: Path, scale: Scale) -> tuple[float, float]:
    """Seconds to the page, and processor seconds that all its processes took until then."""
    begun = time.monotonic()
    with _demo(data, scale, {}) as (process, port):
        _wait_for_page(process, port, data / LOG)
        taken, processor = time.monotonic() - begun, _processor_seconds(process.pid)
    say(f"{PAGE} after {taken:.2f} s, {processor:.2f} s of processor")
    return taken, processor


@contextmanager
def _demo(
    data: Path, scale: Scale, environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`deskops demo --serve` on a free port, until the end of the block; nothing of this machine's own
    installation gets into it.
    """
    port = free_port()
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("DESKOPS_")}
    command = ["demo", "--serve", "--port", str(port), "--staff", str(scale.of(730, 40))]
    with (data / LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deskops.cli.main", *command],
            cwd=ROOT,
            env=foreign | {"DESKOPS_DATA": str(data)} | environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process, port
        process.send_signal(signal.SIGINT)
        process.wait(ENDS_WITHIN)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_page(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the demo did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTS_WITHIN)
    try:
        connection.request("GET", PAGE)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _processor_seconds(pid: int) -> float:
    """Of the process, which was the command line before it became the server, and of all its children."""
    total = 0.0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total
