"""How long the fault tests are: short within `make test`, as long as the promise says with DESKOPS_FAULTS=full."""

import os

FULL = os.environ.get("DESKOPS_FAULTS") == "full"


def scaled(short: int, full: int) -> int:
    """A number of kills, clients or rows."""
    return full if FULL else short


# A test that runs longer has hung, also on a machine that does much else.
TIMEOUT = scaled(300, 3600)
