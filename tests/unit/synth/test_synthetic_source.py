"""The synthetic source is reproducible, has the catalogue's shape, and holds every trap it promises."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.policyfiles import load_policies
from ecluse_platform.synth import Settings, generate

ROOT = Path(__file__).parents[3]
K9 = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"

SILENT = "coalesce(DPN_QLF, 0) = 0 AND PRS_DPN_QLP IS NULL"
CODES = ("NIR", "NAI", "SEX", "SEJ", "FHO", "PMS", "DAT", "COH_NAI", "COH_SEX")
CHAINED = " AND ".join(f"{code}_RET = '0'" for code in CODES)


def digests(folder: Path) -> dict[str, str]:
    """Hash every file of a source."""
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source of a few thousand persons."""
    folder = tmp_path_factory.mktemp("source")
    generate(Settings(4000, 2022, 2023, 3), folder, lambda _: None)
    return folder


@pytest.fixture(scope="module")
def tables(source: Path) -> duckdb.DuckDBPyConnection:
    """Its tables, by name."""
    connection = duckdb.connect()
    for folder in source.iterdir():
        connection.execute(
            f"CREATE VIEW {folder.name} AS FROM read_parquet('{folder}/**/*.parquet', hive_partitioning=false)"
        )
    return connection


def one(tables: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    """Return the one row of a query."""
    row = tables.execute(query).fetchone()
    assert row is not None
    return row


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """Two runs with the same settings write the same bytes; another seed writes others."""
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        generate(Settings(300, 2022, 2022, seed), tmp_path / name, lambda _: None)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a") != digests(tmp_path / "c")


def test_a_new_source_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Months of an earlier run never mix with those of a later one."""
    generate(Settings(300, 2022, 2023, 5), tmp_path / "a", lambda _: None)
    generate(Settings(300, 2022, 2022, 5), tmp_path / "a", lambda _: None)
    generate(Settings(300, 2022, 2022, 5), tmp_path / "b", lambda _: None)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_every_table_has_the_catalogues_columns_and_types(tables: duckdb.DuckDBPyConnection) -> None:
    """The source has exactly the catalogue's tables, columns and storage types."""
    catalogue = load_policies(ROOT / "policies").catalogue
    found = {row[0] for row in tables.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert found == set(catalogue.tables)
    for name in found:
        columns = {row[0]: row[1] for row in tables.execute(f"DESCRIBE {name}").fetchall()}
        assert columns == {column: described.type for column, described in catalogue.tables[name].columns.items()}


def test_the_places_of_the_source_are_the_catalogues_codes(tables: duckdb.DuckDBPyConnection) -> None:
    """Departements and regions have a public code list: the source has those and no other."""
    values = load_policies(ROOT / "policies").catalogue.values
    for code_list, column in (("IR_DPT_V", "GEO_DPT_COD"), ("IR_REG_V", "GEO_REG_COD")):
        found = tables.execute(f"SELECT DISTINCT {column}::VARCHAR FROM {code_list}").fetchall()
        assert {str(row[0]) for row in found} == set(values[code_list])


def test_every_declared_primary_key_is_one(tables: duckdb.DuckDBPyConnection) -> None:
    """No two rows share a primary key of the catalogue."""
    found = {row[0] for row in tables.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    for name, table in load_policies(ROOT / "policies").catalogue.tables.items():
        if table.primary_key and name in found:
            rows, keys = one(tables, f"SELECT count(*), count(DISTINCT ({','.join(table.primary_key)})) FROM {name}")
            assert rows == keys, name


def test_detail_lines_belong_to_a_line_one_to_three_each(tables: duckdb.DuckDBPyConnection) -> None:
    """Every ER_PHA_F row has its ER_PRS_F line, which has between one and three."""
    assert one(tables, f"SELECT count(*) FROM ER_PHA_F ANTI JOIN ER_PRS_F USING ({K9})") == (0,)
    per_line = tables.execute(f"SELECT DISTINCT count(*) FROM ER_PHA_F GROUP BY {K9} ORDER BY 1").fetchall()
    assert per_line == [(1,), (2,), (3,)]


def test_line_quantity_is_the_sum_of_its_boxes(tables: duckdb.DuckDBPyConnection) -> None:
    """PRS_ACT_QTE agrees with PHA_ACT_QSN, corrections included."""
    wrong = one(
        tables,
        f"SELECT count(*) FROM (SELECT any_value(PRS_ACT_QTE) q, sum(PHA_ACT_QSN) b "
        f"FROM ER_PRS_F JOIN ER_PHA_F USING ({K9}) GROUP BY {K9}) WHERE q <> b",
    )
    assert wrong == (0,)


def test_corrections_are_negative_and_undo_a_dispensing(tables: duckdb.DuckDBPyConnection) -> None:
    """A correction repeats person, day and product with a minus, so that signed sums are never below zero."""
    assert one(tables, "SELECT count(*) > 0 FROM ER_PHA_F WHERE PHA_ACT_QSN < 0") == (True,)
    below = one(
        tables,
        f"SELECT count(*) FROM (SELECT sum(PHA_ACT_QSN) n FROM ER_PRS_F JOIN ER_PHA_F USING ({K9}) "
        "WHERE BEN_NIR_PSA NOT LIKE 'x%' GROUP BY BEN_NIR_PSA, BEN_RNG_GEM, EXE_SOI_DTD, PHA_PRS_C13) WHERE n < 0",
    )
    # A line booked under a fictitious number cannot undo one that was not: a handful at most.
    assert isinstance(below[0], int)
    assert below[0] <= 5


@pytest.mark.parametrize(
    ("trap", "query"),
    [
        ("lines for information", "SELECT count(*) FROM ER_PRS_F WHERE DPN_QLF = 71"),
        ("the other kind of them", "SELECT count(*) FROM ER_PRS_F WHERE DPN_QLF = 72"),
        (
            "the same, said only in the other column",
            "SELECT count(*) FROM ER_PRS_F WHERE DPN_QLF = 0 AND PRS_DPN_QLP = 71",
        ),
        (
            "the same, said only by the hospital",
            f"SELECT count(*) FROM ER_PRS_F JOIN ER_ETE_F USING ({K9}) WHERE {SILENT} AND ETE_IND_TAA = 1",
        ),
        ("missing qualifiers", "SELECT count(*) FROM ER_PRS_F WHERE DPN_QLF IS NULL"),
        ("surcharges", "SELECT count(*) FROM ER_PRS_F WHERE CPL_MAJ_TOP = 2 AND BSE_PRS_NAT = 0"),
        (
            "private and other hospitals",
            "SELECT least(sum((ETE_IND_TAA = 2)::INT), sum((ETE_IND_TAA = 0)::INT)) FROM ER_ETE_F",
        ),
        ("lines without hospital", f"SELECT count(*) FROM ER_PRS_F ANTI JOIN ER_ETE_F USING ({K9})"),
        ("unknown prescription day", "SELECT count(*) FROM ER_PRS_F WHERE PRE_PRE_DTD = DATE '1600-01-01'"),
        ("no death", "SELECT count(*) FROM IR_BEN_R WHERE BEN_DCD_DTE = DATE '1600-01-01' AND BEN_DCD_AME = '160001'"),
        ("deaths", "SELECT count(*) FROM IR_BEN_R WHERE BEN_DCD_DTE > DATE '2022-01-01'"),
        ("no care at all", "SELECT count(*) FROM IR_BEN_R WHERE MAX_TRT_DTD = DATE '1600-01-01' AND BEN_TOP_CNS = 0"),
        ("provisional numbers", "SELECT count(*) FROM IR_BEN_R WHERE BEN_CDI_NIR IN ('03', '04')"),
        ("care under fictitious numbers", "SELECT count(*) FROM ER_PRS_F WHERE BEN_NIR_PSA = 'xxxxxxxxxxxxxxxxx'"),
        ("renewed exemptions", "SELECT count(*) - count(DISTINCT (BEN_NIR_PSA, MED_MTF_COD)) FROM IR_IMB_R"),
        ("long care without exemption", "SELECT count(*) FROM IR_IMB_R WHERE IMB_ETM_NAT NOT IN (41, 43, 45)"),
        ("exemptions for several diseases", "SELECT count(*) FROM IR_IMB_R WHERE IMB_ETM_NAT = 45"),
        ("care that arrives after six months", "SELECT count(*) FROM ER_PRS_F WHERE FLX_DIS_DTD > EXE_SOI_DTD + 200"),
        ("stays that could not be grouped", "SELECT count(*) FROM T_MCO_B WHERE GRG_GHM LIKE '90%'"),
        ("strokes among them", "SELECT count(*) FROM T_MCO_B WHERE GRG_GHM LIKE '90%' AND DGN_PAL LIKE 'I6%'"),
        (
            "stays that could not be priced",
            "SELECT count(*) FROM T_MCO_B WHERE GHS_NUM = '9999' AND GRG_GHM NOT LIKE '90%'",
        ),
        (
            "groups that only contain 90",
            "SELECT count(*) FROM T_MCO_B WHERE GRG_GHM NOT LIKE '90%' AND GRG_GHM LIKE '%90%'",
        ),
        ("abortions", "SELECT count(*) FROM T_MCO_B WHERE GRG_GHM = '14Z08Z'"),
        ("patients lent by another hospital", "SELECT count(*) FROM T_MCO_B WHERE SEJ_TYP = 'B'"),
        ("sessions", "SELECT count(*) FROM T_MCO_B WHERE GRG_GHM LIKE '28%'"),
        (
            "stays without pseudonym",
            "SELECT count(*) FROM T_MCO_C WHERE NIR_ANO_17 = 'xxxxxxxxxxxxxxxxx' AND NIR_RET <> '0'",
        ),
        (
            "stays of nobody that every check finds right",
            f"SELECT count(*) FROM T_MCO_C WHERE NIR_ANO_17 = 'XXXXXXXXXXXXXXXXD' AND {CHAINED}",
        ),
        (
            "stays under another person's",
            f"SELECT count(*) FROM T_MCO_C WHERE NIR_RET = '0' AND NOT ({CHAINED})",
        ),
        ("hospitals whose number begins with 0", "SELECT count(*) FROM T_MCO_B WHERE ETA_NUM LIKE '0%'"),
        ("hospitals of Corsica", "SELECT count(*) FROM T_MCO_E WHERE ETA_NUM LIKE '2A%' OR ETA_NUM LIKE '2B%'"),
        ("diagnoses said twice", "SELECT count(*) - count(DISTINCT (ANNEE, ETA_NUM, RSA_NUM, ASS_DGN)) FROM T_MCO_D"),
        ("deaths that were not matched", "SELECT count(*) FROM KI_CCI_R WHERE BEN_IDT_ANO IS NULL AND DCD_IDT_TOP = 0"),
        ("outpatient visits without pseudonym", "SELECT count(*) FROM T_MCO_CSTC WHERE NIR_RET <> '0'"),
    ],
)
def test_traps_are_planted(tables: duckdb.DuckDBPyConnection, trap: str, query: str) -> None:
    """Each trap of the reference occurs, so that a wrong filter shows."""
    (count,) = one(tables, query)
    assert count is not None
    assert int(str(count)) > 0, trap


def test_twins_share_a_pseudonym_and_changed_insured_have_two(tables: duckdb.DuckDBPyConnection) -> None:
    """Same-sex twins: one BEN_NIR_PSA, ranks 1 and 2, two identifiers. Changed insured: the reverse."""
    twins = tables.execute(
        "SELECT count(DISTINCT BEN_IDT_ANO), count(DISTINCT BEN_SEX_COD), max(BEN_RNG_GEM) FROM IR_BEN_R "
        "WHERE BEN_CDI_NIR = '00' GROUP BY BEN_NIR_PSA HAVING count(*) > 1"
    ).fetchall()
    assert set(twins) == {(2, 1, 2)}
    changed = one(
        tables,
        "SELECT count(*) FROM (SELECT BEN_IDT_ANO FROM IR_BEN_R GROUP BY BEN_IDT_ANO "
        "HAVING count(DISTINCT BEN_NIR_PSA) = 2)",
    )
    assert changed > (0,)


def test_population_and_care_are_plausible(tables: duckdb.DuckDBPyConnection) -> None:
    """Orders of magnitude of France: every kind of département, women's share, diabetes, winter antibiotics, tails."""
    assert one(
        tables, "SELECT count(DISTINCT BEN_RES_DPT) FROM IR_BEN_R WHERE BEN_RES_DPT IN ('075', '974', '059')"
    ) == (3,)
    (women,) = one(tables, "SELECT avg((BEN_SEX_COD = 2)::INT) FROM IR_BEN_R")
    assert isinstance(women, float)
    assert 0.48 < women < 0.56
    (diabetes,) = one(
        tables,
        "SELECT (SELECT count(DISTINCT BEN_NIR_PSA) FROM IR_IMB_R WHERE IMB_ALD_NUM = 8) / "
        "(SELECT count(DISTINCT BEN_NIR_PSA) FROM IR_BEN_R)",
    )
    assert isinstance(diabetes, float)
    assert 0.03 < diabetes < 0.07
    winter, summer = one(
        tables,
        f"SELECT count(*) FILTER (month(EXE_SOI_DTD) IN (12, 1, 2)), count(*) FILTER (month(EXE_SOI_DTD) IN (6, 7, 8)) "
        f"FROM ER_PRS_F JOIN ER_PHA_F USING ({K9}) JOIN IR_PHA_R ON PHA_PRS_C13 = PHA_CIP_C13 "
        "WHERE PHA_ATC_CLA LIKE 'J01%'",
    )
    assert isinstance(winter, int)
    assert isinstance(summer, int)
    assert winter > 1.5 * summer
    usual, heavy = one(
        tables,
        "SELECT median(n), quantile_cont(n, 0.99) FROM (SELECT count(*) n FROM ER_PRS_F GROUP BY BEN_NIR_PSA)",
    )
    assert isinstance(usual, float)
    assert isinstance(heavy, float)
    assert heavy > 3 * usual


@pytest.mark.parametrize(
    ("what", "query", "low", "high"),
    [
        ("deaths per person and year", "SELECT count(*) / 2 / {people} FROM KI_CCI_R", 0.006, 0.013),
        (
            "deaths after 75, relative to those before",
            "SELECT avg((y <= 1947)::INT) FROM (SELECT BEN_NAI_ANN::INT y FROM KI_CCI_R)",
            0.5,
            0.85,
        ),
        ("stays per person and year", "SELECT count(*) / 2 / {people} FROM T_MCO_B", 0.12, 0.32),
        (
            "persons with a long-term disease",
            "SELECT count(DISTINCT BEN_NIR_PSA) / {people} FROM IR_IMB_R WHERE IMB_ETM_NAT IN (41, 43, 45)",
            0.12,
            0.22,
        ),
        ("lines per person and year", "SELECT count(*) / 2 / {people} FROM ER_PRS_F", 15, 30),
        (
            "women among the oldest",
            "SELECT avg((BEN_SEX_COD = 2)::INT) FROM IR_BEN_R WHERE BEN_NAI_ANN < '1942'",
            0.53,
            0.72,
        ),
        (
            "persons born lately",
            "SELECT avg((BEN_NAI_ANN >= '2013')::INT) FROM IR_BEN_R WHERE BEN_CDI_NIR = '00'",
            0.08,
            0.14,
        ),
        (
            "stays in the last month of life",
            "SELECT count(DISTINCT k.DCD_IDT_ENC) / any_value((SELECT count(BEN_IDT_ANO) FROM KI_CCI_R)) FROM {last}",
            0.4,
            0.8,
        ),
    ],
)
def test_rates_are_of_the_order_of_frances(
    tables: duckdb.DuckDBPyConnection, what: str, query: str, low: float, high: float
) -> None:
    """Deaths, stays, long-term diseases and ages are plausible, within wide bounds."""
    people = "(SELECT count(DISTINCT BEN_IDT_ANO) FROM IR_BEN_R)"
    last = (
        "KI_CCI_R k JOIN IR_BEN_R USING (BEN_IDT_ANO) JOIN T_MCO_C ON NIR_ANO_17 = BEN_NIR_PSA "
        "WHERE EXE_SOI_DTD BETWEEN k.BEN_DCD_DTE - 30 AND k.BEN_DCD_DTE"
    )
    (rate,) = one(tables, query.format(people=people, last=last))
    assert low < float(str(rate)) < high, what


def test_files_are_sorted_by_person(source: Path, tables: duckdb.DuckDBPyConnection) -> None:
    """Inside each month's file a person's lines are together, in the order of the pseudonym."""
    for file in (source / "ER_PRS_F").rglob("*.parquet"):
        people = [r[0] for r in tables.execute(f"SELECT BEN_NIR_PSA FROM '{file}'").fetchall()]
        assert people == sorted(people)


@pytest.mark.parametrize(
    ("patients", "first", "last", "seed"),
    [(1, 2022, 2023, 1), (100, 2023, 2022, 1), (100, 1990, 1991, 1), (100, 2022, 2022, -1)],
)
def test_settings_without_a_source_are_refused(patients: int, first: int, last: int, seed: int) -> None:
    """Too few persons, years in the wrong order or out of range, a negative seed: refused at once."""
    with pytest.raises(ValueError, match=r"."):
        Settings(patients, first, last, seed)
