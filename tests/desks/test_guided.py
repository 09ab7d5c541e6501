"""The guided set-up, page by page: from nothing to a trip that stands."""

import re
from typing import Any

import pytest

from tests.desks.setups import read_catalogue
from tests.fixtures import Browser, Join

WHAT = {"name_fa": "سفر به استان", "name_en": "Trip to the province", "code": "second"}
WHEN = {
    "starts_on": "۱۴۰۵/۰۹/۱۰",
    "live_days": "۳",
    "days_before": "1",
    "opens": "۰۸:۰۰",
    "closes": "18:00",
}


def begin(browser: Browser, **form: Any) -> str:
    """The address of the pages of a set-up that was just begun."""
    answer = browser.post("/trips/new", data={"start": "template", "kind": "trip"} | form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rpartition("/")[0]


def answered(browser: Browser, pages: str, step: str, **form: Any) -> Any:
    return browser.post(f"{pages}/{step}", data={"go": "next"} | form)


def walk(browser: Browser, pages: str, **changes: Any) -> Any:
    """Every page with its usual answer; what creating answers."""
    desks = re.findall(r'name="desks" value="(\w+)"', browser.get(f"{pages}/agencies").text)
    answered(browser, pages, "what", **(WHAT | changes))
    answered(browser, pages, "when", **WHEN)
    answered(browser, pages, "where", where="own", hall_name="سالن نمونه", hall_address="")
    if desks:
        answered(browser, pages, "agencies", desks=changes.get("desks", desks))
        answered(browser, pages, "counters")
    return answered(browser, pages, "check", go="create")


@pytest.fixture
def leader(sign_in: Join) -> Browser:
    return sign_in("coordinator")


def test_six_pages_lead_from_the_template_to_a_trip_with_all_its_desks(leader: Browser) -> None:
    answer = walk(leader, begin(leader))
    assert answer.status_code == 303, answer.text
    trip_id = int(answer.headers["Location"].rstrip("/").rpartition("/")[2])
    names = read_catalogue(trip_id)
    assert len(names.desks) == 36
    assert names.trip.code == "second"
    assert names.trip.starts_on.isoformat() == "2026-12-01"
