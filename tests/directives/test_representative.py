"""An official's screen: who is in front of them, what they can sign, and whose demand waits for them."""

import re

from flask import Flask
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand, Ticket
from deskops.desks.models import Desk, Place, Topic
from deskops.directives import rules
from deskops.directives.services import assistants
from tests.accounts.signers import PIN
from tests.directives.ordered import Ordering, actor, demand_of, directive, wait
from tests.directives.signing_browser import Official, official_in
from tests.fixtures import Join


def waiting(who: Official) -> list[str]:
    """Names in the list of those who wait, in its order."""
    html = who.get("/representative").text
    part = html[html.index('id="waiting-title"') :]
    return re.findall(r"<strong><bdi>(.*?)</bdi></strong>", part)


def put(demand_id: int, **values: object) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Demand).where(Demand.id == demand_id).values(**values))


def test_who_has_nothing_to_decide_is_told_so(official: Official) -> None:
    assert "کسی منتظر تصمیم شما نیست" in official.get("/representative").text


def test_an_official_lands_there(official: Official) -> None:
    assert official.browser.get("/").location.endswith("/representative")


def test_who_was_heard_at_a_desk_comes_before_who_is_only_registered(
    giving: Ordering, official: Official
) -> None:
    demand_of(giving.trip, name="ثبت شده")
    put(demand_of(giving.trip, name="شنیده شده"), state="in_progress")
    demand_of(giving.trip, name="فوری است", urgent=True)
    assert waiting(official) == ["فوری است", "شنیده شده", "ثبت شده"]


def test_what_is_decided_or_under_way_is_gone_from_the_list(giving: Ordering, official: Official) -> None:
    first, second = demand_of(giving.trip, name="یکم"), demand_of(giving.trip, name="دوم")
    official.ordered(first, agency_ids=str(giving.agencies["office"]))
    assert waiting(official) == ["دوم"]
    wait()
    put(second, state="closed")
    assert waiting(official) == []


def test_what_was_signed_a_moment_ago_stands_first(giving: Ordering, official: Official) -> None:
    signed = official.ordered(demand_of(giving.trip), agency_ids=str(giving.agencies["office"]))
    html = official.get("/representative").text
    assert html.index(f'/directives/{signed}"') < html.index('id="waiting-title"')


def test_whoever_answers_for_a_desk_sees_its_people(giving: Ordering, app: Flask) -> None:
    here, elsewhere = demand_of(giving.trip, name="این میز"), demand_of(giving.trip, name="میز دیگر")
    leader = official_in(app, giving.trip, rank="representative")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, giving.trip.desks["a"]).official_user_id = leader.user_id
        for one, desk in ((here, "a"), (elsewhere, "b")):
            theirs = update(Ticket).where(Ticket.demand_id == one)
            uow.session.execute(theirs.values(desk_id=giving.trip.desks[desk]))
    assert waiting(leader) == ["این میز"]


def test_an_agencys_official_sees_what_is_about_its_topics(giving: Ordering, app: Flask) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Topic, giving.trip.topics["loan"]).agency_id = giving.agencies["office"]
    demand_of(giving.trip, name="وام‌خواه")
    demand_of(giving.trip, name="کارجو", topic_id=giving.trip.topics["work"])
    minister = official_in(app, giving.trip, rank="minister", agency_id=giving.agencies["ministry"])
    assert waiting(minister) == ["وام‌خواه"]
    governor = official_in(app, giving.trip)
    assert sorted(waiting(governor)) == ["وام‌خواه", "کارجو"]


def test_who_is_at_their_own_counter_comes_first_of_all(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip, name="روبه‌رو")
    place_id = giving.trip.places["a"][0]
    with unit_of_work(SYSTEM) as uow:
        place = uow.session.get_one(Place, place_id)
        place.state, place.user_id = "open", official.user_id
        at = {
            "place_id": place_id,
            "desk_id": place.desk_id,
            "status": "serving",
            "user_id": official.user_id,
        }
        uow.session.execute(update(Ticket).where(Ticket.demand_id == about).values(**at))
    html = official.get("/representative").text
    assert html.index("روبه‌رو") < html.index('id="waiting-title"')


def test_the_page_renews_the_part_that_changes(official: Official) -> None:
    part = official.browser.get(official.path("/representative"), headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<div")
    assert 'hx-trigger="every 10s"' in part


def test_an_assistant_prepares_and_the_official_signs(
    giving: Ordering, official: Official, sign_in: Join
) -> None:
    helper = sign_in("staff", trip_id=giving.trip.id)
    about = demand_of(giving.trip)
    page = f"/trips/{giving.trip.id}/representative"
    assert "برای کسی دستور آماده نمی‌کنید" in helper.get(page).text
    assert prepared(helper, official, giving, about).status_code == 403
    me = actor(official.user_id)
    with unit_of_work(me) as uow:
        assistants.name_assistant(uow, me, giving.trip.id, official.user_id, helper.user_id or 0)
    assert "مقام نمونه" in helper.get(page).text
    draft = prepared(helper, official, giving, about).location
    assert f'href="{draft}"' in official.get("/representative").text
    signed = re.search(r"/directives/(\d+)$", draft)
    assert signed is not None
    answer = official.post(f"/directives/{signed[1]}/sign", pin=PIN)
    assert (answer.status_code, directive(int(signed[1])).state) == (303, rules.SIGNED)
    again = official.post(f"/directives/{signed[1]}/sign", pin="204684")
    assert (again.status_code, directive(int(signed[1])).official_id) == (422, official.user_id)
    assert "گذاشتن برای امضا" in helper.get(f"/trips/{giving.trip.id}/demands/{about}/decide?kind=refer").text


def prepared(helper, official: Official, giving: Ordering, about: int):  # type: ignore[no-untyped-def]
    fields = {"kind": "refer", "text": "بررسی شود.", "days": "5", "official_id": str(official.user_id)}
    fields["agency_ids"] = str(giving.agencies["office"])
    return helper.post(f"/trips/{giving.trip.id}/demands/{about}/drafts", data=fields)


def test_the_wall_counts_the_orders_of_the_day(giving: Ordering, sign_in: Join) -> None:
    wall = sign_in("coordinator", trip_id=giving.trip.id)
    asked = f"/trips/{giving.trip.id}/directives/today"
    assert "hidden" in wall.get(asked).text
    giving.issue(demand_of(giving.trip))
    giving.issue(demand_of(giving.trip, name="رضا آزمون"))
    assert "۲" in wall.get(asked).text
    clock.advance(hours=24)
    assert "hidden" in wall.get(asked).text


def test_what_was_prepared_is_thrown_away_by_who_wrote_it_alone(
    giving: Ordering, official: Official, sign_in: Join, app: Flask
) -> None:
    about, fields = demand_of(giving.trip), {"kind": "thank", "official_id": str(official.user_id)}
    draft = official.post(f"/demands/{about}/drafts", **fields).location.split(f"/{giving.trip.id}", 1)[1]
    stranger = official_in(app, giving.trip, rank="minister")
    assert stranger.post(f"{draft}/discard").status_code == 404
    assert "/discard" in official.get(draft).text
    assert official.post(f"{draft}/discard").status_code == 303
    assert "/discard" not in official.get(draft).text
