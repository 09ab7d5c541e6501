"""The Socket.IO server."""

from __future__ import annotations

from flask import Flask

from deskops.core.config import Settings


def init_live(app: Flask, settings: Settings) -> None:
    """Attach Socket.IO to the application."""
