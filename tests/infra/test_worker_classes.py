"""The server with each of its three ways of waiting, over real connections."""

import socket
import ssl
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

import psutil
import pytest
import requests
import websocket

from deskops.certificate import certificate_for
from tests.infra.servers import TINY, Running, running
from tests.services import PostgreSQL, accepts, wait_until

RUNNING_QUERIES = "SELECT query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
MODES = ("gevent", "eventlet", "threading")


@pytest.fixture(scope="module", params=MODES)
def server(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(replace(TINY, async_mode=request.param)) as started:
        yield started


def raw_socket(server: Running) -> websocket.WebSocket:
    """A connected websocket below Socket.IO, which sends what it is told to."""
    address = server.url.replace("http", "ws", 1)
    client = websocket.create_connection(
        f"{address}/socket.io/?EIO=4&transport=websocket", timeout=10, sslopt={"cert_reqs": ssl.CERT_NONE}
    )
    client.recv()
    return client


def sent_until_cut_off(client: websocket.WebSocket, piece: bytes, most: int) -> int:
    """Bytes sent, as one message in many frames, until the server ended the connection."""
    sent = 0
    opcode = websocket.ABNF.OPCODE_TEXT
    try:
        while sent < most:
            client.send_frame(websocket.ABNF(fin=0, opcode=opcode, mask_value=1, data=piece))
            opcode = websocket.ABNF.OPCODE_CONT
            sent += len(piece)
            time.sleep(0.002)
    except OSError:
        pass
    return sent


def test_a_request_is_answered(server: Running) -> None:
    assert server.get("/").status_code == 200


def test_a_message_comes_back_and_is_acknowledged(server: Running) -> None:
    client = server.socket()
    echoed: Queue[str] = Queue()
    client.on("echoed", echoed.put)
    assert client.call("echo", "سلام", timeout=10) == "سلام"
    assert echoed.get(timeout=10) == "سلام"
    client.disconnect()


def test_a_request_reaches_the_sockets(server: Running) -> None:
    client = server.socket()
    shouted: Queue[str] = Queue()
    client.on("shouted", shouted.put)
    requests.post(f"{server.url}/shout", data="next", timeout=10)
    assert shouted.get(timeout=10) == "next"
    client.disconnect()


def test_one_waiting_request_holds_up_no_other(server: Running) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        server.get("/")
        assert time.monotonic() - begun < 0.9
        assert slow.recv(12) == b"HTTP/1.1 200"


def test_polling_is_refused(server: Running) -> None:
    assert server.get("/socket.io/?EIO=4&transport=polling").status_code == 400


def test_a_frame_beyond_the_limit_ends_the_connection_while_it_arrives(server: Running) -> None:
    client = raw_socket(server)
    # The header announces 200 MB; a server that waits for all of it would take everything we send.
    client.sock.sendall(struct.pack("!BBQ", 0x81, 0xFF, 200_000_000) + b"\0\0\0\0")
    sent = 0
    with pytest.raises(OSError):
        while sent < 50_000_000:
            client.sock.sendall(b"a" * 8192)
            sent += 8192
            time.sleep(0.001)
    assert sent < 10_000_000


def test_a_message_of_many_small_frames_ends_the_connection_too(server: Running) -> None:
    client = raw_socket(server)
    assert sent_until_cut_off(client, b"a" * 4096, 20_000_000) < 10_000_000


def test_a_client_that_was_cut_off_leaves_no_descriptor(server: Running) -> None:
    wait_until(lambda: server.get("/").ok, "the server")
    before = server.descriptors()
    for _ in range(5):
        sent_until_cut_off(raw_socket(server), b"a" * 8192, 20_000_000)
    wait_until(lambda: server.descriptors() <= before, "as many descriptors as before")


def test_a_message_within_the_limit_arrives(server: Running) -> None:
    client = server.socket()
    assert client.call("echo", "a" * 60_000, timeout=10) == "a" * 60_000
    client.disconnect()


@pytest.mark.parametrize("mode", MODES)
def test_on_sigterm_the_clients_are_let_go_so_that_they_come_back(mode: str) -> None:
    with running(replace(TINY, async_mode=mode)) as server:
        client = server.socket(reconnection=False)
        gone: Queue[str] = Queue()
        client.on("disconnect", gone.put)
        server.process.terminate()
        assert gone.get(timeout=5) != client.reason.SERVER_DISCONNECT
        assert server.process.wait(10) == 0
        assert not accepts(server.port)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_finds_its_way_back_after_a_kill_of_the_worker(mode: str) -> None:
    with running(replace(TINY, async_mode=mode)) as server:
        client = server.socket(reconnection_delay=0.2, reconnection_delay_max=0.5)
        back: Queue[bool] = Queue()
        client.on("connect", lambda: back.put(True))
        psutil.Process(int(server.get("/").text)).kill()
        assert back.get(timeout=15)
        assert client.call("echo", "again", timeout=10) == "again"
        client.disconnect()


@pytest.mark.parametrize("mode", MODES)
def test_a_killed_arbiter_takes_its_worker_along(mode: str) -> None:
    with running(replace(TINY, async_mode=mode)) as server:
        worker = psutil.Process(int(server.get("/").text))
        server.process.kill()
        wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, "its end", 5)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("mode", MODES)
def test_pages_and_sockets_come_over_https_too(mode: str, tmp_path: Path) -> None:
    files = certificate_for(["192.0.2.7"], tmp_path, datetime.now(UTC))
    options = replace(TINY, async_mode=mode, certificate=str(files.certificate), key=str(files.key))
    with running(options) as server:
        assert requests.get(f"{server.url}/who", verify=str(files.certificate), timeout=10).json() == {
            "scheme": "https",
            "for": None,
        }
        client = server.socket()
        assert client.call("echo", "سلام", timeout=10) == "سلام"
        client.disconnect()


@pytest.mark.postgresql
@pytest.mark.parametrize("mode", MODES)
def test_one_waiting_query_holds_up_no_request(mode: str, postgresql: PostgreSQL) -> None:
    """psycopg waits in C; eventlet must have it wait in Python instead."""
    database = postgresql.url().replace("+psycopg", "")
    with (
        running(replace(TINY, async_mode=mode), DESKOPS_DATABASE_URL=database) as server,
        ThreadPoolExecutor() as pool,
    ):
        slow = pool.submit(server.get, "/slow-query")
        wait_until(lambda: "pg_sleep" in postgresql.execute(RUNNING_QUERIES), "the query")
        server.get("/")
        assert not slow.done()
        assert slow.result().text == "done"


@pytest.mark.redis
def test_two_workers_reach_each_others_sockets(redis_url: str) -> None:
    options = replace(TINY, workers=2, redis_url=redis_url)
    with running(options, DESKOPS_REDIS_URL=redis_url) as server:
        heard: Queue[str] = Queue()
        clients = [server.socket() for _ in range(8)]
        for client in clients:
            client.on("shouted", heard.put)
        wait_until(lambda: len({server.get("/").text for _ in range(20)}) == 2, "two workers")
        requests.post(f"{server.url}/shout", data="next", timeout=10)
        assert [heard.get(timeout=10) for _ in clients] == ["next"] * 8
        for client in clients:
            client.disconnect()
