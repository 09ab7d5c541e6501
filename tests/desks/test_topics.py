"""Topics: grouped, ordered, merged, retired and changed several at once; each change can be taken back."""

from collections.abc import Callable

import pytest

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.errors import CodeTaken, InUse, MergeRefused, RetiredAbove, StillBelow, UnderItself
from deskops.desks.queries import TopicLabel
from deskops.desks.queries.topics import TopicLine, topic_tree
from deskops.desks.services import topics as services
from deskops.desks.services.changes import Changed, undo_change
from deskops.desks.services.topics import BulkEdit, TopicEdit
from tests.desks.agencies import add as add_agency
from tests.desks.cards import a_card, card_of
from tests.desks.setups import actor_with, read_catalogue
from tests.small_trip import SmallTrip, make_small_trip


def an_edit(name: str = "موضوع آزمون", **changes: object) -> TopicEdit:
    return TopicEdit(name_fa=name, **changes)  # type: ignore[arg-type]


def add(trip: SmallTrip, code: str, actor: Actor = SYSTEM, **changes: object) -> int:
    with unit_of_work(actor) as uow:
        return services.add_topic(uow, actor, trip.id, code, an_edit(**changes)).id


def group(trip: SmallTrip, code: str, **changes: object) -> int:
    return add(trip, code, assignable=False, **changes)


def act(trip: SmallTrip, service: Callable[..., Changed], *args: object, actor: Actor = SYSTEM) -> Changed:
    with unit_of_work(actor) as uow:
        return service(uow, actor, trip.id, *args)


def merge(trip: SmallTrip, topic: str, into: str) -> Changed:
    return act(trip, services.merge_topic, trip.topics[topic], trip.topics[into])


def take_back(trip: SmallTrip, change: Changed) -> None:
    assert change.change_id is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change.change_id)


def topic_of(trip: SmallTrip, code: str) -> TopicLabel:
    return read_catalogue(trip.id).topics[trip.topics[code]]


def tree(trip: SmallTrip, words: str = "", *, retired: bool = False) -> list[TopicLine]:
    with runtime.current().database.reading() as session:
        return topic_tree(session, read_catalogue(trip.id), words, retired=retired)


def codes(trip: SmallTrip, words: str = "", *, retired: bool = False) -> list[str]:
    return [line.topic.code for line in tree(trip, words, retired=retired)]


def test_a_topic_stands_at_the_end_until_it_is_moved(trip: SmallTrip) -> None:
    add(trip, "water")
    assert codes(trip) == ["loan", "work", "housing", "nobody", "water"]


def test_two_topics_with_one_code_are_refused(trip: SmallTrip) -> None:
    with pytest.raises(CodeTaken):
        add(trip, "loan")


def test_a_topic_stands_in_its_group(trip: SmallTrip) -> None:
    money = group(trip, "money")
    act(trip, services.edit_topic, trip.topics["loan"], 1, an_edit(parent_id=money))
    lines = {line.topic.code: line.depth for line in tree(trip)}
    assert (lines["money"], lines["loan"], lines["work"]) == (0, 1, 0)


def test_a_group_never_stands_in_itself_or_below_itself(trip: SmallTrip) -> None:
    outer = group(trip, "outer", name="گروه بیرونی")
    inner = group(trip, "inner", parent_id=outer)
    for parent in (outer, inner):
        with pytest.raises(UnderItself) as refused:
            act(
                trip,
                services.edit_topic,
                outer,
                1,
                an_edit("گروه بیرونی", assignable=False, parent_id=parent),
            )
        assert "گروه بیرونی" in refused.value.text()


def test_a_topic_is_found_by_a_synonym_however_it_is_typed(trip: SmallTrip) -> None:
    add(trip, "treatment", name="هزینه درمان", synonyms="کمک‌هزینه بیماری\nپول دکتر")
    for words in ("كمك هزينه", "کمکهزینه", "دكتر", "treatment"):
        assert codes(trip, words) == ["treatment"]


def test_an_edit_that_saw_an_older_state_is_refused(trip: SmallTrip) -> None:
    act(trip, services.edit_topic, trip.topics["loan"], 1, an_edit("نام دوم"))
    with pytest.raises(StaleVersion):
        act(trip, services.edit_topic, trip.topics["loan"], 1, an_edit("نام سوم"))


def test_an_edit_is_taken_back(trip: SmallTrip) -> None:
    before = topic_of(trip, "loan")
    change = act(trip, services.edit_topic, trip.topics["loan"], 1, an_edit("نام دوم", papers="کارت ملی"))
    assert topic_of(trip, "loan").papers == "کارت ملی"
    take_back(trip, change)
    after = topic_of(trip, "loan")
    assert (after.name_fa, after.papers, after.mean_minutes) == (before.name_fa, "", before.mean_minutes)


def test_topics_exchange_their_places(trip: SmallTrip) -> None:
    change = act(trip, services.order_topics, [trip.topics["housing"], trip.topics["loan"]])
    assert codes(trip) == ["housing", "work", "loan", "nobody"]
    take_back(trip, change)
    assert codes(trip) == ["loan", "work", "housing", "nobody"]


def test_the_neighbours_in_a_group_are_those_of_the_same_group(trip: SmallTrip) -> None:
    money = group(trip, "money")
    act(trip, services.edit_topic, trip.topics["work"], 1, an_edit(parent_id=money))
    lines = {line.topic.code: line for line in tree(trip)}
    assert (lines["work"].above, lines["work"].below) == (None, None)
    assert (lines["loan"].above, lines["loan"].below) == (None, trip.topics["housing"])


def test_desks_of_a_merged_topic_do_the_other_at_the_same_speed(trip: SmallTrip) -> None:
    change = merge(trip, "work", "housing")
    desk = read_catalogue(trip.id).desks[trip.desks["a"]]
    assert desk.speeds[trip.topics["housing"]] == 1.2
    assert read_catalogue(trip.id).desks[trip.desks["hall"]].speeds[trip.topics["housing"]] == 1.1
    take_back(trip, change)
    assert trip.topics["housing"] not in read_catalogue(trip.id).desks[trip.desks["a"]].speeds


def test_a_merged_topic_is_offered_no_more_until_it_comes_back(trip: SmallTrip) -> None:
    merge(trip, "work", "housing")
    assert topic_of(trip, "work").merged_into_id == trip.topics["housing"]
    assert "work" not in [topic.code for topic in read_catalogue(trip.id).assignable_topics()]
    act(trip, services.restore_topic, trip.topics["work"])
    assert topic_of(trip, "work").is_offered
    assert topic_of(trip, "work").merged_into_id is None


def test_guidance_goes_along_with_a_merger_and_back(trip: SmallTrip) -> None:
    card = a_card(trip, topic="work")
    change = merge(trip, "work", "housing")
    assert card_of(trip, card.id).topic_id == trip.topics["housing"]
    take_back(trip, change)
    assert card_of(trip, card.id).topic_id == trip.topics["work"]


def test_a_topic_is_never_merged_into_itself_a_retired_one_or_a_group(trip: SmallTrip) -> None:
    act(trip, services.retire_topic, trip.topics["nobody"])
    for into in (trip.topics["loan"], trip.topics["nobody"], group(trip, "money")):
        with pytest.raises(MergeRefused):
            act(trip, services.merge_topic, trip.topics["loan"], into)
    assert topic_of(trip, "loan").is_offered


def test_a_topic_is_merged_once(trip: SmallTrip) -> None:
    merge(trip, "work", "housing")
    with pytest.raises(MergeRefused):
        merge(trip, "work", "loan")


def test_a_retired_topic_is_shown_on_request(trip: SmallTrip) -> None:
    act(trip, services.retire_topic, trip.topics["loan"])
    assert "loan" not in codes(trip)
    assert "loan" in codes(trip, retired=True)
    act(trip, services.restore_topic, trip.topics["loan"])
    assert "loan" in codes(trip)


def test_a_group_retires_after_what_it_holds(trip: SmallTrip) -> None:
    money = group(trip, "money")
    inside = add(trip, "inside", parent_id=money, name="درون گروه")
    with pytest.raises(StillBelow) as refused:
        act(trip, services.retire_topic, money)
    assert "درون گروه" in refused.value.text()
    act(trip, services.edit_topics, [money, inside], BulkEdit(retire=True))
    with pytest.raises(RetiredAbove):
        act(trip, services.restore_topic, inside)


def test_an_unused_topic_is_deleted_and_comes_back(trip: SmallTrip) -> None:
    water = add(trip, "water", synonyms="آب")
    change = act(trip, services.delete_topic, water)
    assert "water" not in codes(trip)
    take_back(trip, change)
    assert read_catalogue(trip.id).topics[water].synonyms == "آب"


def test_who_uses_a_topic_is_named_where_it_is_to_be_deleted(trip: SmallTrip) -> None:
    with pytest.raises(InUse) as refused:
        act(trip, services.delete_topic, trip.topics["loan"])
    assert "میز 1" in refused.value.text()
    assert refused.value.details["uses"][0]["table"] == "desk_topics"


def test_several_topics_are_changed_and_taken_back_as_one(trip: SmallTrip) -> None:
    agency = add_agency("agency").id
    ids = [trip.topics["loan"], trip.topics["work"]]
    wanted = BulkEdit(agency_id=agency, default_desk_id=trip.desks["a"], default_days=7)
    change = act(trip, services.edit_topics, ids, wanted)
    topics = [topic_of(trip, code) for code in ("loan", "work", "housing")]
    assert [topic.agency_id for topic in topics] == [agency, agency, None]
    assert [topic.default_days for topic in topics] == [7, 7, None]
    take_back(trip, change)
    assert topic_of(trip, "loan").default_desk_id is None


@pytest.mark.parametrize(("ids", "field"), [([], "topic_ids"), ([1], "agency_id")])
def test_a_bulk_edit_of_nothing_is_refused(trip: SmallTrip, ids: list[int], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        act(trip, services.edit_topics, ids, BulkEdit())
    assert field in refused.value.errors


def test_what_another_trip_has_is_refused(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound):
        act(trip, services.retire_topic, other.topics["loan"])
    with pytest.raises(NotFound):
        act(trip, services.merge_topic, trip.topics["loan"], other.topics["work"])
    for edit in (an_edit(default_desk_id=other.desks["a"]), an_edit(parent_id=other.topics["loan"])):
        with pytest.raises(InvalidInput):
            act(trip, services.edit_topic, trip.topics["loan"], 1, edit)


def test_an_agency_that_is_not_there_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput):
        add(trip, "water", agency_id=4711)


def test_who_does_not_set_a_trip_up_changes_no_topic(trip: SmallTrip) -> None:
    with pytest.raises(Forbidden):
        add(trip, "water", actor=actor_with("desk_head", trip.id))
    with pytest.raises(NotFound):
        add(trip, "water", actor=actor_with("coordinator", 4711))
