"""make and the scripts behind it, with stand-ins for what they would install."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.servers import ROOT


def stand_in(folder: Path, name: str, script: str) -> None:
    """An executable `name` in `folder` that runs the shell script."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(command: list[str], folder: Path, *, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    if path is not None:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, input="", check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the real Makefile, in which installing only leaves notes."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    stand_in(tmp_path, "scripts/make_venv.sh", "mkdir -p .venv/bin; echo installed >> notes")
    stand_in(tmp_path, ".venv/bin/python", 'echo "$2" >> notes')
    stand_in(tmp_path, ".venv/bin/deskops", 'echo "deskops $*"')
    (tmp_path / "translations" / "fa").mkdir(parents=True)
    (tmp_path / "translations" / "fa" / "core.po").touch()
    return tmp_path


def notes(checkout: Path) -> list[str]:
    return (checkout / "notes").read_text().split()


def newer(path: Path) -> None:
    later = path.stat().st_mtime + 100
    path.touch()
    os.utime(path, (later, later))


def test_a_second_setup_does_nothing(checkout: Path) -> None:
    run(["make", "setup"], checkout)
    run(["make", "setup"], checkout)
    assert notes(checkout) == ["installed", "deskops.core.catalogues", "compileall"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_changed_requirements_are_installed(checkout: Path, name: str) -> None:
    run(["make", "setup"], checkout)
    newer(checkout / name)
    run(["make", "setup"], checkout)
    assert notes(checkout).count("installed") == 2


def test_a_changed_translation_is_compiled_without_installing(checkout: Path) -> None:
    run(["make", "setup"], checkout)
    newer(checkout / "translations" / "fa" / "core.po")
    run(["make", "setup"], checkout)
    assert notes(checkout).count("installed") == 1
    assert notes(checkout).count("deskops.core.catalogues") == 2


def test_changed_code_is_byte_compiled_without_installing(checkout: Path) -> None:
    (checkout / "deskops").mkdir()
    (checkout / "deskops" / "app.py").touch()
    run(["make", "setup"], checkout)
    newer(checkout / "deskops" / "app.py")
    run(["make", "setup"], checkout)
    assert notes(checkout).count("installed") == 1
    assert notes(checkout).count("compileall") == 2


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ([], "deskops demo --serve --port 8000"),
        (["PORT=8123", "LAN=1"], "deskops demo --serve --port 8123 --lan"),
        (["LAN=0", "PACE=0"], "deskops demo --serve --port 8000 --pace 0"),
    ],
)
def test_run_hands_its_variables_to_the_demo(checkout: Path, variables: list[str], expected: str) -> None:
    assert expected in run(["make", "run", *variables], checkout).stdout.splitlines()


def test_a_failed_installation_is_tried_again(checkout: Path) -> None:
    stand_in(checkout, "scripts/make_venv.sh", "exit 1")
    assert run(["make", "setup"], checkout).returncode != 0
    stand_in(checkout, "scripts/make_venv.sh", "echo installed >> notes")
    assert run(["make", "setup"], checkout).returncode == 0
    assert notes(checkout)[0] == "installed"


def test_the_integration_runs_the_test_command_without_asking_anybody(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    recipe = 'echo "CI=$$DESKOPS_CI apt=$$DEBIAN_FRONTEND input=[$$(cat)]"; exit 3'
    (tmp_path / "Makefile").write_text(f"test:\n\t@{recipe}\n")
    done = run([str(tmp_path / ".ci" / "run")], Path("/"))
    assert "CI=1 apt=noninteractive input=[]" in done.stdout
    assert done.returncode != 0


def installing_packages(folder: Path, user: int, apt_get: str = "") -> subprocess.CompletedProcess[str]:
    """Run scripts/system_packages.sh for one package as if by this user, with a stand-in for apt-get."""
    for name in ("tee", "chmod", "rm", "sudo"):
        stand_in(folder, name, "exit 1" if name == "sudo" else "cat >/dev/null")
    stand_in(folder, "id", f"echo {user}")
    stand_in(folder, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {folder}/asked; {apt_get}')
    return run([str(ROOT / "scripts" / "system_packages.sh"), "an-example"], folder, path=folder)


def test_whoever_may_not_install_is_told_what_is_skipped(tmp_path: Path) -> None:
    done = installing_packages(tmp_path, user=1000)
    assert done.returncode == 0
    assert "not permitted" in done.stderr
    assert "tests that need an-example are skipped" in done.stderr
    assert not (tmp_path / "asked").exists()


def test_packages_are_installed_without_questions(tmp_path: Path) -> None:
    assert installing_packages(tmp_path, user=0).returncode == 0
    update, install = (tmp_path / "asked").read_text().splitlines()
    assert update.startswith("noninteractive ") and update.endswith(" update")
    assert install.startswith("noninteractive ") and install.endswith(" install an-example")
    assert " -y " in install


def test_a_failed_installation_of_packages_does_not_stop_the_tests(tmp_path: Path) -> None:
    done = installing_packages(tmp_path, user=0, apt_get="exit 100")
    assert done.returncode == 0
    assert "installing failed: tests that need an-example are skipped" in done.stderr


def test_an_old_python_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        stand_in(tmp_path, name, "exit 1")
    done = run([str(ROOT / "scripts" / "make_venv.sh"), str(tmp_path / "venv")], tmp_path, path=tmp_path)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
