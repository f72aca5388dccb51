"""Golden tests of the traps: a wrong filter shows."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from ecluse_platform.core.quality import QUALITY_VIEWS
from ecluse_platform.extract.quality import create

KEY = "DATE '2023-02-01', DATE '2023-01-10', 1, 5, 7, 'ORG', {line}, 1, 0"
KEY_COLUMNS = (
    "FLX_DIS_DTD DATE, FLX_TRT_DTD DATE, FLX_EMT_TYP SMALLINT, FLX_EMT_NUM SMALLINT, FLX_EMT_ORD SMALLINT, "
    "ORG_CLE_NUM VARCHAR, DCT_ORD_NUM INTEGER, PRS_ORD_NUM INTEGER, REM_TYP_AFF INTEGER"
)
TABLES = f"""
CREATE TABLE IR_BEN_R (BEN_NIR_PSA VARCHAR, BEN_RNG_GEM SMALLINT, BEN_IDT_ANO VARCHAR, BEN_CDI_NIR VARCHAR,
  BEN_SEX_COD SMALLINT, BEN_NAI_ANN VARCHAR, BEN_RES_DPT VARCHAR, BEN_DCD_AME VARCHAR);
CREATE TABLE ER_PRS_F ({KEY_COLUMNS}, BEN_NIR_PSA VARCHAR, BEN_RNG_GEM SMALLINT, EXE_SOI_DTD DATE, DPN_QLF SMALLINT,
  PRS_DPN_QLP SMALLINT);
CREATE TABLE ER_PHA_F ({KEY_COLUMNS}, PHA_PRS_C13 BIGINT, PHA_ACT_QSN SMALLINT);
CREATE TABLE ER_ETE_F ({KEY_COLUMNS}, ETE_IND_TAA SMALLINT);
CREATE TABLE IR_PHA_R (PHA_CIP_C13 BIGINT, PHA_ATC_CLA VARCHAR);
CREATE TABLE T_MCO_B (ANNEE SMALLINT, ETA_NUM VARCHAR, RSA_NUM VARCHAR, GRG_GHM VARCHAR, SEJ_TYP VARCHAR,
  DGN_PAL VARCHAR);
CREATE TABLE T_MCO_C (ANNEE SMALLINT, ETA_NUM VARCHAR, RSA_NUM VARCHAR, NIR_ANO_17 VARCHAR, EXE_SOI_DTD DATE,
  NIR_RET VARCHAR, NAI_RET VARCHAR, SEX_RET VARCHAR, SEJ_RET VARCHAR, FHO_RET VARCHAR, PMS_RET VARCHAR, DAT_RET VARCHAR,
  COH_NAI_RET VARCHAR, COH_SEX_RET VARCHAR);
CREATE TABLE finess_doublons (ETA_NUM VARCHAR);
CREATE TABLE IR_IMB_R (BEN_NIR_PSA VARCHAR, BEN_RNG_GEM SMALLINT, IMB_ETM_NAT SMALLINT, MED_MTF_COD VARCHAR,
  IMB_ALD_NUM SMALLINT, IMB_ALD_DTD DATE, IMB_ALD_DTF DATE, INS_DTE DATE, UPD_DTE DATE);
CREATE TABLE KI_CCI_R (BEN_IDT_ANO VARCHAR, BEN_DCD_DTE DATE, DCD_CIM_COD VARCHAR);
INSERT INTO IR_PHA_R VALUES (1, 'A10BA02'), (1, 'A10BA02'), (2, 'J01CA04');
INSERT INTO finess_doublons VALUES ('750100042');
INSERT INTO IR_BEN_R VALUES ('P1', 1, 'I1', '00', 1, '1950', '075', '160001'),
  ('P1B', 1, 'I1', '00', 1, '1950', '075', '202303'),
  ('P2', 1, 'I2', '00', 2, '1960', '013', '160001'), ('FICTIF', 1, 'IX', '05', 2, '1970', '013', '160001');
"""


@pytest.fixture
def snds() -> Iterator[duckdb.DuckDBPyConnection]:
    """A handful of rows, each of which one rule must keep or drop."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def dispense(
    snds: duckdb.DuckDBPyConnection,
    line: int,
    person: str = "P1",
    boxes: int = 1,
    dpn: int | None = 0,
    qlp: int | None = 0,
    hospital: int | None = None,
) -> None:
    """Add one line with its product, as the trap at hand says."""
    key = KEY.format(line=line)
    snds.execute(f"INSERT INTO ER_PRS_F VALUES ({key}, ?, 1, DATE '2023-01-05', ?, ?)", [person, dpn, qlp])
    snds.execute(f"INSERT INTO ER_PHA_F VALUES ({key}, 1, ?)", [boxes])
    if hospital is not None:
        snds.execute(f"INSERT INTO ER_ETE_F VALUES ({key}, ?)", [hospital])


@pytest.mark.parametrize(
    ("trap", "boxes"),
    [
        ({}, 1),
        ({"dpn": None, "qlp": None}, 1),
        ({"dpn": 71}, None),
        ({"dpn": 72}, None),
        ({"qlp": 71}, None),
        ({"dpn": None, "qlp": 71}, None),
        ({"hospital": 1}, None),
        ({"hospital": 0}, 1),
        ({"person": "FICTIF"}, None),
        ({"boxes": -1}, None),
    ],
    ids=[
        "plain",
        "null-is-kept",
        "information-71",
        "information-72",
        "transmitted-71",
        "null-and-71",
        "public-hospital",
        "private-hospital",
        "fictitious",
        "only-negative",
    ],
)
def test_a_dispensing_counts_unless_a_rule_leaves_it_out(
    snds: duckdb.DuckDBPyConnection, trap: dict[str, int | str | None], boxes: int | None
) -> None:
    """Qualifiers are compared NULL-safe; a line for information never counts."""
    dispense(snds, 1, **trap)  # type: ignore[arg-type]
    create(snds)
    found = snds.execute("SELECT boites FROM pha").fetchall()
    assert found == ([] if boxes is None else [(boxes,)])


def test_corrections_are_deducted_and_products_counted_once(snds: duckdb.DuckDBPyConnection) -> None:
    """A line, its correction and its replacement are one dispensing; a product listed twice is not doubled."""
    for line, boxes in ((1, 3), (2, -3), (3, 2)):
        dispense(snds, line, boxes=boxes)
    create(snds)
    assert snds.execute("SELECT BEN_IDT_ANO, atc, boites FROM pha").fetchall() == [("I1", "A10BA02", 2)]


def test_a_person_with_two_pseudonyms_is_one_patient(snds: duckdb.DuckDBPyConnection) -> None:
    """A change of insured person makes a second row, not a second patient; fictitious numbers are nobody."""
    create(snds)
    found = snds.execute("SELECT * FROM patient ORDER BY 1").fetchall()
    assert found == [("I1", 1, "1950", "075", "202303"), ("I2", 2, "1960", "013", "160001")]


STAY = {"ETA": "130000001", "GHM": "01M30T", "TYP": None, "YEAR": 2023, "NIR": "P1", "RET": "0", "COH": "0"}


@pytest.mark.parametrize(
    ("trap", "kept"),
    [
        ({}, True),
        ({"GHM": "90Z00Z"}, False),
        ({"GHM": "01M90T"}, True),
        ({"RET": "1"}, False),
        ({"COH": "1"}, False),
        ({"COH": None, "YEAR": 2012}, True),
        ({"NIR": "xxxxxxxxxxxxxxxxx"}, False),
        ({"NIR": "XXXXXXXXXXXXXXXXD"}, False),
        ({"ETA": "750100042", "YEAR": 2017}, False),
        ({"ETA": "750100042", "YEAR": 2018}, True),
        ({"TYP": "B"}, False),
        ({"TYP": "B", "GHM": "28Z07Z"}, True),
        ({"TYP": "B", "GHM": "28Z14Z"}, False),
        ({"ETA": "2A0000001"}, True),
    ],
    ids=lambda trap: "-".join(map(str, trap.values())) or "plain" if isinstance(trap, dict) else str(trap),
)
def test_a_stay_counts_unless_a_rule_leaves_it_out(
    snds: duckdb.DuckDBPyConnection,
    trap: dict[str, object],
    kept: bool,  # noqa: FBT001 - the expectation
) -> None:
    """Errors of grouping start with 90 (a 90 elsewhere is no error); Corsican numbers stay text."""
    stay = STAY | trap
    stay_key = [stay["YEAR"], stay["ETA"], "0000000001"]
    snds.execute("INSERT INTO T_MCO_B VALUES (?, ?, ?, ?, ?, 'I63')", [*stay_key, stay["GHM"], stay["TYP"]])
    returned = [stay["RET"], *["0"] * 6, stay["COH"], stay["COH"]]
    snds.execute(
        "INSERT INTO T_MCO_C VALUES (?, ?, ?, ?, DATE '2023-03-01', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*stay_key, stay["NIR"], *returned],
    )
    create(snds)
    assert snds.execute("SELECT count(*) FROM mco").fetchone() == (int(kept),)


def test_a_long_term_disease_is_its_last_version(snds: duckdb.DuckDBPyConnection) -> None:
    """Versions are folded into the last one, 1600 is no end, and other exemptions are no long-term disease."""
    rows = [
        (41, "E11", "1600-01-01", "2020-01-01"),
        (41, "E11", "2024-12-31", "2021-06-01"),
        (43, "I50", "1600-01-01", "2020-01-01"),
        (1, "E10", "1600-01-01", "2020-01-01"),
    ]
    for nature, code, end, entered in rows:
        snds.execute(
            "INSERT INTO IR_IMB_R VALUES ('P1', 1, ?, ?, 8, DATE '2019-01-01', ?::DATE, ?::DATE, ?::DATE)",
            [nature, code, end, entered, entered],
        )
    create(snds)
    found = snds.execute("SELECT MED_MTF_COD, IMB_ALD_DTF::VARCHAR FROM ald ORDER BY 1").fetchall()
    assert found == [("E11", "2024-12-31"), ("I50", None)]


def test_a_death_without_a_date_is_none(snds: duckdb.DuckDBPyConnection) -> None:
    """1600-01-01 stands for no date; a death reported twice is one."""
    for day, code in (("1600-01-01", "C34"), ("2022-05-02", "I64"), ("2022-05-02", "I64")):
        snds.execute("INSERT INTO KI_CCI_R VALUES ('I1', ?::DATE, ?)", [day, code])
    create(snds)
    assert snds.execute("SELECT count(*), min(DCD_CIM_COD) FROM deces").fetchone() == (1, "I64")


def test_of_several_records_of_a_death_the_first_with_a_cause_counts(snds: duckdb.DuckDBPyConnection) -> None:
    """By date, then by code, whatever the order of rows: the same in each extract."""
    for day, code in (("2022-05-03", "C34"), ("2022-05-02", "I64"), ("2022-05-02", "I10"), ("2022-05-01", None)):
        snds.execute("INSERT INTO KI_CCI_R VALUES ('I1', ?::DATE, ?)", [day, code])
    create(snds)
    assert snds.execute("SELECT BEN_DCD_DTE::VARCHAR, DCD_CIM_COD FROM deces").fetchall() == [("2022-05-02", "I10")]


def test_a_view_that_the_permit_does_not_allow_is_named(
    snds: duckdb.DuckDBPyConnection,
) -> None:
    """A permit without hospital stays still gets its dispensings."""
    snds.execute("DROP TABLE T_MCO_C")
    assert create(snds) == ("mco", "ace")
    assert snds.execute("SELECT count(*) FROM pha").fetchone() == (0,)


def test_each_view_says_what_it_is_its_version_and_its_source() -> None:
    """In French first, then English, then version and source: what a reader of the comment needs."""
    for view in QUALITY_VIEWS:
        french, english, source = view.comment.splitlines()
        assert french != english
        assert source.startswith(f"version {view.version} · ")
