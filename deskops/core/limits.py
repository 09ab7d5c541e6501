"""Limits on attempts: in memory with one process, in Redis with several."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from deskops.core.config import Settings

REDIS_PATIENCE = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}


limiter = Limiter(get_remote_address, default_limits=[])


def init_limits(app: Flask, settings: Settings) -> None:
    """Attach the limiter. `@limiter.limit("10 per minute")` beside a route says how much."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = REDIS_PATIENCE if settings.redis_url else {}
    app.config["RATELIMIT_ENABLED"] = settings.limits_enabled
    # Windows that begin by the clock let twice the number through around their border.
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    # A limit must never take the service down with Redis.
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = settings.redis_url is not None
    limiter.init_app(app)
