"""Private counts by région, age and sex, side by side with plain DuckDB, OpenDP on Polars and SmartNoise SQL.

    python tests/benchmarks/private_answers.py [ROWS …]

Ours is the whole answer: the question read and planned, its statements written, an empty database opened, its plan
looked through and its statements bound there, then run, noised, and made a table. Policies are read and the database of
the file is opened beforehand, once, as for every side. Plain DuckDB runs the same bounded aggregation, written by hand,
and the shortest one that keeps one row of each person. The peers live in environments of their own below build/private,
which are made when they are missing; each side runs in a process of its own, whose peak memory is printed. Ratios are
of elapsed and of processor time (the steadier one on a busy machine).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecluse_platform.core.policy.disclosure import DisclosureProfile
    from ecluse_platform.core.policy.privacy import PrivacyProfile
    from ecluse_platform.core.privacy.query import PrivateQuery

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "private"
ROWS = (1_000_000, 10_000_000)
PERSONS = 100_000
ROUNDS = 5
THREADS = 2
PEERS = {
    "opendp": ["opendp[polars]==0.16.0"],
    "smartnoise": ["smartnoise-sql==1.0.10", "pandas<3", "pyarrow"],
}
REGIONS = [f"R{at:02}" for at in range(13)]
AGES = [f"A{at}" for at in range(10)]
SEXES = ["F", "M"]
DIMENSIONS = "REGION, AGEB, SEX"
SQL = f"SELECT {DIMENSIONS}, count(DISTINCT PSA) AS persons FROM CARE GROUP BY ALL"
BOUNDED = f"""
SELECT {DIMENSIONS}, sum(n) FROM (
    SELECT * FROM (SELECT __u, {DIMENSIONS}, max((PSA IS NOT NULL)::INTEGER) AS n FROM CARE
        WHERE __u IS NOT NULL GROUP BY ALL)
    QUALIFY row_number() OVER (PARTITION BY __u ORDER BY md5(concat_ws('|', 'salt', __u, {DIMENSIONS}))) <= 1
) GROUP BY ALL
"""
SHORTEST = f"""
SELECT {DIMENSIONS}, count(*) FROM (
    SELECT __u, any_value(REGION) AS REGION, any_value(AGEB) AS AGEB, any_value(SEX) AS SEX FROM CARE GROUP BY __u
) GROUP BY ALL
"""
OPENDP = """
import itertools, json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import opendp.prelude as dp, polars as pl
dp.enable_features("contrib")
path, keys, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
by = ["REGION", "AGEB", "SEX"]
known = pl.DataFrame([list(key) for key in itertools.product(*keys)], schema=by, orient="row")
walls, cpus = [], []
for _ in range(rounds):
    began, spent = time.perf_counter(), time.process_time()
    context = dp.Context.compositor(
        data=pl.scan_parquet(path), privacy_unit=dp.unit_of(contributions=1, identifier="__u"),
        privacy_loss=dp.loss_of(epsilon=1.0, delta=1e-8), split_evenly_over=1,
        margins=[dp.polars.Margin(by=(), max_length=50_000_000),
                 dp.polars.Margin(by=by, max_length=10_000_000, max_groups=260)])
    query = context.query().truncate_per_group(1).group_by(by).agg(dp.len(signed=True)).with_keys(known)
    found = query.release().collect()
    walls.append(time.perf_counter() - began)
    cpus.append(time.process_time() - spent)
assert found.height == len(known)
print(json.dumps([min(walls), min(cpus), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
SMARTNOISE = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import pandas, snsql
frame = pandas.read_parquet(sys.argv[1], columns=["REGION", "AGEB", "SEX", "u"])
text = {"type": "string"}
meta = {"": {"S": {"T": {"row_privacy": False, "max_ids": 1, "rows": len(frame), "censor_dims": False,
    "u": {"type": "int", "private_id": True}, "REGION": text, "AGEB": text, "SEX": text}}}}
began, spent = time.perf_counter(), time.process_time()
reader = snsql.from_df(frame, privacy=snsql.Privacy(epsilon=1.0, delta=1e-8), metadata=meta)
found = reader.execute("SELECT REGION, AGEB, SEX, COUNT(DISTINCT u) AS n FROM S.T GROUP BY REGION, AGEB, SEX")
taken = time.perf_counter() - began, time.process_time() - spent
assert len(found) > 200
print(json.dumps([*taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


@dataclass(frozen=True)
class Taken:
    """Seconds elapsed, seconds of processor, peak memory of the process in MB."""

    wall: float
    cpu: float
    memory: float

    def over(self, other: Taken) -> str:
        """Write how many times the other this is."""
        return f"{self.wall / other.wall:7.2f} times (processor {self.cpu / other.cpu:7.2f})"


def generate(path: Path, rows: int) -> None:
    """Write lines of care: persons of fixed région, age and sex, some with very many lines."""
    import duckdb  # noqa: PLC0415 - peers run this file without it

    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": str(THREADS)})
    connection.execute("SELECT setseed(0.42)")
    connection.execute(
        f"""CREATE TABLE person AS SELECT i AS u, 'R' || lpad((floor(13 * power(random(), 1.6)))::INT::VARCHAR, 2, '0')
            AS REGION, 'A' || floor(10 * power(random(), 1.3))::INT AS AGEB,
            CASE WHEN random() < 0.5 THEN 'F' ELSE 'M' END AS SEX FROM range({PERSONS}) t(i)"""
    )
    connection.execute(
        f"""COPY (WITH line AS (SELECT floor({PERSONS} * power(random(), 2))::BIGINT AS u FROM range({rows}))
            SELECT 'p' || lpad(u::VARCHAR, 16, '0') AS PSA, REGION, AGEB, SEX, u, u AS __u
            FROM line JOIN person USING (u)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""
    )


def ours(path: Path) -> dict[str, Taken]:
    """Run ours and plain DuckDB in turn, in this process; memory is ours, since it runs first."""
    import duckdb  # noqa: PLC0415 - peers run this file without it

    from ecluse_platform.compute.job import View  # noqa: PLC0415
    from ecluse_platform.compute.private_numbers import answered  # noqa: PLC0415
    from ecluse_platform.compute.private_types import check_binds  # noqa: PLC0415
    from ecluse_platform.core.privacy.bounding import bounding  # noqa: PLC0415

    plan, profile, disclosure = _planner()
    columns = {"PSA": "VARCHAR", "REGION": "VARCHAR", "AGEB": "VARCHAR", "SEX": "VARCHAR"}
    views = {"CARE": View(files=(str(path),), columns=columns, private=True)}
    connection = duckdb.connect(config={"threads": str(THREADS)})
    connection.execute(f"CREATE VIEW CARE AS SELECT * FROM read_parquet('{path}') WHERE __u IS NOT NULL")

    def answer() -> None:
        connection.execute("DROP VIEW IF EXISTS __kept")
        connection.execute("DROP TABLE IF EXISTS __cells; DROP TABLE IF EXISTS __beyond")
        query = plan()
        job = SimpleNamespace(query=query, profile=profile, disclosure=disclosure)
        statements = bounding(query, "5a" * 32)
        check_binds(views, query, statements)
        found = answered(connection, job, statements)  # type: ignore[arg-type]
        if len(found.rows) != len(REGIONS) * len(AGES) * len(SEXES):
            raise RuntimeError("cells are missing")

    answer()
    memory = _peak()
    acts: dict[str, Callable[[], object]] = {
        "ours": answer,
        "plain DuckDB, the same bounds": lambda: connection.execute(BOUNDED).fetchall(),
        "plain DuckDB, any row of a person": lambda: connection.execute(SHORTEST).fetchall(),
    }
    found = {name: _timed(act, 1) for name, act in acts.items()}
    for _ in range(ROUNDS - 1):
        for name, act in acts.items():
            once = _timed(act, 1)
            found[name] = Taken(min(found[name].wall, once.wall), min(found[name].cpu, once.cpu), 0)
    return {name: Taken(taken.wall, taken.cpu, memory if name == "ours" else 0) for name, taken in found.items()}


def _planner() -> tuple[Callable[[], PrivateQuery], PrivacyProfile, DisclosureProfile]:
    """Return what plans the question on the one table of this benchmark, and the rules of the demonstration."""
    from ecluse_platform.core.policy.catalogue import Catalogue  # noqa: PLC0415
    from ecluse_platform.core.policy.project import GrantedTable  # noqa: PLC0415
    from ecluse_platform.core.privacy.ask import PrivacyAsk  # noqa: PLC0415
    from ecluse_platform.core.privacy.plan import plan_private  # noqa: PLC0415
    from ecluse_platform.policyfiles import load_policies  # noqa: PLC0415

    text = {"fr": "x", "en": "x"}
    columns = {
        name: {"type": "VARCHAR", "class": role, "label": text, **more}
        for name, role, more in (
            ("PSA", "pseudonym", {"pseudonym": "psa"}),
            ("REGION", "dimension", {}),
            ("AGEB", "dimension", {}),
            ("SEX", "dimension", {}),
        )
    }
    care = {
        "title": text, "kind": "private", "primary_key": [], "keys": [{"domain": "psa", "columns": ["PSA"]}],
        "owner": "psa", "care_date": None, "columns": columns,
    }  # fmt: skip
    bundle = load_policies(ROOT / "policies")
    project = bundle.projects["diabete-idf"]
    data = project.data.model_copy(update={"tables": (GrantedTable(name="CARE", columns=tuple(columns)),)})
    content = {"name": "care", "title": text, "identifiers_per_person": 4, "tables": {"CARE": care}}
    catalogue = Catalogue.model_validate_json(json.dumps(content))
    profile = next(iter(bundle.privacy.values()))
    keys = {"REGION": REGIONS, "AGEB": AGES, "SEX": SEXES}
    ask = PrivacyAsk.model_validate({"epsilon": "1", "cells": 1, "rows": 1, "keys": keys})
    only = project.model_copy(update={"data": data})
    most = bundle.platform.queries.sql_characters
    return partial(plan_private, catalogue, only, profile, SQL, most, ask), profile, bundle.profile_of(project)


def peer(name: str, path: Path) -> Taken:
    """Run a peer in its own environment, made when it is missing."""
    python = HOME / name / "bin" / "python"
    if not python.exists():
        venv.create(HOME / name, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEERS[name]], check=True)
    script = {"opendp": OPENDP, "smartnoise": SMARTNOISE}[name]
    keys = json.dumps([REGIONS, AGES, SEXES])
    command = [python, "-c", script, path, keys, str(ROUNDS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Taken(*json.loads(done.stdout.splitlines()[-1]))


def _timed(act: Callable[[], object], rounds: int) -> Taken:
    walls, cpus = [], []
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - spent)
    return Taken(min(walls), min(cpus), 0)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Generate the lines once, then print seconds, memory and ratios for each size."""
    say = sys.stdout.write
    if sys.argv[1:2] == ["--ours"]:
        say(json.dumps({name: list(vars(taken).values()) for name, taken in ours(Path(sys.argv[2])).items()}) + "\n")
        return
    for rows in [int(word) for word in sys.argv[1:]] or ROWS:
        path = HOME / f"care-{rows}.parquet"
        if not path.exists():
            generate(path, rows)
        command = [sys.executable, __file__, "--ours", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = {name: Taken(*numbers) for name, numbers in json.loads(done.stdout.splitlines()[-1]).items()}
        first = found.pop("ours")
        say(f"{rows} rows, {len(list(product(REGIONS, AGES, SEXES)))} cells\n")
        say(f"  {'ours':36} {first.wall:8.3f} s (processor {first.cpu:8.3f}), {first.memory:6.0f} MB\n")
        for name, taken in found.items():
            say(f"  {name:36} {taken.wall:8.3f} s (processor {taken.cpu:8.3f}); ours is {first.over(taken)}\n")
        for name in PEERS:
            taken = peer(name, path)
            say(f"  {name:36} {taken.wall:8.3f} s (processor {taken.cpu:8.3f}), {taken.memory:6.0f} MB; ")
            say(f"it is {taken.over(first)} ours\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
