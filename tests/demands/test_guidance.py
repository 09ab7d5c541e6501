"""Answered by a guidance card at a counter: with somebody there, or on the phone without a demand."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.demands.models import Contact
from deskops.desks import queries
from deskops.desks.models import GuidanceUse
from deskops.desks.queries import CardDetail, CardUses
from tests.demands.counter import (
    FRAGMENT,
    Counter,
    demand_row,
    kinds_of,
    sit_down,
    somebody,
    ticket_row,
    toast_of,
)
from tests.desks.cards import BODY, TITLE, a_card, reword
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    """The first counter of the hall, open, nobody called yet."""
    return sit_down(sign_in, trip)


@pytest.fixture
def card(trip: SmallTrip) -> CardDetail:
    return a_card(trip)


def served(counter: Counter, topic: str = "loan") -> int:
    ticket_id = int(somebody(counter.trip, topic).ticket.id)
    counter.act("next")
    counter.act("serve", ticket_id)
    return ticket_id


def uses(trip: SmallTrip, card: CardDetail) -> CardUses:
    with runtime.current().database.reading() as session:
        today = local_day(clock.now())
        return queries.uses_by_card(session, trip.id, today).get(card.id, CardUses())


def rows(model: type) -> list[Any]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(model)))


def search(counter: Counter, words: str, **more: Any) -> Any:
    query = {"q": words, "place_id": counter.place_id} | more
    headers = {"HX-Request": "true", "HX-Target": "guidance-shown"}
    return counter.browser.get(f"/trips/{counter.trip.id}/guidance/find", query_string=query, headers=headers)


def test_the_panel_begins_with_the_cards_of_the_person_at_the_counter(
    counter: Counter, card: CardDetail
) -> None:
    a_card(counter.trip, "بیمه بیکاری", topic="work")
    served(counter)
    text = search(counter, "").text
    assert TITLE in text
    assert "بیمه" not in text


def test_typing_finds_cards_of_every_topic(counter: Counter, card: CardDetail) -> None:
    served(counter, "work")
    text = search(counter, "كارگشايي").text
    assert TITLE in text
    assert BODY[:20] in text


def test_enter_opens_the_first_card_with_its_answer_and_source(counter: Counter) -> None:
    a_card(counter.trip, source="بخشنامه نمونه", source_kind="circular")
    served(counter)
    text = search(counter, "وام", open="first").text
    assert BODY in text
    assert "بخشنامه نمونه" in text
    assert 'data-key="KeyA"' in text


def test_enter_where_nothing_is_found_offers_to_say_so(counter: Counter, card: CardDetail) -> None:
    text = search(counter, "گذرنامه", open="first").text
    assert "/guidance/missing" in text
    assert "autofocus" in text


def test_a_card_out_of_date_says_so_in_word_and_shape(counter: Counter) -> None:
    card = a_card(counter.trip, good_until=local_day(clock.now()) - timedelta(days=1))
    for text in (search(counter, "وام").text, search(counter, "وام", open="first").text):
        assert 'data-state="bad"' in text
        assert "octagon-x" in text
    assert card.flag(local_day(clock.now())) == "expired"


def test_answered_by_guidance_ends_the_service_and_counts_the_card(
    counter: Counter, card: CardDetail
) -> None:
    ticket_id = served(counter)
    answer = counter.act("guidance", ticket_id, edition_id=card.shown.id)
    assert answer.status_code == 200, answer.text
    assert 'data-mode="free"' in answer.text
    demand = demand_row(ticket_row(ticket_id).demand_id)
    assert (demand.state, demand.outcome) == ("closed", "guidance_given")
    assert uses(counter.trip, card) == CardUses(1, 1)
    assert kinds_of(counter.trip)[-2:] == ["ticket.done", "guidance.given"]


def test_a_use_names_the_edition_that_was_shown_though_the_card_was_edited_meanwhile(
    counter: Counter, card: CardDetail
) -> None:
    ticket_id = served(counter)
    reword(counter.trip, card, "از امروز به بانک دیگری می‌روند.")
    assert counter.act("guidance", ticket_id, edition_id=card.shown.id).status_code == 200
    assert [use.edition_id for use in rows(GuidanceUse)] == [card.shown.id]


def test_taking_the_end_back_takes_the_use_back(counter: Counter, card: CardDetail) -> None:
    ticket_id = served(counter)
    answer = counter.act("guidance", ticket_id, edition_id=card.shown.id)
    assert toast_of(answer)["undo"].endswith(f"/tickets/{ticket_id}/undo")
    assert counter.act("undo", ticket_id).status_code == 200
    assert counter.mode() == "serving"
    assert uses(counter.trip, card) == CardUses()
    counter.act("finish", ticket_id, outcome="granted")
    assert demand_row(ticket_row(ticket_id).demand_id).outcome == "granted"


def test_undo_leaves_what_was_said_at_an_earlier_end(counter: Counter, card: CardDetail) -> None:
    other = served(counter)
    counter.act("guidance", other, edition_id=card.shown.id)
    ticket_id = served(counter)
    counter.act("guidance", ticket_id, edition_id=card.shown.id)
    counter.act("undo", ticket_id)
    assert uses(counter.trip, card).all == 1


def test_the_same_press_twice_counts_once(counter: Counter, card: CardDetail) -> None:
    ticket_id = served(counter)
    facts = {"edition_id": card.shown.id, "idempotency_key": "one-press"}
    answers = [counter.act("guidance", ticket_id, **facts) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    contacts = [counter.act("guidance", **facts | {"idempotency_key": "another"}) for _ in range(2)]
    assert [answer.status_code for answer in contacts] == [200, 200]
    assert uses(counter.trip, card).all == 2


def test_without_anybody_at_the_counter_a_contact_is_recorded(counter: Counter, card: CardDetail) -> None:
    assert f"/places/{counter.place_id}/guidance" in search(counter, "وام", open="first").text
    answer = counter.act("guidance", edition_id=card.shown.id)
    assert answer.status_code == 200
    contact = rows(Contact)[0]
    assert (contact.result, contact.channel, contact.place_id) == (
        "nothing_to_register",
        "walk_in",
        counter.place_id,
    )
    assert [(use.contact_id, use.demand_id) for use in rows(GuidanceUse)] == [(contact.id, None)]
    assert kinds_of(counter.trip)[-2:] == ["contact.recorded", "guidance.given"]


def test_a_phone_seat_records_a_call(trip: SmallTrip, sign_in: Join, card: CardDetail) -> None:
    seat = sit_down(sign_in, trip, desk="hq")
    seat.act("guidance", edition_id=card.shown.id)
    assert rows(Contact)[0].channel == "call"


def test_a_contact_by_guidance_is_taken_back_with_its_use(counter: Counter, card: CardDetail) -> None:
    undo = toast_of(counter.act("guidance", edition_id=card.shown.id))["undo"]
    assert counter.browser.post(undo, headers=FRAGMENT).status_code == 200
    assert (rows(Contact), rows(GuidanceUse)) == ([], [])
    assert kinds_of(counter.trip)[-1] == "contact.taken_back"
    assert counter.browser.post(undo, headers=FRAGMENT).status_code == 404


def test_a_contact_is_taken_back_within_a_minute_and_by_whoever_recorded_it(
    counter: Counter, card: CardDetail, sign_in: Join
) -> None:
    undo = toast_of(counter.act("guidance", edition_id=card.shown.id))["undo"]
    other = sit_down(sign_in, counter.trip, seat=1)
    assert other.browser.post(undo, headers=FRAGMENT).status_code == 403
    clock.freeze(clock.now() + timedelta(minutes=5))
    refused = counter.browser.post(undo, headers=FRAGMENT)
    assert refused.status_code == 409
    assert len(rows(GuidanceUse)) == 1


def test_a_plain_contact_is_not_taken_back_by_this_road(counter: Counter) -> None:
    counter.act("contact", result="nothing_to_register")
    contact = rows(Contact)[0]
    assert (
        counter.browser.post(f"{counter.path}/contacts/{contact.id}/undo", headers=FRAGMENT).status_code
        == 404
    )


def test_another_trips_card_answers_nobody_here(counter: Counter) -> None:
    foreign = a_card(make_small_trip("other"))
    ticket_id = served(counter)
    assert counter.act("guidance", ticket_id, edition_id=foreign.shown.id).status_code == 404
    assert counter.act("guidance", edition_id=foreign.shown.id).status_code == 404
    assert ticket_row(ticket_id).status == "serving"
    page = counter.browser.get(f"/trips/{counter.trip.id}/guidance/{foreign.id}/read")
    assert page.status_code == 404


def test_a_turn_that_changed_meanwhile_is_not_ended(counter: Counter, card: CardDetail) -> None:
    ticket_id = served(counter)
    refused = counter.act("guidance", ticket_id, edition_id=card.shown.id, version=1)
    assert refused.status_code == 409
    assert (ticket_row(ticket_id).status, rows(GuidanceUse)) == ("serving", [])


def test_somebody_elses_person_is_not_answered_by_my_card(
    counter: Counter, card: CardDetail, sign_in: Join
) -> None:
    ticket_id = served(counter)
    other = sit_down(sign_in, counter.trip, seat=1)
    assert other.act("guidance", ticket_id, edition_id=card.shown.id).status_code == 403
    assert not rows(GuidanceUse)


@pytest.mark.parametrize("edition_id", ["", "nonsense", "999999", "9" * 30])
def test_an_edition_that_is_none_ends_nothing(counter: Counter, edition_id: str) -> None:
    ticket_id = served(counter)
    assert counter.act("guidance", ticket_id, edition_id=edition_id).status_code in {404, 422}
    assert ticket_row(ticket_id).status == "serving"


def test_at_somebody_elses_counter_a_card_is_read_but_not_counted(
    counter: Counter, card: CardDetail, sign_in: Join
) -> None:
    other = sit_down(sign_in, counter.trip, seat=1)
    served(counter)
    query = {"place_id": counter.place_id}
    text = other.browser.get(f"/trips/{counter.trip.id}/guidance/{card.id}/read", query_string=query).text
    assert BODY in text
    assert 'data-key="KeyA"' not in text


def test_a_demand_tells_that_it_was_answered_by_a_card(counter: Counter, card: CardDetail) -> None:
    ticket_id = served(counter)
    counter.act("guidance", ticket_id, edition_id=card.shown.id)
    page = counter.browser.get(f"/trips/{counter.trip.id}/demands/{ticket_row(ticket_id).demand_id}").text
    assert re.search(rf'href="/trips/{counter.trip.id}/guidance/{card.id}\?edition=1#edition-1"', page)


def test_without_a_script_the_panel_is_a_page_and_enter_opens_the_card(
    counter: Counter, card: CardDetail
) -> None:
    path = f"/trips/{counter.trip.id}/guidance/find?place_id={counter.place_id}"
    page = counter.browser.get(path).text
    assert "<html" in page
    assert 'name="open" value="first"' in page
    assert BODY in counter.browser.get(f"{path}&q=وام&open=first").text


def test_the_form_of_registration_leads_to_the_cards(counter: Counter) -> None:
    page = counter.browser.get(f"/trips/{counter.trip.id}/intake").text
    assert 'data-key="ctrl+Slash"' in page


def test_a_topic_chosen_on_the_form_comes_first(counter: Counter, card: CardDetail) -> None:
    query = {"topic_id": counter.trip.topics["loan"]}
    page = counter.browser.get(f"/trips/{counter.trip.id}/guidance/find", query_string=query).text
    assert TITLE in page


def test_words_without_a_card_are_counted_without_numbers_in_them(
    counter: Counter, card: CardDetail, sign_in: Join
) -> None:
    path = f"/trips/{counter.trip.id}/guidance/missing"
    for words in ("گذرنامه ۰۹۱۲۳۴۵۶۷۸۹", "گذرنامه", "گذرنامة"):
        assert counter.browser.post(path, data={"q": words}, headers=FRAGMENT).status_code == 200
    with runtime.current().database.reading() as session:
        gaps = [(gap.words, gap.count) for gap in queries.gaps_of(session, counter.trip.id)]
    assert gaps == [("گذرنامه", 3)]
    page = sign_in("coordinator", trip_id=counter.trip.id).get(f"/trips/{counter.trip.id}/guidance").text
    assert "گذرنامه" in page
    a_card(counter.trip, "گذرنامه و سفر")
    with runtime.current().database.reading() as session:
        assert queries.gaps_of(session, counter.trip.id) == []


def test_who_serves_nobody_is_not_asked_what_is_missing(trip: SmallTrip, sign_in: Join) -> None:
    inspector = sign_in("inspector", trip_id=trip.id)
    page = inspector.get(f"/trips/{trip.id}/guidance/find?q=گذرنامه&open=first")
    assert page.status_code == 200
    assert "/guidance/missing" not in page.text
    assert inspector.post(f"/trips/{trip.id}/guidance/missing", data={"q": "گذرنامه"}).status_code == 403


def test_a_number_alone_is_no_gap(counter: Counter) -> None:
    path = f"/trips/{counter.trip.id}/guidance/missing"
    assert counter.browser.post(path, data={"q": "۰۰۱۲۳۴۵۶۷۹"}, headers=FRAGMENT).status_code == 422


def test_uses_are_counted_by_day(counter: Counter, card: CardDetail) -> None:
    counter.act("guidance", edition_id=card.shown.id)
    clock.freeze(clock.now() + timedelta(days=1))
    assert uses(counter.trip, card) == CardUses(0, 1)
