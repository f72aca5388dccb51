"""One year of a drug's dispensings by month, sex and age, over 50 million lines of ER_PRS_F, on two threads.

Once, some ten minutes on two free cores; then as often as one likes:

    .venv/bin/ecluse synth --patients 1000000 --years 2019-2023 --seed 1 --out SOURCE
    .venv/bin/python tests/benchmarks/one_year_of_a_drug.py SOURCE

The seconds stand beside the 763 s that sndsTools measured on the national portal for 48 million dispensings of vitamin
D: another machine, another engine and real data, so it is an order of magnitude and nothing finer. Every quality filter
of the view `pha` applies: lines for information, hospitals counted elsewhere, corrections, fictitious numbers.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import duckdb

LINES = 50_000_000
PORTAL_SECONDS = 763
ROUNDS = 3
DRUG, YEAR = "C10AA", 2022
KEY = """FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM,
    DCT_ORD_NUM, PRS_ORD_NUM, REM_TYP_AFF"""
QUERY = f"""
WITH pha AS (
    SELECT b.BEN_IDT_ANO, b.sexe, b.naissance, p.EXE_SOI_DTD, sum(h.PHA_ACT_QSN) AS boites
    FROM ER_PRS_F p
    JOIN ER_PHA_F h USING ({KEY})
    JOIN (SELECT DISTINCT PHA_CIP_C13 FROM IR_PHA_R WHERE PHA_ATC_CLA LIKE '{DRUG}%') r ON h.PHA_PRS_C13 = r.PHA_CIP_C13
    JOIN (SELECT BEN_NIR_PSA, BEN_RNG_GEM, min(BEN_IDT_ANO) AS BEN_IDT_ANO, min(BEN_SEX_COD) AS sexe,
          min(BEN_NAI_ANN)::INTEGER AS naissance FROM IR_BEN_R WHERE BEN_CDI_NIR = '00' GROUP BY ALL) b
      USING (BEN_NIR_PSA, BEN_RNG_GEM)
    LEFT JOIN ER_ETE_F e USING ({KEY})
    WHERE p.EXE_SOI_DTD BETWEEN DATE '{YEAR}-01-01' AND DATE '{YEAR}-12-31'
      AND coalesce(p.DPN_QLF, 0) NOT IN (71, 72) AND coalesce(p.PRS_DPN_QLP, 0) <> 71
      AND (e.ETE_IND_TAA IS NULL OR e.ETE_IND_TAA <> 1)
    GROUP BY ALL
    HAVING sum(h.PHA_ACT_QSN) > 0
)
SELECT month(EXE_SOI_DTD) AS mois, sexe, least(90, ({YEAR} - naissance) // 10 * 10) AS age,
       count(*) AS dispensations, count(DISTINCT BEN_IDT_ANO) AS personnes, sum(boites) AS boites
FROM pha GROUP BY ALL
"""


def months(source: Path, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return flow months around the year of care, outwards from it, until there are lines enough."""
    # Care of a year arrives from its second month to the eighteenth.
    names = sorted(path.name for path in (source / "ER_PRS_F").iterdir())
    wanted = [name for name in names if f"flx_month={YEAR}-01" <= name <= f"flx_month={YEAR + 1}-06"]
    others = sorted(set(names) - set(wanted), reverse=True)
    while True:
        files = [str(source / "ER_PRS_F" / name / "part-0000.parquet") for name in wanted]
        counted = connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [files]).fetchall()
        if counted[0][0] >= LINES or not others:
            return wanted
        wanted.append(others.pop(0))


def main(source: Path) -> None:
    """Print the seconds of some rounds, and what was read."""
    connection = duckdb.connect(config={"threads": 2})
    chosen = months(source, connection)
    for table in ("ER_PRS_F", "ER_PHA_F", "ER_ETE_F"):
        paths = [str(source / table / name / "part-0000.parquet") for name in chosen]
        there = ", ".join(f"'{path}'" for path in paths if Path(path).exists())
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet([{there}], hive_partitioning=false)")
    for table in ("IR_PHA_R", "IR_BEN_R"):
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{source / table}/*.parquet')")
    lines = connection.execute("SELECT count(*) FROM ER_PRS_F").fetchall()[0][0]
    taken = []
    found: list[tuple[int, ...]] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = connection.execute(QUERY).fetchall()
        taken.append(time.perf_counter() - began)
    middle = statistics.median(taken)
    sys.stdout.write(
        f"{lines:,} lines of ER_PRS_F in {len(chosen)} flow months; {sum(row[3] for row in found):,} dispensings of "
        f"{DRUG}* in {YEAR}, {len(found)} cells\n"
        f"{middle:.1f} s (from {min(taken):.1f} to {max(taken):.1f}) on 2 threads; "
        f"{PORTAL_SECONDS} s on the portal for 48 million: {PORTAL_SECONDS / middle:.0f} times\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
