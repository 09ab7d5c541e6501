"""What the guided set-up asks, applied to the set-up that it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from deskops.desks.document.records import Desk, Hours, Setup, Site
from deskops.desks.rules import OFFICE, Calendar, Need, usual_need, works_on

# A standing office has hours for so many days ahead to begin with; more are added as they are known.
OFFICE_DAYS = 84
HALL = "hall"
OWN_BUILDINGS, ONE_HALL = "own", "hall"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """When desks are open: `days_before` the first day those open that a hall or the headquarters has; minutes from
    midnight.
    """

    live_days: int
    days_before: int
    opens: int
    closes: int


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The answers. `where` is OWN_BUILDINGS or ONE_HALL; `places` counts each chosen desk's places by its code."""

    kind: str
    code: str
    name_fa: str
    name_en: str
    starts_on: date
    opening: Opening
    where: str
    hall_name: str
    hall_address: str
    places: Mapping[str, int]


def opening_of(setup: Setup) -> Opening:
    """What the hours of a set-up come to: the usual times, and how long before the first day the first desk opens."""
    days = [day for plan in setup.hours for day in plan.days]
    usual = max(setup.hours, key=lambda plan: len(plan.days), default=None)
    return Opening(
        live_days=setup.live_days or 3,
        days_before=max(0, -min(days, default=0)),
        opens=usual.opens if usual else 8 * 60,
        closes=usual.closes if usual else 18 * 60,
    )


def hall_of(setup: Setup) -> Site | None:
    """The first hall; None where all desks stand in buildings."""
    return next((site for site in setup.sites if site.kind == HALL), None)


def without_addresses(setup: Setup) -> Setup:
    """The sample's streets are invented: a real trip must not print them."""
    return replace(setup, sites=tuple(replace(site, address="", map_text="") for site in setup.sites))


def chosen(base: Setup, choices: Choices) -> Setup:
    """The set-up that the answers ask for; topics and agencies stay whole, since anything may be referred to them."""
    hall = _hall(base, choices)
    sites = _sites(base, hall)
    desks = tuple(_desk(desk, choices, hall) for desk in base.desks if desk.code in choices.places)
    used = {desk.site for desk in desks} | _without_desk(base)
    kept = {desk.code for desk in desks}
    setup = replace(
        base,
        kind="office" if choices.kind == OFFICE else "trip",
        code=choices.code,
        name_fa=choices.name_fa,
        name_en=choices.name_en,
        short_fa="",
        short_en="",
        starts_on=choices.starts_on,
        live_days=None if choices.kind == OFFICE else choices.opening.live_days,
        sites=tuple(site for site in sites if site.code in used or site is hall),
        walks=tuple(walk for walk in base.walks if {walk.from_site, walk.to_site} <= used),
        topics=tuple(
            topic if topic.default_desk in kept else replace(topic, default_desk=None)
            for topic in base.topics
        ),
        desks=desks,
    )
    unchanged = choices.opening == opening_of(base) and choices.kind == base.kind != OFFICE
    return setup if unchanged else _with_hours(setup, base, choices.opening)


def _hall(base: Setup, choices: Choices) -> Site | None:
    known = hall_of(base)
    if known is not None:
        return replace(known, name_fa=choices.hall_name or known.name_fa, address=choices.hall_address)
    if choices.where == ONE_HALL or choices.hall_name:
        return Site(
            code=HALL, kind=HALL, name_fa=choices.hall_name or choices.name_fa, address=choices.hall_address
        )
    return None


def _sites(base: Setup, hall: Site | None) -> tuple[Site, ...]:
    others = tuple(site for site in base.sites if hall is None or site.code != hall.code)
    return others if hall is None else (hall, *others)


def _without_desk(base: Setup) -> set[str]:
    return {site.code for site in base.sites} - {desk.site for desk in base.desks}


def _desk(desk: Desk, choices: Choices, hall: Site | None) -> Desk:
    count = choices.places[desk.code]
    counted = desk if count == desk.places else replace(desk, **desk.with_places(count))
    counted = replace(counted, need=_need(desk, count))
    return replace(counted, site=hall.code) if hall is not None and choices.where == ONE_HALL else counted


def _need(desk: Desk, count: int) -> Need:
    """What so many counters usually need, unless it was said for as many; the languages are those of the people who come."""
    if desk.need is not None and count == desk.places:
        return desk.need
    return replace(usual_need(count), languages=desk.need.languages if desk.need else ())


def _with_hours(setup: Setup, base: Setup, opening: Opening) -> Setup:
    """Two plans: all desks on the trip's days, and those that open before it too."""
    first = setup.starts_on
    live = range(opening.live_days)
    if setup.kind == OFFICE and first is not None:
        week = (Calendar(frozenset(setup.days_off.split(","))),)
        live_days = tuple(day for day in range(OFFICE_DAYS) if works_on(week, first + timedelta(days=day)))
    else:
        live_days = tuple(live)
    before = () if setup.kind == OFFICE else tuple(range(-opening.days_before, 0))
    plans = [Hours(code="days", days=live_days, opens=opening.opens, closes=opening.closes)]
    if before:
        plans.append(
            Hours(
                code="days_and_before", days=(*before, *live_days), opens=opening.opens, closes=opening.closes
            )
        )
    early = _early(base)
    desks = tuple(
        replace(desk, hours=("days_and_before" if before and desk.code in early else "days",))
        for desk in setup.desks
    )
    return replace(setup, hours=tuple(plans), desks=desks)


def _early(base: Setup) -> set[str]:
    """The desks that open before the first day: those that did, else those of halls and the headquarters."""
    did = {
        desk.code for desk in base.desks if any(day < 0 for plan in base.hours_of(desk) for day in plan.days)
    }
    halls = {site.code for site in base.sites if site.kind == HALL}
    return did or {desk.code for desk in base.desks if desk.is_headquarters or desk.site in halls}
