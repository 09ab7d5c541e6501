"""Who may order whom and up to which amount, who decides beyond it, and what is lent for a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from deskops.accounts.actor import SYSTEM, Actor
from deskops.accounts.models import User
from deskops.core import clock, runtime
from deskops.core.errors import Forbidden, NotFound
from deskops.core.journal import trip_entries
from deskops.core.unit_of_work import unit_of_work
from deskops.directives import rules
from deskops.directives.errors import (
    BeyondAuthority,
    DelegationTooLong,
    DirectiveMoved,
    EndsBeforeItBegins,
    MoreThanOwn,
    NotAnOfficial,
    OrderAtFault,
    ReasonNeeded,
    SuperiorCircle,
    UnknownAgency,
)
from deskops.directives.queries.authorities import authority_lines, reaches_of
from deskops.directives.services import authorities, signing
from deskops.directives.services.authorities import Limits, Written
from tests.directives.ordered import BY_PIN, NOON, Ordering, demand_of, directive, official, wait
from tests.small_trip import make_small_trip

LOAN = 150_000_000


@pytest.fixture
def deputy(giving: Ordering) -> Actor:
    """May order the ministry and its office by rank, and introduce nobody to a bank."""
    return official(giving.trip, "deputy", giving.agencies["ministry"], name="معاون آزمون")


def write(giving: Ordering, who: Actor, **more: object) -> int:
    limits = Limits(
        **{name: more.pop(name) for name in ("every_agency", "agency_ids", "most_rials") if name in more}
    )  # type: ignore[arg-type]
    with unit_of_work(SYSTEM) as uow:
        wanted = Written(official_id=who.user_id or 0, limits=limits, **more)  # type: ignore[arg-type]
        return authorities.set_authority(uow, SYSTEM, giving.trip.id, wanted)


def lend(
    giving: Ordering, lender: Actor, to: Actor, hours: float = 4, reason: str = "در سفر", **limits: object
) -> int:
    with unit_of_work(lender) as uow:
        wanted = Limits(**limits)  # type: ignore[arg-type]
        length = timedelta(hours=hours)
        return authorities.delegate(uow, lender, giving.trip.id, to.user_id or 0, wanted, length, reason)


def revoke(giving: Ordering, who: Actor, authority_id: int) -> None:
    with unit_of_work(who) as uow:
        authorities.revoke(uow, who, giving.trip.id, authority_id)


def sign_loan(giving: Ordering, who: Actor, rials: int = LOAN) -> int:
    bank = {"kind": rules.INTRODUCE, "agency_ids": (giving.agencies["bank"],), "amount": rials}
    return giving.sign(demand_of(giving.trip), who=who, **bank)


def close_account(who: Actor) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(User, who.user_id).active = False


def test_what_is_written_down_holds_instead_of_the_rank(giving: Ordering, deputy: Actor) -> None:
    write(giving, deputy, agency_ids=(giving.agencies["bank"],), most_rials=LOAN)
    assert directive(sign_loan(giving, deputy)).state == rules.SIGNED
    with pytest.raises(BeyondAuthority):
        giving.sign(demand_of(giving.trip), who=deputy)


def test_an_agency_is_reached_through_the_ministry_above_it(giving: Ordering) -> None:
    nobodys = official(giving.trip, "representative")
    write(giving, nobodys, agency_ids=(giving.agencies["ministry"],))
    assert giving.sign(demand_of(giving.trip), who=nobodys, agency_ids=(giving.agencies["office"],))


def test_who_may_order_no_agency_still_answers_people(giving: Ordering, deputy: Actor) -> None:
    write(giving, deputy)
    answer = {"kind": rules.GUIDANCE, "agency_ids": (), "days": None}
    assert giving.sign(demand_of(giving.trip), who=deputy, **answer)
    with pytest.raises(BeyondAuthority):
        giving.sign(demand_of(giving.trip), who=deputy)


def test_the_refusal_names_the_agency_that_is_out_of_reach(giving: Ordering, deputy: Actor) -> None:
    with pytest.raises(BeyondAuthority) as refused:
        giving.sign(
            demand_of(giving.trip),
            who=deputy,
            agency_ids=(giving.agencies["bank"], giving.agencies["office"]),
        )
    assert refused.value.details == {"agency_ids": [giving.agencies["bank"]], "most_rials": None}
    assert "دستگاه bank" in refused.value.text()
    assert "دستگاه office" not in refused.value.text()


def test_the_refusal_names_the_limit_in_tomans(giving: Ordering, deputy: Actor) -> None:
    write(giving, deputy, every_agency=True, most_rials=LOAN)
    with pytest.raises(BeyondAuthority) as refused:
        sign_loan(giving, deputy, LOAN + 10)
    assert refused.value.details == {"agency_ids": [], "most_rials": LOAN}
    assert "۱۵٬۰۰۰٬۰۰۰ تومان" in refused.value.text()


def test_a_line_holds_from_its_beginning_until_its_end(giving: Ordering, deputy: Actor) -> None:
    day = timedelta(days=1)
    write(giving, deputy, every_agency=True, most_rials=None, starts_at=NOON + day, ends_at=NOON + 2 * day)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)
    clock.advance(hours=25)
    assert sign_loan(giving, deputy)
    clock.advance(hours=24)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)


def test_what_is_revoked_gives_way_to_the_rank(giving: Ordering, deputy: Actor) -> None:
    line = write(giving, deputy, every_agency=True, most_rials=None)
    revoke(giving, SYSTEM, line)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)
    with pytest.raises(DirectiveMoved):
        revoke(giving, SYSTEM, line)


def test_several_lines_stand_beside_each_other_and_none_borrows_from_another(
    giving: Ordering, deputy: Actor
) -> None:
    write(giving, deputy, agency_ids=(giving.agencies["bank"],), most_rials=LOAN)
    write(giving, deputy, agency_ids=(giving.agencies["office"],))
    assert sign_loan(giving, deputy)
    assert giving.sign(demand_of(giving.trip), who=deputy)
    with pytest.raises(BeyondAuthority):
        giving.sign(
            demand_of(giving.trip),
            who=deputy,
            agency_ids=(giving.agencies["bank"], giving.agencies["office"]),
        )


def test_what_is_beyond_waits_for_the_superior_who_signs_it_in_their_own_name(
    giving: Ordering, deputy: Actor
) -> None:
    write(giving, deputy, every_agency=True, most_rials=0, superior_id=giving.official.user_id)
    proposed = sign_loan(giving, deputy)
    row = directive(proposed)
    assert (row.state, row.official_id, row.proposed_to) == (
        rules.PROPOSED,
        deputy.user_id,
        giving.official.user_id,
    )
    with unit_of_work(giving.official) as uow:
        signing.sign(uow, giving.official, giving.trip.id, proposed, BY_PIN)
    wait()
    row = directive(proposed)
    assert (row.state, row.official_id, row.proposed_by) == (
        rules.ISSUED,
        giving.official.user_id,
        deputy.user_id,
    )


def test_a_superior_declines_with_a_reason(giving: Ordering, deputy: Actor) -> None:
    write(giving, deputy, every_agency=True, most_rials=0, superior_id=giving.official.user_id)
    proposed = sign_loan(giving, deputy)
    with pytest.raises(ReasonNeeded), unit_of_work(giving.official) as uow:
        signing.discard(uow, giving.official, giving.trip.id, proposed, "  ")
    with unit_of_work(giving.official) as uow:
        signing.discard(uow, giving.official, giving.trip.id, proposed, "سقف پر شده است")
    assert (directive(proposed).state, directive(proposed).reason) == (rules.DECLINED, "سقف پر شده است")


def test_a_superior_who_changes_the_words_signs_an_order_of_their_own(
    giving: Ordering, deputy: Actor
) -> None:
    write(giving, deputy, every_agency=True, most_rials=0, superior_id=giving.official.user_id)
    proposed = sign_loan(giving, deputy)
    assert giving.sign(demand_of(giving.trip), draft_id=proposed)
    assert directive(proposed).state == rules.DISCARDED


def test_nobody_else_signs_or_declines_a_proposal(giving: Ordering, deputy: Actor) -> None:
    write(giving, deputy, every_agency=True, most_rials=0, superior_id=giving.official.user_id)
    proposed = sign_loan(giving, deputy)
    other = official(giving.trip, "minister")
    with pytest.raises(NotFound), unit_of_work(other) as uow:
        signing.sign(uow, other, giving.trip.id, proposed, BY_PIN)
    with pytest.raises(NotFound), unit_of_work(other) as uow:
        signing.discard(uow, other, giving.trip.id, proposed, "نه")


def test_what_is_beyond_the_superior_too_goes_on_to_theirs(giving: Ordering, deputy: Actor) -> None:
    between = official(giving.trip, "deputy")
    write(giving, deputy, most_rials=0, every_agency=True, superior_id=between.user_id)
    write(giving, between, most_rials=LOAN - 10, every_agency=True, superior_id=giving.official.user_id)
    proposed = sign_loan(giving, deputy)
    with unit_of_work(between) as uow:
        signing.sign(uow, between, giving.trip.id, proposed, BY_PIN)
    assert directive(proposed).proposed_to == giving.official.user_id


def test_a_superior_whose_account_is_closed_decides_nothing(giving: Ordering, deputy: Actor) -> None:
    write(giving, deputy, every_agency=True, most_rials=0, superior_id=giving.official.user_id)
    close_account(giving.official)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)


def test_superiors_make_no_circle(giving: Ordering, deputy: Actor) -> None:
    between = official(giving.trip, "deputy")
    write(giving, deputy, superior_id=between.user_id)
    write(giving, between, superior_id=giving.official.user_id)
    with pytest.raises(SuperiorCircle):
        write(giving, giving.official, superior_id=deputy.user_id)
    with pytest.raises(SuperiorCircle):
        write(giving, deputy, superior_id=deputy.user_id)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"agency_ids": (999,)}, UnknownAgency),
        ({"most_rials": -1}, OrderAtFault),
        ({"superior_id": 999}, NotAnOfficial),
        ({"ends_at": NOON}, EndsBeforeItBegins),
        ({"starts_at": NOON + timedelta(days=2), "ends_at": NOON + timedelta(days=1)}, EndsBeforeItBegins),
    ],
)
def test_a_line_that_cannot_be_is_refused(
    giving: Ordering, deputy: Actor, wrong: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        write(giving, deputy, **wrong)
    assert lines(giving) == []


def test_only_who_signs_in_this_trip_has_an_authority_there(giving: Ordering) -> None:
    foreign = official(make_small_trip("other"))
    with pytest.raises(NotAnOfficial):
        write(giving, foreign, every_agency=True)


def test_officials_write_down_nothing_themselves(giving: Ordering, deputy: Actor) -> None:
    with pytest.raises(Forbidden), unit_of_work(deputy) as uow:
        wanted = Written(official_id=deputy.user_id or 0, limits=Limits(every_agency=True, most_rials=None))
        authorities.set_authority(uow, deputy, giving.trip.id, wanted)
    line = write(giving, deputy, every_agency=True)
    with pytest.raises(NotFound):
        revoke(giving, deputy, line)


def test_under_a_delegation_orders_are_signed_in_the_lenders_name(giving: Ordering, deputy: Actor) -> None:
    lend(giving, giving.official, deputy, agency_ids=(giving.agencies["bank"],), most_rials=LOAN)
    row = directive(sign_loan(giving, deputy))
    assert (row.official_id, row.behalf_of) == (deputy.user_id, giving.official.user_id)
    own = directive(giving.sign(demand_of(giving.trip), who=deputy))
    assert own.behalf_of is None


def test_a_delegation_ends_by_itself_or_is_revoked(giving: Ordering, deputy: Actor) -> None:
    lend(giving, giving.official, deputy, hours=2, every_agency=True, most_rials=LOAN)
    clock.advance(hours=2)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)
    again = lend(giving, giving.official, deputy, hours=2, every_agency=True, most_rials=LOAN)
    revoke(giving, giving.official, again)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)


def test_nobody_lends_more_than_they_have(giving: Ordering, deputy: Actor) -> None:
    write(giving, giving.official, agency_ids=(giving.agencies["ministry"],), most_rials=LOAN)
    for more in (
        {"every_agency": True},
        {"agency_ids": (giving.agencies["bank"],)},
        {"agency_ids": (giving.agencies["office"],), "most_rials": LOAN + 1},
        {"agency_ids": (giving.agencies["office"],), "most_rials": None},
    ):
        with pytest.raises(MoreThanOwn):
            lend(giving, giving.official, deputy, **more)
    assert lend(giving, giving.official, deputy, agency_ids=(giving.agencies["office"],), most_rials=LOAN)


def test_what_was_lent_is_not_lent_on(giving: Ordering, deputy: Actor) -> None:
    lend(giving, giving.official, deputy, every_agency=True, most_rials=None)
    third = official(giving.trip, "representative")
    with pytest.raises(MoreThanOwn):
        lend(giving, deputy, third, every_agency=True, most_rials=None)


def test_a_delegation_shrinks_with_what_its_lender_still_has(giving: Ordering, deputy: Actor) -> None:
    lend(giving, giving.official, deputy, every_agency=True, most_rials=None)
    write(giving, giving.official, agency_ids=(giving.agencies["bank"],), most_rials=LOAN)
    assert sign_loan(giving, deputy)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy, LOAN + 10)
    close_account(giving.official)
    with pytest.raises(BeyondAuthority):
        sign_loan(giving, deputy)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"hours": 0}, DelegationTooLong),
        ({"hours": 31 * 24}, DelegationTooLong),
        ({"reason": " "}, ReasonNeeded),
        ({"agency_ids": (999,)}, UnknownAgency),
    ],
)
def test_a_delegation_without_reason_or_measure_is_refused(
    giving: Ordering, deputy: Actor, wrong: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        lend(giving, giving.official, deputy, **wrong)  # type: ignore[arg-type]


def test_nobody_lends_to_themselves_or_to_who_signs_nothing(giving: Ordering) -> None:
    with pytest.raises(NotAnOfficial):
        lend(giving, giving.official, giving.official, every_agency=True)
    with pytest.raises(NotAnOfficial):
        lend(giving, giving.official, replace(giving.official, user_id=999), every_agency=True)


def test_a_line_of_another_trip_is_not_found(giving: Ordering, deputy: Actor) -> None:
    line, other = write(giving, deputy, every_agency=True), make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        authorities.revoke(uow, SYSTEM, other.id, line)


def test_the_journal_tells_each_change_and_no_amount(giving: Ordering, deputy: Actor) -> None:
    line = write(giving, deputy, every_agency=True, most_rials=LOAN, reason="ابلاغ آزمون")
    lend(giving, giving.official, deputy, every_agency=True, most_rials=LOAN, reason="سفر آزمون")
    revoke(giving, SYSTEM, line)
    with runtime.current().database.reading() as session:
        told = [one for one in trip_entries(session, giving.trip.id, 0) if one.kind.startswith("authority.")]
    assert [one.kind for one in told] == ["authority.set", "authority.delegated", "authority.revoked"]
    assert str(LOAN) not in str(told)
    assert "آزمون" not in str(told)


def test_who_is_no_official_reaches_nobody(giving: Ordering) -> None:
    with runtime.current().database.reading() as session:
        assert reaches_of(session, giving.trip.id, 999, NOON) == []


def lines(giving: Ordering) -> list[object]:
    with runtime.current().database.reading() as session:
        return [line.row for line in authority_lines(session, giving.trip.id, clock.now())]
