"""National IDs and phone numbers."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deskops.core.identity import (
    NationalIdValidity,
    PhoneError,
    PhoneFault,
    is_mobile,
    last_four,
    national_id,
    parse_phone,
)
from deskops.core.text import persian_digits


def with_check_digit(nine: str) -> str:
    """The rule written out the other way round: the check digit makes the weighted sum fit."""
    fitting = [d for d in range(10) if is_fitting(nine, d)]
    return f"{nine}{fitting[0]}"


def is_fitting(nine: str, check: int) -> bool:
    remainder = sum(int(nine[i]) * (10 - i) for i in range(9)) % 11
    return check == remainder if remainder < 2 else check + remainder == 11


nines = st.text("0123456789", min_size=9, max_size=9).filter(lambda nine: len(set(nine)) > 1)


def fault_of(text: str) -> PhoneFault:
    with pytest.raises(PhoneError) as refused:
        parse_phone(text)
    return refused.value.fault


@given(nines)
def test_an_id_with_its_check_digit_is_valid(nine: str) -> None:
    assert national_id(with_check_digit(nine)) == (with_check_digit(nine), NationalIdValidity.VALID)


@given(nines, st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_in_an_id_gets_a_warning(nine: str, place: int, by: int) -> None:
    full = with_check_digit(nine)
    wrong = full[:place] + str((int(full[place]) + by) % 10) + full[place + 1 :]
    assume(len(set(wrong)) > 1)
    # Remainders 1 and 10 share the check digit 1, so that not every error shows.
    is_valid = national_id(wrong).validity is NationalIdValidity.VALID
    assert is_valid == is_fitting(wrong[:9], int(wrong[9]))


@given(st.text())
def test_no_text_is_refused_as_an_id(text: str) -> None:
    assert national_id(text).validity in NationalIdValidity


@pytest.mark.parametrize(
    "typed", ["0012345679", "001-234567-9", "۰۰۱۲۳۴۵۶۷۹", "٠٠١٢٣٤٥٦٧٩", " 0012345679\u200f"]
)
def test_an_id_is_stored_in_ascii_digits(typed: str) -> None:
    assert national_id(typed) == ("0012345679", NationalIdValidity.VALID)


def test_zeros_that_a_spreadsheet_dropped_come_back() -> None:
    assert national_id("12345679") == ("0012345679", NationalIdValidity.VALID)


def test_a_short_id_that_fits_nothing_stays_as_typed() -> None:
    assert national_id("12345678") == ("12345678", NationalIdValidity.WRONG_LENGTH)


@pytest.mark.parametrize(
    ("typed", "validity"),
    [
        ("0012345678", NationalIdValidity.WRONG_CHECK_DIGIT),
        ("00123", NationalIdValidity.WRONG_LENGTH),
        ("00123456799", NationalIdValidity.WRONG_LENGTH),
        ("1111111111", NationalIdValidity.ONE_DIGIT_REPEATED),
        ("00A2345679", NationalIdValidity.WRONG_CHARACTERS),
        ("", NationalIdValidity.WRONG_CHARACTERS),
    ],
)
def test_a_doubtful_id_says_why_and_keeps_its_digits(typed: str, validity: NationalIdValidity) -> None:
    assert national_id(typed) == (typed, validity)


@pytest.mark.parametrize(
    "typed",
    [
        "09141234567",
        "9141234567",
        "+989141234567",
        "00989141234567",
        "98 914 123 4567",
        "+98 (0)914 123 4567",
        "۰۹۱۴-۱۲۳-۴۵۶۷",
        "٠٩١٤ ١٢٣ ٤٥٦٧",
        "\u202a09141234567\u202c",
    ],
)
def test_a_mobile_is_stored_in_one_form(typed: str) -> None:
    assert parse_phone(typed) == "09141234567"


@given(st.text("0123456789", min_size=9, max_size=9))
def test_every_mobile_of_eleven_digits_is_taken(rest: str) -> None:
    phone = f"09{rest}"
    assert parse_phone(phone) == phone
    assert parse_phone(persian_digits(phone)) == phone
    assert is_mobile(phone)
    assert last_four(phone) == rest[-4:]


@pytest.mark.parametrize("typed", ["04133445566", "041-33445566", "+98 41 3344 5566", "۰۴۱۳۳۴۴۵۵۶۶"])
def test_a_landline_keeps_its_area_code(typed: str) -> None:
    assert parse_phone(typed) == "04133445566"
    assert not is_mobile(parse_phone(typed))


def test_a_foreign_number_is_stored_with_its_country() -> None:
    assert parse_phone("0090 532 123 45 67") == "+905321234567"
    assert last_four("+905321234567") == "4567"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("0914123", PhoneFault.TOO_SHORT),
        ("0914123456", PhoneFault.TOO_SHORT),
        ("+98914", PhoneFault.TOO_SHORT),
        ("111", PhoneFault.TOO_SHORT),
        ("1", PhoneFault.TOO_SHORT),
        ("", PhoneFault.TOO_SHORT),
        ("041334455", PhoneFault.TOO_SHORT),
        ("+90532123", PhoneFault.TOO_SHORT),
        ("091412345678", PhoneFault.TOO_LONG),
        ("09141234567 / 09141234568", PhoneFault.TOO_LONG),
        ("+9053212345678901", PhoneFault.TOO_LONG),
        ("33445566", PhoneFault.NO_AREA_CODE),
        ("0914ABC4567", PhoneFault.CHARACTERS),
        ("ندارد", PhoneFault.CHARACTERS),
        ("0914+1234567", PhoneFault.CHARACTERS),
        ("04133445566 داخلی 12", PhoneFault.CHARACTERS),
        ("+9991234567", PhoneFault.UNKNOWN_PREFIX),
        ("09900", PhoneFault.TOO_SHORT),
        ("05933445566", PhoneFault.UNKNOWN_PREFIX),
    ],
)
def test_half_a_number_is_refused_with_its_reason(typed: str, fault: PhoneFault) -> None:
    assert fault_of(typed) is fault


@given(st.text("0123456789+ -", max_size=20))
def test_what_is_taken_once_is_taken_again_unchanged(typed: str) -> None:
    try:
        phone = parse_phone(typed)
    except PhoneError:
        return
    assert parse_phone(phone) == phone


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        assert len(parse_phone(text)) >= 8
    except PhoneError as refused:
        assert refused.fault in PhoneFault
