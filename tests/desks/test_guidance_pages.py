"""The pages and the API of those who keep the cards, through their own forms, in both languages."""

from datetime import timedelta
from typing import Any

import pytest

from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.desks import queries
from deskops.desks.queries import CardDetail
from tests.desks.cards import BODY, TITLE, a_card, card_of, found, reword, titles
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

CARD = {"title_fa": TITLE, "body_fa": BODY}


@pytest.fixture
def keeper(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def path(trip: SmallTrip, rest: str = "", api: bool = False) -> str:
    return f"{'/api/v1' if api else ''}/trips/{trip.id}/guidance{rest}"


def only_card(trip: SmallTrip) -> CardDetail:
    with runtime.current().database.reading() as session:
        (card,) = queries.cards_of_trip(session, trip.id)
    return card_of(trip, card.id)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("۱۴۰۵/۰۹/۰۱", "2026-11-22"),
        ("1405-9-1", "2026-11-22"),
        ("2026-11-22", "2026-11-22"),
        ("٢٢ نوامبر 2026", None),
        ("1 آذر 1405", "2026-11-22"),
        ("", ""),
    ],
)
def test_a_card_is_written_with_days_of_either_calendar(
    trip: SmallTrip, keeper: Browser, typed: str, day: str | None
) -> None:
    more = {"topic_id": trip.topics["loan"], "source_date": typed, "good_until": typed}
    answer = keeper.post(path(trip), data=CARD | more)
    if day is None:
        assert answer.status_code == 422
        return
    assert answer.status_code == 303, answer.text
    card = only_card(trip)
    assert str(card.shown.source_date or "") == str(card.good_until or "") == day


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title_fa", ""),
        ("title_fa", "\u200f \u200c"),
        ("title_fa", "ا" * 201),
        ("body_fa", ""),
        ("body_fa", "ا" * 20_000),
        ("body_en", "a" * 20_000),
        ("source_date", "دیروز"),
        ("good_until", "1405/13/40"),
        ("review_months", "0"),
        ("review_months", "۶۱"),
        ("source_kind", "rumour"),
        ("topic_id", "999999"),
        ("topic_id", "x"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field_and_nothing_typed_is_lost(
    trip: SmallTrip, keeper: Browser, field: str, typed: str
) -> None:
    answer = keeper.post(path(trip), data=CARD | {"title_en": "Papers to bring", field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Papers to bring" in answer.text
    assert titles(found(trip, "کارت")) == []


def test_an_edit_shows_days_as_they_are_typed_and_makes_an_edition(trip: SmallTrip, keeper: Browser) -> None:
    card = a_card(trip, good_until=local_day(clock.now()) + timedelta(days=40))
    for language in ("fa", "en"):
        keeper.client.set_cookie("lang", language)
        page = keeper.get(path(trip, f"/{card.id}")).text
        typed = page.split('name="good_until" value="')[1].split('"')[0]
        same = CARD | {"topic_id": card.topic_id, "good_until": typed, "version": card.version}
        assert keeper.post(path(trip, f"/{card.id}"), data=same).status_code == 303
        assert (card_of(trip, card.id).version, card_of(trip, card.id).good_until) == (1, card.good_until)
    other = CARD | {"body_fa": "سخن دیگر", "version": card.version}
    assert keeper.post(path(trip, f"/{card.id}"), data=other).status_code == 303
    page = keeper.get(path(trip, f"/{card.id}?edition=1")).text
    assert "سخن دیگر" in page
    assert BODY in page


def test_who_saw_an_older_card_sees_why_theirs_is_not_saved(trip: SmallTrip, keeper: Browser) -> None:
    card = a_card(trip)
    reword(trip, card, "سخن دیگر")
    answer = keeper.post(
        path(trip, f"/{card.id}"), data=CARD | {"title_fa": "از من", "version": card.version}
    )
    assert answer.status_code == 409
    assert "از من" in answer.text


def test_a_card_is_reviewed_retired_and_brought_back_by_one_press_each(
    trip: SmallTrip, keeper: Browser
) -> None:
    card = a_card(trip, good_until=local_day(clock.now()) - timedelta(days=1))
    assert 'data-state="bad"' in keeper.get(path(trip)).text
    assert keeper.post(path(trip, f"/{card.id}/review"), data={}).status_code == 303
    assert 'data-state="bad"' not in keeper.get(path(trip)).text
    assert keeper.post(path(trip, f"/{card.id}/retire"), data={"retired": "yes"}).status_code == 303
    assert TITLE not in keeper.get(path(trip)).text
    assert TITLE in keeper.get(path(trip, "?shown=retired")).text
    assert keeper.post(path(trip, f"/{card.id}/retire"), data={"retired": "no"}).status_code == 303
    assert TITLE in keeper.get(path(trip)).text


def test_the_list_is_filtered_by_topic_words_and_what_is_out_of_date(
    trip: SmallTrip, keeper: Browser
) -> None:
    a_card(trip, "شرایط وام")
    a_card(trip, "ساعت کار", topic=None)
    a_card(trip, "بیمه بیکاری", topic="work", good_until=local_day(clock.now()) - timedelta(days=1))
    shown = {
        f"?topic_id={trip.topics['loan']}": "شرایط وام",
        "?topic_id=0": "ساعت کار",
        "?shown=out_of_date": "بیمه بیکاری",
        "?q=بيمه": "بیمه بیکاری",
    }
    for query, title in shown.items():
        rows = keeper.get(path(trip, query)).text.split("<tbody>")[1].split("</tbody>")[0]
        assert rows.count("<tr>") == 1
        assert title in rows


def test_a_long_list_comes_in_pages(trip: SmallTrip, keeper: Browser) -> None:
    for number in range(53):
        a_card(trip, f"برگه {number:02d}", topic=None)
    assert keeper.get(path(trip)).text.count('class="guidance-link"') == 50
    assert keeper.get(path(trip, "?page=2&shown=all")).text.count('class="guidance-link"') == 3
    assert keeper.get(path(trip, "?page=99")).text.count('class="guidance-link"') == 3


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?shown=nonsense", "?topic_id=x"])
def test_a_filter_that_is_none_is_refused(trip: SmallTrip, keeper: Browser, query: str) -> None:
    assert keeper.get(path(trip, query)).status_code == 422


@pytest.mark.parametrize(("language", "word"), [("fa", "برگه‌های راهنمایی"), ("en", "Guidance cards")])
def test_staff_read_the_cards_in_their_language_and_change_none(
    trip: SmallTrip, sign_in: Join, language: str, word: str
) -> None:
    card = a_card(trip, title_en="Papers for the loan", body_en="Bring them along.")
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    staff.client.set_cookie("lang", language)
    page = staff.get(path(trip)).text
    assert word in page
    assert ("Papers for the loan" if language == "en" else TITLE) in page
    assert 'id="new"' not in page
    assert "/review" not in staff.get(path(trip, f"/{card.id}")).text
    for rest, data in (("", CARD), (f"/{card.id}", CARD | {"version": 1}), (f"/{card.id}/review", {})):
        assert staff.post(path(trip, rest), data=data).status_code == 403


def test_a_desk_head_is_offered_their_own_topics_only(trip: SmallTrip, sign_in: Join) -> None:
    mine, foreign = a_card(trip), a_card(trip, "مسکن", topic="housing")
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert "/review" in head.get(path(trip, f"/{mine.id}")).text
    assert "/review" not in head.get(path(trip, f"/{foreign.id}")).text
    assert head.post(path(trip), data=CARD | {"topic_id": trip.topics["work"]}).status_code == 303
    assert head.post(path(trip), data=CARD | {"topic_id": trip.topics["housing"]}).status_code == 403
    assert head.post(path(trip), data=CARD).status_code == 403


def test_another_trips_card_is_not_found_on_any_road(trip: SmallTrip, keeper: Browser) -> None:
    foreign = a_card(make_small_trip("other"))
    for rest in ("", "/read", "/print"):
        assert keeper.get(path(trip, f"/{foreign.id}{rest}")).status_code == 404
    for rest, data in (("", CARD | {"version": 1}), ("/review", {}), ("/retire", {"retired": "yes"})):
        assert keeper.post(path(trip, f"/{foreign.id}{rest}"), data=data).status_code == 404
    assert keeper.get(path(trip, f"/{foreign.id}", api=True)).status_code == 404


def test_a_card_is_printed_in_both_languages_with_its_source(trip: SmallTrip, keeper: Browser) -> None:
    card = a_card(trip, title_en="Papers", body_en="Bring them along.", source="بخشنامه نمونه")
    page = keeper.get(path(trip, f"/{card.id}/print")).text
    for text in (TITLE, BODY, "Papers", "Bring them along.", "بخشنامه نمونه", 'lang="en" dir="ltr"'):
        assert text in page


def test_an_older_edition_is_printed_as_it_was_said(trip: SmallTrip, keeper: Browser) -> None:
    card = reword(trip, a_card(trip), "سخن دیگر")
    assert BODY in keeper.get(path(trip, f"/{card.id}/print?edition=1")).text
    assert BODY not in keeper.get(path(trip, f"/{card.id}/print")).text
    assert keeper.get(path(trip, f"/{card.id}/print?edition=9")).status_code == 404


def test_an_address_of_a_source_is_a_link_only_where_it_is_one_of_the_web(
    trip: SmallTrip, keeper: Browser
) -> None:
    good = a_card(trip, "یک", source_kind="web", source="https://example.org/a")
    bad = a_card(trip, "دو", source_kind="web", source="javascript:alert(1)")
    assert 'href="https://example.org/a"' in keeper.get(path(trip, f"/{good.id}")).text
    assert 'href="javascript' not in keeper.get(path(trip, f"/{bad.id}")).text


def test_the_api_adds_finds_edits_and_shows_a_card(trip: SmallTrip, keeper: Browser) -> None:
    body: dict[str, Any] = CARD | {"topic_id": trip.topics["loan"], "source_date": "1405/09/01"}
    made = keeper.post(path(trip, api=True), json=body)
    assert made.status_code == 201
    card_id = made.json["id"]
    changed = keeper.patch(
        path(trip, f"/{card_id}", api=True), json=body | {"body_fa": "سخن دیگر", "version": 1}
    )
    assert changed.json == {"id": card_id, "edition": 2, "version": 2}
    lines = keeper.get(path(trip, "?q=مدارك", api=True)).json["cards"]
    assert [(line["id"], line["edition"], line["out_of_date"]) for line in lines] == [(card_id, 2, None)]
    detail = keeper.get(path(trip, f"/{card_id}", api=True)).json
    assert [edition["body_fa"] for edition in detail["editions"]] == ["سخن دیگر", BODY]
    assert detail["editions"][0]["source_date"] == "2026-11-22"
    assert detail["uses"] == {"today": 0, "all": 0}


def test_the_api_lists_what_the_filters_take(trip: SmallTrip, keeper: Browser) -> None:
    a_card(trip, "شرایط وام")
    a_card(trip, "بیمه", topic="work", good_until=local_day(clock.now()) - timedelta(days=1))
    lines = keeper.get(path(trip, "?shown=out_of_date", api=True)).json["cards"]
    assert [(line["title_fa"], line["out_of_date"]) for line in lines] == [("بیمه", "expired")]


@pytest.mark.parametrize(
    "body", [{}, CARD | {"titel": "x"}, CARD | {"body_fa": 5}, CARD | {"topic_id": 10**30}]
)
def test_the_api_refuses_what_is_no_card(trip: SmallTrip, keeper: Browser, body: dict[str, Any]) -> None:
    assert keeper.post(path(trip, api=True), json=body).status_code in {404, 422}


def test_the_same_card_sent_twice_is_one(trip: SmallTrip, keeper: Browser) -> None:
    for _ in range(2):
        sent = keeper.post(path(trip, api=True), json=CARD, headers={"Idempotency-Key": "once"})
        assert sent.status_code == 201
    assert only_card(trip).edition == 1
