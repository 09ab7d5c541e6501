"""`deskops scenario` and `deskops simulate-day`: a trip, and a day of it, on the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deskops.cli.main import main
from deskops.core import clock
from deskops.core.config import Settings
from tests.demands.counter import sit_down, somebody
from tests.fixtures import Join
from tests.small_trip import SmallTrip

MORNING = datetime(2026, 11, 22, 6, tzinfo=UTC)
PEOPLE = 4


@pytest.fixture
def here(settings: Settings, trip: SmallTrip, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command line works on the test's installation."""
    values = {"DATA": settings.data_dir, "DATABASE_URL": settings.database_url}
    values |= {"SECRET_KEY": settings.secret_key, "JOURNAL_KEY": settings.journal_key, "REDIS_URL": ""}
    for name, value in values.items():
        monkeypatch.setenv(f"DESKOPS_{name}", str(value))
    return Path(settings.data_dir)


@pytest.fixture
def yesterday(trip: SmallTrip, sign_in: Join) -> None:
    """Four people, of whom one counter serves one; now it is the day after."""
    clock.freeze(MORNING)
    counter = sit_down(sign_in, trip, "a")
    first, *_ = [somebody(trip, phone="09121112233").ticket.id for _ in range(PEOPLE)]
    counter.act("next")
    counter.act("serve", first)
    clock.advance(minutes=5)
    counter.act("finish", first, outcome="guidance_given")
    clock.freeze(MORNING + timedelta(days=1))


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_day_is_written_and_played_from_its_files(here: Path, yesterday: None) -> None:
    out = here / "sunday.json"
    written = run("scenario", "small", "--day", "2026-11-22", "--out", out)
    assert written.exit_code == 0, written.output
    assert f"{PEOPLE} people; 3 of them with their topic's mean" in written.output
    told = run("simulate", out, "--demands", here / "sunday.csv", "--policy", "rule", "--jobs", 1, "--json")
    assert json.loads(told.stdout)["policies"]["rule"]["unserved"]["value"] == 0


def test_no_name_and_no_phone_is_written(here: Path, yesterday: None) -> None:
    run("scenario", "small", "--day", "2026-11-22", "--out", here / "sunday.json")
    written = (here / "sunday.json").read_text() + (here / "sunday.csv").read_text()
    assert "نمونه" not in written
    assert "0912" not in written


def test_of_several_days_each_has_files_with_its_name(here: Path, yesterday: None) -> None:
    again = run("scenario", "small", "--day", "2026-11-22", "--day", "1405-09-01", "--out", here / "day.json")
    assert again.exit_code == 0, again.output
    assert {path.name for path in here.glob("day-*")} == {"day-2026-11-22.json", "day-2026-11-22.csv"}


def test_the_set_up_alone_is_written_with_a_generator(here: Path) -> None:
    assert run("scenario", "small", "--out", here / "trip.json").exit_code == 0
    told = run("simulate", here / "trip.json", "--seeds", 1, "--policy", "pool", "--jobs", 1, "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["scenario"] == "small"


def test_a_day_is_played_beside_what_it_was(here: Path, yesterday: None) -> None:
    shown = run("simulate-day", "small", "2026-11-22", "--policy", "rule", "--svg", here / "waits.svg")
    assert shown.exit_code == 0, shown.output
    lines = [line.split("  ")[0] for line in shown.stdout.splitlines()]
    assert lines[1:] == ["minutes", "as it was", "rule"]
    assert "as it was" in (here / "waits.svg").read_text()


def test_the_same_as_one_object(here: Path, yesterday: None) -> None:
    told = json.loads(run("simulate-day", "small", "1405-09-01", "--policy", "pool", "--json").stdout)
    assert told["counts"]["played"] == PEOPLE
    assert told["policies"]["as it was"]["unserved"]["value"] == PEOPLE - 1
    assert told["policies"]["pool"]["unserved"]["value"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("elsewhere", "2026-11-22"), "No trip has the code elsewhere"),
        (("small", "2026-11-23"), "isn't over yet"),
        (("small", "2026-12-23"), "isn't over yet"),
        (("small", "2026-11-01"), "Nobody came on this day"),
    ],
)
def test_what_cannot_be_played_is_refused(
    here: Path, yesterday: None, words: tuple[str, str], said: str
) -> None:
    refused = run("simulate-day", *words)
    assert refused.exit_code == 1
    assert said in refused.output


def test_what_is_no_day_is_not_understood(here: Path) -> None:
    refused = run("simulate-day", "small", "someday")
    assert refused.exit_code == 2
    assert "no day such as" in refused.output


def test_a_file_that_cannot_be_written_is_said(here: Path) -> None:
    refused = run("scenario", "small", "--out", here / "nowhere" / "trip.json")
    assert refused.exit_code == 1
    assert "can't be written" in refused.output
