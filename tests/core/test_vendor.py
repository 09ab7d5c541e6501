"""What lies under static/vendor is what the lock file pins, and the pages' scripts keep their budget."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
CORE = ROOT / "static" / "core"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
LOCK = (ROOT / "package-lock.json").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# interface.md: 40 kB of script, gzipped, on every page; what a page imports later on demand is extra.
BUDGET = 40 * 1024
ON_DEMAND = {"combobox.js", "print.js"}


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), compresslevel=9))


def sprite_icons() -> set[str]:
    sprite = (VENDOR / "lucide" / "sprite.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([^"]+)"', sprite))


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["path"])
def test_a_vendored_file_is_the_one_the_manifest_names(entry: dict[str, str]) -> None:
    content = (ROOT / entry["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_no_vendored_file_is_missing_from_the_manifest() -> None:
    listed = {entry["path"] for entry in MANIFEST}
    present = {path.relative_to(ROOT).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - listed == {"static/vendor/manifest.json"}


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["path"])
def test_a_vendored_version_is_the_locked_one(entry: dict[str, str]) -> None:
    locked = json.loads(LOCK)["packages"][f"node_modules/{entry['name']}"]
    assert (entry["version"], entry["licence"]) == (locked["version"], locked["license"])


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in LOCK
    assert "://" not in LOCK


def test_no_shipped_script_asks_for_a_source_map() -> None:
    scripts = [*VENDOR.rglob("*.js"), *CORE.glob("*.js")]
    assert [path.name for path in scripts if b"sourceMappingURL" in path.read_bytes()] == []


def test_the_scripts_of_a_live_page_fit_into_the_budget() -> None:
    vendored = ("htmx/htmx.min.js", "idiomorph/idiomorph-ext.min.js", "socket.io/socket.io.esm.min.js")
    own = [path for path in CORE.glob("*.js") if path.name not in ON_DEMAND]
    assert sum(gzipped(path) for path in [*(VENDOR / name for name in vendored), *own]) <= BUDGET


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    named = re.compile(
        r"""(?:\bicon\(|icon_name=|sprite\.svg'\) \}\}#|"icon": )["']?([a-z][a-z0-9-]+)["'"]"""
    )
    used = {name for path in TEMPLATES for name in named.findall(path.read_text(encoding="utf-8"))}
    assert {"search", "wifi-off"} <= used
    assert used - sprite_icons() == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"""\s(?:style|on[a-z]+|hx-on[:\w-]*)\s*=\s*["']""", text) == []
    assert "<style" not in text
    # Data isn't run, and a public page (cached, so without a nonce) may load our own files only.
    allowed = ("nonce=", 'type="application/json"', *(["src="] if path.parent.name == "public" else []))
    assert [
        tag for tag in re.findall(r"<script[^>]*>", text) if not any(mark in tag for mark in allowed)
    ] == []


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_knows_no_left_and_right(path: Path) -> None:
    physical = r"(?:margin|padding|border|inset)-(?:left|right)\b|(?<![-\w])(?:left|right)\s*:|float\s*:\s*(?:left|right)"
    assert re.findall(physical, path.read_text(encoding="utf-8")) == []
