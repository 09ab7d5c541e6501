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
    news: int = 0
    socket: Socket | None = None

    async def open(self, port: int) -> None:
        """Connect and subscribe, from where it stands. Raises ConnectionError while the server is away."""
        socket = await connect(port, self.user, self._take)
        for start in range(0, len(self.audiences), AUDIENCES_AT_ONCE):
            names = self.audiences[start : start + AUDIENCES_AT_ONCE]
            wanted = [{"name": name, "after": self.heads.get(name)} for name in names]
            answer = await socket.call("subscribe", {"audiences": wanted})
            if "error" in answer:
                raise PermissionError(f"{names}: {answer['error']}")
            self._stand(answer)
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

    def _stand(self, answer: dict[str, Any]) -> None:
        for page in answer["missed"].values():
            self._show(page, 0.0)
        for name, head in answer["heads"].items():
            self.heads[name] = max(head, self.heads.get(name, 0))

    def _take(self, _socket: Socket, name: str, data: Any, instant: float) -> None:
        if name in {"changes", "figures"}:
            self._show(data, instant)
        elif name == "digest":
            self.news += 1
            if self.told is not None:
                self.told(self, data, instant)

    def _show(self, page: dict[str, Any], instant: float) -> None:
        self.news += 1
        audience = page["audience"]
        self.heads[audience] = max(page.get("to", page.get("head", 0)), self.heads.get(audience, 0))
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
