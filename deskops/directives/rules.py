"""Pure decisions on directives: their kinds and states, what they make of a demand, and how far an authority reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from deskops.demands.rules import AWAITING_CITIZEN, CLOSED, GUIDANCE_GIVEN
from deskops.desks.rules import is_within

INTRODUCE, REFER, INSPECT, PROMISE, FOLLOW_UP = "introduce", "refer", "inspect", "promise", "follow_up"
DOCUMENTS, GUIDANCE, OUT_OF_AUTHORITY, REFUSE, THANK = (
    "documents", "guidance", "out_of_authority", "refuse", "thank",
)  # fmt: skip
REFERRED = "referred"


@dataclass(frozen=True)
class Kind:
    """What a kind of order is made of, and the state and outcome that it leaves a demand in. `is_order`: it binds agencies,
    within so many days.
    """

    state: str
    outcome: str | None = None
    is_order: bool = False
    takes_amount: bool = False
    names_whose: bool = False


# In the order in which they are offered.
KINDS: dict[str, Kind] = {
    REFER: Kind(REFERRED, is_order=True),
    INTRODUCE: Kind(REFERRED, is_order=True, takes_amount=True),
    INSPECT: Kind(REFERRED, is_order=True),
    # an order to oneself or one's own office
    PROMISE: Kind(REFERRED, is_order=True),
    FOLLOW_UP: Kind(REFERRED, is_order=True),
    DOCUMENTS: Kind(AWAITING_CITIZEN, "documents_needed"),
    GUIDANCE: Kind(CLOSED, GUIDANCE_GIVEN),
    OUT_OF_AUTHORITY: Kind(CLOSED, "out_of_authority", names_whose=True),
    REFUSE: Kind(CLOSED, "refused"),
    THANK: Kind(CLOSED, "no_request"),
}

DRAFT, PROPOSED, SIGNED, ISSUED = "draft", "proposed", "signed", "issued"
DECLINED, CALLED_BACK, DISCARDED = "declined", "called_back", "discarded"
SUPERSEDED, WITHDRAWN = "superseded", "withdrawn"
# (state, act) -> state. What isn't here is refused.
MOVES: dict[tuple[str, str], str] = {
    (DRAFT, "sign"): SIGNED,
    (DRAFT, "propose"): PROPOSED,
    (DRAFT, "discard"): DISCARDED,
    (PROPOSED, "sign"): SIGNED,
    (PROPOSED, "decline"): DECLINED,
    (PROPOSED, "discard"): DISCARDED,
    (SIGNED, "call_back"): CALLED_BACK,
    (SIGNED, "issue"): ISSUED,
    (ISSUED, "supersede"): SUPERSEDED,
    (ISSUED, "withdraw"): WITHDRAWN,
}
STATES = (DRAFT, PROPOSED, SIGNED, ISSUED, DECLINED, CALLED_BACK, DISCARDED, SUPERSEDED, WITHDRAWN)
# What has a number, and therefore a letter.
NUMBERED = (ISSUED, SUPERSEDED, WITHDRAWN)

ORDER, COPY = "order", "copy"
MAIN, OLDER = "main", "older"

CALL_BACK_FOR = timedelta(seconds=10)
MOST_AGENCIES, MOST_DEMANDS, MOST_DAYS = 20, 500, 365
MOST_RIALS = 10**15
# What more demands than this wait for is issued by the worker: the web process serves everybody meanwhile.
ISSUED_AT_ONCE = 5
MOST_DELEGATION = timedelta(days=30)

GOVERNOR, MINISTER = "governor", "minister"


def after(state: str, act: str) -> str | None:
    """The state that an act leads to; None where it isn't allowed."""
    return MOVES.get((state, act))


def fault_of(
    kind: str, *, text: str, agencies: int, days: int | None, amount: int | None, whose: int | None
) -> str | None:
    """The field in which an order contradicts its kind; None where it is whole."""
    rule = KINDS.get(kind)
    if rule is None:
        return "kind"
    if not text.strip() and kind != THANK:
        return "text"
    if rule.is_order != (agencies > 0) or agencies > MOST_AGENCIES:
        return "agency_ids"
    if rule.is_order != (days is not None) or (days is not None and not 1 <= days <= MOST_DAYS):
        return "days"
    if amount is not None and not (rule.takes_amount and 0 < amount <= MOST_RIALS):
        return "amount"
    return "whose_id" if rule.names_whose != (whose is not None) else None


@dataclass(frozen=True)
class Reach:
    """Whom somebody may order and up to how many rials, None without limit; beyond it `superior_id` may. With `behalf_of` it
    is that official's name in which they order.
    """

    every_agency: bool
    agency_ids: frozenset[int] = frozenset()
    most_rials: int | None = 0
    superior_id: int | None = None
    behalf_of: int | None = None

    def covers(
        self, parents: Mapping[int, int | None], agency_ids: Iterable[int], amount: int | None
    ) -> bool:
        """Whether it reaches each of these agencies and this amount. `parents` maps agencies to those above them."""
        within_amount = self.most_rials is None or (amount or 0) <= self.most_rials
        return within_amount and not self.out_of_reach(parents, agency_ids)

    def out_of_reach(self, parents: Mapping[int, int | None], agency_ids: Iterable[int]) -> list[int]:
        """The agencies that it doesn't reach."""
        if self.every_agency:
            return []
        return [agency for agency in agency_ids if not _any_above(parents, agency, self.agency_ids)]


def _any_above(parents: Mapping[int, int | None], agency: int, branches: Collection[int]) -> bool:
    return any(is_within(parents, agency, branch) for branch in branches)


def usual_reach(rank: str | None, agency_id: int | None) -> Reach:
    """What a rank gives where nobody wrote anything else down: a governor or a minister may order every agency any amount;
    others their own agency and those below it, and no money.
    """
    if rank in (GOVERNOR, MINISTER):
        return Reach(every_agency=True, most_rials=None)
    return Reach(every_agency=False, agency_ids=frozenset() if agency_id is None else frozenset({agency_id}))


def best_reach(
    reaches: Iterable[Reach],
    parents: Mapping[int, int | None],
    agency_ids: Collection[int],
    amount: int | None,
) -> Reach | None:
    """The first under which an order may be issued, one's own before what others delegated; else it can be proposed."""
    return next((reach for reach in reaches if reach.covers(parents, agency_ids, amount)), None)


@dataclass(frozen=True)
class Beyond:
    """Why no reach covers an order: the agencies that are out of reach, or the limit in rials that its amount is above."""

    agency_ids: tuple[int, ...] = ()
    most_rials: int | None = None


def beyond(
    reaches: Collection[Reach], parents: Mapping[int, int | None], agency_ids: Collection[int]
) -> Beyond:
    """What an order that no reach covers lacks. Agencies that are each within another reach can't share one order."""
    missing = [set(reach.out_of_reach(parents, agency_ids)) for reach in reaches] or [set(agency_ids)]
    limits = [
        reach.most_rials
        for reach in reaches
        if reach.covers(parents, agency_ids, 0) and reach.most_rials is not None
    ]
    if limits:
        return Beyond(most_rials=max(limits))
    return Beyond(agency_ids=tuple(sorted(set.intersection(*missing) or missing[0])))


def shared(own: Reach, lent: Reach, parents: Mapping[int, int | None]) -> Reach:
    """What is left of a share of somebody's authority where their own is `own` now."""
    if own.every_agency or lent.every_agency:
        narrower = lent if own.every_agency else own
        every, agency_ids = narrower.every_agency, narrower.agency_ids
    else:
        every, agency_ids = False, _within_both(own.agency_ids, lent.agency_ids, parents)
    limits = [limit for limit in (own.most_rials, lent.most_rials) if limit is not None]
    return replace(
        lent,
        every_agency=every,
        agency_ids=agency_ids,
        most_rials=min(limits) if limits else None,
        superior_id=None,
    )


def _within_both(
    one: frozenset[int], other: frozenset[int], parents: Mapping[int, int | None]
) -> frozenset[int]:
    """Of branches that lie in each other, the inner ones."""
    return frozenset(
        {branch for branch in one if _any_above(parents, branch, other)}
        | {branch for branch in other if _any_above(parents, branch, one)}
    )


def can_lend(own: Iterable[Reach], lent: Reach, parents: Mapping[int, int | None]) -> bool:
    """Whether one of somebody's own reaches holds the whole of what they delegate."""
    return any(_holds(reach, lent, parents) for reach in own)


def _holds(own: Reach, lent: Reach, parents: Mapping[int, int | None]) -> bool:
    if lent.every_agency and not own.every_agency:
        return False
    if own.most_rials is not None and (lent.most_rials is None or lent.most_rials > own.most_rials):
        return False
    return not own.out_of_reach(parents, lent.agency_ids)


def in_a_circle(superiors: Mapping[int, Collection[int]], official: int, superior: int) -> bool:
    """Whether proposals would come back to an official if this superior decided beyond them. `superiors` are by official."""
    seen: set[int] = set()
    ahead = {superior}
    while ahead - seen:
        seen |= ahead
        ahead = {above for one in ahead for above in superiors.get(one, ())}
    return official in seen
