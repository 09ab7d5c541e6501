"""The page and the API of what balancing did and proposes."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import rules
from deskops.demands.events import TicketRerouted
from deskops.demands.models import Proposal
from deskops.demands.services import rebalancing
from deskops.demands.services.tickets import Act, put, ticket_of
from tests.demands.counter import sit_down, somebody, ticket_row
from tests.demands.moving import acts_of, become, notices, set_modes, some_walk
from tests.demands.offering import PHONE
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id, name="هماهنگ‌کننده")


def page(browser: Browser, trip: SmallTrip, query: str = "", lang: str = "fa") -> str:
    browser.client.set_cookie(LANGUAGE_COOKIE, lang)
    answer = browser.get(f"/trips/{trip.id}/balance/acts{query}")
    assert answer.status_code == 200
    return str(answer.text)


def do(browser: Browser, trip: SmallTrip, what: str, **form: Any) -> Any:
    return browser.post(f"/trips/{trip.id}/balance/{what}", data=form)


def api(trip: SmallTrip, what: str) -> str:
    return f"/api/v1/trips/{trip.id}/balance/{what}"


def walk_proposed(trip: SmallTrip, sign_in: Join) -> list[int]:
    """Tickets that would be asked to walk."""
    set_modes(trip, walk="propose")
    assert some_walk(trip, sign_in) == []
    answer = sign_in("coordinator", trip_id=trip.id).get(api(trip, "proposals")).get_json()
    return [line["ticket_id"] for line in answer["proposals"] if line["act"] == "walk"]


def lose_two_desks(trip: SmallTrip, sign_in: Join) -> int:
    sit_down(sign_in, trip, "a")
    ticket = int(somebody(trip, phone=PHONE).ticket.id)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    become(trip, "hall")
    return ticket


# what was done


def test_it_begins_with_nothing(trip: SmallTrip, coordinator: Browser) -> None:
    assert "هنوز کاری انجام نشده است" in page(coordinator, trip)


def test_walks_are_told_with_their_gain_and_a_way_back(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    first = some_walk(trip, sign_in)[0]
    shown = page(coordinator, trip)
    assert "از ۴ نفر خواسته شد به محل دیگر بروند" in shown
    assert "انتظارشان طولانی بود" in shown
    assert re.search(r"سود [۰-۹]+ دقیقه", shown)
    english = page(coordinator, trip, lang="en")
    assert "4 people were asked to walk" in english
    assert "from <bdi>Site one</bdi> to <bdi>Site two</bdi>" in english
    sequence = acts_of(trip, "balance.walks_asked")[0].sequence
    assert do(coordinator, trip, f"acts/{sequence}/take-back", ticket_id=first).status_code == 303
    assert ticket_row(first).walk == "none"
    assert "برای ۱ نفر پس گرفته شد" in page(coordinator, trip)


def test_a_failure_is_told_by_desk_and_from_where_to_where(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "a")
    somebody(trip)
    sit_down(sign_in, trip, "hall")
    become(trip, "a")
    shown = page(coordinator, trip, "?kind=handed_over", "en")
    assert "The desk of 1 person changed" in shown
    assert "Desk 1 failed." in shown
    assert "from desk 1 <bdi>a</bdi> to desk 3 <bdi>hall</bdi>" in shown


def test_the_whole_act_is_taken_back_at_once(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    walkers = some_walk(trip, sign_in)
    sequence = acts_of(trip, "balance.walks_asked")[0].sequence
    do(coordinator, trip, f"acts/{sequence}/take-back")
    assert {ticket_row(ticket).walk for ticket in walkers} == {"none"}


def test_what_is_too_late_says_so_in_words(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    some_walk(trip, sign_in)
    sequence = acts_of(trip, "balance.walks_asked")[0].sequence
    for _ in range(2):
        do(coordinator, trip, f"acts/{sequence}/take-back")
    assert "دیگر پس گرفتنی نیست" in page(coordinator, trip)


def test_it_can_be_narrowed_by_kind_and_by_who(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    some_walk(trip, sign_in)
    coordinator.post(api(trip, "autopilot/again"), json={"version": 0, "earlier": 0})
    known = coordinator.get(api(trip, "autopilot")).get_json()
    coordinator.post(api(trip, "autopilot"), json=known | {"walk": "off"})
    english = page(coordinator, trip, "?kind=settings&who=by_hand", "en")
    assert "Ask people to walk: from By itself to Off" in english
    assert "were asked to walk" not in english
    automatic = coordinator.get(api(trip, "acts?who=automatic")).get_json()["acts"]
    assert {act["kind"] for act in automatic} >= {"balance.walks_asked", "balance.handed_over"}
    assert all(act["automatic"] and not act["by"] for act in automatic)


def test_a_kind_that_there_is_not_shows_all(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    some_walk(trip, sign_in)
    assert "خواسته شد به محل دیگر بروند" in page(coordinator, trip, "?kind=nonsense&who=x&before=zzz")


def test_older_acts_come_page_by_page(trip: SmallTrip, coordinator: Browser) -> None:
    for count in range(35):
        set_modes(trip, walks_per_desk=1 + count % 2)
    first = coordinator.get(api(trip, "acts")).get_json()
    second = coordinator.get(api(trip, f"acts?before={first['older']}")).get_json()
    assert (len(first["acts"]), len(second["acts"]), second["older"]) == (30, 5, None)
    sequences = [act["sequence"] for act in first["acts"] + second["acts"]]
    assert sequences == sorted(sequences, reverse=True)
    assert f"before={first['older']}" in page(coordinator, trip)


def test_rows_from_before_there_were_reasons_can_still_be_read(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    """Of one person: their history names each step, with a reason or without."""
    made = somebody(trip)
    with unit_of_work(SYSTEM) as uow:
        row = ticket_of(uow, trip.id, made.ticket.id)
        put(Act(uow, SYSTEM, uow.now), row, rules.WAITING, TicketRerouted, desk_id=trip.desks["a"])
    history = coordinator.get(f"/trips/{trip.id}/demands/{made.demand_id}").text
    assert "میز دیگری" in history


# proposals


def test_proposals_are_shown_and_accepted_for_the_chosen(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    offered = walk_proposed(trip, sign_in)
    assert len(offered) == 4
    assert page(coordinator, trip).count('name="ticket_ids"') == 4
    answer = do(coordinator, trip, "proposals/accept", act="walk", ticket_ids=offered[:2])
    assert answer.status_code == 303
    assert [ticket_row(ticket).walk for ticket in offered] == ["under_way", "under_way", "none", "none"]
    shown = page(coordinator, trip, lang="en")
    assert "Done, with 2 people." in shown or shown.count('name="ticket_ids"') == 2


def test_proposals_are_refused_or_accepted_all_at_once(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    offered = walk_proposed(trip, sign_in)
    do(coordinator, trip, "proposals/refuse", act="walk", ticket_ids=offered[:1])
    do(coordinator, trip, "proposals/accept", act="walk", all="yes")
    assert [ticket_row(ticket).walk for ticket in offered] == ["none", *["under_way"] * 3]


def test_of_very_many_proposals_the_first_are_listed_and_all_are_meant(
    trip: SmallTrip, coordinator: Browser
) -> None:
    tickets = [somebody(trip).ticket.id for _ in range(103)]
    with unit_of_work(SYSTEM) as uow:
        facts = {"trip_id": trip.id, "act": "relabel", "state": rules.OFFERED, "made_at": uow.now}
        uow.session.add_all(
            Proposal(ticket_id=ticket, desk_id=trip.desks["a"], **facts) for ticket in tickets
        )
    shown = page(coordinator, trip, lang="en")
    assert shown.count('name="ticket_ids"') == 100
    assert "And 3 more, who are meant by" in shown
    do(coordinator, trip, "proposals/refuse", act="relabel", all="yes")
    assert 'name="ticket_ids"' not in page(coordinator, trip)


def test_nobody_chosen_is_said(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    walk_proposed(trip, sign_in)
    do(coordinator, trip, "proposals/accept", act="walk")
    assert "دست‌کم یک نفر" in page(coordinator, trip)


def test_who_only_looks_sees_no_buttons(trip: SmallTrip, sign_in: Join) -> None:
    walk_proposed(trip, sign_in)
    shown = page(sign_in("inspector", trip_id=trip.id), trip)
    assert "proposals/accept" not in shown
    assert "take-back" not in shown


@pytest.mark.parametrize("role", ["staff", "inspector", "desk_head"])
def test_only_coordinators_decide(trip: SmallTrip, sign_in: Join, role: str) -> None:
    offered = walk_proposed(trip, sign_in)
    browser = sign_in(role, trip_id=trip.id)
    for what in ("proposals/accept", "proposals/refuse"):
        assert do(browser, trip, what, act="walk", all="yes").status_code == 403
    assert do(browser, trip, "moved-again/seen").status_code == 403
    assert do(browser, trip, "acts/1/take-back").status_code == 403
    assert {ticket_row(ticket).walk for ticket in offered} == {"none"}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("proposals/accept", {}),
        ("proposals/accept", {"act": "dance", "all": True}),
        ("proposals/accept", {"act": "walk", "ticket_ids": ["x"]}),
        ("proposals/accept", {"act": "walk"}),
        ("proposals/refuse", {"act": "walk", "ticket_ids": {}}),
        ("proposals/accept", {"act": "walk", "ticket_ids": [1] * 10_001}),
        ("acts/1/take-back", {"ticket_id": "x"}),
        ("acts/1/take-back", {"unknown": 1}),
    ],
)
def test_a_bad_body_is_refused(trip: SmallTrip, coordinator: Browser, what: str, body: Any) -> None:
    assert coordinator.post(api(trip, what), json=body).status_code == 422


def test_the_api_tells_refusals_by_their_code(trip: SmallTrip, coordinator: Browser) -> None:
    over = coordinator.post(api(trip, "proposals/accept"), json={"act": "walk", "all": True})
    assert (over.status_code, over.get_json()["error"]["code"]) == (409, "proposals_over")
    none = coordinator.post(api(trip, "acts/1/take-back"), json={})
    assert (none.status_code, none.get_json()["error"]["code"]) == (422, "not_an_act")
    missing = coordinator.post(api(trip, "acts/4711/take-back"), json={})
    assert missing.status_code == 404


def test_another_trips_acts_can_not_be_taken_back(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    walkers = some_walk(trip, sign_in)
    other = make_small_trip("other")
    sequence = acts_of(trip, "balance.walks_asked")[0].sequence
    stranger = sign_in("coordinator", trip_id=other.id)
    assert stranger.post(api(other, f"acts/{sequence}/take-back"), json={}).status_code in (404, 422)
    assert stranger.get(api(trip, "acts")).status_code in (403, 404)
    assert {ticket_row(ticket).walk for ticket in walkers} == {"under_way"}


def test_the_api_accepts_refuses_and_takes_back(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    offered = walk_proposed(trip, sign_in)
    asked = {"act": "walk", "ticket_ids": offered[:2]}
    assert coordinator.post(api(trip, "proposals/accept"), json=asked).get_json() == {"count": 2}
    left = {"act": "walk", "all": True}
    assert coordinator.post(api(trip, "proposals/refuse"), json=left).get_json() == {"count": 2}
    [act] = coordinator.get(api(trip, "acts?kind=walks")).get_json()["acts"]
    assert (act["by"], act["automatic"], act["reason"]) == ("هماهنگ‌کننده", False, "long_wait")
    assert [person["undoable"] for person in act["people"]] == [True, True]
    answer = coordinator.post(api(trip, f"acts/{act['sequence']}/take-back"), json={"ticket_id": offered[0]})
    assert answer.get_json() == {"count": 1}


# who was moved a second time


def test_a_second_failure_stands_on_the_page_and_the_wall_until_somebody_has_seen_it(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    ticket = lose_two_desks(trip, sign_in)
    words = "۱ نفر برای بار دوم جابه‌جا شده است"
    assert words in page(coordinator, trip)
    assert words in coordinator.get(f"/trips/{trip.id}/wall").text
    assert words in coordinator.get(f"/trips/{trip.id}/wall/unassigned").text
    [line] = coordinator.get(api(trip, "proposals")).get_json()["moved_again"]
    assert (line["ticket_id"], line["lost_desk_id"], line["moved_times"]) == (ticket, trip.desks["hall"], 2)
    assert do(coordinator, trip, "moved-again/seen").status_code == 303
    assert notices()[0].seen_at is not None
    assert words not in coordinator.get(f"/trips/{trip.id}/wall").text
    assert coordinator.get(api(trip, "proposals")).get_json()["moved_again"] == []
    assert coordinator.post(api(trip, "moved-again/seen"), json={}).get_json() == {"count": 0}


def test_nobody_waits_in_limbo_for_a_topic_that_nobody_does(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    """Their coordinators can take them under another topic, from the wall."""
    hall = sit_down(sign_in, trip, "hall")
    ticket = somebody(trip, "nobody").ticket
    wall = coordinator.get(f"/trips/{trip.id}/wall/unassigned").text
    assert 'name="topic_id"' in wall
    send = f"/trips/{trip.id}/wall/tickets/{ticket.id}/send"
    assert coordinator.post(send, data={"topic_id": trip.topics["nobody"]}).status_code == 422
    assert coordinator.post(send, data={"topic_id": trip.topics["housing"]}).status_code == 303
    row = ticket_row(ticket.id)
    assert (row.topic_id, row.desk_id) == (trip.topics["housing"], hall.trip.desks["hall"])


def test_a_tick_with_hundreds_of_labels_is_told_by_desks_and_not_by_people(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "a")
    for _ in range(30):
        somebody(trip)
    sit_down(sign_in, trip, "hall")
    rebalancing.rebalance({})
    moved = len(acts_of(trip, "balance.relabelled")[0].payload["moves"])
    assert moved > 5
    english = page(coordinator, trip, "?kind=labels", "en")
    assert f"{moved} people: from desk 1 <bdi>a</bdi> to desk 3 <bdi>hall</bdi>" in english
    assert english.count("take-back") == 1
