"""Run pytauargus on one table, in its own environment: `python suppression_peer.py SEED SIZE SIZE …` prints JSON.

The guarantee is the same as ours: an interval from 1 to 11 for every cell of 1 to 10 asks for a range of 100 %.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time

import numpy as np
from pytauargus import protect
from suppression_draws import inner, with_margins

THRESHOLD = 11
RANGE = 100


def main() -> None:
    """Protect, audit, and say which cells stay visible."""
    seed, *sizes = (int(word) for word in sys.argv[1:])
    counts = inner(tuple(sizes), seed)
    names = [f"V{axis}" for axis in range(len(sizes))]
    columns: dict[str, list[object]] = {name: [] for name in names}
    for place in itertools.product(*map(range, sizes)):
        for name, code in zip(names, place, strict=True):
            columns[name] += [f"c{code:03d}"] * int(counts[place])
    columns["ONE"] = [1.0] * int(counts.sum())
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        rule = f"FREQ({THRESHOLD},{RANGE})"
        answer = protect(columns, names, response="ONE", safety_rules=rule, suppress="OPT(1)", workdir=folder)
        protected = time.perf_counter()
        answer.engine.audit(0)
        audited = time.perf_counter()
        rows, statuses = answer.tables[0].rows, answer.tables[0].status()
    full = with_margins(counts)
    hidden = np.zeros(full.shape, dtype=bool)
    for row, status in zip(rows, statuses, strict=True):
        codes = [str(row[name]).strip() for name in names]
        place = tuple(int(code[1:]) if code.startswith("c") else size for code, size in zip(codes, sizes, strict=True))
        hidden[place] = status in {"U", "M"}
    told = {
        "protect": protected - began,
        "audit": audited - protected,
        "hidden": np.flatnonzero(hidden).tolist(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
