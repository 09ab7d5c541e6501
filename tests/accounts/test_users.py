"""Users as administrators manage them."""

import re

import pytest
from flask import Flask

from tests.accounts.people import installation_journal, make_person
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


@pytest.fixture
def admin(sign_in: Join) -> Browser:
    return sign_in("administrator")


def new_user(admin: Browser, **fields: str) -> int:
    answer = admin.post("/users/new", data={"name": "مینا آزمون", **fields})
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/users/(\d+)", answer.location).group(1))


def give(admin: Browser, user_id: int, role: str, place: str, **more: str) -> int:
    return admin.post(f"/users/{user_id}/roles", data={"role": role, "place": place, **more}).status_code


def test_a_user_is_made_and_found(admin: Browser) -> None:
    user_id = new_user(admin, username="Mina.Azmoon")
    assert f"/users/{user_id}" in admin.get("/users?q=آزمون").text
    assert f"/users/{user_id}" in admin.get("/users?q=MINA.AZMOON").text
    assert "کسی یافت نشد" in admin.get("/users?q=%25").text


def test_a_second_press_makes_one_user(admin: Browser) -> None:
    fields = {"name": "مینا", "username": "mina", "idempotency_key": "one-form"}
    first, second = (admin.post("/users/new", data=fields) for _ in range(2))
    assert first.location == second.location


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "این کادر باید پر شود"),
        ({"name": "ن" * 10_000}, "حداکثر ۱۲۰ نویسه"),
        ({"name": "مینا", "username": "مینا"}, "حروف لاتین"),
        ({"name": "مینا", "username": "sara"}, "گرفته شده است"),
        ({"name": "مینا", "language": "de"}, "یکی را از فهرست"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    admin: Browser, fields: dict[str, str], words: str
) -> None:
    make_person("sara")
    answer = admin.post("/users/new", data=fields)
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert f'value="{fields["name"]}"' in answer.text


def test_a_role_is_given_and_withdrawn_and_ends_the_sessions(
    admin: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert staff.get("/account").status_code == 200
    assert give(admin, staff.user_id, "desk_head", f"{trip.id}:{trip.desks['a']}") == 303
    assert staff.get("/account").status_code == 302
    page = admin.get(f"/users/{staff.user_id}").text
    assert "مسئول میز" in page
    grant = re.search(rf"/users/{staff.user_id}/roles/(\d+)/withdraw", page).group(1)
    assert admin.post(f"/users/{staff.user_id}/roles/{grant}/withdraw").status_code == 303
    changes = [event["roles"] for event in installation_journal("account.roles_changed")]
    assert changes[-2:] == [["desk_head", "staff"], ["desk_head"]]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("staff", "everywhere"),
        ("desk_head", "{trip}"),
        ("administrator", "{trip}"),
        ("staff", "999"),
        ("staff", "x"),
        ("king", "{trip}"),
    ],
)
def test_a_role_in_the_wrong_place_is_refused(admin: Browser, trip: SmallTrip, role: str, place: str) -> None:
    user_id = new_user(admin)
    answer = admin.post(f"/users/{user_id}/roles", data={"role": role, "place": place.format(trip=trip.id)})
    assert answer.status_code == 422
    assert "هنوز نقشی ندارد" in answer.text


def test_a_role_of_another_user_cannot_be_withdrawn_through_this_one(
    admin: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    grant = re.search(r"roles/(\d+)/withdraw", admin.get(f"/users/{staff.user_id}").text).group(1)
    assert admin.post(f"/users/{admin.user_id}/roles/{grant}/withdraw").status_code == 404


def test_the_last_administrator_stays_one(admin: Browser, sign_in: Join) -> None:
    grant = re.search(r"roles/(\d+)/withdraw", admin.get(f"/users/{admin.user_id}").text).group(1)
    path = f"/users/{admin.user_id}/roles/{grant}/withdraw"
    refused = admin.post(path)
    assert refused.status_code == 409
    assert "تنها مدیر سامانه" in refused.text
    assert admin.get("/users").status_code == 200
    sign_in("administrator")
    assert admin.post(path).status_code == 303


def test_nobody_closes_their_own_account(admin: Browser) -> None:
    assert admin.post(f"/users/{admin.user_id}/close").status_code == 409
    assert admin.get("/users").status_code == 200


def test_a_closed_account_is_out_at_once_and_gets_nothing_new(
    admin: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert admin.post(f"/users/{staff.user_id}/close").status_code == 303
    assert staff.get("/account").status_code == 302
    assert admin.post(f"/users/{staff.user_id}/link").status_code == 409
    assert admin.post(f"/users/{staff.user_id}/badge").status_code == 409
    assert admin.post(f"/users/{staff.user_id}/reopen").status_code == 303
    assert admin.post(f"/users/{staff.user_id}/badge").status_code == 200
    assert staff.get("/account").status_code == 302


def test_a_link_carries_the_public_address(admin: Browser) -> None:
    page = admin.post(f"/users/{new_user(admin)}/link").text
    assert re.search(r"https://desks\.example/link/[\w-]{32}", page)
    assert "فقط روی همین رایانه" not in page


def test_a_token_opens_the_api_until_it_is_revoked(admin: Browser, trip: SmallTrip, app: Flask) -> None:
    user_id = new_user(admin)
    assert give(admin, user_id, "integration", str(trip.id)) == 303
    page = admin.post(f"/users/{user_id}/tokens", data={"label": "مرکز تلفن"}).text
    token = re.search(r"readonly>([\w-]+)<", page).group(1)
    pbx = Browser(app.test_client(), user_id, {"Authorization": f"Bearer {token}"})
    assert pbx.get(f"/api/v1/trips/{trip.id}/demands").status_code in {200, 403}
    assert admin.post(f"/users/{user_id}/tokens/revoke").status_code == 303
    assert pbx.get(f"/api/v1/trips/{trip.id}/demands").status_code == 401


def test_a_token_needs_a_label(admin: Browser) -> None:
    assert admin.post(f"/users/{new_user(admin)}/tokens", data={"label": " "}).status_code == 422


@pytest.mark.parametrize("path", ["/users/999", "/users/0"])
def test_an_unknown_user_is_not_found(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404
    assert admin.post(f"{path}/link").status_code == 404


def test_long_lists_come_in_pages(admin: Browser) -> None:
    for number in range(55):
        make_person(f"p{number}", None)
    assert admin.get("/users").text.count("/users/") > 50
    second = admin.get("/users?page=2").text
    assert "صفحه ۲ از ۲" in second
    assert admin.get("/users?page=99").text.count("صفحه ۲ از ۲") == 1
    assert admin.get("/users?page=x").status_code == 200
