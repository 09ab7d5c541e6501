"""Papers that were printed are kept for some days, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from deskops.core import clock, files, housekeeping, jobs, prints, runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from tests.small_trip import SmallTrip

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def printed(trip: SmallTrip, state: str = prints.DONE) -> int:
    data_dir = runtime.current().settings.data_dir
    with unit_of_work(jobs.WORKER) as uow:
        run = prints.ask(uow, trip.id, "letters", {}, count=1, sheets=1)
        run.state, run.file = state, files.store(uow.session, data_dir, b"%PDF-", prints.PDF, uow.now)
        run.ended_at = None if state in prints.ACTIVE else uow.now
        return run.id


def kept(print_id: int) -> prints.PrintRun | None:
    with runtime.current().database.reading() as session:
        run = session.get(prints.PrintRun, print_id)
        session.expunge_all()
    return run


def test_what_is_old_is_cleared_away_with_its_file(trip: SmallTrip) -> None:
    clock.freeze(NOW)
    old = kept(printed(trip))
    assert old is not None
    clock.advance(seconds=prints.KEEP_PRINTS.total_seconds() + 1)
    housekeeping.clear({})
    assert kept(old.id) is None
    with pytest.raises(NotFound):
        files.read(runtime.current().settings.data_dir, old.file or "")


def test_a_file_that_a_newer_paper_holds_too_stays(trip: SmallTrip) -> None:
    clock.freeze(NOW)
    old = printed(trip)
    clock.advance(seconds=(prints.KEEP_PRINTS - timedelta(hours=1)).total_seconds())
    newer = printed(trip)
    clock.advance(seconds=7200)
    housekeeping.clear({})
    assert kept(old) is None
    run = kept(newer)
    assert run is not None
    assert files.read(runtime.current().settings.data_dir, run.file or "") == b"%PDF-"


def test_what_is_still_being_made_is_left_alone(trip: SmallTrip) -> None:
    clock.freeze(NOW)
    waiting = printed(trip, prints.MAKING)
    clock.advance(seconds=30 * 86_400)
    housekeeping.clear({})
    assert kept(waiting) is not None


def test_a_paper_is_cancelled_once(trip: SmallTrip) -> None:
    waiting = printed(trip, prints.MAKING)
    with unit_of_work(jobs.WORKER) as uow:
        prints.cancel(uow, uow.session.get_one(prints.PrintRun, waiting))
    with pytest.raises(prints.PrintOver), unit_of_work(jobs.WORKER) as uow:
        prints.cancel(uow, uow.session.get_one(prints.PrintRun, waiting))
