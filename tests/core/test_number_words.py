"""Amounts in words, as letters write them out."""

import pytest

from deskops.core.i18n import using_language
from deskops.core.number_words import MOST, in_words


@pytest.mark.parametrize(
    ("value", "persian", "english"),
    [
        (0, "صفر", "zero"),
        (7, "هفت", "seven"),
        (19, "نوزده", "nineteen"),
        (21, "بیست و یک", "twenty-one"),
        (90, "نود", "ninety"),
        (115, "صد و پانزده", "one hundred fifteen"),
        (1_000, "هزار", "one thousand"),
        (2_500, "دو هزار و پانصد", "two thousand five hundred"),
        (15_000_000, "پانزده میلیون", "fifteen million"),
        (1_001_000, "یک میلیون و هزار", "one million one thousand"),
        (
            59_625_000_000,
            "پنجاه و نه میلیارد و ششصد و بیست و پنج میلیون",
            "fifty-nine billion six hundred twenty-five million",
        ),
    ],
)
def test_a_number_is_written_out_in_both_languages(value: int, persian: str, english: str) -> None:
    with using_language("fa"):
        assert in_words(value) == persian
    with using_language("en"):
        assert in_words(value) == english


def test_every_number_below_ten_thousand_has_words_of_its_own() -> None:
    for language in ("fa", "en"):
        with using_language(language):
            assert len({in_words(value) for value in range(10_000)}) == 10_000


def test_the_largest_amount_has_words_and_what_is_beyond_is_refused() -> None:
    assert in_words(MOST)
    for beyond in (-1, MOST + 1):
        with pytest.raises(ValueError, match=str(beyond)):
            in_words(beyond)
