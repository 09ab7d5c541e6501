"""Import of 2,000 people from a workbook: uploaded, looked at and confirmed over HTTP while others go on reading."""

from __future__ import annotations

import http.client
import re
import threading
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic, perf_counter, sleep

from benchmarks import ground as grounds
from benchmarks.ground import Ground, User
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.server import Server, server_core, serving
from benchmarks.stores import folder
from deskops.core.tables import write_workbook
from deskops.staff.document.columns import COLUMNS

GOAL_SECONDS = 5.0
PEOPLE = 2_000
PAUSE_SECONDS = 0.01
BOUNDARY = "people-of-the-benchmark"


@dataclass
class Other:
    """Somebody who reads a small page over and over; `waits` in milliseconds."""

    port: int
    waits: list[float] = field(default_factory=list)
    over: bool = False

    def run(self) -> None:
        """Until `over`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        while not self.over:
            begun = perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            self.waits.append((perf_counter() - begun) * 1000)
            sleep(PAUSE_SECONDS)


@dataclass(frozen=True)
class Import:
    """How long somebody waited, and the processor time that the web process took meanwhile."""

    seconds: float
    processor_seconds: float


def measure(scale: Scale) -> Result:
    """The median of several imports of new people, and a last one that changes them all."""
    count = scale.of(PEOPLE, 50)
    with folder() as path, ExitStack() as stack:
        ground = grounds.lay(f"sqlite:///{path / 'deskops.sqlite3'}", path)
        user = ground.sign_in("coordinator")
        grounds.leave()
        server = stack.enter_context(
            serving(Server(ground.environment, core=server_core(), log=path / "log"))
        )
        other = Other(server.port)
        reader = threading.Thread(target=other.run)
        reader.start()
        try:
            sleep(1)
            quiet = percentile(other.waits, 99)
            other.waits.clear()
            reading = _processor_share(server)
            runs = [_imported(ground, user, server, _people(run, count)) for run in range(scale.runs)]
            again = _imported(ground, user, server, _people(0, count, "دیگر"))
        finally:
            other.over = True
            reader.join()
    value = median([run.seconds for run in runs])
    # Who reads meanwhile takes processor time of their own.
    held = median([run.processor_seconds - reading * run.seconds for run in runs])
    details = {
        "web_processor_seconds": held,
        "changing_all_seconds": again.seconds,
        "longest_wait_of_others_ms": max(other.waits),
        "p99_wait_of_others_ms": percentile(other.waits, 99),
        "p99_wait_before_ms": quiet,
    }
    say(f"{value:.2f} s, {held:.2f} s of the web process; others waited {max(other.waits):.0f} ms at most")
    seconds = [run.seconds for run in runs]
    return Result(value, "s", "<= 5 s", value <= GOAL_SECONDS, None, seconds, details)


def _processor_share(server: Server) -> float:
    """Processor seconds a second that the web process takes without an import."""
    begun, before = monotonic(), server.processor_seconds()
    sleep(1)
    return (server.processor_seconds() - before) / (monotonic() - begun)


def _people(run: int, count: int, name: str = "نمونه") -> bytes:
    """A workbook with every column filled in."""
    rows = [
        [
            f"{run}{index:06}",
            f"کارشناس {name}",
            "",
            "کارشناس",
            str(1 + index % 30),
            "interest_free_loan | tax",
            "فارسی | انگلیسی",
            "1405/09/03 تا 1405/09/05 07:00-15:00; 1405/09/06",
            f"0950{run}{index:06}",
            "5",
            "خیر",
        ]
        for index in range(count)
    ]
    return write_workbook("people", [column.key for column in COLUMNS], rows)


def _imported(ground: Ground, user: User, server: Server, content: bytes) -> Import:
    """The three requests, as somebody waits for them."""
    port = server.port
    headers = user.headers(f"http://127.0.0.1:{port}")
    path = f"/trips/{ground.trip_id}/staff/import"
    begun, before = monotonic(), server.processor_seconds()
    shown = _sent(port, "POST", path, headers, _multipart(content))
    plan = _sent(port, "GET", shown, headers)
    seen = re.search(r'name="seen" value="(\w+)"', plan)
    if seen is None or 'class="faults' in plan:
        raise AssertionError("the list has faults")
    _sent(port, "POST", shown, headers, _multipart(b"", seen=seen[1]))
    taken = Import(monotonic() - begun, server.processor_seconds() - before)
    say(f"{taken.seconds:.2f} s, web process {taken.processor_seconds:.2f} s")
    return taken


def _multipart(content: bytes, **fields: str) -> bytes:
    """The body of a form; with the file, where there is one."""
    fields = {"idempotency_key": uuid.uuid4().hex} | fields
    parts = [f'form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    if content:
        parts.append(b'form-data; name="file"; filename="people.xlsx"\r\n\r\n' + content + b"\r\n")
    mark = f"--{BOUNDARY}".encode()
    return b"".join(mark + b"\r\nContent-Disposition: " + part for part in parts) + mark + b"--\r\n"


def _sent(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> str:
    """The address that the answer leads to, or the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body else {}
    connection.request(method, path, body, headers | kind)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    if answer.status not in (200, 303):
        raise AssertionError(f"{method} {path}: {answer.status}")
    return answer.headers["Location"] or page
