"""Whatever is printed of a rehearsal says so on every page, covers nothing by it, and takes no more paper."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.control import services
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.demands.services.intake import Registration, register
from deskops.demands.services.paper import reserve
from deskops.desks.models import Desk, GuidanceCard, Site, Topic
from deskops.desks.services.guidance import CardEdit, CardWords, add_card
from tests.e2e.stage import Stage, staged

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
# (what is printed, the sheets that it consists of)
PRINTED = {
    "/desks/{desk}/sign": ".sign",
    "/print/pack?parts=signs,cards,queue": ".sign, .tent, .steps",
    "/demands/{demand}/receipt": ".receipt",
    "/readiness/contacts": ".sheet",
    "/readiness/checklist": ".sheet",
    "/guidance/{card}/print": ".handout",
    "/print/pack?parts=forms&batch=1": ".paper",
}


@pytest.fixture
def stage(
    sqlite_url: str, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    # Over TLS the cookie would be one that this server, which has none, can't set.
    monkeypatch.setenv("DESKOPS_PUBLIC_URL", "http://desks.example")
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def page(stage: Stage) -> Page:
    """Of somebody who was in the trip before it was rehearsed, and so is in the rehearsal too."""
    return stage.context("coordinator").new_page()


@pytest.fixture
def copy_id(stage: Stage, page: Page) -> int:
    """A rehearsal of the trip, each with somebody registered, and a card."""
    trip = stage.trip
    with unit_of_work(SYSTEM) as uow:
        words = CardWords(title_fa="وام", body_fa="به بانک بروید.")
        add_card(uow, SYSTEM, trip.id, CardEdit(words=words, topic_id=trip.topics["loan"]))
    with unit_of_work(SYSTEM) as uow:
        started = services.start_rehearsal(uow, SYSTEM, trip.id, pace=0)
    for trip_id in (trip.id, started):
        with unit_of_work(SYSTEM) as uow:
            assert reserve(uow, trip_id, [], 0, loose=2) == 1
            register(
                uow,
                SYSTEM,
                trip_id,
                Registration(one(Topic, trip_id, "loan"), "walk_in", one(Site, trip_id, "one")),
            )
    return started


def one(model: type[Topic] | type[Site], trip_id: int, code: str) -> int:
    with runtime.current().database.reading() as session:
        query = select(model.id).where(model.trip_id == trip_id, model.code == code)
        return int(session.scalars(query).one())


def address(stage: Stage, path: str, trip_id: int) -> str:
    with runtime.current().database.reading() as session:
        ids = {
            name: session.scalars(select(model.id).where(model.trip_id == trip_id).order_by(model.id)).first()
            for name, model in (("desk", Desk), ("demand", Demand), ("card", GuidanceCard))
        }
    return f"{stage.server.url}/trips/{trip_id}{path.format(**ids)}"


def pages(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_every_sheet_is_marked_and_fits_its_page_as_before(stage: Stage, page: Page, copy_id: int) -> None:
    for path, sheets in PRINTED.items():
        counts = []
        for trip_id in (stage.trip.id, copy_id):
            answer = page.goto(address(stage, path, trip_id))
            assert answer is not None
            assert answer.status == 200, path
            counts.append(pages(page))
        assert counts[0] == counts[1], path
        page.emulate_media(media="print")
        mark = page.locator(".rehearsal")
        assert mark.evaluate("element => getComputedStyle(element).position") == "fixed"
        assert "Rehearsal" in mark.inner_text()
        assert "تمرین" in mark.inner_text()
        for sheet in page.locator(sheets).all():
            assert room_above(sheet) >= height(mark), (path, sheet.get_attribute("class"))
            assert sheet.evaluate("element => element.scrollHeight <= element.clientHeight + 1"), path
        page.emulate_media(media="screen")


def height(mark: Locator) -> float:
    return float(mark.evaluate("element => element.getBoundingClientRect().height"))


def room_above(sheet: Locator) -> float:
    """Pixels between the top of a sheet's page and what is written on it."""
    return float(
        sheet.evaluate(
            """element => {
              const style = getComputedStyle(element);
              const moved = parseFloat(style.translate.split(" ")[1] ?? 0);
              return parseFloat(style.paddingBlockStart) + moved;
            }"""
        )
    )
