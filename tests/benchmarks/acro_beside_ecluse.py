"""ACRO 1.0.2 and Écluse under the same attacks, on the same data, in one run.

ACRO lives in an environment of its own, made on the first run under build/acro (it pins an older pandas):
    python tests/benchmarks/acro_beside_ecluse.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))


from acro_data import FEW, REGIONS, SEVERITIES, acro_rows  # noqa: E402
from ecluse_platform.core.disclosure.attack.intervals import intervals  # noqa: E402
from ecluse_platform.core.disclosure.protecting import protect_table  # noqa: E402
from ecluse_platform.core.disclosure.query import Measure, Unit  # noqa: E402
from ecluse_platform.core.refusals import Refusal  # noqa: E402
from history_world import Project  # noqa: E402
from random_persons import read, table_of  # noqa: E402
from small_world import profile  # noqa: E402

ENVIRONMENT = ROOT / "build" / "acro"
PACKAGES = ["acro==1.0.2"]
PERSONS = Measure(name="persons", unit=Unit.PERSONS)
PROFILE = profile(persons=11, rows=11)

# Runs inside ACRO's environment: rows come in as JSON, what the attacker finds goes out as JSON.
ACRO = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
import pandas as pd
from acro import ACRO
said = json.load(sys.stdin)
data = pd.DataFrame(said["rows"]).astype({"region": "category", "severity": "category"})
many = pd.DataFrame(said["many"]).astype({"region": "category", "severity": "category"})
data["all"] = pd.Categorical(["x"] * len(data))
acro = ACRO(suppress=True)
began = time.perf_counter()
cells = acro.crosstab(data.region, data.severity)
took = time.perf_counter() - began
with_margins = acro.crosstab(data.region, data.severity, margins=True)
regions = acro.crosstab(data.region, data["all"])
found = {"seconds": took}
found["false totals"] = int(with_margins.loc["R1", "All"]) != int((data.region == "R1").sum())
found["second table"] = int(regions.loc["R1"].iloc[0] - cells.loc["R1"].sum())
one = data[data.u != 0]
before = acro.crosstab(data.region, data.severity, values=data.cost, aggfunc="mean")
after = acro.crosstab(one.region, one.severity, values=one.cost, aggfunc="mean")
left = acro.crosstab(one.region, one.severity)
where = data.iloc[0]
place = (where.region, where.severity)
found["mean times n"] = round(float(before.loc[place] * cells.loc[place] - after.loc[place] * left.loc[place]), 2)
found["true cost"] = round(float(where.cost), 2)
found["rows as persons"] = float(acro.crosstab(many.region, many.severity).loc["R1", "S2"])
found["max"] = float(acro.crosstab(data.region, data.severity, values=data.cost, aggfunc="max").loc["R0", "S0"])
found["true max"] = float(data.cost[(data.region == "R0") & (data.severity == "S0")].max())
spread = acro.crosstab(data.region, data.severity, values=data.cost, aggfunc="std")
found["std cells left"] = int(spread.notna().sum().sum())
print("FOUND" + json.dumps(found))
"""


def acro_python() -> Path:
    """Return the interpreter of ACRO's environment; make it if it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def records(rows_each_in_small: int) -> list[dict[str, object]]:
    """Return the rows as ACRO takes them."""
    rows = acro_rows(rows_each_in_small=rows_each_in_small)
    return [
        {"u": int(u), "region": REGIONS[r], "severity": SEVERITIES[s], "cost": int(c) / 100}
        for u, r, s, c in zip(rows.persons, rows.region, rows.severity, rows.cents, strict=True)
    ]


def attack_acro() -> dict[str, float]:
    """Run the attacks on ACRO, in a folder of its own, since it writes where it stands."""
    with tempfile.TemporaryDirectory() as folder:
        said = json.dumps({"rows": records(1), "many": records(3)})
        done = subprocess.run(
            [str(acro_python()), "-c", ACRO], input=said, capture_output=True, text=True, check=False, cwd=folder
        )
    if done.returncode:
        sys.exit(done.stderr)
    answer: dict[str, float] = json.loads(done.stdout.split("FOUND", 1)[1])
    return answer


def attack_ecluse() -> dict[str, object]:
    """Run the same attacks on what leaves here."""
    rows = acro_rows()
    layout, statistics = table_of(rows.lines())
    began = time.perf_counter()
    table = protect_table(layout, statistics, [PERSONS], PROFILE, bounds=False).table
    took = time.perf_counter() - began
    cell = next(i for i, one in enumerate(table.rows) if one.labels == ("R1", "S2"))
    found = intervals(read(table, layout.dimensions, [True, True]), [cell])
    shown = [one.values[0] for one in table.rows]
    answer: dict[str, object] = {
        "seconds": took,
        "false totals": any(a not in {None, b} for a, b in zip(shown, statistics.persons.tolist(), strict=True)),
        "margins": f"{found.low[cell]:.0f} to {found.high[cell]:.0f}",
    }
    for name, by, where in (
        ("second table", ["region"], "u >= 0"),
        ("one person less", ["region", "severity"], "u <> 0"),
    ):
        answer[name] = _second_release(by, where)
    layout, statistics = table_of(acro_rows(rows_each_in_small=3).lines())
    many = protect_table(layout, statistics, [Measure(name="rows", unit=Unit.ROWS)], PROFILE, bounds=False).table
    answer["rows as persons"] = many.rows[cell].values[0]
    return answer


def _second_release(by: list[str], where: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), acro_rows().people())
        project.ask(["region", "severity"], "u >= 0")
        try:
            project.ask(by, where)
        except Refusal as refusal:
            return f"refused ({refusal.code})"
        return f"leaks {project.leaks()}" if project.leaks() else "further rows hidden"


def main() -> None:
    """Print both sides."""
    acro, ecluse = attack_acro(), attack_ecluse()
    lines = [
        (
            "the cell of four persons, by a second table",
            f"{acro['second table']:.0f} (true: {FEW})",
            ecluse["second table"],
        ),
        ("the same, from the margins of its table", "-", ecluse["margins"]),
        ("totals that are false", bool(acro["false totals"]), ecluse["false totals"]),
        (
            "one person's cost, by a second table",
            f"{acro['mean times n']} (true: {acro['true cost']})",
            ecluse["one person less"],
        ),
        (
            "4 persons with 12 rows",
            f"published as {acro['rows as persons']:.0f}",
            ecluse["rows as persons"] or "hidden",
        ),
        ("the largest cost of a cell", f"{acro['max']} (true: {acro['true max']})", "refused (sql_extreme)"),
        ("cells left of 23 with a standard deviation", acro["std cells left"], "see tests/security/disclosure"),
        ("seconds for the table", f"{acro['seconds']:.3f}", f"{ecluse['seconds']:.3f}"),
    ]
    sys.stdout.write(f"{'':46}{'ACRO 1.0.2':32}Écluse\n")
    for what, theirs, ours in lines:
        sys.stdout.write(f"{what:46}{theirs!s:32}{ours}\n")
    sys.stdout.write(f"ACRO takes {acro['seconds'] / float(str(ecluse['seconds'])):.0f} times as long for the table.\n")


if __name__ == "__main__":
    main()
