"""The data of the attacks on ACRO: six regions by four severities, one cell of four persons, a cost for each row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.tabular.structure import Dimension, Integers
from random_persons import Lines

REGIONS, SEVERITIES = tuple(f"R{i}" for i in range(6)), tuple(f"S{i}" for i in range(4))
SMALL = (1, 2)
FEW = 4


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of care: whose they are, region and severity by position, cost."""

    persons: Integers
    region: Integers
    severity: Integers
    cents: Integers

    def without(self, person: int) -> Rows:
        """Return the same rows less those of one person."""
        left = self.persons != person
        return Rows(self.persons[left], self.region[left], self.severity[left], self.cents[left])

    def lines(self) -> Lines:
        """Return them as lines of a table of two flat dimensions."""
        dimensions = (Dimension.flat("region", REGIONS), Dimension.flat("severity", SEVERITIES))
        return Lines(dimensions, self.persons, np.stack([self.region, self.severity], axis=1), self.cents)

    def people(self) -> list[dict[str, object]]:
        """Return one record for each row, as a project's extract holds them."""
        return [
            {"u": int(u), "region": REGIONS[r], "severity": SEVERITIES[s]}
            for u, r, s in zip(self.persons, self.region, self.severity, strict=True)
        ]


def acro_rows(*, rows_each_in_small: int = 1) -> Rows:
    """Draw 15 to 59 persons for each cell but one, which has four, each with so many rows there."""
    rng = np.random.default_rng(1)
    counts: NDArray[np.int64] = rng.integers(15, 60, (6, 4))
    counts[SMALL] = FEW
    region, severity = np.repeat(np.argwhere(counts > 0), counts.ravel(), axis=0).T
    persons = np.arange(region.size)
    times = np.where((region == SMALL[0]) & (severity == SMALL[1]), rows_each_in_small, 1)
    persons, region, severity = (np.repeat(column, times) for column in (persons, region, severity))
    cents = np.floor(100 * rng.lognormal(5, 1, persons.size)).astype(np.int64)
    return Rows(persons, region, severity, cents)
