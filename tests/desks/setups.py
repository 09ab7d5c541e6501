"""What the tests of set-up begin with."""

from datetime import date

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import queries
from deskops.desks.queries import Catalogue
from deskops.desks.services import create_trip_from_template
from deskops.desks.services.desks import DeskEdit
from deskops.desks.services.trips import TripNames
from deskops.desks.template import province

FIRST_DAY = date(2026, 11, 22)


def actor_with(role: str, trip_id: int | None = None, desk_id: int | None = None) -> Actor:
    return Actor(None, "آزمون", (Grant(role, trip_id, desk_id),), via="session")


def set_up(
    code: str = "province", actor: Actor = SYSTEM, starts_on: date = FIRST_DAY, is_demo: bool = False
) -> int:
    """A trip from the template that ships."""
    with unit_of_work(actor) as uow:
        names = TripNames("سفر استانی", "Provincial trip")
        return create_trip_from_template(
            uow, actor, province(), code=code, names=names, starts_on=starts_on, is_demo=is_demo
        )


def read_catalogue(trip_id: int) -> Catalogue:
    with runtime.current().database.reading() as session:
        return queries.catalogue(session, trip_id)


def lines_of(trip_id: int, day: date = FIRST_DAY) -> dict[int, queries.DeskLine]:
    with runtime.current().database.reading() as session:
        return {line.id: line for line in queries.desk_lines(session, trip_id, day)}


def an_edit(**changes: object) -> DeskEdit:
    """An edit of a desk that changes its names unless told otherwise."""
    facts: dict[str, object] = {
        "name_fa": "میز تازه",
        "name_en": "New desk",
        "short_fa": "تازه",
        "short_en": "New",
        "walk_ins": True,
        "calls": True,
    }
    return DeskEdit(**(facts | changes))  # type: ignore[arg-type]
