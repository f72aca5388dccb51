"""One release after another on the same persons, each protected, compared with what is out, then attacked together.

The attacker imagines every combination of attributes, also those that nobody has: one cube holds all cells that any of
the releases speaks of, filters included, and everything that is out is laid into it.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.attack.intervals import Narrow, Required, intervals, too_narrow
from ecluse_platform.core.disclosure.attack.publication import Publication, PublishedTable
from ecluse_platform.core.disclosure.history.comparing import compare
from ecluse_platform.core.disclosure.history.partition import Partition
from ecluse_platform.core.disclosure.history.partition import Publication as Remembered
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.table import Role
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Flags, Layout
from ecluse_platform.core.refusals import Refusal
from small_world import profile

DEEP = bool(os.environ.get("ECLUSE_DEEP"))
SIZES = (3, 3, 2, 2)
CUBE = tuple(Dimension.flat(f"a{i}", tuple(map(str, range(size)))) for i, size in enumerate(SIZES))
PLACES = np.argwhere(np.ones([size + 1 for size in SIZES], bool)).astype(np.int64)
PERSONS = (Measure(name="persons", unit=Unit.PERSONS),)
THRESHOLD = 11
PROFILE = profile(persons=THRESHOLD, rows=THRESHOLD, unanimous="off", effort={"work": 10**9, "trials": 0})
EVERYBODY = tuple(SIZES)

# What a release asks for: the attributes that it shows, with or without margins, and the categories it keeps.
asks = st.tuples(
    st.lists(st.integers(0, 3), unique=True, min_size=0, max_size=2),
    st.booleans(),
    st.dictionaries(st.integers(0, 3), st.integers(0, 2), max_size=2),
)


@dataclass
class Study:
    """Persons, and what is out about them: cells of the cube, each shown or hidden, and cells known to be empty."""

    persons: NDArray[np.int64]
    out: list[tuple[Remembered, NDArray[np.int64]]] = field(default_factory=list)
    empty: list[tuple[int, ...]] = field(default_factory=list)
    cells: list[list[tuple[int, ...]]] = field(default_factory=list)
    withheld: int = 0

    def holding(self, cell: tuple[int, ...]) -> Flags:
        """Return who is in a cell of the cube."""
        wanted = np.array(cell)
        return np.asarray(((self.persons == wanted) | (wanted == np.array(EVERYBODY))).all(axis=1))

    def release(self, by: list[int], kept: dict[int, int], *, margins: bool, compared: bool) -> None:
        """Ask for one table; what it would disclose together with the others is hidden, or it does not leave."""
        kept = {axis: category % SIZES[axis] for axis, category in kept.items() if axis not in by}
        cells, empty = [], []
        for chosen in itertools.product(*(range(SIZES[axis] + 1) for axis in by)):
            if not margins and any(c == SIZES[axis] for c, axis in zip(chosen, by, strict=True)):
                continue
            place = [kept.get(axis, SIZES[axis]) for axis in range(len(SIZES))]
            for axis, category in zip(by, chosen, strict=True):
                place[axis] = category
            (cells if self.holding(tuple(place)).any() else empty).append(tuple(place))
        if not cells:
            return
        sets = np.array([self.holding(cell) for cell in cells], np.int64)
        counts = sets.sum(axis=1)
        codes = np.array([[cell[axis] for axis in by] for cell in cells], np.int64).reshape(len(cells), len(by))
        layout = Layout(tuple(CUBE[axis] for axis in by), codes, np.ones(len(cells), bool))
        try:
            table = protect_table(layout, Statistics(counts, counts), PERSONS, PROFILE, bounds=False).table
            findings = [row.finding for row in table.rows]
            shown = np.array([finding is None for finding in findings])
            primary = np.array([finding is not None and finding.role is Role.PRIMARY for finding in findings])
            name = f"r{len(self.out)}"
            labels = tuple(map(str, cells))
            if compared:
                hidden = self._compare(Remembered(name, labels, shown, primary), sets)
                shown[list(hidden)] = False
        except Refusal:
            self.withheld += 1
            return
        self.out.append((Remembered(name, labels, shown, primary), sets))
        self.cells.append(cells)
        self.empty.extend(empty)

    def _compare(self, table: Remembered, sets: NDArray[np.int64]) -> tuple[int, ...]:
        together = np.concatenate([*(one for _, one in self.out), sets])
        kinds, counts = np.unique(together[:, together.any(axis=0)], axis=1, return_counts=True)
        partition = Partition(tuple(one for one, _ in self.out), table, counts, csr_matrix(kinds))
        search = lambda system, asked: suppress(system, asked, Effort(10**9, 0))  # noqa: E731
        return compare(partition, THRESHOLD, np.ones(len(sets)), search).hidden

    def leaks(self) -> tuple[Narrow, ...]:
        """Bound every small group that a release listed, from everything that is out at once."""
        index = {tuple(place): i for i, place in enumerate(PLACES.tolist())}
        low, high = np.zeros(len(PLACES)), np.full(len(PLACES), np.inf)
        high[[index[cell] for cell in self.empty]] = 0
        bare = low.copy()
        listed = set()
        for (remembered, sets), cells in zip(self.out, self.cells, strict=True):
            for cell, count, shown in zip(cells, sets.sum(axis=1), remembered.shown, strict=True):
                place = index[cell]
                bare[place] = 1
                if 0 < count < THRESHOLD:
                    listed.add(place)
                if shown:
                    low[place] = high[place] = count
        low = np.maximum(low, bare)
        places = sorted(listed)
        nothing = np.where(high == 0, 0.0, np.inf)
        told = intervals(Publication((_cube(bare, nothing),)), places).low
        required = [Required(place, max(1.0, float(told[place])), THRESHOLD) for place in places]
        return too_narrow(Publication((_cube(low, high),)), required)


def _cube(low: NDArray[np.float64], high: NDArray[np.float64]) -> PublishedTable:
    return PublishedTable("cube", CUBE, PLACES, low, high, (True,) * len(CUBE))


def study(seed: int) -> Study:
    """Draw persons with four attributes, unevenly."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([30, 80, 200]))
    columns = [rng.choice(size, count, p=rng.dirichlet(np.ones(size))) for size in SIZES]
    return Study(np.stack(columns, axis=1).astype(np.int64))


@settings(max_examples=400 if DEEP else 20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(asks, min_size=2, max_size=4))
def test_no_sequence_of_releases_tells_a_small_group(
    seed: int, sequence: list[tuple[list[int], bool, dict[int, int]]]
) -> None:
    """Whatever is asked, in whatever order: everything together keeps 1 and the threshold possible."""
    project = study(seed)
    for by, margins, kept in sequence:
        project.release(by, kept, margins=margins, compared=True)
        event("released" if project.out else "nothing out")
    assert project.leaks() == ()


def test_without_the_history_many_sequences_tell() -> None:
    """The same sequences, compared with nothing: the test above can fail. With the history, most still leave."""
    told = left = asked = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        alone, compared = study(seed), study(seed)
        for _ in range(4):
            by = rng.permutation(4)[: int(rng.integers(1, 3))].tolist()
            kept = {int(rng.integers(4)): int(rng.integers(3))} if rng.random() < 0.5 else {}
            margins = bool(rng.random() < 0.3)
            asked += 1
            alone.release(by, kept, margins=margins, compared=False)
            compared.release(by, kept, margins=margins, compared=True)
        told += bool(alone.leaks())
        left += len(compared.out)
        assert compared.leaks() == ()
    assert told >= 4
    assert left > asked / 2
