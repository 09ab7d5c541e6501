"""Badges are made by the worker, ten on a sheet, and their codes open what they should."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import prints, runtime
from deskops.core.prints import PrintRun
from deskops.core.qr import qr_svg
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.queries import catalogue
from deskops.staff.badges import BadgeRead, read_badge
from deskops.staff.models import StaffMember
from deskops.staff.queries.badges import badge_sheets
from deskops.staff.services import printing
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.presence import SECRET, a_person, badge
from tests.staff.printed import api, asked, made, need_pango, nothing_left_over, opened, page, pages_of

LONG = "سیدمحمدحسین علی‌نژاد موسوی‌پور خراسانی اصل طباطبایی فرد"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    with nothing_left_over():
        yield


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def member(staff_id: int) -> StaffMember:
    with runtime.current().database.reading() as session:
        return session.get_one(StaffMember, staff_id)


def test_eleven_badges_are_two_sheets_of_pdf(trip: SmallTrip, coordinator: Browser) -> None:
    need_pango()
    for number in range(11):
        a_person(trip, f"کارشناس شماره {number}")
    run = made(trip, coordinator, asked(trip, coordinator, "badges"))
    assert (run["state"], run["done"], run["total"], run["fault"]) == ("done", 2, 2, "")
    saved = coordinator.get(page(trip, f"/{run['id']}/file"))
    assert saved.content_type == "application/pdf"
    assert f"badges-{run['id']}.pdf" in saved.headers["Content-Disposition"]
    assert saved.data.startswith(b"%PDF-")
    assert pages_of(saved.data) == 2
    assert b"Vazirmatn" in opened(saved.data)


def test_the_browser_prints_the_same_sheets(trip: SmallTrip, coordinator: Browser) -> None:
    one = a_person(trip, LONG, role="desk_head", badge_version=3)
    run = made(trip, coordinator, asked(trip, coordinator, "badges"))
    shown = coordinator.get(page(trip, f"/{run['id']}/pages")).text
    assert LONG in shown
    assert "id-card__name--longer" in shown
    assert "مسئول میز" in shown
    assert "نسخه ۳" in shown
    assert "style=" not in shown
    assert str(qr_svg(badge(trip, one, 3), quick=True)) in shown


def test_what_the_code_says_is_a_badge_that_holds(trip: SmallTrip) -> None:
    one = a_person(trip, badge_version=2)
    with runtime.current().database.reading() as session:
        [[printed]] = badge_sheets(session, catalogue(session, trip.id), [one])
    assert read_badge(SECRET, printed.code) == BadgeRead(trip.id, one, 2)


def test_sheets_go_by_desk_and_name(trip: SmallTrip) -> None:
    people = [a_person(trip, "ب", "b"), a_person(trip, "ب"), a_person(trip, "ا"), a_person(trip, "ا", None)]
    with runtime.current().database.reading() as session:
        [sheet] = badge_sheets(session, catalogue(session, trip.id), people)
    assert [card.staff_id for card in sheet] == [people[2], people[1], people[0], people[3]]


def test_a_name_with_markup_stays_a_name(trip: SmallTrip, coordinator: Browser) -> None:
    a_person(trip, "<script>alert(1)</script>")
    run = made(trip, coordinator, asked(trip, coordinator, "badges"))
    shown = coordinator.get(page(trip, f"/{run['id']}/pages")).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_only_badges_that_are_newer_than_the_printed_are_asked_for(
    trip: SmallTrip, coordinator: Browser
) -> None:
    old, other = a_person(trip), a_person(trip)
    made(trip, coordinator, asked(trip, coordinator, "badges"))
    assert member(old).badge_printed == 1
    refused = coordinator.post(api(trip), json={"kind": "badges", "which": "renewed"})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "nothing_to_print")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(StaffMember, other).badge_version = 2
    print_id = asked(trip, coordinator, "badges", which="renewed")
    with runtime.current().database.reading() as session:
        assert session.get_one(PrintRun, print_id).params["ids"] == [other]


def test_people_are_chosen_by_desk_agency_and_number(trip: SmallTrip, coordinator: Browser) -> None:
    here, there = a_person(trip, desk="a"), a_person(trip, desk="b")
    number = member(there).personnel_number
    asked(trip, coordinator, "badges", which="desks", desks=[trip.desks["a"]])
    asked(trip, coordinator, "badges", which="people", numbers=f"{number}،\n{number}")
    with runtime.current().database.reading() as session:
        ids = [run.params["ids"] for run in session.scalars(select(PrintRun).order_by(PrintRun.id))]
    assert ids == [[here], [there]]


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"which": "desks"}, "desks"),
        ({"which": "desks", "desks": [4711]}, "desks"),
        ({"which": "agency"}, "agency"),
        ({"which": "agency", "agency": 4711}, "agency"),
        ({"which": "people"}, "numbers"),
        ({"which": "people", "numbers": "no-such-number"}, "numbers"),
        ({"which": "some"}, "which"),
        ({"kind": "letters"}, "kind"),
        ({"numbers": {"a": 1}}, "numbers"),
    ],
)
def test_who_is_not_there_is_not_printed(
    trip: SmallTrip, coordinator: Browser, choice: dict, field: str
) -> None:
    a_person(trip)
    refused = coordinator.post(api(trip), json={"kind": "badges", **choice})
    assert refused.status_code == 422
    assert any(name.split(".")[0] == field for name in refused.json["error"]["errors"])


def test_another_trips_people_are_unknown_here(trip: SmallTrip, coordinator: Browser) -> None:
    a_person(trip)
    stranger = member(a_person(make_small_trip("other"), "غریبه")).personnel_number
    refused = coordinator.post(api(trip), json={"kind": "badges", "which": "people", "numbers": stranger})
    assert refused.status_code == 422
    assert coordinator.get(page(trip, "/4711/file")).status_code == 404


def test_more_people_than_can_be_printed_at_once_are_refused(
    trip: SmallTrip, coordinator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_PEOPLE", 2)
    for _ in range(3):
        a_person(trip)
    refused = coordinator.post(api(trip), json={"kind": "badges"})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "too_many_to_print")
    assert "۳" in refused.json["error"]["message"]


def test_a_trip_has_few_papers_in_the_making(trip: SmallTrip, coordinator: Browser) -> None:
    a_person(trip)
    for _ in range(prints.MOST_WAITING):
        asked(trip, coordinator, "badges")
    refused = coordinator.post(api(trip), json={"kind": "badges"})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "too_many_prints")


def test_what_is_cancelled_is_made_no_further(trip: SmallTrip, coordinator: Browser) -> None:
    one = a_person(trip)
    print_id = asked(trip, coordinator, "badges")
    prints.follow_prints({})
    process = prints.prints.going[print_id].process
    assert coordinator.post(api(trip, f"/{print_id}/cancel"), json={}).json == {"state": "cancelled"}
    prints.follow_prints({})
    assert not prints.prints.going
    assert not process.is_running
    assert member(one).badge_printed == 0
    refused = coordinator.post(api(trip, f"/{print_id}/cancel"), json={})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "print_over")


def test_another_worker_waits_for_the_one_that_is_at_it(trip: SmallTrip, coordinator: Browser) -> None:
    a_person(trip)
    print_id = asked(trip, coordinator, "badges")
    with unit_of_work(SYSTEM) as uow:
        run = uow.session.get_one(PrintRun, print_id)
        run.state, run.worker, run.beat_at = "making", "elsewhere:1", uow.now
    prints.follow_prints({})
    assert not prints.prints.going


def test_where_everybody_left_meanwhile_it_fails_and_says_so(trip: SmallTrip, coordinator: Browser) -> None:
    one = a_person(trip)
    print_id = asked(trip, coordinator, "badges")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(StaffMember, one).retired_at = uow.now
    told = made(trip, coordinator, print_id)
    assert (told["state"], told["fault"]) == ("failed", "nothing_to_print")
    assert "دیگر در فهرست نیست" in coordinator.get(page(trip, f"/{print_id}")).text
    assert coordinator.get(page(trip, f"/{print_id}/pages")).status_code == 404


def test_a_desk_head_prints_no_badges_and_sees_none(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    a_person(trip)
    print_id = asked(trip, coordinator, "badges")
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert head.post(api(trip), json={"kind": "badges"}).status_code == 403
    for path in ("", "/file", "/pages"):
        assert head.get(page(trip, f"/{print_id}{path}")).status_code == 404
    assert head.get(api(trip)).json == {"prints": []}


def test_the_page_tells_what_is_wrong_and_keeps_what_was_typed(trip: SmallTrip, coordinator: Browser) -> None:
    a_person(trip)
    sent = {"kind": "badges", "which": "people", "numbers": "nobody-9"}
    refused = coordinator.post(page(trip), data=sent)
    assert refused.status_code == 422
    assert "nobody-9</textarea>" in refused.text
    done = coordinator.post(page(trip), data={"kind": "badges", "which": "all"})
    assert done.status_code == 303
    shown = coordinator.get(done.location, headers={"HX-Request": "true"}).text
    assert "every 2s" in shown
    assert "<html" not in shown
