"""In the continuous integration nothing that needs a service may be skipped in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.servers import ROOT

SUITE = """
import pytest
from tests.missing import skip_for

@pytest.mark.{marker}
def test_skipped_with_a_mark():
    pytest.skip("no room")

def test_skipped_for_a_missing_service():
    skip_for("redis-server is not installed")

def test_skipped_for_another_reason():
    pytest.skip("only at night")
"""


def outcomes(tmp_path: Path, marker: str, **environment: str) -> tuple[int, str]:
    """Exit code and last line of pytest on a suite of three skipped tests."""
    path = tmp_path / "test_suite.py"
    path.write_text(SUITE.format(marker=marker))
    clean = {name: value for name, value in os.environ.items() if name != "DESKOPS_CI"}
    command = [sys.executable, "-m", "pytest", "-p", "tests.ci_skips", "-p", "no:cacheprovider", "-q"]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(path)],
        env=clean | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("marker", ["postgresql", "redis", "e2e"])
def test_there_a_skip_for_want_of_a_service_fails(tmp_path: Path, marker: str) -> None:
    code, output = outcomes(tmp_path, marker, DESKOPS_CI="1")
    assert code == 1
    assert "2 failed, 1 skipped" in output
    assert "DESKOPS_CI forbids" in output
    assert "no room" in output


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    code, output = outcomes(tmp_path, "redis")
    assert code == 0
    assert "3 skipped" in output


def test_a_skip_in_a_fixture_of_the_session_counts_too(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "from tests.missing import skip_for\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def cluster():\n"
        "    skip_for('initdb is not installed')\n"
    )
    code, output = outcomes(tmp_path, "redis", DESKOPS_CI="1")
    assert code == 1
    assert "3 errors" in output
