"""Deciding on a demand by its page: from the template to the signature, and what is refused on the way."""

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import update

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Ticket
from deskops.desks.models import Agency, Desk
from deskops.directives import rules
from tests.accounts.signers import PIN
from tests.directives.ordered import NOON, Ordering, demand, demand_of, directive, referrals, wait
from tests.directives.signing_browser import Official, official_in
from tests.fixtures import Join
from tests.small_trip import make_small_trip

PHOTO = b"\xff\xd8\xff\xe0" + bytes(40)


def office(giving: Ordering) -> str:
    return str(giving.agencies["office"])


def checked(html: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="(\d+)" checked', html)


def test_the_page_shows_the_person_and_a_button_for_each_template(
    giving: Ordering, official: Official
) -> None:
    about = demand_of(giving.trip, text="وام می‌خواهم")
    html = official.get(f"/demands/{about}/decide").text
    assert "مینا آزمون" in html
    assert "وام می‌خواهم" in html
    assert html.count('class="give"') >= 10
    assert 'id="order"' not in html


def test_a_template_fills_the_order_in_with_the_desks_agency(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, giving.trip.desks["a"]).agency_id = giving.agencies["office"]
        uow.session.execute(update(Ticket).values(desk_id=giving.trip.desks["a"]))
    html = official.get(f"/demands/{about}/decide?template=usual-refer").text
    assert checked(html, "agency_ids") == [office(giving)]
    assert "برابر مقررات" in html


def test_what_is_signed_is_on_the_order_and_counts_down(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    signed = official.ordered(about, agency_ids=office(giving))
    row = directive(signed)
    assert (row.state, row.signed_with, row.days) == (rules.SIGNED, "pin", 10)
    html = official.get(f"/directives/{signed}").text
    assert "data-until" in html
    assert "/call-back" in html


def test_the_number_stands_there_when_the_seconds_are_over(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    signed = official.ordered(about, agency_ids=office(giving))
    assert official.post(f"/directives/{signed}/issue").status_code == 303
    assert directive(signed).number is None
    clock.advance(seconds=10)
    official.post(f"/directives/{signed}/issue")
    assert "۱۴۰۵/۱" in official.get(f"/directives/{signed}").text
    assert demand(about).state == "referred"


def test_it_can_be_called_back_by_its_button(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    signed = official.ordered(about, agency_ids=office(giving))
    official.post(f"/directives/{signed}/call-back")
    wait()
    assert directive(signed).state == rules.CALLED_BACK
    assert referrals() == []


def test_a_call_back_that_comes_too_late_says_so(giving: Ordering, official: Official) -> None:
    signed = official.ordered(demand_of(giving.trip), agency_ids=office(giving))
    wait()
    official.post(f"/directives/{signed}/call-back")
    assert "شماره گرفته" in official.get(f"/directives/{signed}").text
    assert directive(signed).state == rules.ISSUED


def test_a_double_press_makes_one_order(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    html = official.get(f"/demands/{about}/decide?kind=refer").text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', html)[1]  # type: ignore[index]
    assert official.ordered(about, key=key, agency_ids=office(giving)) == official.ordered(
        about, key=key, agency_ids=office(giving)
    )


def test_one_key_with_another_order_is_refused(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    official.ordered(about, key="k", agency_ids=office(giving))
    assert official.order(about, key="k", agency_ids=office(giving), text="چیز دیگر").status_code == 422


def test_the_page_has_the_same_key_until_something_is_signed(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)

    def key() -> str:
        html = official.get(f"/demands/{about}/decide?kind=refer").text
        return re.search(r'name="idempotency_key" value="([^"]+)"', html)[1]  # type: ignore[index]

    before = key()
    assert key() == before
    official.ordered(about, key=before, agency_ids=office(giving))
    assert key() != before


def test_after_a_cut_connection_the_page_finds_what_was_signed(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    nothing = official.get(f"/demands/{about}/directives/sent?key=k")
    assert nothing.status_code == 200
    signed = official.ordered(about, key="k", agency_ids=office(giving))
    found = official.get(f"/demands/{about}/directives/sent?key=k")
    assert found.status_code == 303
    assert found.location.endswith(f"/directives/{signed}")


def test_nobody_finds_the_order_of_another_by_their_key(
    giving: Ordering, official: Official, app: Flask
) -> None:
    about = demand_of(giving.trip)
    official.ordered(about, key="k", agency_ids=office(giving))
    other = official_in(app, giving.trip, rank="minister")
    assert other.get(f"/demands/{about}/directives/sent?key=k").status_code == 200


def test_a_wrong_pin_signs_nothing_and_loses_nothing(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    answer = official.order(about, agency_ids=office(giving), pin="204684", text="متن دستور من")
    assert answer.status_code == 422
    assert "متن دستور من" in answer.text
    assert checked(answer.text, "agency_ids") == [office(giving)]
    assert PIN not in answer.text


def test_signing_after_the_session_was_revoked_is_refused(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    official.get(f"/demands/{about}/decide")
    with unit_of_work(SYSTEM) as uow:
        accounts.end_sessions(uow, official.user_id)
    assert official.order(about, agency_ids=office(giving)).status_code == 401
    assert referrals() == []


@pytest.mark.parametrize(
    ("typed", "rials"),
    [("۱۵٬۰۰۰٬۰۰۰", 150_000_000), ("15 میلیون", 150_000_000), ("15,000,000", 150_000_000), ("", None)],
)
def test_an_amount_is_typed_in_tomans(
    giving: Ordering, official: Official, typed: str, rials: int | None
) -> None:
    about = demand_of(giving.trip)
    bank = str(giving.agencies["bank"])
    signed = official.ordered(about, kind="introduce", agency_ids=bank, tomans=typed)
    assert directive(signed).amount == rials


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "introduce", "tomans": "زیاد"},
        {"kind": "introduce", "tomans": "-5"},
        {"kind": "introduce", "tomans": "9" * 30},
        {"days": "صد"},
        {"days": "0"},
        {"agency_ids": ""},
        {"agency_ids": "987654"},
        {"text": "  "},
        {"kind": "whim"},
        {"older": "12345"},
        {"kind": "out_of_authority", "days": "", "whose_id": ""},
    ],
)
def test_what_is_malformed_is_refused_and_nothing_is_kept(
    giving: Ordering, official: Official, wrong: dict[str, str]
) -> None:
    about = demand_of(giving.trip)
    answer = official.order(about, **{"agency_ids": office(giving), **wrong})
    assert answer.status_code in (404, 422)
    assert official.get("/directives").text.count("<article") == 0


def test_an_agency_that_was_retired_meanwhile_is_named_as_the_fault(
    giving: Ordering, official: Official
) -> None:
    about = demand_of(giving.trip)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Agency, giving.agencies["office"]).retired_at = NOON
    answer = official.order(about, agency_ids=office(giving))
    assert answer.status_code == 422
    assert 'href="#agency_ids"' in answer.text


def test_a_closed_demand_says_what_to_do_instead(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    giving.issue(about, kind=rules.THANK, agency_ids=(), days=None, text="")
    page = official.get(f"/demands/{about}/decide?kind=refer").text
    assert 'id="order"' not in page
    assert official.order(about, agency_ids=office(giving)).status_code == 409


def test_a_demand_of_another_trip_is_not_there(giving: Ordering, official: Official) -> None:
    foreign = demand_of(make_small_trip("other"))
    assert official.get(f"/demands/{foreign}/decide").status_code == 404
    assert official.order(foreign, agency_ids=office(giving)).status_code == 404


def test_beyond_ones_authority_is_said_at_the_agencies(giving: Ordering, app: Flask) -> None:
    deputy = official_in(app, giving.trip, rank="deputy", agency_id=giving.agencies["ministry"])
    answer = deputy.order(demand_of(giving.trip), agency_ids=str(giving.agencies["bank"]))
    assert answer.status_code == 403


def test_another_kind_keeps_what_was_typed(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    answer = official.post(
        f"/demands/{about}/decide",
        kind="refer",
        other_kind="refuse",
        text="متن نیمه‌کاره",
        agency_ids=office(giving),
    )
    assert answer.status_code == 200
    assert "متن نیمه‌کاره" in answer.text
    assert 'name="kind" value="refuse"' in answer.text
    assert checked(answer.text, "agency_ids") == []


def test_a_kind_that_isnt_there_is_no_page(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    assert official.post(f"/demands/{about}/decide", kind="whim").status_code == 404
    assert official.get(f"/demands/{about}/decide?kind=whim&template=999").status_code == 200


def test_an_older_demand_is_tied_by_the_code_on_its_receipt(giving: Ordering, official: Official) -> None:
    older = demand_of(giving.trip, name="رضا آزمون", phone="09120000002")
    about = demand_of(giving.trip)
    signed = official.ordered(about, kind="follow_up", agency_ids=office(giving), older=demand(older).code)
    wait()
    assert {row.demand_id for row in referrals()} == {about, older}
    assert str(signed) in official.get(f"/demands/{older}").text


def test_a_code_of_another_trip_is_no_older_demand(giving: Ordering, official: Official) -> None:
    foreign = demand(demand_of(make_small_trip("other"))).code
    answer = official.order(
        demand_of(giving.trip), kind="follow_up", agency_ids=office(giving), older=foreign
    )
    assert answer.status_code == 422


def test_a_handwritten_note_goes_along_as_a_photo(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    signed = official.ordered(about, agency_ids=office(giving), photo=(BytesIO(PHOTO), "note.jpg"))
    answer = official.get(f"/directives/{signed}/photo")
    assert (answer.data, answer.mimetype) == (PHOTO, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_is_no_picture_is_no_note(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    page = (BytesIO(b"<script>alert(1)</script>"), "note.jpg")
    assert official.order(about, agency_ids=office(giving), photo=page).status_code == 422


def test_an_order_is_replaced_by_a_prefilled_one(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    first = official.ordered(about, agency_ids=office(giving), text="متن نخست")
    wait()
    html = official.get(f"/demands/{about}/decide?supersedes={first}").text
    assert "متن نخست" in html
    second = official.ordered(about, agency_ids=office(giving), text="متن دوم", supersedes_id=str(first))
    wait()
    assert directive(first).state == rules.SUPERSEDED
    assert f"/directives/{second}" in official.get(f"/directives/{first}").text


def test_it_is_withdrawn_with_a_reason_only(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    signed = official.ordered(about, agency_ids=office(giving))
    wait()
    assert official.post(f"/directives/{signed}/withdraw", reason=" ").status_code == 422
    assert official.post(f"/directives/{signed}/withdraw", reason="نام دستگاه اشتباه بود").status_code == 303
    assert "نام دستگاه اشتباه بود" in official.get(f"/directives/{signed}").text


def test_the_demands_page_and_the_counter_show_the_order_at_once(
    giving: Ordering, official: Official, sign_in: Join
) -> None:
    about = demand_of(giving.trip)
    official.ordered(about, agency_ids=office(giving), text="متن این دستور")
    wait()
    clerk = sign_in("staff", trip_id=giving.trip.id)
    html = clerk.get(f"/trips/{giving.trip.id}/demands/{about}").text
    assert "۱۴۰۵/۱" in html
    assert "متن این دستور" in html
    assert "مقام نمونه" in html


def test_a_clerk_signs_nothing(giving: Ordering, sign_in: Join) -> None:
    clerk = sign_in("staff", trip_id=giving.trip.id)
    about = demand_of(giving.trip)
    answer = clerk.post(
        f"/trips/{giving.trip.id}/demands/{about}/directives", data={"kind": "thank", "pin": PIN}
    )
    assert answer.status_code == 403


def test_the_journal_says_that_it_was_signed_and_by_whom(giving: Ordering, official: Official) -> None:
    signed = official.ordered(demand_of(giving.trip), agency_ids=office(giving))
    with runtime.current().database.reading() as session:
        entries = journal.subject_entries(session, giving.trip.id, f"directive:{signed}")
    assert [(entry.kind, entry.actor_id) for entry in entries] == [
        ("directive.signed", official.browser.user_id)
    ]
