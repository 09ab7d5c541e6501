"""Priorities: what each is worth, whose they are, and whom a counter takes by them."""

from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.balancing.claim import order
from deskops.core import clock, journal, runtime
from deskops.core.errors import Forbidden, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import TicketMoved
from deskops.demands.load import CACHE
from deskops.demands.load_rows import waiting_of
from deskops.demands.priorities import MOST_MINUTES, USUAL_MINUTES, Priorities, kinds_of, text_of
from deskops.demands.rules import PRIORITIES
from deskops.demands.services import priorities as services
from deskops.demands.services.closing import Closing, close_desks
from deskops.demands.services.tickets import TICKETS
from deskops.demands.trip_load import TripLoad
from tests.demands.counter import Counter, demand_row, sit_down, somebody, ticket_row
from tests.demands.counter import kinds_of as journal_kinds
from tests.demands.prioritising import minutes_of, worth
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def counter(sign_in: Join, trip: SmallTrip) -> Counter:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return sit_down(sign_in, trip, "hall")


def waits(trip: SmallTrip, *kinds: str, **more: object) -> int:
    """Somebody who comes, with priorities; a minute passes."""
    ticket = int(somebody(trip, priorities=kinds, **more).ticket.id)
    clock.advance(minutes=1)
    return ticket


def prioritise(trip: SmallTrip, ticket: int, *kinds: str, urgent: bool = False) -> None:
    with unit_of_work(SYSTEM) as uow:
        services.prioritise(
            uow, SYSTEM, trip.id, ticket, ticket_row(ticket).version, kinds=kinds, urgent=urgent
        )


def called(counter: Counter, count: int) -> list[int]:
    """Whom a counter takes, one after the other, as the database has it."""
    taken = []
    for _ in range(count):
        counter.act("next")
        with runtime.current().database.reading() as session:
            at_place = TICKETS.select().where(
                TICKETS.c.place_id == counter.place_id, TICKETS.c.status == "called"
            )
            taken.append(session.execute(at_place).one().id)
        counter.act("serve", taken[-1])
        counter.act("finish", taken[-1], outcome="granted")
    return taken


def test_kinds_add_up_to_the_limit_of_one() -> None:
    minutes = Priorities({"elderly": 40.0, "far": 15.0, "disabled": 100.0})
    assert minutes.bonus(["elderly", "far"]) == 55.0
    assert minutes.bonus(["elderly", "disabled"]) == MOST_MINUTES
    assert minutes.bonus([]) == 0.0
    assert minutes.bonus(["infant"]) == 0.0


def test_what_is_worth_nothing_is_not_asked_for() -> None:
    assert Priorities().offered == PRIORITIES
    assert Priorities({"elderly": 0.0, "far": 5.0}).offered == ("far",)


def test_kinds_are_kept_once_and_in_one_order() -> None:
    assert text_of(["far", "elderly", "far"]) == "elderly,far"
    assert kinds_of("elderly,far") == ("elderly", "far")
    assert (text_of([]), kinds_of("")) == ("", ())


def test_what_was_written_is_read_back() -> None:
    minutes = Priorities({"elderly": 3.5}, 20.0, 1.0, {7: 12.0})
    assert Priorities.of_json(minutes.as_json()) == minutes


def test_until_somebody_sets_them_the_usual_minutes_hold(trip: SmallTrip) -> None:
    assert minutes_of(trip) == (0, Priorities())


def test_who_comes_with_a_priority_goes_earlier_by_its_minutes(trip: SmallTrip, counter: Counter) -> None:
    first = waits(trip)
    for _ in range(8):
        waits(trip)
    tenth = waits(trip, "elderly")
    assert ticket_row(tenth).bonus_minutes == USUAL_MINUTES
    assert called(counter, 2) == [tenth, first]


def test_ten_minutes_do_not_overtake_who_is_older_than_that(trip: SmallTrip, counter: Counter) -> None:
    first = waits(trip)
    clock.advance(minutes=10)
    later = waits(trip, "elderly")
    assert called(counter, 2) == [first, later]


def test_setting_the_minutes_moves_those_who_wait(trip: SmallTrip, counter: Counter) -> None:
    first, second, third = waits(trip), waits(trip, "far"), waits(trip, "elderly", "infant")
    worth(trip, far=0.0, elderly=30.0)
    assert [ticket_row(one).bonus_minutes for one in (first, second, third)] == [0.0, 0.0, 40.0]
    assert called(counter, 3) == [third, first, second]


def test_every_process_hears_of_it(trip: SmallTrip, counter: Counter) -> None:
    """What a process folds from the journal is what another reads from the database."""
    for kinds in (["far"], ["elderly", "infant"], []):
        waits(trip, *kinds)
    with runtime.current().database.reading() as session:
        folded = TripLoad(session, trip.id)
    worth(trip, far=25.0, own_topic=7.0, urgent=15.0, topics={trip.topics["work"]: 9.0})
    with runtime.current().database.reading() as session:
        folded.catch_up(session)
        read = TripLoad(session, trip.id)
    assert not folded.outdated
    assert list(folded.load.all_waiting()) == list(read.load.all_waiting())
    assert folded.load.policy == read.load.policy
    assert read.load.policy.own_topic_bonus_minutes == 7.0
    topics = trip.topics.values()
    assert [folded.load.priority_minutes(topic) for topic in topics] == [0.0, 9.0, 0.0, 0.0]
    assert [read.load.priority_minutes(topic) for topic in topics] == [0.0, 9.0, 0.0, 0.0]


def test_a_topics_minutes_move_all_who_wait_about_it(trip: SmallTrip, counter: Counter) -> None:
    loan, work = waits(trip, topic="loan"), waits(trip, topic="work")
    worth(trip, topics={trip.topics["work"]: 5.0})
    assert called(counter, 2) == [work, loan]


def test_the_order_in_the_database_is_the_rules(trip: SmallTrip, counter: Counter) -> None:
    """Drawn histories of people with priorities: each claim is the rule's first, of rows as the database has them."""
    worth(trip, elderly=3.0, disabled=7.0, infant=2.0, far=1.0, topics={trip.topics["work"]: 4.0})
    left = set()
    for number in range(24):
        kinds = [kind for place, kind in enumerate(PRIORITIES) if number * 7 % 16 >> place & 1]
        left.add(waits(trip, *kinds, topic=("loan", "work")[number % 2], urgent=number % 12 == 0))
    for _ in range(24):
        with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as known:
            rows = session.execute(TICKETS.select().where(TICKETS.c.id.in_(left))).all()
            expected = order(known.load, trip.desks["hall"], [waiting_of(row) for row in rows])[0].ticket_id
        assert called(counter, 1) == [expected]
        left.remove(expected)


def test_a_tick_is_set_and_taken_back_while_somebody_waits(trip: SmallTrip, counter: Counter) -> None:
    first, second = waits(trip), waits(trip)
    prioritise(trip, second, "elderly", urgent=True)
    row = ticket_row(second)
    assert (row.priorities, row.bonus_minutes, row.urgent) == ("elderly", USUAL_MINUTES, True)
    assert demand_row(row.demand_id).urgent
    prioritise(trip, second)
    row = ticket_row(second)
    assert (row.priorities, row.bonus_minutes, row.urgent) == ("", 0.0, False)
    assert called(counter, 2) == [first, second]


def test_saving_what_is_so_already_tells_nobody(trip: SmallTrip, counter: Counter) -> None:
    ticket = waits(trip, "far")
    before = journal_kinds(trip)
    prioritise(trip, ticket, "far")
    assert journal_kinds(trip) == before
    version = worth(trip)
    assert version == 0
    assert journal_kinds(trip) == before


def test_the_journal_has_minutes_and_no_kinds(trip: SmallTrip, counter: Counter) -> None:
    ticket = waits(trip, "disabled")
    prioritise(trip, ticket, "disabled", "infant")
    with runtime.current().database.reading() as session:
        entries = journal.subject_entries(session, trip.id, f"demand:{ticket_row(ticket).demand_id}")
    assert [entry.payload["bonus_minutes"] for entry in entries] == [USUAL_MINUTES, 2 * USUAL_MINUTES]
    assert not any("disabled" in str(entry.payload) for entry in entries)


def test_who_is_served_is_left_alone(trip: SmallTrip, counter: Counter) -> None:
    ticket = waits(trip)
    counter.act("next")
    with pytest.raises(TicketMoved):
        prioritise(trip, ticket, "elderly")


def test_what_somebody_else_changed_is_not_overwritten(trip: SmallTrip, counter: Counter) -> None:
    ticket = waits(trip)
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        services.prioritise(uow, SYSTEM, trip.id, ticket, 7, kinds=["far"], urgent=False)
    worth(trip, far=3.0)
    with pytest.raises(StaleVersion) as stale, unit_of_work(SYSTEM) as uow:
        services.set_priorities(uow, SYSTEM, trip.id, 0, Priorities(urgent=1.0))
    assert stale.value.details == {"yours": 0, "current": 1}


def test_another_trips_people_and_topics_are_not_found(trip: SmallTrip, counter: Counter) -> None:
    other = make_small_trip("other")
    ticket = waits(trip)
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        services.prioritise(uow, SYSTEM, other.id, ticket, 1, kinds=[], urgent=True)
    with pytest.raises(NotFound):
        worth(trip, topics={other.topics["loan"]: 5.0})
    with pytest.raises(NotFound):
        worth(SmallTrip(4711))
    assert minutes_of(trip)[0] == 0


def test_who_may_not_is_refused(trip: SmallTrip, counter: Counter) -> None:
    operator = Actor(1, "", (Grant("staff", trip.id, trip.desks["a"]),))
    inspector = Actor(2, "", (Grant("inspector", trip.id),))
    ticket = waits(trip)
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        services.set_priorities(uow, operator, trip.id, 0, Priorities(urgent=1.0))
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        services.prioritise(uow, inspector, trip.id, ticket, 1, kinds=["far"], urgent=False)


def test_an_earlier_version_is_set_again(trip: SmallTrip, counter: Counter) -> None:
    ticket = waits(trip, "far")
    worth(trip, far=30.0)
    worth(trip, far=0.0)
    with unit_of_work(SYSTEM) as uow:
        assert services.bring_back(uow, SYSTEM, trip.id, 2, 1) == 3
    assert minutes_of(trip)[1].kinds["far"] == 30.0
    assert ticket_row(ticket).bonus_minutes == 30.0
    with unit_of_work(SYSTEM) as uow:
        services.bring_back(uow, SYSTEM, trip.id, 3, 0)
    assert minutes_of(trip) == (4, Priorities())


def test_a_version_that_never_was_is_not_found(trip: SmallTrip) -> None:
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        services.bring_back(uow, SYSTEM, trip.id, 0, 3)


def test_a_night_that_was_waited_stays_a_bonus_beside_the_priority(trip: SmallTrip, counter: Counter) -> None:
    ticket = waits(trip, "elderly")
    clock.advance(minutes=19)
    day = datetime(2026, 11, 23, tzinfo=UTC).date()
    with unit_of_work(SYSTEM) as uow:
        close_desks(uow, SYSTEM, trip.id, Closing([trip.desks["hall"]], {ticket: "invite"}, day))
    assert ticket_row(ticket).bonus_minutes == USUAL_MINUTES + 20
    worth(trip, elderly=25.0)
    assert ticket_row(ticket).bonus_minutes == 45


def test_whoever_was_registered_while_the_minutes_were_set_is_mended(
    trip: SmallTrip, counter: Counter
) -> None:
    worth(trip, elderly=11.0)
    ticket = waits(trip, "far")
    with unit_of_work(SYSTEM) as uow:
        stale = TICKETS.update().where(TICKETS.c.id == ticket).values(bonus_minutes=1.0, priority_minutes=1.0)
        uow.session.execute(stale)
    CACHE.clear()
    services.mend_bonuses({})
    assert ticket_row(ticket).bonus_minutes == USUAL_MINUTES
    with runtime.current().database.reading() as session:
        assert CACHE.current(session, trip.id).load.waiting(ticket).bonus_minutes == USUAL_MINUTES
