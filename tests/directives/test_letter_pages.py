"""Letters printed one by one and many at once: who may, what is written down, and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.journal_rows import JournalRow
from deskops.core.paper import Made
from deskops.core.prints import PrintRun
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.directives.services import issuing, letters
from tests.directives.lettered import made, nothing_left_over, printed_lines, to_agency, to_person
from tests.directives.ordered import Ordering, demand_of
from tests.fixtures import Browser, Join
from tests.pages.words import latin_words
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.printed import need_pango, opened, pages_of


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    with nothing_left_over():
        yield


@pytest.fixture
def officer(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("follow_up", trip_id=trip.id, name="کارشناس پیگیری")


def issued_at_desk(giving: Ordering, desk: str = "a", **more: Any) -> tuple[int, int]:
    """An order on a demand of somebody who came to a desk; returns the ids of order and demand."""
    about = demand_of(giving.trip)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Demand, about).desk_id = giving.trip.desks[desk]
    return giving.issue(about, **more).id, about


def page(trip: SmallTrip, path: str = "") -> str:
    return f"/trips/{trip.id}/letters{path}"


def of_order(trip: SmallTrip, directive_id: int, path: str = "") -> str:
    return f"/trips/{trip.id}/directives/{directive_id}/letters{path}"


def api(trip: SmallTrip, path: str = "") -> str:
    return f"/api/v1/trips/{trip.id}{path}"


def written_down() -> list[dict[str, Any]]:
    with runtime.current().database.reading() as session:
        query = select(JournalRow.payload).where(JournalRow.kind == "letters.printed")
        return [json.loads(payload) for payload in session.scalars(query.order_by(JournalRow.sequence))]


def test_a_letter_is_saved_as_pdf_and_counts_as_printed(giving: Ordering, officer: Browser) -> None:
    need_pango()
    order, about = issued_at_desk(giving)
    office = giving.agencies["office"]
    saved = officer.post(of_order(giving.trip, order, f"/agency/{office}"))
    assert (saved.status_code, saved.content_type) == (200, "application/pdf")
    assert f"letter-1405-1-agency-{office}.pdf" in saved.headers["Content-Disposition"]
    assert (pages_of(saved.data), b"Vazirmatn" in opened(saved.data)) == (1, True)
    assert printed_lines(giving.trip) == {
        to_agency(order, office): officer.user_id,
        to_person(order, about): None,
    }
    assert written_down() == [{"print_id": None, "letters": [[order, "agency", office]]}]


def test_the_api_gives_the_same_letter(giving: Ordering, officer: Browser) -> None:
    need_pango()
    order, about = issued_at_desk(giving)
    saved = officer.post(api(giving.trip, f"/directives/{order}/letter"), json={"demand_id": about})
    assert saved.data.startswith(b"%PDF-")
    assert printed_lines(giving.trip, unprinted=True) == {to_agency(order, giving.agencies["office"]): None}


@pytest.mark.parametrize("body", [{}, {"agency_id": 1, "demand_id": 1}, {"agency_id": "x"}, {"letter": 1}])
def test_the_api_wants_one_letter_named(giving: Ordering, officer: Browser, body: dict) -> None:
    order, _about = issued_at_desk(giving)
    refused = officer.post(api(giving.trip, f"/directives/{order}/letter"), json=body)
    assert refused.status_code == 422
    assert printed_lines(giving.trip, unprinted=True) == printed_lines(giving.trip)


def test_a_letter_is_printed_from_the_browser_and_that_is_written_down(
    giving: Ordering, officer: Browser
) -> None:
    order, about = issued_at_desk(giving)
    at = of_order(giving.trip, order, f"/person/{about}")
    assert "مینا آزمون" in officer.get(at).text
    assert written_down() == []
    led = officer.post(f"{at}/printed")
    assert (led.status_code, led.location) == (303, f"{at}?print=1")
    shown = officer.get(led.location).text
    assert "data-print-now" in shown
    assert "style=" not in shown
    assert written_down()[0]["letters"] == [[order, "person", about]]


def test_without_pango_the_letter_says_what_to_install_and_counts_as_nothing(
    giving: Ordering, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, about = issued_at_desk(giving)
    monkeypatch.setattr(letters.drawing, "ask", lambda _work, _paper: Made("", None, "pdf_unavailable"))
    refused = officer.post(of_order(giving.trip, order, f"/person/{about}"))
    assert refused.status_code == 503
    assert "libpango-1.0-0" in refused.text
    assert written_down() == []


def test_an_orders_letters_are_listed_with_who_printed_them(giving: Ordering, officer: Browser) -> None:
    order, about = issued_at_desk(giving, copy_ids=(giving.agencies["ministry"],))
    officer.post(of_order(giving.trip, order, f"/person/{about}/printed"))
    shown = officer.get(of_order(giving.trip, order)).text
    for words in ("دستگاه office", "دستگاه ministry", "رونوشت", "مینا آزمون", "کارشناس پیگیری", "هنوز نه"):
        assert words in shown


def test_a_letter_that_is_not_there_is_not_found(giving: Ordering, officer: Browser) -> None:
    order, about = issued_at_desk(giving)
    draft = giving.sign(demand_of(giving.trip, name="رضا نمونه", phone="09120000002"))
    bank = giving.agencies["bank"]
    for path in (f"/agency/{bank}", "/person/4711", f"/desk/{about}"):
        assert officer.get(of_order(giving.trip, order, path)).status_code == 404
        assert officer.post(of_order(giving.trip, order, path)).status_code == 404
    for unnumbered in (draft, 4711):
        assert officer.get(of_order(giving.trip, unnumbered)).status_code == 404
        assert officer.get(of_order(giving.trip, unnumbered, f"/person/{about}")).status_code == 404


def test_a_letter_of_another_trip_is_not_found(giving: Ordering, officer: Browser, sign_in: Join) -> None:
    order, about = issued_at_desk(giving)
    other = make_small_trip("other")
    stranger = sign_in("coordinator", trip_id=other.id)
    for trip in (giving.trip, other):
        assert stranger.get(of_order(trip, order)).status_code == 404
        assert stranger.post(of_order(trip, order, f"/person/{about}")).status_code == 404
        sent = stranger.post(api(trip, f"/directives/{order}/letter"), json={"demand_id": about})
        assert sent.status_code == 404
    assert stranger.get(api(other, "/letters?printed=any")).json == {"letters": [], "count": 0}


def test_a_withdrawn_order_prints_nothing_and_says_why(giving: Ordering, officer: Browser) -> None:
    order, about = issued_at_desk(giving)
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, order, "اشتباه")
    refused = officer.post(api(giving.trip, f"/directives/{order}/letter"), json={"demand_id": about})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "no_letter")
    assert refused.json["error"]["state"] == "withdrawn"


@pytest.mark.parametrize("role", ["staff", "inspector", "agency_officer"])
def test_others_print_no_letters(giving: Ordering, sign_in: Join, role: str) -> None:
    order, about = issued_at_desk(giving)
    browser = sign_in(role, trip_id=giving.trip.id)
    for path in (page(giving.trip), of_order(giving.trip, order, f"/person/{about}")):
        assert browser.get(path).status_code == 403


def test_a_desk_head_prints_what_is_of_their_desk_alone(giving: Ordering, sign_in: Join) -> None:
    here, mine = issued_at_desk(giving)
    there, other = issued_at_desk(giving, "b")
    both = giving.issue(mine, demand_ids=(mine, other)).id
    head = sign_in("desk_head", trip_id=giving.trip.id, desk_id=giving.trip.desks["a"])
    told = head.get(api(giving.trip, "/letters")).json["letters"]
    seen = {(one["directive_id"], one["to"], one["to_id"]) for one in told}
    office = giving.agencies["office"]
    assert seen == {(here, "agency", office), (here, "person", mine), (both, "person", mine)}
    assert head.get(of_order(giving.trip, there)).status_code == 404
    assert head.get(of_order(giving.trip, both, f"/agency/{office}")).status_code == 404
    assert head.get(of_order(giving.trip, both, f"/person/{mine}")).status_code == 200


def asked(trip: SmallTrip, browser: Browser, **wanted: Any) -> int:
    answer = browser.post(api(trip, "/letters/prints"), json=wanted)
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def test_all_new_letters_are_printed_by_the_worker_once(giving: Ordering, officer: Browser) -> None:
    order, _about = issued_at_desk(giving)
    issued_at_desk(giving, "b")
    print_id = asked(giving.trip, officer)
    assert made(print_id) == "done"
    told = officer.get(api(giving.trip, f"/letters/prints/{print_id}")).json
    assert (told["state"], told["done"], told["total"]) == ("done", 4, 4)
    assert set(printed_lines(giving.trip).values()) == {officer.user_id}
    [noted] = written_down()
    assert (noted["print_id"], noted["letters"][0]) == (
        print_id,
        [order, "agency", giving.agencies["office"]],
    )
    assert "مینا آزمون" in officer.get(page(giving.trip, f"/prints/{print_id}/pages")).text
    if told["has_file"]:
        saved = officer.get(page(giving.trip, f"/prints/{print_id}/file"))
        assert (saved.content_type, pages_of(saved.data)) == ("application/pdf", 4)
    again = officer.post(api(giving.trip, "/letters/prints"), json={})
    assert (again.status_code, again.json["error"]["code"]) == (422, "nothing_to_print")
    assert asked(giving.trip, officer, printed="any", to="person")


def test_an_order_withdrawn_before_it_was_printed_is_left_out(giving: Ordering, officer: Browser) -> None:
    order, _about = issued_at_desk(giving)
    print_id = asked(giving.trip, officer)
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, order, "اشتباه")
    assert made(print_id) == "failed"
    assert "این دستورها دیگر معتبر نیست" in officer.get(page(giving.trip, f"/prints/{print_id}")).text
    assert officer.get(page(giving.trip, f"/prints/{print_id}/file")).status_code == 404


def test_the_page_asks_for_what_it_shows_and_a_run_can_be_cancelled(
    giving: Ordering, officer: Browser
) -> None:
    issued_at_desk(giving)
    shown = officer.get(page(giving.trip, "?day=1405/09/01&to=agency")).text
    assert "چاپ ۱ نامه" in shown
    sent = officer.post(page(giving.trip, "/prints"), data={"day": "1405/09/01", "to": "agency"})
    assert sent.status_code == 303
    waiting = officer.get(sent.location).text
    assert "در نوبت" in waiting
    assert officer.post(f"{sent.location}/cancel").status_code == 303
    assert "لغو شد" in officer.get(sent.location).text
    assert set(printed_lines(giving.trip).values()) == {None}


@pytest.mark.parametrize(
    "typed", [{"day": "no day"}, {"official_id": "x"}, {"to": "moon"}, {"printed": "maybe"}]
)
def test_a_filter_that_makes_no_sense_is_said_at_its_field(
    giving: Ordering, officer: Browser, typed: dict[str, str]
) -> None:
    issued_at_desk(giving)
    [field] = typed
    looked = officer.get(page(giving.trip), query_string=typed)
    assert looked.status_code == 422
    assert f'href="#{field}"' in looked.text
    assert officer.post(page(giving.trip, "/prints"), data=typed).status_code == 422
    refused = officer.post(api(giving.trip, "/letters/prints"), json=typed)
    assert field in refused.json["error"]["errors"]


def test_more_letters_than_can_be_printed_at_once_are_refused(
    giving: Ordering, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MOST_LETTERS", 1)
    issued_at_desk(giving)
    refused = officer.post(api(giving.trip, "/letters/prints"), json={})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "too_many_to_print")


def test_what_somebody_had_printed_others_do_not_fetch(
    giving: Ordering, officer: Browser, sign_in: Join
) -> None:
    issued_at_desk(giving)
    print_id = asked(giving.trip, officer)
    at = page(giving.trip, f"/prints/{print_id}")
    other = sign_in("follow_up", trip_id=giving.trip.id)
    head = sign_in("desk_head", trip_id=giving.trip.id, desk_id=giving.trip.desks["a"])
    assert [who.get(at).status_code for who in (other, head)] == [404, 404]
    assert sign_in("coordinator", trip_id=giving.trip.id).get(at).status_code == 200


def test_a_badge_run_is_no_letter_run(giving: Ordering, officer: Browser) -> None:
    issued_at_desk(giving)
    print_id = asked(giving.trip, officer)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(PrintRun, print_id).kind = "badges"
    assert officer.get(page(giving.trip, f"/prints/{print_id}")).status_code == 404


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_pages_speak_both_languages(giving: Ordering, officer: Browser, lang: str) -> None:
    order, _about = issued_at_desk(giving)
    officer.client.set_cookie("lang", lang)
    for address in (page(giving.trip), of_order(giving.trip, order)):
        shown = officer.get(address)
        assert shown.status_code == 200
        assert f'lang="{lang}"' in shown.text
        assert lang == "en" or set(latin_words(shown.text)) <= giving.agencies.keys()
