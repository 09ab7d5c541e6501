"""From sign-in to a whole province: desks in agencies' own buildings, hall and headquarters, then a readiness board that
shows what is missing and nothing else, in few actions. What it costs the server is measured by the benchmark `setup_way`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.control.queries.readiness import readiness_board
from deskops.control.rules import CONNECTION, MISSING, NOT_NEEDED, OK, STAFF
from deskops.core import runtime
from tests.desks.setups import read_catalogue
from tests.e2e import setup_way
from tests.e2e.setup_way import MOST_ACTIONS, PLANTED
from tests.e2e.stage import Stage, staged

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser, DESKOPS_PUBLIC_URL="https://desks.example") as made:
        yield made


def shown_faults(page: Page) -> dict[str, list[str]]:
    """What the board says is missing, by the id of the desk's card."""
    faults: dict[str, list[str]] = {}
    for fault in page.locator("article.ready [data-fault]").all():
        card = fault.locator("xpath=ancestor::article").get_attribute("id") or ""
        faults.setdefault(card, []).append(fault.get_attribute("data-fault") or "")
    return faults


def not_known(trip_id: int) -> set[str]:
    """The checks of any desk that nobody knows yet."""
    with runtime.current().database.reading() as session:
        desks = readiness_board(session, trip_id).desks
    return {
        check.name for desk in desks for check in desk.checks if check.state not in (OK, NOT_NEEDED, MISSING)
    }


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_province_is_set_up_from_sign_in_to_the_three_faults_that_were_planted(
    stage: Stage, tmp_path: Path, lang: str
) -> None:
    with setup_way.coordinator(stage, lang) as hands:
        trip_id = setup_way.make_the_trip(hands)
        names = read_catalogue(trip_id)
        buildings = [desk for desk in names.desks.values() if names.sites[desk.site_id].kind == "building"]
        assert len({desk.site_id for desk in buildings}) == 34
        assert [desk.code for desk in names.desks.values()][-2:] == ["hall", "headquarters"]
        ministries = {names.ministry_above(desk.agency_id) for desk in buildings} - {None}
        assert len(ministries) == 18

        desks = {desk.code: desk.id for desk in names.desks.values()}
        planted = {f"desk-{desks[code]}": [check] for code, check in PLANTED.items()}
        setup_way.name_who_is_in_charge(hands, trip_id, tmp_path)
        setup_way.print_signs(hands, trip_id)
        setup_way.mark_what_was_tried(hands, trip_id)
        expect(hands.page.locator("[data-fault]")).to_have_count(3)
        assert shown_faults(hands.page) == planted
        hands.press('.tabs a[href$="show=missing"]')
        expect(hands.page.locator("article.ready")).to_have_count(3)
        assert shown_faults(hands.page) == planted
        # Shifts and screens come after the set-up, and count as not known until then.
        assert not_known(trip_id) <= {STAFF, CONNECTION}
        assert hands.actions <= MOST_ACTIONS
