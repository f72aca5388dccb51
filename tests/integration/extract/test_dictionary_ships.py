"""What an extract ships beside its tables, read by the package that the workspace has."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from integration.extract.extract_kit import Extracts

# The package is for workspace images only and is installed nowhere else.
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "extensions" / "workspace" / "python"))

import ecluse
from ecluse import dictionary

PROJECT = "diabete-idf"


@pytest.fixture
def workspace(built: Extracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of the project, as far as the package can tell."""
    folder = built.folder(PROJECT)
    monkeypatch.setenv("ECLUSE_DATA", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ECLUSE_LANG", "en")
    return folder


@pytest.mark.usefixtures("workspace")
def test_what_the_permit_grants_is_what_the_dictionary_grants(built: Extracts) -> None:
    """Table by table and column by column."""
    for granted in built.bundle.projects[PROJECT].data.tables:
        shown = {entry.column for entry in dictionary.columns(granted.name) if entry.granted}
        assert shown == set(granted.columns), granted.name


@pytest.mark.usefixtures("workspace")
def test_the_overview_names_tables_and_quality_views() -> None:
    """And no table of the platform's own."""
    names = {row[0] for row in ecluse.describe().rows}
    assert {"IR_BEN_R", "ER_PRS_F", "ER_PHA_F", "IR_PHA_R", "ben"} <= names
    assert not {"codelists", "code_values", "T_MCO_B"} & names


@pytest.mark.usefixtures("workspace")
def test_searching_and_code_lists_work_on_a_real_extract() -> None:
    """By words, by list, and in SQL on the columns that are there."""
    assert ("ER_PRS_F", "EXE_SOI_DTD") in [row[:2] for row in ecluse.search("dispensation date").rows]
    assert ("General practice",) in [row[1:2] for row in ecluse.describe("ER_PRS_F.PSP_SPE_COD").rows]
    assert "A10BK01" in ecluse.codelist("diabetes_drugs")  # type: ignore[operator]
    with ecluse.connect() as connection:
        found = connection.execute("SELECT in_codelist('E119', 'diabetes'), in_codelist('O24', 'diabetes')").fetchone()
    assert found == (True, False)
