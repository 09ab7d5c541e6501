"""People of a trip as tables, and a trip with a few of them."""

from collections.abc import Sequence

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import runtime
from deskops.core.i18n import using_language
from deskops.core.tables import Sheet, write_csv
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document.list_checks import CellFault
from deskops.desks.document.listing import ListPlan, plan_list
from deskops.staff.document.columns import COLUMNS
from deskops.staff.document.people import PEOPLE_LIST
from deskops.staff.models import StaffMember
from deskops.staff.queries.known import known_people
from deskops.staff.services.people import import_people

KEYS = tuple(column.key for column in COLUMNS)
# One person, by column.
SARA = {
    "personnel_number": "0071",
    "name": "سارا نمونه",
    "role": "staff",
    "home_desk": "a",
    "topics": "loan | work",
    "languages": "fa | az",
    "availability": "1405/09/03 07:00-15:00",
    "mobile": "09500000071",
    "most_shifts": "4",
}


def table(*people: dict[str, str]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows; the columns are those of all people."""
    header = tuple(key for key in KEYS if any(key in person for person in people))
    return header, [tuple(person.get(key, "") for key in header) for person in people]


def sheet(*people: dict[str, str]) -> Sheet:
    header, rows = table(*people)
    return Sheet(header, dict(enumerate(rows, start=2)))


def csv(*people: dict[str, str]) -> bytes:
    return write_csv(*table(*people))


def several(count: int, **more: str) -> list[dict[str, str]]:
    return [
        SARA | {"personnel_number": f"{number:04}", "mobile": ""} | more for number in range(1, count + 1)
    ]


def planned(trip_id: int, *people: dict[str, str]) -> ListPlan:
    """What a table of these people would do."""
    with using_language("en"), runtime.current().database.reading() as session:
        return plan_list(PEOPLE_LIST, sheet(*people), known_people(session, trip_id))


def faults(plan: ListPlan) -> list[tuple[int, str, str]]:
    """Row, column and words of each, in English."""
    with using_language("en"):
        return [(one.row, _key(one), str(one.words)) for one in plan.faults]


def warnings(plan: ListPlan) -> list[str]:
    with using_language("en"):
        return [str(one.words) for one in plan.warnings]


def _key(fault: CellFault) -> str:
    return next(column.key for column in COLUMNS if column.heading is fault.heading)


def imported(trip_id: int, *people: dict[str, str], actor: Actor = SYSTEM) -> ListPlan:
    with using_language("en"), unit_of_work(actor) as uow:
        plan = import_people(uow, actor, trip_id, sheet(*people))
    assert not plan.faults, plan.faults
    return plan


def member(trip_id: int, number: str = "0071") -> StaffMember:
    with runtime.current().database.reading() as session:
        query = select(StaffMember).where(
            StaffMember.trip_id == trip_id, StaffMember.personnel_number == number
        )
        return session.scalars(query).one()


def numbers(trip_id: int) -> Sequence[str]:
    with runtime.current().database.reading() as session:
        query = select(StaffMember.personnel_number).where(StaffMember.trip_id == trip_id)
        return session.scalars(query.order_by(StaffMember.personnel_number)).all()
