"""`deskops export setup`, `import setup` and `import list`: what goes out comes in again, and faults are all named."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from deskops.cli.main import main
from deskops.core.database import Database
from deskops.desks.document import write_setup
from deskops.desks.models import Site, Trip
from deskops.desks.template import province
from tests.faults.installation import Installation


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "setup.toml"
    path.write_text(write_setup(province()), encoding="utf-8")
    return path


def run(installation: Installation, *arguments: str | Path) -> Result:
    return CliRunner(env=installation.environment()).invoke(main, [str(part) for part in arguments])


def count(installation: Installation, model: type) -> int:
    database = Database(installation.url)
    with database.reading() as session:
        found = session.scalar(select(func.count()).select_from(model)) or 0
    database.dispose()
    return found


def test_a_set_up_comes_in_and_goes_out_and_in_again(
    installation: Installation, file: Path, tmp_path: Path
) -> None:
    assert (
        run(installation, "import", "setup", file, "--code", "one", "--starts-on", "۱۴۰۵/۰۹/۰۱").exit_code
        == 0
    )
    first, second = tmp_path / "one.toml", tmp_path / "two.toml"
    assert run(installation, "export", "setup", "one", first).exit_code == 0
    assert "starts_on = 2026-11-22" in first.read_text(encoding="utf-8")
    assert run(installation, "import", "setup", first, "--code", "two").exit_code == 0
    assert run(installation, "export", "setup", "two", second).exit_code == 0
    assert second.read_text(encoding="utf-8") == first.read_text(encoding="utf-8").replace(
        '"one"', '"two"', 1
    )


def test_a_dry_run_checks_and_stores_nothing(installation: Installation, file: Path) -> None:
    result = run(installation, "import", "setup", file, "--dry-run")
    assert result.exit_code == 0
    assert "36 desks" in result.output
    assert count(installation, Trip) == 0


def test_every_fault_is_printed_with_its_line_and_ends_in_1(installation: Installation, file: Path) -> None:
    text = (
        file.read_text(encoding="utf-8")
        .replace('site = "roads"', 'site = "x"', 1)
        .replace('"18:00"', '"07:00"', 1)
    )
    file.write_text(text, encoding="utf-8")
    result = run(installation, "import", "setup", file)
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if line.startswith(str(file))]
    assert len(lines) == 2
    assert all(": line " in line for line in lines)
    assert count(installation, Trip) == 0


def test_a_code_that_is_taken_ends_in_1(installation: Installation, file: Path) -> None:
    assert run(installation, "import", "setup", file).exit_code == 0
    result = run(installation, "import", "setup", file)
    assert result.exit_code == 1
    assert "already used" in result.output


def test_a_day_that_is_none_is_not_understood(installation: Installation, file: Path) -> None:
    assert run(installation, "import", "setup", file, "--starts-on", "tomorrow").exit_code == 2


def test_the_set_up_can_go_to_standard_output(installation: Installation, file: Path) -> None:
    run(installation, "import", "setup", file, "--code", "one")
    assert 'format = "deskops-setup/1"' in run(installation, "export", "setup", "one", "-").stdout


def test_a_trip_that_is_not_there_is_named_with_those_that_are(
    installation: Installation, file: Path
) -> None:
    run(installation, "import", "setup", file, "--code", "one")
    for arguments in (
        ("export", "setup", "other", "-"),
        ("import", "list", "sites", file, "--trip", "other"),
    ):
        result = run(installation, *arguments)
        assert result.exit_code == 1
        assert "one" in result.output


def test_a_list_is_tried_and_then_imported(installation: Installation, file: Path, tmp_path: Path) -> None:
    run(installation, "import", "setup", file, "--code", "one")
    sites = tmp_path / "sites.csv"
    sites.write_text("code;name_fa\nnew;محل تازه\nairport_hall;سالن\n", encoding="utf-8")
    tried = run(installation, "import", "list", "sites", sites, "--trip", "one", "--dry-run")
    assert "1 would be added" in tried.output
    assert count(installation, Site) == 35
    done = run(installation, "import", "list", "sites", sites, "--trip", "one")
    assert done.exit_code == 0
    assert "1 added" in done.output
    assert "1 changed" in done.output
    assert count(installation, Site) == 36


def test_a_list_of_staff_needs_is_tried_and_then_imported(
    installation: Installation, file: Path, tmp_path: Path
) -> None:
    run(installation, "import", "setup", file, "--code", "one")
    needs = tmp_path / "needs.csv"
    needs.write_text("code,minimum,target,languages\nhall,20,30,az|ku\ntax,1,2,\n", encoding="utf-8")
    words = ("import", "list", "staff-needs", needs, "--trip", "one")
    tried = run(installation, *words, "--dry-run")
    assert "1 would be changed" in tried.output
    assert "1 would be left as they are" in tried.output
    assert run(installation, *words).exit_code == 0
    text = run(installation, "export", "setup", "one", "-").stdout
    assert 'need = { minimum = 20, target = 30, supervisors = 1, languages = ["az", "ku"] }' in text
    needs.write_text("code,minimum,target\nhall,30,20\nnowhere,1,1\n", encoding="utf-8")
    refused = run(installation, *words, "--dry-run")
    assert refused.exit_code == 1
    assert "row 2, People aimed at: The target (20) lies below the minimum (30)" in refused.output
    assert "row 3, Code of the desk" in refused.output


def test_faults_of_a_list_are_printed_with_their_rows(
    installation: Installation, file: Path, tmp_path: Path
) -> None:
    run(installation, "import", "setup", file, "--code", "one")
    sites = tmp_path / "sites.csv"
    sites.write_text("code,name_fa\nnew,\nمحل,نام\n", encoding="utf-8")
    result = run(installation, "import", "list", "sites", sites, "--trip", "one")
    assert result.exit_code == 1
    assert "row 2, Name in Persian" in result.output
    assert "row 3, Code" in result.output
    assert count(installation, Site) == 35


def test_a_kind_of_list_that_there_is_not_is_not_understood(installation: Installation, file: Path) -> None:
    assert run(installation, "import", "list", "people", file, "--trip", "one").exit_code == 2


@pytest.mark.parametrize("command", [("export", "setup"), ("import", "setup"), ("import", "list")])
def test_help_shows_an_example(command: tuple[str, str]) -> None:
    assert f"deskops {command[0]} {command[1]}" in CliRunner().invoke(main, [*command, "--help"]).output
