"""Cases of another system as demands: each once, findable, and as closed as they were."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import journal, runtime
from deskops.core.errors import Forbidden
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import queries
from deskops.demands.models import Demand, Person
from deskops.demands.queries import Filter
from deskops.demands.services.importing import Case, Offices, import_cases, topic_code
from deskops.desks.models import Desk, Topic
from tests.small_trip import SmallTrip

OPENED = datetime(2019, 3, 1, tzinfo=UTC)


def case(
    number: str = "K1", *, topics: tuple[str, ...] = ("Housing", "Eviction"), closed: bool = True
) -> Case:
    closed_at = OPENED + timedelta(days=4) if closed else None
    return Case(
        2, number, "OFFICE1", topics, OPENED, closed_at, "Northside", "Rivertown", "Housing: Eviction"
    )


def load(trip: SmallTrip, *cases: Case) -> list[Case]:
    with unit_of_work(SYSTEM) as uow:
        return import_cases(uow, SYSTEM, Offices(uow.session, trip.id, trip.sites["one"]), cases)


def demands(trip: SmallTrip, words: str = "") -> list[queries.DemandLine]:
    with runtime.current().database.reading() as session:
        return queries.demand_page(session, trip.id, Filter(words)).lines


def detail(trip: SmallTrip, words: str) -> queries.DemandDetail:
    [line] = demands(trip, words)
    with runtime.current().database.reading() as session:
        return queries.demand_detail(session, trip.id, line.id)


def test_a_closed_case_is_a_closed_demand_with_its_dates(trip: SmallTrip) -> None:
    assert load(trip, case()) == [case()]
    found = detail(trip, "k1")
    assert (found.state, found.outcome, found.external_number) == ("closed", "unknown_imported", "K1")
    assert (found.registered_at, found.closed_at) == (OPENED, OPENED + timedelta(days=4))
    assert (found.county, found.address, found.ticket) == ("Northside", "Rivertown", None)


def test_an_open_case_is_in_progress(trip: SmallTrip) -> None:
    load(trip, case(closed=False))
    found = detail(trip, "k1")
    assert (found.state, found.outcome, found.closed_at) == ("in_progress", None, None)


def test_loaded_twice_it_is_there_once(trip: SmallTrip) -> None:
    load(trip, case("K1"), case("K2"))
    assert load(trip, case("K1"), case("K2"), case("K3")) == [case("K3")]
    assert len(demands(trip)) == 3


def test_another_trips_number_is_not_known_here(trip: SmallTrip) -> None:
    load(trip, case("K1"))
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(Demand.__table__.update().values(trip_id=trip.id, external_number=None))
    assert load(trip, case("K1")) == [case("K1")]


def test_offices_become_desks_and_topics_a_tree_once_each(trip: SmallTrip) -> None:
    load(trip, case("K1"), case("K2", topics=("HOUSING", "eviction")), case("K3", topics=("Housing",)))
    load(trip, case("K4"))
    with runtime.current().database.reading() as session:
        desks = session.scalars(select(Desk.name_en).where(Desk.code == "OFFICE1")).all()
        topics = session.execute(
            select(Topic.name_en, Topic.parent_id).where(Topic.code.startswith("housing/"))
        )
        root = session.scalar(select(Topic.id).where(Topic.code == "housing"))
        assert desks == ["OFFICE1"]
        assert [tuple(row) for row in topics] == [("Eviction", root)]


def test_a_long_topic_has_a_code_that_fits_and_is_its_own() -> None:
    long, longer = ("Housing", "x" * 100), ("Housing", "x" * 101)
    assert len(topic_code(long)) == 60
    assert topic_code(long) != topic_code(longer)
    assert topic_code(("E-Waste", "Pick ups")) == topic_code(("E-WASTE", "PICKUPS"))


def test_people_of_two_cases_are_never_one(trip: SmallTrip) -> None:
    load(trip, case("K1"), case("K2"))
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2


def test_a_case_is_found_by_its_words_and_by_its_code(trip: SmallTrip) -> None:
    load(trip, case("K1"), case("K2", topics=("Parks", "Benches")))
    assert [line.id for line in demands(trip, "evic north")] == [line.id for line in demands(trip)]
    code = demands(trip, "k2")[0].code
    assert [line.code for line in demands(trip, code)] == [code]


def test_a_chunk_is_one_entry_of_the_journal_and_names_no_one(trip: SmallTrip) -> None:
    load(trip, case("K1"), case("K2"))
    with runtime.current().database.reading() as session:
        entries = [e for e in journal.trip_entries(session, trip.id, 0) if e.kind == "demand.imported"]
    [entry] = entries
    assert entry.payload["count"] == 2
    assert set(entry.payload) == {"count", "first_id", "last_id"}


def test_nothing_new_leaves_no_trace(trip: SmallTrip) -> None:
    load(trip, case())
    with runtime.current().database.reading() as session:
        before = journal.head(session, trip.id)
    assert load(trip, case()) == []
    with runtime.current().database.reading() as session:
        assert journal.head(session, trip.id) == before


def test_whoever_may_not_set_up_may_not_import(trip: SmallTrip) -> None:
    staff = Actor(1, grants=(Grant("staff", trip.id),), via="session")
    with pytest.raises(Forbidden), unit_of_work(staff) as uow:
        import_cases(uow, staff, Offices(uow.session, trip.id, trip.sites["one"]), [case()])
    assert demands(trip) == []
