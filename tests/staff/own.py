"""Staff members signed in on their phones, and shifts for them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.accounts.queries import actor_of_user
from deskops.core import runtime
from deskops.core.dates import local_day
from deskops.core.messages import Message
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import DeskShift, ReplacementCall, Shift, ShiftSwap, StaffMember
from tests.fixtures import Browser, browser_of
from tests.small_trip import SmallTrip

# Ten in the morning in Tehran.
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@dataclass
class Somebody:
    """A staff member before their own screen."""

    id: int
    user_id: int
    trip: SmallTrip
    browser: Browser

    def actor(self) -> Actor:
        with runtime.current().database.reading() as session:
            found = actor_of_user(session, self.user_id)
        assert found is not None
        return found

    def api(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        answer = self.browser.post(f"/api/v1/trips/{self.trip.id}/my-shifts{path}", json=body)
        return answer.status_code, answer.json

    def sheet(self) -> dict[str, Any]:
        answer = self.browser.get(f"/api/v1/trips/{self.trip.id}/my-shifts")
        assert answer.status_code == 200, answer.json
        return answer.json

    def page(self, path: str = "") -> str:
        answer = self.browser.get(f"/trips/{self.trip.id}/my-shifts{path}", headers={"Cookie": "lang=en"})
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields: Any) -> Any:
        return self.browser.post(f"/trips/{self.trip.id}/my-shifts{path}", data=fields)


def staff_member(
    app: Flask,
    trip: SmallTrip,
    name: str,
    *,
    desk: str = "a",
    role: str = "staff",
    languages: str = "fa",
    mobile: str = "",
    most_shifts: int | None = None,
) -> Somebody:
    """On the list, with an account at their home desk, signed in."""
    with unit_of_work(SYSTEM) as uow:
        user_id = accounts.create_user(uow, name=name, grants=[Grant(role, trip.id, trip.desks[desk])])
        row = StaffMember(
            trip_id=trip.id, user_id=user_id, personnel_number=f"p{user_id}", name=name, mobile=mobile, role=role,
            languages=languages, home_desk_id=trip.desks[desk], most_shifts=most_shifts,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        token = accounts.open_session(uow, user_id, "test", "pytest", 24 * 30).token
    forget_recognised()
    return Somebody(row.id, user_id, trip, browser_of(app, token, user_id))


def slot(
    trip: SmallTrip,
    *,
    desk: str = "a",
    hours: float = 4,
    length: float = 4,
    target: int = 1,
    supervisors: int = 0,
    languages: str = "",
) -> int:
    """A shift that a desk needs filled, so many hours from NOW."""
    begins = NOW + timedelta(hours=hours)
    with unit_of_work(SYSTEM) as uow:
        row = DeskShift(
            trip_id=trip.id, desk_id=trip.desks[desk], day=local_day(begins), starts_at=begins,
            ends_at=begins + timedelta(hours=length), minimum=1, target=target, supervisors=supervisors,
            languages=languages,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
    return row.id


def put(who: Somebody, slot_id: int, **more: Any) -> int:
    """Plan somebody there, as an approved roster does, and they were told."""
    with unit_of_work(SYSTEM) as uow:
        need = uow.session.get_one(DeskShift, slot_id)
        facts = {"told_at": NOW - timedelta(hours=20)} | more
        row = Shift(
            staff_id=who.id,
            desk_id=need.desk_id,
            desk_shift_id=slot_id,
            starts_at=need.starts_at,
            ends_at=need.ends_at,
            **facts,
        )
        uow.session.add(row)
        uow.session.flush()
    return row.id


def call(who: Somebody, slot_id: int, *, instead_of: int | None = None, asked_by: int | None = None) -> int:
    """They are asked to step in."""
    with unit_of_work(SYSTEM) as uow:
        row = ReplacementCall(
            trip_id=who.trip.id, desk_shift_id=slot_id, instead_of_id=instead_of, staff_id=who.id, state="asked",
            asked_at=NOW, asked_by=asked_by,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
    return row.id


def offered(who: Somebody, shift_id: int, **wanted: Any) -> int:
    """They offer a shift of theirs."""
    status, answer = who.api(f"/{shift_id}/offer", **wanted)
    assert status == 200, answer
    return int(answer["id"])


def shift(shift_id: int) -> Shift:
    with runtime.current().database.reading() as session:
        return session.get_one(Shift, shift_id)


def swap(swap_id: int) -> ShiftSwap:
    with runtime.current().database.reading() as session:
        return session.get_one(ShiftSwap, swap_id)


def standing(slot_id: int) -> list[int]:
    """Who is planned in a shift of a desk."""
    with runtime.current().database.reading() as session:
        here = (Shift.desk_shift_id == slot_id, Shift.state.in_(("planned", "arrived", "completed")))
        return list(session.scalars(select(Shift.staff_id).where(*here).order_by(Shift.staff_id)))


def texts() -> list[tuple[str, str]]:
    """(number, text) of all messages, in their order."""
    with runtime.current().database.reading() as session:
        return [(row.address, row.text) for row in session.scalars(select(Message).order_by(Message.id))]
