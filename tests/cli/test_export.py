"""`deskops export trip`: the set-up in codes, with nothing about people."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from deskops.cli.demo import demo
from deskops.cli.export import export


@pytest.fixture
def demo_trip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "JOURNAL_KEY", "REDIS_URL", "DEMO"):
        monkeypatch.setenv(f"DESKOPS_{name}", "")
    monkeypatch.setenv("DESKOPS_DATA", str(tmp_path))
    assert CliRunner().invoke(demo, ["--staff", "40"]).exit_code == 0


def test_the_set_up_of_a_trip_is_written_in_codes(demo_trip: None) -> None:
    result = CliRunner().invoke(export, ["trip", "demo"])
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert len(document["desks"]) == 36
    codes = {site["code"] for site in document["sites"]}
    topics = {topic["code"] for topic in document["topics"] if topic.get("assignable", True)}
    agencies = {agency["code"]: agency.get("parent") for agency in document["agencies"]}
    for desk in document["desks"]:
        assert desk["site"] in codes
        assert desk["speeds"].keys() <= topics
        assert desk["agency"] in agencies
        assert desk.get("counters") or desk.get("phones")
    assert all(parent is None or parent in agencies for parent in agencies.values())


def test_no_secret_and_no_staff_are_in_it(demo_trip: None) -> None:
    written = CliRunner().invoke(export, ["trip", "demo"]).stdout
    for word in ("token", "personnel", "0950", "user_id"):
        assert word not in written


def test_an_unknown_code_is_refused_with_those_there_are(demo_trip: None) -> None:
    result = CliRunner().invoke(export, ["trip", "other"])
    assert result.exit_code == 1
    assert "demo" in result.output
