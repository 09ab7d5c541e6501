"""From the signature to what binds: number, referrals, the demand, and calling back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, messages, runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.directives import rules
from deskops.directives.errors import (
    BeyondAuthority,
    DemandDecided,
    DirectiveMoved,
    OrderAtFault,
    TooLateToCallBack,
    UnknownAgency,
)
from deskops.directives.services import issuing, signing
from tests.directives.ordered import (
    Ordering,
    demand,
    demand_of,
    directive,
    official,
    referrals,
    wait,
)
from tests.small_trip import make_small_trip


def texts() -> list[str]:
    with runtime.current().database.reading() as session:
        return [row.text for row in session.query(messages.Message).order_by(messages.Message.id)]


def test_an_order_binds_once_it_can_no_longer_be_called_back(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    signed = giving.sign(about)
    assert (directive(signed).state, directive(signed).number) == (rules.SIGNED, None)
    wait(9)
    assert directive(signed).number is None
    assert referrals() == []
    wait(2)
    issued = directive(signed)
    assert (issued.state, issued.year, issued.number) == (rules.ISSUED, 1405, 1)
    [referral] = referrals()
    assert (referral.demand_id, referral.agency_id, referral.days) == (about, giving.agencies["office"], 10)
    assert demand(about).state == "referred"


def test_an_agency_has_until_the_end_of_its_last_working_day(giving: Ordering) -> None:
    giving.issue(demand_of(giving.trip), days=5)
    # Monday to Thursday, and Saturday after the Friday off.
    assert referrals()[0].due_at == datetime(2026, 11, 28, 20, 30, tzinfo=UTC)


def test_what_is_called_back_in_time_never_binds(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    signed = giving.sign(about)
    wait(9)
    with unit_of_work(giving.official) as uow:
        signing.call_back(uow, giving.official, giving.trip.id, signed)
    wait(30)
    assert (directive(signed).state, directive(signed).number) == (rules.CALLED_BACK, None)
    assert (referrals(), demand(about).state) == ([], "registered")


def test_what_is_issued_is_not_called_back(giving: Ordering) -> None:
    issued = giving.issue(demand_of(giving.trip))
    with pytest.raises(TooLateToCallBack), unit_of_work(giving.official) as uow:
        signing.call_back(uow, giving.official, giving.trip.id, issued.id)


def test_numbers_have_no_gap_whatever_was_called_back_between(giving: Ordering) -> None:
    first = giving.issue(demand_of(giving.trip))
    dropped = giving.sign(demand_of(giving.trip))
    with unit_of_work(giving.official) as uow:
        signing.call_back(uow, giving.official, giving.trip.id, dropped)
    second = giving.issue(demand_of(giving.trip))
    assert (first.number, second.number) == (1, 2)


def test_the_phone_may_say_that_the_time_is_over_and_the_worker_finds_nothing_left(giving: Ordering) -> None:
    signed = giving.sign(demand_of(giving.trip))
    clock.advance(seconds=10)
    for _twice in range(2):
        with unit_of_work(giving.official) as uow:
            assert issuing.issue_now(uow, giving.official, giving.trip.id, signed).number == 1
    wait()
    assert len(referrals()) == 1


def test_the_phone_cannot_say_so_too_early(giving: Ordering) -> None:
    signed = giving.sign(demand_of(giving.trip))
    with pytest.raises(DirectiveMoved), unit_of_work(giving.official) as uow:
        issuing.issue_now(uow, giving.official, giving.trip.id, signed)


def test_two_agencies_get_a_referral_each_and_a_copy_opens_none(giving: Ordering) -> None:
    both = (giving.agencies["office"], giving.agencies["bank"])
    giving.issue(demand_of(giving.trip), agency_ids=both, copy_ids=(giving.agencies["ministry"],))
    assert {row.agency_id for row in referrals()} == set(both)


def test_an_agency_that_has_the_demand_goes_on_with_what_it_has(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    giving.issue(about)
    giving.issue(about, text="هر چه زودتر.")
    assert len(referrals()) == 1


def test_an_answer_closes_the_demand_and_is_its_note(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    giving.issue(about, kind=rules.GUIDANCE, agency_ids=(), days=None, text="به کلانتری مراجعه شود.")
    row = demand(about)
    assert (row.state, row.outcome, row.outcome_note) == (
        "closed",
        "guidance_given",
        "به کلانتری مراجعه شود.",
    )
    assert row.closed_at == clock.now()


def test_an_answer_beside_an_open_referral_closes_nothing(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    giving.issue(about)
    giving.issue(about, kind=rules.GUIDANCE, agency_ids=(), days=None)
    assert demand(about).state == "referred"


def test_an_older_demand_is_followed_up_though_it_is_closed(giving: Ordering) -> None:
    older, now = demand_of(giving.trip), demand_of(giving.trip, name="رضا آزمون", phone="09120000002")
    giving.issue(older, kind=rules.THANK, agency_ids=(), days=None, text="")
    giving.issue(now, kind=rules.FOLLOW_UP, older_ids=(older,))
    assert {row.demand_id for row in referrals()} == {older, now}
    assert (demand(older).state, demand(now).state) == ("closed", "referred")


def test_a_closed_demand_takes_no_new_order(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    giving.issue(about, kind=rules.THANK, agency_ids=(), days=None, text="")
    with pytest.raises(DemandDecided):
        giving.sign(about)


def test_each_person_is_told_once(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    giving.issue(about)
    told = [text for text in texts() if "سفر" not in text and "office" in text]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "whim"}, "kind"),
        ({"text": "  "}, "text"),
        ({"agency_ids": ()}, "agency_ids"),
        ({"days": None}, "days"),
        ({"days": 0}, "days"),
        ({"amount": 10}, "amount"),
        ({"kind": rules.INTRODUCE, "amount": -1}, "amount"),
        ({"kind": rules.OUT_OF_AUTHORITY, "agency_ids": (), "days": None}, "whose_id"),
    ],
)
def test_an_order_that_contradicts_itself_is_refused_by_field(
    giving: Ordering, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(OrderAtFault) as refused:
        giving.sign(demand_of(giving.trip), **wrong)
    assert refused.value.field == field


def test_an_agency_that_isnt_there_is_refused(giving: Ordering) -> None:
    with pytest.raises(UnknownAgency):
        giving.sign(demand_of(giving.trip), agency_ids=(999,))


def test_a_demand_of_another_trip_is_not_found(giving: Ordering) -> None:
    foreign = demand_of(make_small_trip("other"))
    with pytest.raises(NotFound):
        giving.sign(foreign)


def test_who_has_no_authority_over_an_agency_orders_it_nothing(giving: Ordering) -> None:
    deputy = official(giving.trip, "deputy", giving.agencies["ministry"])
    about = demand_of(giving.trip)
    with pytest.raises(BeyondAuthority):
        giving.sign(about, who=deputy, agency_ids=(giving.agencies["bank"],))
    assert giving.sign(about, who=deputy)


def test_an_amount_without_limit_is_a_governors(giving: Ordering) -> None:
    bank = giving.agencies["bank"]
    loan = {"kind": rules.INTRODUCE, "agency_ids": (bank,), "amount": 150_000_000}
    assert giving.sign(demand_of(giving.trip), **loan)
    representative = official(giving.trip, "representative", bank)
    with pytest.raises(BeyondAuthority):
        giving.sign(demand_of(giving.trip), who=representative, **loan)


def test_a_withdrawn_order_binds_nobody(giving: Ordering) -> None:
    issued = giving.issue(demand_of(giving.trip))
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, issued.id, "اشتباه در نام دستگاه")
    assert directive(issued.id).state == rules.WITHDRAWN
    assert [row.state for row in referrals()] == ["cancelled"]


def test_what_replaces_an_order_takes_over_its_agencies(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    both = (giving.agencies["office"], giving.agencies["bank"])
    first = giving.issue(about, agency_ids=both)
    giving.issue(about, supersedes_id=first.id)
    assert directive(first.id).state == rules.SUPERSEDED
    by_agency = {row.agency_id: row.state for row in referrals()}
    assert by_agency == {giving.agencies["office"]: "sent", giving.agencies["bank"]: "cancelled"}


def test_nobody_withdraws_the_order_of_another(giving: Ordering) -> None:
    issued = giving.issue(demand_of(giving.trip))
    other = official(giving.trip, "minister")
    with pytest.raises(NotFound), unit_of_work(other) as uow:
        issuing.withdraw(uow, other, giving.trip.id, issued.id, "نه")


def test_one_order_for_many_demands_refers_each(giving: Ordering) -> None:
    first, second = demand_of(giving.trip), demand_of(giving.trip, name="رضا آزمون", phone="09120000002")
    giving.issue(first, demand_ids=(first, second))
    assert {row.demand_id for row in referrals()} == {first, second}


def test_nothing_is_kept_of_an_order_that_is_refused(giving: Ordering) -> None:
    about = demand_of(giving.trip)
    with pytest.raises(OrderAtFault), unit_of_work(giving.official) as uow:
        order = replace(giving.order(about), days=None)
        signing.sign_new(uow, giving.official, giving.trip.id, order, signing.Signature("pin", ""))
    with unit_of_work(SYSTEM) as uow:
        assert uow.session.get_one(Demand, about).state == "registered"
