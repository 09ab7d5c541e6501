"""The page that runs a rehearsal, and the mark on all that is shown of it."""

import pytest

from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.desks.models import Desk, Trip
from tests.control.history import rows
from tests.control.rehearsals import end, figures, names_of, of_trip, run_for, start
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture(autouse=True)
def frozen(trip: SmallTrip) -> None:
    clock.freeze(clock.now())


def test_the_page_begins_it_shows_it_and_ends_it(trip: SmallTrip, coordinator: Browser) -> None:
    page = f"/trips/{trip.id}/rehearsal"
    assert "آغاز تمرین" in coordinator.get(page).text
    assert coordinator.post(page, data={"pace": "۷۲۰", "serves": "1"}).status_code == 303
    run_for(60)
    copy_id = figures(trip.id).trip_id
    shown = coordinator.get(page).text
    assert f'href="/trips/{copy_id}/"' in shown
    assert "۱۲" in shown
    assert coordinator.post(f"{page}/pace", data={"pace": "5"}).status_code == 303
    assert (figures(trip.id).pace, figures(trip.id).serves) == (5, False)
    assert coordinator.get(f"/trips/{copy_id}/").status_code == 200
    assert coordinator.post(f"{page}/end").status_code == 303
    assert coordinator.get(f"/trips/{copy_id}/").status_code == 404
    assert "آغاز تمرین" in coordinator.get(page).text


@pytest.mark.parametrize("pace", ["", "-1", "20001", "زیاد", "1.5"])
def test_a_pace_that_is_none_is_refused_and_shown_again(
    trip: SmallTrip, coordinator: Browser, pace: str
) -> None:
    answer = coordinator.post(f"/trips/{trip.id}/rehearsal", data={"pace": pace})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert len(rows(Trip)) == 1


def test_a_second_one_is_refused_with_what_to_do(trip: SmallTrip, coordinator: Browser) -> None:
    start(trip.id)
    forget_recognised()
    answer = coordinator.post(f"/trips/{trip.id}/rehearsal", data={"pace": "10"})
    assert answer.status_code == 409
    assert "هم‌اکنون در جریان است" in answer.text
    assert len(rows(Trip)) == 2


def test_ending_what_does_not_run_is_refused(trip: SmallTrip, coordinator: Browser) -> None:
    assert coordinator.post(f"/trips/{trip.id}/rehearsal/end").status_code == 409


def test_inside_the_rehearsal_the_page_leads_back_to_the_trip(trip: SmallTrip, coordinator: Browser) -> None:
    copy_id = start(trip.id)
    forget_recognised()
    page = coordinator.get(f"/trips/{copy_id}/rehearsal").text
    assert f'href="/trips/{trip.id}/rehearsal"' in page
    assert coordinator.post(f"/trips/{copy_id}/rehearsal/end").status_code == 409
    assert coordinator.post(f"/trips/{copy_id}/rehearsal", data={"pace": "1"}).status_code == 409


def test_a_foreign_trip_does_not_exist_and_staff_may_not(trip: SmallTrip, sign_in: Join) -> None:
    other = make_small_trip("other")
    stranger, staff = sign_in("coordinator", trip_id=other.id), sign_in("staff", trip_id=trip.id)
    for browser, status in ((stranger, 404), (staff, 403)):
        for path in ("", "/pace", "/end"):
            assert browser.post(f"/trips/{trip.id}/rehearsal{path}", data={"pace": "1"}).status_code == status
    assert stranger.get(f"/trips/{start(trip.id)}/").text.count("Rehearsal") == 0


MARKED = (
    "",
    "wall",
    "rehearsal",
    "desks",
    "intake",
    "boards",
    "boards/{site}",
    "readiness/checklist",
    "print",
)


def marks(browser: Browser, trip_id: int) -> list[int]:
    """How often the mark stands on pages, boards, sheets and a receipt."""
    site = next(iter(names_of(trip_id).sites))
    paths = [f"/trips/{trip_id}/{page.format(site=site)}" for page in MARKED]
    paths += [f"/trips/{trip_id}/demands/{row.id}/receipt" for row in of_trip(table_of(Demand), trip_id)[:1]]
    found = []
    for path in paths:
        answer = browser.get(path, follow_redirects=True)
        if answer.status_code != 404:
            found.append(answer.text.count('class="rehearsal"'))
    return found


def test_everything_of_it_is_marked_and_nothing_of_the_trip(trip: SmallTrip, coordinator: Browser) -> None:
    copy_id = start(trip.id)
    forget_recognised()
    run_for(30)
    shown = marks(coordinator, copy_id)
    assert len(shown) > 6
    assert set(shown) == {1}
    assert set(marks(coordinator, trip.id)) == {0}


def test_the_mark_is_in_both_languages_and_has_a_shape(trip: SmallTrip, coordinator: Browser) -> None:
    page = coordinator.get(f"/trips/{_joined(trip)}/").text
    mark = page[page.index('class="rehearsal"') :][:600]
    assert '<strong lang="fa">تمرین</strong>' in mark
    assert '<strong lang="en">Rehearsal</strong>' in mark
    assert "<svg" in mark


def test_the_pages_that_citizens_see_are_marked_too(trip: SmallTrip, anonymous: Browser) -> None:
    copy_id = start(trip.id)
    run_for(30)
    demand = of_trip(table_of(Demand), copy_id)[0]
    desk = of_trip(table_of(Desk), copy_id)[0]
    for path in (f"/r/{demand.receipt_token}", f"/c/{desk.sign_token}", f"/t/{demand.code}"):
        assert 'class="rehearsal"' in anonymous.get(path).text, path
    real = of_trip(table_of(Desk), trip.id)[0]
    assert 'class="rehearsal"' not in anonymous.get(f"/c/{real.sign_token}").text


def _joined(trip: SmallTrip) -> int:
    copy_id = start(trip.id)
    forget_recognised()
    return copy_id


@pytest.mark.parametrize("role", ["staff", "coordinator", "board"])
def test_whoever_has_one_trip_lands_in_it_while_it_is_rehearsed(
    trip: SmallTrip, sign_in: Join, role: str
) -> None:
    browser = sign_in(role, trip_id=trip.id)
    usual = browser.get("/").headers["Location"]
    assert usual.startswith(f"/trips/{trip.id}/")
    start(trip.id)
    forget_recognised()
    assert browser.get("/").headers["Location"] == usual


def test_whoever_has_two_trips_still_chooses(trip: SmallTrip, sign_in: Join) -> None:
    other = make_small_trip("other")
    browser = sign_in("coordinator", trip_id=trip.id)
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(GrantRow(user_id=browser.user_id, role="staff", trip_id=other.id))
    start(trip.id)
    forget_recognised()
    assert browser.get("/").headers["Location"] == "/trips"


@pytest.mark.parametrize(
    ("language", "words"), [("fa", "تمرین این سفر در جریان است"), ("en", "A rehearsal of this trip runs")]
)
def test_the_rehearsal_is_offered_on_the_pages_of_its_trip(
    trip: SmallTrip, sign_in: Join, language: str, words: str
) -> None:
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    browser.client.set_cookie("lang", language)
    pages = (f"/trips/{trip.id}/", f"/trips/{trip.id}/places")
    assert not any(words in browser.get(page).text for page in pages)
    copy_id = start(trip.id)
    forget_recognised()
    for page in pages:
        shown = browser.get(page).text
        assert words in shown
        assert f'href="/trips/{copy_id}/"' in shown
    assert words not in browser.get(f"/trips/{copy_id}/").text
    end(trip.id)
    forget_recognised()
    assert not any(words in browser.get(page).text for page in pages)


def test_it_is_not_offered_to_those_who_came_to_the_trip_later(trip: SmallTrip, sign_in: Join) -> None:
    copy_id = start(trip.id)
    other = make_small_trip("other")
    browser = sign_in("staff", trip_id=trip.id)
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(GrantRow(user_id=browser.user_id, role="staff", trip_id=other.id))
    forget_recognised()
    assert f'href="/trips/{copy_id}/"' not in browser.get(f"/trips/{trip.id}/").text


def test_its_figures_renew_themselves(trip: SmallTrip, coordinator: Browser) -> None:
    clock.freeze(clock.now())
    page, ask = f"/trips/{trip.id}/rehearsal", {"HX-Request": "true", "HX-Target": "rehearsal-figures"}
    copy_id = start(trip.id)
    forget_recognised()
    whole = coordinator.get(page).text
    assert f'data-following="rehearsal-figures" data-trip="{copy_id}"' in whole
    run_for(30)
    part = coordinator.get(page, headers=ask).text
    assert part.lstrip().startswith("<dl")
    assert f'data-address="{page}"' in part
    assert "۳۰" in part
    end(trip.id)
    gone = coordinator.get(page, headers=ask)
    assert (gone.text, gone.headers["HX-Refresh"]) == ("", "true")
    assert "data-following" not in coordinator.get(page).text
