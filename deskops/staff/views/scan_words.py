"""What a device that scans badges shows and says: one title, and lines that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from deskops.core.dates import clock_time, local_day, number
from deskops.core.i18n import gettext, ngettext
from deskops.core.i18n import lazy as _l
from deskops.desks.queries import Catalogue
from deskops.staff.rules import BACK, BREAK, IN, OUT
from deskops.staff.rules import scans as rules
from deskops.staff.rules.attendance import LEFT_EARLY_BEFORE, MINUTE, Duty, Times, duty_of, minutes_late
from deskops.staff.rules.presence import Effect
from deskops.staff.services.scanning import Answer

OK, WARN, BAD = "ok", "warn", "bad"
# Who comes this much after the beginning is told so, and isn't made a case of.
GRACE_MINUTES = 5

# By refusal: the title, and what to do.
_REFUSED: dict[str, tuple[Any, Any]] = {
    rules.UNREADABLE: (
        _l("This is no badge"),
        _l("Hold up the badge's code, alone and flat. Nothing else is read here."),
    ),
    rules.FORGED: (
        _l("This badge was not made here"),
        _l("Do not let the holder in on it. Call the coordinator."),
    ),
    rules.OTHER_TRIP: (
        _l("A badge of another trip"),
        _l(
            "It may be an old one. Ask for the badge of this trip, or check them in by hand on the cover page."
        ),
    ),
    rules.REVOKED: (
        _l("This badge was withdrawn"),
        _l(
            "A newer one was made, or it was reported stolen. Keep this badge, look at the face, and call the coordinator."
        ),
    ),
    rules.UNKNOWN: (_l("Nobody has this badge any more"), _l("Send the holder to the coordinator.")),
    rules.RETIRED: (_l("They work here no more"), _l("Send the holder to the coordinator.")),
    rules.FUTURE: (
        _l("The time of this scan lies ahead"),
        _l("Nothing was counted. Put this device's clock right, then scan again."),
    ),
    rules.TOO_OLD: (
        _l("This scan is too old"),
        _l("It is kept and was not counted. A coordinator can enter the presence by hand."),
    ),
    rules.UNKNOWN_PLACE: (
        _l("The place of this device is not in the trip any more"),
        _l("Choose anew where this device stands. The scan is kept and was not counted."),
    ),
    rules.NOT_ALLOWED: (
        _l("This device may not scan for that place"),
        _l("Choose a desk of yours, or sign in as somebody who may. The scan is kept and was not counted."),
    ),
}
_UNCHANGED: dict[str, Any] = {
    Effect.REPEATED: _l("Already scanned a moment ago"),
    Effect.ALREADY: _l("Nothing to change"),
    Effect.NOT_HERE: _l("Was not checked in"),
}
_DONE = {
    IN: _l("Checked in"),
    OUT: _l("Checked out"),
    BREAK: _l("On a break"),
    BACK: _l("Back from the break"),
}


class Said(NamedTuple):
    """`code` is for programs, `tone` ok, warn or bad."""

    code: str
    tone: str
    title: Any
    lines: Sequence[str] = ()


def answer_json(answer: Answer, times: Times, names: Catalogue) -> dict[str, Any]:
    """`{nonce, code, tone, title, lines, name, place, shift, late_minutes, at, kind, counted, again}`; `shift` is the one
    that the scan was about, or None.
    """
    duty = duty_of(answer.duties, answer.at, answer.desk_id, times)
    said = _said(answer, duty, names)
    return {
        "nonce": answer.nonce,
        "code": said.code,
        "tone": said.tone,
        "title": str(said.title),
        "lines": [*said.lines],
        "staff_id": answer.staff_id,
        "name": answer.name,
        "place": _place(answer, names),
        "shift": None if duty is None else _shift(duty, names),
        "late_minutes": None if duty is None else minutes_late(duty, answer.at),
        "at": answer.at.isoformat(),
        "clock": clock_time(answer.at),
        "kind": answer.kind,
        "counted": not answer.refusal,
        "again": answer.again,
    }


def clock_json(ahead: timedelta) -> dict[str, Any] | None:
    """`{minutes, text}` of a device whose clock is off, positive where it is ahead; None of one that is right."""
    if not ahead:
        return None
    minutes = round(ahead / MINUTE)
    text = (
        ngettext(
            "This device's clock is %(num)s minute fast. The times were put right.",
            "This device's clock is %(num)s minutes fast. The times were put right.",
            minutes,
        )
        if minutes > 0
        else ngettext(
            "This device's clock is %(num)s minute slow. The times were put right.",
            "This device's clock is %(num)s minutes slow. The times were put right.",
            -minutes,
        )
    )
    return {"minutes": minutes, "text": text}


def _said(answer: Answer, duty: Duty | None, names: Catalogue) -> Said:
    if answer.refusal in _REFUSED:
        title, advice = _REFUSED[answer.refusal]
        return Said(answer.refusal, BAD, title, [str(advice)])
    if answer.refusal:
        return Said(answer.refusal, WARN, _UNCHANGED[answer.refusal], _unchanged(answer))
    if answer.kind == IN:
        return _came(answer, duty, names)
    if answer.kind == OUT:
        return _went(answer, duty)
    return Said(answer.kind, OK, _DONE[answer.kind])


def _unchanged(answer: Answer) -> list[str]:
    if answer.refusal == Effect.REPEATED:
        return [gettext("It counts once. They can go on.")]
    if answer.refusal == Effect.NOT_HERE:
        return [gettext("Check them in first if they have just come.")]
    already = {
        IN: gettext("They are checked in here already."),
        BREAK: gettext("They are on a break already."),
        BACK: gettext("They are on no break."),
    }
    return [already[answer.kind]]


def _came(answer: Answer, duty: Duty | None, names: Catalogue) -> Said:
    if duty is None:
        return _unplanned(answer, names)
    late = minutes_late(duty, answer.at)
    lines = []
    if late > 0:
        lines.append(ngettext("%(num)s minute late.", "%(num)s minutes late.", late))
    if answer.desk_id is None:
        lines.append(gettext("Goes to: %(desk)s.", desk=_desk(duty.desk_id, names)))
    elif answer.desk_id != duty.desk_id:
        elsewhere = gettext(
            "Planned at %(desk)s. Send them there, or tell the coordinator that they stay.",
            desk=_desk(duty.desk_id, names),
        )
        return Said("elsewhere", WARN, gettext("Checked in, planned elsewhere"), [*lines, elsewhere])
    if late > GRACE_MINUTES:
        return Said("late", WARN, gettext("Checked in, late"), lines)
    return Said(IN, OK, _DONE[IN], lines)


def _unplanned(answer: Answer, names: Catalogue) -> Said:
    day = local_day(answer.at)
    coming = [one for one in answer.duties if one.starts_at > answer.at and local_day(one.starts_at) == day]
    if coming:
        first = coming[0]
        begins = gettext(
            "Their shift begins at %(clock)s: %(desk)s.",
            clock=clock_time(first.starts_at),
            desk=_desk(first.desk_id, names),
        )
        return Said("early", WARN, gettext("Checked in, early"), [begins])
    advice = gettext("No shift of theirs is planned now. They count as present; tell the coordinator.")
    return Said("unplanned", WARN, gettext("Checked in, not planned"), [advice])


def _went(answer: Answer, duty: Duty | None) -> Said:
    if duty is None or answer.at >= duty.ends_at - LEFT_EARLY_BEFORE or answer.at < duty.starts_at:
        return Said(OUT, OK, _DONE[OUT])
    ends = gettext(
        "Their shift ends at %(clock)s. If they come back, check them in again.",
        clock=clock_time(duty.ends_at),
    )
    return Said("left_early", WARN, gettext("Checked out, before the end"), [ends])


def _shift(duty: Duty, names: Catalogue) -> dict[str, Any]:
    return {
        "id": duty.id,
        "desk_id": duty.desk_id,
        "desk": _desk(duty.desk_id, names),
        "starts_at": duty.starts_at.isoformat(),
        "ends_at": duty.ends_at.isoformat(),
        "clock": gettext(
            "%(begins)s to %(ends)s", begins=clock_time(duty.starts_at), ends=clock_time(duty.ends_at)
        ),
    }


def _place(answer: Answer, names: Catalogue) -> str:
    if answer.desk_id is not None:
        return _desk(answer.desk_id, names)
    site = names.sites.get(answer.site_id or 0)
    return "" if site is None else site.short


def _desk(desk_id: int, names: Catalogue) -> str:
    desk = names.desks.get(desk_id)
    return "" if desk is None else f"{number(desk.number)} – {desk.short}"
