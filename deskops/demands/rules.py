"""Pure decisions on demands and tickets: the state machines, outcomes, and what can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from deskops.balancing.state import Policy

WAITING, CALLED, SERVING, HELD = "waiting", "called", "serving", "held"
NO_SHOW, DONE, LEFT = "no_show", "done", "left"
# Comes again on another day, and waits from its beginning on.
INVITED = "invited"
STATUSES = (WAITING, CALLED, SERVING, HELD, NO_SHOW, INVITED, DONE, LEFT)
ACTIVE = (WAITING, CALLED, SERVING, HELD, NO_SHOW, INVITED)
AT_PLACE = (CALLED, SERVING)

# What becomes of whoever waits when the day ends.
KEEP, HAND_OVER, CALL_BACK, INVITE = "keep", "hand_over", "call_back", "invite"
OPEN_TO_CHOICE = (WAITING, HELD, NO_SHOW)

# (status, action) -> status. What isn't here is refused.
MOVES: dict[tuple[str, str], str] = {
    (WAITING, "call"): CALLED,
    (CALLED, "serve"): SERVING,
    (SERVING, "hold"): HELD,
    (HELD, "resume"): SERVING,
    (HELD, "return"): WAITING,
    (CALLED, "no_show"): NO_SHOW,
    (NO_SHOW, "recall"): CALLED,
    (CALLED, "recall"): CALLED,
    (SERVING, "finish"): DONE,
    (CALLED, "finish"): DONE,
    (WAITING, "leave"): LEFT,
    # the form on paper that made it was typed in by mistake
    (WAITING, "take_back"): LEFT,
    (HELD, "leave"): LEFT,
    (NO_SHOW, "leave"): LEFT,
    (WAITING, "transfer"): WAITING,
    (CALLED, "transfer"): WAITING,
    (SERVING, "transfer"): WAITING,
    (HELD, "transfer"): WAITING,
    (NO_SHOW, "transfer"): WAITING,
    # the day ends before their turn: they come again, or are called back
    (WAITING, "invite"): INVITED,
    (HELD, "invite"): INVITED,
    (NO_SHOW, "invite"): INVITED,
    (INVITED, "begin"): WAITING,
    (INVITED, "leave"): LEFT,
    (WAITING, "call_back"): WAITING,
    (HELD, "call_back"): WAITING,
    (NO_SHOW, "call_back"): WAITING,
    # their desk stops, and they go home
    (CALLED, "call_back"): WAITING,
    (SERVING, "call_back"): WAITING,
    # who took the offer waits where they stood again: they want to, or weren't reached
    (WAITING, "back"): WAITING,
    (CALLED, "unreached"): WAITING,
    # the desk or counter fails under a person: they wait again, with their old age
    (CALLED, "fail"): WAITING,
    (SERVING, "fail"): WAITING,
    (HELD, "fail"): WAITING,
}

# Within the time for undoing, an action is taken back: the status it led to -> where undoing leads.
UNDO_MOVES: dict[tuple[str, str], str] = {
    ("call", CALLED): WAITING,
    ("recall", CALLED): NO_SHOW,
    ("no_show", NO_SHOW): CALLED,
    ("finish", DONE): SERVING,
    ("call_back", WAITING): WAITING,
    ("back", WAITING): WAITING,
    ("unreached", WAITING): CALLED,
}

# An offer to be served by phone, and what became of it.
OFFERED, ACCEPTED, REFUSED, RETURNED, UNREACHED = "open", "accepted", "refused", "returned", "unreached"
WITHDRAWN = "withdrawn"
# What the last act on a turn made of its offer -> what taking that act back makes of it.
OFFER_UNDONE = {"call_back": OFFERED, "back": ACCEPTED, "unreached": ACCEPTED}

# What balancing may do by itself, and how far that goes: not at all, up to a proposal, or done at once.
RELABEL, OFFER, WALK, STAFF = "relabel", "offer", "walk", "staff"
TICK_ACTS = (RELABEL, OFFER, WALK)  # in the order in which a tick does them
OFF, PROPOSE, DO = "off", "propose", "do"
MODES = (OFF, PROPOSE, DO)
# Why: the tick of rule C, the wait, or something that happened to desks and counters.
BY_TICK, LONG_WAIT, COUNTER_LEFT, COUNTER_CAME = "tick", "long_wait", "counter_left", "counter_came"
DESK_OPENED, ASTRAY, SETUP_CHANGED, BY_HAND = "desk_opened", "astray", "setup_changed", "by_hand"
NOBODY_HERE = "nobody_here"
DESK_STOPPED = {
    "failed": "desk_failed",
    "paused": "desk_paused",
    "closing": "desk_closing",
    "closed": "desk_closed",
}
# Who was asked to walk is taken to be there after that.
WALK_TAKES = timedelta(minutes=Policy().walk_minutes + Policy().walk_margin_minutes)

KINDS = ("request", "claim", "complaint", "criticism", "suggestion", "idea", "report", "thanks")
# Why somebody goes earlier than their age says. What they are about a person stays with their turn, never in the journal.
PRIORITIES = ("elderly", "disabled", "infant", "far")
CHANNELS = ("walk_in", "call", "letter", "web")
LIVE_CHANNELS = ("walk_in", "call")
CHANNEL_OF_PLACE = {"counter": "walk_in", "phone": "call"}
PAUSE_REASONS = ("break", "prayer", "meal", "paperwork", "system", "handover", "other")
NOTHING_TO_REGISTER = "nothing_to_register"
PAPER_MISTAKES = ("misread", "twice", "not_used", "other")
CONTACT_RESULTS = ("unanswered", NOTHING_TO_REGISTER)

REGISTERED, CLOSED, IN_PROGRESS, AWAITING_CITIZEN = "registered", "closed", "in_progress", "awaiting_citizen"
INVALID = "invalid"
DEMAND_STATES = (
    "received",
    REGISTERED,
    "answered",
    "referred",
    AWAITING_CITIZEN,
    IN_PROGRESS,
    "under_review",
    CLOSED,
    "reopened",
    "merged",
    "withdrawn",
    INVALID,
)

GUIDANCE_GIVEN = "guidance_given"
# How a service at the desk ends -> the state that the demand is in afterwards.
OUTCOMES: dict[str, str] = {
    GUIDANCE_GIVEN: CLOSED,
    "granted": CLOSED,
    "partly_granted": CLOSED,
    "introduced": CLOSED,
    "to_follow_up": IN_PROGRESS,
    "documents_needed": AWAITING_CITIZEN,
    "refused": CLOSED,
    "out_of_authority": CLOSED,
    "out_of_area": CLOSED,
    "no_request": CLOSED,
}
NEEDS_NOTE = frozenset({"refused", "out_of_authority"})
IMPORTED_OUTCOME = "unknown_imported"


def after(status: str, action: str) -> str | None:
    """The status that an action leads to; None where it isn't allowed."""
    return MOVES.get((status, action))


def undone(action: str, status: str, at: float, now: float, limit_seconds: float) -> str | None:
    """The status that undoing the last action leads to; None where it can't be undone, or no longer. Instants in seconds."""
    if now - at > limit_seconds:
        return None
    return UNDO_MOVES.get((action, status))


def may_be_accepted(offer_state: str) -> bool:
    """Who refused may change their mind; who was given back their place keeps it."""
    return offer_state in (OFFERED, REFUSED)


def demand_state_after(outcome: str) -> str | None:
    """The demand's state once the desk is done with it; None for an outcome that doesn't exist."""
    return OUTCOMES.get(outcome)


def turned_back_at(set_out: datetime, now: datetime, walk: timedelta) -> datetime:
    """When somebody who is on the way would have set out for where they come from, to be back as long from now as they
    have walked by now. `walk` is what a walk is taken to last.
    """
    return now - (walk - min(walk, now - set_out))
