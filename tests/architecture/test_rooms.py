"""Every line knows its room: names of files, mirrored templates, sizes."""

import ast
import statistics

from tests.architecture.code import PACKAGE, ROOMS, ROOT, functions, modules

VOCABULARY = {
    "__init__", "models", "rules", "services", "queries", "events", "errors", "permissions", "forms", "views", "api",
}  # fmt: skip
# Names that one room needs besides, and why it does.
ALLOWED = {
    "core": None,  # not a room of the domain: one file per mechanism
    "balancing": None,  # pure decisions: one file per rule
    "accounts": {
        "actor",
        "access",
        "passwords",
        "proving",
        "scopes",
    },  # who acts; the registry; hashing; what is signed at the edge; where roles hold
    # Balancing's state folded from the journal, of one trip and of all; the index of words; what balancing may do by itself,
    # what it did, and who goes earlier; how many come, and what was learned of those who came; a file as it comes in.
    "demands": {
        "arriving",
        "attaching",
        "autopilot",
        "learned",
        "load",
        "load_rows",
        "outlook",
        "priorities",
        "steering",
        "trip_load",
        "search",
    },
    "directives": {
        "giving",
        "printing",
    },  # an order as it comes in, a letter as it goes out: one road for pages and programs
    "live": {
        "access",
        "audiences",
        "coalescing",
        "handlers",
        "message_queue",
        "presence",
        "push",
        "server",
        "upkeep",
        "websocket_limit",
    },
    "public": {"rendering", "notices"},  # pages without session or nonce; when officials answer people
    # Where roles hold; the file that a whole set-up is written to, and the sample that ships as one.
    "desks": {"scopes", "document", "template"},
    # People as rows of a list file; invented people for the demo;
    # who works when and where, worked out purely, and its rules in words;
    # the code on a badge;
    # calendars and their addresses.
    "staff": {"document", "badges", "calendar_links", "ical", "invented", "rostering", "rule_words"},
}


def files_of(room: str) -> set[str]:
    """First-level names: services.py and services/claim.py are both "services"."""
    return {path.split("/")[1].removesuffix(".py") for path in modules() if path.startswith(f"{room}/")}


def test_rooms_hold_files_of_the_vocabulary_only() -> None:
    strange = {
        f"{room}/{name}"
        for room in ROOMS
        if ALLOWED.get(room, set()) is not None
        for name in files_of(room) - VOCABULARY - (ALLOWED.get(room) or set())
    }
    assert not strange


def test_every_folder_of_the_package_is_a_room() -> None:
    folders = {
        path.name
        for path in PACKAGE.iterdir()
        if path.is_dir() and path.name not in {"__pycache__", "_assets"}
    }
    assert folders <= {*ROOMS, "cli"}


def test_templates_and_static_files_mirror_the_rooms() -> None:
    for name in ("templates", "static"):
        folders = {path.name for path in (ROOT / name).iterdir() if path.is_dir()}
        assert folders <= {*ROOMS, "vendor"}, name


def test_files_stay_short() -> None:
    lengths = sorted(len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in modules())
    assert statistics.quantiles(lengths, n=20)[-1] <= 300
    assert lengths[-1] <= 400


def test_functions_stay_short() -> None:
    sizes = [
        (f.end_lineno or f.lineno) - f.lineno + 1 for tree in modules().values() for f in functions(tree)
    ]
    assert statistics.quantiles(sizes, n=20)[-1] <= 34
    assert sum(size > 50 for size in sizes) <= 0.015 * len(sizes)


def test_every_module_says_what_it_is_for() -> None:
    silent = {path for path, tree in modules().items() if not ast.get_docstring(tree)}
    assert not silent
