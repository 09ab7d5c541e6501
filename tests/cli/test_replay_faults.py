"""The server is killed outright in the middle of a replay: nothing is lost, nothing is there twice."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.call_logs import row, write_log
from tests.faults.installation import Installation, serving
from tests.services import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
COMMAND = "from deskops.cli.replay import replay; replay()"
CALLS, KILLS = 240, 2
# Other tests may have the processors.
SLOW = 90.0


@pytest.mark.parametrize("mode", ["--as-logged", "--by-rule"])
def test_a_replay_outlives_the_servers_death(sqlite_url: str, tmp_path: Path, mode: str) -> None:
    rows = [
        row(f"{8 + n // 60}:{n % 60:02}:00", server=f"S{n % 3}", waits=5, served=20) for n in range(CALLS)
    ]
    path = write_log(tmp_path / "calls.csv", rows)
    installation = Installation(sqlite_url, tmp_path)
    with serving(installation) as [server]:
        options = [str(path), "--map", "calls", "--url", server.url, "--fast", "--json", mode]
        running = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *options],
            env=installation.environment(TMPDIR=str(tmp_path)),
            stdout=subprocess.PIPE,
            text=True,
        )
        for kill in range(1, KILLS + 1):
            wait_until(lambda kill=kill: acknowledged(tmp_path) > kill * 60, "some calls", SLOW)
            server.kill()
            time.sleep(0.3)
            server.start()
        output, _ = running.communicate(timeout=SLOW)
    closing = json.loads(output.splitlines()[-1])
    assert running.returncode == 0, output
    assert closing["retries"] >= KILLS
    assert (closing["acknowledged"], closing["stored"]) == (CALLS, CALLS)
    assert (closing["lost"], closing["duplicated"], closing["mismatches"]) == (0, 0, 0)


def acknowledged(folder: Path) -> int:
    """How many answers the exchange has noted so far."""
    return sum(
        len(path.read_text().splitlines()) for path in folder.glob("deskops-replay-*/acknowledged.jsonl")
    )
