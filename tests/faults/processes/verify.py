"""Walks the chain of seals of every trip, and says where one doesn't hold."""

from deskops.core import journal, runtime
from tests.faults.processes.common import begin, say


def main() -> None:
    begin()
    current = runtime.current()
    with current.database.reading() as session:
        trips = journal.trips_with_entries(session)
        held = {trip: journal.verify(session, trip, current.settings.journal_key.encode()) for trip in trips}
    say({str(trip): sequence for trip, sequence in held.items() if sequence is not None})


if __name__ == "__main__":
    main()
