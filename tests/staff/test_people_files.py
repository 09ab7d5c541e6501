"""A list of people out of a file and back into one: shown before it is done, marked where it is wrong, all or nothing."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from deskops.core.tables import read_table, write_workbook
from deskops.staff.document.columns import COLUMNS
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff.people import SARA, csv, imported, member, numbers, several, table


@pytest.fixture
def lead(trip: SmallTrip, sign_in: Join) -> Browser:
    browser = sign_in("coordinator", trip_id=trip.id)
    browser.headers["Accept-Language"] = "en"
    browser.client.set_cookie("lang", "en")
    return browser


def workbook(*people: dict[str, str]) -> bytes:
    return write_workbook("people", *table(*people))


def upload(browser: Browser, trip: SmallTrip, content: bytes, name: str = "people.csv") -> Any:
    data = {"file": (io.BytesIO(content), name)}
    return browser.post(f"/trips/{trip.id}/staff/import", data=data, content_type="multipart/form-data")


def sent(browser: Browser, trip: SmallTrip, content: bytes, query: str = "") -> Any:
    data = {"file": (io.BytesIO(content), "people.xlsx")}
    path = f"/api/v1/trips/{trip.id}/staff/import{query}"
    return browser.post(path, data=data, content_type="multipart/form-data")


def sign(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


@pytest.mark.parametrize("made", [csv, workbook])
def test_a_list_is_shown_then_confirmed_then_there(trip: SmallTrip, lead: Browser, made: Any) -> None:
    shown = upload(lead, trip, made(SARA, *several(3)))
    assert shown.status_code == 303
    page = lead.get(shown.location)
    assert numbers(trip.id) == []
    done = lead.post(shown.location, data={"seen": sign(page.text)})
    assert done.status_code == 303
    assert numbers(trip.id) == ["0001", "0002", "0003", "0071"]


def test_a_second_press_imports_nothing_twice(trip: SmallTrip, lead: Browser) -> None:
    shown = upload(lead, trip, csv(SARA)).location
    data = {"seen": sign(lead.get(shown).text), "idempotency_key": "once"}
    assert [lead.post(shown, data=data).status_code for _ in range(2)] == [303, 303]
    assert numbers(trip.id) == ["0071"]


def test_nobody_confirms_what_they_have_not_seen(trip: SmallTrip, lead: Browser) -> None:
    shown = upload(lead, trip, csv(SARA)).location
    seen = sign(lead.get(shown).text)
    imported(trip.id, SARA | {"name": "کسی دیگر"})
    for data in ({"seen": seen}, {}):
        answer = lead.post(shown, data=data)
        assert answer.status_code == 409
    assert member(trip.id).name == "کسی دیگر"


def test_faults_are_listed_by_row_and_nothing_can_be_confirmed(trip: SmallTrip, lead: Browser) -> None:
    shown = upload(lead, trip, csv(*several(2), SARA | {"home_desk": "99", "mobile": "1"})).location
    page = lead.get(shown)
    assert "“99”" in page.text
    assert 'class="faults__list"' in page.text
    assert lead.post(shown, data={"seen": sign(page.text)}).status_code == 422
    assert numbers(trip.id) == []


def test_the_marked_copy_has_each_fault_in_its_cell(trip: SmallTrip, lead: Browser) -> None:
    shown = upload(lead, trip, csv(*several(2), SARA | {"home_desk": "99", "mobile": "1"})).location
    marked = lead.get(f"{shown}/marked.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(marked.data)).active
    header = [cell.value for cell in sheet[1]]
    bad = sheet[4]
    marks = {header[cell.column - 1] for cell in bad if cell.comment}
    assert marks == {"home_desk", "mobile"}
    assert "99" in str(bad[-1].value)
    assert not any(cell.comment for row in (sheet[2], sheet[3]) for cell in row)


def test_the_marked_copy_is_no_list_until_its_faults_are_out(trip: SmallTrip, lead: Browser) -> None:
    shown = upload(lead, trip, csv(SARA | {"mobile": "1"})).location
    marked = lead.get(f"{shown}/marked.xlsx").data
    assert upload(lead, trip, marked, "marked.xlsx").status_code == 422


def test_who_stands_on_the_list_and_not_in_the_file_is_counted(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, *several(3))
    page = lead.get(upload(lead, trip, csv(SARA)).location)
    assert "3 people of the list aren" in page.text or "۳ نفر" in page.text


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_goes_out_comes_back_unchanged(trip: SmallTrip, lead: Browser, form: str) -> None:
    several_windows = "1405/09/03 07:00-15:00; 1405/09/04 22:00-06:00; 1405/09/10 تا 1405/09/12"
    head = SARA | {
        "personnel_number": "0072",
        "role": "desk_head",
        "availability": several_windows,
        "mobile": "+14155550123",
    }
    gone = SARA | {
        "personnel_number": "0073",
        "left": "yes",
        "home_desk": "",
        "topics": "",
        "most_shifts": "",
    }
    formula = SARA | {"personnel_number": "-0074", "name": "=نام"}
    imported(trip.id, SARA, head, gone, formula)
    path = f"/trips/{trip.id}/staff/files/people.{form}"
    content = lead.get(path).data
    assert content == lead.get(path).data or form == "xlsx"
    answer = sent(lead, trip, content, "?dry_run=1").json
    assert answer["counts"] == {"add": 0, "change": 0, "same": 4, "fault": 0}
    assert answer["absent"] == 0


def test_the_empty_workbook_has_every_column_and_offers_the_choices(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    content = lead.get(f"/trips/{trip.id}/staff/files/people.xlsx?empty=1").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert (sheet.max_row, sheet.max_column) == (1, len(COLUMNS))
    assert len(sheet.data_validations.dataValidation) == 2
    assert lead.get(f"/trips/{trip.id}/staff/files/people.csv?empty=1").data.count(b"\n") == 1


def test_a_file_of_another_kind_is_not_there(trip: SmallTrip, lead: Browser) -> None:
    assert lead.get(f"/trips/{trip.id}/staff/files/people.pdf").status_code == 404
    assert lead.get(f"/api/v1/trips/{trip.id}/staff/export.pdf").status_code == 404


def test_dates_of_a_workbook_are_read_as_dates(trip: SmallTrip, lead: Browser) -> None:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    sheet = book.add_worksheet()
    for column, heading in enumerate(("personnel_number", "name", "availability", "mobile")):
        sheet.write(0, column, heading)
    sheet.write_number(1, 0, 71)
    sheet.write(1, 1, "سارا نمونه")
    sheet.write_number(1, 2, 46350, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number(1, 3, 9500000071)
    book.close()
    assert sent(lead, trip, output.getvalue()).json["counts"]["add"] == 1
    found = lead.get(f"/api/v1/trips/{trip.id}/staff/{member(trip.id, '71').id}").json
    assert (found["mobile"], found["windows"][0]["starts_at"]) == ("09500000071", "2026-11-23T20:30:00+00:00")


def macro_workbook() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(SARA))) as plain, zipfile.ZipFile(output, "w") as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
        packed.writestr("xl/vbaProject.bin", b"macro")
    return output.getvalue()


BAD_FILES = {
    "no file": (b"", "Choose the file with the list."),
    "an empty sheet": (write_workbook("empty", [], []), "The table is empty."),
    "headings alone": (csv(SARA).split(b"\n")[0], "The table is empty."),
    "a macro workbook": (macro_workbook(), "The workbook holds macros. Save it as .xlsx, without them."),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "This is an old or protected workbook."),
    "a cut workbook": (workbook(SARA)[:2000], "The workbook is damaged or cut off."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "neither UTF-8 nor Windows-1256"),
    "other columns": ("code,name_fa\na,الف\n".encode(), "These headings are not known: code · name_fa."),
    "no name column": (b"personnel_number\n1\n", "These columns are missing: Full name."),
}


@pytest.mark.parametrize("kind", list(BAD_FILES))
def test_a_file_that_is_no_list_is_answered_with_what_to_do(
    trip: SmallTrip, lead: Browser, kind: str
) -> None:
    content, words = BAD_FILES[kind]
    page = upload(lead, trip, content, "people.xlsx")
    answer = sent(lead, trip, content)
    assert (page.status_code, answer.status_code) == (422, 422)
    assert words in page.text
    assert words in str(answer.json)
    assert numbers(trip.id) == []


def test_fifty_megabytes_are_refused_with_the_limit(trip: SmallTrip, lead: Browser) -> None:
    answer = sent(lead, trip, b"0" * (50 * 1024 * 1024))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    page = upload(lead, trip, b"0" * (50 * 1024 * 1024))
    assert page.status_code == 413
    assert numbers(trip.id) == []


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1405/13/01", "There is no day “1405/13/01” in the calendar."),
        ("2026-02-30", "There is no day “2026-02-30” in the calendar."),
        ("whenever", "“whenever” is no date."),
    ],
)
def test_a_date_that_is_none_is_named_with_row_and_column(
    trip: SmallTrip, lead: Browser, cell: str, words: str
) -> None:
    answer = sent(lead, trip, csv(SARA, SARA | {"personnel_number": "2", "availability": cell}))
    assert answer.status_code == 422
    [fault] = answer.json["faults"]
    assert (fault["row"], fault["heading"]) == (3, "Can work at")
    assert words in fault["message"]
    assert numbers(trip.id) == []


def test_the_api_imports_what_its_dry_run_said(trip: SmallTrip, lead: Browser) -> None:
    content = csv(SARA, *several(2))
    told = sent(lead, trip, content, "?dry_run=1")
    assert (told.status_code, told.json["counts"]["add"], numbers(trip.id)) == (200, 3, [])
    done = sent(lead, trip, content, f"?seen={told.json['sign']}")
    assert (done.status_code, done.json["counts"]["add"]) == (200, 3)
    assert len(numbers(trip.id)) == 3
    assert sent(lead, trip, content, f"?seen={told.json['sign']}").status_code == 409


def test_the_api_gives_the_list_as_a_file(trip: SmallTrip, lead: Browser) -> None:
    imported(trip.id, SARA)
    found = read_table(lead.get(f"/api/v1/trips/{trip.id}/staff/export.csv").data)
    assert len(found.rows) == 1


def test_a_draft_is_its_makers_alone(trip: SmallTrip, lead: Browser, sign_in: Join) -> None:
    shown = upload(lead, trip, csv(SARA)).location
    other = sign_in("coordinator", trip_id=trip.id)
    assert other.get(shown).status_code == 404
    assert other.post(shown, data={"seen": "x"}).status_code == 404


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector"])
def test_who_does_not_lead_uploads_nothing(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id, desk_id=trip.desks["a"] if role == "desk_head" else None)
    assert upload(browser, trip, csv(SARA)).status_code == 403
    assert sent(browser, trip, csv(SARA)).status_code == 403
