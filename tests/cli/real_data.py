"""Real files beside the project, never in it. A test that needs one is skipped where it is absent."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def real_file(name: str) -> Path:
    path = Path(os.environ.get("DESKOPS_SHARED_DATA", BESIDE)) / name
    if not path.exists():
        pytest.skip(f"{name} isn't on this machine")
    return path
