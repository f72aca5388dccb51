"""The notebooks about noised answers: the reference's own queries, which the planner accepts with what they choose."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

import ecluse
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.plan import plan_private
from ecluse_platform.core.privacy.query import OutputKind
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO, ROOT

FOLDER = ROOT / "images" / "workspace" / "python" / "tutorial"
QUERIES = ROOT / "tests" / "golden" / "queries"
STUDIES = {
    "confidentialite-differentielle.ipynb": {"b4": "ald", "b6": "antibiotiques", "b1": "statines"},
    "differential-privacy.ipynb": {"b4": "diseases", "b6": "antibiotics", "b1": "statins"},
}
KINDS = {
    "b4": [OutputKind.PERSONS],
    "b6": [OutputKind.ROWS, OutputKind.PERSONS],
    "b1": [OutputKind.PERSONS, OutputKind.SUM],
}


def cells_of(name: str) -> list[dict[str, Any]]:
    """Return the cells of a notebook."""
    cells: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))["cells"]
    return cells


def chosen_in(name: str) -> dict[str, Any]:
    """Return what a notebook gives names to, without asking the platform anything."""
    known: dict[str, Any] = {}
    for cell in cells_of(name):
        if cell["cell_type"] == "code":
            for statement in ast.parse("".join(cell["source"])).body:
                if isinstance(statement, ast.Assign) and not re.search(r"ecluse|draft|environ", ast.unparse(statement)):
                    exec(compile(ast.Module([statement], []), name, "exec"), known)  # noqa: S102 - our own notebook
    return known


def without_spaces(sql: str) -> str:
    """Return SQL without what does not change it."""
    return "".join(sql.split())


@pytest.mark.parametrize(("name", "query"), [(name, query) for name, known in STUDIES.items() for query in known])
def test_each_study_is_the_reference_s_and_is_accepted(name: str, query: str) -> None:
    """B1, B4 and B6 word for word; bounds, keys and cells as the notebook chooses them; what they cost fits."""
    known = chosen_in(name)
    variable = STUDIES[name][query]
    sql, choices = known[variable], known[f"{variable}_choices"]
    assert without_spaces(sql) == without_spaces((QUERIES / f"{query}.sql").read_text(encoding="utf-8"))
    [item] = ecluse.export(**known["what"]).add_dp(sql, **choices).items
    bundle = load_policies(DEMO)
    project = bundle.projects["avc-parcours"]
    profile = bundle.privacy_of(project)
    assert profile is not None
    ask = PrivacyAsk.model_validate(item["ask"])
    planned = plan_private(bundle.catalogue, project, profile, sql, bundle.platform.queries.sql_characters, ask)
    assert [output.kind for output in planned.outputs] == KINDS[query]
    assert all(dimension.keys is not None for dimension in planned.dimensions)


def test_both_languages_take_the_same_steps() -> None:
    """Cell by cell, with the same choices; neither holds an output."""
    french, english = (cells_of(name) for name in STUDIES)
    assert [cell["cell_type"] for cell in french] == [cell["cell_type"] for cell in english]
    assert all(cell.get("outputs", []) == [] for cell in (*french, *english))
    first, second = (chosen_in(name) for name in STUDIES)
    for query in ("b1", "b4", "b6"):
        choices = [
            {key: value for key, value in known[f"{names[query]}_choices"].items() if key != "name"}
            for known, names in zip((first, second), STUDIES.values(), strict=True)
        ]
        assert choices[0] == choices[1]
