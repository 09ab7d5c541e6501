"""What stands in letters: to agencies, for information, and to the person."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core.qr import qr_svg
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Person
from deskops.directives import rules
from deskops.directives.services import issuing
from tests.directives.lettered import (
    BASE,
    html_of,
    letter_of,
    papers_to_bring,
    printed_lines,
    to_agency,
    to_person,
    words_of,
)
from tests.directives.ordered import NOON, Ordering, demand_of, directive, official

PERSON = {"name": "مینا آزمون", "phone": "09120000001", "text": "راه روستای ما بسته است.", "county": "اهر"}
SCRIPT = "<script>alert(1)</script>"


def loan(giving: Ordering, **more: Any) -> tuple[int, int]:
    """An introduction to the bank; returns the ids of order and demand."""
    about = demand_of(giving.trip, **PERSON)
    asked = {"kind": rules.INTRODUCE, "agency_ids": (giving.agencies["bank"],), "amount": 150_000_000}
    return giving.issue(about, **(asked | more)).id, about


def test_an_agencys_letter_says_all_that_it_has_to_act_on(giving: Ordering) -> None:
    about = demand_of(giving.trip, **PERSON)
    issued = giving.issue(about, text="ظرف ده روز بازگشایی شود.", copy_ids=(giving.agencies["ministry"],))
    html = html_of(letter_of(giving.trip, to_agency(issued.id, giving.agencies["office"])))
    said = words_of(html)
    for words in (
        "۱۴۰۵/۱", "۱۴۰۵/۰۹/۰۱", "به: دستگاه office", "مقام آزمون", "استاندار", "ظرف ده روز بازگشایی شود.",
        "۱۰ روز کاری، تا پایان", "مینا آزمون", "۰۹۱۲۰۰۰۰۰۰۱", "راه روستای ما بسته است.", "اهر",
        "رونوشت، برای آگاهی: دستگاه ministry",
    ):  # fmt: skip
        assert words in said, words
    assert str(qr_svg(f"{BASE}/l/{issued.token}", quick=True)) in html
    assert 'lang="fa" dir="rtl"' in html


def test_a_copy_says_so_and_not_how_to_reach_the_person(giving: Ordering) -> None:
    about = demand_of(giving.trip, **PERSON)
    issued = giving.issue(about, copy_ids=(giving.agencies["ministry"],))
    said = words_of(html_of(letter_of(giving.trip, to_agency(issued.id, giving.agencies["ministry"]))))
    assert "رونوشت، برای آگاهی" in said
    assert "دستگاه office" in said
    for hidden in ("۰۹۱۲۰۰۰۰۰۰۱", "راه روستای ما", "اهر"):
        assert hidden not in said


def test_a_letter_of_introduction_says_which_bank_how_much_what_to_bring_and_until_when(
    giving: Ordering,
) -> None:
    papers_to_bring(giving.trip, "loan", "کارت ملی\nفیش حقوقی ضامن")
    issued, about = loan(giving)
    said = words_of(html_of(letter_of(giving.trip, to_person(issued, about))))
    for words in ("معرفی‌نامه", "دستگاه bank", "۱۵٬۰۰۰٬۰۰۰ تومان (پانزده میلیون تومان)", "کارت ملی",
                  "فیش حقوقی ضامن", "مهلت مراجعه به بانک", "مینا آزمون"):  # fmt: skip
        assert words in said, words
    for hidden in ("۰۹۱۲۰۰۰۰۰۰۱", "راه روستای ما", "اهر"):
        assert hidden not in said


def test_the_last_day_is_the_agencys_own(giving: Ordering) -> None:
    issued, about = loan(giving, days=5)
    # Monday to Thursday, and Saturday after the Friday off.
    for key in (to_agency(issued, giving.agencies["bank"]), to_person(issued, about)):
        assert "شنبه ۷ آذر ۱۴۰۵" in words_of(html_of(letter_of(giving.trip, key)))


def test_who_speaks_english_gets_an_english_letter_and_the_agency_a_persian_one(giving: Ordering) -> None:
    issued, about = loan(giving)
    with unit_of_work(SYSTEM) as uow:
        uow.session.query(Person).update({"language": "en"})
    said = words_of(html_of(letter_of(giving.trip, to_person(issued, about))))
    assert "15,000,000 tomans (fifteen million tomans)" in said
    assert "Letter of introduction" in said
    assert "معرفی به بانک" in words_of(
        html_of(letter_of(giving.trip, to_agency(issued, giving.agencies["bank"])))
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (rules.GUIDANCE, "راهنمایی"),
        (rules.REFUSE, "پاسخ"),
        (rules.THANK, "تقدیر"),
        (rules.DOCUMENTS, "مدارک"),
    ],
)
def test_an_answer_is_a_letter_to_the_person_alone(giving: Ordering, kind: str, words: str) -> None:
    about = demand_of(giving.trip, **PERSON)
    issued = giving.issue(about, kind=kind, agency_ids=(), days=None, text="به کلانتری مراجعه شود.")
    assert list(printed_lines(giving.trip)) == [to_person(issued.id, about)]
    said = words_of(html_of(letter_of(giving.trip, to_person(issued.id, about))))
    assert words in said
    assert "به کلانتری مراجعه شود." in said
    assert "مهلت" not in said


def test_whose_matter_it_is_stands_in_the_letter(giving: Ordering) -> None:
    about = demand_of(giving.trip, **PERSON)
    whose = giving.agencies["ministry"]
    issued = giving.issue(about, kind=rules.OUT_OF_AUTHORITY, agency_ids=(), days=None, whose_id=whose)
    said = words_of(html_of(letter_of(giving.trip, to_person(issued.id, about))))
    assert "مرجع تصمیم‌گیری: دستگاه ministry" in said


def test_one_order_for_many_lists_them_for_the_agency_and_nobody_else_for_each(giving: Ordering) -> None:
    first = demand_of(giving.trip, **PERSON)
    other = demand_of(giving.trip, name="رضا نمونه", phone="09120000002")
    issued = giving.issue(first, demand_ids=(first, other))
    said = words_of(html_of(letter_of(giving.trip, to_agency(issued.id, giving.agencies["office"]))))
    assert "۲ درخواست" in said
    assert ("مینا آزمون" in said, "رضا نمونه" in said, "۰۹۱۲۰۰۰۰۰۰۲" in said) == (True, True, True)
    assert "رضا نمونه" not in words_of(html_of(letter_of(giving.trip, to_person(issued.id, first))))
    assert len(printed_lines(giving.trip)) == 3


def test_an_older_demand_is_named_by_its_code(giving: Ordering) -> None:
    older, now = (
        demand_of(giving.trip, **PERSON),
        demand_of(giving.trip, name="رضا نمونه", phone="09120000002"),
    )
    issued = giving.issue(now, kind=rules.FOLLOW_UP, older_ids=(older,))
    letter = letter_of(giving.trip, to_agency(issued.id, giving.agencies["office"]))
    assert len(letter.older) == 1
    assert "موردهای پیشین" in words_of(html_of(letter))


def test_what_people_typed_never_becomes_markup(giving: Ordering) -> None:
    about = demand_of(giving.trip, **(PERSON | {"name": SCRIPT, "text": SCRIPT, "address": '"><img src=x>'}))
    issued = giving.issue(about, text=SCRIPT)
    for key in (to_agency(issued.id, giving.agencies["office"]), to_person(issued.id, about)):
        html = html_of(letter_of(giving.trip, key))
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_the_official_stays_what_they_were_when_they_signed(giving: Ordering) -> None:
    bank = giving.agencies["bank"]
    of_bank = official(giving.trip, "representative", bank, name="نماینده بانک")
    issued = giving.issue(demand_of(giving.trip, **PERSON), who=of_bank, agency_ids=(bank,))
    with unit_of_work(SYSTEM) as uow:
        uow.session.query(GrantRow).delete()
    assert (directive(issued.id).rank, directive(issued.id).office_id) == ("representative", bank)
    said = words_of(html_of(letter_of(giving.trip, to_agency(issued.id, bank))))
    assert "نماینده بانک نماینده تام‌الاختیار دستگاه bank" in said


def test_without_a_public_address_there_is_no_code(giving: Ordering) -> None:
    issued, about = loan(giving)
    html = html_of(letter_of(giving.trip, to_person(issued, about), base=None))
    assert "<svg" not in html
    assert "/l/" not in html


def test_what_binds_no_more_or_not_yet_has_no_letter(giving: Ordering) -> None:
    giving.sign(demand_of(giving.trip, **PERSON))
    assert printed_lines(giving.trip) == {}
    issued, _about = loan(giving)
    assert len(printed_lines(giving.trip)) == 4
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, issued, "اشتباه")
    assert all(key.directive_id != issued for key in printed_lines(giving.trip))


def test_letters_are_found_by_day_official_agency_and_whom_they_go_to(giving: Ordering) -> None:
    issued, about = loan(giving)
    bank = to_agency(issued, giving.agencies["bank"])
    both = [bank, to_person(issued, about)]
    assert list(printed_lines(giving.trip)) == both
    assert list(printed_lines(giving.trip, day=NOON.date(), official_id=giving.official.user_id)) == both
    assert list(printed_lines(giving.trip, agency_id=giving.agencies["bank"])) == both
    assert list(printed_lines(giving.trip, to="agency")) == [bank]
    assert printed_lines(giving.trip, agency_id=giving.agencies["office"]) == {}
    assert printed_lines(giving.trip, official_id=4711) == {}
    assert printed_lines(giving.trip, day=datetime(2026, 11, 23, tzinfo=UTC).date()) == {}
