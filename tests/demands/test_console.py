"""A day at a counter, through the page's own forms."""

import pytest

from deskops.core import clock
from tests.demands.counter import (
    FRAGMENT,
    Counter,
    demand_row,
    kinds_of,
    place_row,
    sit_down,
    somebody,
    ticket_row,
    toast_of,
)
from tests.fixtures import Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def counter(trip: SmallTrip, sign_in: Join) -> Counter:
    """The first counter of the hall, open, nobody called yet."""
    return sit_down(sign_in, trip)


def called(counter: Counter, **more: object) -> int:
    """Somebody comes and is called; their ticket."""
    ticket_id = int(somebody(counter.trip, **more).ticket.id)
    assert counter.act("next").status_code == 200
    return ticket_id


def served(counter: Counter) -> int:
    ticket_id = called(counter)
    counter.act("serve", ticket_id)
    return ticket_id


def test_next_calls_who_waits_longest(counter: Counter) -> None:
    first, second = somebody(counter.trip), somebody(counter.trip)
    answer = counter.act("next")
    assert f'<bdi class="console__number">{"۱"}</bdi>' in answer.text
    assert (ticket_row(first.ticket.id).status, ticket_row(second.ticket.id).status) == ("called", "waiting")


def test_next_without_anybody_makes_the_counter_ready(counter: Counter) -> None:
    counter.act("next")
    assert counter.mode() == "ready"
    somebody(counter.trip)
    assert counter.mode() == "called"


def test_the_person_at_the_counter_is_shown_with_name_and_phone(counter: Counter) -> None:
    text = counter.act("next").text if somebody(counter.trip, phone="09123456789", text="ضامن سوم") else ""
    assert "سارا نمونه" in text
    assert "۰۹۱۲۳۴۵۶۷۸۹" in text
    assert "ضامن سوم" in text


def test_names_of_those_who_wait_are_not_on_the_screen(counter: Counter) -> None:
    somebody(counter.trip, name="پریسا ساختگی")
    page = counter.page().text
    assert 'class="queue__item' in page
    assert "پریسا" not in page


def test_a_service_goes_from_call_to_end(counter: Counter) -> None:
    ticket_id = called(counter)
    assert 'data-mode="serving"' in counter.act("serve", ticket_id).text
    counter.act("finish", ticket_id, outcome="guidance_given", note="نشانی داده شد")
    row = ticket_row(ticket_id)
    demand = demand_row(row.demand_id)
    assert row.status == "done"
    assert (demand.state, demand.outcome, demand.outcome_note) == (
        "closed",
        "guidance_given",
        "نشانی داده شد",
    )


def test_finish_and_next_is_one_act(counter: Counter) -> None:
    ticket_id = served(counter)
    waiting = somebody(counter.trip).ticket.id
    counter.act("finish", ticket_id, outcome="to_follow_up", call_next="yes")
    assert (ticket_row(ticket_id).status, ticket_row(waiting).status) == ("done", "called")


def test_finish_and_next_does_neither_where_the_outcome_is_refused(counter: Counter) -> None:
    ticket_id = served(counter)
    waiting = somebody(counter.trip).ticket.id
    refused = counter.act("finish", ticket_id, outcome="refused", call_next="yes")
    assert refused.status_code == 422
    assert (ticket_row(ticket_id).status, ticket_row(waiting).status) == ("serving", "waiting")


def test_an_outcome_that_does_not_exist_is_refused(counter: Counter) -> None:
    refused = counter.act("finish", served(counter), outcome="magic")
    assert refused.status_code == 422
    assert "نتیجه را از فهرست انتخاب کنید" in refused.text


def test_a_missing_outcome_is_refused(counter: Counter) -> None:
    assert counter.act("finish", served(counter)).status_code == 422


@pytest.mark.parametrize("outcome", ["refused", "out_of_authority"])
def test_some_outcomes_need_a_note(counter: Counter, outcome: str) -> None:
    ticket_id = served(counter)
    assert counter.act("finish", ticket_id, outcome=outcome).status_code == 422
    assert counter.act("finish", ticket_id, outcome=outcome, note="چون …").status_code == 200


def test_hold_frees_the_counter_for_another(counter: Counter) -> None:
    held, other = served(counter), somebody(counter.trip).ticket.id
    counter.act("hold", held)
    counter.act("next")
    assert (ticket_row(held).status, ticket_row(other).status) == ("held", "called")


def test_somebody_on_hold_goes_on_when_the_counter_is_empty(counter: Counter) -> None:
    held = served(counter)
    counter.act("hold", held)
    assert counter.act("resume", held).status_code == 200
    assert ticket_row(held).status == "serving"


def test_somebody_on_hold_waits_while_another_is_there(counter: Counter) -> None:
    held = served(counter)
    counter.act("hold", held)
    called(counter)
    refused = counter.act("resume", held)
    assert refused.status_code == 409
    assert ticket_row(held).status == "held"


def test_somebody_on_hold_can_wait_again_with_their_age(counter: Counter) -> None:
    held = served(counter)
    age = ticket_row(held).registered_at
    counter.act("hold", held)
    counter.act("return", held)
    row = ticket_row(held)
    assert (row.status, row.registered_at, row.place_id) == ("waiting", age, None)


def test_who_did_not_come_can_be_called_again(counter: Counter) -> None:
    ticket_id = called(counter)
    counter.act("no-show", ticket_id)
    assert ticket_row(ticket_id).status == "no_show"
    counter.act("recall", ticket_id)
    assert ticket_row(ticket_id).status == "called"


def test_who_did_not_come_is_not_called_over_somebody_who_is_there(counter: Counter) -> None:
    missed = called(counter)
    counter.act("no-show", missed)
    called(counter)
    assert counter.act("recall", missed).status_code == 409


def test_who_is_gone_leaves_the_list(counter: Counter) -> None:
    ticket_id = called(counter)
    counter.act("no-show", ticket_id)
    counter.act("leave", ticket_id)
    assert ticket_row(ticket_id).status == "left"
    assert demand_row(ticket_row(ticket_id).demand_id).state == "registered"


# Undo


@pytest.mark.parametrize(("act", "back_to"), [("no-show", "called"), ("finish", "called")])
def test_the_last_step_is_taken_back_within_a_minute(counter: Counter, act: str, back_to: str) -> None:
    ticket_id = called(counter)
    done = counter.act(act, ticket_id, **({"outcome": "granted"} if act == "finish" else {}))
    assert toast_of(done)["undo"].endswith(f"/tickets/{ticket_id}/undo")
    assert counter.act("undo", ticket_id).status_code == 200
    # A call that is ended without a press on Serve goes back to being served: the machine knows no other way.
    assert ticket_row(ticket_id).status == ("serving" if act == "finish" else back_to)


def test_a_call_is_taken_back(counter: Counter) -> None:
    ticket_id = called(counter)
    counter.act("undo", ticket_id)
    row = ticket_row(ticket_id)
    assert (row.status, row.place_id) == ("waiting", None)


def test_taking_back_an_end_opens_the_demand_again(counter: Counter) -> None:
    ticket_id = served(counter)
    counter.act("finish", ticket_id, outcome="granted", note="شد")
    counter.act("undo", ticket_id)
    demand = demand_row(ticket_row(ticket_id).demand_id)
    assert (demand.state, demand.outcome, demand.outcome_note, demand.closed_at) == (
        "registered",
        None,
        "",
        None,
    )


def test_after_a_minute_it_is_too_late_to_undo(counter: Counter) -> None:
    ticket_id = served(counter)
    clock.freeze(clock.now())
    counter.act("finish", ticket_id, outcome="granted")
    clock.advance(seconds=61)
    refused = counter.act("undo", ticket_id)
    assert refused.status_code == 409
    assert "دیگر نمی‌توان" in refused.text
    assert ticket_row(ticket_id).status == "done"


def test_an_end_is_not_taken_back_onto_somebody_else(counter: Counter) -> None:
    ticket_id = served(counter)
    counter.act("finish", ticket_id, outcome="granted")
    called(counter)
    assert counter.act("undo", ticket_id).status_code == 409


def test_nobody_takes_back_what_somebody_else_did(counter: Counter, sign_in: Join) -> None:
    ticket_id = served(counter)
    counter.act("finish", ticket_id, outcome="granted")
    other = sit_down(sign_in, counter.trip, seat=1)
    assert other.act("undo", ticket_id).status_code == 403
    assert ticket_row(ticket_id).status == "done"


def test_undo_is_offered_only_as_long_as_it_works(counter: Counter) -> None:
    clock.freeze(clock.now())
    ticket_id = served(counter)
    counter.act("finish", ticket_id, outcome="granted")
    assert f"/tickets/{ticket_id}/undo" in counter.page().text
    clock.advance(seconds=61)
    assert f"/tickets/{ticket_id}/undo" not in counter.page().text


# Refusals


def test_somebody_elses_ticket_is_not_mine_to_serve(counter: Counter, sign_in: Join) -> None:
    ticket_id = called(counter)
    other = sit_down(sign_in, counter.trip, seat=1)
    refused = other.act("serve", ticket_id)
    assert refused.status_code == 403
    assert toast_of(refused)["kind"] == "bad"
    assert ticket_row(ticket_id).status == "called"


def test_next_at_a_counter_that_is_not_mine_is_refused(counter: Counter, sign_in: Join) -> None:
    somebody(counter.trip)
    other = sit_down(sign_in, counter.trip, seat=1)
    other.place_id = counter.place_id
    assert other.act("next").status_code == 403


def test_a_desk_head_of_another_desk_relieves_nobody_here(counter: Counter, sign_in: Join) -> None:
    somebody(counter.trip)
    other = sit_down(sign_in, counter.trip, desk="a", role="desk_head")
    other.place_id = counter.place_id
    assert other.act("next").status_code == 403


def test_next_at_a_closed_counter_is_refused(counter: Counter) -> None:
    counter.act("close")
    assert counter.act("next").status_code == 403


def test_next_while_paused_is_refused(counter: Counter) -> None:
    somebody(counter.trip)
    counter.act("pause", reason="meal")
    assert counter.act("next").status_code == 409


def test_next_at_a_desk_that_is_not_open_is_refused(counter: Counter, sign_in: Join) -> None:
    coordinator = sign_in("coordinator", trip_id=counter.trip.id)
    desk = counter.trip.desks["hall"]
    somebody(counter.trip)
    changed = coordinator.post(
        f"/api/v1/trips/{counter.trip.id}/desks/{desk}/state", json={"state": "paused", "reason": "نماز"}
    )
    assert changed.status_code == 200, changed.text
    refused = counter.act("next")
    assert refused.status_code == 409
    assert "این میز اکنون باز نیست" in refused.text


def test_next_with_somebody_there_is_refused(counter: Counter) -> None:
    called(counter)
    assert counter.act("next").status_code == 409


def test_an_act_on_an_older_version_shows_how_it_stands(counter: Counter) -> None:
    ticket_id = called(counter)
    version = ticket_row(ticket_id).version
    counter.act("serve", ticket_id, version=version)
    refused = counter.act("no-show", ticket_id, version=version)
    assert refused.status_code == 409
    assert 'data-mode="serving"' in refused.text


def test_an_act_that_does_not_fit_the_turn_is_refused(counter: Counter) -> None:
    refused = counter.act("hold", called(counter))
    assert refused.status_code == 409
    assert "وضع کنونی" in refused.text


def test_a_second_press_under_one_key_acts_once(counter: Counter) -> None:
    somebody(counter.trip)
    waiting = somebody(counter.trip).ticket.id
    first = counter.act("next", idempotency_key="one-press")
    second = counter.act("next", idempotency_key="one-press")
    assert (first.status_code, second.status_code) == (200, 200)
    assert ticket_row(waiting).status == "waiting"


def test_a_ticket_of_another_trip_does_not_exist_here(counter: Counter) -> None:
    stranger = somebody(make_small_trip("other")).ticket.id
    assert counter.act("serve", stranger).status_code == 404
    assert counter.act("transfer", stranger, desk_id=counter.trip.desks["a"]).status_code == 404


def test_the_console_of_another_trip_does_not_exist_here(counter: Counter) -> None:
    other = make_small_trip("other")
    place = other.places["hall"][0]
    assert counter.browser.get(f"/trips/{other.id}/places/{place}/console").status_code == 404
    assert counter.browser.get(f"/trips/{counter.trip.id}/places/{place}/console").status_code == 404


def test_an_act_without_the_forms_token_is_refused(counter: Counter) -> None:
    somebody(counter.trip)
    del counter.browser.headers["X-CSRF-Token"]
    assert counter.act("next").status_code == 403
    assert "ticket.called" not in kinds_of(counter.trip)


# Without script


def test_without_script_an_act_leads_back_to_the_console(counter: Counter) -> None:
    somebody(counter.trip)
    answer = counter.browser.post(f"{counter.path}/next", data={})
    assert (answer.status_code, answer.location) == (303, f"{counter.path}/console")


def test_without_script_a_refusal_is_a_whole_page_that_says_why(counter: Counter) -> None:
    called(counter)
    answer = counter.browser.post(f"{counter.path}/next", data={})
    assert answer.status_code == 409
    assert "<!doctype html>" in answer.text
    assert "اکنون کسی در این باجه است" in answer.text


# The counter itself


def test_a_pause_has_its_reason_and_ends_with_the_same_languages(counter: Counter) -> None:
    counter.browser.post(
        f"/trips/{counter.trip.id}/places/open",
        data={"place_id": counter.place_id, "languages": ["fa", "az"]},
    )
    assert "نماز" in counter.act("pause", reason="prayer").text
    counter.act("resume")
    row = place_row(counter.place_id)
    assert (row.state, row.languages) == ("open", "fa,az")


def test_a_pause_without_a_known_reason_is_refused(counter: Counter) -> None:
    assert counter.act("pause", reason="tired").status_code == 422
    assert place_row(counter.place_id).state == "open"


def test_a_counter_with_somebody_at_it_is_neither_paused_nor_closed(counter: Counter) -> None:
    held = served(counter)
    assert counter.act("pause", reason="meal").status_code == 409
    counter.act("hold", held)
    assert counter.act("close").status_code == 409


def test_help_is_asked_once_and_answered_by_the_desk_head(counter: Counter, sign_in: Join) -> None:
    counter.act("help")
    counter.act("help")
    assert kinds_of(counter.trip).count("place.help_asked") == 1
    head = sit_down(sign_in, counter.trip, seat=1, role="desk_head")
    assert f"/help/{counter.place_id}/answer" in head.page().text
    head.act(f"help/{counter.place_id}/answer")
    assert place_row(counter.place_id).help_asked_at is None


def test_a_colleague_does_not_see_who_asks_for_the_desk_head(counter: Counter, sign_in: Join) -> None:
    counter.act("help")
    colleague = sit_down(sign_in, counter.trip, seat=1)
    assert f"/help/{counter.place_id}/answer" not in colleague.page().text
    assert colleague.act(f"help/{counter.place_id}/answer").status_code == 403


@pytest.mark.parametrize("result", ["unanswered", "nothing_to_register"])
def test_a_contact_without_a_demand_is_one_key(counter: Counter, result: str) -> None:
    assert counter.act("contact", result=result).status_code == 200
    assert kinds_of(counter.trip)[-1] == "contact.recorded"


def test_a_contact_has_a_known_result(counter: Counter) -> None:
    assert counter.act("contact", result="nonsense").status_code == 422
    assert "contact.recorded" not in kinds_of(counter.trip)


def test_the_fragment_tells_the_sequence_that_it_is_true_up_to(counter: Counter) -> None:
    before = counter.browser.get(f"{counter.path}/console", headers=FRAGMENT).text
    somebody(counter.trip)
    after = counter.browser.get(f"{counter.path}/console", headers=FRAGMENT).text
    assert sequence_of(after) > sequence_of(before)
    assert "<!doctype" not in after


def sequence_of(fragment: str) -> int:
    return int(fragment.split('data-after="')[1].split('"')[0])


def test_the_console_speaks_english_too(counter: Counter) -> None:
    called(counter)
    counter.browser.client.set_cookie("lang", "en")
    page = counter.page().text
    assert 'dir="ltr"' in page
    assert "Did not come" in page
    assert "Waiting for this desk" in page


def test_the_queue_counts_all_though_it_shows_some(counter: Counter) -> None:
    for _ in range(43):
        somebody(counter.trip)
    page = counter.page().text
    assert page.count('class="queue__item') == 40 + 1  # and the pattern for new rows
    assert "۴۳" in page
