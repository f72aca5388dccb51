"""The tables agree with one another: every row that refers to another finds it, and says the same as it does."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ecluse_platform.synth import Settings, generate

K9 = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"
DETAILS = ("ER_PHA_F", "ER_BIO_F", "ER_CAM_F", "ER_TIP_F", "ER_UCD_F", "ER_ETE_F")
MCO = "ANNEE, ETA_NUM, RSA_NUM"
OUTPATIENT = "ANNEE, ETA_NUM, SEQ_NUM"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source of several blocks, over the last year with FINESS duplicates and the first without."""
    folder = tmp_path_factory.mktemp("source")
    generate(Settings(2600, 2017, 2018, 8, block=1000), folder, lambda _: None)
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


def count(tables: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the one number of a query."""
    row = tables.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("detail", DETAILS)
def test_every_detail_has_its_line(tables: duckdb.DuckDBPyConnection, detail: str) -> None:
    """No detail is without its line, and each kind of detail occurs."""
    assert count(tables, f"SELECT count(*) FROM {detail}") > 0
    assert count(tables, f"SELECT count(*) FROM {detail} ANTI JOIN ER_PRS_F USING ({K9})") == 0


def test_each_detail_goes_with_the_nature_of_its_line(tables: duckdb.DuckDBPyConnection) -> None:
    """Boxes hang on pharmacy lines, tests on laboratory lines: a line has one kind of detail."""
    for detail, natures in (
        ("ER_PHA_F", "3311, 3313"), ("ER_BIO_F", "3211"), ("ER_CAM_F", "1351, 1352"), ("ER_TIP_F", "3511, 3521"),
        ("ER_UCD_F", "3317"),
    ):  # fmt: skip
        others = f"SELECT count(*) FROM {detail} JOIN ER_PRS_F USING ({K9}) WHERE PRS_NAT_REF NOT IN ({natures})"
        without = f"SELECT count(*) FROM ER_PRS_F ANTI JOIN {detail} USING ({K9}) WHERE PRS_NAT_REF IN ({natures})"
        assert (count(tables, others), count(tables, without)) == (0, 0), detail


@pytest.mark.parametrize(
    ("detail", "quantity"),
    [
        ("ER_PHA_F", "PHA_ACT_QSN"),
        ("ER_BIO_F", "BIO_ACT_QSN"),
        ("ER_TIP_F", "TIP_ACT_QSN"),
        ("ER_UCD_F", "UCD_DLV_NBR"),
    ],
)
def test_details_have_the_sign_of_their_line(tables: duckdb.DuckDBPyConnection, detail: str, quantity: str) -> None:
    """A correction is negative in the line, in its amount and in each of its details."""
    joined = f"FROM ER_PRS_F JOIN {detail} USING ({K9})"
    assert count(tables, f"SELECT count(*) {joined} WHERE sign({quantity}) <> sign(PRS_ACT_QTE)") == 0
    assert count(tables, f"SELECT count(*) {joined} WHERE sign({quantity}) <> sign(PRS_PAI_MNT)") == 0
    assert count(tables, f"SELECT count(*) {joined} WHERE sign({quantity}) <> BSE_REM_SGN") == 0


def test_lines_belong_to_known_persons_and_professionals(tables: duckdb.DuckDBPyConnection) -> None:
    """Pseudonyms and professionals of lines are in their reference tables."""
    assert count(tables, "SELECT count(*) FROM ER_PRS_F ANTI JOIN IR_BEN_R USING (BEN_NIR_PSA, BEN_RNG_GEM)") == 0
    for column in ("PFS_EXE_NUM", "PFS_PRE_NUM", "PRS_MTT_NUM"):
        unknown = f"FROM ER_PRS_F ANTI JOIN DA_PRA_R ON {column} = PFS_PFS_NUM WHERE {column} IS NOT NULL"
        assert count(tables, f"SELECT count(*) {unknown}") == 0, column
    wrong = "FROM ER_PRS_F JOIN DA_PRA_R ON PFS_EXE_NUM = PFS_PFS_NUM WHERE PSE_SPE_COD <> PFS_PRA_SPE::INT"
    assert count(tables, f"SELECT count(*) {wrong}") == 0


def test_nobody_gets_care_before_birth_or_after_death(tables: duckdb.DuckDBPyConnection) -> None:
    """Care lies between birth and death, in lines and stays; lines under fictitious numbers aside."""
    late = (
        "FROM ER_PRS_F p JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM) WHERE b.BEN_CDI_NIR <> '13' "
        "AND (EXE_SOI_DTD > b.BEN_DCD_DTE AND b.BEN_DCD_DTE > DATE '1601-01-01' "
        "OR EXE_SOI_DTD < make_date(b.BEN_NAI_ANN::INT, b.BEN_NAI_MOI::INT, 1))"
    )
    assert count(tables, f"SELECT count(*) {late}") == 0
    assert count(tables, "SELECT count(*) FROM T_MCO_C WHERE EXE_SOI_DTF < EXE_SOI_DTD") == 0
    assert count(tables, "SELECT count(*) FROM T_MCO_C WHERE year(EXE_SOI_DTF) <> ANNEE") == 0
    after = (
        "FROM T_MCO_C c JOIN IR_BEN_R b ON NIR_ANO_17 = BEN_NIR_PSA WHERE BEN_DCD_DTE > DATE '1601-01-01' "
        "AND EXE_SOI_DTF > BEN_DCD_DTE AND NIR_RET = '0' AND NAI_RET = '0' AND SEX_RET = '0' AND SEJ_RET = '0' "
        "AND FHO_RET = '0' AND PMS_RET = '0' AND DAT_RET = '0' AND COH_NAI_RET = '0' AND COH_SEX_RET = '0' "
        "AND BEN_NIR_PSA NOT IN (SELECT BEN_NIR_PSA FROM IR_BEN_R WHERE BEN_RNG_GEM = 2)"
    )
    assert count(tables, f"SELECT count(*) {after}") == 0


@pytest.mark.parametrize(
    ("part", "whole", "key"),
    [
        ("T_MCO_C", "T_MCO_B", MCO),
        ("T_MCO_B", "T_MCO_C", MCO),
        ("T_MCO_D", "T_MCO_B", MCO),
        ("T_MCO_A", "T_MCO_B", MCO),
        ("T_MCO_UM", "T_MCO_B", MCO),
        ("T_MCO_B", "T_MCO_UM", MCO),
        ("T_MCO_B", "T_MCO_E", "ANNEE, ETA_NUM"),
        ("T_MCO_CSTC", "T_MCO_E", "ANNEE, ETA_NUM"),
        ("(SELECT left(ETB_EXE_FIN, 8) AS IDE_ETA_NU8 FROM ER_ETE_F)", "BE_IDE_R", "IDE_ETA_NU8"),
        ("T_MCO_FCSTC", "T_MCO_CSTC", OUTPATIENT),
        ("T_MCO_FMSTC", "T_MCO_CSTC", OUTPATIENT),
        ("T_SSR_B", "T_SSR_C", "ANNEE, ETA_NUM, RHA_NUM"),
        ("T_SSR_C", "T_SSR_B", "ANNEE, ETA_NUM, RHA_NUM"),
        ("T_HAD_B", "T_HAD_C", "ANNEE, ETA_NUM_EPMSI, RHAD_NUM"),
        ("T_RIP_RSA", "T_RIP_C", "ANNEE, ETA_NUM_EPMSI, RIP_NUM"),
        ("KI_ECD_R", "KI_CCI_R", "DCD_IDT_ENC"),
        ("KI_CCI_R", "KI_ECD_R", "DCD_IDT_ENC"),
        ("CT_IND_AAAA_GN", "CT_IDE_AAAA_GN", "ANNEE, ID_CARTO"),
        ("CT_IDE_AAAA_GN", "IR_BEN_R", "BEN_NIR_PSA, BEN_RNG_GEM"),
        ("IR_IMB_R", "IR_BEN_R", "BEN_NIR_PSA, BEN_RNG_GEM"),
        ("IR_IBA_R", "IR_BEN_R", "BEN_IDT_ANO"),
        ("IR_BEN_R", "IR_IBA_R", "BEN_IDT_ANO"),
    ],
)
def test_every_row_finds_what_it_refers_to(tables: duckdb.DuckDBPyConnection, part: str, whole: str, key: str) -> None:
    """Stays, acts, diagnoses, deaths and maps lead to their other half."""
    assert count(tables, f"SELECT count(*) FROM {part}") > 0
    assert count(tables, f"SELECT count(*) FROM {part} ANTI JOIN {whole} USING ({key})") == 0


@pytest.mark.parametrize("chain", ["T_MCO_C", "T_SSR_C", "T_HAD_C", "T_RIP_C", "T_MCO_CSTC"])
def test_every_stay_is_chained_or_says_that_it_is_not(tables: duckdb.DuckDBPyConnection, chain: str) -> None:
    """A stay carries a pseudonym of IR_BEN_R; without a number it carries the fictitious one and a return code.

    The other fictitious number, in which nothing tells that it is one, is in no other table and on short stays only.
    """
    unknown = f"SELECT DISTINCT NIR_ANO_17 FROM {chain} ANTI JOIN IR_BEN_R ON NIR_ANO_17 = BEN_NIR_PSA"
    assert tables.execute(unknown).fetchall() == ([("XXXXXXXXXXXXXXXXD",)] if chain == "T_MCO_C" else [])
    wrong = f"FROM {chain} WHERE (NIR_ANO_17 = 'xxxxxxxxxxxxxxxxx') <> (NIR_RET <> '0')"
    assert count(tables, f"SELECT count(*) {wrong}") == 0


def test_deaths_are_the_same_everywhere(tables: duckdb.DuckDBPyConnection) -> None:
    """Each death of IR_BEN_R has its certificate on the same day, but for those that were not matched."""
    matched = (
        "FROM KI_CCI_R k JOIN (SELECT DISTINCT BEN_IDT_ANO, BEN_DCD_DTE FROM IR_BEN_R) b USING (BEN_IDT_ANO) "
        "WHERE k.BEN_DCD_DTE <> b.BEN_DCD_DTE"
    )
    assert count(tables, f"SELECT count(*) {matched}") == 0
    dead = count(tables, "SELECT count(DISTINCT BEN_IDT_ANO) FROM IR_BEN_R WHERE BEN_DCD_DTE > DATE '1601-01-01'")
    assert count(tables, "SELECT count(*) FROM KI_CCI_R") == dead


def test_hospital_groups_count_twice_until_2017_only(tables: duckdb.DuckDBPyConnection) -> None:
    """Stays of three groups appear again under a geographic number, in 2017 and not in 2018."""
    twice = "FROM T_MCO_B SEMI JOIN (SELECT ETA_NUM FROM T_MCO_E WHERE SOC_RAI LIKE 'SITE%') USING (ETA_NUM)"
    assert count(tables, f"SELECT count(*) {twice} WHERE ANNEE = 2017") > 0
    assert count(tables, f"SELECT count(*) {twice} WHERE ANNEE = 2018") == 0


def test_stays_lie_in_the_order_of_pseudonyms(source: Path, tables: duckdb.DuckDBPyConnection) -> None:
    """Inside a year's file the stays of one pseudonym are together."""
    for table in ("T_MCO_C", "T_SSR_C", "T_RIP_C", "T_MCO_CSTC"):
        for file in sorted((source / table).rglob("*.parquet")):
            people = [row[0] for row in tables.execute(f"SELECT NIR_ANO_17 FROM '{file}'").fetchall()]
            assert people == sorted(people), file


def test_lines_lie_in_the_order_of_person_and_day(source: Path, tables: duckdb.DuckDBPyConnection) -> None:
    """Inside a month's file lines are sorted by pseudonym, then day of care, across blocks and twins."""
    for file in sorted((source / "ER_PRS_F").rglob("*.parquet"))[::4]:
        keys = tables.execute(f"SELECT BEN_NIR_PSA, EXE_SOI_DTD FROM '{file}'").fetchall()
        assert keys == sorted(keys), file


def test_each_file_holds_its_partition(source: Path, tables: duckdb.DuckDBPyConnection) -> None:
    """Every file of lines has one flow month, every file of stays one year: those of its folder."""
    for file in sorted(source.glob("ER_*/*/part-0000.parquet")):
        months = tables.execute(f"SELECT DISTINCT strftime(FLX_DIS_DTD, '%Y-%m') FROM '{file}'").fetchall()
        assert [f"flx_month={m}" for (m,) in months] == [file.parent.name]
    for file in sorted(source.glob("*/annee=*/part-0000.parquet")):
        years = tables.execute(f"SELECT DISTINCT ANNEE FROM '{file}'").fetchall()
        assert [f"annee={y}" for (y,) in years] == [file.parent.name]


def test_files_are_compressed_with_zstd(source: Path) -> None:
    """Every column of every table: files of a real size would not fit otherwise."""
    for file in source.rglob("*.parquet"):
        group = pq.read_metadata(file).row_group(0)
        assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}, file
