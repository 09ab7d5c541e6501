"""Undo by its key on the console, where the last act was an answer by guidance that left nothing to register."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from deskops.core import clock, runtime
from deskops.demands.models import Contact
from deskops.desks.models import GuidanceUse
from deskops.desks.queries import CardDetail
from tests.demands.counter import Counter, sit_down, somebody
from tests.desks.cards import a_card
from tests.fixtures import Join
from tests.small_trip import SmallTrip


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    return sit_down(sign_in, trip)


@pytest.fixture
def card(trip: SmallTrip) -> CardDetail:
    return a_card(trip)


def undo_of(page: str) -> str | None:
    """The address behind the key U."""
    found = re.search(r'action="([^"]*/undo)"', page)
    return found[1] if found else None


def contacts() -> list[Contact]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Contact)))


def test_the_console_offers_to_take_the_answer_back_and_does(counter: Counter, card: CardDetail) -> None:
    counter.act("guidance", edition_id=card.shown.id)
    page = counter.page().text
    assert 'data-key="KeyU"' in page
    assert "پس گرفتن پاسخ با راهنمایی" in page
    address = undo_of(page)
    assert address is not None
    assert counter.browser.post(address, data={}).status_code == 303
    assert contacts() == []
    with runtime.current().database.reading() as session:
        assert session.scalars(select(GuidanceUse)).all() == []
    assert undo_of(counter.page().text) is None


def test_the_newest_act_is_the_one_that_is_taken_back(counter: Counter, card: CardDetail) -> None:
    ticket_id = int(somebody(counter.trip, "loan").ticket.id)
    counter.act("next")
    counter.act("serve", ticket_id)
    counter.act("finish", ticket_id, outcome="granted")
    clock.freeze(clock.now() + timedelta(seconds=5))
    counter.act("guidance", edition_id=card.shown.id)
    [contact] = [one for one in contacts() if one.result == "nothing_to_register"]
    assert (undo_of(counter.page().text) or "").endswith(f"/contacts/{contact.id}/undo")
    counter.browser.post(undo_of(counter.page().text) or "", data={})
    assert (undo_of(counter.page().text) or "").endswith(f"/tickets/{ticket_id}/undo")


def test_a_contact_without_a_card_and_one_of_another_counter_offer_nothing(
    counter: Counter, card: CardDetail, sign_in: Join
) -> None:
    counter.act("contacts", result="nothing_to_register")
    other = sit_down(sign_in, counter.trip, seat=1)
    other.act("guidance", edition_id=card.shown.id)
    assert undo_of(counter.page().text) is None


def test_with_somebody_at_the_counter_only_their_call_is_taken_back(
    counter: Counter, card: CardDetail
) -> None:
    counter.act("guidance", edition_id=card.shown.id)
    ticket_id = int(somebody(counter.trip, "loan").ticket.id)
    counter.act("next")
    assert (undo_of(counter.page().text) or "").endswith(f"/tickets/{ticket_id}/undo")


def test_after_a_minute_nothing_is_offered(counter: Counter, card: CardDetail) -> None:
    counter.act("guidance", edition_id=card.shown.id)
    clock.freeze(clock.now() + timedelta(seconds=61))
    assert undo_of(counter.page().text) is None
