"""Stored text, search forms and digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.core.text import (
    ascii_digits,
    clean_line,
    clean_text,
    name_form,
    persian_digits,
    search_form,
    search_words,
)

ZWNJ = "\u200c"
PERSIAN_LETTERS = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
words = st.text(PERSIAN_LETTERS, min_size=1, max_size=8)

# How the same letter arrives from other keyboards and from copied text.
TWINS = {"ی": "يىئې", "ک": "كڪ", "ه": "ةۀە", "ا": "أإآٱ", "و": "ؤۆ"}


@st.composite
def typings_of_one_name(draw: st.DrawFn) -> tuple[str, str]:
    parts = draw(st.lists(words, min_size=1, max_size=4))
    return " ".join(parts), typed_otherwise(draw, parts)


def typed_otherwise(draw: st.DrawFn, parts: list[str]) -> str:
    """The same parts with other letters, vowel marks and stretches, joined by anything that people use."""
    noise = st.sampled_from(["", "", "ـ", "َ", "ّ", "\u200f", "\u200b"])
    typed = [
        "".join(draw(st.sampled_from([c, *TWINS.get(c, "")])) + draw(noise) for c in part) for part in parts
    ]
    joint = st.sampled_from(["", " ", ZWNJ, "  ", f"{ZWNJ}{ZWNJ}", "-", "\u00a0"])
    return "".join(part + draw(joint) for part in typed)


@given(typings_of_one_name())
def test_a_name_is_one_however_typed(typings: tuple[str, str]) -> None:
    plain, other = typings
    assert name_form(plain) == name_form(other)


@given(typings_of_one_name())
def test_a_name_is_found_by_a_query_typed_otherwise(typings: tuple[str, str]) -> None:
    plain, other = typings
    assert all(word in name_form(other) for word in search_words(plain))
    assert all(word in name_form(plain) for word in search_words(other))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert name_form(name_form(text)) == name_form(text)
    assert search_form(search_form(text)) == search_form(text)
    assert search_words(" ".join(search_words(text))) == search_words(text)


@given(st.text())
def test_a_text_is_found_by_each_of_its_own_words(text: str) -> None:
    form = search_form(text)
    assert all(word in form for word in search_words(text))


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(st.characters(), max_size=200))
def test_cleaned_text_can_always_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned


@pytest.mark.parametrize("query", ["علیرضا", "علی رضا", f"علی{ZWNJ}رضا", "علي رضا", "عَلی‌رِضا", "عليـرضا"])
@pytest.mark.parametrize("stored", ["علیرضا", "علی رضا", f"علی{ZWNJ}رضا", "عليرضا"])
def test_alireza_is_found_in_all_his_spellings(stored: str, query: str) -> None:
    assert name_form(query) == name_form(stored)
    assert all(word in name_form(stored) for word in search_words(query))


def test_a_word_with_zwnj_is_indexed_apart_and_joined() -> None:
    assert search_form(f"آسفالت می{ZWNJ}شود") == "اسفالت می شود میشود"


@pytest.mark.parametrize("query", ["می شود", "میشود", f"می{ZWNJ}شود"])
def test_a_text_with_zwnj_is_found_in_three_typings(query: str) -> None:
    assert all(word in search_form(f"کی درست می{ZWNJ}شود؟") for word in search_words(query))


def test_two_different_names_stay_different() -> None:
    assert name_form("رضا احمدی") != name_form("رضا احدی")
    assert name_form("سارا") != name_form("زارا")


def test_words_of_a_text_stay_apart_in_its_search_form() -> None:
    assert "رضا" not in search_form("کار ضامن")


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("مسؤول", "مسوول"),
        ("رئیس", "رییس"),
        ("جزء", "جز"),
        ("خانهٔ", "خانه"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("کُردستان", "کردستان"),
        ("ڕۆژ", "روژ"),
        ("IŞIL Ağaoğlu", "isilagaoglu"),
        ("ışıl", "isil"),
        ("José", "jose"),
        ("ＡＢＣ１２", "abc12"),
        ("Аnna", "anna"),
    ],
)
def test_letters_fold_to_their_plain_twin(typed: str, form: str) -> None:
    assert name_form(typed) == form


@pytest.mark.parametrize("digits", ["0914", "۰۹۱۴", "٠٩١٤", "０９１４", "𝟎𝟗𝟏𝟒"])
def test_digits_of_any_script_become_ascii(digits: str) -> None:
    assert ascii_digits(f"شماره {digits}") == "شماره 0914"
    assert name_form(digits) == "0914"


def test_superscripts_and_fractions_are_no_decimal_digits() -> None:
    assert ascii_digits("م² ½") == "م² ½"


def test_persian_digits_replace_latin_and_arabic_ones() -> None:
    assert persian_digits("A-12 ٣") == "A-۱۲ ۳"


@given(st.integers(min_value=0))
def test_digits_go_to_persian_and_back(value: int) -> None:
    assert ascii_digits(persian_digits(str(value))) == str(value)


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e",
        "\u2066",
        "\u2069",
        "\u061c",
        "\u200b",
        "\u200d",
        "\u200e",
        "\ufeff",
        "\x00",
        "\x1b",
        "\u00ad",
        "\u3164",
    ],
)
def test_invisible_controls_are_stripped(hidden: str) -> None:
    assert clean_line(f"رضا{hidden}احمدی") == "رضااحمدی"


def test_a_lone_surrogate_is_stripped() -> None:
    assert clean_line("رضا\ud800") == "رضا"


def test_a_zwnj_between_letters_is_kept_once() -> None:
    assert clean_line(f"می{ZWNJ}{ZWNJ}شود") == f"می{ZWNJ}شود"


@pytest.mark.parametrize("stray", [f"{ZWNJ}رضا", f"رضا{ZWNJ}", f" {ZWNJ} رضا", f"رضا{ZWNJ}\n"])
def test_a_zwnj_that_parts_nothing_is_dropped(stray: str) -> None:
    assert clean_line(stray) == "رضا"


def test_a_name_of_nothing_visible_is_empty() -> None:
    assert clean_line(f" \u200b{ZWNJ}\u3164\u202e\t\n") == ""


def test_letters_are_stored_as_typed_but_composed() -> None:
    assert clean_line("علي  كريمي") == "علي كريمي"
    assert clean_line("آ") == "آ"


def test_lines_are_kept_in_a_text_and_joined_in_a_line() -> None:
    typed = "  سلام \r\n\r\n\r\n\r\n  خیابان\tما\u2028تاریک است  \n"
    assert clean_text(typed) == "سلام\n\nخیابان ما\nتاریک است"
    assert clean_line(typed) == "سلام خیابان ما تاریک است"


def test_a_name_of_a_hundred_thousand_letters_is_folded_all_the_same() -> None:
    assert len(name_form("ي " * 50_000)) == 50_000


@given(st.text(), st.text())
def test_words_fold_alone_as_they_do_in_company(first: str, second: str) -> None:
    assert name_form(f"{first} {second}") == name_form(first) + name_form(second)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_newline_parts_words_and_lines(newline: str) -> None:
    assert search_form(f"آب{newline}برق") == "اب برق"
    assert clean_text(f"آب{newline}برق") == "آب\nبرق"


def test_a_variation_selector_does_not_hide_a_name() -> None:
    assert clean_line("رض\ufe0fا\U000e0101") == "رضا"
    assert name_form("رض\ufe0fا\U000e0101") == "رضا"


def test_punctuation_and_emoji_are_not_searched() -> None:
    assert search_form("آب، برق؛ (گاز)! 🙂") == "اب برق گاز"
    assert search_words("🙂 «»") == ()


def test_a_query_names_each_word_once_in_its_order() -> None:
    assert search_words("وام مسکن، وام") == ("وام", "مسکن")


def test_a_query_with_words_in_another_order_finds_the_name() -> None:
    assert all(word in name_form("علی‌رضا احمدی‌نژاد") for word in search_words("احمدي نژاد عليرضا"))
