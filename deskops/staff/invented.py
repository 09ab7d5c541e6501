"""Invented people for the demo of the sample province: staff, and visitors who come or call.

Everything is drawn from a seed: the same seed gives the same people, in the same order. Nobody here lives.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Literal

from pydantic import TypeAdapter

from deskops.desks.document import Desk, Setup, Topic
from deskops.desks.template import province
from deskops.staff.rules import SHIFTS_A_DAY

SHIFTS = SHIFTS_A_DAY

# Of Iran's mobile ranges (090x to 093x, 099x) none begins with 0950, so no real phone rings, however the demo
# is set up; intake takes the number all the same, for it has a mobile's shape.
_UNASSIGNED = "0950"
_NUMBERS = 10_000_000

_NO_MOBILE = 0.07
_CALLS = 0.45
_URGENT = 0.05
_NO_SHOW = 0.08
# Spread of service times over their mean: standard deviation / mean.
_SERVICE_CV = 0.8
# Where walk-ins go: to an agency whose own topic it is, to the hall, to any agency that serves the topic.
_TO_OWN, _TO_HALL, _TO_ANY = 0.7, 0.2, 0.1

Channel = Literal["call", "walk_in"]
StaffRole = Literal["staff", "desk_head"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPerson:
    """A staff member; `home_desk` and `languages` are the template's codes, `shift` is 0 to SHIFTS - 1."""

    personnel_number: str
    given_name: str
    family_name: str
    mobile: str
    languages: tuple[str, ...]
    role: StaffRole
    home_desk: str
    shift: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedVisitor:
    """Somebody who comes or calls, and what they bring.

    `kind` is one of `demand_kinds()`. `site` is where a walk-in goes, None for a call. `service_minutes` are
    those of a desk whose own topic it is. `no_show`: won't be there, or will have hung up, when called.
    """

    given_name: str
    family_name: str
    mobile: str | None
    county: str
    topic: str
    kind: str
    channel: Channel
    site: str | None
    language: str
    urgent: bool
    no_show: bool
    service_minutes: float
    text: str


@dataclass(frozen=True, slots=True)
class _LanguageUse:
    staff: float
    visitors: float


@dataclass(frozen=True, slots=True)
class _Kind:
    share: float
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    female_names: tuple[str, ...]
    male_names: tuple[str, ...]
    family_names: tuple[str, ...]
    numbers: tuple[str, ...]
    languages: Mapping[str, _LanguageUse]
    kinds: Mapping[str, _Kind]


def demand_kinds() -> dict[str, float]:
    """Code of each kind of demand, and its share of all."""
    return {code: kind.share for code, kind in _words().kinds.items()}


def spoken_languages() -> tuple[str, ...]:
    """Codes of the languages that invented people speak."""
    return tuple(_words().languages)


def invented_staff(seed: int, count: int = 730) -> list[InventedPerson]:
    """`count` staff members of the sample province, desk after desk, the desk's heads first.

    Desks get staff in proportion to their places, and each desk's staff are dealt out evenly over the shifts:
    with 730 people each shift fills every place. Raises ValueError if there aren't enough for a head at each
    desk. The first of each shift heads the desk while it lasts.
    """
    rng, words = Random(f"staff {seed}"), _words()
    personnel_numbers = rng.sample(range(10_000_000, 100_000_000), count)
    mobiles = rng.sample(range(_NUMBERS), count)
    posts = _posts(province().desks, count)
    return [
        _staff_member(rng, words, number, mobile, post)
        for number, mobile, post in zip(personnel_numbers, mobiles, posts, strict=True)
    ]


def invented_visitors(seed: int) -> Iterator[InventedVisitor]:
    """Visitors of the sample province without end, as they'd come over a day; the caller sets the pace."""
    rng, words, template = Random(f"visitors {seed}"), _words(), province()
    destinations = {topic.code: _Destinations.of(template, topic) for topic in template.assignable_topics()}
    while True:
        yield _visitor(rng, words, template, destinations)


@cache
def _words() -> _Words:
    text = files(__package__).joinpath("invented_words.toml").read_text(encoding="utf-8")
    return TypeAdapter(_Words).validate_python(tomllib.loads(text))


def _posts(desks: Sequence[Desk], count: int) -> list[tuple[str, int]]:
    """(desk's code, index within the desk) of each person: one a desk, then by D'Hondt's rule on places."""
    if count < len(desks):
        raise ValueError(f"{len(desks)} desks need a head each: {count} people are too few")
    given = Counter(desk.code for desk in desks)
    while given.total() < count:
        given[max(desks, key=lambda desk: desk.places / (given[desk.code] + 1)).code] += 1
    return [(desk.code, index) for desk in desks for index in range(given[desk.code])]


def _staff_member(
    rng: Random, words: _Words, number: int, mobile: int, post: tuple[str, int]
) -> InventedPerson:
    given_name, family_name = _name(rng, words)
    desk, index = post
    return InventedPerson(
        personnel_number=str(number),
        given_name=given_name,
        family_name=family_name,
        mobile=_mobile(mobile),
        languages=tuple(code for code, use in words.languages.items() if rng.random() < use.staff),
        role="desk_head" if index < SHIFTS else "staff",
        home_desk=desk,
        shift=index % SHIFTS,
    )


@dataclass(frozen=True, slots=True)
class _Destinations:
    """The desks that a walk-in with one topic may go to, by the reason to go there."""

    own: tuple[Desk, ...]
    hall: tuple[Desk, ...]
    agencies: tuple[Desk, ...]

    @classmethod
    def of(cls, template: Setup, topic: Topic) -> "_Destinations":
        serving = tuple(desk for desk in template.desks_for(topic.code) if desk.walk_ins)
        halls = {site.code for site in template.sites if site.kind == "hall"}
        return cls(
            own=tuple(desk for desk in serving if desk.owns(topic.code)),
            hall=tuple(desk for desk in serving if desk.site in halls),
            agencies=tuple(desk for desk in serving if desk.site not in halls),
        )

    def draw(self, rng: Random) -> str:
        """A site's code; the more places a desk has, the more people know it and go there."""
        [desks] = rng.choices((self.own, self.hall, self.agencies), (_TO_OWN, _TO_HALL, _TO_ANY))
        return rng.choices(desks, [desk.places for desk in desks])[0].site


def _visitor(
    rng: Random, words: _Words, template: Setup, destinations: Mapping[str, _Destinations]
) -> InventedVisitor:
    given_name, family_name = _name(rng, words)
    topics = template.assignable_topics()
    [topic] = rng.choices(topics, [topic.share or 0.0 for topic in topics])
    [county] = rng.choices(template.counties, [county.share for county in template.counties])
    [language] = rng.choices(list(words.languages), [use.visitors for use in words.languages.values()])
    [(kind, said)] = rng.choices(list(words.kinds.items()), [kind.share for kind in words.kinds.values()])
    channel: Channel = "call" if rng.random() < _CALLS else "walk_in"
    sentence = rng.choice(said.sentences)
    return InventedVisitor(
        given_name=given_name,
        family_name=family_name,
        mobile=None if rng.random() < _NO_MOBILE else _mobile(rng.randrange(_NUMBERS)),
        county=county.code,
        topic=topic.code,
        kind=kind,
        channel=channel,
        site=None if channel == "call" else destinations[topic.code].draw(rng),
        language=language,
        urgent=rng.random() < _URGENT,
        no_show=rng.random() < _NO_SHOW,
        service_minutes=_service_minutes(rng, topic.mean_minutes),
        # A topic's own name may be no noun phrase ("other"), its synonyms always are.
        text=sentence.format(
            topic=rng.choice(topic.synonyms_fa), county=county.name_fa, months=rng.choice(words.numbers)
        ),
    )


def _name(rng: Random, words: _Words) -> tuple[str, str]:
    given_names = rng.choice((words.female_names, words.male_names))
    return rng.choice(given_names), rng.choice(words.family_names)


def _mobile(number: int) -> str:
    return f"{_UNASSIGNED}{number:07d}"


def _service_minutes(rng: Random, mean: float) -> float:
    """Log-normal with the given mean: most are short, a few take very long, as in every call log."""
    variance = math.log(1 + _SERVICE_CV**2)
    return rng.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))
