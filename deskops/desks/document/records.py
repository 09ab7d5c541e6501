"""What a set-up file says, record by record. Codes are stable keys, unique in their section; days count from the trip's
first, so that a set-up can be moved to other dates; texts come in Persian (`_fa`) and English (`_en`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from deskops.core.i18n import PERSIAN, lang
from deskops.desks.document.cards import Card
from deskops.desks.document.kinds import (
    Address,
    Clock,
    Count,
    Day,
    Kind,
    Minutes,
    Name,
    Note,
    OtherName,
    Outside,
    PersonName,
    Phone,
    Saying,
    Share,
    Short,
    Speed,
    Text,
    TripCode,
)
from deskops.desks.document.labels import Coded, Labelled, Named, strict
from deskops.desks.rules import OWN_FACTOR, Need, place_kind

TripKind = Literal["trip", "office"]
PlaceKind = Literal["counter", "phone"]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Named):
    """A language that people speak and staff may know; `code` as in ISO 639-1."""


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class County(Named):
    """A county of the province; `share` of those who come and call, over all counties 1."""

    share: Share


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Coded):
    """A plan of opening that desks name: days counted from the trip's first (-1 is the day before), local clock times,
    in minutes from midnight.
    """

    days: tuple[Day, ...]
    opens: Clock
    closes: Clock


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ring at an agency, and what they are there."""

    name: PersonName
    position: Note = ""
    phone: Phone = ""
    email: Note = ""


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Agency(Labelled):
    """Whoever can be given a directive; `parent` is the agency above, if any. `days_off` as of a trip, such as "thu,fri"."""

    kind: Kind = "agency"
    parent: str | None = None
    phone: Phone = ""
    email: Note = ""
    address: Address = ""
    days_off: Phone = ""
    contacts: tuple[Contact, ...] = ()


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """One day of an agency out of the week's order; `works` where it works though the week says off."""

    agency: str
    day: date
    name: Note = ""
    works: bool = False


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Labelled):
    """A place with desks."""

    kind: Kind = "building"
    address: Text = ""
    map_text: Text = ""


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Two sites between which people can be asked to walk; a pair that isn't named can't be walked."""

    from_site: str
    to_site: str
    minutes: Annotated[float, Field(gt=0, le=240)]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Labelled):
    """What demands are about; those not `assignable` are branches of the tree, and no demand is put on them.

    `mean_minutes` of service at a desk whose own topic it is; `synonyms` are what people say; `default_days` is how long
    an answer may take; `share` of all demands, for invented people only, over all topics 1.
    """

    parent: str | None = None
    assignable: bool = True
    mean_minutes: Minutes = 8.0
    agency: str | None = None
    default_desk: str | None = None
    default_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    share: Share | None = None
    synonyms: tuple[Saying, ...] = ()
    papers: tuple[Saying, ...] = ()

    @property
    def synonyms_fa(self) -> tuple[str, ...]:
        """What is said in Persian."""
        return tuple(word for word in self.synonyms if not word.isascii())


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place, where `counters` and `phones` of its desk don't say all."""

    number: Annotated[int, Field(ge=1, le=9999)]
    kind: PlaceKind
    external_id: Outside | None = None


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Labelled):
    """A service desk of one agency at one site.

    `number` is what its sign says; its places are `counters` and then `phones`, numbered from 1, or `seats` one by one;
    `hours` names plans; `speeds` maps the topics it serves to the factor its service takes (1.0 its own topics, more is
    slower); `need` is the staff that it needs, None where nobody said it.
    """

    number: Annotated[int, Field(ge=0, le=99_999)]
    agency: str | None = None
    site: str
    hours: tuple[str, ...] = ()
    counters: Count = 0
    phones: Count = 0
    walk_ins: bool = True
    calls: bool = True
    is_headquarters: bool = False
    line: Phone = ""
    position: Annotated[int, Field(ge=0)] = 0
    speeds: Mapping[str, Speed]
    seats: tuple[Seat, ...] = ()
    need: Need | None = None

    @property
    def places(self) -> int:
        """How many can be served at once."""
        return len(self.all_seats())

    def all_seats(self) -> tuple[Seat, ...]:
        """Every place with its number and kind."""
        return self.seats or self.plain_seats(self.counters, self.phones)

    @staticmethod
    def plain_seats(counters: int, phones: int) -> tuple[Seat, ...]:
        """Counters and then phones, numbered from 1."""
        first = [Seat(number=number, kind="counter") for number in range(1, counters + 1)]
        return (*first, *(Seat(number=counters + number, kind="phone") for number in range(1, phones + 1)))

    def with_places(self, count: int) -> dict[str, Any]:
        """The fields that give it so many places of the kind it is for."""
        phones = count if place_kind(self.is_headquarters) == "phone" else 0
        return {"counters": count - phones, "phones": phones, "seats": ()}

    def owns(self, topic: str) -> bool:
        """Whether `topic` is one of the desk's own."""
        return self.speeds.get(topic) == OWN_FACTOR


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All that a trip starts from. `live_days` count from the first day, None for a standing office, which has no end.

    What stands from `province_fa` on to `counties` is for templates: a trip keeps none of it.
    """

    format: str
    code: TripCode = ""
    kind: TripKind = "trip"
    name_fa: Name
    name_en: OtherName = ""
    short_fa: Short = ""
    short_en: Short = ""
    starts_on: date | None = None
    live_days: Annotated[int, Field(ge=1, le=366)] | None = None
    timezone: Phone = "Asia/Tehran"
    days_off: Phone = "fri"
    province_fa: OtherName = ""
    province_en: OtherName = ""
    host_agency: str | None = None
    follow_up_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    languages: tuple[Language, ...] = ()
    counties: tuple[County, ...] = ()
    hours: tuple[Hours, ...] = ()
    agencies: tuple[Agency, ...]
    holidays: tuple[Holiday, ...] = ()
    sites: tuple[Site, ...]
    walks: tuple[Walk, ...] = ()
    topics: tuple[Topic, ...]
    desks: tuple[Desk, ...]
    cards: tuple[Card, ...] = ()

    @property
    def name(self) -> str:
        """In the current language."""
        return self.name_fa if lang() == PERSIAN else self.name_en or self.name_fa

    def agency(self, code: str) -> Agency:
        """Raises KeyError for an unknown code."""
        return {agency.code: agency for agency in self.agencies}[code]

    def assignable_topics(self) -> tuple[Topic, ...]:
        """What a demand can be about."""
        return tuple(topic for topic in self.topics if topic.assignable)

    def hours_of(self, desk: Desk) -> tuple[Hours, ...]:
        """When the desk is open."""
        return tuple(plan for plan in self.hours if plan.code in desk.hours)

    def ministry_of(self, code: str) -> Agency | None:
        """The ministry that the agency is or stands under, at whatever distance; None if there is none."""
        agencies = {agency.code: agency for agency in self.agencies}
        agency = agencies[code]
        while agency.kind != "ministry" and agency.parent is not None:
            agency = agencies[agency.parent]
        return agency if agency.kind == "ministry" else None

    def desks_for(self, topic: str) -> tuple[Desk, ...]:
        """The desks that serve the topic, the fastest first."""
        serving = (desk for desk in self.desks if topic in desk.speeds)
        return tuple(sorted(serving, key=lambda desk: desk.speeds[topic]))
