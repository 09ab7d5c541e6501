"""An order that ends, withdrawn or replaced, leaves its demand where it was without it."""

import pytest

from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Agency
from deskops.directives import rules
from deskops.directives.errors import DemandDecided, DirectiveMoved, ReasonNeeded, UnknownAgency
from deskops.directives.services import issuing, signing
from tests.directives.ordered import (
    BY_PIN,
    NOON,
    Ordering,
    demand,
    demand_of,
    directive,
    official,
    referrals,
    wait,
)
from tests.small_trip import make_small_trip

ALONE: dict[str, object] = {"agency_ids": (), "days": None}


def withdraw(giving: Ordering, directive_id: int, reason: str = "اشتباه در نام دستگاه") -> None:
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, directive_id, reason)


def test_what_was_referred_is_in_progress_again(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    withdraw(giving, giving.issue(about).id)
    assert demand(about).state == "in_progress"


def test_what_an_agency_has_by_another_order_stays_referred(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    first = giving.issue(about)
    giving.issue(about, agency_ids=(giving.agencies["bank"],))
    withdraw(giving, first.id)
    assert demand(about).state == "referred"


def test_what_the_order_closed_is_open_again(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    withdraw(giving, giving.issue(about, kind=rules.REFUSE, **ALONE).id)
    row = demand(about)
    assert (row.state, row.outcome, row.outcome_note, row.closed_at) == ("reopened", None, "", None)


def test_what_waited_for_papers_is_in_progress_again(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    withdraw(giving, giving.issue(about, kind=rules.DOCUMENTS, **ALONE).id)
    assert demand(about).state == "in_progress"


def test_an_older_demand_that_was_only_followed_up_stays_closed(giving: Ordering) -> None:
    older, now = demand_of(giving.trip, name="رضا آزمون"), demand_of(giving.trip)
    giving.issue(older, kind=rules.THANK, text="", **ALONE)
    order = giving.issue(now, kind=rules.FOLLOW_UP, older_ids=(older,))
    withdraw(giving, order.id)
    assert (demand(older).state, demand(now).state) == ("closed", "in_progress")


def test_an_order_can_be_given_again_on_what_was_reopened(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    withdraw(giving, giving.issue(about, kind=rules.REFUSE, **ALONE).id)
    giving.issue(about)
    assert demand(about).state == "referred"


def test_an_answer_in_place_of_a_referral_closes_the_demand(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    first = giving.issue(about)
    giving.issue(about, kind=rules.GUIDANCE, supersedes_id=first.id, **ALONE)
    assert demand(about).state == "closed"
    assert [row.state for row in referrals()] == ["cancelled"]


def test_a_referral_in_place_of_an_answer_opens_the_demand(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    first = giving.issue(about, kind=rules.REFUSE, **ALONE)
    giving.issue(about, supersedes_id=first.id)
    row = demand(about)
    assert (row.state, row.outcome) == ("referred", None)
    assert directive(first.id).state == rules.SUPERSEDED


def test_what_is_in_its_place_is_about_the_same_demands(giving: Ordering) -> None:
    first, second = demand_of(giving.trip), demand_of(giving.trip, name="رضا آزمون")
    many = giving.issue(first, demand_ids=(first, second))
    giving.issue(first, kind=rules.GUIDANCE, supersedes_id=many.id, **ALONE)
    assert {demand(one).state for one in (first, second)} == {"closed"}


def test_only_what_binds_can_be_replaced(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    signed = giving.sign(about)
    with pytest.raises(DirectiveMoved):
        giving.sign(about, supersedes_id=signed)


def test_nobody_replaces_the_order_of_another_or_of_another_trip(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    mine = giving.issue(about)
    with pytest.raises(NotFound):
        giving.sign(about, who=official(giving.trip, "minister"), supersedes_id=mine.id)
    elsewhere = Ordering(make_small_trip("other"), giving.agencies, giving.official)
    elsewhere.official = official(elsewhere.trip)
    foreign = elsewhere.issue(demand_of(elsewhere.trip))
    with pytest.raises(NotFound):
        giving.sign(about, supersedes_id=foreign.id)


def test_what_was_withdrawn_meanwhile_needs_no_replacing(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    first = giving.issue(about)
    second = giving.sign(about, supersedes_id=first.id)
    withdraw(giving, first.id)
    wait()
    assert (directive(first.id).state, directive(second).state) == (rules.WITHDRAWN, rules.ISSUED)
    assert demand(about).state == "referred"


def test_nothing_is_withdrawn_twice_or_without_a_reason(giving: Ordering) -> None:
    issued = giving.issue(demand_of(giving.trip))
    with pytest.raises(ReasonNeeded):
        withdraw(giving, issued.id, "  ")
    withdraw(giving, issued.id)
    with pytest.raises(DirectiveMoved):
        withdraw(giving, issued.id)


def test_a_draft_that_is_signed_in_other_words_is_used_up(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    with unit_of_work(giving.official) as uow:
        draft = signing.prepare(
            uow, giving.official, giving.trip.id, giving.official.user_id or 0, giving.order(about)
        ).id
    signed = giving.sign(about, text="با این متن", draft_id=draft)
    assert (directive(draft).state, directive(signed).text) == (rules.DISCARDED, "با این متن")
    with pytest.raises(DirectiveMoved):
        giving.sign(about, draft_id=draft)


def test_what_was_prepared_on_a_demand_that_closed_meanwhile_is_not_signed(giving: Ordering) -> None:
    about, official_id = demand_of(giving.trip), giving.official.user_id or 0
    with unit_of_work(giving.official) as uow:
        draft = signing.prepare(uow, giving.official, giving.trip.id, official_id, giving.order(about)).id
    giving.issue(about, kind=rules.REFUSE, **ALONE)
    with pytest.raises(DemandDecided), unit_of_work(giving.official) as uow:
        signing.sign(uow, giving.official, giving.trip.id, draft, BY_PIN)
    assert directive(draft).state == rules.DRAFT


def test_what_was_prepared_for_an_agency_that_is_gone_is_not_signed(giving: Ordering) -> None:
    about, official_id = demand_of(giving.trip), giving.official.user_id or 0
    with unit_of_work(giving.official) as uow:
        draft = signing.prepare(uow, giving.official, giving.trip.id, official_id, giving.order(about)).id
        uow.session.get_one(Agency, giving.agencies["office"]).retired_at = NOON
    with pytest.raises(UnknownAgency), unit_of_work(giving.official) as uow:
        signing.sign(uow, giving.official, giving.trip.id, draft, BY_PIN)
