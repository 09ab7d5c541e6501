"""Where templates, static files, translations and migrations lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def asset_dir(name: str) -> Path:
    """The folder of `templates`, `static`, `translations` or `migrations`: the checkout's own while
    developing, else the copy inside the installed package. Raises FileNotFoundError if neither exists.
    """
    root = checkout_root()
    folder = _PACKAGE / "_assets" / name if root is None else root / name
    if not folder.is_dir():
        raise FileNotFoundError(f"The folder {folder} is missing: the installation is incomplete.")
    return folder


def checkout_root() -> Path | None:
    """The repository's root, or None once installed, among other packages' folders."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() else None
