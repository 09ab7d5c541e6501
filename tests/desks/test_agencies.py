"""Agencies: under one another, retired, deleted, with their contacts and days off; each change can be taken back."""

from datetime import date

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.errors import CodeTaken, InUse, RetiredAbove, StillBelow, UnderItself
from deskops.desks.models import Desk
from deskops.desks.queries.agencies import AgencyDetail, agency_detail, agency_tree
from deskops.desks.rules import WEEK, works_on
from deskops.desks.services import agencies as services
from deskops.desks.services.changes import Changed, undo_change
from tests.desks.agencies import add, agency_of, an_edit, an_office
from tests.desks.setups import actor_with, read_catalogue
from tests.small_trip import SmallTrip

pytestmark = pytest.mark.usefixtures("app")
HOLIDAY = date(2026, 11, 24)


def edit(agency: Changed, version: int = 1, **changes: object) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return services.edit_agency(uow, SYSTEM, agency.id, version, an_edit(**changes))


def act(service: object, agency_id: int, actor: Actor = SYSTEM) -> Changed:
    with unit_of_work(actor) as uow:
        return service(uow, actor, agency_id)  # type: ignore[operator, no-any-return]


def take_back(change: Changed) -> None:
    assert change.change_id is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, None, change.change_id)


def detail_of(agency_id: int) -> AgencyDetail:
    with runtime.current().database.reading() as session:
        return agency_detail(session, agency_id, "fri")


def names_in_tree(words: str = "", *, retired: bool = False) -> list[tuple[str, int]]:
    with runtime.current().database.reading() as session:
        return [(line.agency.code, line.depth) for line in agency_tree(session, words, retired=retired)]


def test_an_office_stands_under_its_agency_and_that_under_its_ministry() -> None:
    ministry = add("ministry")
    agency = add("agency", ministry)
    office = add("office", agency)
    add("bank")
    assert names_in_tree() == [("ministry", 0), ("agency", 1), ("office", 2), ("bank", 0)]
    assert [above.code for above in detail_of(office.id).path] == ["ministry", "agency"]


def test_two_agencies_with_one_code_are_refused() -> None:
    add("ministry")
    with pytest.raises(CodeTaken):
        add("ministry")


def test_an_agency_moves_with_all_that_stands_below_it() -> None:
    first, second = add("first"), add("second")
    agency = add("agency", first)
    add("office", agency)
    edit(agency, parent_id=second.id)
    assert names_in_tree() == [("first", 0), ("second", 0), ("agency", 1), ("office", 2)]


@pytest.mark.parametrize("under", ["itself", "its child", "its grandchild"])
def test_an_agency_never_stands_under_itself_or_below_itself(under: str) -> None:
    top = add("top", name="وزارت آزمون")
    child = add("child", top)
    parents = {"itself": top, "its child": child, "its grandchild": add("grandchild", child)}
    with pytest.raises(UnderItself) as refused:
        edit(top, name="وزارت آزمون", parent_id=parents[under].id)
    assert "وزارت آزمون" in refused.value.text()
    assert agency_of(top.id).parent_id is None


def test_an_edit_that_saw_an_older_state_is_refused() -> None:
    agency = add("agency")
    edit(agency, name="نام دوم")
    with pytest.raises(StaleVersion) as refused:
        edit(agency, name="نام سوم")
    assert refused.value.details == {"yours": 1, "current": 2}


def test_an_edit_is_taken_back() -> None:
    agency = add("agency", name="نام یکم", phone="111")
    take_back(edit(agency, name="نام دوم"))
    assert (agency_of(agency.id).name_fa, agency_of(agency.id).phone) == ("نام یکم", "111")


def test_an_edit_that_changes_nothing_leaves_no_change() -> None:
    agency = add("agency", name="نام یکم")
    assert edit(agency, name="نام یکم").change_id is None


@pytest.mark.parametrize("words", ["كار", "تعاون كار", "cooperatives", "RAFAH", "تعاون‌کار"])
def test_an_agency_is_found_however_it_is_typed(words: str) -> None:
    add("rafah", name="اداره کل تعاون، کار و رفاه", name_en="Cooperatives and Labour", short_fa="تعاون‌کار")
    add("water", name="آب و فاضلاب")
    assert names_in_tree(words) == [("rafah", 0)]


def test_what_is_found_shows_what_it_stands_under() -> None:
    ministry = add("ministry", name="وزارت نیرو")
    add("water", ministry, name="آب و فاضلاب")
    add("power", ministry, name="برق")
    assert names_in_tree("فاضلاب") == [("ministry", 0), ("water", 1)]


def test_a_retired_agency_is_shown_on_request_and_comes_back() -> None:
    agency = add("agency")
    act(services.retire_agency, agency.id)
    assert names_in_tree() == []
    assert names_in_tree(retired=True) == [("agency", 0)]
    act(services.restore_agency, agency.id)
    assert names_in_tree() == [("agency", 0)]


def test_who_still_stands_below_keeps_an_agency_from_retiring() -> None:
    ministry = add("ministry")
    child = add("child", ministry, name="اداره زیرمجموعه")
    with pytest.raises(StillBelow) as refused:
        act(services.retire_agency, ministry.id)
    assert "اداره زیرمجموعه" in refused.value.text()
    act(services.retire_agency, child.id)
    act(services.retire_agency, ministry.id)
    with pytest.raises(RetiredAbove):
        act(services.restore_agency, child.id)


def test_nothing_new_stands_under_a_retired_agency() -> None:
    ministry = add("ministry")
    act(services.retire_agency, ministry.id)
    with pytest.raises(RetiredAbove):
        add("office", ministry)


def test_an_agency_under_one_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        add("office", Changed(4711, 1, None))
    assert "parent_id" in refused.value.errors


def test_an_unused_agency_is_deleted_with_its_contacts_and_comes_back_with_them() -> None:
    office = an_office()
    change = act(services.delete_agency, office.id)
    with pytest.raises(NotFound):
        detail_of(office.id)
    take_back(change)
    back = detail_of(office.id)
    assert [contact.name for contact in back.contacts] == ["مینا نمونه"]
    assert [holiday.day for holiday in back.holidays] == [HOLIDAY]


def test_whoever_uses_an_agency_is_named_where_it_is_to_be_deleted(trip: SmallTrip) -> None:
    agency = add("agency")
    add("office", agency, name="اداره زیرمجموعه")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).agency_id = agency.id
        accounts.create_user(
            uow, name="رابط نمونه", grants=[Grant("agency_officer", trip.id, None, agency.id)]
        )
    with pytest.raises(InUse) as refused:
        act(services.delete_agency, agency.id)
    for user in ("میز 1", "سفر آزمون", "اداره زیرمجموعه", "رابط نمونه"):
        assert user in refused.value.text()
    assert {use["table"] for use in refused.value.details["uses"]} == {"desks", "agencies", "grants"}
    assert agency_of(agency.id).code == "agency"


def test_contacts_are_added_changed_and_removed() -> None:
    agency = add("agency")
    with unit_of_work(SYSTEM) as uow:
        services.set_contact(
            uow, SYSTEM, agency.id, None, services.ContactEdit(name="سارا نمونه", phone="111")
        )
    contact = detail_of(agency.id).contacts[0]
    with unit_of_work(SYSTEM) as uow:
        services.set_contact(
            uow, SYSTEM, agency.id, contact.id, services.ContactEdit(name="سارا نمونه", phone="112")
        )
    assert detail_of(agency.id).contacts[0].phone == "112"
    with unit_of_work(SYSTEM) as uow:
        removed = services.remove_contact(uow, SYSTEM, agency.id, contact.id)
    assert detail_of(agency.id).contacts == []
    take_back(removed)
    assert detail_of(agency.id).contacts[0].phone == "112"


def test_a_contact_of_another_agency_is_not_found() -> None:
    office, other = an_office(), add("other")
    contact = detail_of(office.id).contacts[0]
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        services.remove_contact(uow, SYSTEM, other.id, contact.id)


def test_an_office_works_by_its_ministry_s_week_and_its_own_holidays() -> None:
    chain = detail_of(an_office().id).chain
    days = {day: works_on(chain, date(2026, 11, day)) for day in (22, 24, 26, 27)}
    assert days == {22: True, 24: False, 26: False, 27: True}


def test_a_day_stands_in_a_calendar_once() -> None:
    office = an_office()
    with pytest.raises(InvalidInput), unit_of_work(SYSTEM) as uow:
        services.add_holiday(uow, SYSTEM, office.id, HOLIDAY, "بار دوم", works=True)
    with unit_of_work(SYSTEM) as uow:
        services.add_holiday(uow, SYSTEM, None, HOLIDAY, "برای همه", works=False)


def test_a_holiday_is_taken_out_and_put_back() -> None:
    office = an_office()
    holiday = detail_of(office.id).holidays[0]
    with unit_of_work(SYSTEM) as uow:
        removed = services.remove_holiday(uow, SYSTEM, office.id, holiday.id)
    assert detail_of(office.id).holidays == []
    take_back(removed)
    assert detail_of(office.id).holidays[0].day == HOLIDAY


def test_a_holiday_of_all_is_not_taken_out_on_an_agency_s_page() -> None:
    office = an_office()
    with unit_of_work(SYSTEM) as uow:
        services.add_holiday(uow, SYSTEM, None, HOLIDAY, "برای همه", works=False)
    holiday = detail_of(office.id).holidays[0]
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        services.remove_holiday(uow, SYSTEM, None, holiday.id)


def test_an_agency_that_never_works_is_refused() -> None:
    with pytest.raises(InvalidInput):
        add("agency", days_off=WEEK)


def test_every_screen_reads_an_agency_s_new_name(trip: SmallTrip) -> None:
    agency = add("agency", name="نام یکم")
    before = read_catalogue(trip.id).agencies[agency.id].name_fa
    edit(agency, name="نام دوم")
    assert (before, read_catalogue(trip.id).agencies[agency.id].name_fa) == ("نام یکم", "نام دوم")


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "agency_officer"])
def test_agencies_are_changed_by_coordinators_and_administrators_alone(trip: SmallTrip, role: str) -> None:
    with pytest.raises(Forbidden):
        add("agency", actor=actor_with(role, trip.id))
    assert add("agency", actor=actor_with("coordinator", trip.id)).id
    assert add("second", actor=actor_with("administrator")).id
