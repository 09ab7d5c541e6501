"""Pages and API of rosters: ask, watch, compare, approve; a day's roster, and people put elsewhere by buttons."""

import pytest
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import Shift
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff import rostered
from tests.staff.rostered import DAY, EARLY, MORNING


@pytest.fixture(autouse=True)
def crew(trip: SmallTrip) -> object:
    """Four people at desk A, and shifts at A and B on one day."""
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY)
    ids = rostered.people(trip, 4, desk="a")
    rostered.laid(trip)
    yield ids
    rostered.end_all()


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def page(trip: SmallTrip, path: str = "") -> str:
    return f"/trips/{trip.id}{path}"


def draft(trip: SmallTrip, browser: Browser) -> int:
    asked = browser.post(page(trip, "/rosters"), data={"kind": "new", "from_day": ""})
    assert asked.status_code == 303
    roster_id = int(asked.location.rsplit("/", 1)[1])
    rostered.follow_to_the_end(trip, roster_id)
    return roster_id


def test_a_roster_is_asked_for_watched_compared_and_approved(trip: SmallTrip, coordinator: Browser) -> None:
    asked = coordinator.post(page(trip, "/rosters"), data={"kind": "new"})
    roster_id = int(asked.location.rsplit("/", 1)[1])
    waiting = coordinator.get(asked.location).text
    assert 'hx-trigger="every 1s"' in waiting
    assert f"/rosters/{roster_id}/cancel" in waiting
    rostered.follow_to_the_end(trip, roster_id)
    made = coordinator.get(asked.location, headers={"HX-Request": "true"}).text
    assert "<html" not in made
    assert "hx-trigger" not in made
    sign = rostered.sign_of(trip, roster_id)
    assert sign in made
    stale = coordinator.post(page(trip, f"/rosters/{roster_id}/approve"), data={"sign": "old"})
    assert stale.status_code == 409
    assert sign in stale.text
    assert (
        coordinator.post(page(trip, f"/rosters/{roster_id}/approve"), data={"sign": sign}).status_code == 303
    )
    assert len(rostered.shifts(trip)) == 4
    assert (
        coordinator.post(page(trip, f"/rosters/{roster_id}/approve"), data={"sign": sign}).status_code == 409
    )


def test_while_one_is_made_a_second_asking_says_so(trip: SmallTrip, coordinator: Browser) -> None:
    coordinator.post(page(trip, "/rosters"), data={"kind": "new"})
    again = coordinator.post(page(trip, "/rosters"), data={"kind": "new"})
    assert again.status_code == 409
    assert 'class="summary"' in again.text


def test_a_cancelled_and_a_discarded_one_stand_in_the_list(trip: SmallTrip, coordinator: Browser) -> None:
    asked = coordinator.post(page(trip, "/rosters"), data={"kind": "new"})
    assert coordinator.post(f"{asked.location}/cancel", data={}).status_code == 303
    roster_id = draft(trip, coordinator)
    assert coordinator.post(page(trip, f"/rosters/{roster_id}/discard"), data={}).status_code == 303
    listed = coordinator.get(page(trip, "/rosters")).text
    assert "لغو" in listed
    assert coordinator.post(page(trip, f"/rosters/{roster_id}/discard"), data={}).status_code == 409


def test_the_difference_is_sifted_by_name_and_by_desk(trip: SmallTrip, coordinator: Browser) -> None:
    roster_id = draft(trip, coordinator)
    at = page(trip, f"/rosters/{roster_id}")
    assert coordinator.get(at).text.count('<th scope="row"><bdi>') == 4
    assert coordinator.get(f"{at}?q=a+3").text.count('<th scope="row"><bdi>') == 1
    # Arabic letters and digits of any script, as anywhere else.
    assert coordinator.get(f"{at}?q=كارشناس+a+٣").text.count('<th scope="row"><bdi>') == 1
    assert coordinator.get(f"{at}?q=a+۳").text.count('<th scope="row"><bdi>') == 1
    assert coordinator.get(f"{at}?desk={trip.desks['b']}").text.count('<th scope="row"><bdi>') == 0


def test_the_difference_is_shown_page_by_page(
    trip: SmallTrip, coordinator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskops.staff.views.rosters.LINES_A_PAGE", 3)
    at = page(trip, f"/rosters/{draft(trip, coordinator)}")
    assert coordinator.get(at).text.count('<th scope="row"><bdi>') == 3
    assert "page=2" in coordinator.get(at).text
    assert coordinator.get(f"{at}?page=2").text.count('<th scope="row"><bdi>') == 1
    assert coordinator.get(f"{at}?page=99").text.count('<th scope="row"><bdi>') == 1
    assert coordinator.get(f"{at}?page=2&q=a+3").text.count('<th scope="row"><bdi>') == 1


def test_the_days_roster_shows_people_and_gaps_in_words(trip: SmallTrip, coordinator: Browser) -> None:
    rostered.approved(trip, rostered.solved(trip))
    shown = coordinator.get(page(trip, f"/roster?day={DAY}")).text
    assert shown.count('class="person ') == 4
    assert shown.count("slot--short") == 2
    assert "۱ نفر کم" in shown
    at_b = coordinator.get(page(trip, f"/roster?day={DAY}&desk={trip.desks['b']}")).text
    assert at_b.count('class="person ') == 0


def test_a_draft_is_shown_and_changed_while_the_plan_stays(
    trip: SmallTrip, coordinator: Browser, crew: list[int]
) -> None:
    roster_id = draft(trip, coordinator)
    assert coordinator.get(page(trip, f"/roster?draft={roster_id}")).text.count('class="person ') == 4
    assert coordinator.get(page(trip, "/roster")).text.count('class="person ') == 0
    slot = rostered.slot(trip, "a")
    mine = next(one for one in crew if in_draft(trip, coordinator, roster_id, slot, one))
    sent = {"staff_id": str(mine), "slot_id": str(slot), "roster_id": str(roster_id)}
    assert coordinator.post(page(trip, "/roster/take-out"), data=sent).status_code == 303
    assert coordinator.get(page(trip, f"/roster?draft={roster_id}")).text.count('class="person ') == 3


def in_draft(trip: SmallTrip, browser: Browser, roster_id: int, slot: int, staff_id: int) -> bool:
    found = browser.get(f"/api/v1{page(trip, '/roster')}?day={DAY}&draft={roster_id}").json["shifts"]
    return any(
        one["staff_id"] == staff_id for shift in found if shift["id"] == slot for one in shift["people"]
    )


def test_candidates_are_put_in_by_a_button(trip: SmallTrip, coordinator: Browser, crew: list[int]) -> None:
    slot = rostered.slot(trip, "a")
    at = page(trip, f"/roster/shifts/{slot}")
    assert coordinator.get(at).text.count('action="/trips/1/roster/place"') == 4
    sent = {"staff_id": str(crew[0]), "slot_id": str(slot), "roster_id": ""}
    assert coordinator.post(page(trip, "/roster/place"), data=sent).location.endswith(at)
    assert [row.staff_id for row in rostered.shifts(trip)] == [crew[0]]


def test_anybody_is_found_by_name_however_it_is_typed_or_by_number(
    trip: SmallTrip, coordinator: Browser
) -> None:
    at = page(trip, f"/roster/shifts/{rostered.slot(trip, 'b')}")
    assert 'id="named"' not in coordinator.get(at).text
    for typed in ("كارشناس a ٣", "a3"):
        shown = coordinator.get(f"{at}?who={typed}").text
        assert shown.count('action="/trips/1/roster/place"') == 1
        assert "کارشناس a 3" in shown
    nobody = coordinator.get(f"{at}?who=هیچ‌کس").text
    assert 'action="/trips/1/roster/place"' not in nobody
    assert "کسی با این نام" in nobody


def test_whoever_is_in_a_shift_is_moved_to_another_that_is_said_to_lack_people(
    trip: SmallTrip, coordinator: Browser, crew: list[int]
) -> None:
    first, second = rostered.slot(trip, "a"), rostered.slot(trip, "a", 1)
    put = {"staff_id": str(crew[0]), "slot_id": str(first), "roster_id": ""}
    coordinator.post(page(trip, "/roster/place"), data=put)
    shown = coordinator.get(page(trip, f"/roster/shifts/{first}")).text
    assert f'name="staff_id" value="{crew[0]}" form="move"' in shown
    assert shown.count("نفر کم") >= 1
    coordinator.post(
        page(trip, "/roster/place"),
        data={"staff_id": str(crew[0]), "from_id": str(first), "slot_id": str(second), "roster_id": ""},
    )
    assert [(row.staff_id, row.desk_shift_id) for row in rostered.shifts(trip)] == [(crew[0], second)]
    assert 'form="move"' not in coordinator.get(page(trip, f"/roster/shifts/{first}")).text


def test_a_broken_rule_is_told_in_words_and_done_anyway(
    trip: SmallTrip, coordinator: Browser, crew: list[int]
) -> None:
    sent = {
        "staff_id": str(crew[0]),
        "slot_id": str(rostered.slot(trip, "b")),
        "roster_id": "",
        "seen": "day",
    }
    asked = coordinator.post(page(trip, "/roster/place"), data=sent)
    assert asked.status_code == 409
    assert 'name="confirmed" value="yes"' in asked.text
    done = coordinator.post(page(trip, "/roster/place"), data=sent | {"confirmed": "yes"})
    assert done.status_code == 303
    assert f"day={DAY}" in done.location
    assert [row.overrides for row in rostered.shifts(trip)] == [["skill"]]
    assert "person__away" in coordinator.get(page(trip, "/roster")).text


def test_a_desk_head_sees_their_own_desk_and_changes_nothing(trip: SmallTrip, sign_in: Join) -> None:
    rostered.approved(trip, rostered.solved(trip))
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"])
    assert head.get(page(trip, "/roster")).text.count('class="person ') == 0
    api = head.get(f"/api/v1{page(trip, '/roster')}?day={DAY}").json["shifts"]
    assert {shift["desk_id"] for shift in api} == {trip.desks["b"]}
    assert head.get(page(trip, f"/roster?desk={trip.desks['a']}")).text.count('class="person ') == 0
    assert head.get(page(trip, f"/roster/shifts/{rostered.slot(trip, 'a')}")).status_code == 403
    assert head.post(page(trip, "/roster/place"), data={"staff_id": "1", "slot_id": "1"}).status_code == 403
    mine = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    shown = mine.get(page(trip, "/roster")).text
    assert shown.count('class="person ') == 4
    assert "draggable" not in shown


def test_the_api_goes_the_whole_way(trip: SmallTrip, coordinator: Browser, crew: list[int]) -> None:
    api = f"/api/v1{page(trip)}"
    assert coordinator.post(f"{api}/rosters", json={"kind": "other"}).status_code == 422
    roster_id = coordinator.post(f"{api}/rosters", json={"kind": "new"}).json["id"]
    assert coordinator.post(f"{api}/rosters", json={}).json["error"]["code"] == "roster_runs"
    rostered.follow_to_the_end(trip, roster_id)
    made = coordinator.get(f"{api}/rosters/{roster_id}").json
    assert made["state"] == "draft"
    assert len(made["difference"]["people"]) == 4
    assert {gap["lack"]["below_minimum"] for gap in made["gaps"]} == {1}
    approve = f"{api}/rosters/{roster_id}/approve"
    assert coordinator.post(approve, json={"sign": "no"}).json["error"]["sign"] == made["difference"]["sign"]
    approved = coordinator.post(approve, json={"sign": made["difference"]["sign"]}).json
    assert approved == {"added": 4, "removed": 0, "people": 4}
    slot = rostered.slot(trip, "b")
    assert coordinator.get(f"{api}/roster/shifts/{slot}/candidates").json == {"candidates": []}
    put = {"staff_id": crew[0], "slot_id": slot}
    refused = coordinator.post(f"{api}/roster/place", json=put)
    assert refused.status_code == 409
    assert "skill" in refused.json["error"]["rules"]
    assert "skill" in coordinator.post(f"{api}/roster/place", json=put | {"confirmed": True}).json["rules"]
    assert coordinator.post(f"{api}/roster/take-out", json=put).json == {}
    assert coordinator.post(f"{api}/roster/take-out", json=put).status_code == 404
    assert len(coordinator.get(f"{api}/rosters").json["gaps"]) == 2
    again = coordinator.post(f"{api}/rosters", json={"kind": "replan"}).json["id"]
    assert coordinator.post(f"{api}/rosters/{again}/cancel", json={}).json == {"state": "cancelled"}
    assert coordinator.post(f"{api}/rosters/{again}/discard", json={}).status_code == 409


def test_a_day_without_shifts_and_a_desk_that_is_not_there_show_an_empty_roster(
    trip: SmallTrip, coordinator: Browser
) -> None:
    assert coordinator.get(page(trip, "/roster?day=2030-01-01")).status_code == 200
    assert coordinator.get(page(trip, "/roster?desk=999999&page=7")).status_code == 200
    assert coordinator.get(page(trip, "/roster?day=nonsense")).status_code == 422
    assert coordinator.get(page(trip, "/roster?draft=999999")).status_code == 404


def test_a_pattern_of_mornings_only_leaves_the_afternoon_out(trip: SmallTrip, coordinator: Browser) -> None:
    rostered.laid(trip, MORNING, desks=("hall",))
    shown = coordinator.get(page(trip, f"/roster?desk={trip.desks['hall']}")).text
    assert shown.count("data-slot") == 1


def test_who_did_not_come_counts_as_nobody_on_the_roster(trip: SmallTrip, coordinator: Browser) -> None:
    rostered.approved(trip, rostered.solved(trip))
    before = coordinator.get(page(trip, f"/roster?day={DAY.isoformat()}")).text
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Shift).values(state="no_show"))
    after = coordinator.get(page(trip, f"/roster?day={DAY.isoformat()}")).text
    assert "۲ از ۲" in before
    assert "۲ از ۲" not in after and "۰ از ۲" in after


def test_a_draft_is_told_nothing_of_shifts_that_run_already(trip: SmallTrip, coordinator: Browser) -> None:
    made = draft(trip, coordinator)
    assert coordinator.get(f"/api/v1/trips/{trip.id}/rosters/{made}").json["gaps"]
    clock.advance(hours=8)
    assert coordinator.get(f"/api/v1/trips/{trip.id}/rosters/{made}").json["gaps"] == []
    assert coordinator.get(f"/api/v1/trips/{trip.id}/rosters").json["gaps"]
