"""Lists and what is retired: it isn't in them, keeps its code and its number, and no list takes it away."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Agency, Desk, DeskTopic, Topic
from tests.desks.agencies import add
from tests.desks.test_files import csv_of, imported, uploaded
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

DESK_HEADER = ["code", "name_fa", "number", "site", "speeds"]


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    browser = sign_in("coordinator", trip_id=trip.id)
    browser.client.set_cookie("lang", "en")
    return browser


def retire(model: Any, row_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(model, row_id).retired_at = uow.now


def looked_at_and_imported(leader: Browser, trip: SmallTrip, kind: str, rows: Sequence[list[str]]) -> Any:
    """The page of the dry run, which the import answers too where it refuses."""
    address = uploaded(leader, trip.id, kind, csv_of(rows)).location
    assert leader.post(address, data={}).status_code == 422
    return leader.get(address).text


@pytest.mark.parametrize(
    ("code", "number", "words"),
    [
        ("b", "9", "b is retired. Bring it back first, or choose another."),
        ("new", "2", "The number 2 is on the sign of “b”, which is retired. Give this desk another one."),
        ("a", "2", "The number 2 is on the sign of “b”, which is retired. Give this desk another one."),
    ],
)
def test_what_a_retired_desk_keeps_is_refused_in_the_dry_run(
    trip: SmallTrip, leader: Browser, code: str, number: str, words: str
) -> None:
    retire(Desk, trip.desks["b"])
    page = looked_at_and_imported(leader, trip, "desks", [DESK_HEADER, [code, "میز", number, "one", "loan"]])
    assert words in page


def test_the_code_of_a_retired_topic_or_agency_is_refused_in_the_dry_run(
    trip: SmallTrip, leader: Browser
) -> None:
    retire(Topic, trip.topics["nobody"])
    retire(Agency, add("gone").id)
    for kind, code in (("topics", "nobody"), ("agencies", "gone")):
        page = looked_at_and_imported(leader, trip, kind, [["code", "name_fa"], [code, "نام"]])
        assert f"{code} is retired." in page


def test_a_list_leaves_a_retired_topic_with_its_desk_for_those_who_still_wait(trip: SmallTrip) -> None:
    retire(Topic, trip.topics["work"])
    imported(trip.id, "desks", [DESK_HEADER, ["a", "نام تازه", "1", "one", "loan"]])
    with runtime.current().database.reading() as session:
        kept = session.scalars(select(DeskTopic.topic_id).where(DeskTopic.desk_id == trip.desks["a"])).all()
    assert set(kept) == {trip.topics["loan"], trip.topics["work"]}


def test_a_list_leaves_a_desk_its_retired_agency_until_it_names_another(trip: SmallTrip) -> None:
    gone, other = add("gone"), add("other")
    imported(trip.id, "desks", [[*DESK_HEADER, "agency"], ["a", "میز", "1", "one", "loan", "gone"]])
    retire(Agency, gone.id)
    for typed, agency_id in (("", gone.id), ("other", other.id), ("", None)):
        name = f"نام {typed} {agency_id}"
        imported(trip.id, "desks", [[*DESK_HEADER, "agency"], ["a", name, "1", "one", "loan", typed]])
        with runtime.current().database.reading() as session:
            assert session.get_one(Desk, trip.desks["a"]).agency_id == agency_id
