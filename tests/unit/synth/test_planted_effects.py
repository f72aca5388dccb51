"""The effects planted in the synthetic SNDS: a correct study finds each, and a wrong filter does not.

The study's filters are written out here, rule by rule, as an epidemiologist writes them; the quality views of extracts
apply the same rules and have tests of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from ecluse_platform.synth import Settings
from ecluse_platform.synth.block import pieces
from ecluse_platform.synth.effects import (
    ANTIBIOTICS_LEFT,
    DIABETES_GRADIENT,
    HARMFUL,
    HAZARD_RATIO,
    INFLUENZA_CAMPAIGN_START,
    STROKE_GRADIENT,
    STROKE_HAZARD,
)
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.population import populate
from ecluse_platform.synth.reference import ir_dpt_v, ir_pha_r
from ecluse_platform.synth.settings import FAR_DAY
from ecluse_platform.synth.strokes import anticoagulate, stroke_days

STUDY = Settings(30_000, 2018, 2021, 2026)
K9 = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"
KEY = K9.split(",")
# What the studies read: the other columns would only take time.
NEEDED = {
    "ER_PRS_F": [*KEY, "BEN_NIR_PSA", "BEN_RNG_GEM", "EXE_SOI_DTD", "DPN_QLF", "PRS_DPN_QLP"],
    "ER_PHA_F": [*KEY, "PHA_PRS_C13", "PHA_ACT_QSN"],
    "ER_ETE_F": [*KEY, "ETE_IND_TAA"],
    "IR_BEN_R": None,
    "IR_IMB_R": None,
    "KI_CCI_R": ["BEN_IDT_ANO", "BEN_DCD_DTE"],
    "T_MCO_B": ["ANNEE", "ETA_NUM", "RSA_NUM", "GRG_GHM", "DGN_PAL"],
    "T_MCO_C": None,
}
RETURNS = ("NIR", "NAI", "SEX", "SEJ", "FHO", "PMS", "DAT", "COH_NAI", "COH_SEX")
ALL_RETURNS = " AND ".join(f"{code}_RET = '0'" for code in RETURNS)
NOT_INFORMATION = "coalesce(DPN_QLF, 0) NOT IN (71, 72) AND coalesce(PRS_DPN_QLP, 0) <> 71"
NOT_PUBLIC_TWICE = "(ETE_IND_TAA IS NULL OR ETE_IND_TAA <> 1)"
CORRECT = f"{NOT_INFORMATION} AND {NOT_PUBLIC_TWICE}"
CORRECT_STAYS = f"GRG_GHM NOT LIKE '90%' AND {ALL_RETURNS}"
ARMS = "('B01AF01', 'B01AF02', 'B01AE07', 'B01AA03')"
END = "DATE '2021-12-31'"


@pytest.fixture(scope="module")
def tables() -> duckdb.DuckDBPyConnection:
    """The tables of the study, straight from the blocks."""
    connection = duckdb.connect()
    for block in range(STUDY.blocks):
        for piece in pieces(STUDY, block):
            if piece.table in NEEDED:
                wanted = NEEDED[piece.table] or list(piece.columns)
                arrow = pa.table({name: piece.columns[name] for name in wanted})
                connection.register("arrow", arrow)
                connection.execute(f"CREATE TABLE IF NOT EXISTS {piece.table} AS FROM arrow LIMIT 0")
                connection.execute(f"INSERT INTO {piece.table} FROM arrow")
                connection.unregister("arrow")
    for name, columns in (("IR_PHA_R", ir_pha_r()), ("IR_DPT_V", ir_dpt_v())):
        connection.register("arrow", pa.table(columns))
        connection.execute(f"CREATE TABLE {name} AS FROM arrow")
    connection.execute(
        "CREATE VIEW ben AS SELECT DISTINCT BEN_NIR_PSA, BEN_RNG_GEM, BEN_IDT_ANO FROM IR_BEN_R "
        "WHERE BEN_CDI_NIR = '00'"
    )
    connection.execute(
        f"CREATE TABLE line AS SELECT EXE_SOI_DTD AS day, FLX_DIS_DTD, DPN_QLF, PRS_DPN_QLP, ETE_IND_TAA, BEN_IDT_ANO, "
        f"PHA_ATC_CLA AS atc, PHA_ACT_QSN AS boxes FROM ER_PRS_F JOIN ER_PHA_F USING ({K9}) "
        "JOIN IR_PHA_R ON PHA_PRS_C13 = PHA_CIP_C13 AND PHA_ATC_CLA SIMILAR TO '(B01A|J01|J07BB02).*' "
        f"JOIN ben USING (BEN_NIR_PSA, BEN_RNG_GEM) LEFT JOIN ER_ETE_F USING ({K9})"
    )
    connection.execute(
        "CREATE TABLE stay AS SELECT b.*, c.* EXCLUDE (ANNEE, ETA_NUM, RSA_NUM) "
        "FROM T_MCO_B b JOIN T_MCO_C c USING (ANNEE, ETA_NUM, RSA_NUM)"
    )
    return connection


@dataclass(frozen=True)
class Rates:
    """Strokes and person-years of the users of the harmful drug, and of the others."""

    harmed: float
    harmed_years: float
    others: float
    others_years: float

    @property
    def ratio(self) -> float:
        """Return the ratio of the two rates: the hazard ratio, as both hazards are constant."""
        return (self.harmed / self.harmed_years) / (self.others / self.others_years)

    @property
    def error(self) -> float:
        """Return the standard error of the ratio's logarithm."""
        return math.sqrt(1 / self.harmed + 1 / self.others)


def study(tables: duckdb.DuckDBPyConnection, lines: str, stays: str) -> Rates:
    """Follow new users from their first dispensing to the first stroke, death or the end, by first drug."""
    rows = tables.execute(f"""
        WITH dispensed AS (SELECT BEN_IDT_ANO, day, atc FROM line WHERE atc IN {ARMS} AND {lines}
                           GROUP BY ALL HAVING sum(boxes) > 0),
        first AS (SELECT BEN_IDT_ANO, min(day) AS since, arg_min(atc, (day, atc)) AS arm FROM dispensed GROUP BY 1),
        stroke AS (SELECT BEN_IDT_ANO, min(EXE_SOI_DTD) AS struck FROM stay JOIN ben ON NIR_ANO_17 = BEN_NIR_PSA
                   JOIN first USING (BEN_IDT_ANO)
                   WHERE DGN_PAL LIKE 'I6%' AND EXE_SOI_DTD > since AND {stays} GROUP BY 1),
        dead AS (SELECT BEN_IDT_ANO, min(BEN_DCD_DTE) AS died FROM KI_CCI_R GROUP BY 1),
        followed AS (SELECT arm, since, struck, least(coalesce(struck, {END}), coalesce(died, {END}), {END}) AS until
                     FROM first LEFT JOIN stroke USING (BEN_IDT_ANO) LEFT JOIN dead USING (BEN_IDT_ANO))
        SELECT arm = '{HARMFUL}', sum((struck <= until)::INT), sum(until - since) / 365.25
        FROM followed GROUP BY 1 ORDER BY 1
    """).fetchall()
    (_, others, others_years), (_, harmed, harmed_years) = rows
    return Rates(harmed, harmed_years, others, others_years)


def test_a_correct_study_finds_the_hazard_ratio(tables: duckdb.DuckDBPyConnection) -> None:
    """The ratio of rates is the planted one within three standard errors, far from 1, and so is the rate itself."""
    found = study(tables, CORRECT, CORRECT_STAYS)
    assert abs(math.log(found.ratio / HAZARD_RATIO)) < 3 * found.error
    assert math.log(found.ratio) > 3 * found.error
    assert abs(math.log(found.others / found.others_years / STROKE_HAZARD)) < 3 / math.sqrt(found.others)


def test_the_ratio_is_the_same_for_early_and_late_users(tables: duckdb.DuckDBPyConnection) -> None:
    """Those treated since 2018 and those who begin later have the same ratio: hazards are constant."""
    early_users = (
        f"(SELECT DISTINCT BEN_IDT_ANO FROM line WHERE atc IN {ARMS} AND {CORRECT} AND day < DATE '2019-01-01')"
    )
    early = study(tables, f"{CORRECT} AND BEN_IDT_ANO IN {early_users}", CORRECT_STAYS)
    late = study(tables, f"{CORRECT} AND BEN_IDT_ANO NOT IN {early_users}", CORRECT_STAYS)
    assert abs(math.log(early.ratio / late.ratio)) < 3 * math.hypot(early.error, late.error)


@pytest.mark.parametrize(
    ("lines", "stays"),
    [
        pytest.param("TRUE", CORRECT_STAYS, id="lines for information kept"),
        pytest.param("DPN_QLF <> 71", CORRECT_STAYS, id="only DPN_QLF 71 left out, as older programs do"),
        pytest.param("TRUE", "TRUE", id="no filter at all"),
    ],
)
def test_a_wrong_filter_misses_the_hazard_ratio(tables: duckdb.DuckDBPyConnection, lines: str, stays: str) -> None:
    """Users of the others are taken for users of the harmful drug: the effect fades well below the planted one."""
    right, wrong = study(tables, CORRECT, CORRECT_STAYS), study(tables, lines, stays)
    assert wrong.ratio < 0.75 * right.ratio
    assert wrong.harmed_years > 1.3 * right.harmed_years


@pytest.mark.parametrize("stays", ["TRUE", ALL_RETURNS, "GRG_GHM LIKE '90%' OR NIR_RET <> '0'"])
def test_stays_that_failed_hide_the_effect(tables: duckdb.DuckDBPyConnection, stays: str) -> None:
    """Stays whose grouping failed say stroke at random: with them the ratio is nearer to 1, alone there is none."""
    right, wrong = study(tables, CORRECT, CORRECT_STAYS), study(tables, CORRECT, stays)
    assert wrong.ratio < 0.9 * right.ratio


def _boxes(tables: duckdb.DuckDBPyConnection, lines: str, day: str = "day") -> dict[int, float]:
    rows = tables.execute(
        f"SELECT year({day}), sum(boxes) FROM line WHERE atc LIKE 'J01%' AND month({day}) >= 3 AND {lines} GROUP BY 1"
    ).fetchall()
    return {int(year): float(boxes) for year, boxes in rows}


def test_antibiotics_fall_in_march_2020(tables: duckdb.DuckDBPyConnection) -> None:
    """From March on, 2020 and 2021 have the planted share of 2018 and 2019; January and February do not move."""
    boxes = _boxes(tables, CORRECT)
    before, after = boxes[2018] + boxes[2019], boxes[2020] + boxes[2021]
    assert after / before == pytest.approx(ANTIBIOTICS_LEFT, rel=0.03)
    winter = dict(
        tables.execute(
            f"SELECT year(day), sum(boxes) FROM line WHERE atc LIKE 'J01%' AND month(day) < 3 AND {CORRECT} GROUP BY 1"
        ).fetchall()
    )
    assert float(winter[2020]) == pytest.approx(float(winter[2019]), rel=0.06)


def test_lines_for_information_hide_most_of_the_fall(tables: duckdb.DuckDBPyConnection) -> None:
    """Without the filters, two thirds of the fall disappear."""
    boxes = _boxes(tables, "TRUE")
    found = (boxes[2020] + boxes[2021]) / (boxes[2018] + boxes[2019])
    assert 1 - found < (1 - ANTIBIOTICS_LEFT) / 2


def test_flow_months_date_the_fall_too_late(tables: duckdb.DuckDBPyConnection) -> None:
    """By flow month, March 2020 still holds the care of February: the break is not where the policy was."""
    monthly = (
        f"SELECT sum(boxes) FROM line WHERE atc LIKE 'J01%' AND {CORRECT} AND date_trunc('month', {{}}) = DATE '{{}}'"
    )

    def ratio(column: str) -> float:
        (now,) = tables.execute(monthly.format(column, "2020-03-01")).fetchone() or (0,)
        (past,) = tables.execute(monthly.format(column, "2019-03-01")).fetchone() or (0,)
        return float(now) / float(past)

    assert ratio("day") < 0.78
    assert ratio("FLX_DIS_DTD") > 0.88


def test_influenza_vaccines_peak_in_october_and_november(tables: duckdb.DuckDBPyConnection) -> None:
    """Nearly all of a campaign's vaccines are dispensed from October to December, most in its first six weeks."""
    rows = tables.execute(
        f"SELECT month(day), count(*) FROM line WHERE atc = 'J07BB02' AND {CORRECT} GROUP BY 1"
    ).fetchall()
    months = {int(month): int(n) for month, n in rows}
    total = sum(months.values())
    assert months[10] + months[11] > 0.8 * total
    assert months[10] + months[11] + months[12] > 0.95 * total
    assert sum(n for month, n in months.items() if 3 <= month <= 9) < 0.01 * total
    assert np.datetime64("2021-01-01") + INFLUENZA_CAMPAIGN_START == np.datetime64("2021-10-16")


def test_diabetes_follows_the_regional_gradient(tables: duckdb.DuckDBPyConnection) -> None:
    """Hauts-de-France and Bretagne differ by the planted ratio, which their ages blur a little."""
    rows = tables.execute(
        "SELECT GEO_REG_COD, count(DISTINCT i.BEN_IDT_ANO), count(DISTINCT p.BEN_IDT_ANO) FROM IR_BEN_R p "
        "JOIN IR_DPT_V ON BEN_RES_DPT = GEO_DPT_COD LEFT JOIN (SELECT DISTINCT BEN_IDT_ANO FROM IR_IMB_R "
        "JOIN ben USING (BEN_NIR_PSA, BEN_RNG_GEM) WHERE IMB_ETM_NAT IN (41, 43, 45) AND MED_MTF_COD LIKE 'E11%') i "
        "USING (BEN_IDT_ANO) WHERE BEN_CDI_NIR = '00' GROUP BY 1"
    ).fetchall()
    ill = {int(region): (int(sick), int(people)) for region, sick, people in rows}
    north, west = ill[32], ill[53]
    found = (north[0] / north[1]) / (west[0] / west[1])
    planted = DIABETES_GRADIENT[32] / DIABETES_GRADIENT[53]
    # Bretagne is older, which the comparison of raw shares does not take out: a tenth of the ratio at most.
    assert abs(math.log(found / planted)) < 3 * math.sqrt(1 / north[0] + 1 / west[0]) + 0.1
    assert found > 1.3


def test_strokes_follow_the_regional_gradient() -> None:
    """Of those without anticoagulant, at the same age, each région named has the planted ratio to the others.

    Strokes are too rare to show it among the persons of the other studies: here more are drawn, and nothing else.
    """
    settings = Settings(200_000, 2018, 2021, 2026)
    region_of = np.array([d.region for d in departments()])
    regions, bands, years, struck = [], [], [], []
    for block in range(settings.blocks):
        people = populate(settings, block)
        users = anticoagulate(settings, block, people)
        day = stroke_days(settings, block, people, users, np.full(len(users.person), FAR_DAY))
        since = np.maximum(settings.first_day, people.birth_day)
        until = np.minimum(np.minimum(day, people.death_day), settings.end_day)
        followed = until > since
        followed[users.person] = False
        regions.append(region_of[people.department][followed])
        bands.append(people.ages(settings.first_day)[followed].astype(np.int64) // 2)
        years.append(((until - since) / 365.25)[followed])
        struck.append((day < FAR_DAY)[followed])
    region, band, year, stroke = (np.concatenate(parts) for parts in (regions, bands, years, struck))
    plain = ~np.isin(region, list(STROKE_GRADIENT))
    bins = int(band.max()) + 1
    rate = np.bincount(band[plain], stroke[plain], bins) / np.maximum(np.bincount(band[plain], year[plain], bins), 1)
    expected = rate[band] * year
    for code, planted in STROKE_GRADIENT.items():
        there = region == code
        found, error = stroke[there].sum() / expected[there].sum(), 1 / math.sqrt(stroke[there].sum())
        assert abs(math.log(found / planted)) < 3 * error, (code, found)
    north = region == 32
    assert math.log(stroke[north].sum() / expected[north].sum()) > 3 / math.sqrt(stroke[north].sum())
