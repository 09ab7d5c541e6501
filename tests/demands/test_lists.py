"""The list of demands, one demand, and corrections by two people at once."""

import re
from typing import Any

import pytest

from deskops.demands import events
from deskops.demands.queries.lists import PAGE_SIZE
from deskops.demands.views.words import STEPS
from tests.demands.counter import demand_row, kinds_of, sit_down, somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


def ids_in(page: str) -> list[int]:
    """The demands in a list, in order."""
    return [int(found) for found in re.findall(r'class="code-link" href="[^"]*/demands/(\d+)"', page)]


def search(staff: Browser, trip: SmallTrip, **query: Any) -> list[int]:
    return ids_in(staff.get(f"/trips/{trip.id}/demands", query_string=query).text)


def test_the_newest_stand_first(trip: SmallTrip, staff: Browser) -> None:
    made = [somebody(trip).demand_id for _ in range(3)]
    assert search(staff, trip) == made[::-1]


@pytest.mark.parametrize(
    "typed", ["محمد‌کریم", "محمد کریم", "محمدکريم", "يكتا", "۰۹۱۲۳۴۵۶۷۸۹", "0912", "SAMAD", "مراغه"]
)
def test_a_demand_is_found_however_it_is_typed(trip: SmallTrip, staff: Browser, typed: str) -> None:
    somebody(trip)
    wanted = somebody(
        trip, name="محمد‌کریم یکتا", phone="09123456789", external_number="SAMAD-77", county="مراغه"
    ).demand_id
    assert search(staff, trip, q=typed) == [wanted]


def test_a_code_finds_its_demand_in_any_digits_and_groups(trip: SmallTrip, staff: Browser) -> None:
    somebody(trip)
    made = somebody(trip)
    grouped = f"{made.code[:4]}-{made.code[4:7]}-{made.code[7:10]}-{made.code[10:]}"
    assert search(staff, trip, q=grouped) == [made.demand_id]


def test_nothing_found_says_what_to_try(trip: SmallTrip, staff: Browser) -> None:
    somebody(trip)
    page = staff.get(f"/trips/{trip.id}/demands?q=هیچکس").text
    assert ids_in(page) == []
    assert "موردی پیدا نشد" in page


def test_filters_narrow_the_list(trip: SmallTrip, staff: Browser) -> None:
    loan, work = somebody(trip).demand_id, somebody(trip, "work").demand_id
    assert search(staff, trip, topic_id=trip.topics["work"]) == [work]
    assert search(staff, trip, state="registered") == [work, loan]
    assert search(staff, trip, state="closed") == []


def test_a_filter_that_makes_no_sense_is_left_out(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip).demand_id
    assert search(staff, trip, state="nonsense", topic_id="x", desk_id="-1", before="y") == [made]


def desk_in_list(staff: Browser, trip: SmallTrip) -> list[str]:
    page = staff.get(f"/trips/{trip.id}/demands").text
    return re.findall(r'<td data-label="میز"><bdi>([^<]*)</bdi>', page)


def test_the_desk_of_a_turn_is_shown_from_the_first_moment_on(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    counter = sit_down(sign_in, trip)
    made = somebody(trip)
    seen = [desk_in_list(staff, trip)]
    counter.act("next")
    counter.act("serve", made.ticket.id)
    counter.act("finish", made.ticket.id, outcome="granted")
    seen.append(desk_in_list(staff, trip))
    assert seen == [["میز 3"], ["میز 3"]]


def test_whom_no_desk_can_take_has_none_in_the_list(trip: SmallTrip, staff: Browser) -> None:
    somebody(trip, "nobody")
    assert desk_in_list(staff, trip) == ["–"]


@pytest.mark.parametrize("words", ["", "نمونه"])
def test_a_desk_lists_who_waits_for_it_and_whom_it_has_served(
    trip: SmallTrip, staff: Browser, sign_in: Join, words: str
) -> None:
    counter = sit_down(sign_in, trip)
    served, waiting = somebody(trip), somebody(trip)
    counter.act("next")
    counter.act("finish", served.ticket.id, outcome="granted")
    desks = trip.desks
    assert search(staff, trip, desk_id=desks["hall"], q=words) == [waiting.demand_id, served.demand_id]
    assert search(staff, trip, desk_id=desks["hall"], q=words, state="closed") == [served.demand_id]
    assert search(staff, trip, desk_id=desks["a"], q=words) == []


def test_a_long_list_of_one_desk_goes_on_where_the_page_ended(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    sit_down(sign_in, trip)
    made = [somebody(trip).demand_id for _ in range(PAGE_SIZE + 2)]
    page = staff.get(f"/trips/{trip.id}/demands?desk_id={trip.desks['hall']}").text
    older = re.search(r'href="([^"]+)" rel="next"', page)
    assert older
    assert ids_in(page) + ids_in(staff.get(older[1].replace("&amp;", "&")).text) == made[::-1]


def test_the_demands_of_one_person_can_be_shown(trip: SmallTrip, staff: Browser) -> None:
    first = somebody(trip, phone="09123456789").demand_id
    second = somebody(trip, phone="09123456789").demand_id
    somebody(trip, name="دیگری")
    assert search(staff, trip, person_id=demand_row(first).person_id) == [second, first]


def test_long_lists_go_on_where_the_page_ended(trip: SmallTrip, staff: Browser) -> None:
    made = [somebody(trip).demand_id for _ in range(PAGE_SIZE + 2)]
    page = staff.get(f"/trips/{trip.id}/demands?state=registered").text
    older = re.search(r'href="([^"]+)" rel="next"', page)
    assert older
    assert "state=registered" in older[1]
    rest = staff.get(older[1].replace("&amp;", "&")).text
    assert ids_in(page) + ids_in(rest) == made[::-1]
    assert 'rel="next"' not in rest


def test_another_trips_demands_are_neither_listed_nor_shown(trip: SmallTrip, staff: Browser) -> None:
    stranger = somebody(make_small_trip("other")).demand_id
    assert search(staff, trip) == []
    for path in ("", "/receipt"):
        assert staff.get(f"/trips/{trip.id}/demands/{stranger}{path}").status_code == 404


@pytest.mark.parametrize("role", ["board", "agency_officer"])
def test_who_may_not_see_people_sees_no_list(trip: SmallTrip, sign_in: Join, role: str) -> None:
    assert sign_in(role, trip_id=trip.id).get(f"/trips/{trip.id}/demands").status_code == 403


# One demand


def test_the_history_is_told_in_words(trip: SmallTrip, staff: Browser, sign_in: Join) -> None:
    counter = sit_down(sign_in, trip)
    made = somebody(trip)
    counter.act("next")
    counter.act("serve", made.ticket.id)
    counter.act("finish", made.ticket.id, outcome="introduced")
    page = staff.get(f"/trips/{trip.id}/demands/{made.demand_id}").text
    history = page[page.index('class="timeline"') :]
    said = [history.index(word) for word in ("ثبت شد", "فراخوانده شد", "خدمت آغاز شد", "خدمت پایان یافت")]
    assert said == sorted(said)
    assert "معرفی به اداره یا بانک" in page


@pytest.mark.parametrize(
    ("role", "told"),
    [("coordinator", True), ("desk_head", True), ("inspector", True), ("official", True), ("staff", False)],
)
def test_who_leads_or_inspects_sees_who_did_each_step(
    trip: SmallTrip, sign_in: Join, role: str, told: bool
) -> None:
    intake = sign_in("staff", trip_id=trip.id, name="مریم پذیرش")
    body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "name": "سارا نمونه"}
    made = intake.post(f"/api/v1/trips/{trip.id}/demands", json=body).get_json()
    counter = sit_down(sign_in, trip, name="رضا باجه")
    counter.act("next")
    counter.act("finish", made["ticket"]["id"], outcome="granted")
    page = sign_in(role, trip_id=trip.id).get(f"/trips/{trip.id}/demands/{made['demand']['id']}").text
    history = page[page.index('class="timeline"') :]
    names = re.findall(r"<bdi>(مریم پذیرش|رضا باجه)</bdi>", history)
    # The coordinators' list is shared out by whoever opens a counter, and the next steps are theirs as well.
    assert set(names) == ({"مریم پذیرش", "رضا باجه"} if told else set())
    assert not told or names[0] == "مریم پذیرش"


def test_what_nobody_in_particular_did_names_nobody(trip: SmallTrip, sign_in: Join) -> None:
    made = somebody(trip).demand_id
    page = sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/demands/{made}").text
    assert "انجام‌دهنده" not in page[page.index('class="timeline"') :]


def test_every_kind_of_event_of_a_demand_has_words(trip: SmallTrip) -> None:
    about_demands = {
        kind.kind
        for kind in vars(events).values()
        if isinstance(kind, type)
        and hasattr(kind, "kind")
        and "demand_id" in getattr(kind, "__dataclass_fields__", {})
    }
    assert about_demands <= STEPS.keys()


def edit(staff: Browser, trip: SmallTrip, demand_id: int, version: int, **fields: str) -> Any:
    return staff.post(f"/trips/{trip.id}/demands/{demand_id}", data={"version": version, **fields})


def test_a_correction_is_saved_and_found(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip, name="سارا نمونه").demand_id
    answer = edit(staff, trip, made, 1, name="زهرا نمونه", county="تبریز", phone="۰۹۱۲۳۴۵۶۷۸۹")
    assert answer.status_code == 303
    assert search(staff, trip, q="زهرا") == [made]
    assert search(staff, trip, q="09123456789") == [made]
    assert (demand_row(made).county, demand_row(made).version) == ("تبریز", 2)


def test_the_journal_names_only_what_was_changed(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip, county="مراغه").demand_id
    edit(staff, trip, made, 1, county="تبریز", kind="request")
    page = staff.get(f"/trips/{trip.id}/demands/{made}").text
    corrected = page[page.index("اصلاح شد") :][:400]
    assert "شهرستان" in corrected
    assert "نوع" not in corrected
    assert "تبریز" not in corrected


def test_a_stale_correction_shows_both_versions_and_saves_nothing(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    made = somebody(trip, county="مراغه").demand_id
    edit(sign_in("staff", trip_id=trip.id), trip, made, 1, county="تبریز")
    refused = edit(staff, trip, made, 1, county="اهر", address="خیابان نمونه")
    assert refused.status_code == 409
    assert 'value="اهر"' in refused.text
    assert "تبریز" in refused.text[refused.text.index('class="theirs"') :]
    assert 'value="خیابان نمونه"' in refused.text
    assert demand_row(made).county == "تبریز"


def test_a_second_save_after_looking_decides(trip: SmallTrip, staff: Browser, sign_in: Join) -> None:
    made = somebody(trip, county="مراغه").demand_id
    edit(sign_in("staff", trip_id=trip.id), trip, made, 1, county="تبریز")
    refused = edit(staff, trip, made, 1, county="اهر")
    version = re.search(r'name="version" value="(\d+)"', refused.text)
    assert version
    assert edit(staff, trip, made, int(version[1]), county="اهر").status_code == 303
    assert demand_row(made).county == "اهر"


def test_a_bad_correction_is_refused_at_its_field(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip).demand_id
    refused = edit(staff, trip, made, 1, phone="0912", county="اهر")
    assert refused.status_code == 422
    assert 'href="#phone"' in refused.text
    assert 'value="اهر"' in refused.text
    assert "demand.edited" not in kinds_of(trip)


def test_a_correction_of_another_trips_demand_is_not_found(trip: SmallTrip, staff: Browser) -> None:
    stranger = somebody(make_small_trip("other")).demand_id
    assert edit(staff, trip, stranger, 1, county="اهر").status_code == 404


def test_who_may_look_but_not_correct_gets_no_button(trip: SmallTrip, sign_in: Join) -> None:
    made = somebody(trip).demand_id
    inspector = sign_in("inspector", trip_id=trip.id)
    assert "ذخیره اصلاح" not in inspector.get(f"/trips/{trip.id}/demands/{made}").text
    assert edit(inspector, trip, made, 1, county="اهر").status_code == 403


def test_list_and_demand_speak_english_too(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip).demand_id
    staff.client.set_cookie("lang", "en")
    assert "Newest first" in staff.get(f"/trips/{trip.id}/demands").text
    assert "As it stands" in staff.get(f"/trips/{trip.id}/demands/{made}").text
