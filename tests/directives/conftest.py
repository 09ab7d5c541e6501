"""What tests of directives begin with."""

import pytest
from flask import Flask

from deskops.core import clock
from tests.directives.ordered import NOON, Ordering, ordering
from tests.directives.signing_browser import Official, official_in
from tests.small_trip import SmallTrip


@pytest.fixture
def giving(trip: SmallTrip) -> Ordering:
    """A trip at noon, with agencies and a governor who may order them all."""
    clock.freeze(NOON)
    return ordering(trip)


@pytest.fixture
def official(app: Flask, giving: Ordering) -> Official:
    """Another governor, before their own screen."""
    return official_in(app, giving.trip)
