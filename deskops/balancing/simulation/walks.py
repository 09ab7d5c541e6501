"""Who is on the way between sites: where they set out, when they will be there, and who walked for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from deskops.balancing.load import Load
from deskops.balancing.reroute import place
from deskops.balancing.state import Waiting, Walk


@dataclass(slots=True)
class _Way:
    origin: int
    begun: float
    ends: float


class Walks:
    """Minutes are of the play. `asked` are all who ever were; of these only who walked `in_vain` may be asked again."""

    def __init__(self) -> None:
        self.asked: set[int] = set()
        self.in_vain: set[int] = set()
        self._ways: dict[int, _Way] = {}

    def begin(self, waiting: Waiting, now: float, minutes: float) -> None:
        """They set out from where they wait."""
        person = waiting.ticket_id
        self.asked.add(person)
        self.in_vain.discard(person)
        self._ways[person] = _Way(waiting.place, now, now + minutes)

    def turn_back(self, person: int, now: float) -> float:
        """They walk back to where they set out; the minutes it takes, as many as they walked."""
        way = self._ways[person]
        minutes = now - way.begun
        self._ways[person] = _Way(way.origin, now, now + minutes)
        return minutes

    def is_over(self, person: int, now: float) -> bool:
        """Whether they are there now; who turned back isn't, where they first went."""
        return self._ways[person].ends == now

    def turns(self, load: Load, astray: Sequence[Waiting]) -> dict[int, Waiting]:
        """Of those on the way to a site where no desk takes them, who turns back: for whom one does where they set out."""
        origins = {one.ticket_id: self._ways[one.ticket_id].origin for one in astray}
        there = [replace(one, place=origins[one.ticket_id], walk=Walk.NONE) for one in astray]
        desks = {new.ticket_id: new.desk_id for new in place(load, there) if new.desk_id is not None}
        return {
            one.ticket_id: replace(one, place=origins[one.ticket_id], desk_id=desks[one.ticket_id])
            for one in astray
            if one.ticket_id in desks
        }
