"""Guidance cards travel with the set-up: in its file, to the next trip, and into a rehearsal."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import queries
from deskops.desks.document import (
    Card,
    Setup,
    check_setup,
    read_setup,
    setup_as_json,
    setup_from_json,
    write_setup,
)
from deskops.desks.errors import SetupFaults
from deskops.desks.models import GuidanceCard, GuidanceEdition, Topic
from deskops.desks.services import create_trip_of_setup, retire_card
from deskops.desks.template import province
from tests.desks.cards import a_card, found, reword, titles
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

A_DAY = date(2026, 10, 1)
WHOLE = Card(
    topic="loan",
    title_fa="مدارک وام",
    title_en="Papers for a loan",
    body_fa="کارت ملی\nو «شناسنامه»",
    body_en="The identity card",
    source_kind="circular",
    source="بخشنامه ۱۲",
    source_date=A_DAY,
    good_until=A_DAY,
    review_months=3,
    reviewed_on=A_DAY,
)


def out_of(trip_id: int) -> Setup:
    with runtime.current().database.reading() as session:
        return queries.setup_of_trip(session, trip_id)


def into(setup: Setup, **changes: Any) -> int:
    with unit_of_work(SYSTEM) as uow:
        return create_trip_of_setup(uow, SYSTEM, replace(setup, **changes))


def rows_of(trip_id: int) -> list[tuple[GuidanceCard, GuidanceEdition]]:
    with runtime.current().database.reading() as session:
        query = select(GuidanceCard, GuidanceEdition).join(
            GuidanceEdition, GuidanceEdition.card_id == GuidanceCard.id
        )
        rows = session.execute(query.where(GuidanceCard.trip_id == trip_id).order_by(GuidanceCard.id))
        return [(card, edition) for card, edition in rows]


def words_of(error: SetupFaults) -> list[tuple[int | None, str]]:
    return [(fault.line, fault.record) for fault in error.faults]


def test_a_card_goes_out_with_all_that_it_has(trip: SmallTrip) -> None:
    a_card(trip, "مدارک وام", source="بخشنامه", source_kind="circular", source_date=A_DAY, good_until=A_DAY)
    [card] = out_of(trip.id).cards
    assert (card.topic, card.title_fa, card.source, card.source_kind) == (
        "loan",
        "مدارک وام",
        "بخشنامه",
        "circular",
    )
    assert (card.source_date, card.good_until, card.review_months) == (A_DAY, A_DAY, 6)
    assert card.reviewed_on == local_day(clock.now())


def test_only_the_words_that_hold_go_out(trip: SmallTrip) -> None:
    reword(trip, a_card(trip), "اکنون این است.")
    assert [card.body_fa for card in out_of(trip.id).cards] == ["اکنون این است."]


def test_a_retired_card_and_one_of_a_retired_topic_stay_behind(trip: SmallTrip) -> None:
    general, retired = a_card(trip, "کارت عمومی", topic=None), a_card(trip, "کهنه")
    a_card(trip, "موضوع کهنه", topic="work")
    with unit_of_work(SYSTEM) as uow:
        retire_card(uow, SYSTEM, trip.id, retired.id, retired=True)
        uow.session.get_one(Topic, trip.topics["work"]).retired_at = clock.now()
    cards = out_of(trip.id).cards
    assert [(card.topic, card.title_fa) for card in cards] == [(None, general.shown.title_fa)]


@pytest.mark.parametrize("way", ["toml", "json"])
def test_written_and_read_back_a_card_is_the_same(trip: SmallTrip, way: str) -> None:
    setup = replace(out_of(trip.id), cards=(WHOLE, Card(title_fa="عمومی", body_fa="متن")))
    if way == "toml":
        back = read_setup(write_setup(setup))
    else:
        back = setup_from_json(json.loads(json.dumps(setup_as_json(setup))))
    assert back == setup


def test_a_file_without_cards_still_reads(trip: SmallTrip) -> None:
    text = write_setup(out_of(trip.id))
    assert "cards" not in text
    assert read_setup(text).cards == ()
    assert province().cards == ()


def test_a_new_trip_of_the_file_has_the_cards_and_finds_them(trip: SmallTrip) -> None:
    copy = into(out_of(trip.id), code="copy", cards=(WHOLE,))
    [(card, edition)] = rows_of(copy)
    assert (card.good_until, card.review_months, card.reviewed_on) == (A_DAY, 3, A_DAY)
    assert (edition.number, edition.title_en, edition.body_fa) == (1, WHOLE.title_en, WHOLE.body_fa)
    with runtime.current().database.reading() as session:
        assert [one.title_fa for one in queries.find_cards(session, copy, "مدارک")] == ["مدارک وام"]
        topic = session.get_one(Topic, card.topic_id or 0)
    assert (topic.trip_id, topic.code) == (copy, "loan")


def test_a_card_that_says_no_day_was_reviewed_on_the_day_of_the_import(trip: SmallTrip) -> None:
    copy = into(out_of(trip.id), code="copy", cards=(Card(title_fa="عمومی", body_fa="متن"),))
    [(card, _)] = rows_of(copy)
    assert (card.topic_id, card.reviewed_on) == (None, local_day(clock.now()))


def test_what_was_out_of_date_is_so_in_the_next_trip_too(trip: SmallTrip) -> None:
    a_card(trip)
    clock.freeze(clock.now() + timedelta(days=400))
    copy = into(out_of(trip.id), code="second-round")
    with runtime.current().database.reading() as session:
        [card] = queries.find_cards(session, copy, "مدارک")
        assert queries.card_detail(session, copy, card.id).flag(local_day(clock.now()))


def test_out_in_and_out_again_gives_the_same_cards(trip: SmallTrip) -> None:
    for number in range(5):
        a_card(trip, f"کارت {number}")
    first = out_of(trip.id)
    assert out_of(into(first, code="copy")).cards == first.cards


def test_the_cards_of_the_first_trip_are_untouched(trip: SmallTrip) -> None:
    a_card(trip, "مدارک وام")
    into(out_of(trip.id), code="copy")
    assert titles(found(trip, "مدارک")) == ["مدارک وام"]


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ('{ topic = "nothing", title_fa = "الف", body_fa = "ب" }', "cards[1]"),
        ('{ title_fa = "", body_fa = "ب" }', "cards[1]"),
        ('{ title_fa = "الف" }', "cards[1]"),
        ('{ title_fa = "الف", body_fa = "  " }', "cards[1]"),
        ('{ title_fa = "الف", body_fa = "ب", source_kind = "rumour" }', "cards[1]"),
        ('{ title_fa = "الف", body_fa = "ب", good_until = "soon" }', "cards[1]"),
        ('{ title_fa = "الف", body_fa = "ب", review_months = 0 }', "cards[1]"),
        ('{ title_fa = "الف", body_fa = "ب", colour = "red" }', "cards[1]"),
    ],
)
def test_a_fault_in_a_card_is_named_with_its_line(trip: SmallTrip, line: str, record: str) -> None:
    text = write_setup(out_of(trip.id)) + f"\ncards = [\n  {line},\n]\n"
    with pytest.raises(SetupFaults) as refused:
        read_setup(text)
    assert words_of(refused.value) == [(text.splitlines().index(f"  {line},") + 1, record)]


def test_two_cards_of_one_topic_and_title_are_one_too_many(trip: SmallTrip) -> None:
    cards = [{"topic": "loan", "title_fa": title, "body_fa": "متن"} for title in ("كارت", "کارت")]
    with pytest.raises(SetupFaults) as refused:
        check_setup(setup_as_json(out_of(trip.id)) | {"cards": cards})
    assert words_of(refused.value) == [(None, "cards[2]")]


def test_the_api_gives_and_takes_the_cards(trip: SmallTrip, sign_in: Join) -> None:
    a_card(trip, "مدارک وام")
    browser: Browser = sign_in("coordinator")
    body = browser.get(f"/api/v1/trips/{trip.id}/setup").json | {"code": "copy"}
    assert [card["title_fa"] for card in body["cards"]] == ["مدارک وام"]
    made = browser.post("/api/v1/trips/", json=body)
    assert made.status_code == 201
    assert [edition.title_fa for _, edition in rows_of(made.json["id"])] == ["مدارک وام"]
