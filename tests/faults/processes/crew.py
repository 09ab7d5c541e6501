"""Several processes of deskops on one database: forked after the imports, which take longer than the work.

Each member starts its own runtime after the fork, with its own connections and its own load in memory.
"""

import multiprocessing
import sys
import traceback
from collections.abc import Callable
from typing import Any

from tests.faults.processes.common import begin, differences, say, wait_for

Work = Callable[[dict[str, Any], Callable[[], None]], Any]
FORK = multiprocessing.get_context("fork")
PATIENCE = 240


class Crew:
    """Runs `work(part, ready)` in a process for each part; `ready` waits until all may begin."""

    def __init__(self, work: Work, parts: list[dict[str, Any]]) -> None:
        self.work = work
        self.parts = parts
        self.begin = FORK.Barrier(len(parts) + 1)
        self.compare = FORK.Event()
        self.answers = FORK.Queue()
        self.members = [FORK.Process(target=self._member, args=(part,), daemon=True) for part in parts]

    def run(self) -> None:
        """Speak with the test: ready, go, what each has done, compare, where loads differ from the database."""
        for member in self.members:
            member.start()
        say("ready")
        wait_for("go")
        self.begin.wait(PATIENCE)
        say(self._hear())
        wait_for("compare")
        self.compare.set()
        say(self._hear())

    def _hear(self) -> list[Any]:
        return [self.answers.get(timeout=PATIENCE) for _ in self.members]

    def _member(self, part: dict[str, Any]) -> None:
        begin()
        try:
            done = self.work(part, lambda: self.begin.wait(PATIENCE))
        except Exception:
            traceback.print_exc(file=sys.stderr)
            done = {"failed": traceback.format_exc(limit=-3)}
        self.answers.put(done)
        self.compare.wait(PATIENCE)
        self.answers.put(differences(part["trip"]))


def run(work: Work) -> None:
    """The main function of a process that is a crew; the command line holds the parts."""
    Crew(work, begin(connect=False)["parts"]).run()
