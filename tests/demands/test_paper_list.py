"""Forms on paper typed in as a table: every fault at its row and column, all rows or none, and none twice."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.dates import to_local
from deskops.core.tables import read_table, write_csv, write_workbook
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand, Ticket
from deskops.desks.services import set_phase
from tests.demands.counter import somebody
from tests.demands.paper import form_row, printed, type_in
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

HEADER = ("code", "day", "clock", "topic_id", "name", "phone", "outcome", "done_clock", "desk_id", "note")


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


@pytest.fixture
def later(trip: SmallTrip) -> datetime:
    """When the trip was set up; it is three hours later now."""
    start = clock.now().replace(second=0, microsecond=0)
    clock.freeze(start + timedelta(hours=3))
    return start


def written(at: datetime) -> dict[str, str]:
    """Day and clock as they stand on a form."""
    local = to_local(at)
    return {"day": local.date().isoformat(), "clock": f"{local:%H:%M}"}


def row(code: str, at: datetime, **more: str) -> dict[str, str]:
    return {"code": code, "topic_id": "loan", "name": "سارا نمونه"} | written(at) | more


def table(*rows: Mapping[str, str]) -> bytes:
    return write_csv(HEADER, [[one.get(name, "") for name in HEADER] for one in rows])


def upload(browser: Browser, trip: SmallTrip, content: bytes, name: str = "forms.csv") -> Any:
    data = {"file": (io.BytesIO(content), name)}
    path = f"/trips/{trip.id}/paper/list"
    return browser.post(path, data=data, content_type="multipart/form-data")


def faults(browser: Browser, trip: SmallTrip, content: bytes) -> list[tuple[int, str]]:
    """Row and heading of each fault, as the marked copy has them: the page's order."""
    where = upload(browser, trip, content).location
    marked = openpyxl.load_workbook(io.BytesIO(browser.get(f"{where}/marked.xlsx").data)).active
    assert marked is not None
    cells = [cell for line in marked.iter_rows() for cell in line if cell.comment]
    return [(cell.row or 0, str(marked.cell(1, cell.column or 0).value)) for cell in cells]


def count(model: Any) -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_file_to_fill_in_holds_the_codes_that_are_not_typed_in(
    trip: SmallTrip, staff: Browser, form: str
) -> None:
    used, *unused = printed(trip, count=3)
    type_in(staff, trip, used)
    sheet = read_table(staff.get(f"/trips/{trip.id}/paper/list.{form}").data)
    assert {"".join(filter(str.isdigit, cells[0])) for cells in sheet.rows.values()} == set(unused)
    assert "موضوع *" in sheet.header


def test_the_file_comes_back_as_it_went_out_and_does_nothing(trip: SmallTrip, staff: Browser) -> None:
    printed(trip, count=3)
    empty = staff.get(f"/trips/{trip.id}/paper/list.xlsx").data
    page = staff.get(upload(staff, trip, empty, "forms.xlsx").location).text
    assert "وارد کن" not in page
    assert count(Demand) == 0


def test_a_dry_run_shows_what_it_would_do_and_changes_nothing(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip)
    page = staff.get(upload(staff, trip, table(row(code, later))).location).text
    assert "سارا نمونه" in page
    assert count(Demand) == 0


def test_confirmed_all_are_typed_in_at_their_real_times_in_the_order_in_which_people_came(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    codes = printed(trip, count=3)
    came = [later + timedelta(minutes=minutes) for minutes in (30, 10, 20)]
    rows = [row(code, at) for code, at in zip(codes, came, strict=True)]
    where = upload(staff, trip, table(*rows)).location
    assert staff.post(where, data={}).status_code == 303
    with runtime.current().database.reading() as session:
        turns = session.execute(select(Ticket.registered_at).order_by(Ticket.number)).scalars().all()
        at = dict(session.execute(select(Demand.code, Demand.registered_at)).all())
    assert list(turns) == sorted(came)
    assert at == dict(zip(codes, came, strict=True))


def test_who_was_served_on_paper_is_closed_with_the_note_and_desk_of_the_row(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip, desk=None)
    ended = written(later + timedelta(minutes=9))["clock"]
    served = {"outcome": "رد با ذکر دلیل", "done_clock": ended, "note": "سقف پر است", "desk_id": "a"}
    staff.post(upload(staff, trip, table(row(code, later, **served))).location, data={})
    with runtime.current().database.reading() as session:
        demand = session.scalars(select(Demand)).one()
    assert (demand.state, demand.outcome, demand.outcome_note) == ("closed", "refused", "سقف پر است")
    assert demand.desk_id == trip.desks["a"]


def test_every_fault_is_named_by_row_and_column_and_nothing_is_typed_in(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    codes = printed(trip, count=9)
    used = codes.pop()
    type_in(staff, trip, used, at=later.isoformat(), name="دارا نمونه")
    [foreign] = printed(make_small_trip("other"))
    rows = (
        row("9600000000000", later),
        row(foreign, later),
        row(used, later),
        row(somebody(trip).code, later),
        row(codes[0], later - timedelta(days=1)),
        row(codes[1], later + timedelta(hours=4)),
        row(codes[2], later + timedelta(hours=1), outcome="granted", done_clock=written(later)["clock"]),
        row(codes[3], later, outcome="granted", desk_id="nowhere"),
        row(codes[4], later, topic_id="nothing", phone="0912"),
        row(codes[5], later, outcome="refused"),
        row(codes[6], later),
        row(codes[6], later),
    )
    before = count(Demand)
    found = faults(staff, trip, table(*rows))
    assert found == [
        (2, "code"),
        (3, "code"),
        (4, "code"),
        (5, "code"),
        (6, "clock"),
        (7, "clock"),
        (8, "done_clock"),
        (9, "desk_id"),
        (10, "topic_id"),
        (10, "phone"),
        (11, "note"),
        (13, "code"),
    ]
    where = upload(staff, trip, table(*rows)).location
    assert staff.post(where, data={}).status_code == 422
    assert count(Demand) == before


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ({"day": "soon"}, "day"),
        ({"day": ""}, "day"),
        ({"clock": "25:00"}, "clock"),
        ({"clock": ""}, "clock"),
        ({"topic_id": ""}, "topic_id"),
        ({"outcome": "perhaps"}, "outcome"),
        ({"code": ""}, "code"),
        ({"code": "12"}, "code"),
        ({"name": "ن" * 121}, "name"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    trip: SmallTrip, staff: Browser, later: datetime, typed: dict[str, str], heading: str
) -> None:
    [code] = printed(trip)
    assert faults(staff, trip, table(row(code, later) | typed)) == [(2, heading)]


def test_a_table_sent_twice_makes_no_demand_twice(trip: SmallTrip, staff: Browser, later: datetime) -> None:
    first, second = printed(trip, count=2)
    content = table(row(first, later))
    staff.post(upload(staff, trip, content).location, data={})
    assert "وارد کن" not in staff.get(upload(staff, trip, content).location).text
    both = upload(staff, trip, table(row(first, later), row(second, later)))
    assert staff.post(both.location, data={}).status_code == 303
    assert count(Demand) == 2


def test_a_form_that_was_typed_in_otherwise_is_a_fault(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip)
    type_in(staff, trip, code, at=later.isoformat(), name="دارا نمونه")
    assert faults(staff, trip, table(row(code, later))) == [(2, "code")]


def test_a_button_pressed_twice_types_in_once(trip: SmallTrip, staff: Browser, later: datetime) -> None:
    [code] = printed(trip)
    where = upload(staff, trip, table(row(code, later))).location
    answers = [staff.post(where, data={"idempotency_key": "once"}).status_code for _ in range(2)]
    assert answers[0] == 303
    assert count(Demand) == 1


def test_a_form_typed_in_by_another_meanwhile_keeps_all_of_it_out(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    first, second = printed(trip, count=2)
    where = upload(staff, trip, table(row(first, later), row(second, later))).location
    type_in(staff, trip, second, at=later.isoformat(), name="دارا نمونه")
    assert staff.post(where, data={}).status_code == 422
    assert form_row(first).demand_id is None


def test_of_a_trip_that_is_no_longer_live_nobody_joins_a_queue(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    [code] = printed(trip)
    with unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, "follow_up")
    page = staff.get(upload(staff, trip, table(row(code, later))).location)
    assert "وارد کن" not in page.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 nothing of ours",
        write_csv(("colour", "code"), [("red", "1")]),
        write_csv(("code", "day", "clock"), [("1", "2", "3")]),
        write_workbook("x", ("code",), []),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(
    trip: SmallTrip, staff: Browser, content: bytes
) -> None:
    answer = upload(staff, trip, content)
    assert answer.status_code == 422
    assert "field__error" in answer.text


def test_more_rows_than_can_be_typed_in_at_once_are_refused(
    trip: SmallTrip, staff: Browser, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskops.demands.services.paper_list.MOST_FORMS", 2)
    rows = [row(code, later) for code in printed(trip, count=3)]
    assert upload(staff, trip, table(*rows)).status_code == 422


def test_somebody_elses_dry_run_is_not_found(
    trip: SmallTrip, staff: Browser, sign_in: Join, later: datetime
) -> None:
    [code] = printed(trip)
    where = upload(staff, trip, table(row(code, later))).location
    other = sign_in("staff", trip_id=trip.id)
    assert other.get(where).status_code == 404
    assert other.post(where, data={}).status_code == 404
    assert other.get(f"{where}/marked.xlsx").status_code == 404


def in_json(browser: Browser, trip: SmallTrip, forms: list[dict[str, Any]], **more: Any) -> Any:
    return browser.post(f"/api/v1/trips/{trip.id}/paper/list", json={"forms": forms} | more)


def test_a_list_in_json_is_typed_in_whole(trip: SmallTrip, staff: Browser, later: datetime) -> None:
    codes = printed(trip, count=2)
    forms = [{"code": code, "topic_id": trip.topics["loan"], "at": later.isoformat()} for code in codes]
    assert in_json(staff, trip, forms, dry_run=True).json == {"new": 2, "known": 0, "faults": []}
    assert count(Demand) == 0
    answer = in_json(staff, trip, forms)
    assert (answer.status_code, answer.json["new"]) == (201, 2)
    assert [demand["code"] for demand in answer.json["demands"]] == codes
    assert in_json(staff, trip, forms).json["known"] == 2


def test_a_list_in_json_with_a_fault_is_refused_whole(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    codes = printed(trip, count=2)
    forms = [{"code": code, "topic_id": trip.topics["loan"], "at": later.isoformat()} for code in codes]
    forms[1] |= {"topic_id": 4711, "colour": "red"}
    answer = in_json(staff, trip, forms)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "forms_at_fault")
    assert [(fault["row"], fault["field"]) for fault in answer.json["error"]["faults"]] == [(2, "colour")]
    assert count(Demand) == 0


@pytest.mark.parametrize("body", [{}, {"forms": "x"}, {"forms": [7]}, {"forms": [], "more": 1}])
def test_a_list_that_is_none_is_refused(trip: SmallTrip, staff: Browser, body: dict[str, Any]) -> None:
    assert staff.post(f"/api/v1/trips/{trip.id}/paper/list", json=body).status_code == 422


@pytest.mark.parametrize("role", ["official", "follow_up", "inspector", "integration"])
def test_other_roles_bring_no_table(trip: SmallTrip, sign_in: Join, role: str) -> None:
    other = sign_in(role, trip_id=trip.id)
    assert upload(other, trip, b"x").status_code == 403
    assert in_json(other, trip, []).status_code == 403


def test_the_page_is_there_in_english(trip: SmallTrip, staff: Browser) -> None:
    page = staff.get(f"/trips/{trip.id}/paper/list", headers={"Accept-Language": "en"})
    assert 'lang="en"' in page.text


def test_a_table_that_is_sent_again_gets_the_answer_of_the_first_time(
    trip: SmallTrip, staff: Browser, later: datetime
) -> None:
    where = upload(staff, trip, table(row(printed(trip)[0], later))).location
    first, second = (staff.post(where, data={"idempotency_key": "one-press"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert count(Demand) == 1
