"""The catalogue in parts: put together, refused where it is wrong, and read fast."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ecluse_platform.policyfiles import load_policies
from ecluse_platform.policyfiles.catalogue import read_catalogue
from ecluse_platform.policyfiles.columns import COLUMNS
from ecluse_platform.policyfiles.parsing import parse
from policy_folder import DEMO, PolicyFolder

DCIR = "catalogue/snds/dcir.csv"
HEADS = "catalogue/snds/dcir.yaml"
DESCRIBED = "catalogue/snds/described-columns.csv"
LINE = "ER_PRS_F;BEN_SEX_COD;SMALLINT;dimension;"
PROJECT = "projects/diabete-idf.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (DCIR, LINE, "ER_PRS_F;BEN_SEX_COD;TINYINT;dimension;", "tables.ER_PRS_F.columns.BEN_SEX_COD.type"),
        (DCIR, LINE, "ER_PRS_F;BEN_SEX_COD;SMALLINT;dimensoin;", "must be one of"),
        (DCIR, LINE, "ER_PRS_F;BEN_RNG_GEM;SMALLINT;dimension;", "the column 'BEN_RNG_GEM' is written twice"),
        (DCIR, LINE, "ER_XXX_F;BEN_SEX_COD;SMALLINT;dimension;", "no .yaml file beside this one has the table"),
        (DCIR, LINE, "ER_PRS_F;BEN_SEX_COD;SMALLINT;pseudonym;", "names its space under `pseudonym`"),
        (DCIR, LINE, "ER_PRS_F;BEN_SEX_COD; SMALLINT;dimension;", "starts or ends with a blank"),
        (DCIR, LINE, "ER_PRS_F;BEN_SEX_COD;SMALLINT;dimension;;", "18 cells where the header has 17"),
        (DCIR, LINE, "ER_PRS_F;ben_sex;SMALLINT;dimension;", "'ben_sex' is not a name that may be used here"),
        (DESCRIBED, "IR_ACS_R;BEN_RNG_GEM;SMALLINT", "IR_ACS_R;BEN_RNG_GEM;DATETIME", "described.IR_ACS_R"),
        ("catalogue/snds/links.csv", "table;columns", "tables;columns", "the first line must be"),
        (HEADS, "\nER_PHA_F:", "\nIR_BEN_R:", "the table 'IR_BEN_R' is written twice"),
        (HEADS, "  archive: {pattern:", "  archives: {pattern:", "unknown key"),
        (HEADS, "\nER_PHA_F:\n", "\nER_PHA_F:\n  columns: {}\n", "its columns stand in a .csv file"),
        ("catalogue/snds/values.csv", "IR_SEX_V;1;", "IR_SEX_V;2;", "the code '2' is written twice"),
    ],
)
def test_a_part_that_is_wrong_is_named_with_its_line(
    folder: PolicyFolder, file: str, old: str, new: str, message: str
) -> None:
    """The person who writes a part is led to the line, as in any other policy."""
    line = folder.change(file, old, new)
    found = [problem for problem in folder.problems() if message in str(problem)]
    assert found, [str(problem) for problem in folder.problems()[:5]]
    assert found[0].file == file
    assert abs(found[0].line - line) <= 1 or "twice" in message


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("sensitive", "no", "must be yes, or empty"), ("since", "20", "must be a year"),
        ("low", "few", "must be a number"), ("formerly", "UM_TYP<2009", "must be written COLUMN<=YEAR"),
        ("refers", "IR_PHA_R", "match"),
        ("coarser", "NO_SUCH", "not columns of the table"), ("fr", "", "at least 1"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_mean_anything_is_refused(folder: PolicyFolder, cell: str, value: str, message: str) -> None:
    """No cell is guessed."""
    lines = folder.read(DCIR).split("\n")
    number = next(n for n, line in enumerate(lines) if line.startswith("ER_PRS_F;PRS_ACT_QTE;"))
    cells = lines[number].split(";")
    cells[COLUMNS.index(cell)] = value
    folder.write(DCIR, "\n".join([*lines[:number], ";".join(cells), *lines[number + 1 :]]))
    (problem, *_) = [p for p in folder.problems() if message in p.message]
    assert problem.file in {DCIR, HEADS}


def test_a_permit_cannot_grant_a_table_that_is_only_described(folder: PolicyFolder) -> None:
    """Without keys and classes nothing is known of what it would reveal."""
    line = folder.change(PROJECT, "name: IR_IMB_R", "name: NS_PRS_F")
    (problem,) = [p for p in folder.problems() if "NS_PRS_F" in p.message]
    assert (problem.file, problem.line) == (PROJECT, line)
    assert "is only described" in problem.message
    assert "cannot be granted" in problem.message


def test_a_byte_of_any_part_changes_the_digest(folder: PolicyFolder) -> None:
    """What a column reveals is policy, in whichever file it stands."""
    before = load_policies(folder.path)
    folder.change("catalogue/snds/SOURCES.md", "# Where", "# From where")
    after = load_policies(folder.path)
    assert before.digest != after.digest
    assert before.catalogue == after.catalogue


def test_the_order_of_files_and_lines_is_the_order_of_the_catalogue() -> None:
    """The same files give the same catalogue, tables and columns in the order in which they are written."""
    catalogue = load_policies(DEMO).catalogue
    written = [line.split(";")[1] for line in (DEMO / DCIR).read_text().split("\n") if line.startswith("ER_PRS_F;")]
    assert list(catalogue.tables["ER_PRS_F"].columns) == written
    again = read_catalogue(_files())
    assert again is not None
    assert again.catalogue == catalogue


def test_an_unchanged_catalogue_is_not_read_again() -> None:
    """Services read all policies again when one permit changes: the catalogue they hold is the same object."""
    assert load_policies(DEMO).catalogue is load_policies(DEMO).catalogue


def test_lines_are_read_faster_than_the_same_columns_as_yaml() -> None:
    """The reason why columns are lines: a service that starts, or sees a change, answers soon."""
    files = _files()
    columns = len((DEMO / DCIR).read_text().split("\n")) - 2
    as_yaml = "\n".join(
        f"C{n}: {{type: SMALLINT, class: dimension, label: {{fr: mot numéro {n}, en: word number {n}}}}}"
        for n in range(columns)
    )
    started = time.perf_counter()
    assert not parse("columns.yaml", as_yaml.encode()).problems
    one_product_as_yaml = time.perf_counter() - started
    # Not the bytes that other tests have read already: a remark makes them others.
    files["catalogue/snds.yaml"] += b"# read anew\n"
    started = time.perf_counter()
    reading = read_catalogue(files)
    whole = time.perf_counter() - started
    assert reading is not None
    assert reading.catalogue is not None
    total = sum(len(t.columns) for t in [*reading.catalogue.tables.values(), *reading.catalogue.described.values()])
    assert whole / total < one_product_as_yaml / columns


def _files() -> dict[str, bytes]:
    folder = Path(DEMO)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
