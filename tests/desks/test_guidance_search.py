"""Cards are found while the person talks: however the words are typed, the present topic's first."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import queries
from deskops.desks.events import SetupChanged
from deskops.desks.models import Topic
from deskops.desks.services import retire_card
from tests.desks.cards import a_card, found, reword, titles
from tests.small_trip import SmallTrip, make_small_trip


@pytest.mark.parametrize("typed", ["كارگشايي", "کارگشا", "مدارك وام", "وام مدارک", "  وام  "])
def test_a_card_is_found_however_its_words_are_typed(trip: SmallTrip, typed: str) -> None:
    card = a_card(trip)
    assert [line.id for line in found(trip, typed)] == [card.id]


def test_what_only_the_answer_says_is_found_too(trip: SmallTrip) -> None:
    a_card(trip, body="برگه را از میز خدمت می‌گیرند.")
    assert titles(found(trip, "میگیرند")) == titles(found(trip, "می گیرند")) == titles(found(trip, "می‌گیرند"))
    assert len(found(trip, "می‌گیرند")) == 1


def test_english_words_and_the_source_are_found(trip: SmallTrip) -> None:
    a_card(trip, title_en="Papers for the loan", body_en="Bring them along.", source="آیین‌نامه نمونه")
    assert found(trip, "PAPERS")
    assert found(trip, "آیین نامه")


def test_a_word_is_found_by_its_beginning_not_by_its_middle(trip: SmallTrip) -> None:
    a_card(trip, "شناسنامه المثنی", body="به ثبت احوال می‌روند.")
    assert found(trip, "شناس")
    assert not found(trip, "نامه")


def test_every_word_must_stand_somewhere(trip: SmallTrip) -> None:
    a_card(trip)
    assert not found(trip, "وام مسکن")


def test_cards_of_the_present_topic_come_first_then_titles_before_answers(trip: SmallTrip) -> None:
    a_card(trip, "بیمه بیکاری", topic="work", body="پس از وام")
    a_card(trip, "وام ازدواج", topic="housing", body="به بانک")
    a_card(trip, "ضامن", topic="loan", body="برای وام دو ضامن")
    assert titles(found(trip, "وام", topic="loan")) == ["ضامن", "وام ازدواج", "بیمه بیکاری"]
    assert titles(found(trip, "وام")) == ["وام ازدواج", "ضامن", "بیمه بیکاری"]


def test_a_topics_name_and_synonyms_find_its_cards(trip: SmallTrip) -> None:
    a_card(trip, "مراحل کار", topic="housing")
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(
            update(Topic).where(Topic.id == trip.topics["housing"]).values(synonyms="خرید خانه\nsheltering")
        )
        uow.record(SetupChanged(trip_id=trip.id, what="topic", id=trip.topics["housing"]))
    assert (
        titles(found(trip, "خانه")) == titles(found(trip, "shelter")) == titles(found(trip, "مراحل housing"))
    )
    assert len(found(trip, "خانه")) == 1


def test_without_words_the_topics_cards_are_there_and_then_the_general_ones(trip: SmallTrip) -> None:
    a_card(trip, "ساعت کار", topic=None)
    a_card(trip, "شرایط وام", topic="loan")
    a_card(trip, "بیمه", topic="work")
    assert titles(found(trip, "", topic="loan")) == ["شرایط وام", "ساعت کار"]
    assert titles(found(trip, "؟؟")) == ["ساعت کار"]


def test_an_edited_card_is_found_by_what_it_says_now(trip: SmallTrip) -> None:
    card = a_card(trip, body="به شعبه مرکزی")
    assert found(trip, "شعبه")
    reword(trip, card, "به دفتر پیشخوان")
    assert found(trip, "پیشخوان")
    assert not found(trip, "شعبه")


def test_a_retired_card_is_not_found_until_it_is_brought_back(trip: SmallTrip) -> None:
    card = a_card(trip)
    for retired, expected in ((True, 0), (False, 1)):
        with unit_of_work(SYSTEM) as uow:
            retire_card(uow, SYSTEM, trip.id, card.id, retired=retired)
        assert len(found(trip, "وام")) == expected


def test_another_trips_cards_are_not_found(trip: SmallTrip) -> None:
    a_card(trip)
    assert not found(make_small_trip("other"), "وام")


def test_a_trip_that_is_not_there_is_not_found(trip: SmallTrip) -> None:
    with pytest.raises(NotFound), runtime.current().database.reading() as session:
        queries.find_cards(session, 999, "وام")


def test_a_list_ends_after_a_dozen(trip: SmallTrip) -> None:
    for number in range(15):
        a_card(trip, f"وام {number}")
    assert len(found(trip, "وام")) == 12


@pytest.mark.parametrize("nonsense", ["'; --", "*", "%", "\\", '"', "\x00", "a" * 5000])
def test_nonsense_finds_nothing_and_harms_nothing(trip: SmallTrip, nonsense: str) -> None:
    a_card(trip, topic="loan")
    assert found(trip, nonsense) == []


def test_a_card_that_is_found_says_whether_it_still_holds(trip: SmallTrip) -> None:
    today = local_day(clock.now())
    a_card(trip, good_until=today)
    card = found(trip, "وام")[0]
    assert card.flag(today) is None
    assert card.flag(today + timedelta(days=1)) == "expired"
