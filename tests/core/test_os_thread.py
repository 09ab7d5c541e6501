"""C code in a thread of the operating system: the event loop goes on, in each way of running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deskops.core.os_thread import in_os_thread

PATCHES = {
    "gevent": "from gevent import monkey; monkey.patch_all()",
    "eventlet": "import eventlet; eventlet.monkey_patch()",
    "threading": "",
}
# usleep of the C library holds its thread and frees the interpreter lock, as argon2 does.
TICKING = """
import ctypes, threading, time
from deskops.core.os_thread import in_os_thread
ticks, busy = [], True
def tick():
    while busy:
        time.sleep(0.01)
        ticks.append(1)
ticker = threading.Thread(target=tick)
ticker.start()
usleep = ctypes.CDLL(None).usleep
in_os_thread(lambda: usleep(400_000))
busy = False
ticker.join()
print(len(ticks))
"""


@pytest.mark.parametrize("mode", PATCHES)
def test_others_go_on_while_c_code_runs(mode: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", PATCHES[mode] + TICKING]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    # In place, gevent and eventlet would come to one tick.
    assert int(done.stdout) >= 5


def test_the_result_comes_back() -> None:
    assert in_os_thread(lambda: 6 * 7) == 42
    assert in_os_thread(lambda: None) is None


def test_what_goes_wrong_there_goes_wrong_here() -> None:
    with pytest.raises(ZeroDivisionError):
        in_os_thread(lambda: 1 // 0)


def test_no_descriptor_stays_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        in_os_thread(lambda: None)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
