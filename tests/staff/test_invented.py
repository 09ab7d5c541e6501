"""The same seed gives the same invented people, plausible in their proportions, with nobody's real number."""

import re
from collections import Counter
from itertools import islice
from statistics import mean, stdev

import phonenumbers
import pytest

from deskops.core.identity import parse_phone
from deskops.desks.template import province
from deskops.staff.invented import (
    SHIFTS,
    InventedPerson,
    InventedVisitor,
    demand_kinds,
    invented_staff,
    invented_visitors,
)

CROWD = 20_000


@pytest.fixture(scope="module")
def staff() -> list[InventedPerson]:
    return invented_staff(seed=34)


@pytest.fixture(scope="module")
def crowd() -> list[InventedVisitor]:
    return list(islice(invented_visitors(seed=34), CROWD))


def share(values: list[bool]) -> float:
    return sum(values) / len(values)


# Staff


def test_the_same_seed_gives_the_same_staff() -> None:
    assert invented_staff(seed=1) == invented_staff(seed=1)


def test_another_seed_gives_other_staff() -> None:
    assert invented_staff(seed=1) != invented_staff(seed=2)


def test_there_are_730_staff_unless_told_otherwise(staff: list[InventedPerson]) -> None:
    assert len(staff) == 730
    assert len(invented_staff(seed=34, count=100)) == 100


def test_too_few_people_for_a_head_at_each_desk_are_refused() -> None:
    with pytest.raises(ValueError, match="36 desks need a head each: 35 people are too few"):
        invented_staff(seed=34, count=35)


def test_no_personnel_number_or_mobile_is_used_twice(staff: list[InventedPerson]) -> None:
    assert len({person.personnel_number for person in staff}) == len(staff)
    assert len({person.mobile for person in staff}) == len(staff)


def test_mobiles_have_the_shape_of_one_in_a_range_that_no_operator_holds(
    staff: list[InventedPerson],
) -> None:
    for person in staff:
        assert parse_phone(person.mobile) == person.mobile
        assert not phonenumbers.is_valid_number(phonenumbers.parse(person.mobile, "IR"))


def test_every_desk_has_one_head_on_each_shift(staff: list[InventedPerson]) -> None:
    heads = [(person.home_desk, person.shift) for person in staff if person.role == "desk_head"]
    assert sorted(heads) == sorted((desk.code, shift) for desk in province().desks for shift in range(SHIFTS))


@pytest.mark.parametrize("shift", range(SHIFTS))
def test_the_staff_of_each_shift_is_what_the_samples_desks_need(
    staff: list[InventedPerson], shift: int
) -> None:
    for desk in province().desks:
        there = [person for person in staff if (person.home_desk, person.shift) == (desk.code, shift)]
        assert desk.need is not None
        assert len(there) >= desk.need.target, desk.code
        assert sum(person.role == "desk_head" for person in there) >= desk.need.supervisors
        assert set(desk.need.languages) <= {code for person in there for code in person.languages}


@pytest.mark.parametrize("shift", range(SHIFTS))
def test_every_shift_has_somebody_for_every_place(staff: list[InventedPerson], shift: int) -> None:
    on_duty = Counter(person.home_desk for person in staff if person.shift == shift)
    for desk in province().desks:
        assert on_duty[desk.code] >= desk.places, desk.code


def test_big_desks_have_more_staff_in_proportion(staff: list[InventedPerson]) -> None:
    at_desk = Counter(person.home_desk for person in staff)
    places = sum(desk.places for desk in province().desks)
    for desk in province().desks:
        assert at_desk[desk.code] == pytest.approx(len(staff) * desk.places / places, abs=2), desk.code


def test_all_staff_speak_persian_and_some_speak_more(staff: list[InventedPerson]) -> None:
    assert all("fa" in person.languages for person in staff)
    for language, expected in (("az", 0.35), ("ku", 0.10), ("ar", 0.05), ("en", 0.08)):
        assert share([language in person.languages for person in staff]) == pytest.approx(expected, abs=0.05)


def test_staff_speak_only_languages_of_the_template(staff: list[InventedPerson]) -> None:
    known = {language.code for language in province().languages}
    assert {language for person in staff for language in person.languages} == known


def test_staff_names_are_persian_letters_and_mostly_different(staff: list[InventedPerson]) -> None:
    names = [f"{person.given_name} {person.family_name}" for person in staff]
    assert [name for name in names if not re.fullmatch("[آ-ی\u200c ]+", name)] == []
    assert [name for name in names if re.search("[يكىة]", name)] == []
    assert len(set(names)) > 0.9 * len(names)


# Visitors


def test_the_same_seed_gives_the_same_visitors() -> None:
    assert list(islice(invented_visitors(5), 200)) == list(islice(invented_visitors(5), 200))


def test_another_seed_gives_other_visitors() -> None:
    assert list(islice(invented_visitors(5), 200)) != list(islice(invented_visitors(6), 200))


def test_topics_come_by_their_share(crowd: list[InventedVisitor]) -> None:
    came = Counter(visitor.topic for visitor in crowd)
    for topic in province().assignable_topics():
        assert came[topic.code] / CROWD == pytest.approx(topic.share, abs=0.012), topic.code


def test_counties_come_by_their_share(crowd: list[InventedVisitor]) -> None:
    came = Counter(visitor.county for visitor in crowd)
    for county in province().counties:
        assert came[county.code] / CROWD == pytest.approx(county.share, abs=0.012), county.code


def test_kinds_of_demand_come_by_their_share(crowd: list[InventedVisitor]) -> None:
    came = Counter(visitor.kind for visitor in crowd)
    assert sum(demand_kinds().values()) == pytest.approx(1)
    for kind, expected in demand_kinds().items():
        assert came[kind] / CROWD == pytest.approx(expected, abs=0.012), kind


def test_there_are_eight_kinds_and_requests_lead(crowd: list[InventedVisitor]) -> None:
    kinds = demand_kinds()
    assert set(kinds) == {
        "request",
        "claim",
        "complaint",
        "criticism",
        "suggestion",
        "idea",
        "report",
        "thanks",
    }
    assert max(kinds, key=lambda kind: kinds[kind]) == "request"


def test_a_little_under_half_call(crowd: list[InventedVisitor]) -> None:
    assert share([visitor.channel == "call" for visitor in crowd]) == pytest.approx(0.45, abs=0.015)


def test_one_in_twenty_is_urgent_and_one_in_twelve_does_not_wait(crowd: list[InventedVisitor]) -> None:
    assert share([visitor.urgent for visitor in crowd]) == pytest.approx(0.05, abs=0.01)
    assert share([visitor.no_show for visitor in crowd]) == pytest.approx(0.08, abs=0.01)


def test_some_leave_no_mobile_and_the_rest_a_number_nobody_has(crowd: list[InventedVisitor]) -> None:
    assert share([visitor.mobile is None for visitor in crowd]) == pytest.approx(0.07, abs=0.01)
    mobiles = [visitor.mobile for visitor in crowd if visitor.mobile is not None]
    assert all(re.fullmatch(r"0950\d{7}", mobile) for mobile in mobiles)


def test_most_want_to_be_served_in_persian(crowd: list[InventedVisitor]) -> None:
    spoken = Counter(visitor.language for visitor in crowd)
    assert set(spoken) == {language.code for language in province().languages}
    assert spoken["fa"] / CROWD == pytest.approx(0.72, abs=0.02)


def test_a_call_has_no_site_and_a_walk_in_has_one(crowd: list[InventedVisitor]) -> None:
    for visitor in crowd:
        assert (visitor.site is None) is (visitor.channel == "call")


def test_walk_ins_go_where_a_desk_serves_their_topic(crowd: list[InventedVisitor]) -> None:
    served = {(desk.site, topic) for desk in province().desks if desk.walk_ins for topic in desk.speeds}
    assert {(visitor.site, visitor.topic) for visitor in crowd if visitor.channel == "walk_in"} <= served


def test_most_walk_ins_go_to_the_topics_own_agency_and_a_fifth_to_the_hall(
    crowd: list[InventedVisitor],
) -> None:
    own = {(desk.site, topic) for desk in province().desks for topic in desk.speeds if desk.owns(topic)}
    walk_ins = [visitor for visitor in crowd if visitor.channel == "walk_in"]
    assert share([visitor.site == "airport_hall" for visitor in walk_ins]) == pytest.approx(0.2, abs=0.02)
    # The tenth that goes to any agency finds the right one by chance, too.
    assert 0.7 < share([(visitor.site, visitor.topic) in own for visitor in walk_ins]) < 0.8


def test_service_minutes_spread_around_the_topics_mean(crowd: list[InventedVisitor]) -> None:
    means = {topic.code: topic.mean_minutes for topic in province().assignable_topics()}
    ratios = [visitor.service_minutes / means[visitor.topic] for visitor in crowd]
    assert min(ratios) > 0
    assert mean(ratios) == pytest.approx(1, abs=0.03)
    assert stdev(ratios) == pytest.approx(0.8, abs=0.06)


def test_what_people_say_is_a_whole_persian_sentence(crowd: list[InventedVisitor]) -> None:
    assert [visitor.text for visitor in crowd if not re.fullmatch("[آ-ی\u200c ،؛]+[.]", visitor.text)] == []
    assert [visitor.text for visitor in crowd if re.search("[يكىة]", visitor.text)] == []


def test_what_people_say_names_the_topic_in_their_own_words(crowd: list[InventedVisitor]) -> None:
    said = {topic.code: topic.synonyms_fa for topic in province().assignable_topics()}
    for visitor in crowd:
        assert any(synonym in visitor.text for synonym in said[visitor.topic])


def test_people_do_not_all_say_the_same(crowd: list[InventedVisitor]) -> None:
    assert len({visitor.text for visitor in crowd}) > 3_000
