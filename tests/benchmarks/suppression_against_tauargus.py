"""Our suppressor beside pytauargus and a plain DuckDB group-by on the same tables, in one run: time, mass, optimum.

`python tests/benchmarks/suppression_against_tauargus.py [--all]`; the peer gets its own environment under build/.
Times are with the proof or the peer's audit. Ours is measured without polish, where the first pattern is kept, and with
the trials of the platform's own profile. "narrow" counts small cells that an outsider
bounds more closely than [1, 11]. Then a table that nothing can save, and the distance from the proven optimum. With
`--all`: more seeds of four dimensions, and tables for which the peer would take hours, ours alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from suppression_draws import inner, with_margins

from ecluse_platform.core.disclosure.attack.intervals import Required, too_narrow
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.costs import CostPolicy, costs
from ecluse_platform.core.disclosure.suppression.engine import needs_of
from ecluse_platform.core.disclosure.suppression.optimum import cheapest
from ecluse_platform.core.disclosure.suppression.relations import Related, relate
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Protection
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Layout
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies

HERE = Path(__file__).parent
PEER = HERE.parents[1] / "build" / "tauargus-venv"
PACKAGES = ("pytauargus==0.6.0", "numpy>=2,<3")
THRESHOLD = 11
ANY_WORK = 10**12
# Suppressed mass alone is compared: no preference for totals but by what they hold.
MASS = CostPolicy(keep_totals=1.0, keep_large=True)
# The trials of the platform's own profile.
TRIALS = load_policies(HERE.parents[1] / "policies").disclosure["snds"].effort.trials
BESIDE = ((13, 10), (13, 10, 2), (100, 20), (13, 10, 2, 5))
ALONE = (((13, 10, 2, 5), 2, TRIALS), ((13, 10, 2, 5), 3, TRIALS), ((100, 20, 5), 1, 0))
HOPELESS = (200, 100, 40)
PROVABLE = ((6, 5), (8, 6), (13, 10), (6, 4, 2))
ROUNDS = 60


def peer_python() -> Path:
    """Return the peer's interpreter, after making its environment once."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return python


def peer(shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    """Run pytauargus on a table; it exits with its own traceback if it cannot."""
    words = [str(peer_python()), str(HERE / "suppression_peer.py"), str(seed), *map(str, shape)]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    # Its solver leaves files where it runs.
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(words, check=True, capture_output=True, text=True, env=environment, cwd=folder)
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return told


def table(shape: tuple[int, ...], seed: int) -> tuple[Layout, np.ndarray, tuple[Protection, ...]]:
    """Return a table's layout, values and the protections of its small cells."""
    dimensions = tuple(Dimension.flat(f"V{i}", tuple(map(str, range(n)))) for i, n in enumerate(shape))
    codes = np.stack([axis.ravel() for axis in np.indices([n + 1 for n in shape])], axis=1).astype(np.int64)
    values = with_margins(inner(shape, seed)).ravel()
    small = np.flatnonzero((values > 0) & (values < THRESHOLD))
    return (
        Layout(dimensions, codes, np.ones(len(codes), dtype=bool)),
        values,
        tuple(Protection(int(cell), 1, THRESHOLD) for cell in small),
    )


def grouped(shape: tuple[int, ...], seed: int) -> float:
    """Return the seconds that DuckDB takes to count the same cells, all margins included, from a row per person."""
    counts = inner(shape, seed)
    places = np.indices(shape).reshape(len(shape), -1)
    persons = pa.table({f"v{i}": np.repeat(axis, counts.ravel()) for i, axis in enumerate(places)})
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.register("persons", persons)
        columns = ", ".join(persons.column_names)
        began = time.perf_counter()
        connection.execute(f"SELECT {columns}, count(*) FROM persons GROUP BY CUBE ({columns})").fetchall()
        return time.perf_counter() - began


def related(layout: Layout, values: np.ndarray) -> Related:
    """Relate an additive table; its cost is what is suppressed."""
    return relate(layout, values, [True] * len(layout.dimensions), costs(layout, values, MASS))


def ours(
    layout: Layout, values: np.ndarray, protections: tuple[Protection, ...], trials: int
) -> tuple[float, np.ndarray, float]:
    """Return the seconds from values to checked proof, the hidden cells, and the share of whole certificates."""
    began = time.perf_counter()
    system = related(layout, values).system
    pattern = suppress(system, protections, Effort(ANY_WORK, trials))
    if evidence.unproved(system, protections, pattern):
        sys.exit("a certificate is wrong or missing")
    return time.perf_counter() - began, pattern.hidden, pattern.whole_share


def narrow(layout: Layout, values: np.ndarray, hidden: np.ndarray, protections: tuple[Protection, ...]) -> int:
    """Return how many small cells an outsider can bound more closely than [1, threshold]; seen cells count."""
    read = read_table("table", layout, values, ~hidden, (True,) * len(layout.dimensions), least=0)
    seen = sum(not hidden[p.cell] for p in protections)
    required = [Required(p.cell, p.low, p.high) for p in protections if hidden[p.cell]]
    return seen + len(too_narrow(Publication((read,)), required))


def mass(values: np.ndarray, hidden: np.ndarray, protections: Iterable[Protection]) -> int:
    """Return the persons in secondary cells, margins included."""
    secondary = hidden.copy()
    secondary[[p.cell for p in protections]] = False
    return int(values[secondary].sum())


def say(*words: object) -> None:
    """Print a line of the table."""
    sys.stdout.write("  ".join(f"{word!s:>12}" for word in words) + "\n")
    sys.stdout.flush()


def beside(shape: tuple[int, ...], seed: int, trials: int) -> None:
    """Compare both on one table."""
    layout, values, protections = table(shape, seed)
    seconds, hidden, whole = ours(layout, values, protections, 0)
    polished_seconds, polished, _ = ours(layout, values, protections, trials)
    other = peer(shape, seed)
    theirs = np.zeros(values.size, dtype=bool)
    theirs[other["hidden"]] = True
    theirs_seconds = other["protect"] + other["audit"]
    masses = [mass(values, h, protections) for h in (hidden, polished, theirs)]
    wide = [narrow(layout, values, h, protections) for h in (polished, theirs)]
    ratio = f"{theirs_seconds / seconds:.1f}x"
    plain = f"{grouped(shape, seed):.3f}"
    timed = (f"{seconds:.3f}", f"{polished_seconds:.2f}", plain, f"{theirs_seconds:.2f}", ratio)
    say("x".join(map(str, shape)), seed, trials, *timed, *masses, *wide, f"{whole:.0%}")


def alone(shape: tuple[int, ...], seed: int, trials: int) -> None:
    """Measure ours where the peer would take hours, or was measured on another draw of the same shape."""
    layout, values, protections = table(shape, seed)
    seconds, hidden, whole = ours(layout, values, protections, 0)
    polished_seconds, polished, _ = ours(layout, values, protections, trials) if trials else (seconds, hidden, whole)
    found = (mass(values, hidden, protections), mass(values, polished, protections), "-")
    timed = (f"{seconds:.3f}", f"{polished_seconds:.2f}", f"{grouped(shape, seed):.3f}", "-", "-")
    seen = narrow(layout, values, polished, protections)
    say("x".join(map(str, shape)), seed, trials, *timed, *found, seen, "-", f"{whole:.0%}")


def gap(shape: tuple[int, ...], seed: int) -> None:
    """Compare with the optimum, if it is proven in so many rounds: less than a minute for these tables."""
    layout, values, protections = table(shape, seed)
    system = related(layout, values).system
    primary = np.zeros(values.size, dtype=bool)
    primary[[p.cell for p in protections]] = True
    best = cheapest(system, needs_of(system, protections), primary, ROUNDS)
    if best is None or not best.proven:
        say("x".join(map(str, shape)), seed, "not proven")
        return
    found = [float(system.costs[ours(layout, values, protections, t)[1] & ~primary].sum()) for t in (0, TRIALS)]
    above = [f"{cost / best.cost - 1:+.1%}" if best.cost else "+0.0%" for cost in found]
    say("x".join(map(str, shape)), seed, f"{best.cost:.0f}", *above)


def hopeless() -> None:
    """Ask for a table of 800,000 cells with one person here and there, by the platform's own profile."""
    counts = with_margins(np.random.default_rng(1).poisson(4 / 5, HOPELESS))
    dimensions = tuple(Dimension.flat(f"V{i}", tuple(map(str, range(n)))) for i, n in enumerate(HOPELESS))
    codes = np.stack([axis.ravel() for axis in np.indices(counts.shape)], axis=1).astype(np.int64)
    layout = Layout(dimensions, codes, np.ones(len(codes), dtype=bool))
    values = counts.ravel().astype(np.int64)
    profile = load_policies(HERE.parents[1] / "policies").disclosure["snds"]
    began = time.perf_counter()
    try:
        protect_table(
            layout,
            Statistics(persons=values, rows=values),
            [Measure(name="n", unit=Unit.PERSONS)],
            profile,
            reviewed=False,
        )
        answer = "protected"
    except Refusal as refusal:
        answer = f"{refusal.code}: {refusal.fields.get('proposals', '')}"
    say(f"{values.size} cells", f"{time.perf_counter() - began:.2f} s", answer)


def main() -> None:
    """Print the tables."""
    say(
        "table",
        "seed",
        "trials",
        "ours s",
        "polished s",
        "duckdb s",
        "tauargus s",
        "ratio",
        "mass",
        "polished",
        "theirs",
        "narrow",
        "theirs",
        "whole",
    )
    for shape in BESIDE:
        beside(shape, 1, TRIALS)
    if "--all" in sys.argv:
        for shape, seed, trials in ALONE:
            alone(shape, seed, trials)
    hopeless()
    say("table", "seed", "optimum", "above", f"{TRIALS} trials")
    for shape in PROVABLE:
        for seed in (1, 2, 3):
            gap(shape, seed)


if __name__ == "__main__":
    main()
