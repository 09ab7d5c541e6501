"""A form that was typed in by mistake is taken back: its code is free, its demand counts no longer, and nothing is lost."""

from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import journal, runtime
from deskops.core.codes import group_code
from deskops.core.text import persian_digits
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import queries, rules
from deskops.demands.load import CACHE
from deskops.demands.models import Contact, Demand, Ticket
from deskops.demands.queries.topics import demand_counts
from deskops.desks.services import set_phase
from deskops.public.queries import CodeState, state_of_code
from tests.demands.counter import demand_row, somebody
from tests.demands.paper import form_row, printed, type_in
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


def typed(staff: Browser, trip: SmallTrip, code: str, **more: Any) -> int:
    """The id of the demand that a form became."""
    return int(type_in(staff, trip, code, **more).json["demand"]["id"])


def take_back(browser: Browser, trip: SmallTrip, demand_id: int, **more: Any) -> Any:
    path = f"/api/v1/trips/{trip.id}/paper/{demand_id}/take-back"
    return browser.post(path, json={"reason": "misread"} | more)


def waiting(trip: SmallTrip) -> int:
    with runtime.current().database.reading() as session, CACHE.held(session, trip.id) as load:
        return len(list(load.load.all_waiting()))


def steps(trip: SmallTrip, demand_id: int) -> dict[str, dict[str, Any]]:
    with runtime.current().database.reading() as session:
        entries = journal.subject_entries(session, trip.id, f"demand:{demand_id}")
    return {entry.kind: entry.payload for entry in entries}


def test_the_person_leaves_the_queue_and_the_demand_stays_as_an_invalid_one(
    trip: SmallTrip, staff: Browser
) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code, name="سارا نمونه")
    assert waiting(trip) == 1
    answer = take_back(staff, trip, demand_id, note="شماره را اشتباه خواندم")
    assert answer.json == {"code": code, "demand": {"id": demand_id, "state": "invalid"}}
    demand = demand_row(demand_id)
    assert (demand.state, demand.outcome, demand.outcome_note) == ("invalid", None, "شماره را اشتباه خواندم")
    assert demand.closed_at is not None
    assert waiting(trip) == 0


def test_the_form_can_be_typed_in_again_under_its_own_code(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    first = typed(staff, trip, code)
    take_back(staff, trip, first)
    assert (form_row(code).demand_id, form_row(code).used_at, form_row(code).used_by) == (None, None, None)
    second = typed(staff, trip, code)
    assert second != first
    assert demand_row(second).code == code
    assert demand_row(first).code != code


def test_who_looks_the_code_up_is_told_that_it_is_on_paper_again(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    take_back(staff, trip, typed(staff, trip, code))
    with runtime.current().database.reading() as session:
        assert state_of_code(session, code) == CodeState("on_paper", rehearsed=False)


def test_the_journal_says_who_when_and_why_and_nothing_personal(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code, name="سارا نمونه")
    take_back(staff, trip, demand_id, reason="twice", note="سارا دوباره ثبت شد")
    told = steps(trip, demand_id)
    assert told["paper.taken_back"]["reason"] == "twice"
    assert told["ticket.taken_back"]["status"] == rules.LEFT
    assert "سارا" not in str(told)
    with runtime.current().database.reading() as session:
        last = journal.subject_entries(session, trip.id, f"demand:{demand_id}")[-1]
    assert (last.kind, last.actor_id) == ("paper.taken_back", staff.user_id)


def test_it_is_counted_no_longer(trip: SmallTrip, staff: Browser) -> None:
    kept, mistaken = printed(trip, count=2)
    typed(staff, trip, kept)
    take_back(staff, trip, typed(staff, trip, mistaken))
    with runtime.current().database.reading() as session:
        assert demand_counts(session, trip.id) == {trip.topics["loan"]: 1}
        contacts = session.scalars(select(Contact)).all()
        state = queries.paper_state(session, trip.id)
    assert len(contacts) == 1
    assert (state.printed, state.typed_in) == (2, 1)


def test_what_was_served_on_paper_is_taken_back_too(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code, outcome="granted")
    assert take_back(staff, trip, demand_id).status_code == 200
    assert (demand_row(demand_id).state, demand_row(demand_id).outcome) == ("invalid", None)


def test_it_is_found_by_its_name_still_and_by_the_forms_code_no_more(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code, name="سارا نمونه")
    take_back(staff, trip, demand_id)
    found = staff.get(f"/api/v1/trips/{trip.id}/demands", query_string={"q": "سارا"}).json["demands"]
    assert [line["id"] for line in found] == [demand_id]
    assert staff.get(f"/api/v1/trips/{trip.id}/demands", query_string={"q": code}).json["demands"] == []


def test_somebody_who_was_called_already_is_not_taken_back_and_it_says_so(
    trip: SmallTrip, staff: Browser, integration: Browser
) -> None:
    root, place = f"/api/v1/trips/{trip.id}", trip.places["a"][0]
    [code] = printed(trip)
    demand_id = typed(staff, trip, code)
    integration.post(f"{root}/places/{place}/open", json={})
    integration.post(f"{root}/places/{place}/next", json={})
    answer = take_back(staff, trip, demand_id)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "already_built_on")
    assert "فراخوانده" in answer.json["error"]["message"]
    assert demand_row(demand_id).state == "registered"
    assert form_row(code).demand_id == demand_id


@pytest.mark.parametrize("status", ["serving", "held", "no_show", "invited", "left", "done"])
def test_every_later_step_is_named(trip: SmallTrip, staff: Browser, status: str) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code)
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.scalars(select(Ticket).where(Ticket.demand_id == demand_id)).one()
        row.status = status
    answer = take_back(staff, trip, demand_id)
    assert (answer.status_code, answer.json["error"]["built"]) == (409, status)
    assert "اصلاح کنید" in answer.json["error"]["message"]


def test_a_demand_that_was_worked_on_since_is_kept(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code, outcome="to_follow_up")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Demand, demand_id).state = "under_review"
    assert take_back(staff, trip, demand_id).json["error"]["code"] == "already_built_on"


def test_it_is_taken_back_once(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code)
    assert take_back(staff, trip, demand_id).status_code == 200
    assert take_back(staff, trip, demand_id).json["error"]["code"] == "not_of_a_form"


def test_sent_again_with_its_key_it_gets_the_first_answer(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    path = f"/api/v1/trips/{trip.id}/paper/{typed(staff, trip, code)}/take-back"
    send = {"json": {"reason": "other"}, "headers": {"Idempotency-Key": "k7"}}
    answers = [staff.post(path, **send) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert {answer.status_code for answer in answers} == {200}


def test_a_demand_of_a_screen_has_no_form_to_take_back(trip: SmallTrip, staff: Browser) -> None:
    answer = take_back(staff, trip, somebody(trip).demand_id)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "not_of_a_form")


@pytest.mark.parametrize("body", [{}, {"reason": "because"}, {"reason": "other", "note": "x" * 2001}])
def test_a_reason_is_needed(trip: SmallTrip, staff: Browser, body: dict[str, str]) -> None:
    [code] = printed(trip)
    path = f"/api/v1/trips/{trip.id}/paper/{typed(staff, trip, code)}/take-back"
    assert staff.post(path, json=body).status_code == 422


def test_of_a_trip_that_is_over_nothing_is_taken_back(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code, outcome="granted")
    with unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, "follow_up")
        set_phase(uow, SYSTEM, trip.id, "closed")
    assert take_back(staff, trip, demand_id).json["error"]["code"] == "paper_closed"


def test_staff_take_their_own_forms_back_and_a_desk_head_anybodys(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code)
    assert take_back(sign_in("staff", trip_id=trip.id), trip, demand_id).status_code == 403
    assert take_back(sign_in("desk_head", trip_id=trip.id), trip, demand_id).status_code == 200


def test_a_form_of_another_trip_is_not_found(trip: SmallTrip, staff: Browser, sign_in: Join) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code)
    other = make_small_trip("other")
    stranger = sign_in("coordinator", trip_id=other.id)
    assert take_back(stranger, other, demand_id).status_code == 404
    assert take_back(stranger, trip, demand_id).status_code == 404


def test_the_page_asks_why_and_leads_back_to_the_forms(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    path = f"/trips/{trip.id}/paper/{typed(staff, trip, code, name='سارا نمونه')}/take-back"
    assert path in staff.get(f"/trips/{trip.id}/paper").text
    page = staff.get(path)
    assert "سارا نمونه" in page.text
    refused = staff.post(path, data={"reason": ""})
    assert (refused.status_code, form_row(code).demand_id is not None) == (422, True)
    answer = staff.post(path, data={"reason": "not_used"})
    assert (answer.status_code, form_row(code).demand_id) == (303, None)
    assert persian_digits(group_code(code)) in staff.get(answer.location).text


def test_the_page_says_what_keeps_it(trip: SmallTrip, staff: Browser) -> None:
    path = f"/trips/{trip.id}/paper/{somebody(trip).demand_id}/take-back"
    answer = staff.post(path, data={"reason": "other"})
    assert answer.status_code == 409
    assert "برگه‌ای" in answer.text


def test_the_demands_history_tells_it_in_words(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    demand_id = typed(staff, trip, code)
    take_back(staff, trip, demand_id)
    page = staff.get(f"/trips/{trip.id}/demands/{demand_id}").text
    assert "paper.taken_back" not in page
    assert "به‌اشتباه" in page
