"""The part of a scenario's document that says how its traces are drawn."""

from collections.abc import Collection
from math import ceil

from deskops.balancing.simulation.document import Part, made_one
from deskops.balancing.simulation.scenario import Generator, NoShows, SiteShares, Surge


def read_generator(part: Part, days: int, opening: tuple[int, int], topics: Collection[int]) -> Generator:
    """The `generator` block of a scenario of so many days; faults are noted."""
    part.only(
        "profile_per_hour",
        "call_share",
        "urgent_share",
        "service_cv",
        "no_show",
        "surge",
        "site_of_walk_in",
    )
    no_show = part.part("no_show")
    no_show.only("share", "minutes")
    return Generator(
        profile_per_hour=_read_profile(part.part("profile_per_hour"), opening),
        call_share=part.part("call_share").number(0.0, 1.0),
        urgent_share=part.part("urgent_share").number(0.0, 1.0),
        service_cv=part.part("service_cv").number(0.0),
        no_show=NoShows(no_show.part("share").number(0.0, 1.0), no_show.part("minutes").number(0.0)),
        surge=_read_surge(part.part("surge"), days, opening, topics) if part.has("surge") else None,
        site_of_walk_in=_read_site_shares(part.part("site_of_walk_in")),
    )


def _read_profile(part: Part, opening: tuple[int, int]) -> tuple[float, ...]:
    weights = tuple(weight.number(0.0) for weight in part.items())
    hours = ceil((opening[1] - opening[0]) / 60)
    if len(weights) != hours or not sum(weights):
        part.fault(f"must be {hours} weights, one for each hour of opening, not all 0")
    return weights


def _read_surge(part: Part, days: int, opening: tuple[int, int], known: Collection[int]) -> Surge:
    part.only("day", "at", "minutes", "topics", "factor")
    at = part.part("at")
    surge = Surge(
        day=read_day(part.part("day"), days),
        minute=at.clock(),
        minutes=part.part("minutes").above_zero(),
        topics=tuple(topic.one_of(known, "topic") for topic in part.part("topics").items()),
        factor=part.part("factor").above_zero(),
    )
    opens, closes = opening
    if surge.minute < opens or surge.minute + surge.minutes > closes:
        at.fault("the surge must begin and end within the opening hours")
    return surge


def _read_site_shares(part: Part) -> SiteShares:
    names = ("own_topic_sites", "hall", "any")
    part.only(*names)
    shares = [part.part(name).number(0.0, 1.0) if part.has(name) else 0.0 for name in names]
    return SiteShares(*made_one(part, shares))


def read_day(part: Part, days: int) -> int:
    """A day of the scenario, from 1."""
    day = part.whole(1)
    if day > days:
        part.fault(f"there is no day {day}")
    return day
