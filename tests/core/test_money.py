"""Amounts as people type and read them."""

import pytest

from deskops.core.i18n import using_language
from deskops.core.money import rials, tomans, typed_tomans


@pytest.mark.parametrize(
    "typed",
    [
        "15000000", "۱۵۰۰۰۰۰۰", "١٥٠٠٠٠٠٠", "15,000,000", "۱۵٬۰۰۰٬۰۰۰", "۱۵،۰۰۰،۰۰۰", "15 000 000", "15.000.000",
        "۱۵ میلیون", "۱۵ ميليون تومان", "15000000 تومان", "15 million tomans", "۱۵ هزار هزار",
    ],
)  # fmt: skip
def test_an_amount_is_understood_however_it_is_typed(typed: str) -> None:
    assert rials(typed) == 150_000_000


@pytest.mark.parametrize(
    "typed", ["", "پول", "1,5", "1.5 میلیون", "-5", "15 میلیون ریال", "1,00,000", "تومان", "١٥x"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        rials(typed)


def test_people_read_tomans() -> None:
    with using_language("fa"):
        assert tomans(150_000_000) == "۱۵٬۰۰۰٬۰۰۰ تومان"
    with using_language("en"):
        assert (tomans(150_000_000), typed_tomans(15)) == ("15,000,000 tomans", "1.5")
