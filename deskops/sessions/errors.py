"""Refusals of officials' hours and meetings."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class NoOfficial(Refusal):
    """Whoever is named isn't an official of the trip."""

    status = 422
    code = "no_official"
    message = lazy(
        "This is no official of this trip. Choose one from the list; a new one gets an account with that role first."
    )


class NowhereToBe(Refusal):
    status = 422
    code = "nowhere_to_be"
    message = lazy("Say where people reach the official: choose a desk, or type a line or a place.")


class UnknownDesk(Refusal):
    status = 422
    code = "unknown_desk"
    message = lazy("This desk isn't there any more. Choose another one.")


class NoDays(Refusal):
    """A pattern that meets no day, or days that are over."""

    status = 422
    code = "no_days"
    message = lazy("No day ahead fits this. Look at the days of the week, and at the first and the last day.")


class TooManyDays(Refusal):
    status = 422
    code = "too_many_days"
    message = lazy("A schedule is laid for %(most)s days at most. Choose an earlier last day.")


class SessionMoved(Refusal):
    """The act doesn't fit its state; `details` say what it is."""

    code = "session_moved"
    message = lazy("This session has changed meanwhile. What you see now is how it stands.")


class CancelReasonNeeded(Refusal):
    status = 422
    code = "cancel_reason_needed"
    message = lazy("Say why it is cancelled. Whoever waits for the official will ask.")


class NotNow(Refusal):
    """An official who comes at another time than the session's."""

    code = "not_now"
    message = lazy(
        "This session isn't now. One can sit down from an hour before it begins until it ends; a coordinator can change"
        " its time."
    )


class NotYourSession(Refusal):
    status = 403
    code = "not_your_session"
    message = lazy("This is the session of another official. Yours are in the list.")


class NothingToAnnounce(Refusal):
    code = "nothing_to_announce"
    message = lazy("Everything ahead is announced already.")


class MeetingMoved(Refusal):
    """The act doesn't fit the meeting or the appointment; `details` say what it is."""

    code = "meeting_moved"
    message = lazy("This has changed meanwhile, or was done already. What you see now is how it stands.")


class NoSlotLeft(Refusal):
    code = "no_slot_left"
    message = lazy(
        "Every slot of this meeting is taken. Take somebody off the list first, or plan another meeting."
    )


class NobodyAsks(Refusal):
    code = "nobody_asks"
    message = lazy(
        "Nobody who asked for a meeting waits for one. Tick the wish at registration, or on the demand's page."
    )


class SlotsAtFault(Refusal):
    status = 422
    code = "slots_at_fault"
    message = lazy("A meeting has 1 to %(most)s slots. Choose other hours, or another length.")


class NotInvited(Refusal):
    """A code or QR that belongs to no appointment of this meeting."""

    status = 422
    code = "not_invited"
    message = lazy(
        "Nobody with this code is on the list of this meeting. Compare it with the invitation; its date is on it too."
    )


class AppointedAlready(Refusal):
    code = "appointed_already"
    message = lazy("This demand has a place in this meeting already.")


class UnknownAgencyHere(Refusal):
    status = 422
    code = "unknown_agency"
    message = lazy("One of these agencies isn't there any more. Choose again from the list.")


class UnknownCode(Refusal):
    status = 422
    code = "unknown_code"
    message = lazy("No demand of this trip has this code. Compare it with the receipt, digit by digit.")
