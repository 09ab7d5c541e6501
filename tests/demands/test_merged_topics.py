"""Who waits under a topic that is merged or retired is still served; demands keep the name that they came with."""

from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import queries
from deskops.demands.errors import UnknownTopic
from deskops.demands.load import CACHE
from deskops.demands.models import Demand, Ticket
from deskops.demands.services import intake
from deskops.demands.services.intake import Registered, Registration
from deskops.demands.services.sharing import transfer
from deskops.demands.trip_load import TripLoad
from deskops.desks.services import topics
from deskops.desks.services.changes import Changed, undo_change
from tests.demands.counter import sit_down
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


def come(trip: SmallTrip, topic: str = "work", site: str = "two") -> Registered:
    wanted = Registration(topic_id=trip.topics[topic], channel="walk_in", site_id=trip.sites[site])
    with unit_of_work(SYSTEM) as uow:
        return intake.register(uow, SYSTEM, trip.id, wanted)


def merge(trip: SmallTrip, topic: str, into: str) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return topics.merge_topic(uow, SYSTEM, trip.id, trip.topics[topic], trip.topics[into])


def retire(trip: SmallTrip, topic: str) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return topics.retire_topic(uow, SYSTEM, trip.id, trip.topics[topic])


def take_back(trip: SmallTrip, change: Changed) -> None:
    assert change.change_id is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change.change_id)


def ticket_of(made: Registered) -> Ticket:
    with runtime.current().database.reading() as session:
        return session.get_one(Ticket, made.ticket.id)


def topic_of_demand(made: Registered) -> int:
    with runtime.current().database.reading() as session:
        return session.get_one(Demand, made.demand_id).topic_id


def kinds(trip: SmallTrip) -> list[str]:
    with runtime.current().database.reading() as session:
        return [entry.kind for entry in journal.trip_entries(session, trip.id, 0)]


def waiting_topics(trip: SmallTrip) -> dict[int, int]:
    """By ticket, as balancing has it in memory; and as it reads it from the database."""
    with runtime.current().database.reading() as session:
        kept = {each.ticket_id: each.topic_id for each in CACHE.current(session, trip.id).load.all_waiting()}
        read = {each.ticket_id: each.topic_id for each in TripLoad(session, trip.id).load.all_waiting()}
    assert kept == read
    return kept


def found(trip: SmallTrip, topic: str) -> list[int]:
    with runtime.current().database.reading() as session:
        page = queries.demand_page(session, trip.id, queries.Filter(topic_id=trip.topics[topic]))
    return [line.id for line in page.lines]


def test_who_waits_waits_under_the_topic_that_takes_their_demand(trip: SmallTrip) -> None:
    made = come(trip)
    merge(trip, "work", "loan")
    assert waiting_topics(trip) == {made.ticket.id: trip.topics["loan"]}
    assert ticket_of(made).registered_at == made.ticket.registered_at
    assert kinds(trip)[-2:] == ["trip.setup_changed", "ticket.topic_changed"]


def test_the_demand_keeps_the_topic_it_came_with(trip: SmallTrip) -> None:
    made = come(trip)
    merge(trip, "work", "loan")
    assert topic_of_demand(made) == trip.topics["work"]


def test_a_merger_that_is_taken_back_brings_them_back(trip: SmallTrip) -> None:
    moved, own = come(trip), come(trip, "loan")
    take_back(trip, merge(trip, "work", "loan"))
    assert waiting_topics(trip) == {moved.ticket.id: trip.topics["work"], own.ticket.id: trip.topics["loan"]}


def test_a_chain_of_mergers_leads_to_the_last(trip: SmallTrip) -> None:
    made = come(trip)
    merge(trip, "work", "loan")
    second = merge(trip, "loan", "housing")
    assert ticket_of(made).topic_id == trip.topics["housing"]
    take_back(trip, second)
    assert ticket_of(made).topic_id == trip.topics["loan"]


def test_who_came_after_the_merger_is_not_left_with_a_desk_that_lost_the_topic(
    trip: SmallTrip, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "a")
    merger = merge(trip, "loan", "housing")
    made = come(trip, "housing", "one")
    assert ticket_of(made).desk_id == trip.desks["a"]
    sit_down(sign_in, trip, "hall")
    take_back(trip, merger)
    assert ticket_of(made).desk_id == trip.desks["hall"]
    assert kinds(trip)[-2:] == ["ticket.rerouted", "balance.handed_over"]


def test_people_of_a_merged_topic_are_called_by_the_desk_they_waited_for(
    trip: SmallTrip, sign_in: Join
) -> None:
    desk = sit_down(sign_in, trip, "b")
    made = come(trip)
    merge(trip, "work", "housing")
    assert desk.act("next").status_code == 200
    assert ticket_of(made).status == "called"


def test_who_is_served_is_served_to_the_end_under_the_old_topic(trip: SmallTrip, sign_in: Join) -> None:
    desk = sit_down(sign_in, trip, "b")
    made = come(trip)
    desk.act("next")
    desk.act("serve", made.ticket.id)
    merge(trip, "work", "housing")
    assert ticket_of(made).topic_id == trip.topics["work"]
    assert desk.mode() == "serving"
    desk.act("hold", made.ticket.id)
    desk.act("return", made.ticket.id)
    desk.act("next")
    assert ticket_of(made).status == "called"


def test_who_is_on_hold_keeps_the_time_since(trip: SmallTrip, sign_in: Join) -> None:
    desk = sit_down(sign_in, trip, "b")
    made = come(trip)
    for act in ("next", "serve", "hold"):
        desk.act(act, None if act == "next" else made.ticket.id)
    since = ticket_of(made).changed_at
    clock.advance(minutes=3)
    merge(trip, "work", "housing")
    held = ticket_of(made)
    assert (held.status, held.topic_id, held.changed_at) == ("held", trip.topics["housing"], since)


def test_a_retired_topic_takes_nobody_new_and_serves_who_waits(trip: SmallTrip, sign_in: Join) -> None:
    desk = sit_down(sign_in, trip, "b")
    made = come(trip)
    retire(trip, "work")
    with pytest.raises(UnknownTopic):
        come(trip)
    desk.act("next")
    assert ticket_of(made).status == "called"


def test_who_waits_under_a_retired_topic_can_be_handed_on(trip: SmallTrip, sign_in: Join) -> None:
    sit_down(sign_in, trip, "hall")
    made = come(trip, "work", "one")
    retire(trip, "work")
    with unit_of_work(SYSTEM) as uow:
        transfer(uow, SYSTEM, trip.id, made.ticket.id, desk_id=trip.desks["hall"])
    assert ticket_of(made).desk_id == trip.desks["hall"]
    other = come(trip, "loan")
    with pytest.raises(UnknownTopic), unit_of_work(SYSTEM) as uow:
        transfer(uow, SYSTEM, trip.id, other.ticket.id, topic_id=trip.topics["work"])


def test_a_topic_that_is_merely_renamed_moves_nobody(trip: SmallTrip) -> None:
    come(trip)
    with unit_of_work(SYSTEM) as uow:
        edit = topics.TopicEdit(name_fa="نام تازه")
        topics.edit_topic(uow, SYSTEM, trip.id, trip.topics["work"], 1, edit)
    assert kinds(trip)[-1] == "trip.setup_changed"


def test_another_trip_s_waiting_people_stay_as_they_are(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    made = come(other)
    merge(trip, "work", "loan")
    assert ticket_of(made).topic_id == other.topics["work"]


def test_lists_show_merged_demands_under_both_topics(trip: SmallTrip) -> None:
    old, own = come(trip), come(trip, "loan")
    merge(trip, "work", "loan")
    assert found(trip, "work") == [old.demand_id]
    assert found(trip, "loan") == [own.demand_id, old.demand_id]


def offered(trip: SmallTrip) -> list[str]:
    with runtime.current().database.reading() as session:
        return [topic.code for topic in queries.intake_choices(session, trip.id).topics]


def test_registration_offers_the_most_used_first_then_the_order_of_the_list(trip: SmallTrip) -> None:
    assert offered(trip) == ["loan", "work", "housing", "nobody"]
    come(trip, "housing")
    clock.advance(minutes=10)
    assert offered(trip) == ["housing", "loan", "work", "nobody"]


def test_registration_offers_no_retired_topic(trip: SmallTrip) -> None:
    retire(trip, "loan")
    assert "loan" not in offered(trip)


@pytest.mark.parametrize("path", ["intake", "demands/{demand}/receipt"])
def test_papers_needed_are_shown_and_printed(trip: SmallTrip, sign_in: Join, path: str) -> None:
    made = come(trip)
    papers: dict[str, Any] = {"name_fa": "اشتغال", "papers": "کارت ملی\nدفترچه بیمه"}
    with unit_of_work(SYSTEM) as uow:
        topics.edit_topic(uow, SYSTEM, trip.id, trip.topics["work"], 1, topics.TopicEdit(**papers))
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    text = staff.get(f"/trips/{trip.id}/{path.format(demand=made.demand_id)}").text
    assert "دفترچه بیمه" in text
