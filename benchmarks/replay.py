"""Fifteen days of real calls through the running server, as fast as it goes: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.ground import Ground
from benchmarks.result import CannotMeasureError, Result, Scale, say
from benchmarks.server import ROOT, Server, serving
from benchmarks.stores import sqlite_ground

# Outside the project: where real data lies on a machine that has it.
CALLS = ROOT.parent / "shared" / "data" / "calls-1999-08-01-to-15.csv"
COMMAND = (sys.executable, "-c", "import sys; from deskops.cli.main import main; sys.exit(main())")


def measure(scale: Scale) -> Result:
    """Calls lost or duplicated; the pace is beside it."""
    if not CALLS.exists():
        raise CannotMeasureError(
            f"{CALLS.name} is not there: put it into {CALLS.parent.name}/ beside the project"
        )
    with sqlite_ground() as ground:
        log = ground.settings.data_dir / "server.log"
        with serving(Server(ground.environment, log=log)) as server:
            facts = _replay(ground, server, CALLS, scale.of(0, 60))
    wrong = facts["lost"] + facts["duplicated"]
    say(f"{facts['acknowledged']:,} acknowledged, {facts['stored']:,} stored")
    return Result(wrong, "calls lost or twice", "0", wrong == 0, None, [wrong], facts)


def _replay(ground: Ground, server: Server, calls: Path, limit: int) -> dict[str, Any]:
    command = [*COMMAND, "replay", str(calls), "--map", "calls", "--fast", "--json", "--url", server.origin]
    command += ["--limit", str(limit)] if limit else []
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | ground.environment, stdout=subprocess.PIPE, text=True
    )
    lines = done.stdout.splitlines()
    if not lines or not lines[-1].startswith("{"):
        raise RuntimeError(f"the replay ended with {done.returncode}: {done.stdout[-500:]}")
    for line in lines[:-1]:
        say(line)
    facts: dict[str, Any] = json.loads(lines[-1])
    return facts
