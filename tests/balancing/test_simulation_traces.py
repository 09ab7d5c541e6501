"""Traces: read row by row, and drawn as a scenario's generator says."""

import csv
import gzip
import io
from collections import Counter
from statistics import fmean, pstdev

import pytest

from deskops.balancing.simulation.document import Fault, FaultyInputError
from deskops.balancing.simulation.drawing import demands_per_day, draw
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.scenario import Person, Scenario
from deskops.balancing.simulation.traces import COLUMNS, LISTED, read_trace
from tests.balancing.scenes import HALL, HOUSING, LOAN, PORT, desk, document, scene, topic
from tests.cli.real_data import real_file

GOOD = "490.5,0,walk_in,1,0,7.25,0,4.5"


def trace(*rows: str, header: str = ",".join(COLUMNS)) -> io.StringIO:
    return io.StringIO("\n".join([header, *rows, ""]), newline="")


def faults_of(*rows: str, header: str = ",".join(COLUMNS), played: Scenario | None = None) -> list[Fault]:
    with pytest.raises(FaultyInputError) as refused:
        read_trace(trace(*rows, header=header), played or scene())
    return refused.value.faults


def generated(**changes: object) -> Scenario:
    return scene(generator=document()["generator"] | changes)


def test_a_row_is_a_person() -> None:
    assert read_trace(trace(GOOD, "500,1,call,,1,1.0,1,5"), scene()) == [
        Person(490.5, LOAN, False, PORT, False, 7.25, False, 4.5),
        Person(500.0, HOUSING, True, None, True, 1.0, True, 5.0),
    ]


def test_people_come_in_order_of_registration_whatever_the_order_of_rows() -> None:
    people = read_trace(trace("500,1,call,,0,1,0,5", GOOD), scene())
    assert [person.minute for person in people] == [490.5, 500.0]


def test_columns_may_stand_in_any_order() -> None:
    columns = list(reversed(COLUMNS))
    row = ",".join(reversed(GOOD.split(",")))
    assert read_trace(trace(row, header=",".join(columns)), scene())[0].service_minutes == 7.25


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("soon,0,walk_in,1,0,7,0,4", "minute 'soon' is no number"),
        ("-1,0,walk_in,1,0,7,0,4", "minute '-1' is no number of 0 or more"),
        ("nan,0,walk_in,1,0,7,0,4", "minute 'nan' is no number"),
        ("1440,0,walk_in,1,0,7,0,4", "after the last day"),
        ("490,9,walk_in,1,0,7,0,4", "there is no topic 9"),
        ("490,x,walk_in,1,0,7,0,4", "topic 'x' is no whole number"),
        ("490,0,letter,1,0,7,0,4", "channel 'letter' is neither call nor walk_in"),
        ("490,0,walk_in,2,0,7,0,4", "there is no site 2"),
        ("490,0,walk_in,,0,7,0,4", "site '' is no whole number"),
        ("490,0,call,1,0,7,0,4", "a call has no site"),
        ("490,0,walk_in,1,yes,7,0,4", "urgent 'yes' is neither 0 nor 1"),
        ("490,0,walk_in,1,0,-7,0,4", "service_minutes '-7' is no number"),
        ("490,0,walk_in,1,0,inf,0,4", "service_minutes 'inf' is no number"),
        ("490,0,walk_in,1,0,7,2,4", "no_show '2' is neither 0 nor 1"),
        ("490,0,walk_in,1,0,7,0,", "walk_minutes '' is no number"),
        ("490,0,walk_in,1,0,7,0", "7 cells, not 8"),
        ("490,0,walk_in,1,0,7,0,4,5", "9 cells, not 8"),
    ],
)
def test_a_bad_row_is_named_with_its_line(row: str, words: str) -> None:
    [fault] = faults_of(GOOD, row, GOOD)
    assert fault.line == 3
    assert words in fault.words


def test_all_bad_rows_are_named() -> None:
    assert [fault.line for fault in faults_of("x", GOOD, "y", "z")] == [2, 4, 5]


def test_a_file_that_is_bad_throughout_is_not_named_line_by_line() -> None:
    faults = faults_of(*["x"] * (LISTED + 20))
    assert len(faults) == LISTED + 1
    assert faults[-1].words == "from here on 20 more rows are bad"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("minute,topic", "the column channel is missing"),
        (",".join([*COLUMNS, "colour"]), "unknown column 'colour'"),
        (",".join([*COLUMNS, "topic"]), "the column topic is given twice"),
        ("", "the column minute is missing"),
    ],
)
def test_a_header_that_is_not_a_traces_is_refused(header: str, words: str) -> None:
    assert words in [fault.words for fault in faults_of(GOOD, header=header)]


def test_a_trace_of_nobody_is_refused() -> None:
    assert faults_of() == [Fault(1, "there is nobody in the file")]


def test_a_way_may_be_missing_where_nobody_is_ever_asked_to_walk() -> None:
    at_home = scene(walk={"minutes": None})
    assert read_trace(trace("490,0,walk_in,1,0,7,0,"), at_home)[0].walk_minutes == 0.0
    assert read_trace(trace("490,0,call,,0,7,0,"), scene())[0].walk_minutes == 0.0


def test_the_same_seed_draws_the_same_people_and_another_one_others() -> None:
    assert draw(scene(), 5) == draw(scene(), 5)
    assert draw(scene(), 5) != draw(scene(), 6)


def test_what_is_drawn_can_be_written_and_read_back() -> None:
    people = draw(scene(), 1)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for p in people:
        where = ("call", "") if p.is_call else ("walk_in", p.site)
        facts = (int(p.urgent), p.service_minutes, int(p.no_show), p.walk_minutes)
        writer.writerow((p.minute, p.topic, *where, *facts))
    assert read_trace(text.getvalue().splitlines(), scene()) == people


def test_without_a_generator_nothing_can_be_drawn() -> None:
    with pytest.raises(ValueError, match="no generator"):
        draw(scene(generator=None), 1)


def test_the_load_is_offered_work_over_open_counters() -> None:
    played = generated(no_show={"share": 0.2, "minutes": 5})
    # Six counters for four hours at a load of 0.8; 0.8 × 10 + 0.2 × 5 minutes each.
    assert played.generator is not None
    assert demands_per_day(played, played.generator) == pytest.approx(0.8 * 6 * 240 / 9)


def test_counters_count_only_while_the_doors_are_open() -> None:
    counters = [{"from": "07:00", "count": 4}, {"from": "09:00", "count": 1}, {"from": "13:00", "count": 9}]
    played = scene(desks=[desk(1, site=HALL, speed={"0": 1.0}, counters=counters)])
    assert played.generator is not None
    mean = 0.9 * 10 + 0.1
    assert demands_per_day(played, played.generator) == pytest.approx(0.8 * (60 * 4 + 180) / mean)


def test_hours_and_surge_come_in_their_proportion() -> None:
    played = generated(surge={"day": 1, "at": "09:00", "minutes": 60, "topics": [LOAN], "factor": 5})
    hours: Counter[tuple[int, int]] = Counter()
    for seed in range(60):
        hours.update((int(person.minute) // 60, person.topic) for person in draw(played, seed))
    usual = hours[10, LOAN] + hours[11, LOAN]
    assert hours[8, LOAN] / usual == pytest.approx(1.0, rel=0.1)
    assert hours[9, LOAN] / usual == pytest.approx(2.5, rel=0.1)
    assert hours[9, HOUSING] / usual == pytest.approx(0.5, rel=0.1)
    assert not {hour for hour, _ in hours} - {8, 9, 10, 11}


def test_a_surge_below_one_keeps_people_away() -> None:
    played = generated(surge={"day": 1, "at": "09:00", "minutes": 60, "topics": [LOAN], "factor": 0.2})
    hours = Counter((int(p.minute) // 60, p.topic) for seed in range(60) for p in draw(played, seed))
    assert hours[9, LOAN] / hours[9, HOUSING] == pytest.approx(0.2, rel=0.2)


def test_service_times_have_the_mean_and_the_variation() -> None:
    people = [p for seed in range(40) for p in draw(generated(), seed)]
    minutes = [p.service_minutes for p in people if not p.no_show]
    assert fmean(minutes) == pytest.approx(10, rel=0.03)
    assert pstdev(minutes) / fmean(minutes) == pytest.approx(0.8, rel=0.05)
    assert {p.service_minutes for p in people if p.no_show} == {1.0}


def test_without_variation_every_service_takes_the_mean() -> None:
    assert {p.service_minutes for p in draw(generated(service_cv=0), 1) if not p.no_show} == {10.0}


def test_walk_ins_come_to_their_topics_sites_the_hall_or_anywhere() -> None:
    only = {"own_topic_sites": 1}
    sites = {(p.topic, p.site) for p in draw(generated(site_of_walk_in=only), 1) if not p.is_call}
    # No desk is housing's own: these come to the hall.
    assert sites == {(LOAN, PORT), (HOUSING, HALL)}
    anywhere = draw(generated(site_of_walk_in={"any": 1}), 1)
    assert {p.site for p in anywhere if not p.is_call} == {HALL, PORT}


def test_a_site_with_two_desks_of_a_topic_draws_twice_as_many() -> None:
    desks = [
        desk(n, site=site, own_topic=LOAN, speed={"0": 1.0}) for n, site in ((1, PORT), (2, PORT), (3, HALL))
    ]
    played = scene(
        desks=desks, topics=[topic(LOAN, share=1)],
        generator=document()["generator"] | {"site_of_walk_in": {"own_topic_sites": 1}},
    )  # fmt: skip
    sites = Counter(p.site for seed in range(40) for p in draw(played, seed))
    assert sites[PORT] / sites[HALL] == pytest.approx(2, rel=0.15)


def test_where_nobody_can_walk_nobody_has_a_way() -> None:
    assert {p.walk_minutes for p in draw(scene(walk={"minutes": None}), 1)} == {0.0}
    assert all(3 <= p.walk_minutes <= 8 for p in draw(scene(), 1))


@pytest.mark.parametrize("name", ["trip34", "province34"])
def test_drawn_traces_are_like_those_beside_the_project(name: str) -> None:
    played = read_scenario(real_file(f"scenario-{name}.json").read_text(encoding="utf-8"))
    given = []
    for seed in (1, 2, 3):
        packed = real_file(f"demands-{name}-{seed}.csv.gz").read_bytes()
        given += read_trace(gzip.decompress(packed).decode().splitlines(), played)
    drawn = [person for seed in (1, 2, 3) for person in draw(played, seed)]
    assert len(drawn) == pytest.approx(len(given), rel=0.02)
    for share in ("is_call", "urgent", "no_show"):
        assert fmean(getattr(p, share) for p in drawn) == pytest.approx(
            fmean(getattr(p, share) for p in given), abs=0.01
        )
    assert fmean(p.service_minutes for p in drawn) == pytest.approx(
        fmean(p.service_minutes for p in given), rel=0.02
    )
    for hour in range(3 * 24):
        counts = [sum(int(p.minute) // 60 == hour for p in people) for people in (drawn, given)]
        assert counts[0] == pytest.approx(counts[1], abs=5 * (counts[1] + 1) ** 0.5)
    sites = [Counter(p.site for p in people if not p.is_call) for people in (drawn, given)]
    for site in sites[1]:
        assert sites[0][site] == pytest.approx(sites[1][site], abs=5 * (sites[1][site] + 1) ** 0.5)
