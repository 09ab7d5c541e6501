"""What must hold between the records of a set-up. Each check yields the place of a fault and the words for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.text import name_form
from deskops.desks.document.lines import Place
from deskops.desks.document.needs import fault_of, words_for
from deskops.desks.document.records import Agency, Desk, Setup, Topic

Found = tuple[Place, Any]

SECTIONS = ("languages", "counties", "hours", "agencies", "sites", "topics", "desks")


def faults_of(setup: Setup) -> list[Found]:
    """All of them, in the order of the file's sections."""
    return [found for check in _CHECKS for found in check(setup)]


def _unknown(key: str, code: str) -> Any:
    return _l(
        "%(key)s: there is no “%(code)s” in this file. Correct the code, or add the record.",
        key=key,
        code=code,
    )


def _codes(records: Iterable[Any]) -> set[str]:
    return {record.code for record in records}


def _twice(setup: Setup) -> Iterator[Found]:
    for section in SECTIONS:
        seen: set[str] = set()
        for index, record in enumerate(getattr(setup, section)):
            if record.code in seen:
                words = _l(
                    "The code “%(code)s” is used twice. Give one of the two another code.", code=record.code
                )
                yield (section, index, "code"), words
            seen.add(record.code)


def _numbers(setup: Setup) -> Iterator[Found]:
    seen: dict[int, str] = {}
    for index, desk in enumerate(setup.desks):
        if desk.number in seen:
            words = _l(
                "The number %(number)s is on the sign of “%(code)s” already. Give each desk its own.",
                number=desk.number,
                code=seen[desk.number],
            )
            yield ("desks", index, "number"), words
        seen.setdefault(desk.number, desk.code)


def _hours(setup: Setup) -> Iterator[Found]:
    for index, plan in enumerate(setup.hours):
        if plan.closes <= plan.opens:
            words = _l("The hours end before they begin. Put “closes” after “opens”.")
            yield ("hours", index, "closes"), words


def _agencies(setup: Setup) -> Iterator[Found]:
    known = _codes(setup.agencies)
    for index, agency in enumerate(setup.agencies):
        if agency.parent is not None and agency.parent not in known:
            yield ("agencies", index, "parent"), _unknown("parent", agency.parent)
    yield from _circles("agencies", setup.agencies)
    for index, holiday in enumerate(setup.holidays):
        if holiday.agency not in known:
            yield ("holidays", index, "agency"), _unknown("agency", holiday.agency)
    if setup.host_agency and setup.host_agency not in known:
        yield ("host_agency",), _unknown("host_agency", setup.host_agency)


def _circles(section: str, records: Sequence[Agency | Topic]) -> Iterator[Found]:
    parents: dict[str, str | None] = {record.code: record.parent for record in records}
    for index, record in enumerate(records):
        if record.parent == record.code:
            yield (
                (section, index, "parent"),
                _l("“%(code)s” stands under itself. Name another parent, or none.", code=record.code),
            )
        elif _meets_itself(record.code, parents):
            words = _l(
                "The parents above “%(code)s” go round in a circle. Take one of them out.", code=record.code
            )
            yield (section, index, "parent"), words


def _meets_itself(code: str, parents: dict[str, str | None]) -> bool:
    seen, above = set(), parents[code]
    while above is not None and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _walks(setup: Setup) -> Iterator[Found]:
    known, seen = _codes(setup.sites), set()
    for index, walk in enumerate(setup.walks):
        for key, code in (("from_site", walk.from_site), ("to_site", walk.to_site)):
            if code not in known:
                yield ("walks", index, key), _unknown(key, code)
        if walk.from_site == walk.to_site:
            yield (
                ("walks", index),
                _l("A site can't be walked to from itself. Name two sites, or take the line out."),
            )
        if (walk.from_site, walk.to_site) in seen:
            yield ("walks", index), _l("This walk is there twice. Take one out.")
        seen.add((walk.from_site, walk.to_site))


def _topics(setup: Setup) -> Iterator[Found]:
    agencies, desks, topics = _codes(setup.agencies), _codes(setup.desks), _codes(setup.topics)
    for index, topic in enumerate(setup.topics):
        named = (
            ("agency", topic.agency, agencies),
            ("default_desk", topic.default_desk, desks),
            ("parent", topic.parent, topics),
        )
        for key, code, known in named:
            if code is not None and code not in known:
                yield ("topics", index, key), _unknown(key, code)
        if topic.assignable and topic.mean_minutes == 0:
            yield (
                ("topics", index, "mean_minutes"),
                _l("Service takes more than 0 minutes. Write what is usual, such as 8."),
            )
    yield from _circles("topics", setup.topics)


def _desks(setup: Setup) -> Iterator[Found]:
    agencies, sites, plans = _codes(setup.agencies), _codes(setup.sites), _codes(setup.hours)
    topics = {topic.code for topic in setup.topics if topic.assignable}
    for index, desk in enumerate(setup.desks):
        place: Place = ("desks", index)
        if desk.agency is not None and desk.agency not in agencies:
            yield (*place, "agency"), _unknown("agency", desk.agency)
        if desk.site not in sites:
            yield (*place, "site"), _unknown("site", desk.site)
        for key, codes, known in (("hours", desk.hours, plans), ("speeds", desk.speeds, topics)):
            for code in codes:
                if code not in known:
                    yield (*place, key), _unknown(key, code)
        yield from _desk(place, setup, desk)


def _desk(place: Place, setup: Setup, desk: Desk) -> Iterator[Found]:
    if not desk.speeds:
        yield (
            (*place, "speeds"),
            _l("The desk has no topic, so nobody would be sent to it. Give it one at least."),
        )
    if not (desk.walk_ins or desk.calls):
        yield (*place, "walk_ins"), _l("A desk takes walk-ins, calls or both.")
    days = [day for plan in setup.hours_of(desk) for day in plan.days]
    if len(days) != len(set(days)):
        yield (*place, "hours"), _l("Two plans of the desk's hours hold the same day. Leave one of them out.")
    numbers = [seat.number for seat in desk.all_seats()]
    if len(numbers) != len(set(numbers)):
        yield (*place, "seats"), _l("Two seats have one number. Give each its own.")
    field = None if desk.need is None else fault_of(desk.need)
    if desk.need is not None and field is not None:
        yield (*place, "need"), words_for(field, desk.need)


def _cards(setup: Setup) -> Iterator[Found]:
    """Two cards that could not be told apart, however their titles are typed, are one too many."""
    topics = _codes(setup.topics)
    seen: set[tuple[str | None, str]] = set()
    for index, card in enumerate(setup.cards):
        if card.topic is not None and card.topic not in topics:
            yield ("cards", index, "topic"), _unknown("topic", card.topic)
        key = (card.topic, name_form(card.title_fa))
        if key in seen:
            yield ("cards", index, "title_fa"), _l("This topic has a card of this title already.")
        seen.add(key)


def _shares(setup: Setup) -> Iterator[Found]:
    for section in ("counties", "topics"):
        shares = [record.share for record in getattr(setup, section) if record.share is not None]
        if shares and not math.isclose(sum(shares), 1.0, abs_tol=1e-9):
            yield (
                (section,),
                _l("The shares add up to %(total)s. They must add up to 1.", total=f"{sum(shares):.4f}"),
            )


_CHECKS: tuple[Callable[[Setup], Iterator[Found]], ...] = (
    _twice,
    _numbers,
    _hours,
    _agencies,
    _walks,
    _topics,
    _desks,
    _cards,
    _shares,
)
