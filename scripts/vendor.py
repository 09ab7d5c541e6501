"""Copy the pinned front-end assets from ``node_modules`` to where they are served.

Run after ``npm ci --ignore-scripts``; the result is committed, so neither building nor running
deskops needs node. ``static/vendor/manifest.json`` then tells name, version, licence and SHA-256
of every file, and ``tests/core/test_vendor.py`` holds the tree to it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
SPRITE = VENDOR / "lucide" / "sprite.svg"

# A browser asks for the map as soon as its tools open, and the map is not shipped.
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*\Z")
SVG_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)

ICONS = ROOT / "scripts" / "icons.txt"


@dataclass(frozen=True)
class Asset:
    """One file of a package (``source``, inside ``node_modules/<package>``) and its path in the project."""

    package: str
    source: str
    target: str


ASSETS = (
    Asset("htmx.org", "dist/htmx.min.js", "static/vendor/htmx/htmx.min.js"),
    Asset("htmx.org", "LICENSE", "static/vendor/htmx/LICENSE"),
    Asset("idiomorph", "dist/idiomorph-ext.min.js", "static/vendor/idiomorph/idiomorph-ext.min.js"),
    Asset("idiomorph", "LICENSE", "static/vendor/idiomorph/LICENSE"),
    Asset(
        "socket.io-client",
        "dist/socket.io.esm.min.js",
        "static/vendor/socket.io/socket.io.esm.min.js",
    ),
    Asset(
        "vazirmatn",
        "fonts/webfonts/Vazirmatn[wght].woff2",
        "static/vendor/vazirmatn/vazirmatn-variable.woff2",
    ),
    Asset("vazirmatn", "OFL.txt", "static/vendor/vazirmatn/OFL.txt"),
    Asset("jalaali-js", "dist/index.js", "static/vendor/jalaali/jalaali.js"),
    Asset("jalaali-js", "LICENSE", "static/vendor/jalaali/LICENSE"),
    Asset("qr", "decode.js", "static/vendor/qr/decode.js"),
    Asset("qr", "index.js", "static/vendor/qr/index.js"),
    Asset("qr", "LICENSE-MIT", "static/vendor/qr/LICENSE"),
    Asset("lucide-static", "LICENSE", "static/vendor/lucide/LICENSE"),
    Asset("axe-core", "axe.min.js", "tests/e2e/vendor/axe.min.js"),
    Asset("axe-core", "LICENSE", "tests/e2e/vendor/LICENSE"),
)


def copy(asset: Asset) -> None:
    """Copy one asset, scripts without the pointer to their source map."""
    content = (MODULES / asset.package / asset.source).read_bytes()
    if asset.target.endswith(".js"):
        content = SOURCE_MAP.sub(b"\n", content)
    target = ROOT / asset.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def symbol(name: str) -> str:
    """Return one lucide icon as a ``<symbol>`` whose id is the icon's name."""
    svg = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    match = SVG_SHAPES.search(svg)
    if match is None:
        raise ValueError(f"{name}.svg holds no <svg> element")
    shapes = " ".join(match.group(1).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def write_sprite() -> None:
    """Write the icons the screens use as one file; stroke and size are the style sheet's."""
    symbols = "\n".join(symbol(name) for name in ICONS.read_text(encoding="utf-8").split())
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n', encoding="utf-8")


def entry(package: str, target: str) -> dict[str, str]:
    """Return the manifest's line about one file; ``target`` is relative to the project's root."""
    about = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((ROOT / target).read_bytes()).hexdigest()
    return {
        "path": target,
        "name": package,
        "version": about["version"],
        "licence": about["license"],
        "sha256": digest,
    }


def main() -> None:
    """Rebuild the vendored tree and its manifest from scratch."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for asset in ASSETS:
        copy(asset)
    write_sprite()
    entries = [entry(asset.package, asset.target) for asset in ASSETS]
    entries.append(entry("lucide-static", SPRITE.relative_to(ROOT).as_posix()))
    entries.sort(key=lambda line: line["path"])
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
