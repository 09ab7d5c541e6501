"""Every page in a real browser, in both languages: fits a phone, axe finds no fault, the console stays quiet."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import select

from deskops.core import runtime
from deskops.demands.models import Demand, Ticket
from deskops.desks.models import Desk
from tests.desks.agencies import an_office
from tests.desks.cards import a_card
from tests.directives.ordered import a_collective, a_template, an_issued_order, an_order, referrals
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, register
from tests.sessions.planned import a_meeting, a_session
from tests.staff.people import SARA, imported, member
from tests.staff.presence import a_desk_shift, a_shift

pytestmark = pytest.mark.e2e

PHONE = (320, 700)
AXE = Path(__file__).with_name("vendor").joinpath("axe.min.js").read_text(encoding="utf-8")
VIOLATIONS = """axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].html.slice(0, 200)}`))"""
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Each page is looked at by who uses it most; a citizen has no role.
TRIP, CITIZEN = "/trips/{trip_id}", ""
PAGES = {
    CITIZEN: (
        "/sign-in",
        "/t",
        "/t/{code}",
        "/r/{receipt_token}",
        "/c/{sign_token}",
        "/s/{trip_code}",
        "/s/{trip_code}/poster",
        "/m/{invitation}",
    ),
    "administrator": ("/trips", "/users", "/users/new", "/users/1", "/design", "/trips/new"),
    "coordinator": (
        f"{TRIP}/",
        f"{TRIP}/admission",
        f"{TRIP}/signers",
        f"{TRIP}/files",
        f"{TRIP}/desks",
        f"{TRIP}/desks/{{desk_id}}",
        f"{TRIP}/desks/new",
        f"{TRIP}/sites",
        f"{TRIP}/sites/new",
        f"{TRIP}/sites/{{site_id}}",
        f"{TRIP}/closing",
        "/agencies",
        "/agencies/new",
        "/agencies/calendar",
        "/agencies/{agency_id}",
        f"{TRIP}/topics",
        f"{TRIP}/topics/new",
        f"{TRIP}/topics/{{topic_id}}",
        f"{TRIP}/changes",
        f"{TRIP}/guidance",
        f"{TRIP}/guidance/{{card_id}}",
        f"{TRIP}/guidance/{{card_id}}/print",
        f"{TRIP}/print",
        f"{TRIP}/paper",
        f"{TRIP}/paper/list",
        f"{TRIP}/paper/{{demand_id}}/take-back",
        f"{TRIP}/wall",
        f"{TRIP}/wall/desks/{{desk_id}}",
        f"{TRIP}/estimates",
        f"{TRIP}/balance/fairness",
        f"{TRIP}/balance/priorities",
        f"{TRIP}/balance",
        f"{TRIP}/balance/what-if",
        f"{TRIP}/balance/moves/new",
        f"{TRIP}/breaks",
        f"{TRIP}/balance/acts",
        f"{TRIP}/balance/autopilot",
        f"{TRIP}/balance/replay",
        f"{TRIP}/readiness",
        f"{TRIP}/readiness/contacts",
        f"{TRIP}/readiness/checklist",
        f"{TRIP}/broadcasts",
        f"{TRIP}/stops",
        f"{TRIP}/rehearsal",
        f"{TRIP}/staff",
        f"{TRIP}/staff/new",
        f"{TRIP}/staff/{{staff_id}}",
        f"{TRIP}/staff/import",
        f"{TRIP}/swaps",
        f"{TRIP}/cover",
        f"{TRIP}/cover/desks/{{desk_id}}",
        f"{TRIP}/cover/shifts/{{shift_id}}",
        f"{TRIP}/staff/print",
        f"{TRIP}/shifts",
        f"{TRIP}/shifts/patterns",
        f"{TRIP}/rosters",
        f"{TRIP}/roster",
        f"{TRIP}/sessions",
        f"{TRIP}/sessions/new",
        f"{TRIP}/sessions/notice",
        f"{TRIP}/sessions/{{session_id}}",
        f"{TRIP}/sessions/{{session_id}}/edit",
        f"{TRIP}/meetings",
        f"{TRIP}/meetings/new",
        f"{TRIP}/meetings/{{meeting_id}}",
        f"{TRIP}/meetings/{{meeting_id}}/letters",
        f"{TRIP}/meetings/{{meeting_id}}/door",
    ),
    "staff": (
        "/account",
        f"{TRIP}/places",
        f"{TRIP}/my-shifts",
        f"{TRIP}/places/{{place_id}}/console",
        f"{TRIP}/places/{{place_id}}/tickets/{{ticket_id}}/transfer",
        f"{TRIP}/intake",
        f"{TRIP}/guidance/find",
        f"{TRIP}/guidance/{{card_id}}/read",
        f"{TRIP}/demands",
        f"{TRIP}/demands/{{demand_id}}",
        f"{TRIP}/demands/{{demand_id}}/receipt",
    ),
    "official": (
        f"{TRIP}/representative",
        f"{TRIP}/representative/met",
        f"{TRIP}/demands/{{demand_id}}/decide",
        f"{TRIP}/demands/{{demand_id}}/directives/sent",
        f"{TRIP}/directives",
        f"{TRIP}/directives/{{directive_id}}",
        f"{TRIP}/directives/templates",
        f"{TRIP}/directives/templates/new",
        f"{TRIP}/directives/templates/{{template_id}}",
        f"{TRIP}/directives/assistants",
        f"{TRIP}/directives/authorities",
        f"{TRIP}/collectives",
        f"{TRIP}/collectives/new",
        f"{TRIP}/collectives/{{collective_id}}",
        f"{TRIP}/referrals",
        f"{TRIP}/referrals/{{referral_id}}",
        f"{TRIP}/referrals/copies",
        f"{TRIP}/referrals/copies/{{copied_id}}",
        f"{TRIP}/letters",
        f"{TRIP}/directives/{{copied_id}}/letters",
        "/account/signing",
    ),
    "gate": (f"{TRIP}/scan",),
    "board": (f"{TRIP}/boards", f"{TRIP}/boards/{{site_id}}"),
}
NOT_LOOKED_AT = {
    "desks.guided_step",  # needs a draft of one's own; walked through in test_setup_from_nothing.py
    "desks.dry_run",  # needs an uploaded list
    "desks.setup_file",  # files to save
    "desks.list_file",
    "desks.marked",
    "demands.attachment_file",  # files to save
    "directives.directive_photo",
    "directives.letter_run",  # needs something that was asked for; looked at in test_letters.py
    "directives.letter_pages",  # paper
    "directives.letter",
    "directives.letters_file",  # files to save
    "public.letter",  # needs an issued order; looked at in test_letters.py
    "directives.orders_today",  # a part of the wall
    "directives.decide_many",  # needs demands that were ticked; looked at in test_many.py
    "directives.sent_many",
    "sessions.wall_sessions",  # a part of the wall
    "notices.feed",  # for calendars
    "static",
    "pages.health",
    "pages.home",  # leads on
    "accounts.link_page",  # good once, as what follows it
    "accounts.after_link",
    "control.unassigned",  # a part of the wall
    "control.advice",  # needs people who wait long; looked at in test_balance.py
    "control.move",  # needs somebody who is asked; looked at there, too
    "control.replay",  # needs a day that was played; looked at in test_replay.py
    "control.replay_file",  # files to save
    "staff.import_plan",  # needs an uploaded list; looked at in test_people.py
    "staff.marked_people",
    "staff.people_file",
    "staff.print_run",  # needs something that was asked for; looked at in test_staff_printing.py
    "staff.print_pages",  # paper
    "staff.print_file",
    "control.bar",  # a part of every page
    "staff.draft",  # needs a roster; looked at in test_roster.py
    "staff.desk_shift",
    "staff.roster_shift",
    "control.wall_cover",  # a part of the wall
    "staff.cannot_come",  # of one's own shifts; looked at in test_my_shifts.py
    "staff.new_absence",
    "staff.new_offer",
    "calendars.feed",  # for calendars
    "demands.check_form",  # a part of the page of forms
    "demands.paper_list_file",  # files to save
    "demands.marked_paper_list",
    "demands.paper_dry_run",  # needs an uploaded list
    "demands.pack",  # paper, as the sign
    "desks.sign",  # paper; refused here, where no phone could reach the server
}


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def busy(stage: Stage) -> dict[str, object]:
    """Somebody is served and two wait; what the addresses need."""
    intake = stage.page("staff", "/intake")
    register(intake, stage)
    for name in ("دارا نمونه", "مینا نمونه"):
        intake.reload()
        register(intake, stage, name)
    counter = open_counter(stage, "a")
    counter.keyboard.press("KeyN")
    counter.locator("#console[data-mode=called]").wait_for()
    counter.keyboard.press("KeyS")
    counter.locator("#console[data-mode=serving]").wait_for()
    card_id = a_card(stage.trip, body_en="Bring them along.").id
    imported(stage.trip.id, SARA)
    staff_id = member(stage.trip.id).id
    shift_id = a_shift(stage.trip, staff_id, desk_shift_id=a_desk_shift(stage.trip))
    office_id, template_id = an_office().id, a_template(stage.trip)
    with runtime.current().database.reading() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.status == "serving")).one()
        directive_id = an_order(stage.trip, ticket.demand_id, office_id)
        demand = session.get_one(Demand, ticket.demand_id)
        session_id = a_session(stage.trip)
        meeting_id, invitation = a_meeting(stage.trip, demand.id)
        desk = session.get_one(Desk, ticket.desk_id)
        return {
            "trip_id": stage.trip.id,
            "card_id": card_id,
            "staff_id": staff_id,
            "shift_id": shift_id,
            "agency_id": office_id,
            "directive_id": directive_id,
            "collective_id": a_collective(stage.trip, ticket.demand_id),
            "copied_id": an_issued_order(stage.trip, ticket.demand_id, office_id),
            "referral_id": referrals()[0].id,
            "template_id": template_id,
            "session_id": session_id,
            "meeting_id": meeting_id,
            "invitation": invitation,
            "trip_code": "small",
            "topic_id": stage.trip.topics["loan"],
            "site_id": desk.site_id,
            "desk_id": desk.id,
            "sign_token": desk.sign_token,
            "place_id": ticket.place_id,
            "ticket_id": ticket.id,
            "demand_id": demand.id,
            "code": demand.code,
            "receipt_token": demand.receipt_token,
        }


def faults(page: Page, address: str) -> Iterator[str]:
    """What is wrong at an address, in words for whoever reads the failure."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", partial(_note_error, said))
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        yield f"answers {answer and answer.status}"
    page.wait_for_load_state("load")
    if (overhang := page.evaluate(OVERHANG)) > 0:
        yield f"is {overhang} px too wide"
    page.evaluate(AXE)
    yield from page.evaluate(VIOLATIONS)
    yield from said


def _note_error(said: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        said.append(message.text)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_page_is_whole_on_a_phone(stage: Stage, lang: str) -> None:
    ids = busy(stage)
    wrong = {}
    for role, paths in PAGES.items():
        context = (
            stage.context(role, size=PHONE)
            if role
            else stage.browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
        )
        context.add_cookies([{"name": "lang", "value": lang, "url": stage.server.url}])
        for path in paths:
            page = context.new_page()
            address = f"{stage.server.url}{path.format(**ids)}?lang={lang}"
            if found := list(faults(page, address)):
                wrong[path] = found
            page.close()
    assert not wrong


def test_no_page_is_forgotten_here(app: Flask) -> None:
    numbers = dict.fromkeys(
        (
            "trip_id",
            "card_id",
            "staff_id",
            "shift_id",
            "agency_id",
            "topic_id",
            "site_id",
            "desk_id",
            "place_id",
            "ticket_id",
            "demand_id",
            "directive_id",
            "collective_id",
            "referral_id",
            "shift_id",
            "copied_id",
            "template_id",
            "session_id",
            "meeting_id",
        ),
        1,
    )
    words = dict.fromkeys(("code", "receipt_token", "sign_token", "trip_code", "invitation"), "x")
    urls = app.url_map.bind("localhost")
    seen = {urls.match(path.format(**numbers, **words))[0] for paths in PAGES.values() for path in paths}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    assert pages - NOT_LOOKED_AT == seen
