"""A template that can't be set up is refused, and the refusal names the record and what is wrong."""

from importlib.resources import files

import pytest

from deskops.desks.template import TemplateError, parse_template, province


@pytest.fixture
def source() -> str:
    return files("deskops.desks").joinpath("template_province.toml").read_text(encoding="utf-8")


def test_the_sample_itself_is_accepted(source: str) -> None:
    assert parse_template(source) == province()


def refused(source: str, old: str, new: str) -> str:
    """What the reader says of the sample with its first `old` replaced."""
    assert old in source
    with pytest.raises(TemplateError) as refusal:
        parse_template(source.replace(old, new, 1))
    return str(refusal.value)


def test_a_file_that_is_not_toml_is_refused() -> None:
    with pytest.raises(TemplateError, match="not TOML"):
        parse_template("desks: []")


def test_an_empty_file_is_refused_naming_what_is_missing() -> None:
    with pytest.raises(TemplateError, match="Field required"):
        parse_template("")


def test_a_misspelt_key_is_refused_not_left_out(source: str) -> None:
    assert "desks.0.place" in refused(source, "places = 4", "place = 4")


def test_a_desk_without_a_place_is_refused(source: str) -> None:
    assert "desks.0.places" in refused(source, "places = 4", "places = 0")


def test_a_desk_faster_than_its_own_topics_is_refused(source: str) -> None:
    assert "desks.0.speeds.education" in refused(source, "{ education = 1.0,", "{ education = 0.5,")


def test_a_desk_for_an_unknown_topic_is_refused(source: str) -> None:
    assert refused(source, "{ education = 1.0,", "{ schooling = 1.0,") == (
        "desk education: speeds: no such code: schooling"
    )


def test_a_desk_with_unknown_hours_is_refused(source: str) -> None:
    assert "desk education: hours: no such code: night" in refused(
        source, 'hours = "agencies"', 'hours = "night"'
    )


def test_a_desk_of_an_unknown_agency_is_refused(source: str) -> None:
    assert "desk education: agency" in refused(
        source, 'agency = "education", site', 'agency = "schools", site'
    )


def test_an_unknown_host_is_refused(source: str) -> None:
    assert "host_agency" in refused(source, 'host_agency = "governor"', 'host_agency = "nobody"')


def test_a_code_used_twice_is_refused(source: str) -> None:
    assert refused(source, '{ code = "noavand"', '{ code = "golshiran"') == (
        "counties: code used twice: golshiran"
    )


def test_an_unknown_parent_is_refused(source: str) -> None:
    assert "agency governor: parent: no such code" in refused(
        source, 'parent = "ministry_interior"', 'parent = "ministry_of_nothing"'
    )


def test_agencies_above_one_another_in_a_circle_are_refused(source: str) -> None:
    assert "circle" in refused(source, 'parent = "ministry_interior"', 'parent = "interior"')


def test_shares_that_do_not_sum_to_one_are_refused(source: str) -> None:
    assert refused(source, "share = 0.34", "share = 0.44") == "counties: the shares sum to 1.1000, not to 1"
