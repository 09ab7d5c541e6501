"""The staff that desks need in the set-up file: said and left out, refused with its line, copied and chosen anew."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from deskops.desks.document import Desk, Setup, read_setup, setup_as_json, setup_from_json, write_setup
from deskops.desks.rules import Need, need_fault, usual_need
from deskops.desks.template import province
from tests.desks.guided import begin
from tests.desks.setups import lines_of, read_catalogue, set_up
from tests.desks.test_document import SMALL, said_of, with_changed
from tests.desks.test_guided import answered, made, walk
from tests.desks.test_setup_document import into, out_of
from tests.fixtures import Browser, Join


def with_need(need: str) -> str:
    """The small file, whose desk says what it needs."""
    return with_changed("counters = 2", f"counters = 2, need = {need}")


def desk(setup: Setup, code: str) -> Desk:
    return next(desk for desk in setup.desks if desk.code == code)


def needs_of(trip_id: int) -> dict[str, Need | None]:
    names = read_catalogue(trip_id)
    return {names.desks[line.id].code: line.need for line in lines_of(trip_id).values()}


# The file


def test_a_file_without_needs_still_reads_and_says_none_when_it_is_written() -> None:
    setup = read_setup(SMALL)
    assert setup.desks[0].need is None
    assert "need =" not in write_setup(setup)


def test_a_need_comes_back_as_it_was_written() -> None:
    setup = read_setup(with_need('{ minimum = 2, target = 4, supervisors = 1, languages = ["ku"] }'))
    assert setup.desks[0].need == Need(minimum=2, target=4, supervisors=1, languages=("ku",))
    assert read_setup(write_setup(setup)) == setup
    assert setup_from_json(setup_as_json(setup)) == setup


def test_what_goes_without_saying_is_left_out() -> None:
    assert "need = { minimum = 1, target = 2 } }" in write_setup(
        read_setup(with_need("{ minimum = 1, target = 2, supervisors = 0, languages = [] }"))
    )


@pytest.mark.parametrize(
    ("need", "words"),
    [
        ("{ minimum = 3, target = 2 }", "The target (2) lies below the minimum (3)"),
        ("{ minimum = 0, target = 2 }", "1 to 400 people"),
        ("{ minimum = -5, target = 2 }", "1 to 400 people"),
        ("{ minimum = 1, target = 9999 }", "1 to 400 people"),
        ("{ minimum = 1, target = 2, supervisors = 2 }", "write 0 to 1"),
        ('{ minimum = 1, target = 2, languages = ["az", "xx"] }', "“xx” is not known here"),
        ("{ minimum = 1 }", "“target” is missing"),
        ("{ minimum = 1, target = 2, people = 3 }", "“people” is not known"),
        ('{ minimum = "many", target = 2 }', "number"),
        ("3", "need"),
    ],
)
def test_a_need_that_makes_no_sense_is_named_with_its_line(need: str, words: str) -> None:
    [(line, record, said)] = said_of(with_need(need))
    assert (line, record) == (22, "desks[one]")
    assert words in said


def test_every_desk_of_the_sample_says_what_it_needs() -> None:
    for one in province().desks:
        assert one.need is not None
        assert need_fault(one.need) is None
        assert one.need.target == one.places
    assert desk(province(), "headquarters").need == Need(
        minimum=30, target=60, supervisors=1, languages=("az", "ku")
    )


# Into a trip, out of it, into the next


def test_needs_go_into_a_trip_and_out_of_it(app: Flask) -> None:
    trip_id = set_up("first")
    assert needs_of(trip_id) == {one.code: one.need for one in province().desks}
    assert {one.code: one.need for one in out_of(trip_id).desks} == needs_of(trip_id)
    assert needs_of(into(out_of(trip_id), code="second")) == needs_of(trip_id)


def test_a_trip_of_a_file_without_needs_has_none(app: Flask) -> None:
    bare = replace(province(), desks=tuple(replace(one, need=None) for one in province().desks))
    trip_id = into(bare, code="bare")
    assert set(needs_of(trip_id).values()) == {None}
    assert "need =" not in write_setup(out_of(trip_id))


@pytest.fixture
def leader(app: Flask, sign_in: Join) -> Browser:
    return sign_in("coordinator")


def test_the_guided_set_up_asks_for_staff_by_the_counters_that_were_typed(leader: Browser) -> None:
    pages = begin(leader)
    answered(leader, pages, "counters", **{"places-education": "۷", "places-headquarters": "120"})
    needs = needs_of(made(walk(leader, pages)))
    assert needs["education"] == usual_need(7)
    assert needs["headquarters"] == replace(usual_need(120), languages=("az", "ku"))
    assert needs["hall"] == desk(province(), "hall").need


def changed(setup: Setup, code: str, **changes: Any) -> Setup:
    desks = (replace(one, **changes) if one.code == code else one for one in setup.desks)
    return replace(setup, desks=tuple(desks))


def test_a_second_round_needs_what_the_first_one_needed(leader: Browser) -> None:
    own = Need(minimum=3, target=9, supervisors=2, languages=("ar",))
    past = into(changed(province(), "tax", need=own), code="first")
    needs = needs_of(made(walk(leader, begin(leader, start="trip", trip_id=past))))
    assert needs == needs_of(past)
    assert needs["tax"] == own


def test_a_second_round_of_a_trip_without_needs_gets_the_usual_ones(leader: Browser) -> None:
    past = into(changed(province(), "tax", need=None), code="first")
    needs = needs_of(made(walk(leader, begin(leader, start="trip", trip_id=past))))
    assert needs["tax"] == usual_need(desk(province(), "tax").places)
