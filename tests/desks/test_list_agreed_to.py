"""A list is imported as somebody saw it in its dry run: once, and not where others changed things since."""

import re

import pytest

from deskops.desks.models import Site
from tests.desks.test_files import SITES, count, csv_of, imported, uploaded
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def test_a_list_that_was_just_imported_says_so_again(trip: SmallTrip, leader: Browser) -> None:
    address = uploaded(leader, trip.id, "sites", csv_of(SITES)).location
    first, second = (leader.post(address, data={"idempotency_key": "one-press"}) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert first.status_code == 303
    assert count(Site) == 3


def test_what_somebody_else_changed_since_the_dry_run_is_looked_at_again(
    trip: SmallTrip, leader: Browser
) -> None:
    address = uploaded(leader, trip.id, "sites", csv_of(SITES)).location
    seen = re.findall(r'name="seen" value="(\w+)"', leader.get(address).text)
    imported(trip.id, "sites", [SITES[0], ["one", "نام همکار", "hall"]])
    refused = leader.post(address, data={"seen": seen[0]})
    assert refused.status_code == 409
    assert "تغییر کرده است" in refused.text
    assert "نام همکار" in refused.text
    assert count(Site) == 2
    [seen_now] = re.findall(r'name="seen" value="(\w+)"', refused.text)
    assert leader.post(address, data={"seen": seen_now}).status_code == 303
    assert count(Site) == 3
