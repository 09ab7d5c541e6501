"""A trip from the template is whole at once, and a trip is one of its own."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.trip_load import TripLoad
from deskops.desks.errors import CodeTaken
from deskops.desks.models import Agency, DeskHours, Place
from deskops.desks.services import reopen_demo_day, set_desk_state, set_desk_states
from deskops.desks.template import province
from tests.desks.setups import FIRST_DAY, actor_with, lines_of, read_catalogue, set_up


def test_it_has_the_34_agencies_desks_the_hall_and_the_headquarters(app: Flask) -> None:
    names = read_catalogue(set_up())
    assert [desk.number for desk in names.desks.values()] == list(range(1, 37))
    kinds = {names.sites[desk.site_id].kind for desk in names.desks.values()}
    assert kinds == {"hall", "building"}
    assert sum(desk.is_headquarters for desk in names.desks.values()) == 1
    assert sum(names.sites[desk.site_id].kind == "building" for desk in names.desks.values()) == 34


def test_every_topic_is_served_by_a_desk_that_takes_calls_and_by_one_that_takes_walk_ins(app: Flask) -> None:
    names = read_catalogue(set_up())
    for topic in names.assignable_topics():
        serving = [desk for desk in names.desks.values() if topic.id in desk.speeds]
        assert any(desk.calls for desk in serving), topic.code
        assert any(desk.walk_ins for desk in serving), topic.code


def test_every_desk_has_the_places_of_the_template_all_closed(app: Flask) -> None:
    trip_id = set_up()
    names, lines = read_catalogue(trip_id), lines_of(trip_id)
    for desk in province().desks:
        made = next(known for known in names.desks.values() if known.code == desk.code)
        assert lines[made.id].places == {"closed": desk.places}
        assert lines[made.id].state == "planned"


def test_seats_at_the_headquarters_are_phones_and_counters_elsewhere(app: Flask) -> None:
    trip_id = set_up()
    headquarters = {desk.id for desk in read_catalogue(trip_id).desks.values() if desk.is_headquarters}
    with runtime.current().database.reading() as session:
        places = session.scalars(select(Place).where(Place.trip_id == trip_id)).all()
    assert all((place.kind == "phone") == (place.desk_id in headquarters) for place in places)


def test_the_hall_opens_a_day_before_the_agencies(app: Flask) -> None:
    trip_id = set_up()
    names = read_catalogue(trip_id)
    open_before = {
        names.desks[line.id].code
        for line in lines_of(trip_id, FIRST_DAY - timedelta(days=1)).values()
        if line.hours
    }
    assert open_before == {"hall", "headquarters"}
    assert all(line.hours == (8 * 60, 18 * 60) for line in lines_of(trip_id).values())


def test_groups_of_topics_stand_above_them_and_take_no_demand(app: Flask) -> None:
    names = read_catalogue(set_up())
    groups = [topic for topic in names.topics.values() if not topic.assignable]
    assert len(groups) == len(province().topics) - len(province().assignable_topics())
    assert {topic.parent_id for topic in names.assignable_topics()} == {group.id for group in groups}


def test_each_agency_names_the_ministry_above_it(app: Flask) -> None:
    names = read_catalogue(set_up())
    education = next(desk for desk in names.desks.values() if desk.code == "education")
    above = names.ministry_above(education.agency_id)
    assert above is not None
    assert above.code == "ministry_education"
    relief = next(desk for desk in names.desks.values() if desk.code == "relief")
    assert names.ministry_above(relief.agency_id) is None
    assert names.ministry_above(None) is None


def test_agencies_outlive_trips_and_are_made_once(app: Flask) -> None:
    set_up("first")
    second = set_up("second")
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Agency)) == len(province().agencies)
    assert len(read_catalogue(second).desks) == 36


def test_sign_tokens_are_all_different(app: Flask) -> None:
    tokens = [
        desk.sign_token
        for trip in ("first", "second")
        for desk in read_catalogue(set_up(trip)).desks.values()
    ]
    assert len(set(tokens)) == 72


def test_the_load_of_the_router_reads_the_new_trip(app: Flask) -> None:
    trip_id = set_up()
    with unit_of_work(SYSTEM) as uow:
        set_desk_states(uow, SYSTEM, trip_id, "open")
    with runtime.current().database.reading() as session:
        load = TripLoad(session, trip_id).load
    assert len(load.counters) == sum(desk.places for desk in province().desks)


def test_it_is_one_entry_in_the_journal(app: Flask) -> None:
    trip_id = set_up()
    with runtime.current().database.reading() as session:
        assert [entry.kind for entry in journal.trip_entries(session, trip_id, 0)] == ["trip.created"]


def test_a_code_that_is_taken_is_refused_and_leaves_nothing(app: Flask) -> None:
    trip_id = set_up("same")
    with pytest.raises(CodeTaken) as refused:
        set_up("same")
    assert refused.value.field == "code"
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count(Place.trip_id.distinct()))) == 1
    assert len(read_catalogue(trip_id).desks) == 36


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "integration", "board"])
def test_only_those_who_lead_make_a_trip(app: Flask, role: str) -> None:
    with pytest.raises(Forbidden):
        set_up(actor=actor_with(role))


def test_a_demo_that_ran_days_ago_is_open_again_today_around_the_clock(app: Flask) -> None:
    trip_id = set_up(is_demo=True, starts_on=local_day(clock.now()) - timedelta(days=9))
    today = local_day(clock.now())
    with unit_of_work(SYSTEM) as uow:
        assert reopen_demo_day(uow, SYSTEM, trip_id, today)
    lines = lines_of(trip_id, today)
    assert {(line.state, line.hours) for line in lines.values()} == {("open", (0, 1440))}
    trip = read_catalogue(trip_id).trip
    assert (trip.phase, trip.ends_on) == ("live", today)


def test_a_desk_that_was_closed_today_stays_closed_when_the_demo_starts_again(app: Flask) -> None:
    trip_id = set_up(is_demo=True)
    desk_id = next(iter(read_catalogue(trip_id).desks))
    with unit_of_work(SYSTEM) as uow:
        reopen_demo_day(uow, SYSTEM, trip_id, FIRST_DAY)
        set_desk_state(uow, SYSTEM, trip_id, desk_id, state="closed")
    with unit_of_work(SYSTEM) as uow:
        assert not reopen_demo_day(uow, SYSTEM, trip_id, FIRST_DAY)
    assert lines_of(trip_id)[desk_id].state == "closed"


def test_a_working_trip_is_never_reopened_as_a_demo(app: Flask) -> None:
    trip_id = set_up(is_demo=False)
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        reopen_demo_day(uow, SYSTEM, trip_id, FIRST_DAY)
    with runtime.current().database.reading() as session:
        hours = table_of(DeskHours)
        assert session.scalar(select(func.max(hours.c.closes))) == 18 * 60
