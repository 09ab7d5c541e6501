"""A process that lives beside the server: `deskops worker` in an embedded installation."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial

PR_SET_PDEATHSIG = 1  # linux/prctl.h
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds after which an end counts as a first one again
END_WITHIN = 5.0

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Companion:
    """Keeps one child process running: started again when it ends, each time after a longer pause.

    The kernel ends it with its parent, so that a server killed outright leaves no worker behind that
    would go on with the jobs of a dead installation.
    """

    def __init__(self, command: Sequence[str], first_after: float = 0.0) -> None:
        """`first_after`: seconds from now until the first start."""
        self.command = list(command)
        self.process: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE
        self._started = 0.0
        self._due = time.monotonic() + first_after

    def tend(self) -> None:
        """Start the process if it isn't running and its pause is over; call this every second or so."""
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return
            self._plan_restart(now)
        if now >= self._due:
            self._start(now)

    def end(self) -> None:
        """Ask the process to end, and insist after END_WITHIN seconds."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _plan_restart(self, now: float) -> None:
        self.process = None
        if now - self._started > STEADY_AFTER:
            self._pause = FIRST_PAUSE
        self._due = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _start(self, now: float) -> None:
        # The hook runs between fork and exec: safe as long as the caller has no second thread.
        tie = partial(_libc.prctl, PR_SET_PDEATHSIG, signal.SIGTERM) if _libc else None
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, preexec_fn=tie)
        self._started = now
