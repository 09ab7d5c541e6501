"""The worker of timed jobs is killed while it sends messages.

Sending and noting that it was sent can't be one act, so the outbox promises "at least once": a message that had gone
out when the kill fell, and wasn't yet noted, goes out again under the same key once its lease has run out. There is at
most one such message a kill, because they are sent and noted one by one; the key lets the receiver drop the second.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, messages
from deskops.core.unit_of_work import unit_of_work
from tests.faults.installation import ROOT, WORKER, Installation
from tests.faults.oracle import Oracle
from tests.faults.scale import TIMEOUT, scaled
from tests.services import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
LETTERS = scaled(150, 5_000)
KILLS = scaled(3, 30)
SENDING = "0.01"  # seconds that the back end takes


class Worker:
    """`deskops worker` in a process group of its own."""

    def __init__(self, installation: Installation) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *WORKER[1:]],
            cwd=ROOT,
            env=installation.environment(DESKOPS_TEST_SENDING=SENDING, DESKOPS_MESSAGES="file"),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def sent(folder: Path) -> Counter[str]:
    """How often each message went out, by its key."""
    file = folder / "messages.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return Counter(json.loads(line)["once_key"] for line in lines)


def test_a_lease_that_ran_out_over_slow_messages_is_respected(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next worker, to whom they are due by now, would send them too."""
    clock.freeze(clock.now())
    went_out: list[str] = []

    def slow(message: dict[str, Any]) -> None:
        went_out.append(message["once_key"])
        clock.advance(seconds=messages.LEASE.total_seconds() * 0.6)

    monkeypatch.setitem(messages.BACKENDS, "file", slow)
    with unit_of_work(SYSTEM) as uow:
        for name in ("one", "two", "three"):
            messages.queue(
                uow.session,
                trip_id=None,
                channel="sms",
                address="+98",
                text="متن",
                once_key=name,
                now=uow.now,
            )
    messages.send_due({})
    assert len(went_out) == 2
    messages.send_due({})
    assert sorted(went_out) == ["one", "three", "two"]


def test_no_message_is_lost_with_its_worker(installation: Installation) -> None:
    installation.run("letters", count=LETTERS)
    folder, step = installation.folder, LETTERS // (KILLS + 1)
    for kill in range(1, KILLS + 1):
        worker = Worker(installation)
        try:
            wait_until(lambda goal=kill * step: len(sent(folder)) >= goal, "some messages", 60)
            time.sleep(0.003 * kill)
        finally:
            worker.kill()
    last = Worker(installation)
    try:
        oracle = Oracle(installation.url)
        wait_until(lambda: oracle.rows("SELECT DISTINCT state FROM messages") == [("sent",)], "all sent", 60)
    finally:
        last.kill()
    out = sent(folder)
    assert len(out) == LETTERS, "lost"
    assert max(out.values()) <= 2
    assert sum(out.values()) - LETTERS <= KILLS, "more went out twice than there were kills"
