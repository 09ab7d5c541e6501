"""The staff that desks need as a list: a dry run, every fault in its cell, one change, and out again."""

import io
from collections.abc import Sequence

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.i18n import using_language
from deskops.core.tables import Sheet, read_table, write_csv, write_workbook
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document.columns import COLUMNS, DESKS, STAFF_NEEDS
from deskops.desks.document.list_checks import Known
from deskops.desks.document.listing import ListPlan, plan_of
from deskops.desks.models import SetupChange
from deskops.desks.rules import Need, usual_need
from deskops.desks.services.changes import undo_change
from deskops.desks.services.listing import import_list
from tests.desks.setups import lines_of, read_catalogue, set_up
from tests.desks.test_needs import NEED, needed, said
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

HEADER = ("code", "minimum", "target", "supervisors", "languages")


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def page(trip: SmallTrip, desk: str = "a") -> str:
    return f"/trips/{trip.id}/desks/{trip.desks[desk]}"


def planned(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> ListPlan:
    """The plan of a list for a trip with the desks "one", whose need is known, and "two"."""
    before = {"code": "one", "minimum": 2, "target": 4, "supervisors": 1, "languages": ("ku",)}
    known = Known({"one": before}, {DESKS: frozenset({"one", "two"})})
    return plan_of(STAFF_NEEDS, Sheet(header, dict(enumerate(rows, start=2))), known)


def faults(plan: ListPlan) -> list[tuple[int, int | None, str]]:
    with using_language("en"):
        return [(fault.row, fault.column, str(fault.words)) for fault in plan.faults]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("three", "1", "1", "", ""), 0, "no “three”"),
        (("", "1", "1", "", ""), 0, "needed"),
        (("two", "", "1", "", ""), 1, "needed"),
        (("two", "0", "1", "", ""), 1, "from 1 to 400"),
        (("two", "-2", "1", "", ""), 1, "from 1 to 400"),
        (("two", "4000", "", "", ""), 1, "from 1 to 400"),
        (("two", "two", "1", "", ""), 1, "whole number"),
        (("two", "3", "2", "", ""), 2, "(2) lies below the minimum (3)"),
        (("two", "1", "2", "2", ""), 3, "write 0 to 1"),
        (("two", "1", "2", "-1", ""), 3, "from 0 to 400"),
        (("two", "1", "2", "", "Klingon"), 4, "Write one of:"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(row: tuple[str, ...], column: int, words: str) -> None:
    [(at, place, said)] = faults(planned(row))
    assert (at, place) == (2, column)
    assert words in said


def test_all_faults_of_all_rows_are_told_at_once() -> None:
    plan = planned(("three", "0", "x", "-1", "?"), ("two", "2", "1", "", ""), ("two", "1", "", "", ""))
    assert [(row, column) for row, column, _ in faults(plan)] == [
        *((2, column) for column in range(5)),
        (3, 2),
        (4, 0),
    ]
    assert "Row 3 has the code “two” already." in faults(plan)[-1][2]


def test_a_minimum_above_the_known_target_is_a_fault_though_the_file_leaves_the_target_out() -> None:
    [(row, column, words)] = faults(planned(("one", "9"), header=("code", "minimum")))
    assert (row, column) == (2, 1)
    assert "(4) lies below the minimum (9)" in words


def test_languages_are_taken_by_code_and_by_name_in_either_language() -> None:
    plan = planned(("two", "1", "", "", "کردی، az | English"), ("one", "2", "4", "1", "ku"))
    assert plan.rows[0].values["languages"] == ("az", "ku", "en")
    assert [row.act for row in plan.rows] == ["add", "same"]


def test_empty_cells_leave_numbers_and_empty_the_languages() -> None:
    [row] = planned(("one", "3", "", "", "")).rows
    with using_language("en"):
        differs = [(str(heading), before, after) for heading, before, after in row.differs]
    assert [heading for heading, _, _ in differs] == ["Fewest people", "Languages to be spoken"]


def test_headings_are_known_in_either_language() -> None:
    for language in ("fa", "en"):
        with using_language(language):
            header = tuple(str(column.heading) for column in COLUMNS[STAFF_NEEDS])
        assert [row.act for row in planned(("two", "1", "2", "1", "fa"), header=header).rows] == ["add"]


def imported(trip: SmallTrip, *rows: Sequence[str]) -> ListPlan:
    with unit_of_work(SYSTEM) as uow:
        return import_list(uow, SYSTEM, trip.id, STAFF_NEEDS, read_table(write_csv(HEADER, rows)))


def test_a_list_of_needs_is_one_change_that_is_taken_back_whole(trip: SmallTrip) -> None:
    said(trip)
    imported(trip, ["a", "۱", "", "", "ku"], ["b", "۲", "", "", ""])
    assert needed(trip) == {
        "a": Need(minimum=1, target=4, supervisors=1, languages=("ku",)),
        "b": Need(minimum=2, target=2),
    }
    with runtime.current().database.reading() as session:
        change = session.scalars(select(SetupChange.id).order_by(SetupChange.id.desc())).first()
    assert change is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change)
    assert needed(trip) == {"a": NEED}


def test_the_list_of_changes_names_a_list_in_words(trip: SmallTrip, leader: Browser) -> None:
    imported(trip, ["a", "1", "", "", ""])
    text = leader.get(f"/trips/{trip.id}/changes").text
    assert "نیروی موردنیاز میزها: ۱ ردیف" in text
    assert STAFF_NEEDS not in text


def test_a_list_with_one_fault_imports_none_of_its_rows(trip: SmallTrip) -> None:
    assert len(imported(trip, ["a", "1", "", "", ""], ["nobody", "1", "", "", ""]).faults) == 1
    assert needed(trip) == {}


def test_a_retired_desk_is_no_desk_of_the_list(trip: SmallTrip, leader: Browser) -> None:
    said(trip)
    leader.post(f"{page(trip)}/state", data={"state": "closed"})
    assert leader.post(f"{page(trip)}/act", data={"act": "retire"}).status_code == 303
    assert len(imported(trip, ["a", "1", "", "", ""]).faults) == 1
    assert leader.get(f"/trips/{trip.id}/files/{STAFF_NEEDS}.csv").data.count(b"\n") == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_is_uploaded_looked_at_and_imported(trip: SmallTrip, leader: Browser, form: str) -> None:
    rows = [["a", "2", "4", "1", "کردی | ترکی آذربایجانی"]]
    content = write_csv(HEADER, rows) if form == "csv" else write_workbook("a", list(HEADER), rows)
    upload = {"kind": STAFF_NEEDS, "file": (io.BytesIO(content), f"needs.{form}")}
    address = leader.post(f"/trips/{trip.id}/files", data=upload).location
    assert leader.get(address).status_code == 200
    assert needed(trip) == {}, "a dry run stores nothing"
    assert leader.post(address, data={}).status_code == 303
    assert needed(trip) == {"a": NEED}


def test_faults_come_back_marked_in_their_cells(trip: SmallTrip, leader: Browser) -> None:
    leader.client.set_cookie("lang", "en")
    content = write_csv(HEADER, [["a", "3", "2", "", ""], ["x", "1", "", "", ""]])
    upload = {"kind": STAFF_NEEDS, "file": (io.BytesIO(content), "needs.csv")}
    address = leader.post(f"/trips/{trip.id}/files", data=upload).location
    assert leader.post(address, data={}).status_code == 422
    sheet = openpyxl.load_workbook(io.BytesIO(leader.get(f"{address}/marked.xlsx").data)).active
    assert "lies below the minimum" in sheet["C2"].comment.text
    assert "no “x”" in sheet["A3"].comment.text


def test_there_is_an_empty_workbook_to_fill_in(trip: SmallTrip, leader: Browser) -> None:
    content = leader.get(f"/trips/{trip.id}/files/{STAFF_NEEDS}.xlsx?empty=1").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert (sheet.max_row, sheet["A1"].value, sheet["B1"].value) == (1, "کد میز *", "حداقل نفرات *")


def test_a_new_desk_of_a_list_needs_what_its_counters_usually_need(app: Flask) -> None:
    trip_id = set_up()
    header = ["code", "name_fa", "number", "site", "speeds", "counters"]
    row = ["new", "میز تازه", "50", "airport_hall", "tax", "5"]
    with unit_of_work(SYSTEM) as uow:
        import_list(uow, SYSTEM, trip_id, "desks", read_table(write_csv(header, [row])))
    made = next(desk.id for desk in read_catalogue(trip_id).desks.values() if desk.code == "new")
    assert lines_of(trip_id)[made].need == usual_need(5)
