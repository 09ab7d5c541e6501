"""Pure: how far an authority reaches, what is left of a share of it, and superiors in a circle."""

import pytest

from deskops.directives import rules
from deskops.directives.rules import Beyond, Reach

# A ministry with two offices, one with a branch below it; a bank beside them.
MINISTRY, OFFICE, BRANCH, OTHER, BANK = 1, 2, 3, 4, 5
PARENTS = {MINISTRY: None, OFFICE: MINISTRY, BRANCH: OFFICE, OTHER: MINISTRY, BANK: None}


def some(*agency_ids: int, rials: int | None = 0) -> Reach:
    return Reach(every_agency=False, agency_ids=frozenset(agency_ids), most_rials=rials)


def every(rials: int | None = 0) -> Reach:
    return Reach(every_agency=True, most_rials=rials)


def test_a_branch_is_reached_from_above_and_not_from_below() -> None:
    assert some(MINISTRY).out_of_reach(PARENTS, [BRANCH, OTHER, BANK]) == [BANK]
    assert some(BRANCH).out_of_reach(PARENTS, [OFFICE]) == [OFFICE]


def test_ones_own_comes_before_what_others_lent() -> None:
    lent = Reach(every_agency=True, most_rials=None, behalf_of=7)
    assert rules.best_reach([some(OFFICE), lent], PARENTS, [OFFICE], None) == some(OFFICE)
    assert rules.best_reach([some(OFFICE), lent], PARENTS, [BANK], 10) == lent
    assert rules.best_reach([some(OFFICE)], PARENTS, [BANK], None) is None


@pytest.mark.parametrize(
    ("reaches", "asked", "lacking"),
    [
        ([some(OFFICE)], [BANK, BRANCH], Beyond((BANK,))),
        ([some(OFFICE), some(OTHER)], [BANK, OFFICE], Beyond((BANK,))),
        # each is within another one: the first says which can't stay
        ([some(OFFICE), some(BANK)], [BANK, OFFICE], Beyond((BANK,))),
        ([some(BANK, rials=5), every(rials=9)], [BANK], Beyond(most_rials=9)),
        ([], [BANK], Beyond((BANK,))),
    ],
)
def test_what_is_beyond_is_named(reaches: list[Reach], asked: list[int], lacking: Beyond) -> None:
    assert rules.beyond(reaches, PARENTS, asked) == lacking


@pytest.mark.parametrize(
    ("own", "lent", "left"),
    [
        (every(None), some(BANK, rials=5), some(BANK, rials=5)),
        (some(BANK, rials=5), every(None), some(BANK, rials=5)),
        (every(3), every(5), every(3)),
        (some(OFFICE), some(MINISTRY), some(OFFICE)),
        (some(MINISTRY), some(OFFICE), some(OFFICE)),
        (some(OFFICE, BANK), some(BRANCH, OTHER), some(BRANCH)),
        (some(BANK), some(OFFICE), some()),
    ],
)
def test_a_share_is_cut_to_what_is_still_held(own: Reach, lent: Reach, left: Reach) -> None:
    assert rules.shared(own, lent, PARENTS) == left


def test_a_share_keeps_its_lender_and_passes_no_proposals_on() -> None:
    lent = Reach(every_agency=True, most_rials=None, behalf_of=7)
    own = Reach(every_agency=True, most_rials=None, superior_id=9)
    assert rules.shared(own, lent, PARENTS) == lent


@pytest.mark.parametrize(
    ("lent", "can"),
    [
        (some(BRANCH, rials=5), True),
        (some(OFFICE), True),
        (some(), True),
        (some(MINISTRY), False),
        (some(BRANCH, rials=6), False),
        (some(BRANCH, rials=None), False),
        (every(), False),
        # of two lines together, and of none of them whole
        (some(BRANCH, BANK), False),
    ],
)
def test_only_what_one_line_holds_can_be_lent(lent: Reach, can: bool) -> None:
    assert rules.can_lend([some(OFFICE, rials=5), some(BANK)], lent, PARENTS) is can


def test_superiors_go_up_and_never_round() -> None:
    superiors = {1: {2}, 2: {3, 4}, 4: {5}}
    assert rules.in_a_circle(superiors, 5, 1)
    assert rules.in_a_circle(superiors, 3, 3)
    assert not rules.in_a_circle(superiors, 1, 5)
    assert not rules.in_a_circle({}, 1, 2)
    # a circle that was there already doesn't hang the question
    assert not rules.in_a_circle({6: {7}, 7: {6}}, 1, 6)
