from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

from repository import PLATFORM, ROOT, WORKSPACE, modules, tracked

LONGEST_MODULE = 400
OURS = {**modules(PLATFORM), **modules(WORKSPACE)}


def test_a_module_can_be_read_in_one_sitting() -> None:
    """A module has one subject, and at most 400 lines."""
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in OURS}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_two_test_modules_share_a_name() -> None:
    """Of two that do, pytest collects neither, and the whole run stops."""
    names = Counter(path.name for path in tracked() if path.parts[0] == "tests" and path.match("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []


def test_modules_and_what_they_offer_say_what_they_promise() -> None:
    """Each module, public class and public function has a docstring."""
    silent = [
        f"{name}: {getattr(node, 'name', 'module')}"
        for name, tree in OURS.items()
        for node in (tree, *tree.body)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_a_guard_raises_it_never_asserts() -> None:
    """An assertion disappears under `python -O`: what protects is an `if` and a `raise`."""
    found = [
        f"{n}:{node.lineno}" for n, tree in OURS.items() for node in ast.walk(tree) if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_the_workspace_package_imports_nothing_of_ours() -> None:
    """It is installed among people who may read and change it, and speaks HTTP like anybody else."""
    imported = {
        alias
        for tree in modules(WORKSPACE).values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    foreign = {name.split(".")[0] for name in imported} - set(sys.stdlib_module_names)
    assert foreign == {"ecluse", "duckdb", "polars"}


def test_the_parts_keep_to_their_zones() -> None:
    """The import contracts of pyproject.toml hold."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
