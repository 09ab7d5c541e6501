"""A trip with agencies, an official and somebody's demand, and orders on it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.accounts.queries import actor_of_user
from deskops.accounts.services.signing import PIN, Signature
from deskops.core import clock, jobs, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.demands.services.intake import Registration, register
from deskops.desks.models import Agency
from deskops.directives import rules
from deskops.directives.models import Directive
from deskops.directives.services import issuing, signing
from deskops.directives.services.orders import Order
from deskops.directives.services.templates import Template, add_template
from deskops.followup.models import Referral
from deskops.followup.services import collectives
from deskops.followup.services.collectives import Subject
from tests.small_trip import SmallTrip

# In Tehran, on a Sunday.
NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
BY_PIN = Signature(PIN, "phone")


@dataclass
class Ordering:
    """`agencies` by code: a ministry, its office below it, and a bank."""

    trip: SmallTrip
    agencies: dict[str, int]
    official: Actor

    def order(self, demand_id: int, **more: Any) -> Order:
        asked = Order(
            kind=rules.REFER,
            text="بررسی و اقدام شود.",
            demand_ids=(demand_id,),
            agency_ids=(self.agencies["office"],),
            days=10,
        )
        return replace(asked, **more)

    def sign(self, demand_id: int, who: Actor | None = None, **more: Any) -> int:
        with unit_of_work(who or self.official) as uow:
            order = self.order(demand_id, **more)
            return signing.sign_new(uow, who or self.official, self.trip.id, order, BY_PIN).id

    def issue(self, demand_id: int, **more: Any) -> Directive:
        """Signed, and the time to call it back is over."""
        directive_id = self.sign(demand_id, **more)
        wait()
        return directive(directive_id)


def ordering(trip: SmallTrip) -> Ordering:
    with unit_of_work(SYSTEM) as uow:
        ids: dict[str, int] = {}
        for code, above in (("ministry", None), ("office", "ministry"), ("bank", None)):
            row = Agency(
                code=code, name_fa=f"دستگاه {code}", name_en=code, parent_id=ids.get(above or ""), version=1
            )
            uow.session.add(row)
            uow.session.flush()
            ids[code] = row.id
    return Ordering(trip, ids, official(trip))


def official(
    trip: SmallTrip, rank: str = "governor", agency_id: int | None = None, name: str = "مقام آزمون"
) -> Actor:
    with unit_of_work(SYSTEM) as uow:
        user_id = accounts.create_user(
            uow, name=name, grants=[Grant("official", trip.id, agency_id=agency_id, rank=rank)]
        )
    return actor(user_id)


def actor(user_id: int) -> Actor:
    with runtime.current().database.reading() as session:
        found = actor_of_user(session, user_id)
    assert found is not None
    return found


def demand_of(trip: SmallTrip, **more: Any) -> int:
    asked = {"channel": "walk_in", "kind": "request", "topic_id": trip.topics["loan"], "name": "مینا آزمون"}
    asked |= {"phone": "09120000001", "site_id": trip.sites["one"]}
    with unit_of_work(SYSTEM) as uow:
        return register(uow, SYSTEM, trip.id, Registration(**(asked | more))).demand_id


def wait(seconds: float = 11) -> None:
    """Time goes by, and the worker does what is due."""
    clock.advance(seconds=seconds)
    while jobs.run_due():
        pass


def directive(directive_id: int) -> Directive:
    with runtime.current().database.reading() as session:
        row = session.get_one(Directive, directive_id)
        session.expunge(row)
    return row


def demand(demand_id: int) -> Demand:
    with runtime.current().database.reading() as session:
        row = session.get_one(Demand, demand_id)
        session.expunge(row)
    return row


def referrals() -> list[Referral]:
    with runtime.current().database.reading() as session:
        rows = list(session.scalars(select(Referral).order_by(Referral.id)))
        session.expunge_all()
    return rows


def an_order(trip: SmallTrip, demand_id: int, agency_id: int) -> int:
    """An order that an official of the trip has signed a moment ago."""
    giving = Ordering(trip, {"office": agency_id}, official(trip))
    return giving.sign(demand_id)


def an_issued_order(trip: SmallTrip, demand_id: int, agency_id: int) -> int:
    """An order that binds an agency, which has a copy of another; returns the other's id."""
    giving = Ordering(trip, {"office": agency_id}, official(trip))
    answer = {"kind": rules.THANK, "text": "", "agency_ids": (), "days": None, "copy_ids": (agency_id,)}
    signed = [giving.sign(demand_id), giving.sign(demand_id, **answer)]
    for directive_id in signed:
        with unit_of_work(SYSTEM) as uow:
            uow.session.get_one(Directive, directive_id).issues_at = uow.now
            issuing.issue(uow, trip.id, directive_id)
    return signed[-1]


def a_collective(trip: SmallTrip, demand_id: int) -> int:
    """A matter that a demand shares."""
    with unit_of_work(SYSTEM) as uow:
        made = collectives.make_collective(uow, SYSTEM, trip.id, Subject("راه شهرک", note="آسفالت نشده است."))
        collectives.tie(uow, SYSTEM, trip.id, made, [demand_id])
    return made


def a_template(trip: SmallTrip) -> int:
    """A template of the trip's own; the usual ones are taken over before it."""
    wanted = Template(rules.REFER, "ارجاع فوری", "بی‌درنگ اقدام شود.", 3)
    with unit_of_work(SYSTEM) as uow:
        return add_template(uow, SYSTEM, trip.id, wanted, own=False)
