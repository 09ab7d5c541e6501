"""What a roster's defects cost. Source: the design of rostering; only their ratios matter.

A shortage outweighs every wish of comfort, so it is never accepted to spare somebody a walk; and a change
that only pleases is dearer than what it brings, so a plan that people know stays.
"""

# Shortages, each person, supervisor or language that a slot lacks.
BELOW_MINIMUM = 1000.0
NO_SUPERVISOR = 800.0
NO_LANGUAGE = 300.0
# Of the places between minimum and target: the first half that stays empty, and the rest. The step spreads a shortage.
BELOW_TARGET_FIRST = 40.0
BELOW_TARGET_AFTER = 60.0

# Wishes, each person.
EXTRA_DESK = 6.0
AWAY_FROM_HOME = 2.0

# Leaving the plan that stands, each shift of a person: taken from them, exchanged for one at the same time, given to them.
DROPPED = 12.0
MOVED = 10.0
ADDED = 8.0


def of_shift(count: int) -> float:
    """What somebody's `count`-th shift costs, from 1: 0, 1, 3, then on in triangular numbers, so that loads are even."""
    return count * (count - 1) / 2.0


def of_places(minimum: int, target: int, present: int) -> float:
    """What a slot's missing people cost."""
    gap = max(0, target - minimum)
    wanting = max(0, target - max(present, minimum))
    first = min(wanting, first_half(gap))
    below = max(0, minimum - present) * BELOW_MINIMUM
    return below + first * BELOW_TARGET_FIRST + (wanting - first) * BELOW_TARGET_AFTER


def first_half(gap: int) -> int:
    """How many of `gap` places between minimum and target are the cheaper half; of an odd number the larger."""
    return (gap + 1) // 2
