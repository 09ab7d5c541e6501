"""`deskops import cases` from the command line: every row is imported, known or refused, and says so."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from deskops.cli.importing import import_
from deskops.core.database import Database
from deskops.demands.models import Demand
from deskops.desks.models import Desk, Trip
from tests.cli.case_files import case, text_of
from tests.cli.real_data import real_file
from tests.faults.installation import Installation


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path)


def run(installation: Installation, *arguments: str | Path) -> Result:
    runner = CliRunner(env=installation.environment())
    report = ["--report", str(installation.folder / "odd.csv")]
    return runner.invoke(import_, ["cases", *(str(part) for part in arguments), *report])


def saved(installation: Installation, *rows: dict[str, str]) -> Path:
    path = installation.folder / "cases.csv"
    path.write_text(text_of(*rows), encoding="utf-8")
    return path


def figures(result: Result) -> dict[str, int]:
    """The counts by what stands behind them."""
    assert result.exit_code == 0, result.output
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines() if line[:9].strip()[:1].isdigit()]
    return {words.split(" in ")[0]: int(count.replace(",", "")) for count, words in lines}


def count(installation: Installation, model: type) -> int:
    database = Database(installation.url)
    with database.reading() as session:
        found = session.scalar(select(func.count()).select_from(model))
    database.dispose()
    return found or 0


def test_every_row_is_accounted_for(installation: Installation) -> None:
    rows = [
        case("1"),
        case("2", account="OFFICE2"),
        case("3", zip="n/a"),
        case("1"),
        case("5", opendate="", closedate=""),
    ]
    said = figures(run(installation, saved(installation, *rows)))
    assert said["rows read"] == 5
    assert (said["imported"], said["imported with a remark"], said["refused"]) == (2, 1, 2)
    assert (count(installation, Demand), count(installation, Desk)) == (3, 2)


def test_the_report_names_line_column_reason_and_value(installation: Installation) -> None:
    run(installation, saved(installation, case("1", zip="-9999"), case("1")))
    with (installation.folder / "odd.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "column", "reason", "value", "row"],
            ["2", "zip", "spurious_zip", "'-9999", "imported"],
            ["3", "unique_key", "repeated_key", "1, first in line 2", "refused"],
        ]


def test_run_twice_it_imports_nothing_twice(installation: Installation) -> None:
    path = saved(installation, case("1"), case("2"))
    run(installation, path)
    said = figures(run(installation, path))
    assert (said["imported"], said["were there before"]) == (0, 2)
    assert (count(installation, Demand), count(installation, Trip)) == (2, 1)


def test_interrupted_it_goes_on_where_it_was(installation: Installation) -> None:
    path = saved(installation, *(case(str(n)) for n in range(10)))
    figures(run(installation, path, "--limit", "4", "--chunk", "3"))
    said = figures(run(installation, path, "--chunk", "3"))
    assert (said["imported"], said["were there before"]) == (6, 4)


def test_a_dry_run_reports_and_stores_nothing(installation: Installation) -> None:
    said = figures(run(installation, saved(installation, case("1"), case("2", zip="x")), "--dry-run"))
    assert (said["would be imported"], said["would be imported with a remark"]) == (1, 1)
    assert (count(installation, Demand), count(installation, Trip)) == (0, 0)


def test_a_file_without_a_column_leaves_no_trip_behind(installation: Installation) -> None:
    path = installation.folder / "cases.csv"
    path.write_text(text_of(case(), columns=("unique_key", "account", "opendate")), encoding="utf-8")
    result = run(installation, path)
    assert result.exit_code == 1
    assert "has no column closedate, complaint_type" in result.output
    assert count(installation, Trip) == 0


def test_a_file_in_a_wrong_encoding_gets_a_clear_message(installation: Installation) -> None:
    path = installation.folder / "cases.csv"
    path.write_bytes(text_of(case(city="Orléans, Zoë")).encode("latin-1"))
    result = run(installation, path)
    assert result.exit_code == 1
    assert "Windows-1256" in result.output
    assert "save it as" in result.output


def test_a_persian_file_of_an_old_spreadsheet_is_read(installation: Installation) -> None:
    path = installation.folder / "cases.csv"
    path.write_bytes(text_of(case(city="تبريز", opendate="1397/12/10", closedate="")).encode("cp1256"))
    assert figures(run(installation, path))["imported"] == 1


def test_an_unknown_trip_is_refused_by_its_name(installation: Installation) -> None:
    result = run(installation, saved(installation, case()), "--trip", "nowhere")
    assert (result.exit_code, "There is no trip 'nowhere'" in result.output) == (1, True)


def test_real_cases_add_up(installation: Installation) -> None:
    said = figures(run(installation, real_file("constituent-cases-2015-2019.csv.gz"), "--limit", "3000"))
    assert said["rows read"] == 3000
    assert said["imported"] + said["imported with a remark"] + said["refused"] == 3000
    assert count(installation, Demand) == 3000 - said["refused"]
