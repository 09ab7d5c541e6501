"""The configuration file that ships, run by nginx before two processes of the tiny application."""

import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

import psutil
import pytest
import requests
import socketio

from deskops.certificate import certificate_for
from tests.infra.servers import ROOT, TINY, Running, running
from tests.missing import skip_for
from tests.services import ServiceMissingError, accepts, free_port, nginx, redis, redis_url, wait_until

pytestmark = pytest.mark.redis
SHIPPED = ROOT / "deploy" / "nginx.conf"


@dataclass
class Front:
    """nginx at `url` with the processes behind it; `plain_port` redirects to HTTPS."""

    url: str
    port: int
    plain_port: int
    processes: list[Running]
    verify: str

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(self.url + path, verify=self.verify, timeout=20, **options)

    def post(self, path: str, data: object) -> requests.Response:
        return requests.post(self.url + path, data=data, verify=self.verify, timeout=20)

    def socket(self) -> socketio.Client:
        client = socketio.Client(ssl_verify=False)
        client.connect(self.url, transports=["websocket"], wait_timeout=10)
        return client


def adapted(replacements: dict[str, str]) -> str:
    """The shipped file with this machine's ports and paths; each must occur exactly once."""
    text = SHIPPED.read_text()
    for shipped, here in replacements.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, here)
    return text


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    static = folder / "static"
    static.mkdir()
    (static / "big.css").write_text("a { color: red }\n" * 500)
    for path in (*folder.parents, folder, static):
        if path.stat().st_uid == os.getuid() and path.is_relative_to("/tmp") and path != Path("/tmp"):
            path.chmod(0o755)
    files = certificate_for([], folder, datetime.now(UTC))
    with ExitStack() as stack:
        try:
            queue = redis_url(stack.enter_context(redis()))
            options = replace(TINY, redis_url=queue)
            processes = [stack.enter_context(running(options, DESKOPS_REDIS_URL=queue)) for _ in range(2)]
            port, plain_port = free_port(), free_port()
            user = "user nobody nogroup;" if os.geteuid() == 0 else ""
            configuration = adapted(
                {
                    "user www-data;": user,
                    "/run/nginx.pid": "{folder}/pid",
                    "server 127.0.0.1:8001": f"server 127.0.0.1:{processes[0].port}",
                    "server 127.0.0.1:8002": f"server 127.0.0.1:{processes[1].port}",
                    "listen 80;": f"listen 127.0.0.1:{plain_port};",
                    "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
                    "/etc/ssl/deskops/certificate.pem": str(files.certificate),
                    "/etc/ssl/deskops/certificate-key.pem": str(files.key),
                    "/opt/deskops/static/": f"{static}/",
                }
            )
            stack.enter_context(nginx(configuration, port))
        except ServiceMissingError as missing:
            skip_for(missing)
        yield Front(f"https://127.0.0.1:{port}", port, plain_port, processes, str(files.certificate))


def test_plain_http_is_sent_to_https(front: Front) -> None:
    plain = f"http://127.0.0.1:{front.plain_port}/track"
    answer = requests.post(plain, allow_redirects=False, timeout=10)
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://127.0.0.1/track"


def test_requests_are_shared_among_the_processes(front: Front) -> None:
    assert len({front.get("/").text for _ in range(10)}) == 2


def test_a_forged_forwarded_address_does_not_get_through(front: Front) -> None:
    answer = front.get("/who", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
    assert answer.json() == {"scheme": "https", "for": "127.0.0.1"}


def test_sockets_of_both_processes_hear_a_message(front: Front) -> None:
    clients = [front.socket() for _ in range(6)]
    heard: Queue[str] = Queue()
    for client in clients:
        client.on("shouted", heard.put)
        assert client.call("echo", "سلام", timeout=10) == "سلام"
    front.post("/shout", "next")
    assert [heard.get(timeout=10) for _ in clients] == ["next"] * 6
    for client in clients:
        client.disconnect()


def test_a_body_beyond_the_limit_is_refused_before_it_reaches_the_application(front: Front) -> None:
    before = sum(process_memory(server) for server in front.processes)
    with socket.create_connection(("127.0.0.1", front.port)) as bare, trusting().wrap_socket(bare) as client:
        client.sendall(b"POST /shout HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n")
        assert b" 413 " in client.recv(100)
    assert sum(process_memory(server) for server in front.processes) - before < 5_000_000


def test_assets_come_compressed_and_with_the_headers_that_they_need(front: Front) -> None:
    answer = front.get("/static/big.css?v=1", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_asset_without_a_version_is_kept_for_minutes_only(front: Front) -> None:
    assert front.get("/static/big.css").headers["Cache-Control"] == "public, max-age=300"


def test_no_asset_is_served_from_outside_its_folder(front: Front) -> None:
    with socket.create_connection(("127.0.0.1", front.port)) as bare, trusting().wrap_socket(bare) as client:
        client.sendall(b"GET /static/../certificate-key.pem HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"PRIVATE KEY" not in client.recv(4096)


def test_pages_stay_fast_behind_many_half_sent_requests(front: Front) -> None:
    """Against slow loris; the connections are ended after 10 s, which the waiting at the end sees."""
    with ExitStack() as stack:
        half_open = [half_a_request(stack, front.port) for _ in range(200)]
        times = sorted(timed(lambda: front.get("/")) for _ in range(20))
        assert times[18] < 1.0
        half_open[0].settimeout(15)
        assert half_open[0].recv(100) == b""


def test_the_other_process_carries_on_when_one_is_killed(front: Front) -> None:
    first, second = front.processes
    os.killpg(first.pid, 9)
    wait_until(lambda: not accepts(first.port), "the end of the first process")
    answers = [front.get("/") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.text for answer in answers} == {second.get("/").text}


def half_a_request(stack: ExitStack, port: int) -> ssl.SSLSocket:
    bare = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
    client = stack.enter_context(trusting().wrap_socket(bare, suppress_ragged_eofs=True))
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    return client


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def timed(action: Callable[[], object]) -> float:
    begun = time.monotonic()
    action()
    return time.monotonic() - begun


def process_memory(server: Running) -> int:
    """Resident bytes of the server's workers."""
    return sum(child.memory_info().rss for child in psutil.Process(server.pid).children())
