"""Desks exchange their numbers: in one list, in one bulk edit, and back again."""

import io
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.errors import InvalidInput
from deskops.core.tables import Sheet
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document.columns import DESKS
from deskops.desks.document.listing import ListPlan
from deskops.desks.errors import ChangedSince
from deskops.desks.models import Desk, SetupChange
from deskops.desks.services.bulk import DesksEdit, edit_desks, outlook
from deskops.desks.services.changes import undo_change
from deskops.desks.services.listing import import_list
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

HEADER = ("code", "name_fa", "number", "site", "speeds")


def numbers(trip: SmallTrip) -> dict[str, int]:
    with runtime.current().database.reading() as session:
        rows = session.execute(select(Desk.code, Desk.number).where(Desk.trip_id == trip.id))
        return {row.code: row.number for row in rows}


def listed(trip: SmallTrip, wanted: dict[str, int]) -> ListPlan:
    """A list of desks by code, with these numbers."""
    rows = [(code, f"میز {code}", str(number), "one", "loan") for code, number in wanted.items()]
    with unit_of_work(SYSTEM) as uow:
        return import_list(uow, SYSTEM, trip.id, DESKS, Sheet(HEADER, dict(enumerate(rows, start=2))))


def many(trip: SmallTrip, *names: str, how: str = "exchange") -> int | None:
    with unit_of_work(SYSTEM) as uow:
        desk_ids = [trip.desks[name] for name in names]
        return edit_desks(uow, SYSTEM, trip.id, desk_ids, DesksEdit(numbers=how)).change_id


def take_back(trip: SmallTrip, change_id: int | None) -> None:
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change_id or 0)


def last_change() -> int:
    with runtime.current().database.reading() as session:
        return session.scalars(select(SetupChange.id).order_by(SetupChange.id.desc())).first() or 0


def test_two_desks_exchange_their_numbers_in_one_list(trip: SmallTrip) -> None:
    before = numbers(trip)
    assert not listed(trip, {"a": before["b"], "b": before["a"]}).faults
    assert numbers(trip) == before | {"a": before["b"], "b": before["a"]}


def test_numbers_go_round_among_three_and_a_new_desk_takes_the_one_left_free(trip: SmallTrip) -> None:
    before = numbers(trip)
    wanted = {"new": before["a"], "a": before["b"], "b": before["hall"], "hall": 77}
    assert not listed(trip, wanted).faults
    assert numbers(trip) == before | wanted


def test_a_list_that_exchanged_numbers_is_taken_back_whole(trip: SmallTrip) -> None:
    before = numbers(trip)
    listed(trip, {"new": before["a"], "a": before["b"], "b": 88})
    take_back(trip, last_change())
    assert numbers(trip) == before


def test_a_number_of_a_desk_that_is_not_in_the_list_is_still_a_fault(trip: SmallTrip) -> None:
    before = numbers(trip)
    plan = listed(trip, {"a": before["hall"], "b": before["a"]})
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, 2)]
    assert numbers(trip) == before


def test_one_number_for_two_desks_of_a_list_is_still_a_fault(trip: SmallTrip) -> None:
    plan = listed(trip, {"a": 90, "b": 90})
    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, 2)]


def test_two_ticked_desks_exchange_their_numbers_and_undo_gives_them_back(trip: SmallTrip) -> None:
    before = numbers(trip)
    change = many(trip, "a", "hall")
    assert numbers(trip) == before | {"a": before["hall"], "hall": before["a"]}
    take_back(trip, change)
    assert numbers(trip) == before


def test_ticked_desks_share_their_numbers_out_in_the_order_of_the_list(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        for place, name in enumerate(("hall", "b", "a")):
            uow.session.get_one(Desk, trip.desks[name]).position = place
        uow.session.get_one(Desk, trip.desks["hq"]).position = 9
    before = numbers(trip)
    dealt = sorted(before[name] for name in ("a", "b", "hall"))
    many(trip, "a", "b", "hall", how="in_order")
    assert numbers(trip) == before | dict(zip(("hall", "b", "a"), dealt, strict=True))


@pytest.mark.parametrize("names", [("a",), ("a", "b", "hall")])
def test_an_exchange_is_between_two(trip: SmallTrip, names: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        many(trip, *names)
    assert "numbers" in refused.value.errors


def test_a_preview_names_the_desks_that_would_have_another_number(trip: SmallTrip) -> None:
    ids = [trip.desks[name] for name in ("a", "b")]
    with runtime.current().database.reading() as session:
        found = outlook(session, trip.id, ids, DesksEdit(numbers="exchange"))
        same = outlook(session, trip.id, ids, DesksEdit(numbers="in_order"))
    assert {desk.id for desk in found.changing} == set(ids)
    assert same.changing == []


def test_a_number_that_was_changed_since_or_is_anothers_by_now_is_not_taken_back(trip: SmallTrip) -> None:
    change = many(trip, "a", "b")
    listed(trip, {"a": 91})
    with pytest.raises(ChangedSince):
        take_back(trip, change)


def test_a_number_that_another_desk_has_by_now_is_not_taken_back(trip: SmallTrip) -> None:
    before = numbers(trip)
    listed(trip, {"a": 91})
    change = last_change()
    listed(trip, {"b": before["a"]})
    with pytest.raises(ChangedSince):
        take_back(trip, change)
    assert numbers(trip)["a"] == 91


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def test_the_page_exchanges_the_numbers_of_the_two_that_are_ticked(
    trip: SmallTrip, coordinator: Browser
) -> None:
    before = numbers(trip)
    data: dict[str, Any] = {"desk_ids": [trip.desks["a"], trip.desks["b"]], "numbers": "exchange"}
    assert coordinator.post(f"/trips/{trip.id}/desks/many", data=data).status_code == 303
    assert numbers(trip) == before | {"a": before["b"], "b": before["a"]}


def test_the_page_says_why_three_cannot_exchange(trip: SmallTrip, coordinator: Browser) -> None:
    data: dict[str, Any] = {"desk_ids": [trip.desks[name] for name in ("a", "b", "hall")]}
    answer = coordinator.post(f"/trips/{trip.id}/desks/many", data=data | {"numbers": "exchange"})
    assert answer.status_code == 422
    assert "آن دو میزی" in answer.text


def test_an_uploaded_list_exchanges_numbers_after_its_dry_run(trip: SmallTrip, coordinator: Browser) -> None:
    before = numbers(trip)
    lines = ["code,name_fa,number,site,speeds"]
    lines += [f"{code},میز,{before[other]},one,loan" for code, other in (("a", "b"), ("b", "a"))]
    file = (io.BytesIO("\n".join(lines).encode()), "desks.csv")
    sent = coordinator.post(
        f"/trips/{trip.id}/files", data={"kind": "desks", "file": file}, content_type="multipart/form-data"
    )
    assert coordinator.post(sent.location, data={}).status_code == 303
    assert numbers(trip) == before | {"a": before["b"], "b": before["a"]}
