"""The eight benchmark queries of the reference, as written, on the views of the demonstration's extract.

What they answer is held against the effects planted in the synthetic source, and against the same studies done again
from the source tables with Polars, which shares nothing with the views.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ecluse_platform.synth.effects import ANTIBIOTICS_LEFT, HAZARD_RATIO
from stack.running import Stack

QUERIES = Path(__file__).parents[2] / "golden" / "queries"
KEY = [
    *("FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD", "ORG_CLE_NUM"),
    *("DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF"),
]
WIDE = {"PRS_ORD_NUM": pl.Int64, "REM_TYP_AFF": pl.Int64}


@pytest.fixture(scope="module")
def folder(_running_stack: Stack) -> Path:
    """The current extract of the project that was granted every product."""
    home = _running_stack.state / "extracts" / "avc-parcours"
    return home / (home / "current").read_text(encoding="ascii").strip()


@pytest.fixture(scope="module")
def snds(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The views of the extract, reading its files where they are outside of a container."""
    copy = tmp_path_factory.mktemp("views") / "snds.duckdb"
    shutil.copy(folder / "snds.duckdb", copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"CREATE OR REPLACE MACRO data_folder() AS '{folder}'")
        yield connection


class Source:
    """The source tables, straight from their files."""

    def __init__(self, root: Path) -> None:
        """Read below a folder."""
        self._root = root

    def __call__(self, table: str) -> pl.LazyFrame:
        """Scan one table."""
        return pl.scan_parquet(self._root / table / "**" / "*.parquet", hive_partitioning=False)

    def persons(self) -> pl.LazyFrame:
        """Return pseudonym and rank of regular numbers with their person."""
        regular = self("IR_BEN_R").filter(pl.col("BEN_CDI_NIR") == "00")
        return regular.select("BEN_NIR_PSA", "BEN_RNG_GEM", "BEN_IDT_ANO").unique()

    def dispensings(self, atc: str) -> pl.LazyFrame:
        """Return the boxes of an ATC class by person and day, every rule applied."""
        lines = self("ER_PRS_F").with_columns(pl.col(name).cast(kind) for name, kind in WIDE.items())
        lines = lines.filter(
            ~pl.col("DPN_QLF").fill_null(0).is_in([71, 72]), pl.col("PRS_DPN_QLP").fill_null(0) != 71
        ).select(*KEY, "BEN_NIR_PSA", "BEN_RNG_GEM", "EXE_SOI_DTD")
        products = self("ER_PHA_F").with_columns(pl.col(name).cast(kind) for name, kind in WIDE.items())
        public = self("ER_ETE_F").filter(pl.col("ETE_IND_TAA") == 1)
        public = public.select(pl.col(name).cast(WIDE[name]) if name in WIDE else pl.col(name) for name in KEY)
        drugs = self("IR_PHA_R").filter(pl.col("PHA_ATC_CLA").str.starts_with(atc))
        drugs = drugs.select("PHA_CIP_C13", "PHA_ATC_CLA").unique()
        boxes = (
            lines.join(products.select(*KEY, "PHA_PRS_C13", "PHA_ACT_QSN"), on=KEY)
            .join(drugs, left_on="PHA_PRS_C13", right_on="PHA_CIP_C13")
            .join(public, on=KEY, how="anti")
            .join(self.persons(), on=["BEN_NIR_PSA", "BEN_RNG_GEM"])
            .group_by("BEN_IDT_ANO", "EXE_SOI_DTD", "PHA_ATC_CLA")
            .agg(pl.col("PHA_ACT_QSN").sum().alias("boxes"))
        )
        return boxes.filter(pl.col("boxes") > 0)

    def stays(self) -> pl.LazyFrame:
        """Return stays with their pseudonym, every rule applied."""
        returned = [f"{c}_RET" for c in ["NIR", "NAI", "SEX", "SEJ", "FHO", "PMS", "DAT", "COH_NAI", "COH_SEX"]]
        chained = self("T_MCO_C").filter(pl.all_horizontal(pl.col(name) == "0" for name in returned))
        kept = self("T_MCO_B").filter(
            ~pl.col("GRG_GHM").str.starts_with("90"),
            pl.col("SEJ_TYP").fill_null("A").ne("B")
            | (pl.col("GRG_GHM").str.starts_with("28") & ~pl.col("GRG_GHM").is_in(["28Z14Z", "28Z15Z", "28Z16Z"])),
        )
        names = ["ANNEE", "ETA_NUM", "RSA_NUM"]
        return kept.join(chained.select(*names, "NIR_ANO_17", "EXE_SOI_DTD"), on=names)


@pytest.fixture(scope="module")
def source(_running_stack: Stack) -> Source:
    """The synthetic source of the demonstration."""
    return Source(_running_stack.state / "source")


def asked(snds: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """Return what a benchmark query answers, as written."""
    return snds.sql((QUERIES / f"{query}.sql").read_text(encoding="utf-8")).pl()


@pytest.mark.parametrize("query", [f"b{number}" for number in range(1, 9)])
def test_each_query_runs_as_written_and_answers(snds: duckdb.DuckDBPyConnection, query: str) -> None:
    """Names, types and joins are the portal's."""
    assert asked(snds, query).height > 0


def test_b1_counts_the_patients_and_boxes_of_statins(snds: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Year by year, the sums over cells are those of the source."""
    found = asked(snds, "b1").group_by("an").agg(pl.col("n_boites").sum()).sort("an")
    wanted = (
        source.dispensings("C10AA").group_by(an=pl.col("EXE_SOI_DTD").dt.year().cast(pl.Int64))
        .agg(pl.col("boxes").sum()).sort("an").collect()
    )  # fmt: skip
    assert [tuple(map(int, row)) for row in found.rows()] == [tuple(map(int, row)) for row in wanted.rows()]


def test_b2_counts_first_strokes(snds: duckdb.DuckDBPyConnection, source: Source) -> None:
    """As many persons with a first stay for I61 to I64 as in the source."""
    strokes = source.stays().filter(pl.col("DGN_PAL").str.contains(r"^I6[1-4]"))
    persons = strokes.join(source.persons(), left_on="NIR_ANO_17", right_on="BEN_NIR_PSA")
    wanted = persons.select(pl.col("BEN_IDT_ANO").n_unique()).collect().item()
    assert asked(snds, "b2")["n"].sum() == wanted > 0


def test_b4_counts_diabetes_once_per_person(snds: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Exemptions are selected by their ICD-10 code, repeated ones count once."""
    exempt = source("IR_IMB_R").filter(
        pl.col("IMB_ETM_NAT").is_in([41, 43, 45]),
        pl.col("MED_MTF_COD").str.contains(r"^E1[0-4]"),
        pl.col("IMB_ALD_DTD") <= pl.date(2023, 12, 31),
        pl.col("IMB_ALD_DTF").is_null()
        | (pl.col("IMB_ALD_DTF") < pl.date(1601, 1, 1))
        | (pl.col("IMB_ALD_DTF") >= pl.date(2023, 1, 1)),
    )
    persons = exempt.join(source.persons(), on=["BEN_NIR_PSA", "BEN_RNG_GEM"])
    wanted = persons.select(pl.col("BEN_IDT_ANO").n_unique()).collect().item()
    assert asked(snds, "b4")["n"].sum() == wanted > 0


def test_b5_finds_the_hazard_of_warfarin(snds: duckdb.DuckDBPyConnection) -> None:
    """The rate ratio of strokes against the other anticoagulants is the planted one, within three standard errors."""
    table = asked(snds, "b5").with_columns(time=pl.col("n_sortis") * (pl.col("t30") + 0.5))
    arms = {}
    for warfarin in (True, False):
        arm = table.filter(pl.col("arm").eq("B01AA03") == warfarin)
        arms[warfarin] = (float(arm["n_ev"].sum()), float(arm["time"].sum()))
    (events, time), (others, their_time) = arms[True], arms[False]
    error = math.sqrt(1 / events + 1 / others)
    assert abs(math.log(events / time / (others / their_time)) - math.log(HAZARD_RATIO)) < 3 * error


def test_b6_finds_the_fall_of_antibiotics(snds: duckdb.DuckDBPyConnection, source: Source) -> None:
    """From March 2020 on, by month; the months themselves are those of the source."""
    months = asked(snds, "b6")
    same = pl.col("mois").dt.month().is_between(4, 12)
    before = months.filter(pl.col("mois").dt.year() == 2019, same)["n"].mean()
    after = months.filter(pl.col("mois").dt.year() == 2021, same)["n"].mean()
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after / before == pytest.approx(ANTIBIOTICS_LEFT, rel=0.1)
    wanted = source.dispensings("J01").select(pl.len()).collect().item()
    assert months["n"].sum() == wanted


def test_b7_counts_signed_acts(snds: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Corrections are deducted, and money is the source's, to the cent."""
    acts = source("ER_CAM_F").filter(pl.col("CAM_ACT_COD") == "1").with_columns(
        pl.col(name).cast(kind) for name, kind in WIDE.items()
    )  # fmt: skip
    lines = source("ER_PRS_F").filter(
        ~pl.col("DPN_QLF").fill_null(0).is_in([71, 72]), pl.col("EXE_SOI_DTD").dt.year() == 2023
    ).with_columns(pl.col(name).cast(kind) for name, kind in WIDE.items())  # fmt: skip
    both = lines.join(acts.select(*KEY, "CAM_PRS_IDE"), on=KEY)
    wanted = both.select(
        n=pl.col("PRS_ACT_QTE").cast(pl.Float64).sign().sum(), money=pl.col("PRS_PAI_MNT").sum()
    ).collect()  # fmt: skip
    found = asked(snds, "b7")
    assert (float(found["n"].sum()), float(found["mnt"].sum())) == tuple(map(float, wanted.row(0)))


def test_b8_counts_deaths_and_last_stays(snds: duckdb.DuckDBPyConnection, source: Source) -> None:
    """A death is one person's; nobody is hospitalised at the end of life more often than they die."""
    deaths = source("KI_CCI_R").filter(
        pl.col("FLX_PER_ANN").is_between(pl.lit("2019"), pl.lit("2022")), pl.col("BEN_IDT_ANO").is_not_null()
    )
    wanted = deaths.select(pl.col("BEN_IDT_ANO").n_unique()).collect().item()
    found = asked(snds, "b8")
    assert found["n_dc"].sum() == wanted > 0
    assert (found["n_hosp30"] <= found["n_dc"]).all()
    assert found["n_hosp30"].sum() > 0
