"""What the processes of the fault tests share: starting like a process of deskops, talking by lines, comparing loads."""

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from deskops.accounts.actor import Actor, Grant
from deskops.core import runtime
from deskops.core.config import Settings
from deskops.core.errors import DatabaseUnavailable
from deskops.demands.errors import QueueBusy
from deskops.demands.load import CACHE, LoadCache
from deskops.demands.trip_load import TripLoad
from deskops.subscribers import create_runtime

Answer = TypeVar("Answer")


def begin(*, connect: bool = True) -> dict[str, Any]:
    """Start as the worker does; returns what was asked for on the command line."""
    if connect:
        create_runtime(Settings.from_env())
    wanted: dict[str, Any] = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    return wanted


def say(words: Any) -> None:
    print(json.dumps(words), flush=True)


def wait_for(word: str) -> None:
    """Wait until the test says the word; end with the test."""
    if sys.stdin.readline().strip() != word:
        raise SystemExit("the test is gone")


def staff(user_id: int, trip_id: int, role: str = "staff") -> Actor:
    return Actor(user_id, "", (Grant(role, trip_id),), via="session")


def patiently(act: Callable[[], Answer]) -> Answer:
    """Press again wherever the answer is 503, as a person would; nothing was saved then."""
    for _ in range(200):
        try:
            return act()
        except (DatabaseUnavailable, QueueBusy):
            continue
    raise TimeoutError("refused two hundred times in a row")


def facts_of(load: TripLoad) -> dict[str, Any]:
    """A load as comparable facts, each under a name of its own."""
    facts: dict[str, Any] = {"sequence": load.sequence, "phase": load.phase}
    facts |= {f"ticket {one.ticket_id}": one for one in load.load.all_waiting()}
    facts |= {f"counter {key}": one for key, one in load.load.counters.items()}
    for key, desk in load.load.desks.items():
        facts[f"desk {key}"] = (desk.desk, desk.open_counters, desk.busy, desk.provisional)
    return facts


def differences(trip_id: int) -> list[str]:
    """Where this process's load, folded through everything that happened, differs from one read anew."""
    with runtime.current().database.reading() as session:
        folded = facts_of(CACHE.current(session, trip_id))
        anew = facts_of(LoadCache().current(session, trip_id))
    names = sorted(folded.keys() | anew.keys())
    return [
        f"{name}: {folded.get(name)} should be {anew.get(name)}"
        for name in names
        if folded.get(name) != anew.get(name)
    ]
