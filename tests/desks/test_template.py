"""The sample province has everything that a trip needs, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from deskops.desks.document import Desk, Setup
from deskops.desks.template import province

MINISTRIES = 18
AGENCY_DESKS = 34


@pytest.fixture
def template() -> Setup:
    return province()


def agency_desks(template: Setup) -> list[Desk]:
    return [desk for desk in template.desks if desk.agency != template.host_agency]


def texts(record: Any, suffix: str) -> Iterator[str]:
    """Every text of a language (`_fa`, `_en`) in a record and all records below it."""
    if isinstance(record, tuple):
        for item in record:
            yield from texts(item, suffix)
    elif is_dataclass(record):
        for field in fields(record):
            value = getattr(record, field.name)
            if field.name.endswith(suffix):
                yield from filter(None, value if isinstance(value, tuple) else (value,))
            else:
                yield from texts(value, suffix)


# What a trip needs


def test_there_are_34_agency_desks_a_hall_and_a_headquarters(template: Setup) -> None:
    assert len(agency_desks(template)) == AGENCY_DESKS
    assert len(template.desks) == AGENCY_DESKS + 2
    assert [desk.code for desk in template.desks if desk.is_headquarters] == ["headquarters"]


def test_there_are_18_ministries_by_their_full_name(template: Setup) -> None:
    ministries = [agency for agency in template.agencies if agency.kind == "ministry"]
    assert len(ministries) == MINISTRIES
    assert all(ministry.name_fa.startswith("وزارت ") for ministry in ministries)
    assert all(ministry.parent is None for ministry in ministries)


def test_every_ministry_has_an_agency_with_a_desk(template: Setup) -> None:
    with_desk = {template.ministry_of(desk.agency) for desk in agency_desks(template)}
    assert {agency for agency in template.agencies if agency.kind == "ministry"} <= with_desk


def test_an_agency_names_its_ministry_even_through_the_governors_office(template: Setup) -> None:
    urban_affairs = template.ministry_of("interior")
    assert urban_affairs is not None
    assert urban_affairs.name_fa == "وزارت کشور"
    assert template.agency("interior").parent == "governor"


def test_a_ministry_is_its_own_ministry(template: Setup) -> None:
    assert template.ministry_of("ministry_health") == template.agency("ministry_health")


def test_a_foundation_answers_to_no_ministry(template: Setup) -> None:
    assert template.ministry_of("relief") is None


def test_an_unknown_agency_is_a_key_error(template: Setup) -> None:
    with pytest.raises(KeyError):
        template.agency("no_such_agency")


def test_the_host_of_the_hall_is_the_governors_office(template: Setup) -> None:
    assert template.agency(template.host_agency).kind == "governor"
    assert {desk.code for desk in template.desks if desk.agency == template.host_agency} == {
        "hall",
        "headquarters",
    }


@pytest.mark.parametrize(
    "addressee", ["municipality", "judiciary_liaison", "medical_university", "economic_deputy", "inspection"]
)
def test_some_agencies_are_addressees_without_a_desk(template: Setup, addressee: str) -> None:
    assert template.agency(addressee).name_fa
    assert addressee not in {desk.agency for desk in template.desks}


def test_the_agent_banks_stand_under_the_banks_council(template: Setup) -> None:
    banks = [agency for agency in template.agencies if agency.kind == "bank"]
    assert len(banks) >= 2
    assert {bank.parent for bank in banks} == {"banks_council"}


# Sites and desks


def test_every_agency_desk_has_a_building_of_its_own(template: Setup) -> None:
    buildings = {site.code for site in template.sites if site.kind == "building"}
    assert sorted(desk.site for desk in agency_desks(template)) == sorted(buildings)


def test_the_hall_and_the_headquarters_share_the_airport_hall(template: Setup) -> None:
    [hall] = [site for site in template.sites if site.kind == "hall"]
    assert hall.name_fa == "سالن حج فرودگاه"
    assert {desk.code for desk in template.desks if desk.site == hall.code} == {"hall", "headquarters"}


def test_addresses_are_all_different(template: Setup) -> None:
    assert len({site.address for site in template.sites}) == len(template.sites)


def test_agency_desks_have_two_to_five_counters(template: Setup) -> None:
    assert {desk.places for desk in agency_desks(template)} <= {2, 3, 4, 5}


def test_the_headquarters_takes_calls_only_and_every_other_desk_takes_both(template: Setup) -> None:
    for desk in template.desks:
        assert desk.calls
        assert desk.walk_ins is not desk.is_headquarters


def test_desk_numbers_run_from_one_without_a_gap(template: Setup) -> None:
    assert [desk.number for desk in template.desks] == list(range(1, len(template.desks) + 1))


def test_agencies_open_on_the_trips_days_and_the_hall_a_day_earlier(template: Setup) -> None:
    for desk in template.desks:
        [hours] = template.hours_of(desk)
        first = -1 if desk.agency == template.host_agency else 0
        assert hours.days == tuple(range(first, template.live_days or 0))
        assert (hours.opens, hours.closes) == (8 * 60, 18 * 60)


# Topics


def test_the_topics_are_listed_most_frequent_first(template: Setup) -> None:
    shares = [topic.share or 0 for topic in template.assignable_topics()]
    assert shares == sorted(shares, reverse=True)
    assert [topic.code for topic in template.assignable_topics()[:5]] == [
        "interest_free_loan",
        "livelihood_aid",
        "employment",
        "self_employment_loan",
        "home_purchase_loan",
    ]
    assert len(template.assignable_topics()) >= 24


def test_shares_sum_to_one(template: Setup) -> None:
    assert sum(topic.share or 0 for topic in template.topics) == pytest.approx(1)
    assert sum(county.share for county in template.counties) == pytest.approx(1)


def test_demand_is_skewed_as_one_over_rank(template: Setup) -> None:
    first = template.assignable_topics()[0].share or 0
    for rank, topic in enumerate(template.assignable_topics(), start=1):
        assert topic.share == pytest.approx(first / rank, abs=0.002)


def test_service_takes_five_to_twelve_minutes(template: Setup) -> None:
    assert all(5 <= topic.mean_minutes <= 12 for topic in template.assignable_topics())


def test_every_group_has_topics(template: Setup) -> None:
    groups = {topic.code for topic in template.topics if not topic.assignable}
    assert {topic.parent for topic in template.assignable_topics()} == groups
    assert 5 <= len(groups) <= 7


def test_every_topic_has_several_synonyms_and_no_two_topics_share_one(template: Setup) -> None:
    assert all(len(topic.synonyms_fa) >= 4 for topic in template.assignable_topics())
    said = [
        synonym for topic in template.assignable_topics() for synonym in (topic.name_fa, *topic.synonyms_fa)
    ]
    assert sorted(said) == sorted(set(said))


def test_every_topic_is_served_by_two_agencies_besides_the_hall(template: Setup) -> None:
    hall = {"hall", "headquarters"}
    for topic in template.assignable_topics():
        serving = {desk.code for desk in template.desks_for(topic.code)}
        assert hall < serving
        assert len(serving - hall) >= 2, topic.code


def test_every_topic_is_some_agencys_own(template: Setup) -> None:
    for topic in template.assignable_topics():
        assert any(desk.owns(topic.code) for desk in agency_desks(template)), topic.code


def test_every_agency_desk_has_its_own_topics_and_a_few_neighbours(template: Setup) -> None:
    for desk in agency_desks(template):
        neighbours = [speed for speed in desk.speeds.values() if speed > 1]
        assert len(neighbours) < len(desk.speeds), desk.code
        assert neighbours, desk.code
        assert all(1.05 <= speed <= 1.3 for speed in neighbours), desk.code


def test_the_hall_serves_every_topic_somewhat_slower(template: Setup) -> None:
    for desk in template.desks:
        if desk.agency == template.host_agency:
            assert desk.speeds == {topic.code: 1.1 for topic in template.assignable_topics()}


def test_the_fastest_desks_of_a_topic_come_first(template: Setup) -> None:
    speeds = [desk.speeds["employment"] for desk in template.desks_for("employment")]
    assert speeds[0] == 1.0
    assert speeds == sorted(speeds)


def test_a_desk_does_not_own_a_topic_that_it_does_not_serve(template: Setup) -> None:
    tax = next(desk for desk in template.desks if desk.code == "tax")
    assert tax.owns("tax")
    assert not tax.owns("industry")
    assert not tax.owns("veterans")


# Languages and texts


def test_people_are_spoken_to_in_five_languages(template: Setup) -> None:
    assert {language.code for language in template.languages} == {"fa", "az", "ku", "ar", "en"}


def test_every_text_is_there_in_both_languages(template: Setup) -> None:
    persian, english = list(texts(template, "_fa")), list(texts(template, "_en"))
    assert all(text.strip() == text and text for text in persian + english)
    assert len(persian) > 300
    assert len(english) > 300
    labels = ("name_fa", "name_en", "short_fa", "short_en")
    for records in (template.agencies, template.sites, template.topics, template.desks):
        assert all(getattr(record, label) for record in records for label in labels)


def test_persian_texts_hold_no_latin_letter_or_digit(template: Setup) -> None:
    assert [text for text in texts(template, "_fa") if re.search("[A-Za-z0-9]", text)] == []


def test_persian_texts_hold_no_arabic_letter_forms(template: Setup) -> None:
    assert [text for text in texts(template, "_fa") if re.search("[يكىة٠-٩]", text)] == []


def test_english_texts_hold_no_persian_letter(template: Setup) -> None:
    assert [text for text in texts(template, "_en") if not text.isascii()] == []


def test_names_of_agencies_and_desks_are_unique(template: Setup) -> None:
    for records in (template.agencies, template.desks, template.sites, template.topics):
        for name in ("name_fa", "name_en"):
            names = [getattr(record, name) for record in records]
            assert sorted(names) == sorted(set(names))
