"""A trip's template: agencies, sites, topics, desks, hours, counties and languages, read from a TOML file.

A template is plain data, checked once when it is read; setting a trip up from it is the services' business.
Every text is there in Persian (`_fa`) and in English (`_en`); codes are stable keys, unique in their section.
"""

import math
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

AgencyKind = Literal["ministry", "governor", "office", "company", "bank"]
SiteKind = Literal["hall", "agency_building"]

OWN_TOPIC = 1.0

Share = Annotated[float, Field(gt=0, le=1)]
Speed = Annotated[float, Field(ge=OWN_TOPIC, lt=3)]
Text = Annotated[str, Field(min_length=1)]
# A misspelt key must be refused, not left out.
_strict = with_config(ConfigDict(extra="forbid"))


class TemplateError(ValueError):
    """The file says something that can't be set up; the message names the record and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Anything with a stable key."""

    code: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Coded):
    """Anything with a full name."""

    name_fa: Text
    name_en: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(Named):
    """Anything with a short name too, for walls, boards and lists."""

    short_fa: Text
    short_en: Text


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Named):
    """A language that people speak and staff may know; `code` as in ISO 639-1."""


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class County(Named):
    """A county of the province; `share` of those who come and call, over all counties 1."""

    share: Share


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Coded):
    """When desks are open: days counted from the trip's first (-1 is the day before), local times."""

    days: tuple[int, ...]
    opens: time
    closes: time


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Agency(Labelled):
    """Whoever can be given a directive; `parent` is the agency above, if any."""

    kind: AgencyKind
    parent: str | None = None


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Labelled):
    """A place with desks. People can't walk from one site of a template to another."""

    kind: SiteKind
    county: str
    address_fa: Text
    address_en: Text


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class TopicGroup(Named):
    """A branch of the topics' tree; demands are put on its leaves only."""


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Labelled):
    """What demands are about.

    `share` of all demands, over all topics 1; `mean_minutes` of service at a desk whose own topic it is;
    the synonyms are what people say, each a noun phrase.
    """

    group: str
    share: Share
    mean_minutes: Annotated[float, Field(gt=0)]
    default_agency: str
    synonyms_fa: tuple[Text, ...]
    synonyms_en: tuple[Text, ...]


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Labelled):
    """A service desk of one agency at one site.

    `number` is what its sign says; `places` counts counters, or phone seats at a call headquarters; `speeds`
    maps the topics it serves to the factor its service takes (1.0 its own topics, more is slower).
    """

    number: int
    agency: str
    site: str
    hours: str
    places: Annotated[int, Field(ge=1)]
    walk_ins: bool
    calls: bool
    is_headquarters: bool
    speeds: Annotated[Mapping[str, Speed], Field(min_length=1)]

    def owns(self, topic: str) -> bool:
        """Whether `topic` is one of the desk's own."""
        return self.speeds.get(topic) == OWN_TOPIC


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Named):
    """All that a trip starts from. `live_days` count from day 0, `follow_up_days` from the last of them."""

    province_fa: Text
    province_en: Text
    host_agency: str
    live_days: int
    follow_up_days: int
    languages: tuple[Language, ...]
    counties: tuple[County, ...]
    hours: tuple[Hours, ...]
    agencies: tuple[Agency, ...]
    sites: tuple[Site, ...]
    topic_groups: tuple[TopicGroup, ...]
    topics: tuple[Topic, ...]
    desks: tuple[Desk, ...]

    def agency(self, code: str) -> Agency:
        """Raises KeyError for an unknown code."""
        return _by_code(self.agencies)[code]

    def hours_of(self, desk: Desk) -> Hours:
        """When the desk is open."""
        return _by_code(self.hours)[desk.hours]

    def ministry_of(self, code: str) -> Agency | None:
        """The ministry that the agency is or stands under, at whatever distance; None if there is none."""
        agency = self.agency(code)
        while agency.kind != "ministry" and agency.parent is not None:
            agency = self.agency(agency.parent)
        return agency if agency.kind == "ministry" else None

    def desks_for(self, topic: str) -> tuple[Desk, ...]:
        """The desks that serve the topic, the fastest first."""
        serving = (desk for desk in self.desks if topic in desk.speeds)
        return tuple(sorted(serving, key=lambda desk: desk.speeds[topic]))


@cache
def province() -> Template:
    """The sample that ships with deskops: 34 agencies' desks, the airport hall and the call headquarters."""
    return parse_template(files(__package__).joinpath("template_province.toml").read_text(encoding="utf-8"))


def parse_template(text: str) -> Template:
    """Builds and checks a template from TOML. Raises TemplateError with what is wrong."""
    try:
        raw = tomllib.loads(text)
        template = TypeAdapter(Template).validate_python(raw)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"not TOML: {error}") from error
    except ValidationError as error:
        raise TemplateError(_first_fault(error)) from error
    _check_unique_codes(template)
    _check_agencies(template)
    _check_references(template)
    _check_shares("counties", template.counties)
    _check_shares("topics", template.topics)
    return template


_Record = TypeVar("_Record", bound=Coded)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"


def _by_code(records: Iterable[_Record]) -> dict[str, _Record]:
    return {record.code: record for record in records}


def _check_unique_codes(template: Template) -> None:
    sections: dict[str, tuple[Coded, ...]] = {
        "languages": template.languages,
        "counties": template.counties,
        "hours": template.hours,
        "agencies": template.agencies,
        "sites": template.sites,
        "topic_groups": template.topic_groups,
        "topics": template.topics,
        "desks": template.desks,
    }
    for section, records in sections.items():
        codes = [record.code for record in records]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise TemplateError(f"{section}: code used twice: {', '.join(twice)}")


def _check_known(what: str, codes: Iterable[str], known: Collection[str]) -> None:
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise TemplateError(f"{what}: no such code: {', '.join(unknown)}")


def _check_agencies(template: Template) -> None:
    agencies = _by_code(template.agencies)
    _check_known("host_agency", [template.host_agency], agencies)
    for agency in template.agencies:
        _check_known(f"agency {agency.code}: parent", [agency.parent] if agency.parent else [], agencies)
    for agency in template.agencies:
        _check_no_circle(agency, agencies)


def _check_no_circle(agency: Agency, agencies: Mapping[str, Agency]) -> None:
    seen, above = {agency.code}, agency.parent
    while above is not None:
        if above in seen:
            raise TemplateError(f"agency {agency.code}: its parents go round in a circle")
        seen.add(above)
        above = agencies[above].parent


def _check_references(template: Template) -> None:
    agencies, counties, sites = map(_by_code, (template.agencies, template.counties, template.sites))
    groups, topics, hours = map(_by_code, (template.topic_groups, template.topics, template.hours))
    for site in template.sites:
        _check_known(f"site {site.code}: county", [site.county], counties)
    for topic in template.topics:
        _check_known(f"topic {topic.code}: group", [topic.group], groups)
        _check_known(f"topic {topic.code}: default_agency", [topic.default_agency], agencies)
    for desk in template.desks:
        _check_known(f"desk {desk.code}: agency", [desk.agency], agencies)
        _check_known(f"desk {desk.code}: site", [desk.site], sites)
        _check_known(f"desk {desk.code}: hours", [desk.hours], hours)
        _check_known(f"desk {desk.code}: speeds", desk.speeds, topics)


def _check_shares(section: str, records: Iterable[County | Topic]) -> None:
    total = sum(record.share for record in records)
    if not math.isclose(total, 1.0, abs_tol=1e-9):
        raise TemplateError(f"{section}: the shares sum to {total:.4f}, not to 1")
