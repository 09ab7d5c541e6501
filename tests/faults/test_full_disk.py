"""Row 2: the disk is full, in two ways. What can't be written is refused with 503, and nobody is told otherwise."""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.clients import Intake, intake
from tests.faults.installation import Installation, Server, serving
from tests.faults.judgement import assert_nothing_lost_or_doubled
from tests.faults.scale import TIMEOUT, scaled
from tests.services import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(TIMEOUT)]
REFUSALS = scaled(10, 500)
MEBIBYTE = 1024 * 1024
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def refused(crowd: Intake) -> None:
    """Wait until nothing gets through any more: refusals, and not one acknowledgement among them."""
    goal = crowd.log.statuses[503] + REFUSALS
    wait_until(lambda: crowd.log.statuses[503] >= goal, "refusals", 60)
    acknowledged = len(crowd.log.acknowledged)
    time.sleep(0.5)
    assert len(crowd.log.acknowledged) == acknowledged, "acknowledged on a full disk"


def survives(
    installation: Installation, fill: Callable[[Server], None], clear: Callable[[Server], None]
) -> None:
    installation.prepare(users={"staff": 4}, open_desks=["a", "hall"])
    with serving(installation) as [server]:
        with intake(installation, [server], clients=4) as crowd:
            crowd.reach(20)
            fill(server)
            refused(crowd)
            clear(server)
            crowd.reach(20)
        assert crowd.log.statuses[503] >= REFUSALS
        assert_nothing_lost_or_doubled(installation, crowd.log)


def test_where_no_file_may_grow_nothing_is_acknowledged_and_all_goes_on_afterwards(
    on_sqlite: Installation,
) -> None:
    """The kernel's limit on the size of files, for which nobody needs to be root."""

    def limit_files(server: Server) -> None:
        size = Path(f"{on_sqlite.folder}/deskops.sqlite3-wal").stat().st_size
        for member in server.members():
            resource.prlimit(member.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def lift_limits(server: Server) -> None:
        for member in server.members():
            resource.prlimit(member.pid, resource.RLIMIT_FSIZE, UNLIMITED)

    survives(on_sqlite, limit_files, lift_limits)


def test_a_full_disk_refuses_and_takes_up_again_by_itself(small_disk: Path, on_sqlite: Installation) -> None:
    """A real file system without a free byte, until somebody makes room."""
    shutil.copy(on_sqlite.url.removeprefix("sqlite:///"), small_disk / "deskops.sqlite3")
    installation = Installation(f"sqlite:///{small_disk / 'deskops.sqlite3'}", on_sqlite.folder)
    ballast = small_disk / "ballast"

    def fill(_server: Server) -> None:
        with ballast.open("wb") as file:
            while True:
                try:
                    os.write(file.fileno(), b"\0" * 4096)
                except OSError:
                    return

    survives(installation, fill, lambda _server: ballast.unlink())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, 16 * MEBIBYTE):
        yield folder


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"mounting a small disk is not permitted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
