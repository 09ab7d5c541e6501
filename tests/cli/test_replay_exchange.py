"""The exchange insists: what wasn't answered is sent again under the same key, a refusal is not, and patience ends."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from deskops.cli.replaying.exchange import Exchange, GaveUp, Refused
from deskops.cli.replaying.line import Pace
from tests.services import free_port


class Desk:
    """A server that gives the answers it was told to, one after the other, then always the last one."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.seen: list[Request] = []

    def __call__(self, environ: Any, start: Any) -> Any:
        self.seen.append(Request(environ))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(environ, start)


OK = '{"id": 7}'


def json_response(status: int, text: str = OK) -> Response:
    return Response(text, status, mimetype="application/json")


@pytest.fixture
def serve() -> Iterator[Any]:
    servers = []

    def start(desk: Desk) -> str:
        server = make_server("127.0.0.1", 0, desk)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()


def exchange(url: str, folder: Path, patience: float = 5.0) -> Exchange:
    return Exchange(url, "token", journal=folder / "acknowledged.jsonl", patience=patience)


def test_an_event_carries_token_key_and_its_own_time(serve: Any, tmp_path: Path) -> None:
    desk = Desk(json_response(200))
    assert exchange(serve(desk), tmp_path).post("/demands", {"topic_id": 1}, key="k1", at=0.0) == {"id": 7}
    [request] = desk.seen
    assert request.path == "/api/v1/trips/0/demands"
    assert (request.headers["Authorization"], request.headers["Idempotency-Key"]) == ("Bearer token", "k1")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_under_the_same_key(
    serve: Any, tmp_path: Path, status: int
) -> None:
    desk = Desk(json_response(status, "busy"), json_response(status, "busy"), json_response(201))
    asking = exchange(serve(desk), tmp_path)
    assert asking.post("/demands", {}, key="k1") == {"id": 7}
    assert [request.headers["Idempotency-Key"] for request in desk.seen] == ["k1"] * 3
    assert (asking.requests, asking.retries) == (1, 2)


def test_a_refusal_is_not_repeated_and_says_why(serve: Any, tmp_path: Path) -> None:
    desk = Desk(json_response(409, '{"error": {"code": "place_busy", "message": "Somebody is there."}}'))
    with pytest.raises(Refused, match="409 place_busy: Somebody is there") as refused:
        exchange(serve(desk), tmp_path).post("/places/1/call", {}, key="k1")
    assert (refused.value.code, len(desk.seen)) == ("place_busy", 1)


def test_an_answer_that_is_no_json_is_a_refusal_too(serve: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="404"):
        exchange(serve(Desk(json_response(404, "<html>"))), tmp_path).post("/demands", {}, key="k1")


def test_patience_ends(tmp_path: Path) -> None:
    asking = exchange(f"http://127.0.0.1:{free_port()}", tmp_path, patience=0.3)
    began = time.monotonic()
    with pytest.raises(GaveUp, match=r"did not answer for 0\.3 s"):
        asking.post("/demands", {}, key="k1")
    assert time.monotonic() - began < 3


def test_a_trip_is_known_by_its_code(serve: Any, tmp_path: Path) -> None:
    trips = json_response(200, '{"trips": [{"id": 3, "code": "a"}, {"id": 4, "code": "b"}]}')
    desk = Desk(trips, json_response(200, '{"topics": []}'))
    asking = exchange(serve(desk), tmp_path)
    assert asking.choose_trip("b") == {"topics": []}
    assert (asking.trip_id, desk.seen[-1].path) == (4, "/api/v1/trips/4/")


def test_contacts_are_read_to_the_last_page(serve: Any, tmp_path: Path) -> None:
    first = json_response(200, '{"contacts": [{"id": 1}, {"id": 2}], "next_after": 2}')
    desk = Desk(first, json_response(200, '{"contacts": [{"id": 3}], "next_after": null}'))
    assert [line["id"] for line in exchange(serve(desk), tmp_path).contacts()] == [1, 2, 3]
    assert [request.args["after"] for request in desk.seen] == ["0", "2"]


def test_what_was_acknowledged_is_on_disk_at_once(tmp_path: Path) -> None:
    noting = exchange("http://127.0.0.1:1", tmp_path)
    noting.acknowledge("c1", "waiting", 5)
    noting.acknowledge("c1", "left", 5)
    assert noting.acknowledged["c1"].status == "left"
    assert len((tmp_path / "acknowledged.jsonl").read_text().splitlines()) == 2


def test_events_keep_their_distance_at_the_pace_asked_for() -> None:
    began = time.monotonic()
    Pace(first=1000.0, speed=100.0).wait(1020.0)
    assert 0.15 < time.monotonic() - began < 2


def test_as_fast_as_it_goes_nothing_waits() -> None:
    began = time.monotonic()
    Pace(first=0.0, speed=None).wait(86_400.0)
    assert time.monotonic() - began < 0.1
