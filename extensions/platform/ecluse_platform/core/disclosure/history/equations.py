"""The partition as a system: what an outsider who holds every table of the project knows of each atom."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, identity

from ecluse_platform.core.disclosure.history.partition import Partition
from ecluse_platform.core.disclosure.suppression.programme import quiet_solver
from ecluse_platform.core.disclosure.suppression.system import Protection, System
from ecluse_platform.core.disclosure.tabular.structure import Flags

# What a solver's answer may be beside a whole number that it means.
_NEAR = 1e-6


def system_of(partition: Partition, costs: NDArray[np.float64]) -> System:
    """Return the system over atoms, then cells; ``costs`` is what hiding each cell of the table asked for costs.

    Only combinations of cells that persons really have are atoms. An outsider cannot exclude any other, so every
    table that this system allows is one that the outsider must allow too: an interval found here is never too wide.
    """
    atoms, cells = partition.persons.size, partition.cells
    counts, shown = partition.counts, partition.shown
    earlier = np.arange(cells) < partition.first_new
    cost = np.ones(cells)
    cost[partition.first_new :] = costs
    return System(
        values=np.concatenate([partition.persons, counts]),
        equalities=csr_matrix(hstack([partition.members, -identity(cells, dtype=np.int64)]), dtype=np.int64),
        inequalities=csr_matrix((0, atoms + cells), dtype=np.int64),
        # A row that is listed has somebody in it, also where its count is hidden.
        least=np.concatenate([np.zeros(atoms, dtype=np.int64), np.minimum(counts, 1)]),
        unpublished=np.concatenate([np.ones(atoms, dtype=bool), ~shown]),
        fixed=np.concatenate([np.zeros(atoms, dtype=bool), shown & earlier]),
        costs=np.concatenate([np.ones(atoms), cost]),
    )


def protections_of(partition: Partition, threshold: int) -> tuple[Protection, ...]:
    """Return what must stay open: every small group of persons, and every cell that is hidden for itself.

    A group of 1 to ``threshold - 1`` persons must seem able to be 1 and to be ``threshold``. A larger cell that is
    hidden for itself (one contributor dominates it, say) must not become known exactly.
    """
    atoms, counts = partition.persons, partition.counts
    small = [Protection(int(i), 1, threshold) for i in np.flatnonzero(atoms < threshold)]
    for cell in np.flatnonzero(~partition.shown & (counts > 0)):
        count, place = int(counts[cell]), atoms.size + int(cell)
        if count < threshold:
            small.append(Protection(place, 1, threshold))
        elif partition.primary[cell]:
            small.append(Protection(place, count - 1, count + 1))
    return tuple(small)


def known_before(partition: Partition, protections: Sequence[Protection]) -> tuple[Protection, ...]:
    """Return protections as wide as the earlier tables still leave them: what is out cannot be taken back.

    One that the earlier tables already make exact is left out.
    """
    atoms, counts = partition.persons.size, partition.counts
    out = np.arange(partition.cells) < partition.first_new
    shown = out & partition.shown
    hidden = out & ~partition.shown & (counts > 0)
    kept: list[Protection] = []
    for protection in protections:
        aim = _row(partition, protection.cell, atoms)
        low, high = _interval(partition, aim, shown, hidden)
        left = Protection(protection.cell, max(protection.low, low), min(protection.high, high))
        if left.low < left.high:
            kept.append(left)
    return tuple(kept)


def _row(partition: Partition, cell: int, atoms: int) -> NDArray[np.float64]:
    if cell < atoms:
        aim = np.zeros(atoms)
        aim[cell] = 1.0
        return aim
    row: NDArray[np.float64] = partition.members[[cell - atoms]].toarray().ravel().astype(np.float64)
    return row


def _interval(partition: Partition, aim: NDArray[np.float64], shown: Flags, hidden: Flags) -> tuple[int, int]:
    """Bound a sum of atoms by linear programming over the cells given."""
    solver = quiet_solver(presolve="choose")
    solver.passModel(_model(partition, shown, hidden))
    ends: list[float] = []
    places = np.arange(aim.size, dtype=np.int32)
    for sign in (1.0, -1.0):
        solver.changeColsCost(aim.size, places, sign * aim)
        solver.run()
        found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        ends.append(sign * solver.getInfo().objective_function_value if found else float(aim @ partition.persons))
    return int(np.ceil(ends[0] - _NEAR)), int(np.floor(ends[1] + _NEAR))


def _model(partition: Partition, shown: Flags, hidden: Flags) -> highspy.HighsLp:
    """Write what the cells given say of atoms: a shown one is their sum, a hidden one has somebody in it."""
    rows = csr_matrix(partition.members[np.concatenate([np.flatnonzero(shown), np.flatnonzero(hidden)])])
    atoms, counts = partition.persons.size, partition.counts[shown].astype(np.float64)
    nobody_less = int(hidden.sum())
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = atoms, rows.shape[0]
    model.col_cost_, model.col_lower_ = np.zeros(atoms), np.zeros(atoms)
    # No bound from above would be no interval; nobody protects more than everybody once more.
    model.col_upper_ = np.full(atoms, 2.0 * int(partition.persons.sum()))
    model.row_lower_ = np.concatenate([counts, np.ones(nobody_less)])
    model.row_upper_ = np.concatenate([counts, np.full(nobody_less, highspy.kHighsInf)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    return model
