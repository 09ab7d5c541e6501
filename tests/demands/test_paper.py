"""Forms on paper: reserved codes, and the demands that they become, at their real times and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.codes import damm_digit, group_code, new_tracking_code
from deskops.core.text import persian_digits
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import TooManyForms
from deskops.demands.models import Contact, Demand, PaperForm, Ticket
from deskops.demands.services import paper
from deskops.demands.services.intake import Registration
from deskops.desks.models import Desk, Topic
from deskops.desks.services import set_phase
from tests.demands.counter import somebody
from tests.demands.paper import form_row, printed, type_in
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


@pytest.fixture
def later(trip: SmallTrip) -> datetime:
    """When the trip was set up; it is three hours later now."""
    start = clock.now().replace(second=0, microsecond=0)
    clock.freeze(start + timedelta(hours=3))
    return start


def count(model: Any) -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


def one(model: Any) -> Any:
    with runtime.current().database.reading() as session:
        return session.scalars(select(model)).one()


def refused(answer: Any) -> tuple[int, str, str | None]:
    error = answer.json["error"]
    return answer.status_code, error["code"], error.get("field")


def test_each_form_gets_a_code_of_its_own_with_a_check_digit(trip: SmallTrip) -> None:
    codes = printed(trip, count=50)
    assert len(set(codes)) == 50
    assert all(damm_digit(code) == 0 for code in codes)


def test_no_demand_is_ever_given_the_code_of_a_form(trip: SmallTrip) -> None:
    given = {code[:2] for code in printed(trip, count=100)}
    assert given.isdisjoint(new_tracking_code()[:2] for _ in range(2000))


def test_each_printing_is_a_batch_of_the_trip(trip: SmallTrip) -> None:
    first, second = printed(trip, count=2), printed(trip, desk=None)
    assert {form_row(code).batch for code in first} == {1}
    assert (form_row(second[0]).batch, form_row(second[0]).desk_id) == (2, None)


def test_printing_no_forms_reserves_nothing(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        assert paper.reserve(uow, trip.id, [trip.desks["a"]], 0) is None
    assert count(PaperForm) == 0


def test_more_forms_than_a_browser_lays_out_are_refused(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow, pytest.raises(TooManyForms):
        paper.reserve(uow, trip.id, [*trip.desks.values()], 500, 1)
    assert count(PaperForm) == 0


def test_the_demand_has_the_code_and_the_time_of_its_form(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip)
    taken = later + timedelta(minutes=20)
    answer = type_in(staff, trip, code, at=taken.isoformat(), name="سارا نمونه")
    assert answer.status_code == 201
    demand, contact, ticket = one(Demand), one(Contact), one(Ticket)
    assert (demand.code, demand.registered_by) == (code, staff.user_id)
    assert {demand.registered_at, contact.at, ticket.registered_at} == {taken}
    assert (form_row(code).demand_id, form_row(code).used_at) == (demand.id, clock.now())


def test_the_journal_tells_when_it_happened_and_when_it_was_recorded(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip)
    taken = later + timedelta(minutes=20)
    type_in(staff, trip, code, at=taken.isoformat())
    with runtime.current().database.reading() as session:
        entries = journal.subject_entries(session, trip.id, f"demand:{one(Demand).id}")
    assert {entry.kind: entry.at for entry in entries} == {
        "demand.registered": taken,
        "paper.typed_in": taken,
    }


def test_who_is_still_open_waits_today_with_their_true_age(trip: SmallTrip, integration: Browser) -> None:
    start = clock.now().replace(second=0, microsecond=0)
    clock.freeze(start + timedelta(days=1))
    somebody(trip)
    clock.freeze(start + timedelta(days=1, minutes=5))
    [code] = printed(trip)
    with unit_of_work(SYSTEM) as uow:
        wanted = Registration(trip.topics["loan"], "walk_in", may_walk=False)
        paper.type_in(uow, SYSTEM, trip.id, code, wanted, at=start)
    place = trip.places["a"][0]
    integration.post(f"/api/v1/trips/{trip.id}/places/{place}/open", json={})
    called = integration.post(f"/api/v1/trips/{trip.id}/places/{place}/next", json={}).json["ticket"]
    assert (called["number"], called["registered_at"]) == (2, start.isoformat())


def test_a_counter_that_stands_ready_calls_them_now_and_not_back_then(
    trip: SmallTrip, staff: Browser, integration: Browser, later: datetime
) -> None:
    root, place = f"/api/v1/trips/{trip.id}", trip.places["a"][0]
    integration.post(f"{root}/places/{place}/open", json={})
    integration.post(f"{root}/places/{place}/next", json={})
    [code] = printed(trip)
    answer = type_in(staff, trip, code, at=later.isoformat(), may_walk=False)
    assert answer.json["ticket"]["status"] == "called"
    assert one(Ticket).called_at == clock.now()


def test_a_walk_in_waits_at_the_site_of_the_forms_desk(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip, desk="b")
    ticket = type_in(staff, trip, code, topic_id=trip.topics["work"], may_walk=False).json["ticket"]
    assert ticket["location"] == trip.sites["two"]


def test_a_form_of_no_desk_must_say_where_the_person_waits(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip, desk=None)
    assert refused(type_in(staff, trip, code)) == (422, "unknown_site", "site_id")
    assert type_in(staff, trip, code, site_id=trip.sites["one"]).status_code == 201


def default_desk(trip: SmallTrip, desk: str, *, retired: bool = False) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Topic, trip.topics["loan"]).default_desk_id = trip.desks[desk]
        uow.session.get_one(Desk, trip.desks[desk]).retired_at = uow.now if retired else None


def test_a_form_of_no_desk_belongs_to_its_topics_default_desk(trip: SmallTrip, staff: Browser) -> None:
    still_open, served = printed(trip, desk=None, count=2)
    default_desk(trip, "b")
    ticket = type_in(staff, trip, still_open, may_walk=False).json["ticket"]
    assert ticket["location"] == trip.sites["two"]
    made = type_in(staff, trip, served, outcome="granted").json["demand"]["id"]
    with runtime.current().database.reading() as session:
        assert session.get_one(Demand, made).desk_id == trip.desks["b"]


def test_a_default_desk_that_is_retired_stands_in_for_none(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip, desk=None)
    default_desk(trip, "b", retired=True)
    assert refused(type_in(staff, trip, code, outcome="granted"))[1] == "serving_desk_needed"
    assert refused(type_in(staff, trip, code)) == (422, "unknown_site", "site_id")


def test_who_was_served_on_paper_is_closed_with_both_real_times_and_in_no_queue(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip)
    came, ended = later + timedelta(minutes=10), later + timedelta(minutes=25)
    answer = type_in(staff, trip, code, at=came.isoformat(), outcome="granted", done_at=ended.isoformat())
    assert answer.json["ticket"] is None
    demand = one(Demand)
    assert (demand.state, demand.outcome, demand.desk_id) == ("closed", "granted", trip.desks["a"])
    assert (demand.registered_at, demand.closed_at) == (came, ended)
    assert count(Ticket) == 0
    with runtime.current().database.reading() as session:
        entries = journal.subject_entries(session, trip.id, f"demand:{demand.id}")
    assert {entry.kind: entry.at for entry in entries} == {"paper.served": ended, "paper.typed_in": came}


def test_what_is_to_be_followed_up_stays_open_without_a_turn(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    type_in(staff, trip, code, outcome="to_follow_up", desk_id=trip.desks["b"])
    demand = one(Demand)
    assert (demand.state, demand.closed_at, demand.desk_id) == ("in_progress", None, trip.desks["b"])


def test_the_same_form_typed_in_by_two_makes_one_demand_and_the_second_sees_the_first(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    [code] = printed(trip)
    first = type_in(staff, trip, code, name="سارا نمونه")
    again = type_in(sign_in("staff", trip_id=trip.id), trip, code, name="دارا نمونه")
    assert refused(again) == (409, "form_typed_in_already", "code")
    assert again.json["error"]["demand_id"] == first.json["demand"]["id"]
    assert count(Demand) == 1


def test_typed_in_at_one_instant_by_six_it_still_makes_one_demand(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    with ThreadPoolExecutor(6) as pool:
        fellows = [Browser(staff.client.application.test_client(), None, staff.headers) for _ in range(6)]
        for fellow in fellows:
            for cookie in staff.client._cookies.values():
                fellow.client.set_cookie(cookie.key, cookie.value)
        answers = list(pool.map(lambda fellow: type_in(fellow, trip, code).status_code, fellows))
    assert sorted(answers) == [201, *[409] * 5]
    assert count(Demand) == 1


def test_sent_again_with_its_key_it_gets_the_first_answer(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    body = {"code": code, "topic_id": trip.topics["loan"], "at": clock.now().isoformat()}
    send = {"json": body, "headers": {"Idempotency-Key": "k1"}}
    answers = [staff.post(f"/api/v1/trips/{trip.id}/paper", **send) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.parametrize(
    "written",
    [
        lambda code: persian_digits(group_code(code)),
        lambda code: f"https://desks.example/t/{code}",
        lambda code: f"http://10.0.0.5:8000/t/{code}\r",
    ],
)
def test_a_code_is_taken_as_it_is_typed_or_scanned(trip: SmallTrip, staff: Browser, written: Any) -> None:
    [code] = printed(trip)
    assert type_in(staff, trip, written(code)).status_code == 201


def test_a_wrong_digit_is_told_by_the_check_digit(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    answer = type_in(staff, trip, wrong)
    assert answer.status_code == 422
    assert "یکی از رقم‌ها" in answer.json["error"]["errors"]["code"]
    assert count(Demand) == 0


def test_a_code_that_was_never_printed_is_no_form(trip: SmallTrip, staff: Browser) -> None:
    assert refused(type_in(staff, trip, new_tracking_code())) == (422, "no_such_form", "code")


def test_the_code_of_a_receipt_is_told_from_that_of_a_form(trip: SmallTrip, staff: Browser) -> None:
    assert refused(type_in(staff, trip, somebody(trip).code)) == (422, "code_of_receipt", "code")


def test_a_form_of_another_trip_is_sent_back_to_its_people(trip: SmallTrip, staff: Browser) -> None:
    other = make_small_trip("other")
    [code] = printed(other)
    assert refused(type_in(staff, trip, code)) == (422, "form_of_another_trip", "code")
    assert form_row(code).demand_id is None


def test_the_receipt_of_another_trip_is_nobodys_business_here(trip: SmallTrip, staff: Browser) -> None:
    code = somebody(make_small_trip("other")).code
    assert refused(type_in(staff, trip, code)) == (422, "no_such_form", "code")


@pytest.mark.parametrize(
    ("minutes", "told"), [(-1, "time_before_trip"), (181, "time_ahead"), (0, None), (180, None)]
)
def test_a_form_was_filled_in_between_the_set_up_and_now(
    trip: SmallTrip, staff: Browser, later: datetime, minutes: int, told: str | None
) -> None:
    [code] = printed(trip)
    answer = type_in(staff, trip, code, at=(later + timedelta(minutes=minutes)).isoformat())
    assert (answer.json.get("error") or {}).get("code") == told
    assert count(Demand) == (told is None)


@pytest.mark.parametrize(("minutes", "told"), [(4, "end_before_beginning"), (181, "time_ahead")])
def test_a_service_ends_between_its_beginning_and_now(
    trip: SmallTrip, staff: Browser, later: datetime, minutes: int, told: str
) -> None:
    [code] = printed(trip)
    ended = (later + timedelta(minutes=minutes)).isoformat()
    came = (later + timedelta(minutes=5)).isoformat()
    answer = type_in(staff, trip, code, at=came, outcome="granted", done_at=ended)
    assert refused(answer) == (422, told, "done_clock")
    assert count(Demand) == 0


@pytest.mark.parametrize(
    ("typed", "told", "field"),
    [
        ({"outcome": "perhaps"}, "unknown_outcome", "outcome"),
        ({"outcome": "refused"}, "note_needed", "note"),
        ({"outcome": "granted", "desk_id": 4711}, "serving_desk_needed", "desk_id"),
        ({"outcome": "granted", "topic_id": 4711}, "unknown_topic", "topic_id"),
        ({"topic_id": 4711}, "unknown_topic", "topic_id"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_form_can_be_typed_in_again(
    trip: SmallTrip, staff: Browser, typed: dict[str, Any], told: str, field: str
) -> None:
    [code] = printed(trip)
    assert refused(type_in(staff, trip, code, **typed)) == (422, told, field)
    assert form_row(code).demand_id is None
    assert type_in(staff, trip, code).status_code == 201


def test_in_follow_up_what_was_served_can_be_typed_in_and_nobody_joins_a_queue(
    trip: SmallTrip, staff: Browser
) -> None:
    served, still_open = printed(trip, count=2)
    with unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, "follow_up")
    assert type_in(staff, trip, served, outcome="guidance_given").status_code == 201
    assert refused(type_in(staff, trip, still_open))[1] == "intake_closed"


def test_of_a_trip_that_is_over_nothing_is_typed_in(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    with unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, "follow_up")
        set_phase(uow, SYSTEM, trip.id, "closed")
    assert refused(type_in(staff, trip, code, outcome="guidance_given"))[1] == "paper_closed"


def test_the_state_lists_what_was_typed_in_and_what_is_missing(trip: SmallTrip, staff: Browser) -> None:
    used, *missing = printed(trip, count=3)
    type_in(staff, trip, used)
    state = staff.get(f"/api/v1/trips/{trip.id}/paper").json
    assert (state["printed"], state["typed_in"]) == (3, 1)
    assert [line["code"] for line in state["typed"]] == [used]
    assert sorted(line["code"] for line in state["missing"]) == sorted(missing)


@pytest.mark.parametrize(
    "role", ["official", "follow_up", "agency_officer", "inspector", "integration", "board"]
)
def test_other_roles_type_nothing_in(trip: SmallTrip, sign_in: Join, role: str) -> None:
    [code] = printed(trip)
    assert type_in(sign_in(role, trip_id=trip.id), trip, code).status_code == 403
    assert count(Demand) == 0


def test_a_stranger_to_the_trip_finds_nothing(trip: SmallTrip, sign_in: Join) -> None:
    [code] = printed(trip)
    stranger = sign_in("coordinator", trip_id=make_small_trip("other").id)
    assert type_in(stranger, trip, code).status_code == 404
    for path in ("/paper", "/print", "/print/pack", f"/paper/check?code={code}"):
        assert stranger.get(f"/trips/{trip.id}{path}").status_code == 404
