"""Choosing a counter."""

from tests.demands.counter import place_row, sit_down, somebody, ticket_row
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


def test_staff_see_the_desks_of_their_own_roles_only(trip: SmallTrip, sign_in: Join) -> None:
    page = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"]).get(f"/trips/{trip.id}/places").text
    assert page.count('class="card desk-choice') == 1
    for place in trip.places["a"]:
        assert f'value="{place}"' in page


def test_staff_without_a_desk_may_sit_anywhere(trip: SmallTrip, sign_in: Join) -> None:
    page = sign_in("staff", trip_id=trip.id).get(f"/trips/{trip.id}/places").text
    assert page.count('class="card desk-choice') == 4


def test_a_taken_counter_is_not_offered(trip: SmallTrip, sign_in: Join) -> None:
    taken = sit_down(sign_in, trip).place_id
    page = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["hall"]).get(f"/trips/{trip.id}/places").text
    assert f'value="{taken}"' not in page
    assert "۱ جا در دست همکار" in page


def test_who_has_no_desk_is_told_whom_to_ask(trip: SmallTrip, sign_in: Join) -> None:
    elsewhere = make_small_trip("elsewhere")
    browser = sign_in("staff", trip_id=trip.id, desk_id=elsewhere.desks["a"])
    assert "هنوز میزی برای شما نیست" in browser.get(f"/trips/{trip.id}/places").text


def test_sitting_down_opens_the_counter_with_its_languages(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    answer = browser.post(
        f"/trips/{trip.id}/places/open", data={"place_id": place, "languages": ["fa", "ku"]}
    )
    assert answer.location == f"/trips/{trip.id}/places/{place}/console"
    row = place_row(place)
    assert (row.state, row.user_id, row.languages) == ("open", browser.user_id, "fa,ku")


def test_one_person_sits_at_one_counter(trip: SmallTrip, sign_in: Join) -> None:
    counter = sit_down(sign_in, trip)
    second = trip.places["hall"][1]
    counter.browser.post(f"/trips/{trip.id}/places/open", data={"place_id": second})
    assert (place_row(counter.place_id).state, place_row(second).state) == ("closed", "open")


def test_a_counter_with_somebody_at_it_is_not_left_for_another(trip: SmallTrip, sign_in: Join) -> None:
    counter = sit_down(sign_in, trip)
    ticket = somebody(trip).ticket.id
    counter.act("next")
    second = trip.places["hall"][1]
    refused = counter.browser.post(f"/trips/{trip.id}/places/open", data={"place_id": second})
    assert refused.status_code == 409
    assert (place_row(second).state, ticket_row(ticket).status) == ("closed", "called")


def test_somebody_elses_counter_is_refused_with_the_list(trip: SmallTrip, sign_in: Join) -> None:
    taken = sit_down(sign_in, trip).place_id
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["hall"])
    refused = browser.post(f"/trips/{trip.id}/places/open", data={"place_id": taken})
    assert refused.status_code == 409
    assert "کس دیگری در این باجه کار می‌کند" in refused.text
    assert "data-error-summary" in refused.text


def test_a_counter_of_a_desk_that_is_not_mine_is_refused(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["b"][0]
    assert browser.post(f"/trips/{trip.id}/places/open", data={"place_id": place}).status_code == 403
    assert place_row(place).state == "closed"


def test_a_counter_that_does_not_exist_is_not_found(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    assert browser.post(f"/trips/{trip.id}/places/open", data={"place_id": 999_999}).status_code == 404


def test_opening_without_a_choice_or_with_a_strange_language_is_refused(
    trip: SmallTrip, sign_in: Join
) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    assert browser.post(f"/trips/{trip.id}/places/open", data={}).status_code == 422
    place = trip.places["a"][0]
    strange = browser.post(f"/trips/{trip.id}/places/open", data={"place_id": place, "languages": "xx"})
    assert strange.status_code == 422
    assert place_row(place).state == "closed"


def test_a_coordinator_has_no_counter(trip: SmallTrip, sign_in: Join) -> None:
    assert sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/places").status_code == 403


def test_the_chooser_speaks_english_too(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    browser.client.set_cookie("lang", "en")
    assert "Languages that you speak" in browser.get(f"/trips/{trip.id}/places").text
