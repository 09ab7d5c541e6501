"""700 badges as a PDF of 70 sheets: the processor's time, from asking the worker to the file that can be fetched."""

from __future__ import annotations

import resource
import time
from contextlib import ExitStack

from benchmarks.result import CannotMeasureError, Result, Scale, median, say
from benchmarks.stores import sqlite_ground
from deskops.accounts.actor import SYSTEM
from deskops.core import files, runtime
from deskops.core.prints import DONE, FAILED, PrintRun, follow_prints
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.invented import invented_staff
from deskops.staff.models import StaffMember
from deskops.staff.queries.choosing import Choice
from deskops.staff.rules.printing import BADGES
from deskops.staff.services.printing import Order, ask_print

GOAL_SECONDS = 60.0
"""Our own: as long as somebody waits for a printer. Of the processor, since the process steps back for others."""
PEOPLE, SEED = 700, 1405
LOOK_EVERY = 0.2


def measure(scale: Scale) -> Result:
    """The median; the process that lays them out is begun anew each time, as it is for each paper."""
    people, runs, waits, sizes = scale.of(PEOPLE, 40), [], [], []
    with ExitStack() as stack:
        ground = stack.enter_context(sqlite_ground())
        choice = Choice("people", numbers=_add_people(ground.trip_id, people))
        for _ in range(scale.runs):
            begun, used = time.perf_counter(), _processor()
            sizes.append(_printed(ground.trip_id, choice))
            runs.append(_processor() - used)
            waits.append(time.perf_counter() - begun)
            say(f"{people} badges: {runs[-1]:.1f} s of processor, {waits[-1]:.1f} s until they are there")
    value = median(runs)
    details = {"people": people, "waited_s": median(waits), "file_kb": sizes[-1] / 1024}
    return Result(value, "s CPU", "<= 60 s", value <= GOAL_SECONDS, None, runs, details)


def _processor() -> float:
    """Seconds used by this process and by those it began that are over."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _add_people(trip_id: int, count: int) -> tuple[str, ...]:
    """Returns their numbers."""
    numbers = [f"B{number}" for number in range(count)]
    with unit_of_work(SYSTEM) as uow:
        for number, person in zip(numbers, invented_staff(SEED, count), strict=True):
            name = f"{person.given_name} {person.family_name}"
            uow.session.add(StaffMember(trip_id=trip_id, personnel_number=number, name=name))
    return tuple(numbers)


def _printed(trip_id: int, choice: Choice) -> int:
    """Returns the size of the file."""
    with unit_of_work(SYSTEM) as uow:
        print_id = ask_print(uow, SYSTEM, trip_id, Order(BADGES, choice)).id
    while True:
        follow_prints({})
        with runtime.current().database.reading() as session:
            run = session.get_one(PrintRun, print_id)
            if run.state == DONE and run.file is not None:
                return files.path_of(runtime.current().settings.data_dir, run.file).stat().st_size
            if run.state in (DONE, FAILED):
                raise CannotMeasureError(f"no PDF: {run.fault or run.state}")
        time.sleep(LOOK_EVERY)
