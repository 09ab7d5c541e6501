"""The `deskops` command itself: help, version, exit codes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from deskops import server
from deskops.cli.main import COMMANDS, main
from deskops.core.config import make_secrets
from deskops.core.migrations import upgrade

ROOT = Path(__file__).resolve().parents[2]
RUN = [sys.executable, "-W", "ignore", "-m", "deskops.cli.main"]


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKOPS_")}
    return kept | {"DESKOPS_DATA": str(data), "PYTHONPATH": str(ROOT), "DESKOPS_ASYNC": "threading"}


def test_help_names_every_command_examples_and_exit_codes() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in shown.output
    for words in ("Examples:", "Exit codes: 0 done; 1 refused", "DESKOPS_PUBLIC_URL"):
        assert words in shown.output


def test_help_loads_no_command() -> None:
    code = "import sys; from deskops.cli.main import main; main(['--help'], standalone_mode=False); "
    code += "print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command that does something itself."""
    if isinstance(command, click.Group) and not command.invoke_without_command:
        context = click.Context(command)
        names = command.list_commands(context)
        return [leaf for name in names for leaf in leaves(command.get_command(context, name), (*path, name))]
    return [path]


def test_every_command_has_help_with_an_example() -> None:
    wrong = []
    for path in leaves(main):
        shown = CliRunner().invoke(main, [*path, "--help"])
        if shown.exit_code != 0 or "Example" not in shown.output:
            wrong.append(" ".join(path))
    assert not wrong


@pytest.mark.parametrize("arguments", [["fly"], ["admin", "add"], ["serve", "--port", "x"], ["backup"]])
def test_what_is_not_understood_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_the_version_is_told() -> None:
    shown = CliRunner().invoke(main, ["--version"])
    assert shown.exit_code == 0
    assert shown.output.startswith("deskops, version ")


def test_a_wrong_setting_is_said_in_words(tmp_path: Path) -> None:
    wrong = environment(tmp_path) | {"DESKOPS_ASYNC": "twisted"}
    done = subprocess.run([*RUN, "serve"], env=wrong, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: DESKOPS_ASYNC is 'twisted'")


def test_serve_hands_the_environment_to_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("DESKOPS_DATABASE_URL", "DESKOPS_REDIS_URL", "DESKOPS_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    make_secrets(tmp_path)
    served: list[server.ServerOptions] = []
    monkeypatch.setattr(server, "serve", served.append)
    done = CliRunner().invoke(main, ["serve", "--port", "8123", "--host", "0.0.0.0"])
    assert done.exit_code == 0, done.output
    options = served[0]
    assert (options.host, options.port, options.async_mode) == ("0.0.0.0", 8123, "threading")
    assert options.embedded


def test_the_worker_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    upgrade(f"sqlite:///{tmp_path / 'deskops.sqlite3'}")
    worker = subprocess.Popen(
        [*RUN, "worker"], env=environment(tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert worker.stderr is not None
        assert worker.stderr.readline().startswith("Worker: ")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    finally:
        worker.kill()
        worker.communicate()
