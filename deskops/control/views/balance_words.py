"""The balance in words: why something is advised, what stands where, what is imagined."""

from __future__ import annotations

from collections.abc import Iterable

from deskops.control.queries.advice import AdviceLine
from deskops.control.queries.trouble import Trouble
from deskops.control.queries.what_if import CLOSE, FEWER, MORE, Answer, Line
from deskops.control.rules import advice as rules
from deskops.core.dates import digits, number
from deskops.core.i18n import gettext, ngettext
from deskops.core.i18n import lazy as _l
from deskops.desks.queries import Catalogue

ADVICE_STATES = {
    rules.PROPOSED: _l("advised"),
    rules.ACCEPTED: _l("accepted"),
    rules.REFUSED: _l("refused"),
    rules.EXPIRED: _l("no longer holds"),
    rules.TAKEN_BACK: _l("taken back"),
}
ADVICE_TONES = {
    rules.PROPOSED: "info",
    rules.ACCEPTED: "ok",
    rules.REFUSED: "closed",
    rules.EXPIRED: "closed",
    rules.TAKEN_BACK: "closed",
}
MOVE_STATES = {
    rules.ASKED: _l("asked"),
    rules.ORDERED: _l("after the person they serve"),
    rules.UNDER_WAY: _l("on the way"),
    rules.ARRIVED: _l("arrived"),
    rules.DECLINED: _l("can't"),
    rules.TAKEN_BACK: _l("taken back"),
}
MOVE_TONES = {
    rules.ASKED: "info",
    rules.ORDERED: "warn",
    rules.UNDER_WAY: "warn",
    rules.ARRIVED: "ok",
    rules.DECLINED: "bad",
    rules.TAKEN_BACK: "closed",
}
CHANGES_SHOWN = 10
CHANGE_KINDS = {
    MORE: _l("more counters"),
    FEWER: _l("fewer counters"),
    CLOSE: _l("close"),
}


def desk_name(names: Catalogue, desk_id: int | None) -> str:
    """Number and short name; a dash for none."""
    desk = names.desks.get(desk_id or 0)
    return "–" if desk is None else f"{digits(desk.number)} – {desk.short}"


def place_name(names: Catalogue, place: int) -> str:
    """A site's short name, or the phone."""
    site = names.sites.get(place)
    return gettext("By phone") if site is None else site.short


def headline(line: AdviceLine, names: Catalogue) -> str:
    """What is advised, in one sentence."""
    return ngettext(
        "Move %(num)s counter from desk %(source)s to desk %(target)s",
        "Move %(num)s counters from desk %(source)s to desk %(target)s",
        line.counters,
        source=desk_name(names, line.source_desk_id),
        target=desk_name(names, line.target_desk_id),
    )


def why(line: AdviceLine, names: Catalogue) -> list[str]:
    """Where people wait, where counters stand idle, what it gains, and what the projection says with and without."""
    if line.for_day is not None:
        return [_by_days(line), _gain(line)]
    figures = line.figures
    waiting = ngettext(
        "For desk %(desk)s %(num)s person waits, for %(minutes)s minutes.",
        "For desk %(desk)s %(num)s people wait, the first of them for %(minutes)s minutes.",
        figures.target_waiting,
        desk=desk_name(names, line.target_desk_id),
        minutes=number(figures.target_oldest),
    )
    idle = gettext(
        "At desk %(desk)s nobody is at %(idle)s of %(open)s counters.",
        desk=desk_name(names, line.source_desk_id),
        idle=digits(figures.source_free),
        open=digits(figures.source_open),
    )
    ahead = gettext(
        "In %(minutes)s minutes the longest wait there would be %(with)s instead of %(without)s minutes, and"
        " %(people)s instead of %(people_without)s people would wait.",
        minutes=number(figures.horizon),
        people=number(figures.waiting),
        people_without=number(figures.waiting_without),
        **{"with": number(figures.oldest), "without": number(figures.oldest_without)},
    )
    return [waiting, idle, ahead, _gain(line)]


def _by_days(line: AdviceLine) -> str:
    figures = line.figures
    return gettext(
        "If people come as on the days so far, the longest wait at the end of the day would be %(with)s instead of"
        " %(without)s minutes.",
        **{"with": number(figures.oldest), "without": number(figures.oldest_without)},
    )


def _gain(line: AdviceLine) -> str:
    return gettext(
        "All together people would wait %(minutes)s person-minutes less.", minutes=number(line.gain_minutes)
    )


def verdict(answer: Answer) -> list[str]:
    """What an imagined change does, in the asker's words."""
    less = answer.person_minutes[0] - answer.person_minutes[1]
    if abs(less) < 1.0:
        total = gettext("All together people would wait as long as they do anyhow.")
    elif less > 0:
        total = gettext(
            "All together people would wait %(minutes)s person-minutes less.", minutes=number(less)
        )
    else:
        total = gettext(
            "All together people would wait %(minutes)s person-minutes more.", minutes=number(-less)
        )
    end = gettext(
        "In %(end)s minutes the longest wait would be %(with)s instead of %(without)s minutes, and %(people)s instead of"
        " %(people_without)s people would wait.",
        end=number(answer.looks[-1]),
        people=number(answer.waiting[1]),
        people_without=number(answer.waiting[0]),
        **{"with": number(answer.oldest[1]), "without": number(answer.oldest[0])},
    )
    return [total, end]


def changed(lines: Iterable[Line]) -> list[Line]:
    """Where the imagined change makes a difference that can be seen, the greatest first; no more than are read."""
    differing = (line for line in lines if max(line.effect) >= 1.0)
    return sorted(differing, key=lambda line: line.effect, reverse=True)[:CHANGES_SHOWN]


def shared_words(answer: Answer, names: Catalogue) -> list[str]:
    """To which desks of a site counters went."""
    more = gettext("%(num)s counters more at desk %(desk)s")
    fewer = gettext("%(num)s counters fewer at desk %(desk)s")
    return [
        (more if counters > 0 else fewer) % {"num": digits(abs(counters)), "desk": desk_name(names, desk_id)}
        for _, desk_id, counters in answer.shared
    ]


def in_minutes(minute: float) -> str:
    """A column of looks ahead."""
    return gettext("in %(minutes)s min", minutes=number(minute))


def columns_of(looks: Iterable[float]) -> list[tuple[str, str]]:
    """Heads of a table's columns, as ui.table takes them."""
    return [(in_minutes(minute), "number") for minute in looks]


def look_columns(trouble: Trouble) -> list[tuple[str, str]]:
    """The same of the looks that the page of trouble shows."""
    return columns_of(look.minute for look in trouble.places[0].ahead)
