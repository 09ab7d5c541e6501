"""`deskops serve`: the server, as the environment sets it up."""

from __future__ import annotations

import click

from deskops import server
from deskops.core.config import Settings
from deskops.server import ServerOptions


@click.command(epilog="Examples: deskops serve   deskops serve --workers 2   deskops serve --port 8001")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--workers", default=1, show_default=True, help="Processes; more than one need DESKOPS_REDIS_URL."
)
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="PEM file, for HTTPS.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="PEM file of its key.")
def serve(host: str, port: int, workers: int, certificate: str | None, key: str | None) -> None:
    """Serve the pages, the API and the live connections. Run `deskops init` before, after each new version
    too.
    """
    settings = Settings.from_env()
    server.serve(
        ServerOptions(
            host=host,
            port=port,
            workers=workers,
            async_mode=settings.async_mode,
            redis_url=settings.redis_url,
            embedded=settings.embedded,
            certificate=certificate,
            key=key,
        )
    )
