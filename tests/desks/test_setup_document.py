"""A trip's set-up as one document: out of one trip, into another, and out again the same."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import queries
from deskops.desks.document import Setup, read_setup, setup_as_json, write_setup
from deskops.desks.errors import CodeTaken
from deskops.desks.models import Agency, AgencyContact, Desk, Holiday, Place, Site, SiteWalk, Topic, Trip
from deskops.desks.services import create_trip_of_setup
from deskops.desks.template import province
from tests.desks.setups import FIRST_DAY, actor_with, read_catalogue, set_up
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


def out_of(trip_id: int) -> Setup:
    with runtime.current().database.reading() as session:
        return queries.setup_of_trip(session, trip_id)


def into(setup: Setup, **changes: Any) -> int:
    with unit_of_work(SYSTEM) as uow:
        return create_trip_of_setup(uow, SYSTEM, replace(setup, **changes))


def enriched(trip_id: int) -> None:
    """Everything that the template has none of."""
    with unit_of_work(SYSTEM) as uow:
        sites = uow.session.scalars(select(Site).where(Site.trip_id == trip_id).order_by(Site.id)).all()
        desk = uow.session.scalars(select(Desk).where(Desk.trip_id == trip_id).order_by(Desk.number)).first()
        topic = uow.session.scalars(select(Topic).where(Topic.trip_id == trip_id, Topic.assignable)).first()
        agency = uow.session.scalars(select(Agency).where(Agency.code == "education")).one()
        assert desk is not None
        assert topic is not None
        uow.session.add(SiteWalk(from_site_id=sites[0].id, to_site_id=sites[1].id, minutes=4.5))
        uow.session.add(AgencyContact(agency_id=agency.id, name="دفتر مدیرکل", phone="021"))
        uow.session.add(Holiday(agency_id=agency.id, day=FIRST_DAY, name="روز معلم", works=True))
        facts = {"trip_id": trip_id, "desk_id": desk.id, "state_at": uow.now}
        uow.session.add(Place(number=40, kind="phone", external_id="seat-40", **facts))
        agency.days_off, sites[0].map_text, desk.line, desk.position = (
            "thu,fri",
            "کنار میدان\nدر دوم",
            "111",
            3,
        )
        topic.default_desk_id, topic.papers, topic.default_days = desk.id, "شناسنامه\nکارت ملی", 7


def test_out_in_and_out_again_gives_the_same_bytes(app: Flask) -> None:
    first = set_up("first")
    enriched(first)
    once = write_setup(out_of(first))
    assert "seat-40" in once
    again = write_setup(out_of(into(read_setup(once), code="second")))
    assert again == once.replace('code = "first"', 'code = "second"')


def test_a_trip_from_the_template_says_what_the_template_says(app: Flask) -> None:
    setup, template = out_of(set_up()), province()
    assert {desk.code: desk.places for desk in setup.desks} == {
        desk.code: desk.places for desk in template.desks
    }
    assert {desk.code: dict(desk.speeds) for desk in setup.desks} == {
        desk.code: dict(desk.speeds) for desk in template.desks
    }
    assert [topic.code for topic in setup.topics] == [topic.code for topic in template.topics]
    used = {agency.code for agency in setup.agencies}
    assert {"ministry_education", "inspection", "economic_deputy"} <= used


def test_moved_to_another_first_day_every_day_moves_with_it(app: Flask) -> None:
    setup = out_of(set_up("first"))
    moved = out_of(into(setup, code="second", starts_on=FIRST_DAY.replace(year=2027)))
    assert moved.hours == setup.hours
    assert moved.starts_on == FIRST_DAY.replace(year=2027)


def test_what_is_retired_is_left_out(app: Flask) -> None:
    trip_id = set_up()
    with unit_of_work(SYSTEM) as uow:
        for model, code in ((Desk, "tax"), (Topic, "tax")):
            row = uow.session.scalars(select(model).where(model.code == code)).one()
            row.retired_at = uow.now
    setup = out_of(trip_id)
    assert "tax" not in {desk.code for desk in setup.desks}
    assert all("tax" not in desk.speeds for desk in setup.desks)
    into(setup, code="second")


def test_agencies_that_are_known_stay_as_they_are(app: Flask) -> None:
    setup = out_of(set_up())
    changed = tuple(replace(agency, name_fa="نام دیگر") for agency in setup.agencies)
    names = read_catalogue(into(setup, code="second", agencies=changed))
    assert "نام دیگر" not in {agency.name_fa for agency in names.agencies.values()}


def test_an_office_is_live_and_has_no_end(app: Flask) -> None:
    trip_id = into(province(), code="centre", kind="office", live_days=None)
    with runtime.current().database.reading() as session:
        trip = session.get_one(Trip, trip_id)
    assert (trip.kind, trip.phase, trip.ends_on) == ("office", "live", None)
    assert out_of(trip_id).live_days is None


def test_a_code_that_is_taken_is_refused(app: Flask) -> None:
    setup = out_of(set_up("first"))
    with pytest.raises(CodeTaken):
        into(setup)


def test_only_those_who_lead_make_one(app: Flask) -> None:
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        create_trip_of_setup(uow, actor_with("staff"), province())


def test_a_trip_that_is_not_there_has_no_document(app: Flask) -> None:
    with pytest.raises(NotFound):
        out_of(4711)


def test_a_trip_without_anything_is_a_document_too(app: Flask) -> None:
    empty = replace(
        province(), agencies=(), sites=(), topics=(), desks=(), hours=(), counties=(), host_agency=None
    )
    setup = out_of(into(empty, code="empty"))
    assert read_setup(write_setup(setup)) == setup


# The API


def test_the_document_is_read_and_made_over_the_api(trip: SmallTrip, sign_in: Join) -> None:
    past = set_up("first")
    leader = sign_in("coordinator")
    body = leader.get(f"/api/v1/trips/{past}/setup").json
    assert body == setup_as_json(out_of(past))
    answer = leader.post("/api/v1/trips/", json=body | {"code": "second"})
    assert answer.status_code == 201
    assert write_setup(out_of(answer.json["id"])).count("\n") == write_setup(out_of(past)).count("\n")


def test_faults_come_back_all_at_once_over_the_api(app: Flask, sign_in: Join) -> None:
    body = setup_as_json(province())
    body["desks"][0]["site"], body["desks"][1]["agency"] = "nowhere", "nobody"
    answer = sign_in("coordinator").post("/api/v1/trips/", json=body)
    assert answer.status_code == 422
    assert [fault["record"] for fault in answer.json["error"]["faults"]] == [
        "desks[education]",
        "desks[communications]",
    ]


@pytest.mark.parametrize("body", ["[]", '"x"', "{", "null", "[" * 900])
def test_what_is_no_document_is_refused_over_the_api(app: Flask, sign_in: Join, body: str) -> None:
    answer = sign_in("coordinator").post("/api/v1/trips/", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_the_documents_of_others_are_not_there(trip: SmallTrip, sign_in: Join) -> None:
    other = set_up("other")
    leader: Browser = sign_in("coordinator", trip_id=trip.id)
    assert leader.get(f"/api/v1/trips/{other}/setup").status_code == 404
    assert sign_in("staff", trip_id=trip.id).get(f"/api/v1/trips/{trip.id}/setup").status_code == 403
    assert sign_in("staff", trip_id=trip.id).post("/api/v1/trips/", json={}).status_code == 403


def test_no_secret_is_in_it(app: Flask) -> None:
    trip_id = set_up()
    text = write_setup(out_of(trip_id))
    assert not any(desk.sign_token in text for desk in read_catalogue(trip_id).desks.values())
    assert not re.search("token|user|version", text)
