"""`deskops demo`: whole at the first run, the same at the second, alive on a later day."""

import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from sqlalchemy import Engine, create_engine, select, text

from deskops.accounts.access import recognise
from deskops.accounts.passwords import token_hash
from deskops.accounts.permissions import ROLES
from deskops.cli import demo as command
from deskops.cli.demo import demo
from deskops.control.queries.readiness import readiness_board
from deskops.core import clock, runtime
from deskops.desks.models import Trip

FEW = ["--staff", "40"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for an installation; nothing of this machine's environment gets into it."""
    for name in ("DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "JOURNAL_KEY", "REDIS_URL", "DEMO"):
        monkeypatch.setenv(f"DESKOPS_{name}", "")
    monkeypatch.setenv("DESKOPS_DATA", str(tmp_path))
    monkeypatch.delenv("DESKOPS_PUBLIC_URL")
    yield tmp_path
    clock.reset()


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(demo, [*arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def database(data: Path) -> Engine:
    return create_engine(f"sqlite:///{data / 'deskops.sqlite3'}")


def count(data: Path, table: str, where: str = "1=1") -> int:
    with database(data).connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table} WHERE {where}")).scalar_one())


def links(result: Result) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) +\S+/link/(\S+)", result.output, re.MULTILINE))


def test_the_first_run_makes_a_live_trip_open_today_with_all_its_desks(data: Path) -> None:
    run(*FEW)
    assert count(data, "trips", "phase = 'live' AND is_demo") == 1
    assert count(data, "desks", "state = 'open'") == 36
    assert count(data, "staff_members") == 40
    assert count(data, "shifts") == 40


def test_it_has_guidance_cards_one_of_them_out_of_date(data: Path) -> None:
    run(*FEW)
    assert count(data, "guidance_cards") == count(data, "guidance_editions") == 5
    assert count(data, "guidance_cards", "good_until IS NOT NULL") == 1


def test_it_has_730_staff_unless_told_otherwise(data: Path) -> None:
    run()
    assert count(data, "staff_members") == 730
    assert count(data, "grants", "role IN ('staff', 'desk_head')") == 730


def test_who_signs_in_at_a_desk_is_on_the_list_with_a_shift_of_today(data: Path) -> None:
    run()
    owns = "SELECT 1 FROM staff_members m JOIN shifts s ON s.staff_id = m.id WHERE m.user_id = users.id"
    named = "username IN ('demo-staff', 'demo-desk-head')"
    assert count(data, "users", f"{named} AND EXISTS ({owns})") == 2


def test_with_its_counters_at_work_every_desk_has_the_staff_that_it_needs(data: Path) -> None:
    run()
    with database(data).begin() as connection:
        connection.execute(text("UPDATE places SET state = 'open'"))
    with runtime.current().database.reading() as session:
        board = readiness_board(session, session.scalars(select(Trip.id)).one())
    found = {check.reason for desk in board.desks for check in desk.checks if check.name == "staff"}
    assert found == {"staff_enough"}


def test_a_link_is_printed_for_every_role_that_people_have(data: Path) -> None:
    assert set(links(run(*FEW))) == set(ROLES) - {"integration"}


def test_nothing_in_it_can_be_signed_in_to_with_a_password(data: Path) -> None:
    run(*FEW)
    assert count(data, "users", "password_hash IS NOT NULL") == 0


def test_a_second_run_keeps_the_data_and_prints_new_links(data: Path) -> None:
    tables = (
        "trips",
        "users",
        "grants",
        "staff_members",
        "shifts",
        "desks",
        "places",
        "desk_hours",
        "api_tokens",
    )
    first = run(*FEW)
    before = {table: count(data, table) for table in tables}
    second = run(*FEW)
    assert {table: count(data, table) for table in tables} == before
    assert set(links(first).values()).isdisjoint(links(second).values())


def test_what_people_did_in_between_is_kept(data: Path) -> None:
    run(*FEW)
    with database(data).begin() as connection:
        connection.execute(text("UPDATE desks SET name_fa = 'نام دیگر', state = 'closed' WHERE number = 1"))
    run(*FEW)
    assert count(data, "desks", "name_fa = 'نام دیگر' AND state = 'closed'") == 1


def test_days_later_it_is_open_again_and_somebody_is_on_duty(data: Path) -> None:
    run(*FEW)
    later = clock.now() + timedelta(days=5)
    with database(data).begin() as connection:
        connection.execute(text("UPDATE desks SET state = 'closed' WHERE number < 9"))
    clock.freeze(later)
    run(*FEW)
    assert count(data, "desks", "state = 'open'") == 36
    assert count(data, "shifts") == 80


def test_keys_and_token_are_for_their_owner_alone(data: Path) -> None:
    run(*FEW)
    for name in ("secret.key", "journal.key", "demo-arrivals.token"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600, name


def test_the_token_of_the_arrivals_is_an_integrations(data: Path) -> None:
    run(*FEW)
    token = (data / "demo-arrivals.token").read_text(encoding="ascii")
    actor = recognise("token", token_hash(token))
    assert actor is not None
    assert [grant.role for grant in actor.grants] == ["integration"]
    runtime.current().database.dispose()


def test_a_token_that_was_lost_is_made_anew(data: Path) -> None:
    run(*FEW)
    (data / "demo-arrivals.token").unlink()
    run(*FEW)
    assert (data / "demo-arrivals.token").exists()
    assert count(data, "users", "username = 'demo-integration'") == 1


def test_the_pace_is_left_where_the_arrivals_look(data: Path) -> None:
    run("pace", "300")
    assert (data / command.PACE_FILE).read_text(encoding="ascii") == "300"
    assert count_of_files(data) == 1


@pytest.mark.parametrize("pace", ["-1", "many", "1000000"])
def test_a_pace_that_cannot_be_is_refused(data: Path, pace: str) -> None:
    assert CliRunner().invoke(demo, ["pace", "--", pace]).exit_code == 2
    assert count_of_files(data) == 0


def test_without_a_network_there_is_no_lan_to_serve(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "lan_address", lambda: None)
    result = CliRunner().invoke(demo, ["--lan"])
    assert result.exit_code == 1
    assert "no network" in result.output


def test_on_the_network_links_carry_its_address_over_https(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "lan_address", lambda: "192.0.2.7")
    assert "https://192.0.2.7:8443/link/" in run("--lan", "--port", "8443", *FEW).output
    assert (data / "certificate.pem").exists()


def test_on_the_network_a_second_run_keeps_the_certificate_and_a_new_address_renews_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def certificate_at(address: str) -> bytes:
        monkeypatch.setattr(command, "lan_address", lambda: address)
        monkeypatch.delenv("DESKOPS_PUBLIC_URL", raising=False)
        run("--lan", *FEW)
        return (data / "certificate.pem").read_bytes()

    first = certificate_at("192.0.2.7")
    assert certificate_at("192.0.2.7") == first
    assert names_in(data) >= {"192.0.2.7"}
    assert certificate_at("192.0.2.8") != first
    assert names_in(data) >= {"192.0.2.8"}


def test_on_the_network_a_name_of_ones_own_is_in_links_and_certificate(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "lan_address", lambda: "192.0.2.7")
    monkeypatch.setenv("DESKOPS_PUBLIC_URL", "https://desks.example:8443")
    assert "https://desks.example:8443/link/" in run("--lan", "--port", "8443", *FEW).output
    assert names_in(data) >= {"desks.example", "192.0.2.7"}


def names_in(data: Path) -> set[str]:
    found = x509.load_pem_x509_certificate((data / "certificate.pem").read_bytes())
    held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in held}


def count_of_files(data: Path) -> int:
    return len(list(data.iterdir()))
