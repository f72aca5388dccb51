from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO, ROOT

TUTORIAL = ROOT / "images" / "workspace" / "python" / "tutorial"
NAMES = ("tutoriel.ipynb", "tutorial.ipynb")


def notebook(name: str) -> dict[str, Any]:
    """Return one of the notebooks that a new home gets."""
    read: dict[str, Any] = json.loads((TUTORIAL / name).read_text(encoding="utf-8"))
    return read


def code_of(name: str) -> list[str]:
    """Return its code, cell by cell."""
    return ["".join(cell["source"]) for cell in notebook(name)["cells"] if cell["cell_type"] == "code"]


def sql_of(name: str) -> str:
    """Return the query that the tutorial asks to export, before its drug class is filled in."""
    [found] = [
        node.value
        for source in code_of(name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "GROUP BY ALL" in node.value
    ]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_tutorial_holds_no_output(name: str) -> None:
    """What it shows is computed by the person who runs it."""
    cells = [cell for cell in notebook(name)["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


def test_both_languages_take_the_same_steps() -> None:
    """The French and the English tutorial differ in words and names only."""
    french, english = (notebook(name)["cells"] for name in NAMES)
    assert [cell["cell_type"] for cell in french] == [cell["cell_type"] for cell in english]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("project", "drugs"), [("diabete-idf", "A10"), ("antibio-national", "J01")])
def test_the_query_of_the_tutorial_can_be_verified_in_each_project(name: str, project: str, drugs: str) -> None:
    """A first export works: three dimensions, a count of persons and a count of rows."""
    bundle = load_policies(DEMO)
    chosen = bundle.projects[project]
    sql = sql_of(name).replace("CLASSE", drugs)
    query = plan_query(bundle.catalogue, chosen, bundle.profile_of(chosen), sql, bundle.platform.queries.sql_characters)
    assert len(query.dimensions) == 3
    assert [measure.unit.value for measure in query.measures] == ["persons", "rows"]


def test_a_home_gets_the_tutorial_once_and_keeps_its_own_version(tmp_path: Path) -> None:
    """The entry script overwrites nothing, and does not bring back what a person deleted."""
    script = tmp_path / "ecluse-workspace"
    text = (TUTORIAL.parent / "ecluse-workspace").read_text(encoding="utf-8")
    script.write_text(text.replace("/opt/ecluse/tutorial", str(TUTORIAL)), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "tutoriel.ipynb").write_text("mine", encoding="utf-8")

    def start() -> set[str]:
        started, env = ["sh", str(script), "ls", str(home)], {"HOME": str(home), "PATH": os.defpath}
        done = subprocess.run(started, env=env, capture_output=True, check=True, text=True)
        return set(done.stdout.split())

    every = {path.name for path in TUTORIAL.iterdir()}
    assert set(NAMES) < every
    assert start() == every
    assert (home / "tutoriel.ipynb").read_text(encoding="utf-8") == "mine"
    (home / "tutorial.ipynb").unlink()
    assert start() == every - {"tutorial.ipynb"}
