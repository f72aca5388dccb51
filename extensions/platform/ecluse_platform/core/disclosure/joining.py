"""Several counts of one table as one system: what an outsider knows who lays them side by side.

Each quantity is protected by itself first. Where the attacker, who knows that persons are no more than their rows,
still finds a cell too narrow, further cells are hidden here until the counts together protect it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import block_diag, csr_matrix, vstack

from ecluse_platform.core.disclosure.gate import Proof
from ecluse_platform.core.disclosure.suppression.relations import Related
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Protection, System
from ecluse_platform.core.disclosure.tabular.quantities import Quantity, contained, wholes
from ecluse_platform.core.disclosure.tabular.structure import Flags, Layout


def protected_together(
    layout: Layout, proofs: Sequence[Proof], narrow: Sequence[frozenset[int]], hidden: Flags, effort: Effort
) -> tuple[Proof, Flags]:
    """Hide further cells so that the cells named in ``narrow``, by proof, are protected from who knows all counts.

    Returns the proof about all counts together and what is hidden now, which may still not be enough: the caller
    attacks again.
    """
    system = _system(layout, proofs, hidden)
    starts = np.cumsum([0, *(proof.system.size for proof in proofs)])
    protections = tuple(
        Protection(int(start) + protection.cell, protection.low, protection.high)
        for start, proof, cells in zip(starts, proofs, narrow, strict=False)
        for protection in proof.protections
        if protection.cell in cells
    )
    pattern = suppress(system, protections, effort)
    wider = hidden.copy()
    for start in starts[:-1].tolist():
        wider |= pattern.hidden[start : start + layout.size]
    names = " and ".join(proof.name for proof in proofs)
    together = Quantity(names, system.values, None, (), 0)
    return Proof(together, Related(system, ()), protections, (), pattern), wider & layout.published


def _system(layout: Layout, proofs: Sequence[Proof], hidden: Flags) -> System:
    """Put systems side by side; a cell that is hidden for one is free in all, the others may go for the first only."""
    systems = [
        replace(proof.system, unpublished=_free(proof, hidden), fixed=_held(proof, hidden, first=number == 0))
        for number, proof in enumerate(proofs)
    ]
    starts = np.cumsum([0, *(system.size for system in systems)]).tolist()
    size = starts[-1]
    quantities = [proof.quantity for proof in proofs]
    cells = np.arange(layout.size)
    less = [_row([(starts[g], 1), (starts[p], -1)], cells, size) for p, g in contained(quantities)]
    same = [_row([(starts[p], 1), (starts[r], 1), (starts[w], -1)], cells, size) for p, r, w in wholes(quantities)]
    return System(
        values=np.concatenate([system.values for system in systems]),
        equalities=vstack([block_diag([s.equalities for s in systems]), *same], format="csr", dtype=np.int64),
        inequalities=vstack([block_diag([s.inequalities for s in systems]), *less], format="csr", dtype=np.int64),
        least=np.concatenate([system.least for system in systems]),
        unpublished=np.concatenate([system.unpublished for system in systems]),
        fixed=np.concatenate([system.fixed for system in systems]),
        costs=np.concatenate([system.costs for system in systems]),
    )


def _free(proof: Proof, hidden: Flags) -> Flags:
    free = proof.system.unpublished.copy()
    free[: hidden.size] |= hidden
    return free


def _held(proof: Proof, hidden: Flags, *, first: bool) -> Flags:
    held = proof.system.fixed.copy()
    if not first:
        held[: hidden.size] |= ~hidden
    return held & ~_free(proof, hidden)


def _row(entries: list[tuple[int, int]], cells: np.ndarray[tuple[int], np.dtype[np.int64]], size: int) -> csr_matrix:
    rows = np.tile(cells, len(entries))
    columns = np.concatenate([cells + start for start, _ in entries])
    data = np.repeat(np.array([weight for _, weight in entries], dtype=np.int64), cells.size)
    return csr_matrix((data, (rows, columns)), shape=(cells.size, size))
