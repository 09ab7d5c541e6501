"""Pure decisions on what is set up."""

from __future__ import annotations

PLANNED, OPEN, PAUSED, CLOSED, FAILED = "planned", "open", "paused", "closed", "failed"
DESK_STATES = (PLANNED, OPEN, PAUSED, CLOSED, FAILED)
NEEDS_REASON = frozenset({PAUSED, FAILED})

_DESK_MOVES: dict[str, frozenset[str]] = {
    PLANNED: frozenset({OPEN, CLOSED}),
    OPEN: frozenset({PAUSED, CLOSED, FAILED}),
    PAUSED: frozenset({OPEN, CLOSED, FAILED}),
    CLOSED: frozenset({OPEN}),
    FAILED: frozenset({OPEN, CLOSED}),
}

OWN_FACTOR = 1.0
PREPARATION, LIVE, FOLLOW_UP, CLOSED_PHASE = "preparation", "live", "follow_up", "closed"
PHASES = (PREPARATION, LIVE, FOLLOW_UP, CLOSED_PHASE)


def desk_may_become(state: str, wanted: str) -> bool:
    """Whether a desk in one state can be put into another."""
    return wanted in _DESK_MOVES.get(state, frozenset())


def next_desk_states(state: str) -> tuple[str, ...]:
    """The states a desk can be put into, in the order they are offered."""
    return tuple(wanted for wanted in DESK_STATES if desk_may_become(state, wanted))


def place_kind(is_headquarters: bool) -> str:
    """What a desk's places are unless somebody says otherwise: phones at a call headquarters, else
    counters.
    """
    return "phone" if is_headquarters else "counter"
