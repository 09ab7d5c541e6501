"""Does once what the worker does every few seconds, until there is nothing more to mend."""

from deskops.demands.services.mending import mend
from tests.faults.processes.common import begin, say


def main() -> None:
    begin()
    # One person a desk and round.
    for _ in range(10):
        mend({})
    say("mended")


if __name__ == "__main__":
    main()
