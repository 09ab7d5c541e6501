"""One matter of many people: tied, ordered on once, told to each, and who joins late gets what was ordered."""

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, messages, runtime
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import UnknownTopic
from deskops.demands.models import Demand
from deskops.directives import rules
from deskops.directives.errors import DemandDecided, TooManyDemands
from deskops.directives.services import issuing, sharing
from deskops.followup.errors import CollectiveClosed, NothingChosen, TooManyChosen
from deskops.followup.queries.collectives import collective_of, collective_page, demands_of, shared_facts
from deskops.followup.services import collectives
from deskops.followup.services.collectives import Subject, Tied
from tests.directives.ordered import (
    Ordering,
    demand,
    demand_of,
    directive,
    referrals,
    wait,
)
from tests.small_trip import SmallTrip, make_small_trip

ROAD = Subject("راه شهرک", county="شهرستان آزمون", note="آسفالت نشده است.")


def demands_of_town(trip: SmallTrip, count: int = 3) -> list[int]:
    return [demand_of(trip, name=f"نفر {at}", phone=f"0912000010{at}") for at in range(count)]


def make(trip: SmallTrip, subject: Subject = ROAD) -> int:
    with unit_of_work(SYSTEM) as uow:
        return collectives.make_collective(uow, SYSTEM, trip.id, subject)


def tie(trip: SmallTrip, collective_id: int, *demand_ids: int) -> Tied:
    with unit_of_work(SYSTEM) as uow:
        return sharing.tie(uow, SYSTEM, trip.id, collective_id, demand_ids)


def untie(trip: SmallTrip, collective_id: int, demand_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        sharing.untie(uow, SYSTEM, trip.id, collective_id, demand_id)


def town(trip: SmallTrip, count: int = 3) -> tuple[int, list[int]]:
    demand_ids, collective_id = demands_of_town(trip, count), make(trip)
    tie(trip, collective_id, *demand_ids)
    return collective_id, demand_ids


def order(giving: Ordering, collective_id: int, **more: object) -> int:
    """Signed and issued on the whole of it."""
    signed = giving.sign(0, demand_ids=(), collective_id=collective_id, **more)
    wait()
    return signed


def told(directive_id: int) -> int:
    with runtime.current().database.reading() as session:
        keys = [row.once_key or "" for row in session.query(messages.Message)]
    return len([key for key in keys if key.startswith(f"directive:{directive_id}:")])


def states(demand_ids: list[int]) -> set[str]:
    return {demand(demand_id).state for demand_id in demand_ids}


ANSWER = {"kind": rules.GUIDANCE, "agency_ids": (), "days": None, "text": "از فردا آغاز می‌شود."}


def test_one_order_refers_the_matter_once_and_tells_each_person(giving: Ordering) -> None:
    road, people = town(giving.trip)
    signed = order(giving, road)
    assert [(row.collective_id, row.demand_id) for row in referrals()] == [(road, None)]
    assert states(people) == {"referred"}
    assert told(signed) == 3


def test_who_is_tied_later_gets_what_was_ordered_and_is_told_of_it(giving: Ordering) -> None:
    road, _people = town(giving.trip)
    signed = order(giving, road)
    late = demand_of(giving.trip, name="دیرآمده آزمون", phone="09120000201")
    assert tie(giving.trip, road, late) == Tied([late], 0)
    assert demand(late).state == "referred"
    assert (told(signed), len(referrals())) == (4, 1)


def test_who_is_tied_late_to_an_answered_matter_is_answered_too(giving: Ordering) -> None:
    road, _people = town(giving.trip)
    order(giving, road, **ANSWER)
    late = demand_of(giving.trip, name="دیرآمده آزمون", phone="09120000201")
    tie(giving.trip, road, late)
    assert (demand(late).state, demand(late).outcome_note) == ("closed", "از فردا آغاز می‌شود.")


def test_an_order_that_was_withdrawn_comes_to_nobody_who_is_tied_later(giving: Ordering) -> None:
    road, people = town(giving.trip)
    signed = order(giving, road)
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, signed, "اشتباه")
    assert states(people) == {"in_progress"}
    late = demand_of(giving.trip, name="دیرآمده آزمون", phone="09120000201")
    tie(giving.trip, road, late)
    assert demand(late).state == "registered"


def test_withdrawing_an_answer_reopens_also_who_was_tied_later(giving: Ordering) -> None:
    road, people = town(giving.trip)
    signed = order(giving, road, **ANSWER)
    clock.advance(hours=1)
    late = demand_of(giving.trip, name="دیرآمده آزمون", phone="09120000201")
    tie(giving.trip, road, late)
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, signed, "اشتباه")
    assert states([*people, late]) == {"reopened"}


def test_of_two_orders_the_other_still_holds_the_demands(giving: Ordering) -> None:
    road, people = town(giving.trip)
    first = order(giving, road)
    order(giving, road, text="هر چه زودتر.")
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, first, "اشتباه")
    assert states(people) == {"referred"}
    assert [row.state for row in referrals()] == ["sent"]


def test_who_is_untied_is_where_they_were_without_the_order(giving: Ordering) -> None:
    road, (first, *others) = town(giving.trip)
    order(giving, road)
    untie(giving.trip, road, first)
    assert demand(first).state == "in_progress"
    assert states(others) == {"referred"}
    with pytest.raises(NotFound):
        untie(giving.trip, road, first)


def test_who_is_untied_and_has_a_referral_of_their_own_keeps_it(giving: Ordering) -> None:
    road, (first, *_others) = town(giving.trip)
    order(giving, road)
    giving.issue(first)
    untie(giving.trip, road, first)
    assert demand(first).state == "referred"


def test_a_demand_is_tied_to_one_matter_and_once(giving: Ordering) -> None:
    road, people = town(giving.trip)
    water = make(giving.trip, Subject("آب شهرک"))
    assert tie(giving.trip, road, *people) == Tied([], 3)
    assert tie(giving.trip, water, people[0]) == Tied([], 1)


def test_what_is_no_demand_any_more_is_left_out(giving: Ordering) -> None:
    merged, fine = demands_of_town(giving.trip, 2)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Demand, merged).state = "merged"
    assert tie(giving.trip, make(giving.trip), merged, fine) == Tied([fine], 1)


def test_a_closed_matter_takes_nothing_more_until_it_is_opened_again(giving: Ordering) -> None:
    road, _people = town(giving.trip)
    late = demand_of(giving.trip, name="دیرآمده آزمون", phone="09120000201")
    set_state(giving.trip, road, "closed")
    with pytest.raises(CollectiveClosed):
        tie(giving.trip, road, late)
    with pytest.raises(CollectiveClosed):
        giving.sign(0, demand_ids=(), collective_id=road)
    set_state(giving.trip, road, "open")
    assert tie(giving.trip, road, late) == Tied([late], 0)


def set_state(trip: SmallTrip, collective_id: int, state: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        collectives.set_state(uow, SYSTEM, trip.id, collective_id, state)


def test_nothing_and_too_much_are_refused(giving: Ordering) -> None:
    road = make(giving.trip)
    with pytest.raises(NothingChosen):
        tie(giving.trip, road)
    with pytest.raises(TooManyChosen):
        tie(giving.trip, road, *range(1, 502))


def test_what_is_of_another_trip_is_not_found(giving: Ordering) -> None:
    other = make_small_trip("other")
    road, foreign = make(giving.trip), demand_of(other)
    with pytest.raises(NotFound):
        tie(giving.trip, road, foreign)
    with pytest.raises(NotFound):
        tie(other, road, foreign)
    with pytest.raises(NotFound):
        giving.sign(0, demand_ids=(), collective_id=make(other))
    with pytest.raises(UnknownTopic):
        make(giving.trip, Subject("راه", topic_id=other.topics["loan"]))


def test_a_change_that_somebody_overtook_is_refused(giving: Ordering) -> None:
    road = make(giving.trip)
    with unit_of_work(SYSTEM) as uow:
        assert collectives.change_collective(uow, SYSTEM, giving.trip.id, road, Subject("راه نو"), 1) == 2
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        collectives.change_collective(uow, SYSTEM, giving.trip.id, road, Subject("راه کهنه"), 1)


def test_the_pages_go_on_where_they_ended(giving: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskops.followup.queries.collectives.PAGE_SIZE", 2)
    road, people = town(giving.trip)
    with runtime.current().database.reading() as session:
        first = demands_of(session, road)
        assert [line.id for line in first.lines] == people[:0:-1]
        second = demands_of(session, road, first.next_before)
        assert ([line.id for line in second.lines], second.next_before) == (people[:1], None)
        assert collective_of(session, giving.trip.id, road).demands == 3
        assert [line.id for line in collective_page(session, giving.trip.id, "open").lines] == [road]
        assert collective_page(session, giving.trip.id, "closed").lines == []


def test_what_all_of_them_have_is_suggested(giving: Ordering) -> None:
    one = demand_of(giving.trip, county="شهرستان")
    two = demand_of(giving.trip, topic_id=giving.trip.topics["work"], county="شهرستان", phone="09120000301")
    with runtime.current().database.reading() as session:
        assert shared_facts(session, giving.trip.id, [one, two]) == {"topic_id": None, "county": "شهرستان"}
        assert shared_facts(session, giving.trip.id, [])["county"] is None


def test_the_phone_leaves_an_order_on_many_to_the_worker(giving: Ordering) -> None:
    many = demands_of_town(giving.trip, rules.ISSUED_AT_ONCE + 1)
    signed = giving.sign(many[0], demand_ids=tuple(many))
    clock.advance(seconds=10)
    with unit_of_work(giving.official) as uow:
        assert issuing.issue_now(uow, giving.official, giving.trip.id, signed).state == rules.SIGNED
    wait()
    assert directive(signed).state == rules.ISSUED
    assert len(referrals()) == len(many)


def test_the_phone_leaves_an_order_on_a_town_to_the_worker_too(giving: Ordering) -> None:
    road, people = town(giving.trip, rules.ISSUED_AT_ONCE + 1)
    signed = giving.sign(0, demand_ids=(), collective_id=road)
    clock.advance(seconds=10)
    with unit_of_work(giving.official) as uow:
        assert issuing.issue_now(uow, giving.official, giving.trip.id, signed).state == rules.SIGNED
    wait()
    assert states(people) == {"referred"}


def test_a_selection_with_a_closed_demand_or_too_many_is_refused(giving: Ordering) -> None:
    first, second = demands_of_town(giving.trip, 2)
    giving.issue(first, **ANSWER)
    with pytest.raises(DemandDecided) as refused:
        giving.sign(first, demand_ids=(first, second))
    assert refused.value.details == {"demand_ids": [first]}
    with pytest.raises(TooManyDemands):
        giving.sign(first, demand_ids=tuple(range(1, 502)))


def test_signing_on_a_matter_twice_carries_both_orders_on_one_referral(giving: Ordering) -> None:
    road, _people = town(giving.trip)
    order(giving, road)
    order(giving, road, text="هر چه زودتر.")
    assert len(referrals()) == 1
