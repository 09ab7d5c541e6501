"""The worker of timed jobs, with leases short enough to see them run out, and a file back end slow enough to be killed in.

Leases of a minute would only make the tests wait; what they promise is the same.
"""

import os
import time
from datetime import timedelta
from typing import Any

from deskops import timed
from deskops.core import jobs, messages
from tests.faults.processes.common import begin

LEASE = timedelta(seconds=1.0)


def slowly(send: messages.Backend, seconds: float) -> messages.Backend:
    def sending(message: dict[str, Any]) -> None:
        send(message)
        time.sleep(seconds)

    return sending


def main() -> None:
    begin()
    assert messages in timed.MODULES, "it does all that `deskops worker` does"
    jobs.LEASE = messages.LEASE = LEASE
    seconds = float(os.environ.get("DESKOPS_TEST_SENDING", "0"))
    messages.BACKENDS["file"] = slowly(messages.file_backend, seconds)
    jobs.work(lambda: False, time.sleep)


if __name__ == "__main__":
    main()
