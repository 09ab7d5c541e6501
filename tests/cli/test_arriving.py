"""The living demo: people come, are served and gone; what a server's restart cuts off is done once."""

import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.certificate import certificate_for
from deskops.cli.arriving.client import Answer, Client, Stopped, Unwelcome
from deskops.cli.arriving.counters import Counters
from deskops.cli.arriving.schedule import Schedule
from deskops.cli.arriving.visitors import Visitors
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Ticket
from deskops.desks.models import Place
from deskops.desks.services import set_desk_states, set_phase
from tests.desks.setups import set_up
from tests.fixtures import Browser, Join

SPEED = 20.0


class InProcess(Client):
    """The client over the test application instead of a socket."""

    def __init__(self, browser: Browser, trip_id: int) -> None:
        self._browser = browser
        self._root = f"/api/v1/trips/{trip_id}"

    def get(self, path: str) -> dict[str, Any]:
        return dict(self._browser.get(self._root + path).json)

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        answer = self._browser.post(self._root + path, json=body)
        return Answer(answer.status_code, dict(answer.json))


class Demo:
    """A trip from the template with its invented people, on a clock that the test moves."""

    def __init__(self, app: Flask, pace_file: Path) -> None:
        self.trip_id = set_up(is_demo=True)
        with unit_of_work(SYSTEM) as uow:
            set_phase(uow, SYSTEM, self.trip_id, "live")
            set_desk_states(uow, SYSTEM, self.trip_id, "open")
            user = accounts.create_user(uow, name="نمایش", grants=[Grant("integration", self.trip_id)])
            token = accounts.make_api_token(uow, user, "demo")
        self.browser = Browser(app.test_client(), user, {"Authorization": f"Bearer {token}"})
        self.pace_file = pace_file
        self.now = 0.0
        self.begin()

    def begin(self) -> None:
        """A new process of arrivals, which knows nothing of the one before."""
        self.schedule = Schedule(lambda: self.now)
        client = InProcess(self.browser, self.trip_id)
        setup = client.get("/")
        self.visitors = Visitors(client, self.schedule, setup, self.pace_file, 7, SPEED)
        self.counters = Counters(client, self.schedule, self.visitors, setup, 7, SPEED)

    def come(self, *, warm_up: bool = False) -> None:
        self.counters.open()
        self.visitors.come(self.counters.attend, warm_up=warm_up)

    def pass_seconds(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.schedule.run_due()
            self.now += max(0.05, self.schedule.pause(1.0))

    def tickets(self) -> Counter[str]:
        with runtime.current().database.reading() as session:
            return Counter(session.scalars(select(Ticket.status)))

    def places(self) -> Counter[str]:
        with runtime.current().database.reading() as session:
            return Counter(session.scalars(select(Place.state)))


@pytest.fixture
def demo(app: Flask, tmp_path: Path) -> Demo:
    pace_file = tmp_path / "pace"
    pace_file.write_text("3600", encoding="ascii")
    return Demo(app, pace_file)


def test_people_come_and_are_served_to_the_end(demo: Demo) -> None:
    demo.come()
    demo.pass_seconds(60)
    seen = demo.tickets()
    assert 30 < seen.total() < 100
    assert seen["done"] > 10


def test_a_counter_stays_free_at_every_desk_for_whoever_tries_the_demo(demo: Demo) -> None:
    demo.counters.open()
    with runtime.current().database.reading() as session:
        closed = set(session.scalars(select(Place.desk_id).where(Place.state == "closed")))
    assert len(closed) == 36
    assert demo.places()["open"] > 100


def test_at_a_pace_of_nothing_nobody_comes_and_a_new_pace_is_taken_at_once(demo: Demo) -> None:
    demo.pace_file.write_text("0", encoding="ascii")
    demo.come(warm_up=True)
    demo.pass_seconds(20)
    assert demo.tickets().total() == 0
    demo.pace_file.write_text("7200", encoding="ascii")
    demo.pass_seconds(10)
    assert demo.tickets().total() > 5


@pytest.mark.parametrize("written", ["", "soon", "-5"])
def test_a_pace_that_nobody_understands_is_none(demo: Demo, written: str) -> None:
    demo.pace_file.write_text(written, encoding="ascii")
    assert demo.visitors.pace() == 0
    demo.pace_file.unlink()
    assert demo.visitors.pace() == 0


def test_a_new_process_takes_up_whoever_stands_at_the_counters(demo: Demo) -> None:
    demo.come(warm_up=True)
    demo.pass_seconds(10)
    stood = demo.tickets()
    assert stood["called"] + stood["serving"] > 10
    demo.pace_file.write_text("0", encoding="ascii")
    demo.begin()
    demo.come()
    demo.pass_seconds(300)
    left = demo.tickets()
    assert left["called"] + left["serving"] == 0
    assert left["done"] > stood["done"]


def test_somebody_whom_a_human_registered_is_served_too(demo: Demo) -> None:
    demo.pace_file.write_text("0", encoding="ascii")
    demo.come()
    demo.pass_seconds(5)
    setup = InProcess(demo.browser, demo.trip_id).get("/")
    topic = next(topic for topic in setup["topics"] if topic["assignable"])
    body = {"topic_id": topic["id"], "channel": "call", "name": "سارا نمونه"}
    demo.browser.post(f"/api/v1/trips/{demo.trip_id}/demands", json=body)
    demo.pass_seconds(120)
    assert demo.tickets() == {"done": 1}


def test_a_counter_at_which_a_human_sits_is_left_alone(demo: Demo, sign_in: Join) -> None:
    with runtime.current().database.reading() as session:
        place = session.scalars(select(Place).order_by(Place.id)).first()
    assert place is not None
    human = sign_in("staff", trip_id=demo.trip_id, desk_id=place.desk_id)
    assert human.post(f"/api/v1/trips/{demo.trip_id}/places/{place.id}/open", json={}).status_code == 200
    demo.come()
    demo.pass_seconds(30)
    with runtime.current().database.reading() as session:
        assert session.get_one(Place, place.id).user_id == human.user_id


def test_what_is_remembered_of_people_stays_bounded(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskops.cli.arriving.visitors.REMEMBERED", 20)
    demo.visitors.come(lambda ticket: None, warm_up=True)
    demo.pass_seconds(11)
    with runtime.current().database.reading() as session:
        ids = list(session.scalars(select(Ticket.id)))
    assert len(ids) > 50
    assert sum(demo.visitors.who(ticket) is not None for ticket in ids) == 20


def test_no_name_and_no_phone_reaches_the_journal(demo: Demo) -> None:
    demo.come()
    demo.pass_seconds(10)
    with runtime.current().database.reading() as session:
        payloads = " ".join(session.scalars(text("SELECT payload FROM journal")))
        names = session.scalars(text("SELECT name FROM persons")).all()
    assert names
    assert not [name for name in names if name and name in payloads]
    assert "0950" not in payloads


def test_acts_are_done_in_the_order_in_which_they_are_due() -> None:
    now = [0.0]
    schedule, done = Schedule(lambda: now[0]), list[str]()
    schedule.after(2, lambda: done.append("second"))
    schedule.after(1, lambda: done.append("first"))
    schedule.after(9, lambda: done.append("later"))
    assert schedule.pause(0.25) == 0.25
    now[0] = 3.0
    schedule.run_due()
    assert done == ["first", "second"]
    assert schedule.pause(60) == 6.0


class Rough(BaseHTTPRequestHandler):
    """A server that falls down in the middle: `script` holds a status for each request, 0 to hang up."""

    script: list[int]
    keys: list[str | None]

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.keys.append(self.headers["Idempotency-Key"])
        status = self.script.pop(0)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture
def rough(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, type[Rough]]]:
    monkeypatch.setattr("deskops.cli.arriving.client.FIRST_PAUSE", 0.01)
    handler = type("Handler", (Rough,), {"script": [], "keys": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()


def client_of(address: str, stopping: threading.Event | None = None) -> Client:
    return Client(address, 1, "token", stopping or threading.Event())


def test_a_request_that_was_cut_off_is_sent_again_under_the_same_key(
    rough: tuple[str, type[Rough]],
) -> None:
    address, server = rough
    server.script = [0, 503, 200, 200]
    client = client_of(address)
    assert client.post("/demands", {}).ok
    assert client.post("/demands", {}).ok
    assert len(set(server.keys[:3])) == 1
    assert server.keys[3] != server.keys[0]


def test_a_refusal_is_an_answer(rough: tuple[str, type[Rough]]) -> None:
    address, server = rough
    server.script = [409]
    assert not client_of(address).post("/places/1/next", {}).ok


@pytest.mark.parametrize(("method", "status"), [("post", 401), ("get", 401), ("get", 404)])
def test_a_server_that_does_not_know_us_is_left(
    rough: tuple[str, type[Rough]], method: str, status: int
) -> None:
    address, server = rough
    server.script = [status]
    client = client_of(address)
    with pytest.raises(Unwelcome):
        client.post("/demands", {}) if method == "post" else client.get("/")


def test_a_client_that_waits_for_its_server_can_be_stopped() -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Stopped):
        client_of("http://127.0.0.1:9", stopping).get("/")


def test_over_https_the_demos_own_certificate_is_known_by_its_fingerprint(
    rough: tuple[str, type[Rough]], tmp_path: Path
) -> None:
    own = certificate_for([], tmp_path / "own", clock.now())
    other = certificate_for([], tmp_path / "other", clock.now())
    _, handler = rough
    handler.script = [200]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key)
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"https://127.0.0.1:{server.server_port}"
        assert Client(address, 1, "token", threading.Event(), own.certificate).get("/") == {}
        stopping = threading.Event()
        stopping.set()
        with pytest.raises(Stopped):
            Client(address, 1, "token", stopping, other.certificate).get("/")
        server.shutdown()
