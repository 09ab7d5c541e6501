"""What people were told against what came, what the offer saved, and what was learned: for coordinators."""

import re
from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import PUBLIC
from deskops.control.queries.estimates import Estimates, estimates
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.demands.services import learning, offers
from tests.demands.counter import Counter, sit_down, somebody, ticket_row
from tests.demands.offering import PHONE, full_hall, offered
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


@pytest.fixture
def counter(sign_in: Join, trip: SmallTrip) -> Counter:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return sit_down(sign_in, trip, "a")


def serve(counter: Counter, ticket: int, minutes: float = 1.0) -> None:
    counter.act("next")
    counter.act("serve", ticket)
    clock.advance(minutes=minutes)
    counter.act("finish", ticket, outcome="granted")


def figures_of(trip: SmallTrip) -> Estimates:
    with runtime.current().database.reading() as session:
        return estimates(session, trip.id, clock.now())


def test_before_anybody_is_served_there_is_no_share(trip: SmallTrip, counter: Counter) -> None:
    somebody(trip)
    whole = figures_of(trip).whole
    assert (whole.judged, whole.within, whole.bias) == (0, None, None)


def test_waits_are_held_against_what_was_told(trip: SmallTrip, counter: Counter) -> None:
    """Told 0, 8 and 16 minutes, they wait 3, 11 and 27."""
    people = [int(somebody(trip).ticket.id) for _ in range(3)]
    for ticket, wait, service in zip(people, (3.0, 0.0, 8.0), (8.0, 8.0, 1.0), strict=True):
        clock.advance(minutes=wait)
        serve(counter, ticket, service)
    figures = figures_of(trip)
    assert figures.whole.judged == 3
    assert figures.whole.within == pytest.approx(2 / 3)
    assert figures.whole.bias == pytest.approx((3 + 3 + 11) / 3)
    assert figures.whole.mean_wait == pytest.approx((3 + 11 + 27) / 3)
    by_place = {line.place: line.judged for line in figures.places}
    assert by_place == {trip.sites["one"]: 3, trip.sites["two"]: 0, 0: 0}


def test_who_was_taken_at_once_is_not_counted(trip: SmallTrip, counter: Counter) -> None:
    counter.act("next")
    ticket = int(somebody(trip).ticket.id)
    counter.act("serve", ticket)
    assert figures_of(trip).whole.judged == 0


def test_yesterday_is_not_today(trip: SmallTrip, counter: Counter) -> None:
    serve(counter, int(somebody(trip).ticket.id))
    assert figures_of(trip).whole.judged == 1
    clock.advance(days=1)
    assert figures_of(trip).whole.judged == 0


def test_the_offer_is_counted_by_what_became_of_it(sign_in: Join, trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    _, seat = full_hall(sign_in, trip)
    people = [int(offered(trip, phone=PHONE).ticket.id) for _ in range(4)]
    with unit_of_work(PUBLIC) as uow:
        offers.accept(uow, PUBLIC, trip.id, people[0])
        offers.accept(uow, PUBLIC, trip.id, people[1])
        offers.return_to_place(uow, PUBLIC, trip.id, people[1])
        offers.refuse(uow, PUBLIC, trip.id, people[2])
    clock.advance(minutes=5)
    seat.act("finish", 1, outcome="granted")
    serve(seat, people[0])
    with runtime.current().database.reading() as session:
        promised = session.execute(
            offers.select(offers.OFFERS.c.wait_minutes).where(offers.OFFERS.c.ticket_id == people[0])
        ).scalar_one()
    told = figures_of(trip).offers
    # The second and the third in the hall were offered it before them.
    assert (told.offered, told.accepted, told.refused, told.unanswered) == (6, 2, 1, 3)
    assert (told.returned, told.unreached, told.served) == (1, 0, 1)
    assert told.saved_minutes == pytest.approx(promised - 5)


def test_who_accepted_is_judged_by_the_wait_for_the_call(sign_in: Join, trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    _, seat = full_hall(sign_in, trip)
    ticket = int(offered(trip, phone=PHONE).ticket.id)
    with unit_of_work(PUBLIC) as uow:
        offers.accept(uow, PUBLIC, trip.id, ticket)
    told = ticket_row(ticket).told_minutes
    clock.advance(minutes=told)
    seat.act("finish", 1, outcome="granted")
    serve(seat, ticket)
    figures = figures_of(trip)
    [phone] = [line for line in figures.places if line.place == 0]
    assert (phone.judged, phone.within) == (2, 1.0)  # and who rang up before


def test_rates_count_what_came_lately(trip: SmallTrip, counter: Counter) -> None:
    for _ in range(30):
        somebody(trip)
        clock.advance(minutes=2)
    arrivals = figures_of(trip).arrivals
    assert arrivals == {trip.sites["one"]: pytest.approx(30.0, rel=0.1)}
    clock.advance(hours=4)
    assert figures_of(trip).arrivals == {}


def test_rates_reach_over_midnight(trip: SmallTrip, counter: Counter) -> None:
    clock.freeze(datetime(2026, 11, 22, 20, 15, tzinfo=UTC))
    somebody(trip)
    clock.advance(minutes=30)
    CACHE.clear()
    assert list(figures_of(trip).arrivals) == [trip.sites["one"]]


def test_of_an_unknown_trip_there_is_nothing(trip: SmallTrip) -> None:
    with pytest.raises(NotFound):
        figures_of(SmallTrip(4711))


def test_coordinators_see_it_in_both_languages(trip: SmallTrip, counter: Counter, sign_in: Join) -> None:
    serve(counter, int(somebody(trip).ticket.id), 20.0)
    learning.learn_all({})
    coordinator = sign_in("coordinator", trip_id=trip.id, name="هماهنگ‌کننده")
    page = coordinator.get(f"/trips/{trip.id}/estimates").text
    assert "۱۰۰ درصد" in page
    assert "۸٫۴" in page  # the loan's minutes, as learned from one service of twenty
    coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    english = coordinator.get(f"/trips/{trip.id}/estimates").text
    assert "100 percent" in english
    assert re.search(r"<h1>Waits, told and real</h1>", english)
    assert "To 2 other places nobody came lately." in english


def test_before_anything_happened_the_page_says_so(trip: SmallTrip, sign_in: Join) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    page = coordinator.get(f"/trips/{trip.id}/estimates")
    assert page.status_code == 200
    assert "هنوز چیزی آموخته نشده است" in page.text
    assert "کسی هم مراجعه نمی‌کند" in page.text


def test_a_program_reads_the_same(trip: SmallTrip, counter: Counter, sign_in: Join) -> None:
    serve(counter, int(somebody(trip).ticket.id))
    told = sign_in("coordinator", trip_id=trip.id).get(f"/api/v1/trips/{trip.id}/estimates").json
    assert told["day"] == "2026-11-22"
    assert told["whole"]["judged"] == 1
    assert told["offers"]["offered"] == 0
    assert told["correction"] == 1.0


def test_staff_at_a_counter_do_not(trip: SmallTrip, counter: Counter) -> None:
    assert counter.browser.get(f"/trips/{trip.id}/estimates").status_code == 403


def test_another_trips_coordinators_find_nothing(trip: SmallTrip, sign_in: Join) -> None:
    stranger: Browser = sign_in("coordinator", trip_id=4711)
    assert stranger.get(f"/trips/{trip.id}/estimates").status_code == 404
