"""Pages and API of topics, and the page of changes: in both languages, what they refuse, and taking back."""

import re
from typing import Any

import pytest

from deskops.desks.queries import TopicLabel
from tests.desks.agencies import add as add_agency
from tests.desks.setups import read_catalogue
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

HTMX = {"HX-Request": "true"}


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def path(trip: SmallTrip, rest: str = "") -> str:
    return f"/trips/{trip.id}/topics{rest}"


def page_of(trip: SmallTrip, code: str, rest: str = "") -> str:
    return path(trip, f"/{trip.topics[code]}{rest}")


def form(**changes: Any) -> dict[str, Any]:
    return {"name_fa": "هزینه درمان", "code": "treatment", "mean_minutes": "۷٫۵"} | changes


def topic_of(trip: SmallTrip, code: str) -> TopicLabel:
    topics = {topic.code: topic for topic in read_catalogue(trip.id).topics.values()}
    return topics[code]


def order(trip: SmallTrip) -> list[str]:
    return [topic.code for topic in read_catalogue(trip.id).topics.values()]


def undo_of(text: str) -> str:
    """The address behind the toast's button."""
    found = re.search(r'hx-post="([^"]+/undo)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(("language", "words"), [("fa", "موضوع"), ("en", "opic")])
@pytest.mark.parametrize(
    "rest", ["/topics", "/topics?order=use", "/topics/new", "/topics/{topic}", "/changes"]
)
def test_every_page_is_there_in_both_languages(
    trip: SmallTrip, coordinator: Browser, language: str, words: str, rest: str
) -> None:
    coordinator.client.set_cookie("lang", language)
    answer = coordinator.get(f"/trips/{trip.id}" + rest.format(topic=trip.topics["loan"]))
    assert answer.status_code == 200
    assert words in answer.text


def test_a_topic_is_added_as_it_is_typed_with_persian_digits(trip: SmallTrip, coordinator: Browser) -> None:
    synonyms = "کمک‌هزینه بیماری، پول دکتر\nكمك‌هزينه بيماري"
    data = form(synonyms=synonyms, default_days="۱۰", agency_id=str(add_agency("university").id))
    assert coordinator.post(path(trip, "/new"), data=data).status_code == 303
    made = topic_of(trip, "treatment")
    assert (made.mean_minutes, made.default_days, made.synonyms) == (7.5, 10, "کمک‌هزینه بیماری\nپول دکتر")
    assert made.is_offered


def test_a_group_takes_no_demands(trip: SmallTrip, coordinator: Browser) -> None:
    coordinator.post(path(trip, "/new"), data=form(group="yes"))
    assert not topic_of(trip, "treatment").is_offered
    groups = re.search(
        r'name="parent_id">(.*?)</select>', coordinator.get(path(trip, "/new")).text, re.DOTALL
    )
    assert groups
    assert re.findall(r'value="(\d+)"', groups[1]) == [str(topic_of(trip, "treatment").id)]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"name_fa": " "}, 422, "name_fa"),
        ({"code": "Loan!"}, 422, "code"),
        ({"code": "loan"}, 409, "code"),
        ({"mean_minutes": "0"}, 422, "mean_minutes"),
        ({"mean_minutes": "nan"}, 422, "mean_minutes"),
        ({"default_days": "بسیار"}, 422, "default_days"),
        ({"default_days": "400"}, 422, "default_days"),
        ({"agency_id": "4711"}, 422, "agency_id"),
        ({"default_desk_id": "4711"}, 422, "default_desk_id"),
        ({"parent_id": "4711"}, 422, "parent_id"),
    ],
)
def test_a_wrong_field_comes_back_with_what_was_typed(
    trip: SmallTrip, coordinator: Browser, changes: dict[str, str], status: int, field: str
) -> None:
    answer = coordinator.post(path(trip, "/new"), data=form(papers="نسخه پزشک", **changes))
    assert answer.status_code == status
    assert f'href="#{field}"' in answer.text
    assert "نسخه پزشک" in answer.text


def test_a_topic_is_edited_and_the_toast_takes_it_back(trip: SmallTrip, coordinator: Browser) -> None:
    before = topic_of(trip, "loan")
    data = form(version="1", name_fa="وام تازه", papers="کارت ملی")
    assert coordinator.post(page_of(trip, "loan"), data=data).status_code == 303
    shown = coordinator.get(page_of(trip, "loan")).text
    assert "وام تازه" in shown
    assert coordinator.post(undo_of(shown), headers=HTMX).status_code == 204
    assert topic_of(trip, "loan").name_fa == before.name_fa


def test_a_stale_edit_keeps_what_was_typed(trip: SmallTrip, coordinator: Browser) -> None:
    answer = coordinator.post(page_of(trip, "loan"), data=form(version="9", name_fa="نام من"))
    assert answer.status_code == 409
    assert "نام من" in answer.text


def test_a_topic_moves_by_button_and_by_dragging(trip: SmallTrip, coordinator: Browser) -> None:
    by_button = {"topic_ids": f"{trip.topics['work']},{trip.topics['loan']}"}
    answer = coordinator.post(path(trip, "/order"), data=by_button)
    assert answer.status_code == 303
    assert order(trip)[:2] == ["work", "loan"]
    dragged = {
        "topic_ids": ",".join(str(trip.topics[code]) for code in ("nobody", "housing", "loan", "work"))
    }
    answer = coordinator.post(path(trip, "/order"), data=dragged, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert order(trip) == ["nobody", "housing", "loan", "work"]


@pytest.mark.parametrize(("ids", "status"), [("", 422), ("a,b", 422), ("4711", 404)])
def test_an_order_of_nonsense_is_refused(
    trip: SmallTrip, coordinator: Browser, ids: str, status: int
) -> None:
    assert coordinator.post(path(trip, "/order"), data={"topic_ids": ids}).status_code == status
    assert order(trip) == ["loan", "work", "housing", "nobody"]


def test_the_buttons_stand_only_where_the_list_is_in_its_own_order(
    trip: SmallTrip, coordinator: Browser
) -> None:
    assert 'form="order"' in coordinator.get(path(trip)).text
    for query in ("?order=use", "?q=loan"):
        assert 'form="order"' not in coordinator.get(path(trip) + query).text


def test_several_topics_are_changed_at_once(trip: SmallTrip, coordinator: Browser) -> None:
    ids = [str(trip.topics[code]) for code in ("loan", "work")]
    data: dict[str, Any] = {"topic_ids": ids, "act": "set", "default_days": "۷", "agency_id": ""}
    assert coordinator.post(path(trip), data=data).status_code == 303
    assert [topic_of(trip, code).default_days for code in ("loan", "work", "housing")] == [7, 7, None]
    data["act"] = "retire"
    assert coordinator.post(path(trip), data=data).status_code == 303
    assert [topic.code for topic in read_catalogue(trip.id).assignable_topics()] == ["housing", "nobody"]


def test_a_bulk_edit_without_a_tick_is_refused(trip: SmallTrip, coordinator: Browser) -> None:
    answer = coordinator.post(path(trip), data={"act": "retire"})
    assert answer.status_code == 422
    assert 'href="#topic_ids"' in answer.text


def test_a_refused_bulk_edit_keeps_the_ticks(trip: SmallTrip, coordinator: Browser) -> None:
    data = {"topic_ids": str(trip.topics["work"]), "act": "set", "default_days": "0"}
    answer = coordinator.post(path(trip), data=data)
    assert answer.status_code == 422
    assert f'value="{trip.topics["work"]}" checked' in answer.text


@pytest.mark.parametrize("into", ["loan", "", "4711"])
def test_a_merger_into_nothing_or_itself_is_refused(trip: SmallTrip, coordinator: Browser, into: str) -> None:
    into_id = trip.topics.get(into, into)
    answer = coordinator.post(page_of(trip, "loan", "/merge"), data={"into_id": into_id})
    assert answer.status_code == (404 if into == "4711" else 422)
    assert topic_of(trip, "loan").is_offered


def test_a_merger_is_shown_on_both_pages_and_taken_back_by_the_toast(
    trip: SmallTrip, coordinator: Browser
) -> None:
    data = {"into_id": trip.topics["work"]}
    assert coordinator.post(page_of(trip, "loan", "/merge"), data=data).status_code == 303
    shown = coordinator.get(page_of(trip, "loan")).text
    assert page_of(trip, "work") in shown
    assert page_of(trip, "loan") in coordinator.get(page_of(trip, "work")).text
    coordinator.post(undo_of(shown), headers=HTMX)
    assert topic_of(trip, "loan").is_offered


def test_deleting_what_is_in_use_names_the_users_and_offers_retiring(
    trip: SmallTrip, coordinator: Browser
) -> None:
    refused = coordinator.post(page_of(trip, "loan", "/act"), data={"act": "delete"})
    assert refused.status_code == 409
    assert "میز 1" in refused.text
    assert "به‌جای حذف، کنار گذاشته شود" in refused.text
    assert coordinator.post(page_of(trip, "loan", "/act"), data={"act": "retire"}).status_code == 303
    assert not topic_of(trip, "loan").is_offered
    assert coordinator.post(page_of(trip, "loan", "/act"), data={"act": "restore"}).status_code == 303
    assert topic_of(trip, "loan").is_offered


def test_a_topic_of_another_trip_is_not_there(trip: SmallTrip, coordinator: Browser) -> None:
    other = make_small_trip("other").topics["loan"]
    assert coordinator.get(path(trip, f"/{other}")).status_code == 404
    for rest, data in (("", form(version="1")), ("/merge", {"into_id": other}), ("/act", {"act": "retire"})):
        assert coordinator.post(path(trip, f"/{other}{rest}"), data=data).status_code == 404


def test_who_does_not_set_the_trip_up_gets_no_page(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    for rest in ("/topics", "/topics/new", f"/topics/{trip.topics['loan']}", "/changes"):
        assert head.get(f"/trips/{trip.id}{rest}").status_code == 403
    assert path(trip) not in head.get(f"/trips/{trip.id}/").text


def test_changes_say_who_did_what_and_are_taken_back_from_their_list(trip: SmallTrip, sign_in: Join) -> None:
    mina = sign_in("coordinator", trip_id=trip.id, name="مینا نمونه")
    mina.post(path(trip, "/new"), data=form())
    mina.post("/agencies/new", data={"name_fa": "بانک نمونه", "code": "bank"})
    page = mina.get(f"/trips/{trip.id}/changes")
    for words in ("مینا نمونه", "هزینه درمان", "بانک نمونه", "افزوده شد"):
        assert words in page.text
    undos = re.findall(r'<form method="post" action="([^"]+/undo)"', page.text)
    assert len(undos) == 2
    for undo in undos:
        answer = mina.post(undo, data={"trip_id": str(trip.id)})
        assert (answer.status_code, answer.location) == (303, f"/trips/{trip.id}/changes")
    done = mina.get(f"/trips/{trip.id}/changes").text
    assert done.count("واگردانده شد") >= 2
    assert 'name="trip_id"' not in done


def test_a_change_of_another_trip_is_neither_shown_nor_taken_back(trip: SmallTrip, sign_in: Join) -> None:
    mine = sign_in("coordinator", trip_id=trip.id)
    mine.post(path(trip, "/new"), data=form())
    undo = re.search(r'action="([^"]+/undo)"', mine.get(f"/trips/{trip.id}/changes").text)
    assert undo
    other = make_small_trip("other")
    stranger = sign_in("coordinator", trip_id=other.id)
    assert "هزینه درمان" not in stranger.get(f"/trips/{other.id}/changes").text
    assert stranger.post(undo[1]).status_code == 404
    assert stranger.post(undo[1].replace(f"/{trip.id}/", f"/{other.id}/")).status_code == 404


def test_many_changes_are_paged(trip: SmallTrip, coordinator: Browser) -> None:
    for number in range(55):
        coordinator.post(page_of(trip, "loan"), data=form(version=str(number + 1), name_fa=f"نام {number}"))
    first = coordinator.get(f"/trips/{trip.id}/changes").text
    older = re.search(r'href="([^"]+before=\d+)"', first)
    assert older
    assert coordinator.get(older[1]).text.count('scope="row"') == 5


def test_the_api_adds_edits_and_merges(trip: SmallTrip, coordinator: Browser) -> None:
    root = f"/api/v1/trips/{trip.id}/topics"
    made = coordinator.post(
        root, json={"code": "water", "name_fa": "آب", "synonyms": "فاضلاب", "default_days": None}
    )
    assert (made.status_code, made.json["version"]) == (201, 1)
    body = {"version": 1, "name_fa": "آب و فاضلاب", "mean_minutes": 4.5}
    edited = coordinator.put(f"{root}/{made.json['id']}", json=body)
    assert (edited.status_code, edited.json["version"]) == (200, 2)
    merged = coordinator.post(f"{root}/{made.json['id']}/merge", json={"into_id": trip.topics["loan"]})
    assert merged.status_code == 200
    topics = {topic["code"]: topic for topic in coordinator.get(f"/api/v1/trips/{trip.id}/").json["topics"]}
    assert topics["water"]["merged_into_id"] == trip.topics["loan"]
    assert topics["water"]["retired_at"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"version": 9, "name_fa": "نام"}, 409, "stale_version"),
        ({"version": 1}, 422, "invalid"),
        ({"version": 1, "name_fa": "نام", "mean_minutes": "much"}, 422, "invalid"),
    ],
)
def test_the_api_says_what_is_wrong(
    trip: SmallTrip, coordinator: Browser, body: dict[str, Any], status: int, code: str
) -> None:
    answer = coordinator.put("/api/v1" + page_of(trip, "loan"), json=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
