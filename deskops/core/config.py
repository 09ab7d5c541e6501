"""Settings, read once from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

AsyncMode = Literal["gevent", "eventlet", "threading"]
ASYNC_MODES: tuple[AsyncMode, ...] = ("gevent", "eventlet", "threading")
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
DEFAULT_SECRETS = frozenset({"", "secret", "changeme", "dev"})


class ConfigurationError(Exception):
    """The software can't start as configured; the text says what to change."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. Sizes in bytes, times in seconds."""

    data_dir: Path
    database_url: str
    secret_key: str
    journal_key: str
    redis_url: str | None = None
    public_url: str | None = None
    async_mode: AsyncMode = "gevent"
    messages_backend: str = "file"
    secure_cookies: bool = False
    demo: bool = False
    testing: bool = False
    allowed_origins: tuple[str, ...] = ()
    body_limit: int = 4 * 1024 * 1024
    websocket_limit: int = 64 * 1024
    session_hours: int = 14
    undo_seconds: int = 60
    limits_enabled: bool = True
    behind_proxy: bool = False

    @property
    def embedded(self) -> bool:
        """One process on SQLite, no other service."""
        return self.database_url.startswith("sqlite")

    def require_public_url(self) -> str:
        """The address that printed codes carry.

        Raises ConfigurationError where it is missing or leads nowhere but to this machine: a sign printed so
        would be waste paper.
        """
        url = (self.public_url or "").rstrip("/")
        host = urlsplit(url).hostname
        if host is None:
            raise ConfigurationError(
                "DESKOPS_PUBLIC_URL is not set: codes need the address that phones can reach."
            )
        if host in LOOPBACK_HOSTS or host.startswith("127."):
            raise ConfigurationError(
                f"DESKOPS_PUBLIC_URL is {url}: a phone that reads this code would look for the server in itself."
            )
        return url

    @classmethod
    def from_env(cls, environ: dict[str, str] | None = None) -> Settings:
        """Read DESKOPS_* variables; secrets come from there or from files that `deskops init` makes.

        Raises ConfigurationError with what to do.
        """
        env = dict(os.environ) if environ is None else environ
        data_dir = Path(env.get("DESKOPS_DATA", "var")).resolve()
        mode = env.get("DESKOPS_ASYNC", "gevent")
        if mode not in ASYNC_MODES:
            raise ConfigurationError(f"DESKOPS_ASYNC is {mode!r}; it can be one of {', '.join(ASYNC_MODES)}.")
        origins = tuple(part.strip() for part in env.get("DESKOPS_ORIGINS", "").split(",") if part.strip())
        if "*" in origins:
            raise ConfigurationError(
                "DESKOPS_ORIGINS must not be '*': any page could then use a signed-in browser."
            )
        if env.get("FLASK_DEBUG", "0") not in {"", "0"}:
            raise ConfigurationError("FLASK_DEBUG is on: it shows people's data in error pages. Unset it.")
        public_url = env.get("DESKOPS_PUBLIC_URL") or None
        return cls(
            data_dir=data_dir,
            database_url=env.get("DESKOPS_DATABASE_URL") or f"sqlite:///{data_dir / 'deskops.sqlite3'}",
            secret_key=_secret(env, "DESKOPS_SECRET_KEY", data_dir / "secret.key"),
            journal_key=_secret(env, "DESKOPS_JOURNAL_KEY", data_dir / "journal.key"),
            redis_url=env.get("DESKOPS_REDIS_URL") or None,
            public_url=public_url,
            async_mode=mode,
            messages_backend=env.get("DESKOPS_MESSAGES", "file"),
            secure_cookies=(public_url or "").startswith("https://") or env.get("DESKOPS_TLS") == "1",
            demo=env.get("DESKOPS_DEMO") == "1",
            allowed_origins=origins,
            limits_enabled=env.get("DESKOPS_LIMITS", "1") != "0",
            behind_proxy=env.get("DESKOPS_PROXIES") == "1",
        )


def _secret(env: dict[str, str], name: str, path: Path) -> str:
    value = env.get(name) or (path.read_text(encoding="ascii").strip() if path.exists() else "")
    if value in DEFAULT_SECRETS or len(value) < 32:
        raise ConfigurationError(
            f"{name} is missing or too short. Run `deskops init`, which makes {path}, "
            f"or set {name} (32 characters or more)."
        )
    return value


def make_secrets(data_dir: Path) -> list[Path]:
    """Make the key files that don't exist yet, readable by their owner alone; return those made."""
    data_dir.mkdir(parents=True, exist_ok=True)
    made = []
    for name in ("secret.key", "journal.key"):
        path = data_dir / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32), encoding="ascii")
            made.append(path)
    return made
