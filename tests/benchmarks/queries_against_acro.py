"""Cells from SQL, side by side with a plain DuckDB query that computes the same, and with ACRO's crosstab.

    python tests/benchmarks/queries_against_acro.py [ROWS]

ACRO 1.0.2 lives in an environment of its own, build/acro/venv, which is made when it is missing. Ratios are printed, of
elapsed and of processor time (the steadier one on a busy machine); nothing is asserted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ecluse_platform.compute.measuring import measure
from ecluse_platform.core.disclosure import VerifiedQuery
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.project import GrantedTable
from ecluse_platform.policyfiles import load_policies

ROOT = Path(__file__).resolve().parents[2]
ACRO = ROOT / "build" / "acro"
ROWS = 10_000_000
PERSONS = 100_000
ROUNDS = 3
THREADS = 2
MOST = 100_000
TEXT = {"fr": "x", "en": "x"}
COLUMNS: dict[str, tuple[str, str, dict[str, object]]] = {
    "PSA": ("VARCHAR", "pseudonym", {"pseudonym": "psa"}),
    "REGION": ("VARCHAR", "dimension", {}),
    "AGEB": ("VARCHAR", "dimension", {}),
    "SEX": ("VARCHAR", "dimension", {}),
    "YEAR": ("INTEGER", "dimension", {}),
    "COST": ("DECIMAL(10,2)", "measure", {"bounds": {"low": 0, "high": 1_000_000}}),
}
DIMENSIONS = "REGION, AGEB, SEX, YEAR"
PLAIN = f"""
SELECT {DIMENSIONS}, count(*) AS persons, sum(n) AS lines, sum(s) AS total, sum(s) / sum(n) AS mean, max(s, 2) AS top
FROM (SELECT {DIMENSIONS}, __u, count(*) AS n, sum(COST) AS s FROM CARE GROUP BY ALL) GROUP BY ALL
"""
PLAIN_KEYS = f"""
SELECT {DIMENSIONS}, count(DISTINCT PSA) AS persons, sum(n) AS lines, sum(s) AS total, sum(s) / sum(n) AS mean,
    max(s, 2) AS top
FROM (SELECT {DIMENSIONS}, __u, PSA, count(*) AS n, sum(COST) AS s FROM CARE GROUP BY ALL) GROUP BY ALL
"""
SUMS = f"SELECT {DIMENSIONS}, count(*) AS n, sum(COST) AS s, avg(COST) AS m FROM CARE GROUP BY "
KEYS = (
    f"SELECT {DIMENSIONS}, count(DISTINCT PSA) AS p, count(*) AS n, sum(COST) AS s, avg(COST) AS m FROM CARE GROUP BY "
)
CROSSTAB = """
import contextlib, io, logging, sys, time
import pandas
logging.disable(logging.CRITICAL)
from acro import ACRO
loading, loaded = time.perf_counter(), time.process_time()
care = pandas.read_parquet(sys.argv[1], columns=["REGION", "AGEB", "SEX", "YEAR", "COST"])
care = care.astype({"REGION": "category", "AGEB": "category", "SEX": "category", "COST": "float64"})
loading, loaded = time.perf_counter() - loading, time.process_time() - loaded
more = {"values": care.COST, "aggfunc": sys.argv[2:]} if len(sys.argv) > 2 else {}
with contextlib.redirect_stdout(io.StringIO()):
    session = ACRO(suppress=True)
    began, spent = time.perf_counter(), time.process_time()
    session.crosstab([care.REGION, care.AGEB], [care.SEX, care.YEAR], **more)
    taken = time.perf_counter() - began, time.process_time() - spent
print(loading, loaded, *taken)
"""


def generate(path: Path, rows: int) -> None:
    """Write lines of care: persons of fixed region, age and sex, some with very many lines, costs log-normal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": str(THREADS)})
    connection.execute("SELECT setseed(0.42)")
    connection.execute(
        f"""CREATE TABLE person AS SELECT i AS u, 'R' || (13 * power(random(), 1.6))::INT AS REGION,
            'A' || floor(10 * power(random(), 1.3))::INT AS AGEB, CASE WHEN random() < 0.5 THEN 'F' ELSE 'M' END AS SEX
        FROM range({PERSONS}) t(i)"""
    )
    connection.execute(
        f"""COPY (WITH line AS (SELECT floor({PERSONS} * power(random(), 2))::BIGINT AS u,
            (2018 + floor(5 * random()))::INTEGER AS YEAR,
            exp(4 + 1.2 * sqrt(-2 * ln(random() + 1e-12)) * cos(2 * pi() * random()))::DECIMAL(10, 2) AS COST
            FROM range({rows}))
        SELECT 'p' || lpad(u::VARCHAR, 16, '0') AS PSA, REGION, AGEB, SEX, YEAR, COST, u AS __u
        FROM line JOIN person USING (u)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""
    )


def planned(sql: str) -> VerifiedQuery:
    """Plan a query on the one table of this benchmark, by the rules of the demonstration."""
    columns = {
        name: {"type": kind, "class": role, "label": TEXT, **more} for name, (kind, role, more) in COLUMNS.items()
    }
    care = {
        "title": TEXT, "kind": "private", "primary_key": [], "keys": [{"domain": "psa", "columns": ["PSA"]}],
        "owner": "psa", "care_date": None, "columns": columns,
    }  # fmt: skip
    bundle = load_policies(ROOT / "policies")
    project = bundle.projects["diabete-idf"]
    data = project.data.model_copy(update={"tables": (GrantedTable(name="CARE", columns=tuple(COLUMNS)),)})
    content = {"name": "care", "title": TEXT, "identifiers_per_person": 4, "tables": {"CARE": care}}
    catalogue = Catalogue.model_validate_json(json.dumps(content))
    only = project.model_copy(update={"data": data})
    return plan_query(catalogue, only, bundle.profile_of(project), sql, bundle.platform.queries.sql_characters)


@dataclass(frozen=True)
class Time:
    """Seconds elapsed, and seconds of processor."""

    wall: float
    cpu: float

    def __add__(self, other: Time) -> Time:
        """Return the time of both."""
        return Time(self.wall + other.wall, self.cpu + other.cpu)

    def over(self, other: Time) -> str:
        """Write how many times the other this is."""
        return f"{self.wall / other.wall:5.2f} (processor {self.cpu / other.cpu:5.2f})"


def timed(act: Callable[[], object]) -> Time:
    """Return the shortest of a few runs."""
    walls, cpus = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - spent)
    return Time(min(walls), min(cpus))


def cells(connection: duckdb.DuckDBPyConnection, query: VerifiedQuery) -> int:
    """Compute all cells of a query, with all that the rules look at; return how many there are."""
    connection.execute("DROP TABLE IF EXISTS facts")
    return measure(connection, query, "Total", MOST, MOST).layout.size


def crosstab(path: Path, *aggregates: str) -> tuple[Time, Time]:
    """Return what reading the lines takes, and ACRO's table: of counts, or of aggregates, whose shares it looks at."""
    python = ACRO / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(ACRO / "venv", with_pip=True)
        packages = ["acro==1.0.2", "pandas==2.3.3", "pyarrow"]
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    done = subprocess.run([python, "-c", CROSSTAB, path, *aggregates], check=True, capture_output=True, text=True)
    reading, spent, wall, cpu = map(float, done.stdout.split()[-4:])
    return Time(reading, spent), Time(wall, cpu)


def main() -> None:
    """Generate the lines once, then print times and ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    path = ACRO / f"care-{rows}.parquet"
    if not path.exists():
        generate(path, rows)
    connection = duckdb.connect(config={"threads": str(THREADS)})
    connection.execute(f"CREATE VIEW CARE AS SELECT * FROM read_parquet('{path}', hive_partitioning = false)")
    say = sys.stdout.write
    plain = timed(lambda: connection.execute(PLAIN).fetchall())
    keys = timed(lambda: connection.execute(PLAIN_KEYS).fetchall())
    taken: list[Time] = []
    for name, sql, peer in (
        ("persons, lines, sums, means, top 2", f"{SUMS}ALL", plain),
        ("the same, persons by their pseudonym", f"{KEYS}ALL", keys),
        ("the same with all totals (CUBE)", f"{SUMS}CUBE ({DIMENSIONS})", plain),
    ):
        query = planned(sql)
        ours = timed(lambda query=query: cells(connection, query))  # type: ignore[misc]
        taken.append(ours)
        say(f"{name:40} {cells(connection, query):6} cells {ours.wall:6.2f} s, plain DuckDB {peer.wall:6.2f} s: ")
        say(f"{ours.over(peer)} times\n")
    for name, aggregates in (
        ("acro.crosstab, counts of lines only", ()),
        ("acro.crosstab, means and shares", ("mean",)),
        ("acro.crosstab, sums, means and shares", ("sum", "mean")),
    ):
        reading, peer = crosstab(path, *aggregates)
        say(f"{name:40} {peer.wall:6.2f} s: {peer.over(taken[0])} times ours, which reads the file; ")
        say(f"{(peer + reading).over(taken[0])} times with reading it\n")


if __name__ == "__main__":
    main()
