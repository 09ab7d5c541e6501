"""The wipe of a rehearsal: nothing of it is left, and nothing else is gone."""

import pytest
from sqlalchemy import func, select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.control import services
from deskops.control.errors import NotARehearsal
from deskops.control.rules import Aim
from deskops.control.services.wiping import wipe
from deskops.core import clock, files, messages, numbers, runtime
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.journal_rows import AudienceHead, JournalRow
from deskops.core.prints import PrintRun
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.demands.services.intake import Registration, register
from deskops.desks.models import Desk, Site, Trip
from deskops.desks.queries import catalogue
from deskops.desks.services.guidance import CardEdit, CardWords, add_card
from deskops.tables import metadata
from tests.control.rehearsals import content, end, of_trip, run_for, start
from tests.small_trip import SmallTrip, make_small_trip

# What says that something happened stays: the trip's own journal, answers already given, the worker's jobs.
HISTORY = ("journal", "idempotency", "jobs")


@pytest.fixture
def neighbour(trip: SmallTrip) -> SmallTrip:
    """A trip beside it, with people, numbers, a card and a role of its own."""
    other = make_small_trip("other")
    for one in (trip, other):
        with unit_of_work(SYSTEM) as uow:
            accounts.create_user(uow, name="مسئول", grants=[Grant("desk_head", one.id, one.desks["a"])])
            accounts.create_user(uow, name="هماهنگ‌کننده", grants=[Grant("coordinator", one.id)])
            wanted = Registration(
                one.topics["loan"], "walk_in", one.sites["one"], name="زهرا", phone="09500000001"
            )
            register(uow, SYSTEM, one.id, wanted)
            words = CardWords(title_fa="وام", body_fa="به بانک بروید.")
            add_card(uow, SYSTEM, one.id, CardEdit(words=words, topic_id=one.topics["loan"]))
            messages.queue(
                uow.session,
                trip_id=one.id,
                channel="sms",
                address="0",
                text="-",
                once_key=f"{one.id}",
                now=uow.now,
            )
    return other


def live_through(copy_id: int) -> None:
    """A while of everything: people, service, a broadcast that somebody saw, a stop, paper numbers, a message."""
    run_for(300)
    with unit_of_work(SYSTEM) as uow:
        desk = uow.session.scalars(select(Desk).where(Desk.trip_id == copy_id)).first()
        assert desk is not None
        services.send(uow, SYSTEM, copy_id, services.NewBroadcast("آماده باشید", Aim("all"), False, None))
        services.stop(
            uow, SYSTEM, copy_id, site_id=desk.site_id, desk_id=desk.id, choice="share_out", reason="آزمون"
        )
        services.decide(uow, SYSTEM, copy_id, False, "هنوز نه", desk.id)
        numbers.take(uow.session, f"paper:{copy_id}")
        message = {"trip_id": copy_id, "channel": "sms", "address": "0", "text": "-", "once_key": "copy"}
        uow.session.add(messages.Message(**message, next_at=uow.now))


def test_a_rehearsal_is_wiped_whole_and_nothing_else_with_it(trip: SmallTrip, neighbour: SmallTrip) -> None:
    clock.freeze(clock.now())
    before = content(without=HISTORY)
    copy_id = start(trip.id)
    live_through(copy_id)
    during = content(without=HISTORY)
    assert len(during["demands"]) > 100
    assert {
        "broadcasts",
        "stopped_desks",
        "tickets",
        "rehearsals",
        "guidance_cards",
        "messages",
        "counters",
    } <= {name for name, rows in during.items() if rows != before[name]}
    end(trip.id)
    assert content(without=HISTORY) == before


def test_no_row_anywhere_refers_to_what_is_wiped(trip: SmallTrip, neighbour: SmallTrip) -> None:
    clock.freeze(clock.now())
    copy_id = start(trip.id)
    live_through(copy_id)
    end(trip.id)
    for table in metadata.sorted_tables:
        if "trip_id" in table.c:
            assert of_trip(table, copy_id) == [], table.name


def test_the_journals_of_other_trips_keep_what_they_said(trip: SmallTrip, neighbour: SmallTrip) -> None:
    journal = table_of(JournalRow)
    before = {one: of_trip(journal, one) for one in (trip.id, neighbour.id)}
    copy_id = start(trip.id)
    end(trip.id)
    assert of_trip(journal, neighbour.id) == before[neighbour.id]
    after = of_trip(journal, trip.id)
    assert after[: len(before[trip.id])] == before[trip.id]
    assert [row.kind for row in after[len(before[trip.id]) :]] == ["rehearsal.started", "rehearsal.ended"]
    assert of_trip(journal, copy_id) == []


def test_names_that_only_look_alike_stay(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    with unit_of_work(SYSTEM) as uow:
        numbers.take(uow.session, f"ticket:{copy_id}7:2026-11-22")
        numbers.take(uow.session, f"ticket:9:{copy_id}")
        uow.session.add(AudienceHead(audience=f"trip:{copy_id}7:coordination", sequence=3))
    kept = {name: content()[name] for name in ("counters", "audience_heads")}
    end(trip.id)
    after = content()
    assert [row for row in kept["counters"] if row in after["counters"]] == kept["counters"]
    assert (f"trip:{copy_id}7:coordination", 3) in after["audience_heads"]


def test_a_trip_that_is_no_rehearsal_is_never_wiped(trip: SmallTrip) -> None:
    before = content()
    for trip_id in (trip.id, 4711):
        with pytest.raises(NotARehearsal), unit_of_work(SYSTEM) as uow:
            wipe(uow.session, trip_id)
    assert content() == before


def test_what_was_printed_of_it_goes_and_what_others_hold_stays(trip: SmallTrip) -> None:
    copy_id, data_dir = start(trip.id), runtime.current().settings.data_dir
    with unit_of_work(SYSTEM) as uow:
        own, shared = (
            files.store(uow.session, data_dir, words, "text/html", uow.now) for words in (b"badges", b"hours")
        )
        for trip_id, digests in ((copy_id, (own, shared)), (trip.id, (shared, None))):
            uow.session.add(
                PrintRun(
                    trip_id=trip_id,
                    kind="badges",
                    state="done",
                    params={},
                    total=1,
                    asked_at=uow.now,
                    pages=digests[0],
                    file=digests[1],
                )
            )
    with unit_of_work(SYSTEM) as uow:
        wipe(uow.session, copy_id)
    assert not files.path_of(data_dir, own).exists()
    assert files.read(data_dir, shared) == b"hours"


def test_a_wipe_that_fails_leaves_everything(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    run_for(30)
    before = content()
    with pytest.raises(RuntimeError), unit_of_work(SYSTEM) as uow:
        wipe(uow.session, copy_id)
        raise RuntimeError
    assert content() == before


def test_what_is_remembered_of_it_is_forgotten(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    run_for(30)
    end(trip.id)
    with runtime.current().database.reading() as session:
        with pytest.raises(NotFound):
            CACHE.current(session, copy_id)
        with pytest.raises(NotFound):
            catalogue(session, copy_id)


def test_its_id_and_those_of_its_desks_are_never_given_again(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    highest = {model: _highest(model) for model in (Trip, Site, Desk)}
    end(trip.id)
    later = make_small_trip("later")
    assert later.id > copy_id
    assert min(later.desks.values()) > highest[Desk]
    assert min(later.sites.values()) > highest[Site]


def _highest(model: type[Trip] | type[Site] | type[Desk]) -> int:
    with runtime.current().database.reading() as session:
        return session.scalar(select(func.max(model.id))) or 0
