"""The log's servers as counters: what they do, where they sit, when they are there."""

from pathlib import Path

from deskops.cli.replaying.duty import Shift, competence, desks_of, seats_of, shifts, worked
from tests.cli.call_logs import calls_of, in_menu, row

MINUTE = 60.0


def test_a_server_does_what_they_served_often(tmp_path: Path) -> None:
    often = [row(f"9:{n:02}:00", type="PS") for n in range(6)] + [
        row(f"10:{n:02}:00", type="NE") for n in range(5)
    ]
    once = [row("11:00:00", type="IN")]
    assert competence(calls_of(tmp_path, *often, *once)) == {"ANNA": {"PS", "NE"}}


def test_a_server_of_few_calls_does_the_commonest_of_them(tmp_path: Path) -> None:
    calls = calls_of(
        tmp_path, row("9:00:00", type="IN"), row("9:10:00", type="IN"), row("9:20:00", type="PS")
    )
    assert competence(calls) == {"ANNA": {"IN"}}


def test_a_call_without_a_named_server_teaches_nothing(tmp_path: Path) -> None:
    assert competence(calls_of(tmp_path, row(server="NO_SERVER"), in_menu("9:30:00"))) == {}


def test_servers_who_do_the_same_sit_at_one_desk() -> None:
    same, other = frozenset({"PS", "NE"}), frozenset({"IN"})
    assert desks_of({"BEN": same, "ANNA": same, "CARL": other}) == {same: ["ANNA", "BEN"], other: ["CARL"]}


def test_each_answered_call_has_its_servers_seat(tmp_path: Path) -> None:
    calls = calls_of(
        tmp_path, row("9:00:00", server="ANNA"), row("9:00:01", server="BEN"), row("9:01:00", served=None)
    )
    seats, odd = seats_of(calls)
    assert sorted(seats.values()) == ["ANNA", "BEN"]
    assert odd == []


def test_a_server_who_serves_two_at_once_gets_a_spare_seat_and_a_remark(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, *(row(f"9:00:0{n}", served=100) for n in range(3)))
    seats, odd = seats_of(calls)
    assert [seats[call.key] for call in calls] == ["ANNA", "spare-1", "spare-2"]
    assert [one.reason for one in odd] == ["server_busy"] * 2
    assert odd[0].detail == "ANNA for 99 s more"


def test_one_call_may_begin_as_another_ends(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, row("9:00:00", waits=0, served=60), row("9:01:00", waits=0, served=60))
    seats, odd = seats_of(calls)
    assert (set(seats.values()), odd) == ({"ANNA"}, [])


def test_a_spare_seat_is_used_again_once_it_is_free(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, row("9:00:00", server="NO_SERVER"), row("9:30:00", server="NO_SERVER"))
    assert set(seats_of(calls)[0].values()) == {"spare-1"}


def test_short_gaps_are_worked_through_and_long_ones_are_breaks() -> None:
    worked_at = [Shift("a", 0, 100), Shift("a", 160, 200), Shift("a", 500, 600), Shift("b", 50, 60)]
    assert shifts(worked_at, MINUTE) == [Shift("a", 0, 200), Shift("b", 50, 60), Shift("a", 500, 600)]


def test_a_longer_service_is_not_cut_by_a_shorter_one_inside_it() -> None:
    assert shifts([Shift("a", 0, 500), Shift("a", 10, 20)], MINUTE) == [Shift("a", 0, 500)]


def test_only_named_servers_work(tmp_path: Path) -> None:
    calls = calls_of(
        tmp_path, row("9:00:00"), row("9:30:00", server="NO_SERVER"), row("10:00:00", served=None)
    )
    assert [shift.seat for shift in worked(calls)] == ["ANNA"]
