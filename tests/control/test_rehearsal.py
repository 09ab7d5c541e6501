"""A rehearsal: a copy of the trip, to which invented people come at a pace, and whose counters serve."""

from collections import Counter

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import GrantRow
from deskops.control import services
from deskops.control.errors import NoRehearsal, NotARehearsal, RehearsalRuns
from deskops.core import clock, messages, runtime
from deskops.core.database import table_of
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.autopilot import autopilot_of
from deskops.demands.models import Demand, Person, Ticket
from deskops.demands.priorities import priorities_of
from deskops.desks.models import Desk, GuidanceCard, Place, StaffNeed, Trip
from deskops.desks.queries.needs import needs_of_trip
from deskops.desks.rules import Need
from deskops.desks.services.guidance import CardEdit, CardWords, add_card
from deskops.desks.services.needs import set_need
from deskops.desks.services.plan import follow_plan
from tests.control.history import rows
from tests.control.rehearsals import end, figures, names_of, of_trip, run_for, start
from tests.demands.moving import set_modes
from tests.demands.prioritising import worth
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture(autouse=True)
def frozen(trip: SmallTrip) -> None:
    clock.freeze(clock.now())


def change(trip_id: int, pace: int, *, serves: bool = True) -> None:
    with unit_of_work(SYSTEM) as uow:
        services.change_rehearsal(uow, SYSTEM, trip_id, pace=pace, serves=serves)


def states(trip_id: int) -> Counter[str]:
    return Counter(place.state for place in of_trip(table_of(Place), trip_id))


def test_the_copy_has_the_set_up_of_the_trip(trip: SmallTrip) -> None:
    copy = names_of(start(trip.id))
    original = names_of(trip.id)
    assert copy.trip.rehearsal_of == trip.id
    assert (copy.trip.code, copy.trip.phase) == ("small-rehearsal", "live")
    assert (copy.trip.name_fa, copy.trip.name_en) == ("تمرین: سفر آزمون", "Rehearsal: Test trip")
    for part in ("desks", "sites", "topics"):
        names = [[one.code for one in getattr(each, part).values()] for each in (copy, original)]
        assert names[0] == names[1]
        assert not getattr(copy, part).keys() & getattr(original, part).keys()
    assert len(of_trip(table_of(Place), copy.trip.id)) == len(of_trip(table_of(Place), trip.id))


def test_its_desks_need_the_staff_that_the_trips_need(trip: SmallTrip) -> None:
    need = Need(minimum=2, target=3, supervisors=1, languages=("ku",))
    with unit_of_work(SYSTEM) as uow:
        set_need(uow, SYSTEM, trip.id, trip.desks["b"], 1, need)
    copy_id = start(trip.id)
    with runtime.current().database.reading() as session:
        needs = needs_of_trip(session, copy_id)
    codes = names_of(copy_id).desks
    assert {codes[desk_id].code: one for desk_id, one in needs.items()} == {"b": need}
    end(trip.id)
    assert [row.desk_id for row in rows(StaffNeed)] == [trip.desks["b"]]


def test_its_desks_are_open_whatever_the_plan_of_the_real_days(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    for _ in range(24):
        clock.advance(seconds=3600)
        follow_plan({})
    assert {desk.state for desk in of_trip(table_of(Desk), copy_id)} == {"open"}


def test_whoever_has_a_role_has_it_at_the_same_desk_of_the_copy(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        user = accounts.create_user(uow, name="مسئول", grants=[Grant("desk_head", trip.id, trip.desks["b"])])
        uow.session.get_one(Desk, trip.desks["b"]).head_user_id = user
    copy_id = start(trip.id)
    (grant,) = of_trip(table_of(GrantRow), copy_id)
    head = names_of(copy_id).desks[grant.desk_id]
    assert (grant.user_id, grant.role, head.code) == (user, "desk_head", "b")
    assert [desk.code for desk in of_trip(table_of(Desk), copy_id) if desk.head_user_id == user] == ["b"]
    end(trip.id)
    assert [row.trip_id for row in rows(GrantRow) if row.user_id == user] == [trip.id]


def test_what_priorities_are_worth_comes_along(trip: SmallTrip) -> None:
    worth(trip, far=33.0, topics={trip.topics["work"]: 6.0})
    copy = start(trip.id)
    [work] = [topic.id for topic in names_of(copy).topics.values() if topic.code == "work"]
    with runtime.current().database.reading() as session:
        version, minutes = priorities_of(session, copy)
    assert (version, minutes.kinds["far"], minutes.topics) == (1, 33.0, {work: 6.0})


def test_what_balancing_does_by_itself_comes_along(trip: SmallTrip) -> None:
    set_modes(trip, walk="off", stay=3)
    copy = start(trip.id)
    with runtime.current().database.reading() as session:
        known = autopilot_of(session, copy).autopilot
    assert (known.walk, known.stay) == ("off", 3)


def test_guidance_cards_come_along(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        words = CardWords(title_fa="وام", body_fa="به بانک بروید.")
        add_card(uow, SYSTEM, trip.id, CardEdit(words=words, topic_id=trip.topics["loan"]))
    copy_id = start(trip.id)
    (card,) = of_trip(table_of(GuidanceCard), copy_id)
    assert names_of(copy_id).topics[card.topic_id].code == "loan"


def test_people_come_at_the_pace_that_was_chosen(trip: SmallTrip) -> None:
    copy_id = start(trip.id, pace=720)
    run_for(300)
    assert len(of_trip(table_of(Demand), copy_id)) == 60
    change(trip.id, 0)
    run_for(300)
    assert len(of_trip(table_of(Demand), copy_id)) == 60
    change(trip.id, 360)
    run_for(100)
    assert len(of_trip(table_of(Demand), copy_id)) == 70


def test_after_a_halt_of_the_worker_nobody_is_made_up_for(trip: SmallTrip) -> None:
    copy_id = start(trip.id, pace=3600)
    clock.advance(seconds=7200)
    run_for(5)
    assert len(of_trip(table_of(Demand), copy_id)) == 60
    run_for(5)
    assert len(of_trip(table_of(Demand), copy_id)) == 65


def test_nobody_comes_to_the_trip_itself(trip: SmallTrip) -> None:
    start(trip.id)
    run_for(60)
    assert of_trip(table_of(Demand), trip.id) == []
    assert states(trip.id) == Counter(closed=10)


def test_its_people_are_many_and_none_has_a_phone_that_rings(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    run_for(60)
    people = of_trip(table_of(Person), copy_id)
    assert len({person.name for person in people}) > 40
    assert all(person.phone is None or person.phone.startswith("0950") for person in people)


def test_numbers_begin_at_one(trip: SmallTrip) -> None:
    copy_id = start(trip.id)
    run_for(10)
    assert min(ticket.number for ticket in of_trip(table_of(Ticket), copy_id)) == 1


def test_counters_serve_by_themselves(trip: SmallTrip) -> None:
    copy_id = start(trip.id, pace=60)
    run_for(3600)
    assert states(copy_id) == Counter(open=10)
    done = Counter(ticket.status for ticket in of_trip(table_of(Ticket), copy_id))
    assert done["done"] > 30
    assert done["no_show"] > 0
    assert (figures(trip.id).people, figures(trip.id).served) == (60, done["done"])


def test_counters_wait_for_real_people_where_that_was_chosen(trip: SmallTrip) -> None:
    copy_id = start(trip.id, serves=False)
    run_for(60)
    assert states(copy_id) == Counter(closed=10)
    assert figures(trip.id).waiting == 60


def test_counters_finish_and_close_once_they_no_longer_serve(trip: SmallTrip) -> None:
    copy_id = start(trip.id, pace=60)
    run_for(600)
    change(trip.id, 0, serves=False)
    run_for(3600)
    assert states(copy_id) == Counter(closed=10)


def test_a_counter_at_which_somebody_real_works_is_left_to_them(trip: SmallTrip) -> None:
    copy_id = start(trip.id, pace=600)
    place = of_trip(table_of(Place), copy_id)[0]
    with unit_of_work(SYSTEM) as uow:
        user = accounts.create_user(uow, name="کارشناس", grants=[Grant("staff", copy_id)])
        row = uow.session.get_one(Place, place.id)
        row.user_id, row.state = user, "open"
    run_for(300)
    (mine,) = [one for one in of_trip(table_of(Place), copy_id) if one.user_id == user]
    assert (mine.id, mine.state) == (place.id, "open")
    assert all(ticket.place_id != place.id for ticket in of_trip(table_of(Ticket), copy_id))


def test_somebody_real_may_take_a_counter_over(trip: SmallTrip, sign_in: Join) -> None:
    copy_id = start(trip.id, pace=0)
    run_for(5)
    place = of_trip(table_of(Place), copy_id)[0]
    staff = sign_in("staff", trip_id=copy_id)
    taken = staff.post(f"/api/v1/trips/{copy_id}/places/{place.id}/open", json={})
    assert taken.status_code == 200, taken.json
    run_for(60)
    assert [one.user_id for one in of_trip(table_of(Place), copy_id) if one.id == place.id] == [staff.user_id]
    assert states(copy_id) == Counter(open=10)


def test_a_set_up_without_topics_gets_nobody_and_fails_nothing(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        empty = Trip(code="empty", name_fa="خالی", starts_on=clock.now().date(), created_at=uow.now)
        uow.session.add(empty)
        uow.session.flush()
        empty_id = empty.id
    copy_id = start(empty_id)
    run_for(20)
    assert of_trip(table_of(Demand), copy_id) == []


def test_no_message_leaves_a_rehearsal(trip: SmallTrip) -> None:
    for trip_id in (start(trip.id), trip.id):
        with unit_of_work(SYSTEM) as uow:
            message = {"channel": "sms", "address": "09500000001", "text": "-", "once_key": f"{trip_id}"}
            messages.queue(uow.session, trip_id=trip_id, now=uow.now, **message)
    assert [row.trip_id for row in rows(messages.Message)] == [trip.id]


def test_one_rehearsal_of_a_trip_at_a_time(trip: SmallTrip) -> None:
    start(trip.id)
    with pytest.raises(RehearsalRuns):
        start(trip.id)
    start(make_small_trip("other").id)
    end(trip.id)
    start(trip.id)


def test_a_rehearsal_is_not_rehearsed(trip: SmallTrip) -> None:
    with pytest.raises(NotARehearsal):
        start(start(trip.id))


def test_what_does_not_run_is_neither_changed_nor_ended(trip: SmallTrip) -> None:
    with pytest.raises(NoRehearsal):
        change(trip.id, 10)
    with pytest.raises(NoRehearsal):
        end(trip.id)
