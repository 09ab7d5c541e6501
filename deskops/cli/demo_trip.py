"""What the demo consists of: a live trip, invented staff, one user of each role. Made once, kept, carried
on each day.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import User
from deskops.accounts.permissions import INTEGRATION, ROLES
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks import rules
from deskops.desks import services as desks
from deskops.desks.models import Desk, Trip
from deskops.desks.services.guidance import CardRow, CardWords
from deskops.desks.services.trips import TripNames
from deskops.desks.template import province
from deskops.staff import services as staff
from deskops.staff.invented import invented_staff, invented_visitors
from deskops.staff.models import Shift, StaffMember

CODE = "demo"
# The hall has the most counters, so that whoever tries the demo finds one free; an agency's officer belongs
# to an agency.
STAFFED_DESK = "hall"
AGENCY_DESK = "labour"
LINK_LIFETIME = timedelta(days=1)
TOKEN_FILE = "demo-arrivals.token"
# Those whose role is at one desk, or for the agency of one.
AT_DESK = frozenset({"staff", "desk_head"})


@dataclass(frozen=True)
class SignIn:
    """A person of the demo and the secret of the link that signs them in once."""

    role: str
    name: str
    token: str


def ensure_demo(staff_count: int, seed: int) -> int:
    """The demo trip, made if it isn't there, and open today. Returns its id.

    Raises Refusal of whichever use case refuses; what was done before stays, and the next run goes on from
    there.
    """
    with runtime.current().database.reading() as session:
        trip_id = session.scalar(select(Trip.id).where(Trip.code == CODE))
    if trip_id is None:
        with unit_of_work(SYSTEM) as uow:
            trip_id = _make(uow, staff_count, seed)
    today = local_day(clock.now())
    with unit_of_work(SYSTEM) as uow:
        desks.reopen_demo_day(uow, SYSTEM, trip_id, today)
        staff.plan_shifts(uow, SYSTEM, trip_id, today)
    return trip_id


def sign_ins(trip_id: int, seed: int) -> list[SignIn]:
    """A fresh link for one user of each role that people have; links of earlier runs stay good for their
    day.
    """
    with unit_of_work(SYSTEM) as uow:
        return list(_sign_ins(uow, trip_id, seed))


def arrivals_token(trip_id: int, data_dir: Path) -> Path:
    """The file that holds the token with which the arrivals sign in; a new token where there is none."""
    path = data_dir / TOKEN_FILE
    with unit_of_work(SYSTEM) as uow:
        known = _user_id(uow.session, INTEGRATION)
        if known is not None and path.exists():
            return path
        user_id = known or accounts.create_user(
            uow, name="ورود نمایشی", username=_username(INTEGRATION), grants=[Grant(INTEGRATION, trip_id)]
        )
        token = accounts.make_api_token(uow, user_id, "demo arrivals")
    path.touch(mode=0o600)
    path.write_text(token, encoding="ascii")
    return path


def _make(uow: UnitOfWork, staff_count: int, seed: int) -> int:
    template = province()
    trip_id = desks.create_trip_from_template(
        uow,
        SYSTEM,
        template,
        code=CODE,
        names=TripNames(template.name_fa, template.name_en),
        starts_on=local_day(uow.now),
        phase=rules.LIVE,
        is_demo=True,
    )
    desk_ids = _desk_ids(uow.session, trip_id)
    people = [
        staff.NewStaff(
            personnel_number=person.personnel_number,
            name=f"{person.given_name} {person.family_name}",
            mobile=person.mobile,
            languages=person.languages,
            role=person.role,
            home_desk_id=desk_ids[person.home_desk],
        )
        for person in invented_staff(seed, staff_count)
    ]
    staff.add_staff(uow, SYSTEM, trip_id, people)
    desks.add_cards(uow, SYSTEM, trip_id, list(_cards(local_day(uow.now))))
    return trip_id


def _cards(today: date) -> Iterator[CardRow]:
    """The demo's guidance cards; one of them is out of date, so that its flag is seen."""
    text = files("deskops.cli").joinpath("demo_cards.toml").read_text(encoding="utf-8")
    for line, card in enumerate(tomllib.loads(text)["cards"], start=1):
        topic, is_old = card.pop("topic"), card.pop("out_of_date", False)
        good_until = today - timedelta(days=1) if is_old else None
        yield CardRow(line, topic, CardWords(**card), good_until)


def _sign_ins(uow: UnitOfWork, trip_id: int, seed: int) -> Iterator[SignIn]:
    people = invented_visitors(seed)
    for role in ROLES:
        person = next(people)
        if role == INTEGRATION:
            continue
        user_id = _user_id(uow.session, role) or _one_of_the_staff(uow.session, role, trip_id)
        if user_id is None:
            name = f"{person.given_name} {person.family_name}"
            grant = _grant(uow.session, role, trip_id)
            user_id = accounts.create_user(uow, name=name, username=_username(role), grants=[grant])
        user = uow.session.get_one(User, user_id)
        yield SignIn(role, user.name, accounts.make_link(uow, user_id, LINK_LIFETIME))


def _one_of_the_staff(session: Session, role: str, trip_id: int) -> int | None:
    """Who stands for a role at desks: somebody of the list, so that they have shifts of their own, and today's latest."""
    if role not in AT_DESK:
        return None
    query = (
        select(User)
        .join(StaffMember, StaffMember.user_id == User.id)
        .join(Shift, Shift.staff_id == StaffMember.id)
        .where(
            StaffMember.role == role, StaffMember.home_desk_id == _desk_ids(session, trip_id)[STAFFED_DESK]
        )
        .order_by(Shift.ends_at.desc(), StaffMember.id)
    )
    user = session.scalar(query.limit(1))
    if user is None:
        return None
    user.username = _username(role)
    return user.id


def _grant(session: Session, role: str, trip_id: int) -> Grant:
    """An administrator is one everywhere, as the real one is; the others have their role in the trip."""
    if role == "administrator":
        return Grant(role)
    if role in AT_DESK:
        return Grant(role, trip_id, desk_id=_desk_ids(session, trip_id)[STAFFED_DESK])
    if role == "agency_officer":
        agency = select(Desk.agency_id).where(Desk.trip_id == trip_id, Desk.code == AGENCY_DESK)
        return Grant(role, trip_id, agency_id=session.scalar(agency))
    return Grant(role, trip_id, rank="minister" if role == "official" else None)


def _desk_ids(session: Session, trip_id: int) -> Mapping[str, int]:
    rows = session.execute(select(Desk.code, Desk.id).where(Desk.trip_id == trip_id))
    return {row.code: row.id for row in rows}


def _username(role: str) -> str:
    return f"demo-{role.replace('_', '-')}"


def _user_id(session: Session, role: str) -> int | None:
    return session.scalar(select(User.id).where(User.username == _username(role)))
