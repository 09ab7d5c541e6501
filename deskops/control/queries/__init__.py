"""Reads of the coordinators' room: the wall, readiness, broadcasts and stops."""

from deskops.control.queries.wall import (
    OUTLOOK_SECONDS,
    DeskFigures,
    Wall,
    coordination,
    desk_figures,
    site_board,
    takers,
    topics_done,
    wall_snapshot,
)

__all__ = [
    "OUTLOOK_SECONDS",
    "DeskFigures",
    "Wall",
    "coordination",
    "desk_figures",
    "site_board",
    "takers",
    "topics_done",
    "wall_snapshot",
]
