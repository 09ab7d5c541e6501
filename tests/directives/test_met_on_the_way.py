"""Somebody who is met on the way: registered with what is known, with the photo of their letter, and decided at once."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.core.uploads import MOST_BYTES, media_type_of
from deskops.demands.models import Attachment, Demand, Ticket
from deskops.demands.services.attachments import MOST
from deskops.desks.models import Trip
from tests.directives.ordered import Ordering, demand, demand_of, wait
from tests.directives.signing_browser import Official
from tests.fixtures import Join
from tests.small_trip import make_small_trip

PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(20)
PDF = b"%PDF-1.7\n" + bytes(20)


def meet(who: Official, **fields: object) -> int:
    fields = {"topic_id": str(who.trip.topics["loan"]), **fields}
    answer = who.post("/representative/met", **fields)
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/demands/(\d+)/decide$", answer.location)[1])  # type: ignore[index]


def files_of(demand_id: int) -> list[Attachment]:
    with runtime.current().database.reading() as session:
        rows = list(session.scalars(select(Attachment).where(Attachment.demand_id == demand_id)))
        session.expunge_all()
    return rows


def test_a_topic_is_enough_and_the_decision_comes_next(giving: Ordering, official: Official) -> None:
    about = meet(official)
    assert demand(about).state == "registered"
    official.ordered(about, agency_ids=str(giving.agencies["office"]))
    wait()
    assert demand(about).state == "referred"


def test_they_wait_in_no_queue(giving: Ordering, official: Official) -> None:
    about = meet(official, name="رهگذر نمونه", phone="۰۹۱۲۰۰۰۰۰۰۹")
    with runtime.current().database.reading() as session:
        assert session.scalar(select(Ticket.id).where(Ticket.demand_id == about)) is None
    assert "در مسیر به مقام مسئول گفته شد" in official.get(f"/demands/{about}").text


def test_the_photo_of_their_letter_is_seen_beside_the_demand(giving: Ordering, official: Official) -> None:
    about = meet(official, letter=(BytesIO(PNG), "../../نامه.exe"))
    [row] = files_of(about)
    assert (row.kind, row.media_type, row.size, row.name) == ("letter", "image/png", len(PNG), "نامه.exe")
    html = official.get(f"/demands/{about}/decide").text
    assert f'<img src="/trips/{giving.trip.id}/demands/{about}/attachments/{row.id}"' in html


def test_a_file_is_saved_and_never_opened_in_place(giving: Ordering, official: Official) -> None:
    about = meet(official, letter=(BytesIO(PDF), "a.pdf"))
    answer = official.get(f"/demands/{about}/attachments/{files_of(about)[0].id}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"GIF89a", b"MZ\x90", b"<html>%PDF-", b"RIFF0000AVI ", b"\xff\xd8"],
)
def test_what_is_neither_picture_nor_pdf_is_refused(
    giving: Ordering, official: Official, content: bytes
) -> None:
    fields = {"topic_id": str(giving.trip.topics["loan"]), "letter": (BytesIO(content), "letter.jpg")}
    assert official.post("/representative/met", **fields).status_code == 422
    with runtime.current().database.reading() as session:
        assert session.scalar(select(Demand.id)) is None


@pytest.mark.parametrize("content", [PNG, WEBP, PDF, b"\xff\xd8\xff\xdb"])
def test_what_a_file_is_is_told_by_its_content(content: bytes) -> None:
    assert media_type_of(content)


def test_a_file_that_is_too_large_says_what_to_do(giving: Ordering, official: Official) -> None:
    large = BytesIO(PNG + bytes(MOST_BYTES))
    about = demand_of(giving.trip)
    answer = official.post(f"/demands/{about}/attachments", file=(large, "a.png"))
    assert answer.status_code == 303
    assert "با کیفیت کمتر" in official.get(f"/demands/{about}").text
    assert files_of(about) == []


def test_a_demand_takes_only_so_many_files(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    for page in range(MOST + 1):
        official.post(f"/demands/{about}/attachments", kind="paper", file=(BytesIO(PNG + bytes([page])), "a"))
    assert len(files_of(about)) == MOST


def test_a_file_of_another_demand_or_trip_is_not_there(giving: Ordering, official: Official) -> None:
    about, other = meet(official, letter=(BytesIO(PNG), "a.png")), demand_of(giving.trip)
    file_id = files_of(about)[0].id
    assert official.get(f"/demands/{other}/attachments/{file_id}").status_code == 404
    foreign = make_small_trip("other")
    assert (
        official.browser.get(f"/trips/{foreign.id}/demands/{about}/attachments/{file_id}").status_code == 404
    )


@pytest.mark.parametrize("wrong", [{"topic_id": ""}, {"topic_id": "999"}, {"phone": "123"}])
def test_a_mistake_keeps_what_was_typed(giving: Ordering, official: Official, wrong: dict[str, str]) -> None:
    fields = {"topic_id": str(giving.trip.topics["loan"]), "text": "گفت‌وگو در راه", **wrong}
    answer = official.post("/representative/met", **fields)
    assert answer.status_code == 422
    assert "گفت‌وگو در راه" in answer.text


def test_nobody_is_registered_in_a_trip_that_isnt_live(giving: Ordering, official: Official) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, giving.trip.id).phase = "closed"
    answer = official.post("/representative/met", topic_id=str(giving.trip.topics["loan"]))
    assert answer.status_code == 409


def test_files_are_listed_and_added_by_program(giving: Ordering, sign_in: Join) -> None:
    clerk = sign_in("staff", trip_id=giving.trip.id)
    path = f"/api/v1/trips/{giving.trip.id}/demands/{demand_of(giving.trip)}/attachments"
    made = clerk.post(path, data={"kind": "paper", "file": (BytesIO(PDF), "مدرک.pdf")})
    assert made.status_code == 201
    [shown] = clerk.get(path).json["attachments"]
    assert (shown["id"], shown["kind"], shown["media_type"]) == (made.json["id"], "paper", "application/pdf")
    assert clerk.post(path, data={"kind": "paper"}).status_code == 422
    assert clerk.post(path, data={"kind": "whim", "file": (BytesIO(PDF), "a")}).status_code == 422
