"""The set-up file: one reader, one writer, and every fault named with its line."""

from dataclasses import replace
from importlib.resources import files

import pytest

from deskops.core.i18n import using_language
from deskops.desks.document import FORMAT, Setup, read_setup, setup_as_json, setup_from_json, write_setup
from deskops.desks.errors import SetupFaults
from deskops.desks.template import province

SMALL = f'''format = "{FORMAT}"
name_fa = "سفر"
live_days = 2
hours = [
  {{ code = "day", days = [0, 1], opens = "08:00", closes = "18:00" }},
]
agencies = [
  {{ code = "ministry", kind = "ministry", name_fa = "وزارت" }},
  {{ code = "office", name_fa = "اداره", parent = "ministry" }},
]
sites = [
  {{ code = "hall", kind = "hall", name_fa = "سالن" }},
  {{ code = "office", name_fa = "ساختمان" }},
]
walks = [
  {{ from_site = "hall", to_site = "office", minutes = 5 }},
]
topics = [
  {{ code = "loan", name_fa = "وام", agency = "office" }},
]
desks = [
  {{ code = "one", number = 1, name_fa = "میز", agency = "office", site = "hall", hours = ["day"], counters = 2, speeds = {{ loan = 1.0 }} }},
]
'''  # noqa: E501  # one record, one line


@pytest.fixture
def source() -> str:
    return files("deskops.desks").joinpath("template_province.toml").read_text(encoding="utf-8")


def said_of(text: str | bytes) -> list[tuple[int | None, str, str]]:
    """(line, record, words) of everything that is wrong, in English."""
    with pytest.raises(SetupFaults) as refused, using_language("en"):
        read_setup(text)
    with using_language("en"):
        return [(fault.line, fault.record, str(fault.words)) for fault in refused.value.faults]


def with_changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


# Reading and writing


def test_the_sample_is_a_file_as_the_writer_writes_it(source: str) -> None:
    def plain(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith("#")]

    assert plain(write_setup(read_setup(source))) == plain(source)


def test_what_was_written_is_read_back_equal() -> None:
    assert read_setup(write_setup(province())) == province()
    assert setup_from_json(setup_as_json(province())) == province()


def test_every_kind_of_record_comes_back() -> None:
    rich = with_changed(
        'parent = "ministry" }',
        'parent = "ministry", phone = "021", days_off = "thu,fri", contacts = [{ name = "دفتر", phone = "022" }] }',
    ).replace("counters = 2", 'line = "111", seats = [{ number = 7, kind = "phone", external_id = "x\\"1" }]')
    rich = rich.replace(
        "sites = [", 'holidays = [{ agency = "office", day = 2026-11-22, name = "بهره‌وری" }]\nsites = ['
    )
    setup = read_setup(rich)
    assert setup.agencies[1].contacts[0].phone == "022"
    assert setup.desks[0].seats[0].external_id == 'x"1'
    assert setup.holidays[0].day.isoformat() == "2026-11-22"
    assert read_setup(write_setup(setup)) == setup
    assert setup_from_json(setup_as_json(setup)) == setup


def test_a_file_saved_with_a_mark_and_windows_ends_of_lines_is_read() -> None:
    assert read_setup(SMALL.replace("\n", "\r\n").encode("utf-8-sig")) == read_setup(SMALL)


def test_records_may_be_written_as_blocks() -> None:
    inline = (
        '  { code = "hall", kind = "hall", name_fa = "سالن" },\n  { code = "office", name_fa = "ساختمان" },\n'
    )
    blocks = '\n[[sites]]\ncode = "hall"\nkind = "hall"\nname_fa = "سالن"\n[[sites]]\ncode = "office"\nname_fa = "ساختمان"\n'
    text = SMALL.replace(f"sites = [\n{inline}]\n", "") + blocks
    assert read_setup(text) == read_setup(SMALL)
    [(line, record, _)] = said_of(
        text.replace('code = "office"\nname_fa = "ساختمان"', 'code = "hall"\nname_fa = "x"')
    )[:1]
    assert (line, record) == (len(text.splitlines()) - 1, "sites[hall]")


def test_places_are_counters_and_then_phones() -> None:
    [desk] = read_setup(with_changed("counters = 2", "counters = 1, phones = 2")).desks
    assert [(seat.number, seat.kind) for seat in desk.all_seats()] == [
        (1, "counter"),
        (2, "phone"),
        (3, "phone"),
    ]


def test_midnight_at_the_end_of_the_day_can_be_said() -> None:
    assert read_setup(with_changed('"18:00"', '"۲۴:۰۰"')).hours[0].closes == 24 * 60


# Faults, each with its line


@pytest.mark.parametrize(
    ("old", "new", "line", "record", "words"),
    [
        (
            'code = "office", name_fa = "ساختمان"',
            'code = "hall", name_fa = "ساختمان"',
            13,
            "sites[hall]",
            "used twice",
        ),
        ("speeds = { loan = 1.0 }", "speeds = {}", 22, "desks[one]", "no topic"),
        ('closes = "18:00"', 'closes = "07:00"', 5, "hours[day]", "end before they begin"),
        ('to_site = "office"', 'to_site = "hall"', 16, "walks[1]", "walked to from itself"),
        ('parent = "ministry"', 'parent = "office"', 9, "agencies[office]", "under itself"),
        ('parent = "ministry"', 'parent = "nobody"', 9, "agencies[office]", "no “nobody”"),
        ("speeds = { loan = 1.0 }", "speeds = { tax = 1.0 }", 22, "desks[one]", "no “tax”"),
        ('site = "hall", hours', 'site = "barn", hours', 22, "desks[one]", "no “barn”"),
        ('hours = ["day"]', 'hours = ["night"]', 22, "desks[one]", "no “night”"),
        ("counters = 2", "counter = 2", 22, "desks[one]", "“counter” is not known"),
        ("counters = 2", "counters = 900", 22, "desks[one]", "counters:"),
        ("loan = 1.0", "loan = 0.5", 22, "desks[one]", "1 or more"),
        ('"08:00"', '"8 o\'clock"', 5, "hours[day]", "08:00"),
        ('"08:00"', '"25:00"', 5, "hours[day]", "24:00"),
        ('name_fa = "سالن"', 'title = "سالن"', 12, "sites[hall]", "not known"),
        ("minutes = 5", "minutes = 0", 16, "walks[1]", "minutes"),
        ('agency = "office" }', 'agency = "office", default_desk = "two" }', 19, "topics[loan]", "no “two”"),
        ('agency = "office" }', 'agency = "office", parent = "loan" }', 19, "topics[loan]", "under itself"),
        ('agency = "office" }', 'agency = "office", mean_minutes = 0 }', 19, "topics[loan]", "more than 0"),
        (
            "counters = 2",
            "counters = 2, walk_ins = false, calls = false",
            22,
            "desks[one]",
            "walk-ins, calls or both",
        ),
        ("live_days = 2", "live_days = 0", 3, "", "live_days"),
    ],
)
def test_a_fault_is_named_with_its_line_and_its_record(
    old: str, new: str, line: int, record: str, words: str
) -> None:
    found = said_of(with_changed(old, new))
    assert any((at, of) == (line, record) and words in said for at, of, said in found), found


def test_agencies_above_one_another_in_a_circle_are_named_both() -> None:
    text = with_changed('name_fa = "وزارت" }', 'name_fa = "وزارت", parent = "office" }')
    assert [(line, record) for line, record, _ in said_of(text)] == [
        (8, "agencies[ministry]"),
        (9, "agencies[office]"),
    ]


def test_two_desks_with_one_code_or_one_number_are_named() -> None:
    desk = SMALL.splitlines()[21]
    found = said_of(SMALL.replace(desk, f"{desk}\n{desk}"))
    assert [(line, record) for line, record, _ in found] == [(23, "desks[one]"), (23, "desks[one]")]
    assert "used twice" in found[0][2]
    assert "The number 1" in found[1][2]


def test_all_faults_are_told_at_once() -> None:
    text = with_changed('closes = "18:00"', 'closes = "07:00"').replace(
        'to_site = "office"', 'to_site = "hall"'
    )
    assert len(said_of(text.replace('parent = "ministry"', 'parent = "office"'))) == 3


def test_two_plans_of_one_desk_on_one_day_are_named() -> None:
    text = with_changed(
        "hours = [\n", 'hours = [\n  { code = "late", days = [1], opens = "19:00", closes = "20:00" },\n'
    )
    [(line, _, words)] = said_of(text.replace('["day"]', '["day", "late"]'))
    assert line == 23
    assert "same day" in words


def test_two_seats_of_one_number_are_named() -> None:
    text = with_changed(
        "counters = 2", 'seats = [{ number = 1, kind = "phone" }, { number = 1, kind = "phone" }]'
    )
    assert "one number" in said_of(text)[0][2]


def test_shares_that_do_not_add_up_are_named(source: str) -> None:
    found = said_of(source.replace("share = 0.34", "share = 0.44", 1))
    assert [words for _, _, words in found] == ["The shares add up to 1.1000. They must add up to 1."]


# Other files


@pytest.mark.parametrize("given", ["deskops-setup/0", "deskops-setup/2"])
def test_a_file_of_another_version_is_named_as_such(given: str) -> None:
    [(line, _, words)] = said_of(SMALL.replace(FORMAT, given))
    assert line == 1
    assert given in words
    assert FORMAT in words


@pytest.mark.parametrize(
    "text", ['{"deskops": 1, "desks": []}', "PK\x03\x04", "<html>", "", 'name_fa = "سفر"', "format = 3"]
)
def test_a_file_of_another_kind_is_named_as_such(text: str) -> None:
    [(line, _, words)] = said_of(text)
    assert line == 1
    assert FORMAT in words


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_half_a_file_is_never_taken(source: str, share: float) -> None:
    half = source[: int(len(source) * share)]
    [(line, _, words), *_] = said_of(half)
    assert line is not None
    assert "cut off" in words or "can't be read" in words


def test_a_file_that_ends_between_two_sections_names_what_is_missing(source: str) -> None:
    found = said_of(source[: source.index("# speeds:")])
    assert any("“desks” is missing" in words for _, _, words in found)


def test_a_file_in_another_encoding_is_named_with_its_first_wrong_line() -> None:
    [(line, _, words)] = said_of(SMALL.encode("cp1256", errors="replace"))
    assert line == 2
    assert "UTF-8" in words


def test_a_file_far_too_large_is_refused_unread() -> None:
    assert "MB" in said_of(b"#" * (9 * 1024 * 1024))[0][2]


def test_a_missing_quotation_mark_is_named_with_its_line() -> None:
    [(line, _, _)] = said_of(with_changed('name_fa = "سالن"', 'name_fa = "سالن'))
    assert line == 12


def test_what_is_deeply_nested_is_refused_and_crashes_nothing() -> None:
    assert said_of(f'format = "{FORMAT}"\nname_fa = ' + "[" * 5000)


@pytest.mark.parametrize("body", [None, [], "text", 3, {}, {"format": 1}])
def test_json_that_is_no_set_up_is_refused(body: object) -> None:
    with pytest.raises(SetupFaults):
        setup_from_json(body)


def test_a_fault_in_json_names_its_record_and_no_line() -> None:
    body = setup_as_json(province())
    body["desks"][3]["site"] = "nowhere"
    with pytest.raises(SetupFaults) as refused, using_language("en"):
        setup_from_json(body)
    [fault] = refused.value.as_json()["error"]["faults"]
    assert (fault["line"], fault["record"]) == (None, "desks[foreign]")


def test_a_fault_is_said_in_persian_too() -> None:
    with pytest.raises(SetupFaults) as refused:
        read_setup(with_changed('closes = "18:00"', 'closes = "07:00"'))
    with using_language("fa"):
        assert refused.value.faults[0].text().startswith("سطر")


def test_a_set_up_moves_to_other_days_by_its_first_one(source: str) -> None:
    moved = replace(read_setup(source), starts_on=None)
    assert isinstance(moved, Setup)
    assert write_setup(moved) == write_setup(province())
