"""The permission matrix, role by action, written by hand. What isn't here is refused."""

from __future__ import annotations

ADMINISTRATOR = "administrator"
COORDINATOR = "coordinator"
STAFF = "staff"
DESK_HEAD = "desk_head"
OFFICIAL = "official"
FOLLOW_UP = "follow_up"
AGENCY_OFFICER = "agency_officer"
INSPECTOR = "inspector"
INTEGRATION = "integration"
BOARD = "board"
GATE = "gate"  # a device at an entrance, which reads badges

ROLES = (
    ADMINISTRATOR,
    COORDINATOR,
    STAFF,
    DESK_HEAD,
    OFFICIAL,
    FOLLOW_UP,
    AGENCY_OFFICER,
    INSPECTOR,
    INTEGRATION,
    BOARD,
    GATE,
)

RANKS = ("minister", "deputy", "representative", "governor")

_EVERYBODY = frozenset(ROLES)
_PEOPLE = _EVERYBODY - {INTEGRATION, BOARD, GATE}
_DESK = frozenset({STAFF, DESK_HEAD})
_LEAD = frozenset({ADMINISTRATOR, COORDINATOR})

MATRIX: dict[str, frozenset[str]] = {
    # one's own account
    "account.own": _EVERYBODY,
    "account.sign": frozenset({OFFICIAL}),  # one's own signing PIN and passkeys
    "account.signers": _LEAD,  # which officials can sign, and a forgotten PIN taken away
    "account.manage": frozenset({ADMINISTRATOR}),
    "account.admit": _LEAD,  # hand a one-time link or a badge code to a member of staff
    # the trip as it is set up
    "trip.list": _EVERYBODY,
    "trip.create": _LEAD,
    "trip.view": _EVERYBODY - {BOARD, GATE},
    "trip.setup": _LEAD,
    "agency.manage": _LEAD,  # agencies outlive trips
    "desk.state": _LEAD | {DESK_HEAD},
    "sign.print": _LEAD | {DESK_HEAD},
    # readiness, broadcasts, emergency stop; a desk head for their own desk
    "readiness.view": _LEAD | {DESK_HEAD, INSPECTOR},
    "readiness.mark": _LEAD | {DESK_HEAD},
    "readiness.decide": _LEAD,
    "broadcast.send": _LEAD | {DESK_HEAD},
    "broadcast.see": _PEOPLE,
    "desk.stop": _LEAD | {DESK_HEAD},
    "rehearsal.run": _LEAD,
    # where people wait too long, what is advised about it, and who is asked to work elsewhere
    "balance.view": _LEAD | {DESK_HEAD, INSPECTOR},
    "balance.decide": _LEAD,
    "balance.replay": _LEAD,  # a recorded day with another rule
    "staff_move.answer": _DESK,  # one's own
    # people who work at desks, their shifts, and whether they are there; a desk head for their own desk
    "staff.view": _LEAD | {DESK_HEAD, INSPECTOR},
    "staff.manage": _LEAD,
    "roster.view": _LEAD | {DESK_HEAD, INSPECTOR},
    "roster.plan": _LEAD,
    "hours.view": _LEAD | {DESK_HEAD},  # how long people worked
    "shift.own": _DESK,  # one's own shifts
    "cover.view": _LEAD | {DESK_HEAD, INSPECTOR},
    # check somebody in or out without a badge, and send them to a break
    "presence.mark": _LEAD | {DESK_HEAD},
    "presence.scan": _LEAD | {DESK_HEAD, INTEGRATION, GATE},
    # guidance cards; a desk head writes about their desk's topics
    "guidance.view": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP, INSPECTOR},
    "guidance.edit": _LEAD | {DESK_HEAD},
    "guidance.ask": _LEAD | _DESK,  # say that a card is missing
    # demands
    "demand.register": _LEAD | _DESK | {INTEGRATION},
    "demand.view": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP, INSPECTOR, INTEGRATION},
    "demand.search": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP, INSPECTOR},
    "demand.actors": _LEAD | {DESK_HEAD, OFFICIAL, FOLLOW_UP, INSPECTOR},  # who did each step of its history
    "demand.edit": _LEAD | _DESK | {FOLLOW_UP},
    "paper.enter": _LEAD | _DESK,  # type in, at its real time, a form whose code was printed beforehand
    "paper.take_back": _LEAD | {DESK_HEAD},  # a form that somebody else typed in by mistake
    "contact.record": _LEAD | _DESK | {INTEGRATION, OFFICIAL},
    # officials' orders; services bound each to the officials they act for, and agencies to their own
    "directive.view": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP, INSPECTOR},
    "directive.prepare": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP},
    "directive.sign": frozenset({OFFICIAL}),
    "directive.templates": _LEAD | {OFFICIAL},
    "authority.view": _LEAD | {OFFICIAL, INSPECTOR},
    "authority.set": _LEAD,  # whom an official may order, and up to which amount
    "letter.print": _LEAD | {OFFICIAL, FOLLOW_UP, DESK_HEAD},
    "attachment.view": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP, INSPECTOR},
    "attachment.add": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP},
    # what agencies were ordered, and one matter of many people
    "referral.view": _LEAD | {OFFICIAL, FOLLOW_UP, INSPECTOR, AGENCY_OFFICER},
    "collective.view": _LEAD | {OFFICIAL, FOLLOW_UP, INSPECTOR, DESK_HEAD},
    "collective.tie": _LEAD | {OFFICIAL, FOLLOW_UP},
    # officials' hours, and meetings face to face
    "session.view": _LEAD | _DESK | {OFFICIAL, FOLLOW_UP, INSPECTOR},
    "session.plan": _LEAD,
    "session.hold": frozenset({OFFICIAL}),  # come, serve as a counter of the desk, leave
    "session.note": _LEAD | {DESK_HEAD},  # who came; a desk head at their own desk
    "meeting.view": _LEAD | {OFFICIAL, FOLLOW_UP, INSPECTOR, DESK_HEAD},
    "meeting.plan": _LEAD | {FOLLOW_UP},
    "meeting.receive": _LEAD | {FOLLOW_UP, DESK_HEAD, OFFICIAL},  # check people in, minutes, who didn't come
    # the queue; an official only at the counter that their session opened for them, which services see to
    "place.work": _DESK | {INTEGRATION, OFFICIAL},
    "place.choose": _DESK | {INTEGRATION},  # sit down at any counter of one's desk
    "place.create": _LEAD | {INTEGRATION},  # a PBX brings its own seats
    "place.relieve": _LEAD | {DESK_HEAD, INTEGRATION},  # open, pause or close somebody else's counter
    "place.answer_help": frozenset({DESK_HEAD}),
    "queue.serve": _DESK | {INTEGRATION, OFFICIAL},
    "queue.direct": _LEAD | {DESK_HEAD, INTEGRATION},  # call one named person, past the rule
    "queue.steer": _LEAD | {DESK_HEAD},  # move a ticket that nobody is serving
    "priorities.set": _LEAD,  # how many minutes of bonus each priority is worth
    "fairness.view": _LEAD | {INSPECTOR},  # who was overtaken, by whom and why
    # an event that carries its own time: only a system that saw it happen may say when
    "event.backdate": frozenset({INTEGRATION}),
    # what is looked at
    "wall.view": _LEAD | {DESK_HEAD, INSPECTOR, OFFICIAL},
    "queue.view": _LEAD | _DESK | {INTEGRATION, INSPECTOR, OFFICIAL},
    "board.view": _LEAD | {BOARD, DESK_HEAD},
    "presence.view": _LEAD | {DESK_HEAD, INSPECTOR},
    "design.view": _PEOPLE,
}


def roles_that_may(action: str) -> frozenset[str]:
    """The roles to which an action is open; none for an action that isn't in the matrix."""
    return MATRIX.get(action, frozenset())
