"""Data flows one way: one committer, one emitter, one clock, no view that writes."""

import ast

import pytest

from tests.architecture.code import calls, functions, imports, modules

EDGES = [
    path for path in modules() if path.endswith(("views.py", "api.py", "handlers.py")) or "/views/" in path
]
WRITES = {"add", "add_all", "merge", "delete", "flush"}


def files_that_call(method: str) -> set[str]:
    return {path for path, tree in modules().items() if method in set(calls(tree))}


def test_only_the_unit_of_work_commits() -> None:
    assert files_that_call("commit") == {"core/unit_of_work.py"}


def test_only_push_emits() -> None:
    assert files_that_call("emit") <= {"live/push.py"}


def test_only_the_clock_reads_the_time() -> None:
    readers = {
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"datetime.now", "datetime.utcnow", "date.today"}
    }
    assert readers <= {"core/clock.py"}


@pytest.mark.parametrize("path", EDGES)
def test_no_edge_writes_to_the_database(path: str) -> None:
    written = [
        ast.unparse(node)
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func.value).endswith("session")
    ]
    names = set(imports(modules()[path]))
    assert not written
    assert "sqlalchemy.dialects" not in names


def test_green_threads_are_imported_in_the_one_entry_module_only() -> None:
    guilty = {
        path
        for path, tree in modules().items()
        if any(name.split(".")[0] in {"gevent", "eventlet"} for name in imports(tree))
    }
    assert guilty <= {"eventlet_worker.py"}


def test_nothing_is_imported_late() -> None:
    late = {
        f"{path}:{inner.lineno}"
        for path, tree in modules().items()
        for function in functions(tree)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert {place.rsplit(":", 1)[0] for place in late} <= {"cli/main.py", "server.py"}, sorted(late)
