"""The code on a badge: read back however a scanner types it, and by nobody made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.staff.badges import BadgeRead, badge_code, read_badge

KEY = "s" * 64
PERSIAN, ARABIC = (str.maketrans("0123456789", digits) for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"))
IDS = st.integers(1, 999_999_999)


@given(IDS, IDS, st.integers(1, 999_999))
def test_what_is_written_is_read(trip_id: int, staff_id: int, version: int) -> None:
    code = badge_code(KEY, trip_id, staff_id, version)
    assert read_badge(KEY, code) == BadgeRead(trip_id, staff_id, version)
    assert len(code) <= 45
    assert set(code) <= set("0123456789-")


@pytest.mark.parametrize("keys", [PERSIAN, ARABIC])
def test_a_scanner_in_another_keyboard_layout_is_understood(keys: dict[int, int]) -> None:
    typed = badge_code(KEY, 1, 2345, 1).translate(keys)
    assert read_badge(KEY, f" {typed}\n") == BadgeRead(1, 2345, 1)
    assert read_badge(KEY, typed.replace("-", "ـ")) == BadgeRead(1, 2345, 1)


@given(st.text(max_size=60))
def test_no_other_text_is_a_badge(text: str) -> None:
    assert read_badge(KEY, text) in ("unreadable", "forged")


@pytest.mark.parametrize("changed", ["2-2345-1", "1-2346-1", "1-2345-2"])
def test_a_changed_badge_is_forged(changed: str) -> None:
    signature = badge_code(KEY, 1, 2345, 1).rpartition("-")[2]
    assert read_badge(KEY, f"{changed}-{signature}") == "forged"


def test_a_badge_of_another_server_is_forged() -> None:
    assert read_badge("t" * 64, badge_code(KEY, 1, 2345, 1)) == "forged"
