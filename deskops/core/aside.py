"""Work that holds the processor for long, done in a process of its own: one web process serves every screen of a hall.

For what needs nothing but its arguments, such as unpacking a workbook. It starts a Python, which takes some tenths of a
second of waiting, and none of this process's time.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from deskops.core.i18n import lang, using_language

Result = TypeVar("Result")
SECONDS = 60.0
# Screens go first where there are fewer processors than work.
_NICENESS = 5
_ROOT = Path(__file__).resolve().parents[2]


class TooLong(Exception):
    """The work took longer than SECONDS, or ended without an answer."""


def aside(work: Callable[..., Result], *args: Any, **named: Any) -> Result:
    """What a function of some module returns, worked out in another process and in the language of this one.

    Raises what it raises, or TooLong. Arguments, result and errors must be picklable.
    """
    asked = asked_for(work, args, named)
    command = [sys.executable, "-m", "deskops.core.aside"]
    try:
        done = subprocess.run(
            command, input=asked, stdout=subprocess.PIPE, timeout=SECONDS, cwd=_ROOT, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as ended:
        raise TooLong(getattr(work, "__name__", "")) from ended
    return outcome(done.stdout)  # type: ignore[no-any-return]


def _answer() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not come between.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.nice(_NICENESS)
    answer = worked_out(sys.stdin.buffer.read())
    with answers:
        answers.write(answer)


def asked_for(work: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> bytes:
    """A piece of work in the current language, for `worked_out` in another process."""
    return pickle.dumps((lang(), work, args, named))


def worked_out(asked: bytes) -> bytes:
    """What came of it, for `outcome` in the process that asked."""
    language, work, args, named = pickle.loads(asked)
    with using_language(language):
        try:
            return pickle.dumps((None, work(*args, **named)))
        except Exception as error:
            return pickle.dumps((error, None))


def outcome(answer: bytes) -> Any:
    """What the work returned. Raises what it raised."""
    # Bytes of a process that we started, about work that we named.
    error, result = pickle.loads(answer)
    if error is not None:
        raise error
    return result


if __name__ == "__main__":
    _answer()
