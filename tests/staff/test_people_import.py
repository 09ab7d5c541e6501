"""People come by the thousand from a table: all of them or none, and nobody is lost by a second import."""

import pytest
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import GrantRow, LoginSession, User
from deskops.accounts.services.managing import add_followed_grant
from deskops.core import journal, runtime
from deskops.core.errors import Forbidden, NotFound
from deskops.core.i18n import using_language
from deskops.core.tables import Sheet
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document.listing import ADD, CHANGE, SAME
from deskops.desks.errors import PlanChanged
from deskops.staff.models import StaffAvailability, StaffTopic
from deskops.staff.services.people import import_people, try_people
from tests.desks.setups import actor_with
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.people import SARA, faults, imported, member, numbers, planned, several, sheet, warnings


def grants(trip_id: int, number: str = "0071") -> list[tuple[str, int | None, int | None]]:
    with runtime.current().database.reading() as session:
        query = (
            select(GrantRow).where(GrantRow.user_id == member(trip_id, number).user_id).order_by(GrantRow.id)
        )
        return [(row.role, row.trip_id, row.desk_id) for row in session.scalars(query)]


def events(trip_id: int) -> list[tuple[str, dict[str, object]]]:
    with runtime.current().database.reading() as session:
        return [(entry.kind, entry.payload) for entry in journal.trip_entries(session, trip_id, 0)]


def test_a_person_comes_with_all_that_the_row_says(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    sara = member(trip.id)
    assert (sara.name, sara.mobile, sara.languages, sara.role) == (
        "سارا نمونه",
        "09500000071",
        "fa,az",
        "staff",
    )
    assert (sara.home_desk_id, sara.most_shifts, sara.retired_at) == (trip.desks["a"], 4, None)
    with runtime.current().database.reading() as session:
        assert set(session.scalars(select(StaffTopic.topic_id))) == {trip.topics["loan"], trip.topics["work"]}
        [window] = session.scalars(select(StaffAvailability)).all()
        assert session.get_one(User, sara.user_id).name == "سارا نمونه"
    assert window.starts_at.isoformat() == "2026-11-24T03:30:00+00:00"
    assert grants(trip.id) == [("staff", trip.id, trip.desks["a"])]


def test_a_number_and_a_name_alone_make_a_person_who_works_where_needed(trip: SmallTrip) -> None:
    imported(trip.id, {"personnel_number": "۰۰۷۲", "name": "علي كريمي"})
    found = member(trip.id, "0072")
    assert (found.name, found.languages, found.role, found.home_desk_id) == ("علی کریمی", "fa", "staff", None)
    assert grants(trip.id, "0072") == [("staff", trip.id, None)]


def test_one_import_is_one_entry_in_the_trips_journal_without_names_or_phones(trip: SmallTrip) -> None:
    before = len(events(trip.id))
    imported(trip.id, *several(20))
    new = events(trip.id)[before:]
    assert new == [("staff.changed", {"staff_id": None, "added": 20, "changed": 0})]


def test_the_same_table_again_changes_nothing(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    plan = imported(trip.id, SARA)
    assert plan.counts == {SAME: 1}
    assert member(trip.id).version == 1


def test_a_known_number_changes_its_person_and_says_how(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    plan = imported(trip.id, SARA | {"name": "سارا دیگر", "mobile": "+98 950 000 0072", "availability": ""})
    [row] = plan.doing(CHANGE)
    assert [(before, after) for _, before, after in row.differs] == [
        ("سارا نمونه", "سارا دیگر"),
        ("2026-11-24 07:00-15:00", ""),
        ("09500000071", "09500000072"),
    ]
    sara = member(trip.id)
    assert (sara.name, sara.mobile, sara.version) == ("سارا دیگر", "09500000072", 2)
    with runtime.current().database.reading() as session:
        assert session.get_one(User, sara.user_id).name == "سارا دیگر"
        assert session.scalars(select(StaffAvailability)).all() == []


def test_a_column_that_the_table_lacks_leaves_what_is_there(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    imported(trip.id, {"personnel_number": "0071", "name": "سارا دیگر"})
    sara = member(trip.id)
    assert (sara.mobile, sara.home_desk_id, sara.most_shifts) == ("09500000071", trip.desks["a"], 4)


def test_who_is_not_in_the_table_stays_and_is_counted(trip: SmallTrip) -> None:
    imported(trip.id, *several(3))
    plan = imported(trip.id, several(1)[0])
    assert plan.absent == 2
    assert numbers(trip.id) == ["0001", "0002", "0003"]
    assert all(member(trip.id, number).retired_at is None for number in numbers(trip.id))


def test_a_moved_home_desk_moves_the_role_that_came_with_it_and_no_other(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    user_id = member(trip.id).user_id
    assert user_id is not None
    with unit_of_work(SYSTEM) as uow:
        add_followed_grant(uow, user_id, Grant("staff", trip.id, trip.desks["hall"]))
        add_followed_grant(uow, user_id, Grant("inspector", trip.id))
    imported(trip.id, SARA | {"home_desk": "2", "role": "مسئول میز"})
    assert grants(trip.id) == [
        ("staff", trip.id, trip.desks["hall"]),
        ("inspector", trip.id, None),
        ("desk_head", trip.id, trip.desks["b"]),
    ]


def test_a_new_role_ends_open_sessions_and_is_told(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    user_id = member(trip.id).user_id
    assert user_id is not None
    with unit_of_work(SYSTEM) as uow:
        accounts.open_session(uow, user_id, "test", "pytest", 8)
    imported(trip.id, SARA | {"home_desk": "b"})
    with runtime.current().database.reading() as session:
        assert session.scalars(select(LoginSession)).one().revoked_at is not None
    kinds = [kind for kind, _ in events(0)]
    assert kinds[-2:] == ["account.sessions_ended", "account.roles_changed"]


def test_a_new_phone_ends_no_session(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    user_id = member(trip.id).user_id
    assert user_id is not None
    with unit_of_work(SYSTEM) as uow:
        accounts.open_session(uow, user_id, "test", "pytest", 8)
    imported(trip.id, SARA | {"mobile": "09500000099"})
    with runtime.current().database.reading() as session:
        assert session.scalars(select(LoginSession)).one().revoked_at is None


def test_who_has_left_loses_the_desks_of_this_trip_and_nothing_else(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    imported(trip.id, SARA)
    user_id = member(trip.id).user_id
    assert user_id is not None
    with unit_of_work(SYSTEM) as uow:
        for grant in (
            Grant("staff", trip.id, trip.desks["hall"]),
            Grant("staff", other.id),
            Grant("board", trip.id),
        ):
            add_followed_grant(uow, user_id, grant)
    imported(trip.id, SARA | {"left": "بله"})
    assert member(trip.id).retired_at is not None
    assert grants(trip.id) == [("staff", other.id, None), ("board", trip.id, None)]
    imported(trip.id, SARA | {"left": "خیر"})
    assert member(trip.id).retired_at is None
    assert ("staff", trip.id, trip.desks["a"]) in grants(trip.id)


def test_an_empty_cell_under_left_keeps_who_left_away(trip: SmallTrip) -> None:
    imported(trip.id, SARA | {"left": "yes"})
    imported(trip.id, SARA | {"left": ""})
    assert member(trip.id).retired_at is not None
    assert grants(trip.id) == []


def test_nobody_becomes_a_coordinator_by_a_table(trip: SmallTrip) -> None:
    plan = planned(trip.id, SARA | {"role": "coordinator"})
    assert faults(plan) == [(2, "role", "Write one of: Staff, Desk head.")]


def test_two_rows_with_one_number_are_named_with_each_other(trip: SmallTrip) -> None:
    plan = planned(trip.id, SARA, SARA | {"personnel_number": "۰۰۷۱"})
    assert faults(plan) == [
        (3, "personnel_number", "Row 2 has the personnel number 0071 already. Keep one of the two rows.")
    ]


def test_an_unknown_desk_is_named(trip: SmallTrip) -> None:
    plan = planned(trip.id, SARA | {"home_desk": "99"})
    assert faults(plan) == [
        (2, "home_desk", "There is no “99”. Correct the code, or add it to its own list first.")
    ]


def test_all_faults_of_all_rows_are_told_at_once(trip: SmallTrip) -> None:
    wrong = {
        "personnel_number": "؟؟",
        "name": "123",
        "role": "king",
        "home_desk": "nowhere",
        "topics": "loan | magic",
        "languages": "elvish",
        "availability": "soon",
        "mobile": "12",
        "most_shifts": "0",
    }
    plan = planned(trip.id, wrong, SARA | {"name": ""})
    assert [(row, key) for row, key, _ in faults(plan)] == [
        (2, key)
        for key in (
            "personnel_number",
            "name",
            "role",
            "home_desk",
            "topics",
            "languages",
            "availability",
            "mobile",
            "most_shifts",
        )
    ] + [(3, "name")]


def test_a_table_with_one_fault_imports_nobody(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        plan = import_people(uow, SYSTEM, trip.id, sheet(*several(5), SARA | {"home_desk": "?"}))
    assert len(plan.faults) == 1
    assert numbers(trip.id) == []


def test_a_head_needs_a_desk_to_head(trip: SmallTrip) -> None:
    plan = planned(trip.id, SARA | {"role": "desk_head", "home_desk": ""})
    assert [(row, key) for row, key, _ in faults(plan)] == [(2, "home_desk")]
    imported(trip.id, SARA | {"role": "desk_head"})
    assert (
        len(
            planned(
                trip.id, {"personnel_number": "0071", "name": "سارا", "home_desk": ""} | {"mobile": "1"}
            ).faults
        )
        >= 1
    )


def test_one_mobile_of_two_people_is_a_warning(trip: SmallTrip) -> None:
    imported(trip.id, SARA)
    plan = planned(trip.id, *(SARA | {"personnel_number": number} for number in ("1", "2")))
    assert not plan.faults
    assert warnings(plan) == [
        "0071, 2 has the same mobile number.",
        "0071, 1 has the same mobile number.",
    ]


def test_topics_are_known_by_code_and_by_name(trip: SmallTrip) -> None:
    imported(trip.id, SARA | {"topics": "موضوع 1، housing"})
    with runtime.current().database.reading() as session:
        assert set(session.scalars(select(StaffTopic.topic_id))) == {
            trip.topics["work"],
            trip.topics["housing"],
        }


def test_whoever_agreed_to_another_plan_is_told_so(trip: SmallTrip) -> None:
    seen = planned(trip.id, SARA).sign
    imported(trip.id, SARA | {"name": "کسی دیگر"})
    with pytest.raises(PlanChanged), unit_of_work(SYSTEM) as uow:
        import_people(uow, SYSTEM, trip.id, sheet(SARA), seen=seen)


def test_what_was_prepared_counts_only_as_long_as_nothing_changed(trip: SmallTrip) -> None:
    with runtime.current().database.reading() as session:
        prepared = try_people(session, trip.id, sheet(SARA))
    imported(trip.id, SARA)
    with unit_of_work(SYSTEM) as uow:
        plan = import_people(uow, SYSTEM, trip.id, sheet(SARA), prepared)
    assert (plan.counts[ADD], plan.counts[SAME]) == (0, 1)
    assert numbers(trip.id) == ["0071"]


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "official"])
def test_only_who_leads_the_trip_imports_people(trip: SmallTrip, role: str) -> None:
    actor = actor_with(role, trip.id)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        import_people(uow, actor, trip.id, sheet(SARA))


def test_a_foreign_trip_is_not_there(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    actor = actor_with("coordinator", other.id)
    with pytest.raises(NotFound), unit_of_work(actor) as uow:
        import_people(uow, actor, trip.id, sheet(SARA))


def test_columns_may_be_called_as_the_screen_calls_them(trip: SmallTrip) -> None:
    head = ("شماره پرسنلی", "نام و نام خانوادگی", "میز اصلی", "موضوع‌ها")
    table = Sheet(head, {2: ("۰۰۷۱", "سارا نمونه", "1", "loan")})
    with using_language("en"), unit_of_work(SYSTEM) as uow:
        import_people(uow, SYSTEM, trip.id, table)
    assert member(trip.id).home_desk_id == trip.desks["a"]
