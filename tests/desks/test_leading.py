"""Officials and heads named in a list of desks: found by name, written down where nobody knows them."""

import io

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import GrantRow, User
from deskops.core import runtime
from deskops.core.tables import Sheet
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document.listing import ListPlan, plan_of
from deskops.desks.models import Desk, SetupChange
from deskops.desks.queries.listing import known_of
from deskops.desks.services.changes import undo_change
from deskops.desks.services.listing import import_list
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

HEADER = ("code", "name_fa", "number", "site", "speeds", "head", "official")
OFFICIAL, HEAD = "پروین نمونه", "بهرام نمونه"


def sheet(trip: SmallTrip, *people: tuple[str, str], codes: str = "ab") -> Sheet:
    """Desks a, b and so on as they stand, with heads and officials."""
    with runtime.current().database.reading() as session:
        known = known_of(session, trip.id, "desks").records
    rows = []
    for code, named in zip(codes, people, strict=True):
        record = known[code]
        speeds = " | ".join(f"{topic}: {factor}" for topic, factor in record["speeds"].items())
        rows.append((code, record["name_fa"], str(record["number"]), record["site"], speeds, *named))
    return Sheet(HEADER, dict(enumerate(rows, start=2)))


def planned(trip: SmallTrip, content: Sheet) -> ListPlan:
    with runtime.current().database.reading() as session:
        return plan_of("desks", content, known_of(session, trip.id, "desks"))


def imported(trip: SmallTrip, *people: tuple[str, str]) -> ListPlan:
    content = sheet(trip, *people)
    with unit_of_work(SYSTEM) as uow:
        return import_list(uow, SYSTEM, trip.id, "desks", content)


def person(name: str, *grants: Grant) -> int:
    with unit_of_work(SYSTEM) as uow:
        return accounts.create_user(uow, name=name, grants=grants)


def in_charge(trip: SmallTrip, code: str) -> tuple[int | None, int | None]:
    """Head and official of a desk."""
    with runtime.current().database.reading() as session:
        desk = session.get_one(Desk, trip.desks[code])
        return desk.head_user_id, desk.official_user_id


def roles_of(user_id: int | None) -> set[tuple[str, int | None]]:
    with runtime.current().database.reading() as session:
        rows = session.scalars(select(GrantRow).where(GrantRow.user_id == user_id))
        return {(row.role, row.desk_id) for row in rows}


def people_called(name: str) -> list[User]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(User).where(User.name == name)))


def test_people_whom_nobody_knows_are_written_down_with_their_roles(trip: SmallTrip) -> None:
    plan = imported(trip, (HEAD, OFFICIAL), ("", OFFICIAL))
    assert plan.newcomers == (HEAD, OFFICIAL)
    head, official = in_charge(trip, "a")
    assert in_charge(trip, "b") == (None, official), "one person at two desks, once"
    assert roles_of(head) == {("desk_head", trip.desks["a"])}
    assert roles_of(official) == {("official", trip.desks["a"]), ("official", trip.desks["b"])}


def test_whoever_was_written_down_by_a_list_has_no_way_in(trip: SmallTrip) -> None:
    imported(trip, (HEAD, OFFICIAL), ("", ""))
    for name in (HEAD, OFFICIAL):
        [user] = people_called(name)
        assert (user.username, user.password_hash) == (None, None)


def test_only_an_administrator_lets_a_named_official_in(trip: SmallTrip, sign_in: Join) -> None:
    imported(trip, (HEAD, OFFICIAL), ("", ""))
    leader = sign_in("coordinator", trip_id=trip.id)
    page = leader.get(f"/trips/{trip.id}/admission").text
    assert HEAD in page
    assert OFFICIAL not in page


def test_one_person_may_be_head_and_official(trip: SmallTrip) -> None:
    plan = imported(trip, (HEAD, HEAD), ("", ""))
    assert plan.newcomers == (HEAD,)
    head, official = in_charge(trip, "a")
    assert head == official
    assert roles_of(head) == {("desk_head", trip.desks["a"]), ("official", trip.desks["a"])}


@pytest.mark.parametrize("typed", ["علی رضا نمونه", "عليرضا  نمونه", "علی‌رضا نمونه"])
def test_somebody_known_is_found_however_their_name_is_typed(trip: SmallTrip, typed: str) -> None:
    known = person("علیرضا نمونه", Grant("official", trip.id))
    assert imported(trip, ("", typed), ("", "")).newcomers == ()
    assert in_charge(trip, "a")[1] == known


def test_whoever_holds_another_role_is_not_taken_for_the_official(trip: SmallTrip) -> None:
    staff = person(OFFICIAL, Grant("staff", trip.id))
    assert imported(trip, ("", OFFICIAL), ("", "")).newcomers == (OFFICIAL,)
    assert in_charge(trip, "a")[1] != staff
    assert roles_of(staff) == {("staff", None)}, "no role is given to somebody for their name"


def test_a_name_that_several_people_have_is_refused_with_its_cell(trip: SmallTrip) -> None:
    for _ in range(2):
        person(OFFICIAL, Grant("official", trip.id))
    plan = imported(trip, ("", OFFICIAL), ("", ""))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, HEADER.index("official"))]
    assert in_charge(trip, "a") == (None, None)


def test_whoever_is_in_charge_already_stays_though_another_has_the_same_name(trip: SmallTrip) -> None:
    imported(trip, ("", OFFICIAL), ("", ""))
    official = in_charge(trip, "a")[1]
    person(OFFICIAL, Grant("official", trip.id))
    assert imported(trip, (HEAD, OFFICIAL), ("", "")).faults == ()
    assert in_charge(trip, "a")[1] == official


def test_an_empty_cell_leaves_a_desk_without_an_official_and_a_missing_column_as_it_is(
    trip: SmallTrip,
) -> None:
    imported(trip, (HEAD, OFFICIAL), (HEAD, OFFICIAL))
    before = in_charge(trip, "b")
    content = sheet(trip, ("", ""), ("", ""))
    only_a = Sheet(HEADER, {2: content.rows[2]})
    without = Sheet(HEADER[:5], {2: (*content.rows[3][:1], "نام تازه", *content.rows[3][2:5])})
    with unit_of_work(SYSTEM) as uow:
        import_list(uow, SYSTEM, trip.id, "desks", only_a)
        import_list(uow, SYSTEM, trip.id, "desks", without)
    assert in_charge(trip, "a") == (None, None)
    assert in_charge(trip, "b") == before


def test_the_same_list_again_changes_nothing_and_makes_nobody(trip: SmallTrip) -> None:
    imported(trip, (HEAD, OFFICIAL), ("", OFFICIAL))
    again = imported(trip, (HEAD, OFFICIAL), ("", OFFICIAL))
    assert [row.act for row in again.rows] == ["same", "same"]
    assert len(people_called(OFFICIAL)) == 1


def test_a_name_that_is_too_long_is_named_with_its_cell(trip: SmallTrip) -> None:
    plan = planned(trip, sheet(trip, ("ن" * 121, ""), ("", "")))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, HEADER.index("head"))]


def test_officials_of_a_list_are_taken_back_with_it(trip: SmallTrip) -> None:
    imported(trip, ("", OFFICIAL), ("", OFFICIAL))
    with unit_of_work(SYSTEM) as uow:
        change = uow.session.scalars(select(SetupChange).order_by(SetupChange.id.desc())).first()
        assert change is not None
        undo_change(uow, SYSTEM, trip.id, change.id)
    assert in_charge(trip, "a") == (None, None)
    assert len(people_called(OFFICIAL)) == 1, "the person stays, without a desk"


def test_the_list_of_desks_names_them_and_its_dry_run_names_the_new_ones(
    app: Flask, trip: SmallTrip, sign_in: Join
) -> None:
    leader: Browser = sign_in("coordinator", trip_id=trip.id)
    imported(trip, (HEAD, OFFICIAL), ("", ""))
    book = openpyxl.load_workbook(io.BytesIO(leader.get(f"/trips/{trip.id}/files/desks.xlsx").data))
    sheet_of_book = book.active
    columns = {cell.value.rstrip(" *"): cell.column for cell in sheet_of_book[1]}
    row = next(row for row in sheet_of_book.iter_rows(min_row=2) if row[0].value == "a")
    assert row[columns["مسئول میز"] - 1].value == HEAD
    row[columns["مقام مسئول"] - 1].value = "مهین نمونه"
    file = io.BytesIO()
    book.save(file)
    answer = leader.post(
        f"/trips/{trip.id}/files",
        data={"kind": "desks", "file": (io.BytesIO(file.getvalue()), "desks.xlsx")},
    )
    page = leader.get(answer.location).text
    assert "مهین نمونه" in page
    assert "۱ نفر هنوز ثبت نشده" in page
    assert leader.post(answer.location, data={}).status_code == 303
    assert len(people_called("مهین نمونه")) == 1
