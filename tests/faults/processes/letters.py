"""Puts messages into the outbox."""

from deskops.accounts.actor import SYSTEM
from deskops.core import messages
from deskops.core.unit_of_work import unit_of_work
from tests.faults.processes.common import begin, say


def main() -> None:
    wanted = begin()
    with unit_of_work(SYSTEM) as uow:
        for number in range(wanted["count"]):
            messages.queue(
                uow.session, trip_id=None, channel="sms", address=f"+98{number}", text="متن",
                once_key=f"letter-{number}", now=uow.now,
            )  # fmt: skip
    say("queued")


if __name__ == "__main__":
    main()
