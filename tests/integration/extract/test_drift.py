"""The source's columns come and go with the years; what the catalogue knows of it is read, the rest refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.core.policy.columns import Former
from ecluse_platform.extract import ExtractProblem
from integration.extract.extract_kit import Extracts

PROJECT = "diabete-idf"
MONTH = Path("ER_PRS_F") / "flx_month=2022-06" / "part-0000.parquet"
COLUMN = "PSP_SPE_COD"
NOWHERE = Former(column="NO_SPE_COD", table=None, until=2022, recoded=False)


def changed(fresh: Extracts, tmp_path: Path, select: str, **column: object) -> Extracts:
    """Return extracts of a source in which one month lacks a column, with what the catalogue says of the column."""
    shutil.copytree(fresh.places.source, tmp_path / "source")
    file = tmp_path / "source" / MONTH
    duckdb.sql(f"COPY (SELECT {select} FROM '{file}') TO '{file}.other' (FORMAT parquet)")
    Path(f"{file}.other").replace(file)
    catalogue = fresh.bundle.catalogue
    table = catalogue.tables["ER_PRS_F"]
    described = table.columns[COLUMN].model_copy(update=column)
    table = table.model_copy(update={"columns": {**table.columns, COLUMN: described}})
    bundle = replace(
        fresh.bundle, catalogue=catalogue.model_copy(update={"tables": {**catalogue.tables, "ER_PRS_F": table}})
    )
    return replace(fresh, bundle=bundle, places=replace(fresh.places, source=tmp_path / "source"))


def known(extracts: Extracts) -> tuple[int, int]:
    """Return how many lines of the month have the column's value, and how many lines it has."""
    file = extracts.folder(PROJECT) / MONTH
    there, lines = duckdb.sql(f"SELECT count({COLUMN}), count(*) FROM '{file}'").fetchall()[0]
    return there, lines


def test_a_column_that_the_year_did_not_have_is_null(fresh: Extracts, tmp_path: Path) -> None:
    """The catalogue says since when there is such a column."""
    extracts = changed(fresh, tmp_path, f"* EXCLUDE ({COLUMN})", since=2023)
    extracts.build(PROJECT)
    without, lines = known(extracts)
    assert (without, lines > 0) == (0, True)


def test_a_column_under_its_former_name_is_read(fresh: Extracts, tmp_path: Path) -> None:
    """The catalogue says what it was called until then."""
    former = Former(column="OLD_SPE_COD", table=None, until=2022, recoded=False)
    extracts = changed(fresh, tmp_path, f"* RENAME ({COLUMN} AS OLD_SPE_COD)", formerly=(former,))
    extracts.build(PROJECT)
    there, lines = known(extracts)
    assert there == lines > 0


@pytest.mark.parametrize(
    "column",
    [
        {},
        {"since": 2022},
        {"since": 2010, "until": 2030},
        {"formerly": (Former(column="NO", table=None, until=2022, recoded=False),)},
    ],
    ids=["always there", "there since that year", "there in that year", "former name missing too"],
)
def test_a_column_that_ought_to_be_there_is_refused(fresh: Extracts, tmp_path: Path, column: dict[str, object]) -> None:
    """A gap that the catalogue does not explain is a damaged source."""
    extracts = changed(fresh, tmp_path, f"* EXCLUDE ({COLUMN})", **column)
    with pytest.raises(ExtractProblem, match=f"{MONTH} has no column {COLUMN}"):
        extracts.build(PROJECT)
