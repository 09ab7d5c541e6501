"""Tracking codes, secrets, tokens and scanners."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deskops.core.codes import (
    CODE_LENGTH,
    CodeError,
    CodeFault,
    damm_digit,
    fold_scanner,
    group_code,
    new_paper_code,
    new_secret4,
    new_token,
    new_tracking_code,
    parse_code,
)
from deskops.core.text import persian_digits

digit_strings = st.text("0123456789", min_size=1, max_size=20)
codes = st.builds(lambda d: f"{d}{damm_digit(d)}", st.text("0123456789", min_size=12, max_size=12))
CODE = "1234567890123"


def fault_of(text: str) -> CodeFault:
    with pytest.raises(CodeError) as refused:
        parse_code(text)
    return refused.value.fault


def test_damms_own_example_has_the_check_digit_4() -> None:
    assert damm_digit("572") == 4


@given(digit_strings)
def test_a_number_with_its_check_digit_sums_to_nothing(digits: str) -> None:
    assert damm_digit(f"{digits}{damm_digit(digits)}") == 0


@given(codes, st.integers(0, CODE_LENGTH - 1), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(code: str, place: int, by: int) -> None:
    wrong = str((int(code[place]) + by) % 10)
    assert fault_of(code[:place] + wrong + code[place + 1 :]) is CodeFault.CHECK_DIGIT


@given(codes, st.integers(0, CODE_LENGTH - 2))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert fault_of(swapped) is CodeFault.CHECK_DIGIT


def test_new_codes_are_valid_differ_and_never_begin_with_0() -> None:
    made = {new_tracking_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(parse_code(code) == code and code[0] != "0" for code in made)


def test_codes_on_paper_and_on_screens_are_told_apart_by_their_first_digits() -> None:
    made = {new_paper_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(parse_code(code) == code and code[:2] >= "96" for code in made)
    assert not any(new_tracking_code()[:2] >= "96" for _ in range(2000))


def test_guessing_for_30_days_finds_nothing() -> None:
    """Ten guesses a second with the four digits of the phone, against 330,000 codes."""
    guesses = 10 * 86_400 * 30
    expected = guesses * 330_000 / (86 * 10**10) / 10**4
    assert expected < 0.001


def test_a_code_is_shown_in_groups_without_a_lone_digit() -> None:
    assert group_code(CODE) == "1234-567-890-123"


@given(codes)
def test_a_shown_code_is_understood_again(code: str) -> None:
    assert parse_code(group_code(code)) == code
    assert parse_code(persian_digits(group_code(code))) == code


@pytest.mark.parametrize(
    "typed",
    [
        "1234567890123",
        " 1234 5678 9012 3 ",
        "1234-567-890-123",
        "1234–567–890–123",
        "۱۲۳۴ ۵۶۷ ۸۹۰ ۱۲۳",
        "١٢٣٤٥٦٧٨٩٠١٢٣",
        "\u202d1234567890123\u202c",
        "۱۲۳۴\u200c۵۶۷\u200c۸۹۰\u200c۱۲۳",
        "کد رهگیری: ۱۲۳۴-۵۶۷-۸۹۰-۱۲۳",
        "TC-1234567890123",
        "فز-۱۲۳۴۵۶۷۸۹۰۱۲۳",
        "1234567890123\r\n",
    ],
)
def test_a_code_is_understood_however_it_comes(typed: str) -> None:
    assert parse_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "کد", "123", "123456789012", "12345678901234", "۱۲۳"])
def test_a_code_of_another_length_is_refused_as_such(typed: str) -> None:
    assert fault_of(typed) is CodeFault.LENGTH


def test_a_code_with_one_wrong_digit_is_refused_as_such() -> None:
    assert fault_of("1234567890125") is CodeFault.CHECK_DIGIT


@pytest.mark.parametrize("typed", ["12345O7890123", "1234+567890123", "1234ب567890123"])
def test_letters_among_the_digits_are_refused_as_such(typed: str) -> None:
    assert fault_of(typed) is CodeFault.CHARACTERS


def test_a_refusal_says_how_many_digits_came() -> None:
    with pytest.raises(CodeError) as refused:
        parse_code("1234-567")
    assert refused.value.digits == 7


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        assert len(parse_code(text)) == CODE_LENGTH
    except CodeError as refused:
        assert refused.fault in CodeFault


def test_a_receipts_secret_has_four_digits() -> None:
    secrets = {new_secret4() for _ in range(500)}
    assert all(re.fullmatch(r"\d{4}", secret) for secret in secrets)
    assert len(secrets) > 100


def test_a_token_holds_128_bits_in_one_case() -> None:
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(re.fullmatch(r"[a-z2-7]{26}", token) for token in tokens)


# What each key of a Latin keyboard writes in the Persian layout.
PERSIAN_KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "ضصثقفغعهخحشسیبلاتنمظطزرذدپ", strict=True))


def as_typed_in_persian(text: str) -> str:
    return "".join(PERSIAN_KEYS.get(c, persian_digits(c)) for c in text)


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26))
def test_a_token_survives_a_scanner_on_a_persian_layout(token: str) -> None:
    assert fold_scanner(as_typed_in_persian(token)) == token
    assert fold_scanner(token.upper()) == token


def test_a_link_survives_a_scanner_on_a_persian_layout() -> None:
    link = "https://desk.example/t/abc234"
    assert fold_scanner(as_typed_in_persian(link) + "\r\n") == link


def test_windows_older_persian_layout_is_understood() -> None:
    assert fold_scanner("ئي") == "md"


def test_a_scanned_code_comes_out_in_ascii() -> None:
    assert parse_code(fold_scanner("۱۲۳۴۵۶۷۸۹۰۱۲۳\n")) == CODE
