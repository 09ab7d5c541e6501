"""What tests of rosters begin with."""

from collections.abc import Iterator

import pytest

from deskops.core import clock
from tests.small_trip import SmallTrip
from tests.staff import rostered
from tests.staff.rostered import DAY, EARLY, NEXT


@pytest.fixture
def early_morning(trip: SmallTrip) -> Iterator[None]:
    """Before anything begins, with hours for two days."""
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT)
    yield
    rostered.end_all()


@pytest.fixture
def crew(trip: SmallTrip) -> list[int]:
    """Four people at desk A, and a morning and an afternoon that need two each."""
    ids = rostered.people(trip, 4, desk="a")
    rostered.laid(trip, desks=("a",))
    return ids
