"""The `deskops` command: each of its commands is a module of its own, imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module, metadata
from typing import Any

import click

from deskops import __doc__ as about
from deskops.core.config import ConfigurationError

# What `deskops --help` says stands here, so that it needs none of the modules.
COMMANDS = {
    "init": ("deskops.cli.admin:init", "Make keys and database, or bring the database up to date."),
    "admin": ("deskops.cli.admin:admin", "Administrators, sign-in links, tokens of systems."),
    "demo": ("deskops.cli.demo:demo", "A living trip with invented people."),
    "serve": ("deskops.cli.serve:serve", "The server."),
    "worker": ("deskops.cli.worker:worker", "Timed jobs and messages, beside the server."),
    "replay": ("deskops.cli.replay:replay", "Run a call log through the running server."),
    "simulate": (
        "deskops.cli.simulate:simulate",
        "Play a scenario or a call log through the rule and others.",
    ),
    "simulate-day": (
        "deskops.cli.simulate_day:simulate_day",
        "Play a recorded day again, beside what it was.",
    ),
    "scenario": ("deskops.cli.scenario:scenario", "Write a trip, or a day of it, as a scenario."),
    "import": ("deskops.cli.importing:import_", "Load cases from a file."),
    "export": ("deskops.cli.export:export", "Write data to files."),
    "backup": ("deskops.cli.backup:backup", "Save database and stored files to one file."),
    "restore": ("deskops.cli.backup:restore", "Bring a backup into an empty installation."),
}

EPILOG = """\b
Examples:
  deskops init
  deskops admin add Sara --username sara --base-url http://127.0.0.1:8000
  deskops serve --host 0.0.0.0
  deskops demo --serve
  deskops backup /srv/backup/monday.tar

\b
Settings come from the environment: DESKOPS_DATA (the folder of keys, files and
SQLite), DESKOPS_DATABASE_URL, DESKOPS_REDIS_URL, DESKOPS_PUBLIC_URL (what links
and codes carry).

\b
Exit codes: 0 done; 1 refused or failed, and why is printed; 2 the command was
not understood.
"""


class LazyGroup(click.Group):
    """Loads a command's module when it is asked for: the worker shouldn't wait for what the import needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """What is wrong with the settings is said in words, without a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error


def _version() -> str:
    try:
        return metadata.version("deskops")
    except metadata.PackageNotFoundError:
        return "of a checkout that is not installed"


@click.group(
    cls=LazyGroup, help=about, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(_version(), prog_name="deskops")
def main() -> None:
    """Help and version; the work is in the commands."""


if __name__ == "__main__":
    sys.exit(main())
