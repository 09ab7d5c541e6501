"""Guidance cards as they are kept: written, edited into editions, reviewed, retired, taken back, imported."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.errors import ChangedSince
from deskops.desks.models import GuidanceCard, GuidanceEdition, SetupChange
from deskops.desks.services import add_card, add_cards, edit_card, retire_card, review_card
from deskops.desks.services.changes import undo_change
from deskops.desks.services.guidance import CardRow, CardWords, RowRefusal
from tests.demands.counter import sit_down
from tests.desks.cards import BODY, TITLE, a_card, an_edit, card_of, found, reword, titles
from tests.desks.setups import actor_with
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


def last_change(trip: SmallTrip) -> int:
    with runtime.current().database.reading() as session:
        query = select(SetupChange.id).where(SetupChange.trip_id == trip.id).order_by(SetupChange.id.desc())
        return session.scalars(query).first() or 0


def take_back(trip: SmallTrip, change_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change_id)


def count(model: type) -> int:
    with runtime.current().database.reading() as session:
        return len(session.scalars(select(model)).all())


def a_row(line: int, title: str = TITLE, topic: str = "loan", body: str = BODY, **words: Any) -> CardRow:
    return CardRow(line, topic, CardWords(title_fa=title, body_fa=body, **words))


def imported(trip: SmallTrip, *rows: CardRow) -> list[RowRefusal]:
    with unit_of_work(SYSTEM) as uow:
        return add_cards(uow, SYSTEM, trip.id, rows)


def test_other_words_are_a_new_edition_and_the_old_one_stays_readable(trip: SmallTrip) -> None:
    card = reword(trip, a_card(trip), "به بانک دیگری می‌روند.")
    assert [edition.number for edition in card.editions] == [2, 1]
    assert (card.shown.body_fa, card.numbered(1).body_fa) == ("به بانک دیگری می‌روند.", BODY)


def test_a_longer_life_alone_is_no_new_edition(trip: SmallTrip) -> None:
    card = a_card(trip)
    until = local_day(clock.now()) + timedelta(days=30)
    with unit_of_work(SYSTEM) as uow:
        edit = an_edit(topic_id=trip.topics["work"], good_until=until, review_months=12)
        edit_card(uow, SYSTEM, trip.id, card.id, card.version, edit)
    edited = card_of(trip, card.id)
    assert (edited.topic_id, edited.good_until, edited.review_months) == (trip.topics["work"], until, 12)
    assert len(edited.editions) == 1


def test_an_edit_of_what_somebody_changed_meanwhile_is_refused(trip: SmallTrip) -> None:
    card = a_card(trip)
    reword(trip, card, "دیگر")
    with pytest.raises(StaleVersion):
        reword(trip, card, "باز دیگر")


def test_a_review_lifts_the_flag_and_takes_a_last_day_out_that_is_past(trip: SmallTrip) -> None:
    today = local_day(clock.now())
    card = a_card(trip, good_until=today - timedelta(days=1))
    assert card.flag(today) == "expired"
    with unit_of_work(SYSTEM) as uow:
        review_card(uow, SYSTEM, trip.id, card.id)
    reviewed = card_of(trip, card.id)
    assert (reviewed.flag(today), reviewed.good_until, reviewed.reviewed_on) == (None, None, today)


def test_a_review_keeps_a_last_day_that_is_ahead(trip: SmallTrip) -> None:
    until = local_day(clock.now()) + timedelta(days=9)
    card = a_card(trip, good_until=until)
    with unit_of_work(SYSTEM) as uow:
        review_card(uow, SYSTEM, trip.id, card.id)
    assert card_of(trip, card.id).good_until == until


def test_a_card_nobody_looked_at_for_its_months_is_flagged(trip: SmallTrip) -> None:
    card = a_card(trip, review_months=1)
    assert card.flag(local_day(clock.now()) + timedelta(days=35)) == "unreviewed"


def test_an_edit_is_taken_back_by_one_press(trip: SmallTrip) -> None:
    card = reword(trip, a_card(trip), "سخن دیگر")
    take_back(trip, last_change(trip))
    back = card_of(trip, card.id)
    assert (back.edition, back.shown.body_fa, len(back.editions)) == (1, BODY, 1)
    assert titles(found(trip, "کارت")) == [TITLE]


def test_an_edition_that_was_said_stays(trip: SmallTrip, sign_in: Join) -> None:
    card = reword(trip, a_card(trip), "سخن دیگر")
    sit_down(sign_in, trip).act("guidance", edition_id=card.shown.id)
    with pytest.raises(ChangedSince):
        take_back(trip, last_change(trip))
    assert card_of(trip, card.id).edition == 2


def test_a_new_card_and_a_retirement_are_taken_back(trip: SmallTrip) -> None:
    card = a_card(trip)
    added = last_change(trip)
    with unit_of_work(SYSTEM) as uow:
        retire_card(uow, SYSTEM, trip.id, card.id, retired=True)
    take_back(trip, last_change(trip))
    assert found(trip, "وام")
    take_back(trip, added)
    assert (count(GuidanceCard), count(GuidanceEdition)) == (0, 0)


def test_a_topic_of_another_trip_is_refused(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(InvalidInput) as refused, unit_of_work(SYSTEM) as uow:
        add_card(uow, SYSTEM, trip.id, an_edit(topic_id=other.topics["loan"]))
    assert "topic_id" in refused.value.errors


def test_another_trips_card_is_not_found(trip: SmallTrip) -> None:
    card = a_card(trip)
    other = make_small_trip("other")
    for work in (review_card, lambda *asked: retire_card(*asked, retired=True)):
        with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
            work(uow, SYSTEM, other.id, card.id)
    with pytest.raises(NotFound):
        card_of(other, card.id)


@pytest.mark.parametrize("role", ["staff", "official", "inspector", "follow_up"])
def test_who_keeps_no_cards_changes_none(trip: SmallTrip, role: str) -> None:
    card, actor = a_card(trip), actor_with(role, trip.id)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        add_card(uow, actor, trip.id, an_edit())
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        review_card(uow, actor, trip.id, card.id)


def test_a_desk_head_writes_about_their_own_desks_topics_only(trip: SmallTrip) -> None:
    head = actor_with("desk_head", trip.id, trip.desks["a"])
    with unit_of_work(head) as uow:
        card = add_card(uow, head, trip.id, an_edit(topic_id=trip.topics["loan"]))
        review_card(uow, head, trip.id, card.id)
    for topic in (trip.topics["housing"], None):
        with pytest.raises(Forbidden), unit_of_work(head) as uow:
            add_card(uow, head, trip.id, an_edit(topic_id=topic))
    foreign = a_card(trip, topic="housing")
    with pytest.raises(Forbidden), unit_of_work(head) as uow:
        edit_card(uow, head, trip.id, foreign.id, foreign.version, an_edit(topic_id=trip.topics["loan"]))
    with pytest.raises(Forbidden), unit_of_work(head) as uow:
        add_cards(uow, head, trip.id, [a_row(2)])


def test_many_cards_come_in_as_one_change(trip: SmallTrip) -> None:
    rows = [a_row(2), a_row(3, "ساعت کار", topic=""), a_row(4, topic="work")]
    assert imported(trip, *rows) == []
    assert len(found(trip, "کارت ملی")) == 3
    take_back(trip, last_change(trip))
    assert count(GuidanceCard) == 0


def test_a_file_with_faults_names_each_with_its_line_and_brings_nothing(trip: SmallTrip) -> None:
    a_card(trip)
    refusals = imported(
        trip,
        a_row(2, "تازه"),
        a_row(3, "مدارك وام كارگشايي"),
        a_row(4, "", topic="moon"),
        a_row(5, "دراز", body="ا" * 20_000),
        a_row(6, "تازه"),
        a_row(7, "منبع", source_kind="rumour"),
    )
    assert [(refusal.line, refusal.field) for refusal in refusals] == [
        (3, "title_fa"),
        (4, "title_fa"),
        (4, "topic"),
        (5, "body_fa"),
        (6, "title_fa"),
        (7, "source_kind"),
    ]
    assert all(refusal.message for refusal in refusals)
    assert count(GuidanceCard) == 1


def test_an_empty_file_brings_nothing(trip: SmallTrip) -> None:
    assert imported(trip) == []
    assert last_change(trip) == 0


def test_the_days_of_an_edition_are_kept(trip: SmallTrip) -> None:
    card = a_card(trip, source_kind="law", source="قانون نمونه", source_date=date(2026, 1, 2))
    assert (card.shown.source_date, card.shown.source) == (date(2026, 1, 2), "قانون نمونه")
