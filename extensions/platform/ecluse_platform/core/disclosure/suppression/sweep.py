"""Many needs at once: one linear programme over the hidden cells alone that takes as many cells as far as it can.

Once a pattern stops growing, half of the programmes for single cells hide nothing new; one sweep costs about three of
them and meets a hundred needs.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from scipy.sparse import csc_matrix, hstack, vstack

from ecluse_platform.core.disclosure.suppression.certificates import Rounding
from ecluse_platform.core.disclosure.suppression.moves import DOWN, MIXER, UP, Floats, Move, Moves, Need
from ecluse_platform.core.disclosure.suppression.programme import FINEST, HIGHEST, NOISE, quiet_solver
from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Flags

# A sweep goes on while each of its programmes meets at least so many needs: fewer are cheaper one by one.
WORTHWHILE = 3


def sweep(system: System, inside: Flags, needs: Sequence[Need], moves: Moves, rounding: Rounding) -> int:
    """Add moves over hidden cells that meet as many needs as can be met together; return how many are met now.

    Only moves that can be made whole are added. Needs of more than FINEST units are left to single programmes.
    """
    left = [need for need in needs if need.reach <= FINEST and not moves.covers(need)]
    before = len(left)
    for turn in range(len(left)):
        move = _together(system, inside, _targets(left, turn))
        if move is None or rounding.whole(move) is None:
            break
        moves.add(move)
        still = [need for need in left if not moves.covers(need)]
        met, left = len(left) - len(still), still
        if met < WORTHWHILE:
            break
    return before - len(left)


def _targets(needs: Sequence[Need], turn: int) -> list[Need]:
    """Choose one direction for each cell, another mixture each turn: what cannot rise now may fall the next time."""
    by_cell: dict[int, list[Need]] = {}
    for need in needs:
        by_cell.setdefault(need.cell, []).append(need)
    return [sides[((cell + 1) * MIXER >> (turn % 16 + 8)) % len(sides)] for cell, sides in by_cell.items()]


def _together(system: System, inside: Flags, targets: Sequence[Need]) -> Move | None:
    """Maximise the share of each target's reach that is met, all at the same time."""
    cells = np.flatnonzero(inside & ~system.fixed)
    place = np.full(system.size, -1, dtype=np.int64)
    place[cells] = np.arange(cells.size)
    aims = [need for need in targets if place[need.cell] >= 0]
    if not aims:
        return None
    rows = vstack([system.equalities, system.inequalities], format="csr")[:, cells]
    slack = np.concatenate([np.zeros(system.equalities.shape[0]), system.inequalities @ system.values])
    bounded = np.arange(rows.shape[0]) >= system.equalities.shape[0]
    touched = np.diff(rows.indptr) > 0
    rows, slack, bounded = rows[touched], slack[touched], bounded[touched]
    at = np.array([place[need.cell] for need in aims])
    signs = np.array([need.sign for need in aims])
    reach = np.array([need.reach for need in aims], dtype=np.float64)
    # Beside its rise and fall, each target has a column for what counts: up to its reach, in its direction.
    counted = csc_matrix(rows)[:, at].multiply(signs[None, :])
    size = cells.size
    room = np.minimum((system.values - system.least)[cells], HIGHEST).astype(np.float64)
    uppers = np.concatenate([np.full(size, HIGHEST), room, reach])
    uppers[np.where(signs == UP, at + size, at)] = 0.0
    falls = signs == DOWN
    uppers[at[falls] + size] = np.maximum(room[at[falls]] - reach[falls], 0.0)
    costs = np.concatenate([np.zeros(2 * size), -1.0 / reach])
    amounts = _solve(csc_matrix(hstack([rows, -rows, counted])), costs, uppers, np.where(bounded, -slack, 0.0), bounded)
    if amounts is None:
        return None
    moved = amounts[:size] - amounts[size : 2 * size]
    np.add.at(moved, at, signs * amounts[2 * size :])
    chosen = np.flatnonzero(np.abs(moved) > NOISE)
    return Move(cells[chosen], moved[chosen]) if chosen.size else None


def _solve(matrix: csc_matrix, costs: Floats, uppers: Floats, lowers: Floats, bounded: Flags) -> Floats | None:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = costs.size, matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = costs, np.zeros(costs.size), uppers
    model.row_lower_, model.row_upper_ = lowers, np.where(bounded, highspy.kHighsInf, 0.0)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    solver = quiet_solver(presolve="choose")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)
