"""Where the package finds its folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskops.core import assets
from deskops.core.assets import asset_dir, checkout_root

ROOT = Path(__file__).resolve().parents[2]


def installed(monkeypatch: pytest.MonkeyPatch, site_packages: Path) -> Path:
    """As if the package lay in `site_packages`, its neighbours being other packages' folders."""
    (site_packages / "templates").mkdir(parents=True)
    own = site_packages / "deskops" / "_assets" / "templates"
    own.mkdir(parents=True)
    monkeypatch.setattr(assets, "_PACKAGE", site_packages / "deskops")
    return own


def test_a_checkout_serves_its_own_folders() -> None:
    assert checkout_root() == ROOT
    assert asset_dir("translations") == ROOT / "translations"


def test_an_installed_package_serves_what_it_carries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = installed(monkeypatch, tmp_path / "site-packages")
    assert checkout_root() is None
    assert asset_dir("templates") == own


def test_a_missing_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(monkeypatch, tmp_path / "site-packages")
    with pytest.raises(FileNotFoundError, match="static"):
        asset_dir("static")
