"""The screens of a trip as sockets: consoles, the wall, boards; each remembers how far it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.clients import LOST
from benchmarks.ground import Ground, User
from benchmarks.sockets import Socket, connect

# What the server allows in one subscription; rooms of several add up.
AUDIENCES_AT_ONCE = 12
AT_ONCE = 50
PAUSE_SECONDS = 0.05

# The screen, the event as it is told to it, and when (seconds of time.time).
Told = Callable[["Screen", dict[str, Any], float], None]


@dataclass
class Screen:
    """One open page. `heads` is the last number that it was told of, by audience."""

    user: User
    audiences: Sequence[str]
    told: Told | None = None
    heads: dict[str, int] = field(default_factory=dict)
    socket: Socket | None = None
    _catching_up: asyncio.Future[None] | None = None

    async def open(self, port: int) -> None:
        """Connect and subscribe, from where it stands. Raises ConnectionError while the server is away."""
        socket = await connect(port, self.user, self._take)
        await self._subscribe(socket)
        self.socket = socket

    async def stay_open(self, port: int) -> None:
        """Come back whenever the connection is lost, until cancelled."""
        while True:
            try:
                await self.open(port)
            except (*LOST, OSError, TimeoutError):
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if self.socket is not None:
                await asyncio.shield(self.socket.lost)
                self.socket = None

    def close(self) -> None:
        """Switch it off."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    async def _subscribe(self, socket: Socket) -> None:
        for start in range(0, len(self.audiences), AUDIENCES_AT_ONCE):
            names = self.audiences[start : start + AUDIENCES_AT_ONCE]
            wanted = [{"name": name, "after": self.heads.get(name)} for name in names]
            answer = await socket.call("subscribe", {"audiences": wanted})
            if "error" in answer:
                raise PermissionError(f"{names}: {answer['error']}")
            for page in answer["missed"].values():
                self._show(page, 0.0)
            for name, head in answer["heads"].items():
                self.heads.setdefault(name, head)

    async def _catch_up(self, socket: Socket) -> None:
        """Something is missing in between: ask for it, as a page of ours does."""
        try:
            await self._subscribe(socket)
        except (*LOST, TimeoutError):
            socket.close()
        finally:
            self._catching_up = None

    def _take(self, socket: Socket, name: str, data: Any, instant: float) -> None:
        if name == "digest":
            self._tell(data, instant)
        elif name in {"changes", "figures"}:
            self._show(data, instant)
        if name == "heads":
            missing = any(head > self.heads.get(audience, 0) for audience, head in data["heads"].items())
        else:
            missing = data.get("from", 0) > self.heads.get(data.get("audience"), 0) + 1
        if missing and self._catching_up is None:
            self._catching_up = asyncio.ensure_future(self._catch_up(socket))

    def _show(self, page: dict[str, Any], instant: float) -> None:
        audience, known = page["audience"], self.heads.get(page["audience"], 0)
        if page.get("reset"):
            self.heads[audience] = page["head"]
        elif page["from"] <= known + 1:
            self.heads[audience] = max(page["to"], known)
            self._tell(page, instant)

    def _tell(self, page: dict[str, Any], instant: float) -> None:
        if self.told is not None:
            self.told(self, page, instant)


def desk_staff(ground: Ground, desk: str) -> str:
    """The audience of a desk's consoles."""
    return f"desk:{ground.desks[desk]}:staff"


def coordination(ground: Ground) -> str:
    """The wall's audience."""
    return f"trip:{ground.trip_id}:coordination"


def all_consoles(ground: Ground) -> str:
    """The audience of the short figures that every console shows of the other desks."""
    return f"trip:{ground.trip_id}:staff"


def consoles(ground: Ground, count: int, told: Told | None = None) -> list[Screen]:
    """So many consoles, dealt out over all desks; a user for each desk."""
    codes = list(ground.desks)
    users = {code: ground.sign_in("staff", code) for code in codes[:count]}
    return [
        Screen(users[code], [desk_staff(ground, code), all_consoles(ground)], told)
        for code in (codes[number % len(codes)] for number in range(count))
    ]


def walls(ground: Ground, count: int, told: Told | None = None) -> list[Screen]:
    """So many coordinators' walls."""
    user = ground.sign_in("coordinator")
    return [Screen(user, [coordination(ground)], told) for _ in range(count)]


def boards(ground: Ground, count: int, site: str, told: Told | None = None) -> list[Screen]:
    """So many boards of one site."""
    user = ground.sign_in("board")
    return [Screen(user, [f"site:{ground.sites[site]}:board"], told) for _ in range(count)]


async def open_all(screens: Sequence[Screen], port: int) -> None:
    """Open them, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(screen: Screen) -> None:
        async with gate:
            await screen.open(port)

    await asyncio.gather(*(open_one(screen) for screen in screens))


def close_all(screens: Sequence[Screen]) -> None:
    """Switch them all off."""
    for screen in screens:
        screen.close()
